"""Edits: each gives a new value, and the old one stays as it was.

An edit is checked as a folder of tables is: every cell, then all rows together, and one
error lists every fault. So what is not refused is a network like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, Self

from orosec.errors import Fault, NotationError, UnknownNameError, did_you_mean
from orosec.model.rows import Tables
from orosec.model.scenario import Scenario
from orosec.model.schema import CDNS, READINGS, TABLES
from orosec.model.tables import NUMBERS, Draft, assemble

_REFUSED = "the edit cannot be made"
_PROPOSED = "proposed"
_RATIONALE = "Proposed; no reason is given."


class Edits:
    """What can be edited in a network; each method gives a new network.

    For every kind of row (`rule`, `node`, `interface`, `listener`, `route`, `relay`,
    `subnet`, `exception`) there are three: ``with_rule(name, ...)`` adds a row at the
    end of its table, ``without_rule(name)`` takes one away, ``with_rule_changed(name,
    ...)`` writes cells anew, the columns being keywords. Rules and routes can also be
    moved, and `with_tables` replaces whole tables at once.

    Cells are written as in the tables: text, several words with single spaces between
    them, and priorities as whole numbers. A new row has the basis *proposed*, unless it
    is given another.

    Every edit raises `TableError` where a cell or a reference is wrong (all faults at
    once) and `UnknownNameError` where the row is not there.
    """

    __slots__ = ("_tables",)
    _tables: Tables

    def __init__(self, tables: Tables) -> None:
        object.__setattr__(self, "_tables", tables)

    def with_tables(self, **rows: Any) -> Self:
        """Replace whole tables, all in one step.

        Args:
            rows: for the name of a table, its rows: mappings from column to cell, rows
                of `Network.tables`, or a pandas DataFrame: one of the network itself, or
                what `pandas.read_csv` and `pandas.concat` give.

        Raises:
            UnknownNameError: no such table.
            TableError: anything is wrong; each fault has the number of its row.
        """
        for name in rows:
            if name not in TABLES:
                raise UnknownNameError(name, "table", did_you_mean(name, TABLES))
        faults: list[Fault] = []
        drafts = {name: _drafts(name, every, faults) for name, every in rows.items()}
        return self._edited(drafts, faults)

    def with_rule(
        self,
        name: str,
        action: str,
        *,
        source: str,
        destination: str,
        services: str,
        network: str = "",
        direction: str = "ingress",
        priority: int = 1000,
        cdn: str = "both",
        reading: str = "both",
        basis: str = _PROPOSED,
        cites: str = "",
        rationale: str = _RATIONALE,
    ) -> Self:
        """Add a firewall rule.

        Args:
            name: unique name.
            action: ``allow`` or ``deny``.
            source: who sends: names, addresses, ranges.
            destination: who receives: the same.
            services: such as ``tcp:5432 icmp``, or ``all``.
            network: whose rules are meant; left out, it is the network that the
                destination stands in (the source, for an egress rule).
            direction: ``ingress`` or ``egress``.
            priority: 0 to 65535, the lower the earlier; deny before allow where equal.
            cdn: ``google``, ``cloudflare`` or ``both``.
            reading: ``operational``, ``literal`` or ``both``.
            basis: what the row is based on.
            cites: the sentences it follows.
            rationale: the reason, in words.

        >>> from orosec import orocloud
        >>> ends = {"source": "vpn-gateway", "destination": "database"}
        >>> proposal = orocloud.with_rule("dba", "allow", **ends, services="tcp:5432")
        >>> len(proposal.rules) - len(orocloud.rules)
        1
        """
        cells = {
            "name": name,
            "cdn": cdn,
            "reading": reading,
            "network": network,
            "direction": direction,
            "priority": priority,
            "action": action,
            "source": source,
            "destination": destination,
            "services": services,
            "basis": basis,
            "cites": cites,
            "rationale": rationale,
        }
        faults = [] if network else list(_place_rule(self._tables, cells))
        return self._with("rules", cells, faults)

    def without_rule(self, name: str) -> Self:
        """Take a rule away."""
        return self._without("rules", name)

    def with_rule_changed(self, name: str, /, **columns: object) -> Self:
        """Write cells of a rule anew."""
        return self._with_changed("rules", name, columns)

    def with_rule_moved(self, name: str, *, before: str = "") -> Self:
        """Move a rule to just before another one, or to the end of the table.

        Order decides among rules of one priority and one action alone; to be asked
        earlier, a rule needs a lower `priority`.
        """
        return self._with_moved("rules", name, before)

    def with_node(
        self,
        name: str,
        *,
        role: str,
        function: str,
        home: str,
        stores: str = "no",
        cdn: str = "both",
        basis: str = _PROPOSED,
        cites: str = "",
        rationale: str = _RATIONALE,
    ) -> Self:
        """Add a node; it takes part in traffic once it has an interface.

        Args:
            name: unique name.
            role: what it is to rules that name many: ``web``, ``database``.
            function: ``application``, ``cdn``, ``egress``, ``bridge``, ``vpn``,
                ``outside``.
            home: the subnet or network it lives in, ``border`` or ``internet``.
            stores: ``yes`` where it stores production data, else ``no``.
            cdn: ``google``, ``cloudflare`` or ``both``.
            basis: what the row is based on.
            cites: the sentences it follows.
            rationale: the reason, in words.
        """
        cells = {"name": name, "cdn": cdn, "role": role, "function": function, "home": home}
        rest = {"stores": stores, "basis": basis, "cites": cites, "rationale": rationale}
        return self._with("nodes", cells | rest)

    def without_node(self, name: str) -> Self:
        """Take a node away, and its interfaces with it."""
        nodes = list(self._tables.nodes)
        del nodes[_number(self._tables, "nodes", name)]
        interfaces = [row for row in self._tables.interfaces if row.node != name]
        return self._edited({"nodes": nodes, "interfaces": interfaces})

    def with_node_changed(self, name: str, /, **columns: object) -> Self:
        """Write cells of a node anew."""
        return self._with_changed("nodes", name, columns)

    def with_interface(
        self,
        name: str,
        *,
        node: str,
        address: str,
        subnet: str = "",
        public: str = "",
        carries: str = "both",
        cdn: str = "both",
        basis: str = _PROPOSED,
        cites: str = "",
        rationale: str = _RATIONALE,
    ) -> Self:
        """Attach a node.

        Args:
            name: unique name.
            node: the node that is attached.
            address: its address or range there.
            subnet: where it is attached; empty outside both subnets.
            public: the public address that stands for it, if any.
            carries: ``both``, ``arrivals`` or ``departures``.
            cdn: ``google``, ``cloudflare`` or ``both``.
            basis: what the row is based on.
            cites: the sentences it follows.
            rationale: the reason, in words.
        """
        cells = {"name": name, "cdn": cdn, "node": node, "subnet": subnet}
        ends = {"address": address, "public": public, "carries": carries}
        rest = {"basis": basis, "cites": cites, "rationale": rationale}
        return self._with("interfaces", cells | ends | rest)

    def without_interface(self, name: str) -> Self:
        """Take an interface away."""
        return self._without("interfaces", name)

    def with_interface_changed(self, name: str, /, **columns: object) -> Self:
        """Write cells of an interface anew."""
        return self._with_changed("interfaces", name, columns)

    def with_listener(
        self,
        name: str,
        *,
        node: str,
        services: str,
        cdn: str = "both",
        basis: str = _PROPOSED,
        cites: str = "",
        rationale: str = _RATIONALE,
    ) -> Self:
        """Let a node, or every node of a role, answer on some services."""
        cells = {"name": name, "cdn": cdn, "node": node, "services": services}
        return self._with(
            "listeners", cells | {"basis": basis, "cites": cites, "rationale": rationale}
        )

    def without_listener(self, name: str) -> Self:
        """Take a listener away."""
        return self._without("listeners", name)

    def with_listener_changed(self, name: str, /, **columns: object) -> Self:
        """Write cells of a listener anew."""
        return self._with_changed("listeners", name, columns)

    def with_route(
        self,
        name: str,
        *,
        source: str,
        destination: str,
        via: str,
        public: str,
        priority: int = 1000,
        cdn: str = "both",
        basis: str = _PROPOSED,
        cites: str = "",
        rationale: str = _RATIONALE,
    ) -> Self:
        """Say through whom traffic leaves, and as whom.

        Args:
            name: unique name.
            source: who sends.
            destination: where to, outside.
            via: the node that it leaves through.
            public: the public address of that node that it carries outside.
            priority: 0 to 65535, the lower the earlier.
            cdn: ``google``, ``cloudflare`` or ``both``.
            basis: what the row is based on.
            cites: the sentences it follows.
            rationale: the reason, in words.
        """
        cells = {"name": name, "cdn": cdn, "priority": priority, "source": source}
        ends = {"destination": destination, "via": via, "public": public}
        rest = {"basis": basis, "cites": cites, "rationale": rationale}
        return self._with("routes", cells | ends | rest)

    def without_route(self, name: str) -> Self:
        """Take a route away."""
        return self._without("routes", name)

    def with_route_changed(self, name: str, /, **columns: object) -> Self:
        """Write cells of a route anew."""
        return self._with_changed("routes", name, columns)

    def with_route_moved(self, name: str, *, before: str = "") -> Self:
        """Move a route in the same way; order decides among routes of one priority."""
        return self._with_moved("routes", name, before)

    def with_relay(
        self,
        name: str,
        *,
        node: str,
        accepts: str,
        exit: str,  # noqa: A002 (the name of the column)
        destination: str,
        services: str,
        carrier: str = "",
        cdn: str = "both",
        basis: str = _PROPOSED,
        cites: str = "",
        rationale: str = _RATIONALE,
    ) -> Self:
        """Let a node end connections and open new ones.

        Args:
            name: unique name.
            node: who ends the connection.
            accepts: the services on which it does.
            exit: who opens the next one: the same node, or the end of a tunnel.
            destination: where to.
            services: on which services.
            carrier: a connection that must be possible for this, as source, destination
                and service; empty where it needs none.
            cdn: ``google``, ``cloudflare`` or ``both``.
            basis: what the row is based on.
            cites: the sentences it follows.
            rationale: the reason, in words.
        """
        cells = {"name": name, "cdn": cdn, "node": node, "accepts": accepts, "exit": exit}
        ends = {"destination": destination, "services": services, "carrier": carrier}
        rest = {"basis": basis, "cites": cites, "rationale": rationale}
        return self._with("relays", cells | ends | rest)

    def without_relay(self, name: str) -> Self:
        """Take a relay away."""
        return self._without("relays", name)

    def with_relay_changed(self, name: str, /, **columns: object) -> Self:
        """Write cells of a relay anew."""
        return self._with_changed("relays", name, columns)

    def with_subnet(
        self,
        name: str,
        *,
        network: str,
        cidr: str,
        basis: str = _PROPOSED,
        cites: str = "",
        rationale: str = _RATIONALE,
    ) -> Self:
        """Add a subnet."""
        cells = {"name": name, "network": network, "cidr": cidr}
        return self._with(
            "subnets", cells | {"basis": basis, "cites": cites, "rationale": rationale}
        )

    def without_subnet(self, name: str) -> Self:
        """Take a subnet away."""
        return self._without("subnets", name)

    def with_subnet_changed(self, name: str, /, **columns: object) -> Self:
        """Write cells of a subnet anew."""
        return self._with_changed("subnets", name, columns)

    def with_exception(
        self,
        claim: str,
        *,
        rationale: str,
        owner: str,
        until: str | date,
        basis: str = _PROPOSED,
    ) -> Self:
        """Accept, for a while, that a promise is broken.

        Args:
            claim: the id of the claim.
            rationale: the reason, in words.
            owner: who answers for it.
            until: the last day on which it holds, as a date or as text (2026-12-31).
            basis: what the row is based on.
        """
        day = until.isoformat() if isinstance(until, date) else until
        cells = {
            "claim": claim,
            "rationale": rationale,
            "owner": owner,
            "until": day,
            "basis": basis,
        }
        return self._with("exceptions", cells)

    def without_exception(self, claim: str) -> Self:
        """Take an exception away."""
        return self._without("exceptions", claim)

    def with_exception_changed(self, claim: str, /, **columns: object) -> Self:
        """Write cells of an exception anew."""
        return self._with_changed("exceptions", claim, columns)

    # The edits that all of these are

    def _edited(
        self, drafts: Mapping[str, Sequence[Draft]], faults: Iterable[Fault] = ()
    ) -> Self:
        rows = {name: getattr(self._tables, name) for name in TABLES}
        return type(self)(assemble({**rows, **drafts}, faults, refused=_REFUSED))

    def _with(
        self, table: str, cells: Mapping[str, object], faults: Iterable[Fault] = ()
    ) -> Self:
        rows = getattr(self._tables, table)
        return self._edited({table: [*rows, _draft(table, cells)]}, faults)

    def _without(self, table: str, name: str) -> Self:
        rows = list(getattr(self._tables, table))
        del rows[_number(self._tables, table, name)]
        return self._edited({table: rows})

    def _with_changed(self, table: str, name: str, columns: Mapping[str, object]) -> Self:
        number = _number(self._tables, table, name)
        rows = list(getattr(self._tables, table))
        rows[number] = _draft(table, rows[number]._asdict() | columns)
        return self._edited({table: rows}, _unknown(table, number + 1, columns))

    def _with_moved(self, table: str, name: str, before: str) -> Self:
        rows = list(getattr(self._tables, table))
        old = _number(self._tables, table, name)
        new = _number(self._tables, table, before) if before else len(rows)
        row = rows.pop(old)
        rows.insert(new - (old < new), row)
        return self._edited({table: rows})


def _number(tables: Tables, table: str, name: str) -> int:
    """Return the place of a row in its table, from 0."""
    names = [row[0] for row in getattr(tables, table)]
    if name not in names:
        what = f"row of {table}"
        raise UnknownNameError(str(name), what, did_you_mean(str(name), names))
    return names.index(name)


def _draft(table: str, cells: Mapping[str, object]) -> list[object]:
    """Lay the cells of a row in the order of the columns, numbers written as text."""
    return [_written(column, cells.get(column, "")) for column in TABLES[table].columns]


def _written(column: str, cell: object) -> object:
    return str(cell) if column in NUMBERS else cell


def _unknown(table: str, row: int, columns: Iterable[str]) -> Iterator[Fault]:
    known = TABLES[table].columns
    for column in columns:
        if column not in known:
            hint = did_you_mean(str(column), known)
            problem = "column is not known"
            yield Fault(f"{table}.csv", row, "", str(column), problem, hint)


def _drafts(table: str, rows: Any, faults: list[Fault]) -> list[list[object]]:
    """Read the rows of a table that somebody made, whichever way they are held."""
    records = rows.to_dict("records") if hasattr(rows, "to_dict") else rows
    drafts: list[list[object]] = []
    if isinstance(records, str | Mapping) or not isinstance(records, Iterable):
        problem, hint = "is no table", "write a sequence of rows"
        faults.append(Fault(f"{table}.csv", 0, "", repr(rows), problem, hint))
        return drafts
    for number, row in enumerate(records, start=1):
        cells = row._asdict() if hasattr(row, "_asdict") else row
        if not isinstance(cells, Mapping):
            problem, hint = "is no row", "write a mapping from column to cell"
            faults.append(Fault(f"{table}.csv", number, "", repr(row), problem, hint))
            continue
        faults.extend(_unknown(table, number, cells))
        plain = {column: _plain(cell) for column, cell in cells.items()}
        drafts.append(_draft(table, plain))
    return drafts


def _plain(cell: object) -> object:
    """Read a cell as pandas holds it: a missing one is empty, 1000.0 is a whole number."""
    try:
        missing = cell is None or bool(cell != cell)  # noqa: PLR0124 (true of NaN alone)
    except TypeError:  # what pandas calls NA is neither equal nor unequal to itself
        missing = True
    if missing:
        return ""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _place_rule(tables: Tables, cells: dict[str, object]) -> Iterator[Fault]:
    """Fill in whose rules a new rule belongs to: those of the network it guards."""
    end = "source" if cells["direction"] == "egress" else "destination"
    every = sorted({row.network for row in tables.rules})
    found, known = _networks_of(tables, str(cells[end]))
    cells["network"] = min(found, default=every[0] if every else "")
    if known and len(found) != 1:
        problem = f"does not follow from the {end}"
        hint = f"write one of {' '.join(sorted(found) or every)}"
        yield Fault("rules.csv", len(tables.rules) + 1, "network", "", problem, hint)


def _networks_of(tables: Tables, ends: str) -> tuple[set[str], bool]:
    """Return the networks that *ends* stand in, and whether there are ends, all known."""
    found: set[str] = set()
    known = set()
    for cdn in CDNS:
        scenario = Scenario(tables, cdn, READINGS[0])
        for end in ends.split():
            with suppress(UnknownNameError, NotationError):
                scenario.check_end(end)
                found |= scenario.networks_of(end)
                known.add(end)
    return found, bool(known) and known == {*ends.split()}
