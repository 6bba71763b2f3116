"""One edit as a value: what lint advises, is suggested, differs, and the panel writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple, Self

from orosec.model.network import Network
from orosec.model.rows import Tables, row_name
from orosec.model.schema import TABLES

Cells = tuple[tuple[str, str | int], ...]
"""Columns with the cells to write."""


class Edit(NamedTuple):
    """One call of a method of `orosec.model.edits.Edits`.

    Attributes:
        method: its name.
        names: what it is told by position: the name of the row first.
        columns: what it is told by keyword, in order.
    """

    method: str
    names: tuple[str, ...]
    columns: Cells = ()

    @classmethod
    def of_row(cls, table: str, row: str, cells: Cells = ()) -> Self:
        """Return the edit that writes cells of a row; with none, it takes the row away."""
        kind = TABLES[table].kind
        method = f"with_{kind}_changed" if cells else f"without_{kind}"
        return cls(method, (row,), cells)

    @property
    def table(self) -> str:
        """The table that is edited."""
        kind = self.method.partition("_")[2].removesuffix("_changed").removesuffix("_moved")
        return next(name for name, table in TABLES.items() if table.kind == kind)

    @property
    def row(self) -> str:
        """The name of the row that is edited."""
        return self.names[0]

    def apply(self, network: Network) -> Network:
        """Return the network with the edit.

        Raises:
            TableError: the network does not take it.
            UnknownNameError: the row is not there.
        """
        edited: Network = getattr(network, self.method)(*self.names, **dict(self.columns))
        return edited

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments, as they are written in Python."""
        keywords = (f"{column}={literal(cell)}" for column, cell in self.columns)
        return (*map(literal, self.names), *keywords)

    def __str__(self) -> str:
        return f"{self.method}({', '.join(self.arguments)})"


def edits_between(before: Tables, after: Tables, *tables: str) -> Iterator[Edit]:
    """Yield an edit for each row that differs, in some tables or in all.

    Together they lead from *before* to *after*, but for the order of rows.
    """
    for table in tables or TABLES:
        rows = (getattr(each, table) for each in (before, after))
        was, now = ({row_name(row): row for row in every} for every in rows)
        usual = TABLES[table].row(*(it.default for it in TABLES[table].columns.values()))
        for name in (name for name in {**was, **now} if was.get(name) != now.get(name)):
            old, new = was.get(name, usual), now.get(name)
            pairs = zip(new._asdict().items(), old, strict=True) if new else ()
            cells = tuple(cell for cell, known in pairs if cell[1] != known)
            added = Edit(f"with_{TABLES[table].kind}", (name,), cells[1:])
            yield Edit.of_row(table, name, cells) if name in was else added


def literal(cell: str | int) -> str:
    """Write a cell as it is written in Python."""
    return json.dumps(cell, ensure_ascii=False)
