"""Chains of connections: every one is walked, none is skipped."""

from types import SimpleNamespace
from typing import Any, NamedTuple


class Hop(NamedTuple):
    """One connection: who opens it and who takes it, by name, and what it may carry.

    Attributes:
        by: the relay or route that goes on from its end; empty at the last one.
        public: the public address that it carries where it is translated.
    """

    source: str
    destination: str
    packets: Any
    by: str
    public: str


class Way(NamedTuple):
    """A chain of connections.

    Attributes:
        hops: the connections.
        hosts: the names of the hosts that it passes between its ends, in order.
    """

    hops: tuple[Hop, ...]
    hosts: tuple[str, ...]


def working(cloud):
    """Return the relays whose carrier may be opened, where they need one.

    A host opens connections for those alone that it took itself: of a row whose two ends
    are one name, each host is a relay by itself, and is called by that name if it is alone.
    """
    found = []
    for row in cloud.names.relays:
        if row.carrier and not _opened(cloud, *row.carrier.split(maxsplit=2)).any():
            continue
        hosts = cloud.names.members[row.node] if row.node == row.exit else []
        each = ({**vars(row), "node": host, "exit": host} for host in hosts)
        found += [SimpleNamespace(**one) for one in each] if len(hosts) > 1 else [row]
    return found


def _opened(cloud, source, destination, services):
    return cloud.flow(source, destination, services) & _open(cloud)


def _open(cloud):
    """Return what gets through: what is permitted and sent, or what a host sends itself."""
    return cloud.permitted & ~cloud.unsent | cloud.itself


def ways(cloud, source, destination, services):
    """Return every way from some names to others, the last connection on some services."""
    return [
        way
        for name in source.split()
        for way in ways_from(cloud, name, destination, services)
    ]


def ways_from(cloud, start, destination, services):
    """Yield every way from one name; no relay is passed twice."""
    relays = working(cloud)
    # Who opens the next connection, the relay that does (or None), what came before.
    stack = [(start, None, (), (), ())]
    while stack:
        name, relay, passed, hops, hosts = stack.pop()
        for end in destination.split():
            for last, via in _last(cloud, name, relay, end, services):
                yield Way((*hops, *last), (*hosts, *via))
        for row in relays:
            packets = _handed(cloud, name, relay, row.node, row.accepts)
            packets = packets & cloud.listening
            if (row.name, row.node) not in passed and packets.any():
                hop = Hop(name, row.node, packets, row.name, "")
                through = dict.fromkeys((row.node, row.exit))
                seen = (*passed, (row.name, row.node))
                stack.append((row.exit, row, seen, (*hops, hop), (*hosts, *through)))


def _handed(cloud, name, relay, end, services):
    """Return what gets to an end: a relay hands on only what its row says.

    What a host sends to itself meets no firewall; but nobody passes by itself.
    """
    one, other = ({*cloud.names.members.get(word, [])} for word in (name, end))
    through = _open(cloud) & ~cloud.itself if one & other else _open(cloud)
    packets = cloud.flow(name, end, services) & through
    if relay:
        packets = packets & cloud.flow(name, relay.destination, relay.services)
    return packets


def _last(cloud, name, relay, end, services):
    """Yield the last connections to an end, each with the hosts that it passes."""
    passing = _handed(cloud, name, relay, end, services)
    own, direct = publics_of(cloud, name), {"": passing & ~cloud.leaving}
    for packets, via, public, route in cloud.departures(passing & cloud.leaving):
        if via and public not in own:
            first = Hop(name, via, packets, route, "")
            yield (first, Hop(via, end, packets, "", public)), (via,)
        elif public:
            direct[public] = direct.get(public, cloud.space.none) | packets
    for public, packets in direct.items():
        if packets.any():
            yield (Hop(name, end, packets, "", public),), ()


def around(cloud, found, via):
    """Return the ways that keep to none of some chains of hosts, such as ``vpn>bridge``."""
    chains = [chain.split(">") for chain in via.split()]
    return [way for way in found if not any(keeps(cloud, way.hosts, c) for c in chains)]


def keeps(cloud, hosts, chain):
    """Return whether hosts pass a chain: each of its names in order, by all their nodes."""
    left = [set(cloud.names.members[name]) for name in chain]
    for host in hosts:
        if left and set(cloud.names.members[host]) <= left[0]:
            left.pop(0)
    return not left


def missed(cloud, source, destination, services):
    """Return the traffic that goes where no way of its source ends."""
    found = cloud.space.none
    for name in source.split():
        arriving = cloud.space.none
        for way in ways_from(cloud, name, destination, services):
            there = way.hops[-1].packets.any(axis=0)[None]
            arriving = arriving | there & cloud.space.every
        found = found | cloud.flow(name, destination, services) & ~arriving
    return found & cloud.known & ~cloud.itself


def publics_of(cloud, name):
    """Return every public address of the nodes behind a name."""
    return {word for row in cloud.names.attached(name) for word in row.public.split()}
