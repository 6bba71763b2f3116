"""One thing wrong with the tables, and everything else as it was.

A mutant is a mistake said in plain words, and the tables with the mistake in them. It may
touch several rows where the tables could not be read otherwise: an interface takes its
route with it. Addresses are left alone: the page gives none, and no verdict depends on
ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, count
from typing import Any, NamedTuple, Self

from orosec.model.network import Network
from orosec.model.rows import Tables, row_name
from orosec.model.scenario import Scenario
from orosec.model.schema import CDNS, variants_of


class Mutant(NamedTuple):
    """One thing wrong with a table.

    Attributes:
        table: name of the table.
        row: name of the row that is wrong, or beside which one is too many.
        operator: the kind of mistake, one of `orosec.mutation.rows.OPERATORS`.
        mistake: what is wrong with the row.
        tables: all tables, with the mistake in them.
    """

    table: str
    row: str
    operator: str
    mistake: str
    tables: Tables

    @property
    def says(self) -> str:
        """The mistake in plain words, with the row that it is made in."""
        return f"{self.table.removesuffix('s')} {self.row}: {self.mistake}"

    def along(self, table: str, rows: Iterable[Any]) -> Self:
        """Return the same mistake with other *rows* of a table that hangs on it."""
        return self._replace(tables=self.tables.replaced(**{table: tuple(rows)}))


class Slip(NamedTuple):
    """A row in its table, and the mistakes that a slip of the hand makes there."""

    tables: Tables
    table: str
    row: Any

    def makes(self, operator: str, mistake: str, tables: Tables) -> Mutant:
        """Return a mutant of the row, with the *tables* that have the mistake in them."""
        return Mutant(self.table, row_name(self.row), operator, mistake, tables)

    def missing(self) -> Mutant:
        """Take the row away."""
        return self.makes("remove", "is missing", self._with())

    def rewritten(self, operator: str, mistake: str, **cells: object) -> Mutant:
        """Write other *cells* into the row."""
        return self.makes(operator, mistake, self._with(self.row._replace(**cells)))

    def _with(self, *new: Any) -> Tables:
        """Put the rows *new* in place of the row; none takes it away."""
        rows = getattr(self.tables, self.table)
        place = rows.index(self.row)
        wrong = (*rows[:place], *new, *rows[place + 1 :])
        return self.tables.replaced(**{self.table: wrong})

    def beside(self, operator: str, mistake: str, new: Any) -> Mutant:
        """Put another row beside it, at the end: order counts by priority, not by place."""
        return self.makes(operator, mistake, add(self.tables, self.table, new))

    def instead(self, operator: str, column: str, new: str, label: str = "") -> Mutant:
        """Write another word into a column; its *label* tells what the word is."""
        mistake = f"{label}{new} instead of {getattr(self.row, column)}"
        return self.rewritten(operator, mistake, **{column: new})

    def joined_by(self, operator: str, mistake: str, name: str, **cells: object) -> Mutant:
        """Put a copy with other *cells* beside the row, under *name* or one like it."""
        new = self.row._replace(name=self.fresh(name), **cells)
        return self.beside(operator, mistake, new)

    def one_cdn(self) -> Iterator[Mutant]:
        """Yield a row that holds under both CDNs, kept under one of them."""
        if self.row.cdn == "both":
            for cdn in CDNS:
                yield self.rewritten("one-cdn", f"under {cdn} only", cdn=cdn)

    def fresh(self, name: str) -> str:
        """Return a name like *name* that no row of the table has."""
        return fresh(name, names(getattr(self.tables, self.table)))


def slips(tables: Tables, table: str) -> Iterator[Slip]:
    """Yield each row of a table."""
    return (Slip(tables, table, row) for row in getattr(tables, table))


def add(tables: Tables, name: str, *new: Any) -> Tables:
    """Add rows to the end of a table."""
    return tables.replaced(**{name: (*getattr(tables, name), *new)})


def fresh(name: str, taken: Iterable[str]) -> str:
    """Return a name like *name* that is not *taken*.

    >>> fresh("web", ["web", "web-2"])
    'web-3'
    """
    known = {*taken}
    tried = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(free for free in tried if free not in known)


def names(rows: Iterable[Any]) -> list[str]:
    """Return the names of rows."""
    return [row_name(row) for row in rows]


def scenario_of(network: Network, row: Any) -> Scenario:
    """Return a scenario in which a row stands."""
    return network.scenario(*variants_of(row)[0])
