"""Who stands where under one CDN and reading: what each name stands for, in addresses."""

from functools import cache, cached_property
from ipaddress import ip_network
from types import SimpleNamespace

from oracle.reading import (
    EVERY_ADDRESS,
    common,
    is_range,
    merged,
    of_family,
    ranges,
    services,
    without,
)

VARYING = "nodes interfaces listeners rules routes relays claims"
REGISTRY = {
    True: """
        0.0.0.0/0 192.0.0.9/32 192.0.0.10/32 192.31.196.0/24 192.52.193.0/24
        192.175.48.0/24 2000::/3 64:ff9b::/96 2001:1::1/128 2001:1::2/128 2001:1::3/128
        2001:3::/32 2001:4:112::/48 2001:20::/28 2001:30::/28 2620:4f:8000::/48
        192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20
    """,
    False: """
        0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12
        192.0.0.0/24 192.168.0.0/16 198.18.0.0/15 224.0.0.0/4 240.0.0.0/4
        ::/0 64:ff9b:1::/48 100::/64 2001::/23 2001:2::/48 5f00::/16 fc00::/7 fe80::/10
    """,
}
"""Whether the internet reaches a block, by the smallest one that holds an address: the IANA
special-purpose address registries, multicast, and IPv6 global unicast (RFC 4291). Blocks
for documentation, in the last line of the first, play public addresses here."""


@cache
def public():
    """Return the addresses of the internet."""
    blocks = [
        (ip_network(word), on) for on, text in REGISTRY.items() for word in text.split()
    ]
    found = ()
    for block, reached in sorted(blocks, key=lambda pair: pair[0].prefixlen):
        spans = ranges(str(block))
        found = merged((*found, *spans)) if reached else without(found, spans)
    return found


class Names:
    """The rows that count under one CDN and one reading, and the addresses behind names."""

    def __init__(self, tables, cdn, reading):
        self.cdn, self.reading, self.subnets = cdn, reading, tables["subnets"]
        self.sentences = tables["sentences"]
        for name in VARYING.split():
            vars(self)[name] = [row for row in tables[name] if self.counts(row)]
        self.interfaces = [*map(_reachable, self.interfaces)]

    def counts(self, row):
        """Return whether a row counts here."""
        reading = getattr(row, "reading", "both")
        return row.cdn in ("both", self.cdn) and reading in ("both", self.reading)

    @cached_property
    def members(self):
        """The names of the nodes behind each name."""
        found = {}
        for node in self.nodes:
            group = ["application"] if node.function == "application" else []
            for name in dict.fromkeys([node.name, node.role, *group]):
                found.setdefault(name, []).append(node.name)
        return found

    @cached_property
    def node(self):
        """Each node by its name."""
        return {row.name: row for row in self.nodes}

    def attached(self, name):
        """Return the interfaces of all nodes behind a name, node by node."""
        nodes = self.members.get(name, [])
        return [row for node in nodes for row in self.interfaces if row.node == node]

    @cached_property
    def networks(self):
        """Every network: of the subnets, the homes of what stands outside, and of rules."""
        inner = [row.network for row in self.subnets]
        outer = [self.home(row) for row in self.interfaces if not row.subnet]
        ruled = [row.network for row in self.rules if row.network != "every"]
        return [*dict.fromkeys(filter(None, (*inner, *outer, *ruled)))]

    def home(self, interface):
        """Return the network at home of a node that is attached outside, or nothing."""
        home = self.node[interface.node].home if interface.node in self.node else ""
        places = {"border", "internet", *(row.name for row in self.subnets)}
        return "" if home in places else home

    def network(self, interface):
        """Return whose rules hold at an interface, or nothing on the internet."""
        inner = [row.network for row in self.subnets if row.name == interface.subnet]
        return inner[0] if inner else self.home(interface)

    @cached_property
    def inside(self):
        """The addresses of all subnets."""
        return merged(span for row in self.subnets for span in ranges(row.cidr))

    @cached_property
    def edges(self):
        """The addresses outside of the subnets that rules are asked at."""
        rows = [row for row in self.interfaces if not row.subnet and self.network(row)]
        return addresses(rows)

    @cached_property
    def special(self):
        """What any, internet and elsewhere stand for."""
        known = merged((*self.inside, *self.edges))
        internet = without(public(), known)
        rest = without(without(EVERY_ADDRESS, internet), known)
        return {"any": EVERY_ADDRESS, "internet": internet, "elsewhere": rest}

    @cached_property
    def strangers(self):
        """Every public address that is none of a subnet, whoever is written down there.

        That is the internet to the platform, in its rules for every network.
        """
        return without(public(), self.inside)

    def knows(self, word):
        """Return whether an end has a meaning here."""
        names = {*self.special, *self.members, *(row.name for row in self.subnets)}
        return is_range(word) or word in names

    def near(self, end, side="destination"):
        """Return the networks that an end stands in.

        What is ``called`` by a public address is out on the internet, not with its host.
        """
        if is_range(end):
            span = ranges(end) if side == "called" else self._arriving(end)
            return {row.network for row in self.subnets if common(span, ranges(row.cidr))}
        if end in self.members:
            return {self.network(row) for row in self.attached(end)} - {""}
        return {row.network for row in self.subnets if row.name == end}

    def addresses(self, end, side, near):
        """Return what an end stands for, as a source or a destination, near some networks.

        A node uses its interfaces there, where it has some, and else all. Who stands in a
        subnet has ``called`` the very address that is written.
        """
        if end in self.special:
            return self.special[end]
        if is_range(end):
            return self._arriving(end) if side == "destination" else ranges(end)
        if end not in self.members:
            return next(ranges(row.cidr) for row in self.subnets if row.name == end)
        serving = "departures" if side == "source" else "arrivals"
        rows = [row for row in self.attached(end) if row.carries in ("both", serving)]
        met = {row.node for row in rows if self.network(row) in near}
        return addresses(r for r in rows if r.node not in met or self.network(r) in near)

    def apart(self, ends):
        """Return each word; of nodes that stand in different networks, each node."""
        found = []
        for end in ends.split():
            nodes = self.members.get(end, [])
            alike = len({frozenset(self.near(node)) for node in nodes}) < 2
            found += [end] if alike else nodes
        return found

    def _arriving(self, text):
        """Read a range where traffic comes in: one public address of ours is its host."""
        for row in self.interfaces:
            if any(ranges(word) == ranges(text) for word in row.public.split()):
                return of_family(ranges(row.address), ranges(text))
        return ranges(text)

    @cached_property
    def words(self):
        """Every set of addresses that others are made of: interfaces, subnets, ranges."""
        rows = [*self.rules, *self.routes, *self.relays, *self.claims]
        cells = [
            getattr(row, side, "") for row in rows for side in ("source", "destination")
        ]
        cells += [" ".join(row.carrier.split()[:2]) for row in self.relays]
        cells += [cell for row in self.interfaces for cell in (row.address, row.public)]
        found = [ranges(word) for cell in cells for word in cell.split() if is_range(word)]
        inner = [ranges(word) for row in self.subnets for word in row.cidr.split()]
        return [*found, *inner, *self.special.values(), public()]

    @cached_property
    def spoken(self):
        """Every set of services that a word of a cell says."""
        rows = [*self.rules, *self.listeners, *self.relays, *self.claims]
        carried = [row.carrier.split(maxsplit=2)[2] for row in self.relays if row.carrier]
        cells = [row.services for row in rows] + [row.accepts for row in self.relays]
        words = [word for cell in (*cells, *carried) for word in cell.split()]
        return [*map(services, ["all", *dict.fromkeys(words)])]


def _reachable(row):
    """Return an interface with all its public addresses, its own ones among them."""
    own = [w for w in row.address.split() if row.subnet and common(ranges(w), public())]
    every = dict.fromkeys([*row.public.split(), *own])
    return SimpleNamespace(**{**vars(row), "public": " ".join(every)})


def addresses(interfaces):
    """Return the addresses of some interfaces."""
    return merged(span for row in interfaces for span in ranges(row.address))
