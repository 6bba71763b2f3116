"""Rows as people give them, before they are checked: laid in the order of the columns.

What cannot be read as a row is a fault, named as in a file of the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from itertools import product
from typing import Any

from orosec.errors import Fault, NotationError, UnknownNameError, did_you_mean
from orosec.model.rows import Tables
from orosec.model.scenario import Scenario
from orosec.model.schema import CDNS, EVERY, READINGS, RENAMED, TABLES, Column
from orosec.model.validation import fault


def draft(table: str, cells: Mapping[str, object]) -> list[object]:
    """Return the cells of a row in the order of the columns, numbers written as text.

    Where a cell is left out, it is that of a new row; empty where such a row has none.
    """
    every = TABLES[table].columns.items()
    return [_written(each, cells.get(name, each.default or "")) for name, each in every]


def _written(column: Column, cell: object) -> object:
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if column.whole else cell


def unknown_columns(table: str, row: int, columns: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault for each column that a table does not have."""
    known = TABLES[table].columns
    for column in columns:
        if column not in known:
            now = RENAMED.get(column)
            hint = f"it is {now} now" if now in known else did_you_mean(str(column), known)
            problem = "column is not known"
            yield fault(table, row, "", str(column), problem, hint)


def drafts_of(table: str, rows: Any, faults: list[Fault]) -> list[list[object]]:
    """Return the rows of a table that somebody made, whichever way they are held."""
    records = rows.to_dict("records") if hasattr(rows, "to_dict") else rows
    drafts: list[list[object]] = []
    if isinstance(records, str | Mapping) or not isinstance(records, Iterable):
        problem, hint = "is no table", "write a sequence of rows"
        faults.append(fault(table, 0, "", repr(rows), problem, hint))
        return drafts
    for number, row in enumerate(records, start=1):
        cells = row._asdict() if hasattr(row, "_asdict") else row
        if not isinstance(cells, Mapping):
            problem, hint = "is no row", "write a mapping from column to cell"
            faults.append(fault(table, number, "", repr(row), problem, hint))
            continue
        faults.extend(unknown_columns(table, number, cells))
        there = {name: _plain(cell) for name, cell in cells.items() if _held(cell)}
        drafts.append(draft(table, there))
    return drafts


def _held(cell: object) -> bool:
    """Return whether there is a cell: pandas has several values that say there is none."""
    return isinstance(cell, str) or str(cell) not in ("None", "nan", "NaT", "<NA>")


def _plain(cell: object) -> object:
    """Return a cell that pandas held: 1000.0 is a whole number."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def place_rule(tables: Tables, cells: dict[str, object]) -> Iterator[Fault]:
    """Fill in whose rules a new rule belongs to: those of the network it guards."""
    end = "source" if cells["direction"] == "egress" else "destination"
    every = sorted({row.network for row in tables.rules} - {EVERY})
    scenarios = [Scenario(tables, cdn, READINGS[0]) for cdn in CDNS]
    words = {*str(cells[end]).split()}
    known: set[str] = set()
    found: set[str] = set()
    for scenario, word in product(scenarios, words):
        with suppress(UnknownNameError, NotationError):
            scenario.check_end(word)
            known.add(word)
            found |= scenario.networks_of(word)
    cells["network"] = min(found, default=every[0] if every else "")
    if words and known == words and len(found) != 1:
        problem = f"does not follow from the {end}"
        hint = f"write one of {' '.join(sorted(found) or every)}"
        yield fault("rules", len(tables.rules) + 1, "network", "", problem, hint)
