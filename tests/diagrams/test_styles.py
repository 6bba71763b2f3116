"""Styles: told apart without colours, each with a meaning, light and dark."""

import re

import pytest

from orosec.diagrams.arrow_diff import MARKS
from orosec.diagrams.styles import LOOKS, STYLES
from orosec.diagrams.views import VIEWS

LIGHT, DARK = zip(*LOOKS["dark"].items(), strict=True)


def test_kinds_differ_by_line_width_or_head_as_well_as_colour():
    """So that the picture is read without colours, too."""
    drawn = {(style.line, style.width, style.head) for style in STYLES.values()}
    kinds = STYLES.keys() - {"opened"}  # red, with the word in its label, where it breaks
    assert len(drawn) == len(kinds)
    assert {*MARKS.values()} == LOOKS["said"].keys()


def test_every_kind_of_a_view_has_a_look_and_a_meaning():
    """Or its legend would be empty."""
    drawn = {kind for view in VIEWS.values() for kind in view.kinds}

    assert drawn <= STYLES.keys()
    assert all(style.meaning and style.sample for style in STYLES.values())


def test_every_colour_has_a_dark_one():
    """No value has two meanings, so that the dark form is a plain exchange of values."""
    used = {*re.findall(r"#[0-9a-f]{6}", str({**LOOKS, "dark": {}}))}

    assert used <= {*LIGHT}
    assert not {*LIGHT} & {*DARK}
    assert len({*DARK}) == len(LIGHT)


def luminance(color):
    """Give the relative luminance of WCAG 2."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_and_lines_stand_out(theme):
    """Texts by 4.5 to 1, lines by 3 to 1, each on the ground that it stands on."""
    shade = dict(zip(LIGHT, theme, strict=True))

    def contrast(one, other):
        high, low = sorted((luminance(shade[each]) for each in (one, other)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    ground, zone = LOOKS["graph"]["bgcolor"], LOOKS["zone"]["fillcolor"]
    ink, soft = LOOKS["boxes"]["any"]["fontcolor"], LOOKS["graph"]["fontcolor"]
    for fill in (ground, zone, LOOKS["boxes"]["open"]["fillcolor"]):
        assert contrast(ink, fill) >= 4.5
    assert min(contrast(soft, ground), contrast(soft, zone)) >= 4.5
    assert contrast("#fffffe", STYLES["breaks"].color) >= 4.5
    for style in STYLES.values():
        assert contrast(style.color, ground) >= 3
