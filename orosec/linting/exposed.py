"""What is opened to nobody, or to too many: rules, listeners and addresses together.

A door to the public is explained: it is as wide as it has to be, where whoever it leads
to is there for the public (its duty is cdn or vpn), and all that it opens is answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from orosec.claims.verbs import packet_text
from orosec.engine.decision_diagram import ANY_ADDRESS, V6
from orosec.engine.intervals import Intervals, intersect, subtract, union
from orosec.engine.notation import address_text, range_intervals, read_services
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import Rule, joined
from orosec.linting.finding import (
    LintFinding,
    decided,
    fate,
    foreign_words,
    row_of,
)
from orosec.model.edit import Edit
from orosec.model.rows import InterfaceRow
from orosec.model.scenario import Scenario

WIDE = 2**16
"""A source with more addresses than this that stand in no table is wide: over a /16. Of
IPv6, ranges of /64 are counted: over a /48."""

PUBLIC_FUNCTIONS = ("cdn", "vpn")


def _unanswered(scenario: Scenario) -> Iterator[LintFinding]:
    """Ingress rules that let in what nothing listens for.

    Every word of a rule's services must find a listener at one of its destinations at
    least. So ``all`` promises little, and a port that is named promises a listener.
    """
    for place, policy in scenario.policies.items():
        for rule in policy if place[1] == "ingress" else ():
            mine = scenario.scope(place) & rule.packets()
            words = row_of(scenario, rule).services.split()
            unserved = [word for word in words if _unheard(scenario, mine, word)]
            if rule.allows and unserved:
                yield from _no_listener(scenario, rule, mine, unserved)


def _unheard(scenario: Scenario, mine: PacketSet, word: str) -> bool:
    asked = mine & PacketSet.box(services=read_services(word))
    return not asked.empty and asked.isdisjoint(scenario.listening)


def _no_listener(
    scenario: Scenario, rule: Rule, mine: PacketSet, unserved: Sequence[str]
) -> Iterator[LintFinding]:
    """Tell of it where any such packet passes; else another kind tells more."""
    row = row_of(scenario, rule)
    opened = mine & PacketSet.box(services=read_services(" ".join(unserved)))
    packet = scenario.witness(opened & scenario.permitted)
    if packet is not None:
        heard = " ".join(word for word in row.services.split() if word not in unserved)
        yield LintFinding(
            "no-listener",
            "rules",
            row.name,
            f"opens {' '.join(unserved)} to {row.destination}, where nothing listens on it",
            f"{packet_text(scenario, packet)} passes, and nothing answers",
            Edit.of_row("rules", row.name, (("services", heard),) if heard else ()),
            "or add the listener that is missing",
        )


def _unreached(scenario: Scenario) -> Iterator[LintFinding]:
    """Listeners that no rule lets anybody else reach."""
    for row in scenario.listeners:
        hosts = scenario.addresses(row.node, "destination", frozenset())
        words = row.services.split()
        lone = [word for word in words if _to(hosts, word).isdisjoint(scenario.permitted)]
        if lone:
            heard = " ".join(word for word in words if word not in lone)
            packet = scenario.witness(_to(hosts, " ".join(lone)))
            yield LintFinding(
                "unreached",
                "listeners",
                row.name,
                f"listens on {' '.join(lone)} at {row.node}; no rule lets anybody reach it",
                fate(scenario, packet) if packet else "",
                Edit.of_row("listeners", row.name, (("services", heard),) if heard else ()),
                "or add a rule for whoever needs it",
            )


def _to(hosts: Intervals, services: str) -> PacketSet:
    """Return what others send to the *hosts*: what one sends to itself meets no rule."""
    wanted = read_services(services)
    return joined(
        PacketSet.box(_others(span) if span[0] == span[1] else ANY_ADDRESS, (span,), wanted)
        for span in hosts
    )


def _others(span: tuple[int, int]) -> Intervals:
    return subtract(ANY_ADDRESS, (span,))


_ENDS = {
    "rules": ("source", "destination"),
    "routes": ("source", "destination"),
    "relays": ("destination",),
}


def _foreign(scenario: Scenario) -> Iterator[LintFinding]:
    """Private addresses that no subnet holds."""
    for table, columns in _ENDS.items():
        for row in getattr(scenario, table):
            for column in columns:
                yield from _foreign_cell(scenario, table, row, column)
    for row in scenario.interfaces:
        if not row.subnet and foreign_words(scenario, row.address):
            says = f"has the private address {row.address}, which no subnet holds"
            advice = "name its subnet and take an address there, or a public address"
            edit = _housed(scenario, row)
            yield LintFinding(
                "foreign", "interfaces", row.name, says, row.address, edit, advice
            )


def _foreign_cell(
    scenario: Scenario, table: str, row: Any, column: str
) -> Iterator[LintFinding]:
    words = getattr(row, column).split()
    foreign = foreign_words(scenario, getattr(row, column))
    if foreign:
        rest = " ".join(word for word in words if word not in foreign)
        says = f"names {' '.join(foreign)} as its {column}, which no subnet holds"
        edit = Edit.of_row(table, row.name, ((column, rest),) if rest else ())
        advice = "or add the subnet, or correct the address"
        yield LintFinding("foreign", table, row.name, says, " ".join(foreign), edit, advice)


def _housed(scenario: Scenario, row: InterfaceRow) -> Edit | None:
    """Return what gives an interface a free address in the home subnet of its node."""
    home = scenario.node_of[row.node].home
    taken = union(
        span for one in scenario.tables.interfaces for span in range_intervals(one.address)
    )
    free = subtract(scenario.subnets.get(home, ()), taken)
    usable = [first for first, last in free if first < last]
    if not usable or " " in row.address:
        return None
    address = address_text(usable[0] + 1)
    return Edit.of_row("interfaces", row.name, (("subnet", home), ("address", address)))


def _wide(scenario: Scenario) -> Iterator[LintFinding]:
    """Ingress rules that let in far more addresses than stand in any table."""
    known = union((*scenario.inside, *scenario.edges))
    for place in scenario.policies:
        for rule, share in scenario.shares[place] if place[1] == "ingress" else ():
            row = row_of(scenario, rule)
            here = frozenset((row.network,))
            spans = {
                word: subtract(scenario.addresses(word, "source", here), known)
                for word in row.source.split()
            }
            broad = [word for word, left in spans.items() if _size(left) > WIDE]
            strangers = union(span for word in broad for span in spans[word])
            passing = share & scenario.permitted & PacketSet.box(sources=strangers)
            if rule.allows and not passing.empty:
                yield _broad(scenario, rule, broad, passing)


def _broad(
    scenario: Scenario, rule: Rule, broad: list[str], passing: PacketSet
) -> LintFinding:
    row = row_of(scenario, rule)
    says = (
        f"lets {' '.join(broad)} in to {row.destination} on {row.services}: "
        f"more than {WIDE} addresses that stand in no table"
    )
    evidence = decided(scenario, passing, [(rule, passing)])
    if _is_door(scenario, passing):
        reason = f"a door to the public: {row.destination} is there for it, and answers"
        return LintFinding("wide", "rules", rule.name, says, evidence, explained=reason)
    inside = [
        name for name, spans in scenario.subnets.items() if intersect(spans, rule.sources)
    ]
    kept = [word for word in row.source.split() if word not in broad]
    narrow = " ".join(dict.fromkeys((*kept, *inside)))
    edit = Edit.of_row("rules", row.name, (("source", narrow),) if narrow else ())
    return LintFinding(
        "wide", "rules", row.name, says, evidence, edit, "or name those who need it"
    )


def _is_door(scenario: Scenario, passing: PacketSet) -> bool:
    """Return whether all that passes goes to public edges that answer it."""
    edges = union(
        span
        for row in scenario.interfaces
        if row.public or not row.subnet
        if scenario.node_of[row.node].function in PUBLIC_FUNCTIONS
        for span in range_intervals(row.address)
    )
    return not subtract(passing.destinations(), edges) and passing <= scenario.listening


def _size(spans: Intervals) -> int:
    """Count addresses; of IPv6, ranges of /64, which is what one link has."""
    return sum(
        (last >> 64) - (first >> 64) + 1 if first >= V6 else last - first + 1
        for first, last in spans
    )


LOOKS = (_unanswered, _unreached, _foreign, _wide)
