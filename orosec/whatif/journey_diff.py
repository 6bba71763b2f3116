"""Ways in, out and through, and how they differ between two scenarios.

A way in starts outside and ends at a role of ours; a way out is the reverse; a way through
leads from a role of ours to another one, over a relay at least (one connection is told as
packets); a translation is what leaves with a public address. Ways are chains of connections
(`orosec.model.journeys`); of these, only the ones that changed packets can touch are looked
at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from operator import le
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from orosec.engine.decision_diagram import remembering
from orosec.engine.intervals import Intervals, intersect
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.engine.policy import joined
from orosec.engine.summary import services_summary
from orosec.model.addressing import INTERNET, addresses_of, grouped, remembered
from orosec.model.journeys import JourneyGraph
from orosec.model.names import describe, ends
from orosec.model.rows import NodeRow
from orosec.model.scenario import Scenario
from orosec.model.schema import Variant
from orosec.queries.packet_diff import PacketChange, fabric

_OUTSIDE = (INTERNET, "elsewhere")

WAYS = ("in", "out", "through", "translations")
"""The kinds of ways, and what leaves."""

FATES = ("appeared", "vanished", "widened", "narrowed")
"""What can become of a way; the last two where it is there before and after."""


class JourneyChange(NamedTuple):
    """Ways that appeared or vanished, taken apart so that ways alike can be joined.

    Attributes:
        kind: ``in``, ``out``, ``through`` or ``translations``.
        change: ``appeared``, ``vanished``, ``widened`` or ``narrowed`` (of what is there
            before and after, between the same hosts; it is told as it is after).
        start: who opens the first connection.
        middle: the connections before the last one, in words.
        end: who takes the last connection.
        carries: what the last connection carries, in words.
        under: the CDNs and readings in which it is so.
    """

    kind: str
    change: str
    start: str
    middle: tuple[str, ...]
    end: str
    carries: str
    under: tuple[Variant, ...] = ()

    @property
    def says(self) -> str:
        """The chain of connections, in words."""
        return " → ".join([self.start, *self.middle, f"{self.end} {self.carries}"])

    def __str__(self) -> str:
        what = "translation" if self.kind == "translations" else f"way {self.kind}"
        return f"{what} {self.change}: {self.says}"


@remembering()
def ways(
    before: Scenario, after: Scenario, found: Sequence[PacketChange]
) -> list[JourneyChange]:
    """Return every way that is in one of two scenarios alone, or carries more in one.

    Args:
        before: the one scenario.
        after: the other.
        found: the changes of packets between them.

    Where the scenarios differ in rules and listeners alone, a way can differ only if
    one of its connections holds a changed packet, so no other way is computed.
    """
    changed = joined(change.packets for change in found)
    near = None if fabric(before) != fabric(after) else changed
    if near is not None and near.empty:
        return []
    was, now = (_chains(each, _asked(each, near)) for each in (before, after))
    gone, come = _new(before, was, now), _new(after, now, was)
    told = [(way, fate) for way, fates in come.items() if way not in gone for fate in fates]
    # A way that only got narrower, or wider, has not vanished.
    left = (way for way, fates in gone.items() if way not in come and "appeared" in fates)
    told += ((way, "vanished") for way in left)
    changed_ways = (way._replace(change=fate) for way, fate in dict.fromkeys(told))
    return [*changed_ways, *_translations(before, after)]


_Carried: TypeAlias = tuple[PacketSet, ...]
"""What each connection of a way carries."""

_Chains: TypeAlias = Mapping[tuple[object, ...], Mapping[_Carried, Any]]
"""Ways by whom they pass, then by what each connection carries, whichever relays hand on.

With each stands where it was found: a way in or out, the graph, and the path in it.
"""


def _new(
    scenario: Scenario, mine: _Chains, others: _Chains
) -> Mapping[JourneyChange, tuple[str, ...]]:
    """Tell the ways that are not among *others*, and their fates if those were before."""
    return grouped(
        (_step(scenario, *where), _fate(way, old))
        for hosts, ways in mine.items()
        for old in (others.get(hosts, {}),)
        for way, where in ways.items()
        if way not in old
    )


def _fate(way: _Carried, old: Iterable[_Carried]) -> str:
    """Say what became of the *old* ways between the same hosts, where one is *way* now."""
    if any(_within(one, way) for one in old):
        return "widened"
    return "narrowed" if any(_within(way, one) for one in old) else "appeared"


def _within(one: _Carried, other: _Carried) -> bool:
    """Return whether a way carries nothing that another one does not, hop by hop."""
    return all(map(le, one, other))


_Asked: TypeAlias = tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
"""Which ways to look at: a kind, where they start, where they end."""


def _asked(scenario: Scenario, near: PacketSet | None) -> _Asked:
    """Say which ways packets of *near* can be a part of: every way, for None."""
    nodes = scenario.nodes
    outside = (*_OUTSIDE, *_roles(row for row in nodes if row.function == "outside"))
    inside = _roles(row for row in nodes if row.function != "outside")
    edges = _roles(row for row in nodes if row.home in scenario.networks)
    starts, targets = inside, (*_OUTSIDE, *edges)
    inner = tuple(name for name in inside if name not in edges)  # what leaves goes out
    if near is not None and not _relayed(scenario, near):
        # Every connection to a relay is as it was, so only last ones can differ.
        inside, inner = (
            _touched(scenario, x, near.destinations()) for x in (inside, inner)
        )
        targets = _touched(scenario, targets, near.destinations())
    return ("in", outside, inside), ("out", starts, targets), ("through", starts, inner)


@remembered
def _chains(scenario: Scenario, asked: _Asked) -> _Chains:
    """Return every way that is asked for, but for those that lie within another one."""
    found: list[tuple[tuple[object, ...], tuple[_Carried, Any]]] = []
    for kind, starts, targets in asked:
        if starts and targets:
            start, end = map(" ".join, (starts, targets))
            graph = JourneyGraph(scenario, start, end, "all", relayed=kind == "through")
            for path in graph.paths():
                chain = graph.chain(path)
                passed = tuple(_whom(scenario, place) for place in path[::2])
                hosts = passed, tuple(hop.public for hop in chain)
                carried = tuple(hop.packets for hop in chain)
                found.append((hosts, (carried, (kind, graph, path))))
    alike = {hosts: dict(ways) for hosts, ways in grouped(found).items()}
    return MappingProxyType({hosts: _widest(ways) for hosts, ways in alike.items()})


def _whom(scenario: Scenario, place: Any) -> tuple[str, ...]:
    """Say whom a way meets at a place: the host of a relay, by whichever name of it."""
    alone = place.relay and len(place.hosts) == 1
    return scenario.members[place.name] if alone else (place.name, *place.hosts)


def _widest(ways: Mapping[_Carried, Any]) -> Mapping[_Carried, Any]:
    within = {a for a, b in permutations(ways, 2) if _within(a, b)}
    return {way: where for way, where in ways.items() if way not in within}


def _step(scenario: Scenario, kind: str, graph: JourneyGraph, path: Any) -> JourneyChange:
    """Take a way apart into what is said of it."""
    *middle, last = graph.journey(path).hops
    first = middle[0] if middle else last
    start = _exactly(scenario, first.source, first.packets.sources(), "source")
    end = _exactly(scenario, last.destination, last.packets.destinations(), "destination")
    carries = str(last).removeprefix(last.destination).strip()
    return JourneyChange(kind, "", start, tuple(map(str, middle)), end, carries)


def _exactly(scenario: Scenario, name: str, addresses: Intervals, side: str) -> str:
    """Say which of the many outside take part, where a name stands for many."""
    return describe(scenario, addresses, side) if name in _OUTSIDE else name


def _roles(nodes: Iterable[NodeRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.role for row in nodes))


def _relayed(scenario: Scenario, near: PacketSet) -> bool:
    """Return whether packets of *near* may lead to a relay, or carry one."""
    ends = [row.node for row in scenario.relays]
    carriers = [row.carrier.split()[1] for row in scenario.relays if row.carrier]
    return bool(_touched(scenario, (*ends, *carriers), near.destinations()))


def _touched(scenario: Scenario, names: Iterable[str], near: Intervals) -> tuple[str, ...]:
    """Keep the names that have some of the addresses *near*."""
    meant = {
        name: scenario.special.get(name) or addresses_of(scenario.attached(name))
        for name in names
    }
    return tuple(name for name, spans in meant.items() if intersect(spans, near))


def _translations(before: Scenario, after: Scenario) -> Iterator[JourneyChange]:
    """Yield what leaves with a public address in one of the scenarios alone."""
    was, now = before.translations, after.translations
    sides = ("appeared", after, now, was), ("vanished", before, was, now)
    for change, scenario, here, there in sides:
        for (via, public), packets in here.items():
            left = packets - there.get((via, public), NOTHING) if public else NOTHING
            through = f" through {via}" if via else ""
            for sources, destinations, services in left.products():
                start, end = ends(scenario, sources, destinations, frozenset())
                carries = f"{services_summary(services)} as {public}{through}"
                yield JourneyChange("translations", change, start, (), end, carries)


def joined_journeys(
    found: Iterable[JourneyChange], scenarios: Iterable[Scenario]
) -> tuple[JourneyChange, ...]:
    """Tell ways that are alike but for where they start, or end, as one.

    Args:
        found: the ways.
        scenarios: where they were found; they say who is one of many.
    """
    nodes = [row for each in scenarios for row in each.nodes]
    groups = {
        "application": {row.role for row in nodes if row.function == "application"},
        INTERNET: {INTERNET, *(row.role for row in nodes if row.function == "outside")},
    }
    for end in ("start", "end"):
        alike = grouped((_with_end(way, end, ""), getattr(way, end)) for way in found)
        found = [_with_end(way, end, _names(names, groups)) for way, names in alike.items()]
    found = sorted(found, key=lambda way: (way.says.count("→"), way.says, way.under))
    return tuple(sorted(found, key=lambda way: (way.kind, way.change)))


def _with_end(way: JourneyChange, end: str, name: str) -> JourneyChange:
    return way._replace(start=name) if end == "start" else way._replace(end=name)


def _names(names: Sequence[str], groups: Mapping[str, set[str]]) -> str:
    """Join names; a group that is there as a whole stands for its members."""
    known = dict.fromkeys(word for name in names for word in name.split(", "))
    for group, members in groups.items():
        if members <= known.keys() or (group == INTERNET and group in known):
            known = {group: None} | {k: None for k in known if k not in members}
    return ", ".join(known)
