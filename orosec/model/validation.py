"""What is wrong between rows: names, addresses and references that do not fit together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from orosec.engine.intervals import Intervals, intersect
from orosec.engine.notation import looks_like_range, range_intervals
from orosec.errors import Fault, did_you_mean
from orosec.model.platform import kept_addresses
from orosec.model.rows import InterfaceRow, NodeRow, Tables, row_name
from orosec.model.schema import CDNS, EVERY, OUTSIDE_HOMES, SPECIAL_ENDS, TABLES, registered


def crosscheck(tables: Tables, unread: Iterable[str] = ()) -> Iterator[Fault]:
    """Yield what is wrong between rows: names, addresses and references.

    Args:
        tables: rows whose cells are good one by one, or empty where they were refused:
            an empty cell is nobody else's fault.
        unread: tables that could not be read; nothing is said of what they lack.
    """
    yield from _duplicates(tables)
    yield from _overlaps(tables)
    yield from _bad_addresses(tables)
    yield from _everywhere(tables)
    skip = frozenset(unread)
    yield from _unknown_words(tables, skip)
    if not skip:
        yield from _odd_claims(tables)
        yield from _unknown_publics(tables)
        for table in TABLES.values():
            yield from table.check(tables)


def numbered(tables: Tables, name: str) -> Iterator[tuple[int, Any]]:
    """Yield the rows of a table, each with its number, from 1."""
    return enumerate(getattr(tables, name), start=1)


def fault(name: str, row: int, column: str, value: str, problem: str, hint: str) -> Fault:
    """Return what is wrong with a cell of a table; rows count from 1."""
    return Fault(f"{name}.csv", row, column, value, problem, hint)


def _duplicates(tables: Tables) -> Iterator[Fault]:
    for name, table in TABLES.items():
        column = next(iter(table.columns))
        seen: dict[str, int] = {}
        for number, row in numbered(tables, name):
            first = seen.setdefault(row_name(row), number)
            if first != number and row_name(row):
                problem = f"stands in row {first} already"
                hint = "choose another name, or take one of the two away"
                yield fault(name, number, column, row_name(row), problem, hint)
    taken = dict.fromkeys(map(row_name, tables.nodes), "nodes")
    taken |= dict.fromkeys(map(row_name, tables.subnets), "subnets")
    for number, node in numbered(tables, "nodes"):
        if node.role != node.name and node.role in taken:
            problem = f"is the name of a row in {taken[node.role]}.csv"
            yield fault("nodes", number, "role", node.role, problem, "rename one of them")
        for label, column in {node.role: "role", node.name: "name"}.items():
            if label in (*SPECIAL_ENDS, "application"):
                problem, hint = "has a meaning of its own", "choose another name"
                yield fault("nodes", number, column, label, problem, hint)


def _overlaps(tables: Tables) -> Iterator[Fault]:
    for number, row, other in _clashes(
        (number, row, _span(row.cidr)) for number, row in numbered(tables, "subnets")
    ):
        problem = f"overlaps {other.name} ({other.cidr})"
        hint = "give the two subnets ranges that share no address"
        yield fault("subnets", number, "cidr", row.cidr, problem, hint)


def _clashes(
    rows: Iterable[tuple[int, Any, Intervals]],
) -> Iterator[tuple[int, Any, Any]]:
    """Yield rows that share an address: the number of the later one, it, the other."""
    spans = sorted((*pair, number, row) for number, row, span in rows for pair in span)
    furthest = (-1, 0, None)
    for first, last, number, row in spans:
        reached, before, other = furthest
        if first <= reached:
            pair = [(number, row), (before, other)]
            (_, one), (late, two) = sorted(pair, key=lambda known: known[0])
            yield late, two, one
        furthest = max(furthest, (last, number, row), key=lambda known: known[0])


def _everywhere(tables: Tables) -> Iterator[Fault]:
    """Yield what uses the word for every network, but for the platform's rules."""
    for name, column in (("nodes", "home"), ("subnets", "network"), ("rules", "network")):
        for number, row in numbered(tables, name):
            if getattr(row, column) == EVERY and (name, row.basis) != ("rules", "platform"):
                problem = "stands for all networks, in rules of the platform alone"
                yield fault(name, number, column, EVERY, problem, "name one network")


def _together(cdn: str, other: str) -> bool:
    return cdn in ("both", "", other) or other in ("both", "")


def _span(text: str) -> Intervals:
    return range_intervals(text) if text else ()


def _bad_addresses(tables: Tables) -> Iterator[Fault]:
    subnets = {row.name: row for row in tables.subnets}
    nodes = {row.name: row for row in tables.nodes}
    for number, row in numbered(tables, "interfaces"):
        span = _span(row.address)
        subnet = subnets.get(row.subnet)
        if subnet and subnet.cidr and intersect(span, _span(subnet.cidr)) != span:
            problem = f"lies outside {subnet.name}"
            hint = f"choose an address in {subnet.cidr}"
            yield fault("interfaces", number, "address", row.address, problem, hint)
        elif subnet and intersect(span, kept_addresses(_span(subnet.cidr))):
            problem = f"holds an address that Google keeps in {subnet.name}"
            hint = "choose none of the first two and the last two"
            yield fault("interfaces", number, "address", row.address, problem, hint)
    for cdn in CDNS:
        rows = [
            each for each in numbered(tables, "interfaces") if _together(each[1].cdn, cdn)
        ]
        for number, row, other in _clashes((n, row, _span(row.address)) for n, row in rows):
            if not _one_host(nodes, row, other):
                problem = f"is an address of {other.name} already"
                hint = "give each interface an address of its own; two roles of one host "
                hint += "have one home, subnet and address"
                yield fault("interfaces", number, "address", row.address, problem, hint)
        owners: dict[str, Any] = {}
        for number, row in rows:
            for public in row.public.split():
                other = owners.setdefault(public, row)
                if other is not row and not _one_host(nodes, row, other):
                    problem = f"is the public address of {other.name} already"
                    hint = "give each interface a public address of its own"
                    yield fault("interfaces", number, "public", row.public, problem, hint)


def _one_host(nodes: Mapping[str, NodeRow], row: InterfaceRow, other: InterfaceRow) -> bool:
    """Return whether two interfaces are one, of a host with several roles."""
    one, two = nodes.get(row.node), nodes.get(other.node)
    alike = (row.subnet, row.address) == (other.subnet, other.address)
    return bool(one and two and alike and one.home == two.home and one.role != two.role)


def known_ends(tables: Tables, cdn: str) -> set[str]:
    """Return every name that may stand as an end of a rule or question under one CDN."""
    return {*SPECIAL_ENDS, *(row.name for row in tables.subnets)} | _hosts(tables, cdn)


def _hosts(tables: Tables, cdn: str) -> set[str]:
    """Return every name of a node or of several under one CDN."""
    nodes = [row for row in tables.nodes if _together(row.cdn, cdn)]
    return {label for row in nodes for label in labels(row)}


def labels(node: NodeRow) -> Iterable[str]:
    """Return the names that a node answers to, each once."""
    group = ("application",) if node.function == "application" else ()
    return dict.fromkeys((node.name, node.role, *group))


_NO_SUCH = {
    "homes": "is no known place",
    "networks": "is no network",
    "subnets": "is no subnet",
    "sections": "is no section",
    "sentences": "is no sentence of the register",
    "claims": "is no claim",
}
"""What is wrong with a word that names nothing, by `Column.names`. *hosts*, *ends* and the
first two words of a *flow* are known under one CDN or under both."""

_PLACES = frozenset(("nodes", "subnets", "interfaces", "rules"))
"""The tables that names of places and hosts come from."""


def _known(tables: Tables) -> Mapping[str, Mapping[str, set[str]]]:
    """Return what words may name, by `Column.names`, under each CDN."""
    subnets = {row.name for row in tables.subnets}
    outside = {row.node for row in tables.interfaces if not row.subnet}
    outer = {row.home for row in tables.nodes if row.name in outside}
    networks = {row.network for row in tables.subnets} | outer - subnets
    named = {
        "homes": subnets | networks | set(OUTSIDE_HOMES),
        "networks": networks - set(OUTSIDE_HOMES) | {EVERY},
        **{
            name: set(map(row_name, getattr(tables, name)))
            for name in ("subnets", "sections", "sentences", "claims")
        },
    }
    return {
        "hosts": {cdn: _hosts(tables, cdn) for cdn in CDNS},
        "ends": {cdn: known_ends(tables, cdn) for cdn in CDNS},
        **{kind: dict.fromkeys(CDNS, names) for kind, names in named.items()},
    }


def _unknown_words(tables: Tables, unread: frozenset[str]) -> Iterator[Fault]:
    known = _known(tables)
    for name, table in TABLES.items():
        for label, column in table.columns.items():
            kind = "ends" if column.names == "flow" else column.names
            behind = {kind} if kind in TABLES and kind != "subnets" else _PLACES
            if not kind or not unread.isdisjoint(behind):
                continue
            everywhere = set.intersection(*known[kind].values())
            for number, row in numbered(tables, name):
                words = getattr(row, label).split()
                for word in words[:2] if column.names == "flow" else words:
                    if word not in everywhere:
                        yield from _unknown(
                            name, number, label, row, word, kind, known[kind]
                        )
                if label == "cites" and row.basis == "documented" and not words:
                    problem = "is empty though the row says documented"
                    hint = "name the sentence, or choose another basis"
                    yield fault(name, number, label, "", problem, hint)


def _unknown(
    name: str,
    number: int,
    label: str,
    row: Any,
    word: str,
    kind: str,
    known: Mapping[str, set[str]],
) -> Iterator[Fault]:
    """Yield a fault where a word names nothing under a CDN that the row applies to."""
    if kind == "ends" and looks_like_range(word):
        return
    cdns = [cdn for cdn in CDNS if _together(getattr(row, "cdn", "both"), cdn)]
    missing = [cdn for cdn in cdns if word not in known[cdn]]
    if missing:
        cdn = missing[0]
        problem = _NO_SUCH.get(kind, f"is no known name in the {cdn} variant")
        others = [other for other in CDNS if word in known[other]]
        hint = (
            f"it exists under cdn {others[0]} only; set the row's cdn to that"
            if others
            else did_you_mean(word, known[cdn])
        )
        yield fault(name, number, label, word, problem, hint)


def _unknown_publics(tables: Tables) -> Iterator[Fault]:
    roles = {row.name: row.role for row in tables.nodes}
    publics: dict[str, set[str]] = {}
    for row in tables.interfaces:
        for name in {row.node, roles.get(row.node, "")}:
            publics.setdefault(name, set()).update(row.public.split())
    for number, route in numbered(tables, "routes"):
        own = publics.get(route.via, set())
        if route.via and route.public not in own:
            problem = f"is no public address of {route.via}"
            hint = "give one of its interfaces that public address"
            if own:
                hint = f"write one of {' '.join(sorted(own))}"
            yield fault("routes", number, "public", route.public, problem, hint)


def _odd_claims(tables: Tables) -> Iterator[Fault]:
    called = ((number, row) for number, row in numbered(tables, "claims") if row.verb)
    for number, claim in called:
        verb = registered("verbs")[claim.verb]
        for column in ("source", "destination", "services", "via"):
            cell = getattr(claim, column)
            says = f"is empty, and the verb {claim.verb} needs it", "fill the cell"
            if cell:
                says = f"is of no use to the verb {claim.verb}", "empty the cell"
            if bool(cell) != (column in verb.needs):
                yield fault("claims", number, column, cell, *says)
        if claim.level not in verb.levels:
            problem = f"is no level for the verb {claim.verb}"
            hint = f"write one of {' '.join(verb.levels)}"
            yield fault("claims", number, "level", claim.level, problem, hint)
        if verb.names == "a fact" and claim.via not in registered("facts"):
            hint = did_you_mean(claim.via, registered("facts"))
            yield fault("claims", number, "via", claim.via, "is no known fact", hint)
        if (claim.verb == "beyond") != (claim.expected == "beyond"):
            problem = "and the verb beyond go together"
            hint = "a claim outside the model is expected beyond, any other is not"
            yield fault("claims", number, "expected", claim.expected, problem, hint)
        if "via" in verb.needs and verb.names == "nodes":
            hosts = {cdn: _hosts(tables, cdn) for cdn in CDNS}
            for word in claim.via.replace(">", " ").split():
                yield from _unknown("claims", number, "via", claim, word, "hosts", hosts)
