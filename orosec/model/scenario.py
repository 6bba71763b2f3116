"""One scenario: the tables under one CDN and one reading, ready to be asked.

Rules become a policy for each network, and the first two levels of every answer come
from here:

1. *permitted*: the firewall lets the first packet through, at both of its ends;
2. *served*: permitted, and the destination listens there.

The third level, journeys, is the business of `orosec.model.journeys`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from orosec.engine.decision_diagram import ANY_ADDRESS
from orosec.engine.intervals import Intervals, contains, intersect, subtract, union
from orosec.engine.notation import address_text, range_intervals, read_services
from orosec.engine.packet_set import EVERYTHING, NOTHING, Packet, PacketSet
from orosec.engine.policy import Rule, decide, denied, in_order, joined, near, shares
from orosec.engine.policy_diff import stopped
from orosec.model.addressing import (
    INTERNET,
    NOT_PUBLIC,
    Addressing,
    addresses_of,
    alike,
    grouped,
    joined_by,
    remembered,
)
from orosec.model.rows import InterfaceRow, ListenerRow, RouteRow, RuleRow, Tables
from orosec.model.schema import EVERY

PLAUSIBLE_SERVICES = ((6, 443), (6, 22), (6, 80), (6, 5432), (17, 31194), (1, 8), (17, 53))
"""What a witness carries where it can: (protocol, port or ICMP type), best first."""
STRANGERS = "198.51.100.99 192.0.2.99 203.0.113.99 2001:db8::99"
"""Who a witness is on the internet where it may be anybody: addresses for documentation."""
PRIVATE_HOSTS = "192.168.0.9 fd00::9"
"""Who it is in a private network that is none of ours."""


class Decision(NamedTuple):
    """Which rule decides a packet at one of its ends.

    Attributes:
        network: the network whose rules are asked.
        direction: egress at the source's end, ingress at the destination's.
        rule: the deciding rule.
    """

    network: str
    direction: str
    rule: Rule


class Departure(NamedTuple):
    """Traffic that leaves for the internet, and how.

    Attributes:
        packets: the traffic, with the addresses it has inside.
        via: the node that translates it; empty where it leaves by itself.
        public: the public address that it carries outside; empty where it has none,
            or is not sent on, and so has no way out.
        route: name of the route row; empty where no route takes it.
    """

    packets: PacketSet
    via: str
    public: str
    route: str


class Scenario(Addressing):
    """The tables under one CDN and one reading. Make it with `Network.scenario`.

    Nobody can change it: what it gives is a tuple, a frozen set, a read-only mapping or
    a packet set, and it takes no attribute. So an answer, once computed, stays true, and
    is kept: by cell values and names, in a bounded memory that only this class sees.

    Attributes:
        tables: all tables, whatever they apply to.
        cdn: ``google`` or ``cloudflare``.
        reading: ``operational`` or ``literal``.
        nodes: the rows that apply; so are `interfaces`, `listeners`, `rules`, `relays`,
            and `routes` in the order in which they are asked.
    """

    def __init__(
        self, tables: Tables, cdn: str, reading: str, first: Iterable[Rule] = ()
    ) -> None:
        super().__init__(tables, cdn, reading)
        self._first = tuple(first)

    @remembered
    def rule_of(self, row: RuleRow) -> Rule:
        """Return a rule with its names resolved, as they are read in its network."""
        here = frozenset((row.network,))
        taker = "called" if row.direction == "egress" else "destination"
        return Rule(
            row.name,
            row.priority - (1 << 16 if row.network == EVERY else 0),  # before all others
            row.action == "allow",
            self._rule_end(row.source, "source", here),
            self._rule_end(row.destination, taker, here),
            read_services(row.services),
        )

    def _rule_end(self, ends: str, side: str, here: frozenset[str]) -> Intervals:
        """Resolve a cell; to the platform, who is written down outside is internet, too."""
        whole = {INTERNET: subtract(self.outside, NOT_PUBLIC)} if EVERY in here else {}
        spans = (whole.get(end) or self.addresses(end, side, here) for end in ends.split())
        return union(span for intervals in spans for span in intervals)

    @cached_property
    def rule_rows(self) -> Mapping[str, RuleRow]:
        """Each rule row of this scenario by its name."""
        return MappingProxyType({row.name: row for row in self.rules})

    @cached_property
    def policies(self) -> Mapping[tuple[str, str], tuple[Rule, ...]]:
        """The ordered rules of each (network, direction), egress first, as packets go.

        What the platform asks in every network comes before all others.
        """
        every = dict.fromkeys(self._network_of_subnet.values())
        placed = (
            ((network, row.direction), self.rule_of(row))
            for row in sorted(self.rules, key=lambda row: row.direction != "egress")
            for network in (every if row.network == EVERY else (row.network,))
        )
        lists = {place: in_order(rules) for place, rules in grouped(placed).items()}
        return MappingProxyType({at: (*self._first, *rules) for at, rules in lists.items()})

    def asked_first(self, rules: Iterable[Rule]) -> Scenario:
        """Return the same scenario with *rules* before all others at every place."""
        return Scenario(self.tables, self.cdn, self.reading, rules)

    @cached_property
    def forwarded(self) -> Mapping[str, PacketSet]:
        """What is handed to others in each network, to leave through them by a route.

        Google Cloud asks the ingress rules of who forwards, with the packet's own
        destination (VPC, static routes: instances as next hops).
        """
        found = []
        for row in self.routes:
            there, own = self.networks_of(row.via), addresses_of(self.attached(row.via))
            others = self.leaving & PacketSet.box(subtract(ANY_ADDRESS, own))
            for end in row.source.split():
                handed = self.routed(row._replace(source=end)) & others
                found += [(name, handed) for name in self.networks_of(end) & there or there]
        return joined_by(found)

    @remembered
    def scope(self, place: tuple[str, str]) -> PacketSet:
        """Return the packets that the rules of a (network, direction) are asked about."""
        network, leaving = place[0], place[1] == "egress"
        spared = "arrivals" if leaving else "departures"
        outer = (row for row in self.interfaces if not row.subnet and row.carries != spared)
        held = [(row.network, row.cidr) for row in self.tables.subnets]
        held += ((self.network_of(row), row.address) for row in outer)
        texts = (text for home, text in held if home == network)
        addresses = union(span for text in texts for span in range_intervals(text))
        if leaving:
            return PacketSet.box(addresses)
        return PacketSet.box(destinations=addresses) | self.forwarded.get(network, NOTHING)

    @cached_property
    def known(self) -> PacketSet:
        """Every packet that some rules are asked about: an end of it stands in a network.

        What passes from one stranger to another is outside the model: nobody can say.
        """
        return joined(map(self.scope, self.policies))

    @cached_property
    def single(self) -> tuple[tuple[int, InterfaceRow], ...]:
        """Every address that stands alone, with its interface."""
        held = [(row, range_intervals(row.address)) for row in self.interfaces]
        return tuple((a, row) for row, spans in held for a, z in spans if a == z)

    @cached_property
    def itself(self) -> PacketSet:
        """Every packet from a host in a subnet to itself, which meets no firewall."""
        hosts = grouped((row.node, (at, at)) for at, row in self.single if row.subnet)
        return joined(PacketSet.box(own, own) for own in map(union, hosts.values()))

    @cached_property
    def permitted(self) -> PacketSet:
        """Every packet that the firewall lets through where it is asked, at either end."""
        placed = sorted(self.policies.items(), key=lambda one: len(one[1]))
        *few, most = [NOTHING, *(stopped(rules, self.scope(at)) for at, rules in placed)]
        return self.known - joined(few) - most  # the longest list apart: half the work

    @cached_property
    def listening(self) -> PacketSet:
        """Every packet that would find a listener where it goes."""
        return joined(map(self.heard, self.listeners))

    def heard(self, row: ListenerRow) -> PacketSet:
        """Return every packet that one listener would answer."""
        hosts = self._rule_end(row.node, "destination", frozenset())
        return PacketSet.box(destinations=hosts, services=read_services(row.services))

    @cached_property
    def served(self) -> PacketSet:
        """Every permitted packet that finds a listener."""
        return self.permitted & self.listening

    def level(self, name: str) -> PacketSet:
        """Return the packets of a level: ``permitted`` or ``served``."""
        return self.served if name == "served" else self.permitted

    @remembered
    def passed(self, source: str, destination: str, services: str, level: str) -> PacketSet:
        """Return what gets from *source* to *destination* on *services*, at a level."""
        own = self.itself & self.listening if level == "served" else self.itself
        sent = self.traffic(source, destination, services) - self.unsent
        return sent & (self.level(level) | own)

    @remembered
    def asked(self, source: str, destination: str, services: str) -> PacketSet:
        """Return what rules are asked about: not two strangers, nor a host by itself."""
        return self.traffic(source, destination, services) & self.known - self.itself

    @cached_property
    def unsent(self) -> PacketSet:
        """Every packet that a firewall may let in, but nobody on the internet can send.

        Its destination is in a subnet, and neither public nor behind a public address. The
        edge of a CDN is not on the internet: what it carries in needs none.
        """
        pairs = ((range_intervals(row.address), at) for at, row in self._public.items())
        called = (at if intersect(own, at) else alike(own, at) for own, at in pairs)
        others = subtract(self.inside, union(span for spans in called for span in spans))
        carriers = (
            row for row in self.interfaces if self.node_of[row.node].function == "cdn"
        )
        known = (*NOT_PUBLIC, *self.inside, *addresses_of(carriers))
        return PacketSet.box(subtract(ANY_ADDRESS, union(known)), others)

    @cached_property
    def leaving(self) -> PacketSet:
        """Every packet from a subnet of ours to a public address."""
        return PacketSet.box(self.inside, self.outside)

    def decisions(self, packet: Packet) -> tuple[Decision, ...]:
        """Walk the rules for one packet: the definition, egress before ingress.

        There is none where neither end stands in a network, nor where both are one host;
        the last rule of every list matches all, so that there is one where rules are asked.
        """
        asked = () if packet in self.itself else self.policies.items()
        return tuple(
            Decision(*place, rule)
            for place, rules in asked
            if packet in self.scope(place) and (rule := decide(rules, packet))
        )

    @remembered
    def deciding(self, traffic: PacketSet) -> tuple[Decision, ...]:
        """Return every rule that decides some packet of *traffic*, at either end."""
        return tuple(decision for decision, _ in self.divided(traffic))

    def divided(self, traffic: PacketSet) -> Iterator[tuple[Decision, PacketSet]]:
        """Yield the same, each with what it decides: all that is asked of is near by."""
        for place, rules in self.policies.items():
            asked = traffic & self.scope(place)
            for rule, share in shares(near(rules, asked), asked):
                if not share.empty:
                    yield Decision(*place, rule), share

    @remembered
    def departures(self, traffic: PacketSet) -> tuple[Departure, ...]:
        """Say every way in which a part of the permitted *traffic* can leave, and as whom.

        Routes are asked by priority, the lower the earlier. A later one stands by, and one
        of the same priority shares the load: either is a way to leave. What no route takes
        leaves with the public address of its own interface, where that has one. What has no
        public address at last has no way out, by any of these.
        """
        passing = rest = traffic & self.permitted
        found: dict[tuple[str, str], PacketSet] = {}  # what is told, by who it leaves as
        parts: list[Departure] = []
        for exit_ in self.exits:
            who = exit_.via, exit_.public
            part = (passing if exit_.route else rest) & exit_.packets
            part = part - found.get(who, NOTHING)
            if not part.empty:
                parts.append(exit_._replace(packets=part))
                found[who] = found.get(who, NOTHING) | part
                rest = rest - part
        out = joined(part.packets for part in parts if part.public)
        parts = [p if p.public else p._replace(packets=p.packets - out) for p in parts]
        return tuple(part for part in parts if not part.packets.empty)

    @cached_property
    def translations(self) -> Mapping[tuple[str, str], PacketSet]:
        """All that leaves, by the role that translates it and the address it carries."""
        roles = {row.name: row.role for row in self.nodes}
        every = self.departures(self.leaving)
        return joined_by(((roles.get(p.via, p.via), p.public), p.packets) for p in every)

    @cached_property
    def exits(self) -> tuple[Departure, ...]:
        """Every way to leave, in the order in which they are asked, and what it takes.

        After each route comes what it takes and its node may not send on: no way out, nor
        is the last one, which takes all that is left.
        """
        found = []
        for row in self.routes:
            taken, kept = self.routed(row), self._kept(row)
            found.append(Departure(taken - kept, row.via, row.public, row.name))
            found.append(Departure(taken & kept, "", "", row.name))
        own = (
            Departure(PacketSet.box(alike(*map(range_intervals, ends))), "", ends[1], "")
            for row in self.interfaces
            for ends in product((row.address,), row.public.split())
        )
        return (*found, *own, Departure(EVERYTHING, "", "", ""))

    def _kept(self, route: RouteRow) -> PacketSet:
        """Return what the node of a route may not send on, whoever hands it over.

        Translated, it leaves from an address behind the public one, and egress rules are
        asked there: it is kept where they stop it from each of them.
        """
        row = self._public.get(range_intervals(route.public))
        if row is None or (place := (self.network_of(row), "egress")) not in self.policies:
            return NOTHING
        sent = PacketSet.box(range_intervals(row.address)) & self.scope(place)
        let = from_anywhere(sent - denied(self.policies[place], sent))
        return PacketSet.box(alike(ANY_ADDRESS, sent.sources())) - let

    def routed(self, route: RouteRow) -> PacketSet:
        """Return what a route takes: translation keeps to the family of its address."""
        family = alike(ANY_ADDRESS, range_intervals(route.public))
        whole = self.traffic(route.source, route.destination, "all")
        return whole & PacketSet.box(sources=family)

    # Packets and people

    @cached_property
    def names(self) -> Mapping[int, str]:
        """The node name of every single address; all names of a host with several roles."""
        held = grouped((at, row.node) for at, row in self.single)
        return MappingProxyType({at: " and ".join(nodes) for at, nodes in held.items()})

    def name_of(self, address: int) -> str:
        """Say who has *address*: a node, a subnet, ``internet`` or ``elsewhere``."""
        rows = (r for r in self.interfaces if contains(range_intervals(r.address), address))
        if nodes := [row.node for row in rows]:
            return " and ".join(nodes)
        for name, spans in self.subnets.items():
            if contains(spans, address):
                return f"{name}, unassigned"
        return INTERNET if contains(self.special[INTERNET], address) else "elsewhere"

    def end_text(self, address: int) -> str:
        """Write an address with its owner, as in ``10.10.0.11 (web-1)``."""
        return f"{address_text(address)} ({self.name_of(address)})"

    @cached_property
    def _plausible(self) -> tuple[int, ...]:
        """Ends that a witness takes where it can: a stranger, then nodes, then others."""
        nodes = (row.address for row in self.interfaces)
        texts = (*STRANGERS.split(), *nodes, *PRIVATE_HOSTS.split())
        spans = (span for text in texts for span in range_intervals(text))
        return tuple(min(first + 1, last) for first, last in spans)

    def witness(self, packets: PacketSet) -> Packet | None:
        """Return one plausible packet of the set, or None where it is empty.

        It is one that a host sends to itself only where there is no other.
        """
        between = packets - self.itself
        some = packets if between.empty else between
        return some.witness(self._plausible, PLAUSIBLE_SERVICES)


def from_anywhere(packets: PacketSet) -> PacketSet:
    """Return the same packets with every sender that there is."""
    return joined(
        PacketSet.box(ANY_ADDRESS, destinations, services)
        for _, destinations, services in packets.products()
    )
