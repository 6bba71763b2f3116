"""Sheets: plain text that stays the same, HTML that nobody can break into."""

import sys
from unittest.mock import patch

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

from orosec import orocloud
from orosec.results import Sheet, frame

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


def shown_by_ipython(value):
    """Return what a notebook would show of a value."""
    shell = InteractiveShell.instance()
    with patch.dict(sys.modules["IPython"].__dict__, get_ipython=lambda: shell):
        frame([("a",)], ["b"])  # the first frame tells IPython
        return shell.display_formatter.format(value)[0]


def test_a_notebook_shows_a_frame_whole_also_after_pandas_has_picked_from_it():
    """All columns and all text, as every table here; nothing is cut to dots."""
    long = "zebra " * 40
    table = orocloud.with_rule_changed("application-out", rationale=long.strip()).rules
    picked = table.query("network == 'application-network'").drop(columns=["cdn"])
    told = shown_by_ipython(picked)

    assert type(picked) is pd.DataFrame
    assert "..." not in told["text/plain"] + told["text/html"]
    assert told["text/plain"].count("zebra") == told["text/html"].count("zebra") == 40
    assert shown_by_ipython(picked.copy()) == told


def test_reasons_at_the_end_of_a_frame_are_folded_away():
    """In HTML they stand in no column of their own; what is below two columns stays."""
    rules = orocloud.rules
    told = shown_by_ipython(rules[["name", "source", "rationale"]])["text/html"]
    narrow = shown_by_ipython(rules[["name", "rationale"]])["text/html"]

    assert told.count("<details>") == len(rules)
    assert "rationale</th>" not in told
    assert "<i>rationale:</i> Outgoing traffic is free." in told
    assert "<details>" not in narrow
    assert "rationale</th>" in narrow


def test_a_frame_of_somebody_else_looks_as_it_did():
    """Ours are marked; others are left to pandas."""
    other = pd.DataFrame({"b": ["a" * 100]})
    told = shown_by_ipython(other)

    assert told["text/plain"] == repr(other)
    assert told["text/html"] == other._repr_html_()
