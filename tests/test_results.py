"""Sheets: plain text that stays the same, HTML that nobody can break into."""

from hypothesis import given
from hypothesis import strategies as st

from orosec.results import Sheet

cells = st.text(min_size=1, max_size=90)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=5))
def test_text_in_html_is_escaped(rows):
    """No cell can open a tag or an attribute."""
    hostile = [(f"<script>{one}", f'"{other}') for one, other in rows]
    page = Sheet("<b>", ("<i>", "b"), hostile, ["<img>"])._repr_html_()
    inside = page.replace("</", "<")
    tags = {piece.split(">")[0].split(" ")[0] for piece in inside.split("<")[1:]}

    assert tags <= {"p", "b", "table", "thead", "tbody", "tr", "th", "td"}


def test_a_sheet_is_the_same_as_text_and_as_frame():
    """Two views of the same cells."""
    sheet = Sheet("title", ("a", "b"), [("1", "2"), ("3", "4")], ["note"])

    assert repr(sheet).splitlines() == ["title", "a  b", "-  -", "1  2", "3  4", "note"]
    assert sheet.frame.to_dict("list") == {"a": ["1", "3"], "b": ["2", "4"]}


def test_long_cells_are_wrapped_between_words_only():
    """A name with hyphens is never cut."""
    name = "a-very-long-name-of-a-rule-with-many-hyphens-in-it"
    lines = repr(Sheet("", ("a",), [(f"some words before {name}",)])).splitlines()

    assert lines[2:] == ["some words before", name]
