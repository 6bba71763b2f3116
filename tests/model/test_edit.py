"""An edit as a value: what it does is what its text does."""

import pytest

from orosec import orocloud
from orosec.errors import UnknownNameError
from orosec.model.edit import Edit, literal

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


@pytest.mark.parametrize("cell", ['a "b"', "a\\b", "ä\n", 5])
def test_a_cell_is_written_as_python_reads_it(cell):
    """Quotes, letters and lines."""
    assert eval(literal(cell)) == cell
