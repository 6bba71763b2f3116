"""Styles: told apart without colours, each with a meaning for the legend."""

from orosec.diagrams.arrow_diff import MARKS
from orosec.diagrams.styles import DEPTHS, FILLS, STYLES
from orosec.diagrams.views import VIEWS


def test_kinds_differ_by_line_as_well_as_colour():
    """So that the picture is read without colours, too."""
    for kinds in (("served", "unserved", "leaving", "tunnel"), ("opened", "closed")):
        assert len({STYLES[kind].line for kind in kinds}) == len(kinds)
    changes = (*MARKS.values(), "unchanged")
    assert len({(STYLES[kind].line, STYLES[kind].width) for kind in changes}) == 5


def test_every_kind_of_a_view_has_a_look_and_a_meaning():
    """Or its legend would be empty."""
    drawn = {kind for view in VIEWS.values() for kind in view.kinds}

    assert drawn <= STYLES.keys()
    assert all(style.meaning for style in STYLES.values())
    assert FILLS.keys() == DEPTHS.keys()
