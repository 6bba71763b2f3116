"""Errors: the place, the value and a hint, on lines that a terminal can be shown."""

import pytest

from orosec.errors import (
    BrokenPromise,
    BudgetError,
    Fault,
    NoAnswer,
    NotationError,
    OrosecError,
    OutputError,
    PageError,
    TableError,
    UnknownNameError,
    counted,
    did_you_mean,
    shown,
)

FAULT = Fault("rules.csv", 3, "source", "brigde", "is not known", "did you mean 'bridge'?")


def test_a_fault_names_file_row_column_value_and_hint():
    """The line counts the header, as an editor does."""
    assert str(FAULT) == (
        "rules.csv row 3 (line 4), column source: 'brigde' is not known; "
        "did you mean 'bridge'?"
    )


def test_an_error_of_tables_tells_every_fault_on_a_line():
    """And keeps them, for who wants to show them otherwise."""
    error = TableError([FAULT, FAULT._replace(row=5)])

    assert error.faults == (FAULT, FAULT._replace(row=5))
    assert len(str(error).splitlines()) == 3
    assert "2 faults" in str(error)


@pytest.mark.parametrize(
    ("kind", "also"),
    [
        (TableError, ValueError),
        (NotationError, ValueError),
        (UnknownNameError, LookupError),
        (PageError, ValueError),
        (OutputError, OSError),
        (BudgetError, RuntimeError),
        (BrokenPromise, AssertionError),
    ],
)
def test_every_error_is_ours_and_one_of_pythons(kind, also):
    """Whoever catches either is served."""
    assert issubclass(kind, OrosecError)
    assert issubclass(kind, also)


def test_what_has_no_answer_is_told_from_what_is_wrong():
    """A question beyond its budget is a good question."""
    assert issubclass(BudgetError, NoAnswer)
    assert not issubclass(NotationError, NoAnswer)


@pytest.mark.parametrize("value", ["a\nb", "\x1b[31m", "\u202e", "x" * 900, "\ud800"])
def test_a_value_is_shown_on_one_line_that_nothing_obeys(value):
    """However long, and whatever is in it."""
    assert shown(value).isprintable()
    assert len(shown(value)) <= 60


def test_a_count_has_its_noun():
    """One thing, many things."""
    assert [counted(1, "fault"), counted(2, "fault")] == ["1 fault", "2 faults"]


def test_a_hint_offers_what_is_near_or_what_there_is():
    """A slip of the pen, and a name that is like none."""
    assert did_you_mean("brigde", ["bridge", "web"]) == "did you mean 'bridge'?"
    assert "bridge" in did_you_mean("xyzzy", ["bridge", "web"])
