"""Views: whom they show follows from functions and rules, not from names."""

from itertools import pairwise

import pytest

from orosec import draw, orocloud
from orosec.diagrams.views import VIEWS, ends
from orosec.engine.decision_diagram import ANY_ADDRESS
from orosec.engine.intervals import subtract, union
from orosec.errors import UnknownNameError
from orosec.model.addressing import INTERNET
from orosec.model.schema import FUNCTIONS


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_view_names_functions_that_there_are_and_no_host(view):
    """No group is named in vain; arrows lead towards groups that are drawn."""
    groups = {*view.groups} - {INTERNET}
    assert groups <= {*FUNCTIONS}
    assert {*view.towards} <= groups


@pytest.mark.parametrize("side", ["source", "destination"])
def test_everybody_stands_in_one_box_of_the_whole_picture(side):
    """Boxes share no address; nobody's address is in none, but for those of one side."""
    for scenario in orocloud.scenarios():
        boxes = dict(ends(scenario, VIEWS["segmentation"]._replace(whole=True), side))
        every = sorted(span for spans in boxes.values() for span in spans)
        assert all(one[1] < other[0] for one, other in pairwise(every))
        assert subtract(subtract(ANY_ADDRESS, union(every)), scenario.edges) == ()


def test_a_rule_brings_in_the_region_that_it_speaks_of_and_no_other():
    """By a range or by its name; who names a whole subnet means the nodes in it."""
    view = VIEWS["segmentation"]
    plain = {*dict(ends(orocloud.scenario(), view, "source"))}
    cells = {"destination": "web", "services": "tcp:1"}
    brought = {}
    for end in (
        "elsewhere",
        "10.0.0.0/8",
        "10.20.0.64/26",
        "8.8.8.8",
        "maintenance-dmz",
        "any",
    ):
        scenario = orocloud.with_rule("r", "allow", source=end, **cells).scenario()
        brought[end] = {*dict(ends(scenario, view, "source"))} - plain

    free = {"unassigned in maintenance-dmz", "unassigned in application-subnet"}
    assert brought == {
        "elsewhere": {"elsewhere"},
        "10.0.0.0/8": {"elsewhere"} | free,
        "10.20.0.64/26": {"unassigned in maintenance-dmz"},
        "8.8.8.8": set(),
        "maintenance-dmz": set(),
        "any": set(),
    }


def test_the_titles_tell_the_views_apart():
    """They are what a reader sees."""
    assert len({view.title for view in VIEWS.values()}) == len(VIEWS)


def test_a_view_that_there_is_not_comes_with_a_hint():
    """The nearest name."""
    with pytest.raises(UnknownNameError, match="did you mean 'egress'"):
        draw("egres")
