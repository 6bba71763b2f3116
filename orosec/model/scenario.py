"""One scenario: the tables under one CDN and one reading, ready to be asked.

Names become addresses here, rules become a policy for each network, and the first
two levels of every answer come from here:

1. *permitted*: the firewall lets the first packet through, at both of its ends;
2. *served*: permitted, and the destination listens there.

The third level, journeys, is the business of `orosec.model.journeys`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from orosec.engine.intervals import Intervals, contains, intersect, subtract, union
from orosec.engine.notation import (
    address_text,
    looks_like_range,
    range_intervals,
    read_services,
)
from orosec.engine.packet_set import (
    ANY_ADDRESS,
    EVERYTHING,
    FAMILIES,
    Packet,
    PacketSet,
)
from orosec.engine.policy import Rule, Shares, decide, denied, in_order, joined, shares
from orosec.errors import NotationError, UnknownNameError, did_you_mean
from orosec.model.rows import (
    InterfaceRow,
    ListenerRow,
    NodeRow,
    RelayRow,
    RouteRow,
    RuleRow,
    Tables,
)
from orosec.model.schema import CDNS
from orosec.model.validation import known_ends

NOT_PUBLIC = range_intervals(
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 "
    "192.168.0.0/16 224.0.0.0/3 ::/3 2001:2::/48 2001:10::/28 4000::/2 8000::/1"
)
"""Addresses that no packet on the internet carries (RFC 6890, RFC 4291), but for the
ranges of RFC 5737, RFC 3849 and RFC 9637: these are for documentation, and here they
play the public addresses."""

PLAUSIBLE_SERVICES = ((6, 443), (6, 22), (6, 80), (6, 5432), (17, 31194), (1, 8), (17, 53))
"""What a witness carries where it can: (protocol, port or ICMP type), best first."""

INTERNET = "internet"

ROWS = ("nodes", "interfaces", "listeners", "rules", "routes", "relays")
"""The tables whose rows a variant picks; subnets are the same in all."""

_CACHES = ("_traffic", "_addresses", "_networks_of", "_rule_of")
"""Answers that depend on arguments, which a scenario may take over from another one."""

_MOST_REMEMBERED = 4096
_Answer = TypeVar("_Answer")

_ENDS = "name a node, a role, a subnet, internet, an address or a range"


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
            and so no way out.
        route: name of the route row; empty where no route takes it.
    """

    packets: PacketSet
    via: str
    public: str
    route: str


def _applying(tables: Tables, name: str, cdn: str, reading: str) -> Iterator[Any]:
    return (row for row in getattr(tables, name) if applies(row, cdn, reading))


def applies(row: Any, cdn: str, reading: str) -> bool:
    """Return whether a row counts under one CDN and one reading.

    A row without a reading counts under both. This is the one place that says so.
    """
    return row.cdn in ("both", cdn) and getattr(row, "reading", "both") in ("both", reading)


class Scenario:
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

    tables: Tables
    cdn: str
    reading: str
    nodes: tuple[NodeRow, ...]
    interfaces: tuple[InterfaceRow, ...]
    listeners: tuple[ListenerRow, ...]
    rules: tuple[RuleRow, ...]
    routes: tuple[RouteRow, ...]
    relays: tuple[RelayRow, ...]
    _traffic: Callable[[str, str, str], PacketSet]
    _addresses: Callable[[str, str, frozenset[str]], Intervals]
    _networks_of: Callable[[str], frozenset[str]]
    _rule_of: Callable[[RuleRow], Rule]
    _passed: Callable[[str, str, str, str], PacketSet]
    _memory: OrderedDict[Hashable, Any]

    def __init__(self, tables: Tables, cdn: str, reading: str) -> None:
        rows = {name: tuple(_applying(tables, name, cdn, reading)) for name in ROWS}
        rows["routes"] = tuple(sorted(rows["routes"], key=lambda row: row.priority))
        vars(self).update(
            rows,
            tables=tables,
            cdn=cdn,
            reading=reading,
            _traffic=lru_cache(maxsize=2048)(self._find_traffic),
            _addresses=lru_cache(maxsize=1024)(self._find_addresses),
            _networks_of=lru_cache(maxsize=512)(self._find_networks),
            _rule_of=lru_cache(maxsize=512)(self._resolve),
            _passed=lru_cache(maxsize=2048)(self._find_passed),
            _memory=OrderedDict(),
        )

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Scenario does not change")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Scenario does not change")

    def _learn(self, **answers: object) -> None:
        """Take over answers that are known from elsewhere; one given already stays.

        Raises:
            AttributeError: there is no such answer.
        """
        for name in answers:
            kept = isinstance(getattr(Scenario, name, None), cached_property)
            if not kept and name not in _CACHES:
                raise AttributeError(f"a Scenario keeps no {name!r}")
        known = vars(self)
        known |= {
            name: answer
            for name, answer in answers.items()
            if name in _CACHES or name not in known
        }

    def _known(self, *names: str) -> dict[str, object]:
        """Return those of the named answers that were asked for before."""
        return {name: vars(self)[name] for name in names if name in vars(self)}

    def remembered(self, key: Hashable, compute: Callable[[], _Answer]) -> _Answer:
        """Return what was computed for *key* before, or compute it now.

        Args:
            key: names the question whole: what is asked, and every argument.
            compute: gives the answer, a value that nobody can change.
        """
        memory = self._memory
        if key in memory:
            memory.move_to_end(key)
        else:
            answer = compute()
            memory[key] = answer
            if len(memory) > _MOST_REMEMBERED:
                memory.popitem(last=False)
        found: _Answer = memory[key]
        return found

    def applies_to(self, row: Any) -> bool:
        """Return whether a row counts in this scenario."""
        return applies(row, self.cdn, self.reading)

    def traffic(self, source: str, destination: str, services: str) -> PacketSet:
        """Return every packet from *source* to *destination* on *services*.

        Each end may be several names; each pair of them is taken by itself.

        Raises:
            UnknownNameError: an end is no name here.
            NotationError: an end or *services* cannot be read.
        """
        return self._traffic(source, destination, services)

    def addresses(self, end: str, side: str, near: frozenset[str]) -> Intervals:
        """Return the addresses of one *end*.

        Args:
            end: a name, an address or a range.
            side: ``source`` or ``destination``; some addresses serve one side only.
            near: the networks of the other end. A node with several interfaces uses
                those in a network it shares with the other end, where there is one.
        """
        return self._addresses(end, side, near)

    def networks_of(self, end: str) -> frozenset[str]:
        """Return the networks that *end* stands in; none for the internet and the like."""
        return self._networks_of(end)

    def rule_of(self, row: RuleRow) -> Rule:
        """Return a rule with its names resolved, as they are read in its network."""
        return self._rule_of(row)

    def passed(self, source: str, destination: str, services: str, level: str) -> PacketSet:
        """Return what passes from *source* to *destination* on *services*, at a level."""
        return self._passed(source, destination, services, level)

    # Names and places

    @cached_property
    def subnets(self) -> Mapping[str, Intervals]:
        """The addresses of each subnet."""
        return MappingProxyType(
            {row.name: range_intervals(row.cidr) for row in self.tables.subnets}
        )

    @cached_property
    def node_of(self) -> Mapping[str, NodeRow]:
        """Each node by its name."""
        return MappingProxyType({row.name: row for row in self.nodes})

    @cached_property
    def _network_of_subnet(self) -> Mapping[str, str]:
        return MappingProxyType({row.name: row.network for row in self.tables.subnets})

    def network_of(self, interface: InterfaceRow) -> str:
        """Return the network whose rules hold at *interface*; empty on the internet."""
        if interface.subnet:
            return self._network_of_subnet[interface.subnet]
        home = self.node_of[interface.node].home if interface.node in self.node_of else ""
        return home if home in self.networks else ""

    @cached_property
    def networks(self) -> tuple[str, ...]:
        """Every network that has rules, in the order of the table."""
        return tuple(dict.fromkeys(row.network for row in self.rules))

    @cached_property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """The nodes behind each name: a node itself, a role, ``application``."""
        found: dict[str, list[str]] = {}
        for node in self.nodes:
            for name in dict.fromkeys((node.name, node.role)):
                found.setdefault(name, []).append(node.name)
            if node.function == "application":
                found.setdefault("application", []).append(node.name)
        return MappingProxyType({name: tuple(nodes) for name, nodes in found.items()})

    @cached_property
    def _attached(self) -> Mapping[str, tuple[InterfaceRow, ...]]:
        found: dict[str, list[InterfaceRow]] = {}
        for interface in self.interfaces:
            found.setdefault(interface.node, []).append(interface)
        return MappingProxyType({node: tuple(rows) for node, rows in found.items()})

    @cached_property
    def meant(self) -> Mapping[str, object]:
        """What each name stands for: all that its addresses and its place follow from."""
        found: dict[str, object] = {**self.special}
        found |= {row.name: (row.network, row.cidr) for row in self.tables.subnets}
        for name, nodes in self.members.items():
            ends = (
                (row.address, row.carries, self.network_of(row))
                for row in self.attached(name)
            )
            found[name] = nodes, tuple(ends)
        return MappingProxyType(found)

    @cached_property
    def publics(self) -> tuple[tuple[str, str, str], ...]:
        """Who has which public address: (node, address, public address)."""
        return tuple(
            (row.node, row.address, row.public) for row in self.interfaces if row.public
        )

    def attached(self, name: str) -> tuple[InterfaceRow, ...]:
        """Return the interfaces of a node, or of all nodes behind a role or group."""
        nodes = self.members.get(name, ())
        rows = (row for node in nodes for row in self._attached.get(node, ()))
        return self.remembered(("attached", name), lambda: tuple(rows))

    @cached_property
    def _public(self) -> Mapping[Intervals, InterfaceRow]:
        return MappingProxyType(
            {
                range_intervals(word): row
                for row in self.interfaces
                for word in row.public.split()
            }
        )

    @property
    def translated(self) -> frozenset[int]:
        """The public addresses that stand for a host of ours where traffic arrives."""
        return frozenset(spans[0][0] for spans in self._public)

    @cached_property
    def edges(self) -> Intervals:
        """Addresses of the edges: public, but not just anybody's."""
        return union(
            span
            for row in self.interfaces
            if not row.subnet and self.network_of(row)
            for span in range_intervals(row.address)
        )

    @cached_property
    def inside(self) -> Intervals:
        """The addresses of the customer's own subnets."""
        return union(span for spans in self.subnets.values() for span in spans)

    @cached_property
    def assigned(self) -> Intervals:
        """The addresses of every interface."""
        return union(
            span for row in self.interfaces for span in range_intervals(row.address)
        )

    @cached_property
    def outside(self) -> Intervals:
        """Every public address: the internet and the edges."""
        return union((*self.special[INTERNET], *self.edges))

    @cached_property
    def special(self) -> Mapping[str, Intervals]:
        """The ends that are no rows: any, internet, elsewhere."""
        known = union((*self.inside, *self.edges))
        public = subtract(subtract(ANY_ADDRESS, NOT_PUBLIC), known)
        rest = subtract(subtract(ANY_ADDRESS, public), known)
        return MappingProxyType({"any": ANY_ADDRESS, INTERNET: public, "elsewhere": rest})

    def check_end(self, end: str) -> None:
        """Make sure that *end* can be an end of a question.

        Raises:
            UnknownNameError: no such name in this scenario.
            NotationError: no such address or range.
        """
        if end in self._ends_known:
            return
        if looks_like_range(end):
            range_intervals(end)
        else:
            raise UnknownNameError(end, "name here", self._hint(end))

    @cached_property
    def _ends_known(self) -> frozenset[str]:
        return frozenset((*self.special, *self.subnets, *self.members))

    def _hint(self, end: str) -> str:
        for other in CDNS:
            if end in known_ends(self.tables, other):
                return f"it exists in the {other} variant only (cdn {other})"
        return did_you_mean(end, known_ends(self.tables, self.cdn))

    def _find_networks(self, end: str) -> frozenset[str]:
        if end in self.subnets:
            return frozenset((self._network_of_subnet[end],))
        if end in self.special:
            return frozenset()
        if looks_like_range(end):
            span = self._range(end, arriving=True)
            return frozenset(
                self._network_of_subnet[name]
                for name, subnet in self.subnets.items()
                if intersect(span, subnet)
            )
        return frozenset(filter(None, map(self.network_of, self.attached(end))))

    def _range(self, text: str, *, arriving: bool) -> Intervals:
        """Read a range; a public address of ours stands for the host behind it."""
        span = range_intervals(text)
        if arriving and span in self._public:
            return alike(range_intervals(self._public[span].address), span)
        return span

    def _find_addresses(self, end: str, side: str, near: frozenset[str]) -> Intervals:
        self.check_end(end)
        if end in self.special:
            return self.special[end]
        if end in self.subnets:
            return self.subnets[end]
        if looks_like_range(end):
            return self._range(end, arriving=side == "destination")
        carries = ("both", "departures" if side == "source" else "arrivals")
        rows = [row for row in self.attached(end) if row.carries in carries]
        shared = [row for row in rows if self.network_of(row) in near]
        return union(
            span for row in shared or rows for span in range_intervals(row.address)
        )

    def _find_traffic(self, source: str, destination: str, services: str) -> PacketSet:
        for end in (source, destination):
            if not end.strip():
                raise NotationError(end, "names no end", _ENDS)
        wanted = read_services(services)
        return joined(
            PacketSet.box(*self._ends(one, other), wanted)
            for one in source.split()
            for other in destination.split()
        )

    def _ends(self, source: str, destination: str) -> tuple[Intervals, Intervals]:
        self.check_end(source)
        self.check_end(destination)
        return (
            self.addresses(source, "source", self.networks_of(destination)),
            self.addresses(destination, "destination", self.networks_of(source)),
        )

    # Rules

    @cached_property
    def policies(self) -> Mapping[tuple[str, str], tuple[Rule, ...]]:
        """The ordered rules of each (network, direction)."""
        grouped: dict[tuple[str, str], list[Rule]] = {}
        for row in self.rules:
            place = (row.network, row.direction)
            grouped.setdefault(place, []).append(self.rule_of(row))
        return MappingProxyType(
            {place: in_order(rules) for place, rules in grouped.items()}
        )

    def asked_first(self, rules: Iterable[Rule]) -> Scenario:
        """Return the same scenario with *rules* before all others at every place."""
        made = Scenario(self.tables, self.cdn, self.reading)
        first = tuple(rules)
        every = {place: (*first, *own) for place, own in self.policies.items()}
        made._learn(policies=MappingProxyType(every))
        return made

    def _resolve(self, row: RuleRow) -> Rule:
        here = frozenset((row.network,))
        return Rule(
            row.name,
            row.priority,
            row.action == "allow",
            self._rule_end(row.source, "source", here),
            self._rule_end(row.destination, "destination", here),
            read_services(row.services),
        )

    def _rule_end(self, ends: str, side: str, here: frozenset[str]) -> Intervals:
        spans = (self.addresses(end, side, here) for end in ends.split())
        return union(span for intervals in spans for span in intervals)

    @cached_property
    def rule_rows(self) -> Mapping[str, RuleRow]:
        """Each rule row of this scenario by its name."""
        return MappingProxyType({row.name: row for row in self.rules})

    @cached_property
    def territory(self) -> Mapping[tuple[str, str], Intervals]:
        """The addresses at which each (network, direction) is asked."""
        return MappingProxyType(
            {place: self.addresses_at(place) for place in self.policies}
        )

    def addresses_at(self, place: tuple[str, str]) -> Intervals:
        """Return the addresses at which a (network, direction) is or would be asked."""
        network, direction = place
        subnets = [
            self.subnets[name]
            for name, own in self._network_of_subnet.items()
            if own == network
        ]
        carries = "departures" if direction == "egress" else "arrivals"
        edges = [
            range_intervals(row.address)
            for row in self.interfaces
            if not row.subnet
            and self.network_of(row) == network
            and row.carries in ("both", carries)
        ]
        return union(span for spans in subnets + edges for span in spans)

    def scope(self, place: tuple[str, str]) -> PacketSet:
        """Return the packets that the rules of a (network, direction) are asked about."""
        addresses = self.territory.get(place) or self.addresses_at(place)
        if place[1] == "egress":
            return PacketSet.box(sources=addresses)
        return PacketSet.box(destinations=addresses)

    @cached_property
    def shares(self) -> Mapping[tuple[str, str], Shares]:
        """What each rule decides, for each (network, direction)."""
        return MappingProxyType(
            {
                place: shares(rules, self.scope(place))
                for place, rules in self.policies.items()
            }
        )

    @cached_property
    def permitted(self) -> PacketSet:
        """Every packet that the firewall lets through at both of its ends."""
        return EVERYTHING - joined(map(denied, self.shares.values()))

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

    def _find_passed(
        self, source: str, destination: str, services: str, level: str
    ) -> PacketSet:
        return self.traffic(source, destination, services) & self.level(level)

    @cached_property
    def leaving(self) -> PacketSet:
        """Every packet from a subnet of ours to a public address."""
        return PacketSet.box(self.inside, self.outside)

    def decisions(self, packet: Packet) -> tuple[Decision, ...]:
        """Walk the rules for one packet: the definition, egress before ingress.

        Implied rules are rows and match every packet; where an edit took one away, what
        no rule matches is decided by none, and passes.
        """
        found: list[Decision] = []
        for (network, direction), rules in self.policies.items():
            end = packet.source if direction == "egress" else packet.destination
            if contains(self.territory[network, direction], end):
                rule = decide(rules, packet)
                if rule is not None:
                    found.append(Decision(network, direction, rule))
        return tuple(sorted(found, key=lambda one: one.direction != "egress"))

    def deciding(self, traffic: PacketSet) -> tuple[Decision, ...]:
        """Return every rule that decides some packet of *traffic*, at either end."""
        found = [
            Decision(network, direction, rule)
            for (network, direction), divided in self.shares.items()
            for rule, share in divided
            if not (share & traffic).empty
        ]
        return tuple(sorted(found, key=lambda one: one.direction != "egress"))

    # Packets and people

    @cached_property
    def names(self) -> Mapping[int, str]:
        """The node name of every single address."""
        return MappingProxyType(
            {
                first: row.node
                for row in self.interfaces
                for first, last in range_intervals(row.address)
                if first == last
            }
        )

    def name_of(self, address: int) -> str:
        """Say who has *address*: a node, a subnet, ``internet`` or ``elsewhere``."""
        if address in self.names:
            return self.names[address]
        for row in self.interfaces:
            if contains(range_intervals(row.address), address):
                return row.node
        for name, spans in self.subnets.items():
            if contains(spans, address):
                return f"{name}, unassigned"
        return INTERNET if contains(self.special[INTERNET], address) else "elsewhere"

    def end_text(self, address: int) -> str:
        """Write an address with its owner, as in ``10.10.0.11 (web-1)``."""
        return f"{address_text(address)} ({self.name_of(address)})"

    @cached_property
    def _plausible(self) -> tuple[int, ...]:
        """Ends that a witness takes where it can: outside people first, then nodes."""
        outside = {row.name for row in self.nodes if row.function == "outside"}
        ordered = sorted(self.interfaces, key=lambda row: row.node not in outside)
        return tuple(
            first if first == last else first + 1
            for row in ordered
            for first, last in range_intervals(row.address)
        )

    def witness(self, packets: PacketSet) -> Packet | None:
        """Return one plausible packet of the set, or None where it is empty."""
        return packets.witness(self._plausible, PLAUSIBLE_SERVICES)

    # Leaving

    def departures(self, traffic: PacketSet) -> tuple[Departure, ...]:
        """Say how each part of the permitted *traffic* leaves, and as whom.

        Routes are asked by priority, the lower the earlier; what no route takes leaves
        with the public address of its own interface, where that has one.
        """
        remaining = traffic & self.permitted
        if remaining.empty:
            return ()
        found: list[Departure] = []
        for exit_ in self._exits:
            part = remaining & exit_.packets
            if not part.empty:
                found.append(exit_._replace(packets=part))
                remaining = remaining - part
                if remaining.empty:
                    return tuple(found)
        return (*found, Departure(remaining, "", "", ""))

    @cached_property
    def _exits(self) -> tuple[Departure, ...]:
        """Every way to leave, in the order in which they are asked, and what it takes."""
        routes = (
            Departure(self._routed(row), row.via, row.public, row.name)
            for row in self.routes
        )
        own = (
            Departure(_sent(row, public), "", public, "")
            for row in self.interfaces
            for public in row.public.split()
        )
        return (*routes, *own)

    def _routed(self, route: RouteRow) -> PacketSet:
        """Return what a route takes: translation keeps to the family of its address."""
        family = alike(ANY_ADDRESS, range_intervals(route.public))
        whole = self.traffic(route.source, route.destination, "all")
        return whole & PacketSet.box(sources=family)


def _sent(interface: InterfaceRow, public: str) -> PacketSet:
    """Return what an interface sends with a public address of its own."""
    own = alike(range_intervals(interface.address), range_intervals(public))
    return PacketSet.box(sources=own)


def alike(addresses: Intervals, like: Intervals) -> Intervals:
    """Keep the *addresses* of those families that *like* has addresses of."""
    families = [family for family in FAMILIES if intersect(family, like)]
    return union(span for family in families for span in intersect(family, addresses))
