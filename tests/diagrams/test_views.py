"""Views: each shows names that there are."""

import pytest

from orosec import draw, orocloud
from orosec.diagrams.views import VIEWS
from orosec.errors import UnknownNameError
from orosec.model.schema import CDNS
from orosec.model.validation import known_ends

KNOWN = set().union(*(known_ends(orocloud.tables, cdn) for cdn in CDNS))


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_view_names_what_there_is_under_some_cdn(view):
    """No box is named in vain; arrows lead towards boxes."""
    assert {*view.boxes} <= KNOWN
    assert {*view.towards} <= {*view.boxes}


def test_the_titles_tell_the_views_apart():
    """They are what a reader sees."""
    assert len({view.title for view in VIEWS.values()}) == len(VIEWS)


def test_a_view_that_there_is_not_comes_with_a_hint():
    """The nearest name."""
    with pytest.raises(UnknownNameError, match="did you mean 'egress'"):
        draw("egres")
