"""Edits: each gives a new value, and the old one stays as it was.

An edit is checked as a folder of tables is: every cell, then all rows together, and one
error lists every fault. So what is not refused is a network like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Self

from orosec.errors import Fault, UnknownNameError, did_you_mean
from orosec.model.drafts import draft, drafts_of, place_rule, unknown_columns
from orosec.model.rows import Tables, row_number
from orosec.model.schema import TABLES
from orosec.model.tables import Draft, assemble

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

    # The parameters of an edit that adds a row are the columns of its table, so `locals()`
    # holds the cells of the row; `draft` lays those that the table has.

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
        drafts = {name: drafts_of(name, every, faults) for name, every in rows.items()}
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
        cells = locals()
        faults = [] if network else list(place_rule(self._tables, cells))
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
        return self._with("nodes", locals())

    def without_node(self, name: str) -> Self:
        """Take a node away, and its interfaces with it."""
        nodes = list(self._tables.nodes)
        del nodes[row_number(self._tables, "nodes", name)]
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
        return self._with("interfaces", locals())

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
        return self._with("listeners", locals())

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
        return self._with("routes", locals())

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
        return self._with("relays", locals())

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
        return self._with("subnets", locals())

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
        return self._with("exceptions", locals() | {"until": day})

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
        return self._edited({table: [*rows, draft(table, cells)]}, faults)

    def _without(self, table: str, name: str) -> Self:
        rows = list(getattr(self._tables, table))
        del rows[row_number(self._tables, table, name)]
        return self._edited({table: rows})

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
