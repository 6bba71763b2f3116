"""Drafts: rows as people hold them, laid in the order of the columns."""

import numpy as np
import pandas as pd
import pytest

from orosec import orocloud
from orosec.model.drafts import draft, drafts_of
from orosec.model.schema import TABLES

ROWS = orocloud.tables.routes
FORMS = {
    "rows": ROWS,
    "dictionaries": [row._asdict() for row in ROWS],
    "columns in another order": [dict(reversed(row._asdict().items())) for row in ROWS],
    "a frame": pd.DataFrame(ROWS),
    "a frame of objects": pd.DataFrame(ROWS).astype(object),
    "a frame of floats": pd.DataFrame(ROWS).astype({"priority": float}),
    "a generator": (row for row in ROWS),
}


@pytest.mark.parametrize("form", FORMS)
def test_rows_are_laid_out_alike_however_they_are_held(form):
    """In the order of the columns, numbers as text."""
    faults = []
    plain = [[str(cell) for cell in row] for row in ROWS]
    found = drafts_of("routes", FORMS[form], faults)

    assert [[str(cell) for cell in row] for row in found] == plain
    assert faults == []


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT, np.nan])
def test_a_missing_cell_is_an_empty_one(missing):
    """Whichever way a frame says that it is missing."""
    faults = []
    (row,) = drafts_of("routes", [{"name": "x", "public": missing}], faults)

    assert dict(zip(TABLES["routes"].columns, row, strict=True))["public"] == ""
    assert faults == []


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (5, "is no table"),
        ("rules", "is no table"),
        ({"name": "x"}, "is no table"),
        ([5], "is no row"),
        ([{"naem": "x"}], "column is not known"),
    ],
)
def test_what_is_no_table_is_a_fault_that_says_what_to_give(rows, problem):
    """And nothing is raised: the other tables are looked at, too."""
    faults = []
    drafts_of("routes", rows, faults)

    assert [problem in fault.problem for fault in faults] == [True]
    assert faults[0].file == "routes.csv"
    assert faults[0].hint


def test_a_column_that_is_not_given_is_empty():
    """The order is that of the table."""
    cells = draft("routes", {"via": "nat", "name": "x"})

    assert len(cells) == len(TABLES["routes"].columns)
    assert cells[0] == "x"
