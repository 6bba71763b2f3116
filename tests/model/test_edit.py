"""An edit as a value: what it does is what its text does."""

import pytest

from orosec import orocloud
from orosec.errors import UnknownNameError
from orosec.model.edit import Edit, edits_between, literal

EDITS = [
    Edit.of_row("rules", "bridge-to-application"),
    Edit.of_row("rules", "bridge-to-application", (("action", "deny"), ("priority", 5))),
    Edit.of_row("listeners", "web-http", (("services", "tcp:81"),)),
    Edit("with_rule_moved", ("application-out",), (("before", "application-inside"),)),
    Edit(
        "with_rule",
        ("dba", "allow"),
        (("source", "web"), ("destination", "database"), ("services", "all")),
    ),
]


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_an_edit_does_what_its_text_does(edit):
    """It can be copied, and run."""
    edited = edit.apply(orocloud)

    assert edited == eval(f"orocloud.{edit}", {"orocloud": orocloud}) != orocloud


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_an_edit_knows_its_table_and_its_row(edit):
    """Of whatever method."""
    changed = {
        name
        for name in ("rules", "listeners")
        if getattr(edit.apply(orocloud).tables, name) != getattr(orocloud.tables, name)
    }

    assert {edit.table} == changed
    assert edit.row == edit.names[0]


def test_an_edit_of_a_row_that_is_not_there_is_one_error():
    """With a hint."""
    with pytest.raises(UnknownNameError, match="did you mean"):
        Edit.of_row("rules", "bridge-to-aplication").apply(orocloud)


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_what_differs_is_told_as_the_edit_that_makes_it(edit):
    """Cell by cell; another order is no edit of a row."""
    after = edit.apply(orocloud)
    found = [*edits_between(orocloud.tables, after.tables)]

    assert len(found) == (edit.method != "with_rule_moved")
    for again in found:
        assert again.apply(orocloud) == after


def test_no_difference_is_no_edit():
    """In some tables, or in all."""
    after = orocloud.with_rule_changed("tunnel-to-web", priority=5).tables

    assert [*edits_between(orocloud.tables, orocloud.tables)] == []
    assert [*edits_between(orocloud.tables, after, "claims", "nodes")] == []
    assert [str(edit) for edit in edits_between(orocloud.tables, after, "rules")] == [
        'with_rule_changed("tunnel-to-web", priority=5)'
    ]


def test_a_row_that_comes_is_told_without_what_goes_without_saying():
    """Cells that a new row has by default are left out."""
    ends = {"source": "web", "destination": "database", "services": "tcp:1"}
    after = orocloud.with_rule("dba", "allow", **ends)
    (edit,) = edits_between(orocloud.tables, after.tables)

    assert edit.names == ("dba",)
    assert dict(edit.columns) == {
        "network": "application-network",
        "action": "allow",
        **ends,
    }


@pytest.mark.parametrize("cell", ['a "b"', "a\\b", "ä\n", 5])
def test_a_cell_is_written_as_python_reads_it(cell):
    """Quotes, letters and lines."""
    assert eval(literal(cell)) == cell
