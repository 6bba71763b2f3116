"""One thing wrong with the tables, and everything else as it was.

A mutant is a mistake said in plain words, and the tables with the mistake in them. It may
touch several rows where the tables could not be read otherwise: an interface takes its
route with it. Addresses are left alone: the page gives none, and no verdict depends on
ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from orosec.model.network import Network
from orosec.model.rows import Tables, row_name
from orosec.model.scenario import Scenario
from orosec.model.schema import CDNS, READINGS

_ONE_OF = {
    "subnets": "subnet",
    "nodes": "node",
    "interfaces": "interface",
    "listeners": "listener",
    "rules": "rule",
    "routes": "route",
    "relays": "relay",
}


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
        return f"{_ONE_OF[self.table]} {self.row}: {self.mistake}"


def missing(tables: Tables, name: str, row: Any) -> Mutant:
    """Take a row away."""
    return Mutant(name, row_name(row), "remove", "is missing", put(tables, name, row))


def rewritten(
    tables: Tables, name: str, row: Any, operator: str, mistake: str, **cells: object
) -> Mutant:
    """Write other *cells* into a row."""
    new = put(tables, name, row, row._replace(**cells))
    return Mutant(name, row_name(row), operator, mistake, new)


def joined_by(
    tables: Tables, name: str, row: Any, operator: str, mistake: str, *new: Any
) -> Mutant:
    """Put rows beside *row*, at the end: order counts by priority, never by place."""
    return Mutant(name, row_name(row), operator, mistake, add(tables, name, *new))


def one_cdn(tables: Tables, name: str, row: Any) -> Iterator[Mutant]:
    """Yield a row that holds under both CDNs, kept under one of them."""
    if row.cdn == "both":
        for cdn in CDNS:
            yield rewritten(tables, name, row, "one-cdn", f"under {cdn} only", cdn=cdn)


def put(tables: Tables, name: str, old: Any, *new: Any) -> Tables:
    """Put the rows *new* where the row *old* of a table stands; none takes it away."""
    rows = getattr(tables, name)
    place = rows.index(old)
    return tables.replaced(**{name: (*rows[:place], *new, *rows[place + 1 :])})


def add(tables: Tables, name: str, *new: Any) -> Tables:
    """Add rows to the end of a table."""
    return tables.replaced(**{name: (*getattr(tables, name), *new)})


def fresh(name: str, taken: Iterable[str]) -> str:
    """Return a name like *name* that is not *taken*.

    >>> fresh("web", ["web", "web-2"])
    'web-3'
    """
    known = {*taken}
    names = (name, *(f"{name}-{number}" for number in range(2, len(known) + 3)))
    return next(one for one in names if one not in known)


def names(rows: Iterable[Any]) -> list[str]:
    """Return the names of rows."""
    return [row_name(row) for row in rows]


def variant_of(network: Network, cdn: str, reading: str = "both") -> Scenario:
    """Return a scenario in which a row with this *cdn* and *reading* stands."""
    return network.scenario(
        CDNS[0] if cdn == "both" else cdn, READINGS[0] if reading == "both" else reading
    )
