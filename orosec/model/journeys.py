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
from itertools import pairwise, product, repeat
from typing import NamedTuple

import networkx as nx

from orosec.engine.decision_diagram import ANY_ADDRESS, Services
from orosec.engine.notation import read_services, services_text
from orosec.engine.packet_set import PacketSet, services_intersection
from orosec.engine.policy import joined
from orosec.engine.summary import services_summary
from orosec.model.addressing import remembered
from orosec.model.names import describe
from orosec.model.rows import RelayRow
from orosec.model.scenario import Departure, Scenario
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


class _Start(NamedTuple):
    name: str


class _Relay(NamedTuple):
    row: RelayRow


class _Exit(NamedTuple):
    departure: Departure


class _End(NamedTuple):
    name: str
    last: bool = True  # or it would equal the start of the same name


_Place = _Start | _Relay | _Exit | _End
_Edge = tuple[_Place, _Place, Hop]


class JourneyGraph(Value):
    """All ways from one end to another, as a graph: an edge where some packet passes.

    The last connection of a way is held to the services asked for; the ones before
    carry what their relays accept. Either end may be several names.
    """

    def __init__(
        self, scenario: Scenario, source: str, destination: str, services: str
    ) -> None:
        self._scenario = scenario
        self._starts = [_Start(name) for name in source.split()]
        self._ends = [_End(name) for name in destination.split()]
        self._graph: nx.DiGraph[_Place] = nx.DiGraph()
        self._graph.add_nodes_from([*self._starts, *self._ends])
        wanted = read_services(services)
        self._services = services_text(wanted)
        for start in self._starts:
            self._add(_openings(scenario, start))
            self._finish(start, start.name, wanted, None)
        for place in map(_Relay, working(scenario)):
            self._add(_openings(scenario, place))
            mine = services_intersection(wanted, read_services(place.row.services))
            if mine:
                self._finish(place, place.row.exit, mine, place.row)

    def chain(self, path: Sequence[_Place]) -> tuple[Hop, ...]:
        """Return the connections along a path, each end by the name it was asked for."""
        return tuple(self._graph.edges[pair]["hop"] for pair in pairwise(path))

    def journey(self, path: Sequence[_Place]) -> Journey:
        """Read a path as a journey; what a relay reaches is named as what it is."""
        hops = self.chain(path)
        before = path[-2]
        if isinstance(before, _Relay):
            near = self._scenario.networks_of(before.row.exit)
            addresses = hops[-1].packets.destinations()
            reached = describe(self._scenario, addresses, near=near)
            hops = (*hops[:-1], hops[-1]._replace(destination=reached))
        return Journey(hops)

    def _add(self, edges: Iterable[_Edge]) -> None:
        for place, following, hop in edges:
            self._graph.add_edge(place, following, hop=hop)

    def _finish(
        self, place: _Place, speaker: str, services: Services, relay: RelayRow | None
    ) -> None:
        for end in self._ends:
            passed = _passed(
                self._scenario, speaker, end.name, services, "permitted", relay
            )
            if not passed.empty:
                self._add(_last_hops(self._scenario, place, speaker, end, passed))

    def __bool__(self) -> bool:
        """Whether there is any way at all."""
        return any(self._shortest_around(start, []) for start in self._starts)

    def missed(self) -> PacketSet:
        """Return the traffic asked for that ends where no journey of its source ends.

        Who opens the last connection does not matter; where it goes, and on what, does.
        """
        ends = " ".join(end.name for end in self._ends)
        return joined(
            self._scenario.traffic(start.name, ends, self._services) - self._arriving(start)
            for start in self._starts
        )

    def _arriving(self, start: _Start) -> PacketSet:
        """Return what the last connections of journeys from *start* carry."""
        places = {place for place, _ in self._reached(start, [])}
        edges = self._graph.in_edges(self._ends, data="hop")
        hops = [hop for place, _, hop in edges if place in places]
        return joined(_from_anywhere(hop.packets) for hop in hops)

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

        The search runs over pairs (place, how far each chain has been passed), so it
        answers for every way, long or short, in one sweep.
        """
        members = self._scenario.members
        chains = [
            tuple(frozenset(members[name]) for name in chain.split(">"))
            for chain in via.split()
        ]
        paths = [
            path for start in self._starts if (path := self._shortest_around(start, chains))
        ]
        return self.journey(min(paths, key=len)) if paths else None

    def _shortest_around(self, start: _Start, chains: list[_Chain]) -> list[_Place]:
        came_from = self._reached(start, chains)
        state = next((state for state in came_from if state[0] in self._ends), None)
        places = []
        while state is not None:
            places.append(state[0])
            state = came_from[state]
        return places[::-1]

    def _reached(self, start: _Start, chains: list[_Chain]) -> dict[_State, _State | None]:
        """Return where ways lead that complete no chain, near places first, and whence."""
        begin: _State = (start, (0,) * len(chains))
        came_from: dict[_State, _State | None] = {begin: None}
        waiting = deque([begin])
        while waiting:
            state = waiting.popleft()
            for ahead in self._further(state, chains):
                if ahead not in came_from:
                    came_from[ahead] = state
                    waiting.append(ahead)
        return came_from

    def _further(self, state: _State, chains: list[_Chain]) -> Iterator[_State]:
        """Yield where a way can go on to without completing a chain."""
        place, passed = state
        for following in self._graph.successors(place):
            hosts = _hosts(self._scenario, following)
            ahead = tuple(map(_advance, repeat(hosts), chains, passed))
            if not any(map(_complete, chains, ahead)):
                yield following, ahead


@remembered
def ways(scenario: Scenario, source: str, destination: str, services: str) -> JourneyGraph:
    """Return all ways between two ends."""
    return JourneyGraph(scenario, source, destination, services)


def _from_anywhere(packets: PacketSet) -> PacketSet:
    """Return the same packets with every sender that there is."""
    return joined(
        PacketSet.box(ANY_ADDRESS, destinations, services)
        for _, destinations, services in packets.products()
    )


_Chain = tuple[frozenset[str], ...]
_State = tuple[_Place, tuple[int, ...]]


@remembered
def watched(scenario: Scenario, source: str, destination: str, services: str) -> PacketSet:
    """Return every packet that decides whether some edge of these `JourneyGraph` is there.

    Relays and names staying as they are, no other packet makes or breaks a way.
    """
    ends = destination.split()
    speakers = [*source.split(), *(row.exit for row in scenario.relays)]
    heard = [(end, services) for end in ends]
    heard += [(row.node, row.accepts) for row in scenario.relays]
    flows = [(speaker, *hearer) for speaker, hearer in product(speakers, heard)]
    flows += [_carrier(row) for row in scenario.relays if row.carrier]
    return joined(scenario.traffic(*flow) for flow in flows)


@remembered
def working(scenario: Scenario) -> tuple[RelayRow, ...]:
    """Return the relays whose carrier, where they need one, may be opened."""
    return tuple(
        row
        for row in scenario.relays
        if not row.carrier or not scenario.passed(*_carrier(row), "permitted").empty
    )


def _carrier(row: RelayRow) -> tuple[str, str, str]:
    source, destination, services = row.carrier.split(maxsplit=2)
    return source, destination, services


def _passed(
    scenario: Scenario,
    speaker: str,
    end: str,
    services: Services,
    level: str,
    relay: RelayRow | None,
) -> PacketSet:
    """Return what passes from *speaker* to *end*, within what *relay* hands on."""
    text = services_text(services)
    passed = scenario.passed(speaker, end, text, level)
    if relay is None or passed.empty:
        return passed
    return passed & scenario.traffic(speaker, relay.destination, text)


@remembered
def _openings(scenario: Scenario, place: _Start | _Relay) -> tuple[_Edge, ...]:
    """Return the connections from *place* to relays, where something listens for them."""
    before = place.row if isinstance(place, _Relay) else None
    speaker = place.row.exit if isinstance(place, _Relay) else place.name
    sends = read_services(before.services if before else "all")
    found: list[_Edge] = []
    for relay in working(scenario):
        accepted = services_intersection(read_services(relay.accepts), sends)
        if accepted and relay != before:
            passed = _passed(scenario, speaker, relay.node, accepted, "served", before)
            if not passed.empty:
                hop = Hop(speaker, relay.node, passed, relay.name, "")
                found.append((place, _Relay(relay), hop))
    return tuple(found)


def _last_hops(
    scenario: Scenario, place: _Place, speaker: str, end: _End, passed: PacketSet
) -> Iterator[_Edge]:
    """Yield the last connections to *end*, through translation where routes say so."""
    leaving = passed & scenario.leaving
    direct = passed - leaving
    if not direct.empty:
        yield place, end, Hop(speaker, end.name, direct, "", "")
    for departure in scenario.departures(leaving):
        yield from _departing(place, speaker, end, departure)


def _departing(
    place: _Place, speaker: str, end: _End, departure: Departure
) -> Iterator[_Edge]:
    """Yield one departure: through its translator, by itself, or not at all."""
    packets, via, public, route = departure
    if via and via != speaker:
        middle = _Exit(departure)
        yield place, middle, Hop(speaker, via, packets, route, "")
        yield middle, end, Hop(via, end.name, packets, "", public)
    elif public:
        yield place, end, Hop(speaker, end.name, packets, "", public)


def _hosts(scenario: Scenario, place: _Place) -> tuple[frozenset[str], ...]:
    """Return the hosts that a way passes at *place*, in order."""
    if isinstance(place, _Relay):
        return hosts_of(scenario, place.row)
    if isinstance(place, _Exit):
        return (frozenset(scenario.members[place.departure.via]),)
    return ()


def hosts_of(scenario: Scenario, relay: RelayRow) -> tuple[frozenset[str], ...]:
    """Return the hosts of a relay: where a connection ends, and where the next begins."""
    names = dict.fromkeys((relay.node, relay.exit))
    return tuple(frozenset(scenario.members[name]) for name in names)


def _advance(hosts: Sequence[frozenset[str]], chain: _Chain, passed: int) -> int:
    for host in hosts:
        if passed < len(chain) and host <= chain[passed]:
            passed += 1
    return passed


def _complete(chain: _Chain, passed: int) -> bool:
    return passed == len(chain)
