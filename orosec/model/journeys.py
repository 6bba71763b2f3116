"""Chains of connections: through relays on the way in, through translation on the way out.

A firewall decides one connection. People travel in several: to the VPN gateway, from
there to the bridge, from there to a node. A *relay* row says where one connection ends
and the next begins; a *route* row says through whom traffic leaves. Both make edges of
one graph, an edge being there exactly when some packet passes; so "every way passes X"
is asked of all ways at once, by looking for one way around X.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, product
from typing import NamedTuple

import networkx as nx

from orosec.engine.decision_diagram import Services
from orosec.engine.notation import read_services, services_text
from orosec.engine.packet_set import NOTHING, PacketSet, services_intersection
from orosec.engine.policy import joined
from orosec.engine.summary import services_summary
from orosec.model.addressing import joined_by, remembered
from orosec.model.names import describe
from orosec.model.rows import RelayRow
from orosec.model.scenario import Departure, Scenario, from_anywhere
from orosec.values import Value


class Hop(NamedTuple):
    """One connection of a journey.

    Attributes:
        source: who opens it, by name.
        destination: who takes it, by name.
        packets: the first packets that may open it, with the addresses inside.
        relay: the relay or route that goes on from its end; empty at the last one.
        public: the public address that it carries where it is translated, else empty.
    """

    source: str
    destination: str
    packets: PacketSet
    relay: str
    public: str

    @property
    def services(self) -> str:
        """What the connection may carry, for people."""
        return services_summary(self.packets.services())

    def __str__(self) -> str:
        public = f" as {self.public}" if self.public else ""
        return f"{self.destination} {self.services}{public}"


class Journey(NamedTuple):
    """A chain of connections from one end to another."""

    hops: tuple[Hop, ...]

    def __str__(self) -> str:
        if not self.hops:
            return "no way"
        return " → ".join([self.hops[0].source, *map(str, self.hops)])


class _Place(NamedTuple):
    """Where a way begins or ends, where connections meet, or a connection itself.

    Attributes:
        name: who opens the next connection; at an end, who took the last one.
        by: what makes it a place: a relay, a departure, a connection, or an end of the
            question.
        hosts: the names of the hosts that a way passes here, in order.
    """

    name: str
    by: RelayRow | Departure | Hop | str
    hosts: tuple[str, ...] = ()

    @property
    def relay(self) -> RelayRow | None:
        """The relay that stands here, if any: it hands on only what its row says."""
        return self.by if isinstance(self.by, RelayRow) else None


_Edge = tuple[_Place, _Place, Hop]


class JourneyGraph(Value):
    """All ways from one end to another, as a graph of places.

    A connection is a place of its own, between two others, and is there where some packet
    passes; so there may be several of one pair. The last connection of a way is held to the
    services asked for; the ones before carry what their relays accept. Either end may be
    several names. Of ways that are *relayed* each passes a relay: none is one connection.
    """

    def __init__(
        self, scenario: Scenario, source: str, destination: str, services: str,
        *, relayed: bool = False,
    ) -> None:  # fmt: skip
        self._scenario = scenario
        self._starts = [_Place(name, "source") for name in source.split()]
        self._ends = [_Place(name, "destination") for name in destination.split()]
        self._graph: nx.DiGraph[_Place] = nx.DiGraph()
        self._graph.add_nodes_from([*self._starts, *self._ends])
        wanted = read_services(services)
        self._services = services_text(wanted)
        for place in (*self._starts, *map(_relay_place, working(scenario))):
            ends = self._ends if place.relay or not relayed else ()
            lasts = (_last_hops(scenario, place, end, wanted) for end in ends)
            for start, following, hop in chain(_openings(scenario, place), *lasts):
                nx.add_path(self._graph, (start, _Place(hop.destination, hop), following))

    def chain(self, path: Sequence[_Place]) -> tuple[Hop, ...]:
        """Return the connections along a path, each end by the name it was asked for."""
        return tuple(place.by for place in path if isinstance(place.by, Hop))

    def journey(self, path: Sequence[_Place]) -> Journey:
        """Read a path as a journey; what a relay reaches is named as what it is."""
        hops = self.chain(path)
        before = path[-3]
        if before.relay:
            near = self._scenario.networks_of(before.name)
            reached = describe(self._scenario, hops[-1].packets.destinations(), near=near)
            hops = (*hops[:-1], hops[-1]._replace(destination=reached))
        return Journey(hops)

    def __bool__(self) -> bool:
        """Whether there is any way at all."""
        return any(path[-1] in self._ends for path in self._walk(self._starts, ()))

    def missed(self) -> PacketSet:
        """Return the traffic asked for that ends where no journey of its source ends.

        Who opens the last connection does not matter; where it goes, and on what, does.
        """
        ends = " ".join(end.name for end in self._ends)
        return joined(
            self._scenario.asked(start.name, ends, self._services) - self._arriving(start)
            for start in self._starts
        )

    def _arriving(self, start: _Place) -> PacketSet:
        """Return what the last connections of journeys from *start* carry."""
        places = {path[-1] for path in self._walk([start], ())}
        last = {leg for end in self._ends for leg in self._graph.predecessors(end)}
        return joined(from_anywhere(hop.packets) for hop in self.chain([*places & last]))

    def journeys(self) -> tuple[Journey, ...]:
        """List every journey, the shortest first."""
        found = map(self.journey, self.paths())
        return tuple(sorted(found, key=lambda way: (len(way.hops), str(way))))

    def paths(self) -> Iterator[Sequence[_Place]]:
        """Yield the path of every journey."""
        for start in self._starts:
            yield from nx.all_simple_paths(self._graph, start, self._ends)

    def around(self, via: str) -> Journey | None:
        """Return a way that passes none of the chains of *via*, or None: there is none.

        Args:
            via: one chain or several, each a name or names joined by ``>``: a way keeps
                to a chain when it passes its names in that order.
        """
        chains = tuple(hosts_of(self._scenario, names.split(">")) for names in via.split())
        paths = self._walk(self._starts, chains)
        return next((self.journey(path) for path in paths if path[-1] in self._ends), None)

    def _walk(
        self, starts: Sequence[_Place], chains: tuple[_Chain, ...]
    ) -> Iterator[list[_Place]]:
        """Yield a path to each place that ways reach past no whole chain, short ones first.

        The search runs over pairs (place, what is left of each chain), so it answers for
        every way, long or short, in one sweep.
        """
        seen = {(start, chains) for start in starts}
        queue = deque(([start], chains) for start in starts)
        while queue:
            path, left = queue.popleft()
            yield path
            for place in self._graph.successors(path[-1]):
                hosts = hosts_of(self._scenario, place.hosts)
                ahead = tuple(_beyond(chain, hosts) for chain in left)
                if all(ahead) and (place, ahead) not in seen:
                    seen.add((place, ahead))
                    queue.append(([*path, place], ahead))


@remembered
def ways(scenario: Scenario, source: str, destination: str, services: str) -> JourneyGraph:
    """Return all ways between two ends."""
    return JourneyGraph(scenario, source, destination, services)


_Chain = tuple[frozenset[str], ...]


def _beyond(chain: _Chain, hosts: Iterable[frozenset[str]]) -> _Chain:
    """Return what is left of a chain, once a way has passed some more hosts."""
    for host in hosts:
        if chain and host <= chain[0]:
            chain = chain[1:]
    return chain


@remembered
def watched(scenario: Scenario, source: str, destination: str, services: str) -> PacketSet:
    """Return every packet that decides whether some edge of these `JourneyGraph` is there.

    Relays and names staying as they are, no other packet makes or breaks a way.
    """
    speakers = [*source.split(), *(row.exit for row in scenario.relays)]
    heard = [(end, services) for end in destination.split()]
    heard += [(row.node, row.accepts) for row in scenario.relays]
    flows = [(speaker, *hearer) for speaker, hearer in product(speakers, heard)]
    flows += [_carrier(row) for row in scenario.relays if row.carrier]
    return joined(scenario.traffic(*flow) for flow in flows)


@remembered
def working(scenario: Scenario) -> tuple[RelayRow, ...]:
    """Return the relays whose carrier, where they need one, may be opened.

    Where one name takes a connection and opens the next, each of its hosts is a relay.
    """
    return tuple(
        each
        for row in scenario.relays
        if not row.carrier or not scenario.passed(*_carrier(row), "permitted").empty
        for each in _each_host(scenario, row)
    )


def _each_host(scenario: Scenario, row: RelayRow) -> list[RelayRow]:
    nodes = scenario.members[row.node] if row.node == row.exit else ()
    hosts = [row._replace(node=node, exit=node) for node in nodes]
    return hosts if len(hosts) > 1 else [row]  # who is alone keeps the name of the row


def _carrier(row: RelayRow) -> tuple[str, str, str]:
    source, destination, services = row.carrier.split(maxsplit=2)
    return source, destination, services


@lru_cache(maxsize=256)
def _relay_place(row: RelayRow) -> _Place:
    return _Place(row.exit, row, tuple(dict.fromkeys((row.node, row.exit))))


def _passed(
    scenario: Scenario, place: _Place, end: str, services: Services, level: str
) -> PacketSet:
    """Return what of some services passes from *place* to *end*, if it is handed on."""
    if place.relay:
        services = services_intersection(services, read_services(place.relay.services))
    if not services:
        return NOTHING
    text = services_text(services)
    passed = scenario.passed(place.name, end, text, level)
    # Nobody passes by itself, by whichever name.
    if {*scenario.attached(place.name)} & {*scenario.attached(end)}:
        passed = passed - scenario.itself
    if place.relay is None or passed.empty:
        return passed
    return passed & scenario.traffic(place.name, place.relay.destination, text)


@remembered
def _openings(scenario: Scenario, place: _Place) -> tuple[_Edge, ...]:
    """Return the connections from *place* to relays, where something listens for them."""
    found = []
    for row in working(scenario):
        accepted = read_services(row.accepts)
        passed = _passed(scenario, place, row.node, accepted, "served")
        if row != place.by and not passed.empty:
            hop = Hop(place.name, row.node, passed, row.name, "")
            found.append((place, _relay_place(row), hop))
    return tuple(found)


def _last_hops(
    scenario: Scenario, place: _Place, end: _Place, services: Services
) -> Iterator[_Edge]:
    """Yield the last connections to *end*, through translation where routes say so."""
    passed = _passed(scenario, place, end.name, services, "permitted")
    leaving = passed & scenario.leaving
    own = {word for row in scenario.attached(place.name) for word in row.public.split()}
    direct = [("", passed - leaving)]
    for departure in scenario.departures(leaving):
        packets, via, public, route = departure
        if via and public not in own:
            middle = _Place(via, departure, (via,))
            yield place, middle, Hop(place.name, via, packets, route, "")
            yield middle, end, Hop(via, end.name, packets, "", public)
        elif public:
            direct.append((public, packets))
    for public, packets in joined_by(direct).items():
        if not packets.empty:
            yield place, end, Hop(place.name, end.name, packets, "", public)


def hosts_of(scenario: Scenario, names: Iterable[str]) -> tuple[frozenset[str], ...]:
    """Return the hosts behind each of some names."""
    return tuple(frozenset(scenario.members[name]) for name in names)
