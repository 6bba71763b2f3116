"""Ways between outside and inside, and how they differ between two scenarios.

A way in starts outside and ends at a role of ours; a way out is the reverse; a translation
is what leaves with a public address. Ways are chains of connections
(`orosec.model.journeys`); of these, only the ones that changed packets can touch are looked
at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from orosec.engine.decision_diagram import remembering
from orosec.engine.intervals import Intervals, intersect
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.engine.policy import joined
from orosec.engine.summary import services_summary
from orosec.model.addressing import INTERNET, grouped, remembered
from orosec.model.journeys import Hop, JourneyGraph
from orosec.model.names import describe
from orosec.model.rows import NodeRow
from orosec.model.scenario import Scenario
from orosec.model.schema import Variant
from orosec.queries.packet_diff import PacketChange, addresses_behind, fabric

_OUTSIDE = (INTERNET, "elsewhere")


class JourneyChange(NamedTuple):
    """Ways that appeared or vanished, taken apart so that ways alike can be joined.

    Attributes:
        kind: ``in``, ``out`` or ``translations``.
        change: ``appeared`` or ``vanished``.
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
        what = {"in": "way in", "out": "way out", "translations": "translation"}
        return f"{what[self.kind]} {self.change}: {self.says}"


@remembering()
def ways(
    before: Scenario, after: Scenario, found: Sequence[PacketChange]
) -> list[JourneyChange]:
    """Return every way that is in one of two scenarios alone.

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
    here, there = (_chains(each, _asked(each, near)) for each in (before, after))
    gone = (where for chain, where in here.items() if chain not in there)
    come = (where for chain, where in there.items() if chain not in here)
    vanished = {_step(before, *where): None for where in gone}
    arisen = {_step(after, *where): None for where in come}
    return [
        *(step._replace(change="appeared") for step in arisen if step not in vanished),
        *(step._replace(change="vanished") for step in vanished if step not in arisen),
        *_translations(before, after),
    ]


_Found: TypeAlias = tuple[str, JourneyGraph, Any]
"""Where a chain was found: a way in or out, the graph, and the path in it."""


_Asked: TypeAlias = tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
"""Which ways to look at: a kind, where they start, where they end."""


def _asked(scenario: Scenario, near: PacketSet | None) -> _Asked:
    """Say which ways packets of *near* can be a part of: every way, for None."""
    nodes = scenario.nodes
    outside = (*_OUTSIDE, *_roles(row for row in nodes if row.function == "outside"))
    inside = _roles(row for row in nodes if row.function != "outside")
    edges = _roles(row for row in nodes if row.home in scenario.networks)
    starts, targets = inside, (*_OUTSIDE, *edges)
    if near is not None and not _relayed(scenario, near):
        # Every connection to a relay is as it was, so only last ones can differ.
        inside = _touched(scenario, inside, near.destinations())
        targets = _touched(scenario, targets, near.destinations())
    return ("in", outside, inside), ("out", starts, targets)


@remembered
def _chains(scenario: Scenario, asked: _Asked) -> Mapping[tuple[Hop, ...], _Found]:
    """Return every way that is asked for."""
    found: dict[tuple[Hop, ...], _Found] = {}
    for kind, starts, ends in asked:
        if starts and ends:
            graph = JourneyGraph(scenario, " ".join(starts), " ".join(ends), "all")
            found |= {graph.chain(path): (kind, graph, path) for path in graph.paths()}
    return MappingProxyType(found)


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
    return tuple(k for k in names if intersect(addresses_behind(scenario, k), near))


def _translations(before: Scenario, after: Scenario) -> Iterator[JourneyChange]:
    """Yield what leaves with a public address in one of the scenarios alone."""
    was, now = before.translations, after.translations
    sides = ("appeared", after, now, was), ("vanished", before, was, now)
    for change, scenario, here, there in sides:
        for (via, public), packets in here.items():
            left = packets - there.get((via, public), NOTHING) if public else NOTHING
            through = f" through {via}" if via else ""
            for sources, destinations, services in left.products():
                yield JourneyChange(
                    "translations",
                    change,
                    describe(scenario, sources, "source"),
                    (),
                    describe(scenario, destinations),
                    f"{services_summary(services)} as {public}{through}",
                )


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
