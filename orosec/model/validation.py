"""What is wrong between rows: names, addresses and references that do not fit together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from orosec.engine.intervals import Intervals, intersect
from orosec.engine.notation import looks_like_range, range_intervals
from orosec.errors import Fault, did_you_mean
from orosec.model.rows import ClaimRow, Tables, row_name
from orosec.model.schema import (
    CDNS,
    OPERATORS,
    OUTSIDE_HOMES,
    SPECIAL_ENDS,
    TABLES,
    registered,
)


def crosscheck(tables: Tables, unread: Iterable[str] = ()) -> Iterator[Fault]:
    """Yield what is wrong between rows: names, addresses and references.

    Args:
        tables: rows whose cells are good one by one, or empty where they were refused:
            an empty cell is nobody else's fault.
        unread: tables that could not be read; nothing is said of what they lack.
    """
    skip = frozenset(unread)
    yield from _duplicates(tables)
    yield from _overlaps(tables)
    yield from _bad_addresses(tables)
    if skip.isdisjoint({"nodes", "subnets", "interfaces", "rules"}):
        yield from _unknown_names(tables)
    if "sentences" not in skip:
        yield from _unknown_sentences(tables)
    if "sections" not in skip:
        yield from _odd_sections(tables)
    yield from _odd_claims(tables)
    yield from _odd_requirements(tables)
    if "claims" not in skip:
        yield from _unknown_claims(tables)
    yield from _odd_suppressions(tables)


def _numbered(tables: Tables, name: str) -> Iterator[tuple[int, Any]]:
    return enumerate(getattr(tables, name), start=1)


def _fault(name: str, row: int, column: str, value: str, problem: str, hint: str) -> Fault:
    return Fault(f"{name}.csv", row, column, value, problem, hint)


def _duplicates(tables: Tables) -> Iterator[Fault]:
    for name, table in TABLES.items():
        column = next(iter(table.columns))
        seen: dict[str, int] = {}
        for number, row in _numbered(tables, name):
            first = seen.setdefault(row_name(row), number)
            if first != number:
                problem = f"stands in row {first} already"
                hint = "choose another name, or take one of the two away"
                yield _fault(name, number, column, row_name(row), problem, hint)
    taken = {row.name: "nodes" for row in tables.nodes} | {
        row.name: "subnets" for row in tables.subnets
    }
    for number, node in _numbered(tables, "nodes"):
        if node.role != node.name and node.role in taken:
            problem = f"is the name of a row in {taken[node.role]}.csv"
            yield _fault("nodes", number, "role", node.role, problem, "rename one of them")
        for label in {node.role, node.name} & {*SPECIAL_ENDS, "application"}:
            column = "name" if label == node.name else "role"
            problem = "has a meaning of its own"
            yield _fault("nodes", number, column, label, problem, "choose another name")


def _overlaps(tables: Tables) -> Iterator[Fault]:
    for number, one in _numbered(tables, "subnets"):
        for other in tables.subnets[: number - 1]:
            if intersect(_span(one.cidr), _span(other.cidr)):
                problem = f"overlaps {other.name} ({other.cidr})"
                hint = "give the two subnets ranges that share no address"
                yield _fault("subnets", number, "cidr", one.cidr, problem, hint)


def _together(one: str, other: str) -> bool:
    return one in ("both", "", other) or other in ("both", "")


def _span(text: str) -> Intervals:
    return range_intervals(text) if text else ()


def _bad_addresses(tables: Tables) -> Iterator[Fault]:
    subnets = {row.name: row for row in tables.subnets}
    for number, one in _numbered(tables, "interfaces"):
        span = _span(one.address)
        subnet = subnets.get(one.subnet)
        if subnet and subnet.cidr and intersect(span, _span(subnet.cidr)) != span:
            problem = f"lies outside {subnet.name}"
            hint = f"choose an address in {subnet.cidr}"
            yield _fault("interfaces", number, "address", one.address, problem, hint)
        for other in tables.interfaces[: number - 1]:
            if not _together(one.cdn, other.cdn):
                continue
            if intersect(span, _span(other.address)):
                problem = f"is an address of {other.name} already"
                hint = "give each interface an address of its own"
                yield _fault("interfaces", number, "address", one.address, problem, hint)
            if not {*one.public.split()}.isdisjoint(other.public.split()):
                problem = f"is the public address of {other.name} already"
                hint = "give each interface a public address of its own"
                yield _fault("interfaces", number, "public", one.public, problem, hint)


def known_ends(tables: Tables, cdn: str) -> set[str]:
    """Return every name that may stand as an end of a rule or question under one CDN."""
    nodes = [row for row in tables.nodes if _together(row.cdn, cdn)]
    names = {*SPECIAL_ENDS, *(row.name for row in tables.subnets)}
    names |= {row.name for row in nodes} | {row.role for row in nodes}
    if any(row.function == "application" for row in nodes):
        names.add("application")
    return names


def homes(tables: Tables) -> set[str]:
    """Return every place that a node may call its home."""
    networks = {row.network for row in tables.rules}
    return {row.name for row in tables.subnets} | networks | set(OUTSIDE_HOMES)


_END_COLUMNS = {
    "interfaces": ("node",),
    "listeners": ("node",),
    "rules": ("source", "destination"),
    "routes": ("source", "destination", "via"),
    "relays": ("node", "exit", "destination", "carrier"),
    "claims": ("source", "destination"),
}


def _unknown_names(tables: Tables) -> Iterator[Fault]:
    known = {cdn: known_ends(tables, cdn) for cdn in CDNS}
    nodes = {cdn: _node_names(tables, cdn) for cdn in CDNS}
    for name, columns in _END_COLUMNS.items():
        for number, row in _numbered(tables, name):
            for column in columns:
                lone = column in ("node", "exit", "via")
                yield from _unknown_in(name, number, column, row, nodes if lone else known)
    yield from _unknown_places(tables)
    yield from _unknown_publics(tables)


def _node_names(tables: Tables, cdn: str) -> set[str]:
    special = {row.name for row in tables.subnets} | set(SPECIAL_ENDS)
    return known_ends(tables, cdn) - special


def _unknown_in(
    name: str, number: int, column: str, row: Any, known: dict[str, set[str]]
) -> Iterator[Fault]:
    words = getattr(row, column).split()
    for word in words[:2] if column == "carrier" else words:
        if looks_like_range(word):
            continue
        for cdn in CDNS:
            if _together(row.cdn, cdn) and word not in known[cdn]:
                where = f" in the {cdn} variant"
                problem = f"is no known name{where}"
                hint = _hint_name(word, cdn, known)
                yield _fault(name, number, column, word, problem, hint)
                break


def _hint_name(word: str, cdn: str, known: dict[str, set[str]]) -> str:
    others = [other for other in CDNS if word in known[other]]
    if others:
        return f"it exists under cdn {others[0]} only; set the row's cdn to that"
    return did_you_mean(word, known[cdn])


def _unknown_places(tables: Tables) -> Iterator[Fault]:
    subnets = {row.name for row in tables.subnets}
    places = homes(tables)
    for number, node in _numbered(tables, "nodes"):
        if node.home not in places:
            hint = did_you_mean(node.home, places)
            yield _fault("nodes", number, "home", node.home, "is no known place", hint)
    for number, interface in _numbered(tables, "interfaces"):
        if interface.subnet and interface.subnet not in subnets:
            hint = did_you_mean(interface.subnet, subnets)
            value = interface.subnet
            yield _fault("interfaces", number, "subnet", value, "is no subnet", hint)
    networks = {row.network for row in tables.subnets} | {
        row.home for row in tables.nodes if row.home not in subnets
    } - set(OUTSIDE_HOMES)
    for number, rule in _numbered(tables, "rules"):
        if rule.network not in networks:
            hint = did_you_mean(rule.network, networks)
            yield _fault("rules", number, "network", rule.network, "is no network", hint)


def _unknown_publics(tables: Tables) -> Iterator[Fault]:
    members = {row.name: {row.name, row.role} for row in tables.nodes}
    for number, route in _numbered(tables, "routes"):
        own = {
            public
            for row in tables.interfaces
            if route.via in members.get(row.node, ())
            for public in row.public.split()
        }
        if route.via and route.public not in own:
            problem = f"is no public address of {route.via}"
            hint = (
                f"write one of {' '.join(sorted(own))}"
                if own
                else ("give one of its interfaces that public address")
            )
            yield _fault("routes", number, "public", route.public, problem, hint)


def _unknown_sentences(tables: Tables) -> Iterator[Fault]:
    known = {row.sentence for row in tables.sentences}
    columns = {name: "cites" for name in TABLES if "cites" in TABLES[name].columns}
    columns |= {"claims": "sentence"}
    columns |= dict.fromkeys(("ambiguities", "requirements"), "sentences")
    for name, column in columns.items():
        for number, row in _numbered(tables, name):
            cited = getattr(row, column).split()
            for word in cited:
                if word not in known:
                    hint = did_you_mean(word, known)
                    problem = "is no sentence of the register"
                    yield _fault(name, number, column, word, problem, hint)
            if column == "cites" and row.basis == "documented" and not cited:
                problem = "is empty though the row says documented"
                hint = "name the sentence, or choose another basis"
                yield _fault(name, number, "cites", "", problem, hint)


def _odd_sections(tables: Tables) -> Iterator[Fault]:
    known = {row.section for row in tables.sections}
    for number, sentence in _numbered(tables, "sentences"):
        if sentence.section not in known:
            hint = did_you_mean(sentence.section, known)
            value = sentence.section
            yield _fault("sentences", number, "section", value, "is no section", hint)
    for number, section in _numbered(tables, "sections"):
        headed = section.kind in ("title", "heading")
        cells = (section.fingerprint, section.sketch, section.words)
        if any(bool(cell) != headed for cell in cells):
            problem = f"and the recognition of a heading do not go together: {section.kind}"
            hint = "a title or heading has fingerprint, words and sketch, no other part has"
            yield _fault("sections", number, "kind", section.kind, problem, hint)


def _odd_claims(tables: Tables) -> Iterator[Fault]:
    for number, claim in _numbered(tables, "claims"):
        if not claim.verb:
            continue
        verb = registered("verbs")[claim.verb]
        for column in ("source", "destination", "services", "via"):
            cell = getattr(claim, column)
            if column in verb.needs and not cell:
                problem = f"is empty, and the verb {claim.verb} needs it"
                yield _fault("claims", number, column, "", problem, "fill the cell")
            if cell and column not in verb.needs:
                problem = f"is of no use to the verb {claim.verb}"
                yield _fault("claims", number, column, cell, problem, "empty the cell")
        if claim.level not in verb.levels:
            problem = f"is no level for the verb {claim.verb}"
            hint = f"write one of {' '.join(verb.levels)}"
            yield _fault("claims", number, "level", claim.level, problem, hint)
        if verb.names == "a fact" and claim.via not in registered("facts"):
            hint = did_you_mean(claim.via, registered("facts"))
            yield _fault("claims", number, "via", claim.via, "is no known fact", hint)
        if (claim.verb == "beyond") != (claim.expected == "beyond"):
            problem = "and the verb beyond go together"
            hint = "a claim outside the model is expected beyond, any other is not"
            yield _fault("claims", number, "expected", claim.expected, problem, hint)
        if "via" in verb.needs and verb.names == "nodes":
            yield from _unknown_via(tables, number, claim)


def _unknown_via(tables: Tables, number: int, claim: ClaimRow) -> Iterator[Fault]:
    known = {cdn: _node_names(tables, cdn) for cdn in CDNS}
    for word in claim.via.replace(">", " ").split():
        for cdn in CDNS:
            if _together(claim.cdn, cdn) and word not in known[cdn]:
                problem = f"is no known name in the {cdn} variant"
                hint = _hint_name(word, cdn, known)
                yield _fault("claims", number, "via", word, problem, hint)
                break


_CLAIMED = {"ambiguities": ("literal", "operational"), "requirements": ("claims",)}


def _unknown_claims(tables: Tables) -> Iterator[Fault]:
    known = {row.claim for row in tables.claims}
    for name, columns in _CLAIMED.items():
        for number, row in _numbered(tables, name):
            for column in columns:
                for word in getattr(row, column).split():
                    if word not in known:
                        hint = did_you_mean(word, known)
                        yield _fault(name, number, column, word, "is no claim", hint)


def _odd_suppressions(tables: Tables) -> Iterator[Fault]:
    """Yield operators that do not exist; a row that does not is stale, but no fault."""
    for number, suppression in _numbered(tables, "suppressions"):
        known = OPERATORS.get(suppression.table, ())
        for word in suppression.operator.split() if known else ():
            if word not in known:
                problem = f"is no kind of mistake in {suppression.table}.csv"
                hint = did_you_mean(word, known)
                yield _fault("suppressions", number, "operator", word, problem, hint)


def _odd_requirements(tables: Tables) -> Iterator[Fault]:
    for number, row in _numbered(tables, "requirements"):
        if (row.stance == "nothing") == bool(row.sentences or row.claims):
            problem = "does not go with the sentences and claims of the row"
            hint = "behind nothing there is none, behind any other stance at least one"
            yield _fault("requirements", number, "stance", row.stance, problem, hint)
