"""Edits: each gives a new value, and the old one stays as it was.

An edit is checked as a folder of tables is: every cell, then all rows together, and one
error lists every fault. So what is not refused is a network like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any, Self

from orosec.errors import Fault, TableError, UnknownNameError, did_you_mean
from orosec.model.drafts import draft, drafts_of, place_rule, unknown_columns
from orosec.model.rows import Tables, row_number
from orosec.model.schema import TABLES, Table
from orosec.model.tables import Draft, assemble
from orosec.values import Value

_REFUSED = "the edit cannot be made"


class Edits(Value):
    """What can be edited in a network; each method gives a new network.

    For every kind of row (`rule`, `node`, `interface`, `listener`, `route`, `relay`,
    `subnet`, `claim`, `exception` and the others) there are three: ``with_rule(name,
    ...)`` adds a row at the end of its table, ``without_rule(name)`` takes one away,
    ``with_rule_changed(name, ...)`` writes cells anew, the columns being keywords. Rules
    and routes can also be moved: ``with_rule_moved(name, before=other)``. `with_tables`
    replaces whole tables at once.

    Cells are written as in the tables: text, several words with single spaces between
    them, and priorities as whole numbers. A new row has the basis *proposed*, unless it
    is given another; its `rationale` is the reason, in words, and `cites` names the
    sentences it follows. A node goes together with its interfaces.

    Every edit raises `TableError` where a cell or a reference is wrong (all faults at
    once) and `UnknownNameError` where the row is not there.

    >>> from orosec import orocloud
    >>> ends = {"source": "vpn-gateway", "destination": "database"}
    >>> proposal = orocloud.with_rule("dba", "allow", **ends, services="tcp:5432")
    >>> len(proposal.rules) - len(orocloud.rules)
    1
    """

    # The methods follow from the tables: `_offer`, below, makes them.

    _tables: Tables
    _came_from: frozenset[int]
    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, tables: Tables, came_from: frozenset[int] = frozenset()) -> None:
        self._tables, self._came_from = tables, came_from

    def _has_known(self, tables: Tables) -> bool:
        """Return whether this is, or was edited from, a value with these tables."""
        return tables == self._tables or hash(tables) in self._came_from

    def with_tables(self, **rows: Any) -> Self:
        """Replace whole tables, all in one step.

        Args:
            rows: for the name of a table, its rows: mappings from column to cell, rows
                of `Network.tables`, or a pandas DataFrame: one of the network itself, or
                what `pandas.read_csv` and `pandas.concat` give. A column that is left out,
                or a cell that is missing, is as in a new row; a rule names its network.

        Raises:
            UnknownNameError: no such table.
            TableError: anything is wrong; each fault has the number of its row.
        """
        for name in rows:
            if name not in TABLES:
                raise UnknownNameError(name, "table", did_you_mean(name, TABLES))
        faults: list[Fault] = []
        drafts = {name: drafts_of(name, every, faults) for name, every in rows.items()}
        if any(not fault.row for fault in faults):
            raise TableError(faults, _REFUSED)  # nothing can be said of what rests on it
        return self._edited(drafts, faults)

    def _edited(
        self, drafts: Mapping[str, Sequence[Draft]], faults: Iterable[Fault] = ()
    ) -> Self:
        drafts = {**self._tables.by_name(), **drafts}
        came_from = self._came_from | {hash(self._tables)}
        return type(self)(assemble(drafts, faults, refused=_REFUSED), came_from)

    def _with(self, table: str, cells: dict[str, object]) -> Self:
        placed = table != "rules" or cells["network"]
        faults = [] if placed else list(place_rule(self._tables, cells))
        rows = getattr(self._tables, table)
        return self._edited({table: [*rows, draft(table, cells)]}, faults)

    def _without(self, table: str, name: str) -> Self:
        rows = list(getattr(self._tables, table))
        del rows[row_number(self._tables, table, name)]
        edited = {table: rows}
        if table == "nodes":
            kept = [row for row in self._tables.interfaces if row.node != name]
            edited["interfaces"] = kept
        return self._edited(edited)

    def _with_changed(self, table: str, name: str, columns: Mapping[str, object]) -> Self:
        number = row_number(self._tables, table, name)
        rows = list(getattr(self._tables, table))
        rows[number] = draft(table, rows[number]._asdict() | columns)
        return self._edited({table: rows}, unknown_columns(table, number + 1, columns))

    def _with_moved(self, table: str, name: str, before: str) -> Self:
        rows = list(getattr(self._tables, table))
        old = row_number(self._tables, table, name)
        new = row_number(self._tables, table, before) if before else len(rows)
        row = rows.pop(old)
        rows.insert(new - (old < new), row)
        return self._edited({table: rows})


def _signature(table: Table) -> Signature:
    """Return how a row is added: a parameter a column, those without a default first."""
    needed = [name for name, column in table.columns.items() if column.default is None]
    ordered = dict.fromkeys((*needed, *table.columns))
    parameters = [Parameter("self", Parameter.POSITIONAL_ONLY)]
    for place, name in enumerate(ordered):
        late = place >= table.by_position
        kind = Parameter.KEYWORD_ONLY if late else Parameter.POSITIONAL_OR_KEYWORD
        default = table.columns[name].default
        given = Parameter.empty if default is None else default
        parameters.append(Parameter(name, kind, default=given))
    return Signature(parameters)


def _offer(table: str) -> None:
    """Give `Edits` the methods for one kind of row."""
    declared = TABLES[table]
    kind, signature = declared.kind, _signature(declared)

    def add(self: Edits, /, *given: object, **cells: object) -> Edits:
        if unknown := list(unknown_columns(table, 0, cells)):
            raise TableError(unknown, _REFUSED)
        try:
            bound = signature.bind(self, *given, **cells)
        except TypeError as error:
            raise TypeError(f"with_{kind}: {error}") from None
        bound.apply_defaults()
        return self._with(table, bound.arguments)

    def remove(self: Edits, name: str) -> Edits:
        return self._without(table, name)

    def change(self: Edits, name: str, /, **columns: object) -> Edits:
        return self._with_changed(table, name, columns)

    def move(self: Edits, name: str, *, before: str = "") -> Edits:
        return self._with_moved(table, name, before)

    add.__signature__ = signature  # type: ignore[attr-defined]
    offered = [
        (f"with_{kind}", add, f"Add a row to {table}.\n\n{declared.row.__doc__}"),
        (f"without_{kind}", remove, f"Take a row of {table} away."),
        (f"with_{kind}_changed", change, f"Write cells of a row of {table} anew."),
    ]
    if "priority" in declared.columns:
        offered.append((f"with_{kind}_moved", move, _MOVED.format(kind)))
    for name, method, says in offered:
        method.__name__, method.__doc__ = name, says
        method.__qualname__ = f"Edits.{name}"
        setattr(Edits, name, method)


_MOVED = """Move a {} to just before another one, or to the end of the table.

Order decides among rows of one priority alone (and of one action, among rules); to be
asked earlier, a row needs a lower `priority`.
"""
for _table in TABLES:
    _offer(_table)
