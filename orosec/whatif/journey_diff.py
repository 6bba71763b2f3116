"""Ways between outside and inside, and how they differ between two deployments.

A way in starts outside and ends at a role of ours; a way out is the reverse; a
translation is what leaves with a public address. Ways are chains of connections
(`orosec.model.journeys`); of these, only the ones that changed packets can touch are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from orosec.engine.intervals import Intervals, intersect, union
from orosec.engine.notation import range_intervals, services_summary
from orosec.engine.packet_set import NOTHING, PacketSet, remembering
from orosec.engine.policy import joined
from orosec.model.journeys import Hop
from orosec.model.journeys import Ways as Graph
from orosec.model.names import told
from orosec.model.scenario import INTERNET, Deployment
from orosec.model.schema import NodeRow
from orosec.queries.packet_diff import Change

Variant: TypeAlias = tuple[str, str]
"""A CDN and a reading."""

_OUTSIDE = (INTERNET, "elsewhere")


class Step(NamedTuple):
    """One way that appeared or vanished, taken apart so that ways alike can be joined.

    Attributes:
        kind: ``in``, ``out`` or ``translations``.
        change: ``appeared`` or ``vanished``.
        start: who opens the first connection.
        middle: the connections before the last one, in words.
        end: who takes the last connection.
        carries: what the last connection carries, in words.
    """

    kind: str
    change: str
    start: str
    middle: tuple[str, ...]
    end: str
    carries: str


class Way(NamedTuple):
    """Ways that appeared or vanished, in words.

    Attributes:
        kind: ``in``, ``out`` or ``translations``.
        change: ``appeared`` or ``vanished``.
        says: the chain of connections.
        under: the CDNs and readings in which it is so.
    """

    kind: str
    change: str
    says: str
    under: tuple[Variant, ...]

    def __str__(self) -> str:
        what = {"in": "way in", "out": "way out", "translations": "translation"}
        return f"{what[self.kind]} {self.change}: {self.says}"


Ways: TypeAlias = dict[Step, list[Variant]]
"""Each way with the variants in which it appeared or vanished."""


@remembering()
def ways(before: Deployment, after: Deployment, found: Sequence[Change]) -> list[Step]:
    """Give every way that is in one of two deployments alone.

    Args:
        before: the one deployment.
        after: the other.
        found: the changes of packets between them.

    Where the deployments differ in rules and listeners alone, a way can differ only if
    one of its connections holds a changed packet, so no other way is computed.
    """
    changed = joined(change.packets for change in found)
    near = None if _fabric(before) != _fabric(after) else changed
    if near is not None and near.empty:
        return []
    here, there = (_chains(one, _asked(one, near)) for one in (before, after))
    vanished = {_step(*where): None for chain, where in here.items() if chain not in there}
    arisen = {_step(*where): None for chain, where in there.items() if chain not in here}
    return [
        *(step._replace(change="appeared") for step in arisen if step not in vanished),
        *(step._replace(change="vanished") for step in vanished if step not in arisen),
        *_translations(before, after),
    ]


def _fabric(deployment: Deployment) -> tuple[object, ...]:
    """Give what ways are made of, but for rules and listeners."""
    return (
        deployment.nodes,
        deployment.interfaces,
        deployment.relays,
        deployment.routes,
        deployment.tables.subnets,
        frozenset(deployment.networks),
    )


_Found: TypeAlias = tuple[str, Graph, Any]
"""Where a chain was found: a way in or out, the graph, and the path in it."""


_Asked: TypeAlias = tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
"""Which ways to look at: a kind, where they start, where they end."""


def _asked(deployment: Deployment, near: PacketSet | None) -> _Asked:
    """Say which ways packets of *near* can be a part of: every way, for None."""
    nodes = deployment.nodes
    outside = (*_OUTSIDE, *_roles(row for row in nodes if row.duty == "outside"))
    inside = _roles(row for row in nodes if row.duty != "outside")
    edges = _roles(row for row in nodes if row.home in deployment.networks)
    targets, exits = (*_OUTSIDE, *edges), inside
    if near is not None and not _relayed(deployment, near):
        # Every connection to a relay is as it was, so only last ones can differ.
        inside = _touched(deployment, inside, near.destinations())
        targets = _touched(deployment, targets, near.destinations())
        relays = [row.exit for row in deployment.relays]
        if not _touched(deployment, relays, near.sources()):
            exits = _touched(deployment, exits, near.sources())
    return ("in", outside, inside), ("out", exits, targets)


def _chains(deployment: Deployment, asked: _Asked) -> dict[tuple[Hop, ...], _Found]:
    """Give every way that is asked for; the answer is kept with the deployment."""
    if asked not in deployment.kept:
        graphs = [
            (kind, Graph(deployment, " ".join(starts), " ".join(ends), "all"))
            for kind, starts, ends in asked
            if starts and ends
        ]
        deployment.kept[asked] = {
            graph.chain(path): (kind, graph, path)
            for kind, graph in graphs
            for path in graph.paths()
        }
    chains: dict[tuple[Hop, ...], _Found] = deployment.kept[asked]
    return chains


def _step(kind: str, graph: Graph, path: Any) -> Step:
    """Take a way apart into what is said of it."""
    *middle, last = graph.journey(path).hops
    start = (middle[0] if middle else last).source
    carries = str(last).removeprefix(last.destination).strip()
    return Step(kind, "", start, tuple(map(str, middle)), last.destination, carries)


def _roles(nodes: Iterable[NodeRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.role for row in nodes))


def _relayed(deployment: Deployment, near: PacketSet) -> bool:
    """Tell whether packets of *near* may lead to a relay, or carry one."""
    ends = [row.node for row in deployment.relays]
    carriers = [row.carrier.split()[1] for row in deployment.relays if row.carrier]
    return bool(_touched(deployment, (*ends, *carriers), near.destinations()))


def _touched(
    deployment: Deployment, names: Iterable[str], addresses: Intervals
) -> tuple[str, ...]:
    """Keep the names that have some of *addresses*."""
    return tuple(one for one in names if intersect(_all_of(deployment, one), addresses))


def _all_of(deployment: Deployment, name: str) -> Intervals:
    """Give every address that a name can stand for, as a sender or as a receiver."""
    if name in deployment.special:
        return deployment.special[name]
    rows = deployment.attached(name)
    return union(span for row in rows for span in range_intervals(row.address))


def _translations(before: Deployment, after: Deployment) -> Iterator[Step]:
    """Yield what leaves with a public address in one of the deployments alone."""
    one, other = _departing(before), _departing(after)
    for change, deployment, here, there in (
        ("appeared", after, other, one),
        ("vanished", before, one, other),
    ):
        for (public, via), packets in here.items():
            left = packets - there.get((public, via), NOTHING)
            through = f" through {via}" if via else ""
            for sources, destinations, services in left.products():
                yield Step(
                    "translations",
                    change,
                    told(deployment, sources, "source"),
                    (),
                    told(deployment, destinations),
                    f"{services_summary(services)} as {public}{through}",
                )


def _departing(deployment: Deployment) -> dict[tuple[str, str], PacketSet]:
    """Give what leaves, by the public address it carries and the node it leaves through."""
    found: dict[tuple[str, str], PacketSet] = {}
    for packets, via, public, _ in deployment.departures(deployment.leaving):
        if public:
            found[public, via] = found.get((public, via), NOTHING) | packets
    return found


def told_ways(found: Ways, deployments: Iterable[Deployment]) -> tuple[Way, ...]:
    """Put ways into words; ways alike but for where they start, or end, in one line.

    Args:
        found: the ways.
        deployments: where they were found; they say who is one of many.
    """
    nodes = [row for one in deployments for row in one.nodes]
    groups = {
        "application": {row.role for row in nodes if row.duty == "application"},
        INTERNET: {INTERNET, *(row.role for row in nodes if row.duty == "outside")},
    }
    by_end: dict[tuple[Step, tuple[Variant, ...]], list[str]] = {}
    for step, variants in found.items():
        alike = (step._replace(start=""), tuple(variants))
        by_end.setdefault(alike, []).append(step.start)
    by_start: dict[tuple[Step, tuple[Variant, ...]], list[str]] = {}
    for (step, where), starts in by_end.items():
        named = step._replace(start=_names(starts, groups), end="")
        by_start.setdefault((named, where), []).append(step.end)
    told = [
        Way(step.kind, step.change, _chain(step, _names(ends, groups)), where)
        for (step, where), ends in by_start.items()
    ]
    return tuple(sorted(told, key=lambda way: (way[:2], way.says.count("→"), way)))


def _names(names: Sequence[str], groups: Mapping[str, set[str]]) -> str:
    """Join names; a group that is there as a whole stands for its members."""
    known = dict.fromkeys(names)
    for group, members in groups.items():
        if members <= known.keys() or (group == INTERNET and group in known):
            known = {group: None} | {k: None for k in known if k not in members}
    return ", ".join(known)


def _chain(step: Step, end: str) -> str:
    return " → ".join([step.start, *step.middle, f"{end} {step.carries}"])
