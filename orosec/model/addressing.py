"""Who stands where in one scenario: rows that apply, and the addresses behind names.

A name stands for addresses at one side of a connection, near some networks: a node with
two interfaces uses the one that it shares with the other end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache, partial, wraps
from itertools import chain, product, starmap
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec, TypeVar

from orosec.engine.decision_diagram import ANY_ADDRESS, FAMILIES
from orosec.engine.intervals import Intervals, intersect, subtract, union
from orosec.engine.notation import looks_like_range, range_intervals, read_services
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import joined
from orosec.errors import NotationError, UnknownNameError, did_you_mean
from orosec.model.platform import implied
from orosec.model.rows import InterfaceRow, NodeRow, Tables, VariantRows, applying
from orosec.model.schema import CDNS, OUTSIDE_HOMES, applies
from orosec.model.validation import known_ends, labels

_SPECIAL = range_intervals(
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 "
    "192.0.0.0/24 192.168.0.0/16 198.18.0.0/15 224.0.0.0/3 ::/3 2001::/23 4000::/2 8000::/1"
)
_GLOBAL = range_intervals(
    "192.0.0.9/32 192.0.0.10/32 64:ff9b::/96 2001:1::1/128 2001:1::2/128 2001:1::3/128 "
    "2001:3::/32 2001:4:112::/48 2001:20::/28 2001:30::/28"
)
NOT_PUBLIC = subtract(_SPECIAL, _GLOBAL)
"""Addresses that no packet on the internet carries: those that IANA's special-purpose
registries (RFC 6890) call not globally reachable, multicast, and IPv6 outside 2000::/3. But
ranges for documentation (RFC 5737, 3849 and 9637) play the public addresses here."""

INTERNET = "internet"

ROWS = tuple(VariantRows.__annotations__)
"""The tables whose rows a variant picks; subnets are the same in all."""

_ENDS = "name a node, a role, a subnet, internet, an address or a range"

_MOST_REMEMBERED = 2048

_Here = TypeVar("_Here", bound="Addressing")
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")
_Key = TypeVar("_Key")
_Member = TypeVar("_Member")


def remembered(
    compute: Callable[Concatenate[_Here, _Asked], _Answer],
) -> Callable[Concatenate[_Here, _Asked], _Answer]:
    """Let each scenario remember what *compute* answers: its method, or a function of it.

    The memory is the scenario's own and goes with it. It is bounded for each function, and
    its keys are the arguments, which are values, as the scenario is; so no answer can be
    stale. An answer must be a value that nobody can change.
    """

    @wraps(compute)
    def asked(scenario: _Here, /, *args: _Asked.args, **named: _Asked.kwargs) -> _Answer:
        try:
            known = scenario._answers[compute]
        except KeyError:
            known = lru_cache(_MOST_REMEMBERED)(partial(compute, scenario))
            scenario._answers[compute] = known
            if getattr(type(scenario), compute.__name__, None) is asked:
                vars(scenario)[compute.__name__] = known  # found there without this detour
        answer: _Answer = known(*args, **named)
        return answer

    return asked


class Addressing(VariantRows):
    """The rows that apply under one CDN and one reading, and the addresses behind names.

    It is the lower half of a `Scenario`, which says what follows from rules.
    """

    tables: Tables
    cdn: str
    reading: str
    _answers: dict[Callable[..., Any], Callable[..., Any]]

    def __init__(self, tables: Tables, cdn: str, reading: str) -> None:
        rows = {name: tuple(applying(tables, name, cdn, reading)) for name in ROWS}
        rows["interfaces"] = tuple(map(_reached, rows["interfaces"]))
        rows["routes"] = tuple(sorted(rows["routes"], key=lambda row: row.priority))
        vars(self).update(rows)
        self.tables, self.cdn, self.reading = tables, cdn, reading
        self._answers = {}
        vars(self)["rules"] = (*self.rules, *implied(self.networks, self.rules))

    def applies_to(self, claim: Any) -> bool:
        """Return whether a claim is made here: of a CDN without a row, none is."""
        return self.cdn in self.tables.cdns and applies(claim, self.cdn, self.reading)

    @cached_property
    def subnets(self) -> Mapping[str, Intervals]:
        """The addresses of each subnet."""
        spans = {row.name: range_intervals(row.cidr) for row in self.tables.subnets}
        return MappingProxyType(spans)

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
        """Every network: those of subnets, then those of nodes outside all subnets."""
        homes = (row.home for row in self.nodes)
        outer = (home for home in homes if home not in (*self.subnets, *OUTSIDE_HOMES))
        return tuple(dict.fromkeys((*self._network_of_subnet.values(), *outer)))

    @cached_property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """The nodes behind each name: a node itself, a role, ``application``."""
        return grouped((name, node.name) for node in self.nodes for name in labels(node))

    @cached_property
    def _interfaces_of(self) -> Mapping[str, tuple[InterfaceRow, ...]]:
        return grouped((row.node, row) for row in self.interfaces)

    @cached_property
    def meant(self) -> Mapping[str, object]:
        """What each name stands for: all that its addresses and its place follow from."""
        found: dict[str, object] = {**self.special}
        found |= {row.name: (row.network, row.cidr) for row in self.tables.subnets}
        for name, nodes in self.members.items():
            rows = self.attached(name)
            ends = [(row.address, row.carries, self.network_of(row)) for row in rows]
            found[name] = nodes, tuple(ends)
        return MappingProxyType(found)

    def attached(self, name: str) -> tuple[InterfaceRow, ...]:
        """Return the interfaces of a node, or of all nodes behind a role or group."""
        nodes = self.members.get(name, ())
        return tuple(row for node in nodes for row in self._interfaces_of.get(node, ()))

    @cached_property
    def _public(self) -> Mapping[Intervals, InterfaceRow]:
        words = ((word, row) for row in self.interfaces for word in row.public.split())
        return MappingProxyType({range_intervals(word): row for word, row in words})

    @property
    def translated(self) -> frozenset[int]:
        """The public addresses that stand for a host of ours where traffic arrives."""
        return frozenset(spans[0][0] for spans in self._public)

    @cached_property
    def edges(self) -> Intervals:
        """Addresses of the edges: public, but not just anybody's."""
        outer = (row for row in self.interfaces if not row.subnet)
        return addresses_of(row for row in outer if self.network_of(row))

    @cached_property
    def inside(self) -> Intervals:
        """The addresses of the customer's own subnets."""
        return union(span for spans in self.subnets.values() for span in spans)

    @cached_property
    def assigned(self) -> Intervals:
        """The addresses of every interface."""
        return addresses_of(self.interfaces)

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
        if looks_like_range(end):
            range_intervals(end)
        elif not any(end in known for known in (self.special, self.subnets, self.members)):
            raise UnknownNameError(end, "name here", self._hint(end))

    def _hint(self, end: str) -> str:
        for other in CDNS:
            if end in known_ends(self.tables, other):
                return f"it exists in the {other} variant only (cdn {other})"
        return did_you_mean(end, known_ends(self.tables, self.cdn))

    @remembered
    def networks_of(self, end: str) -> frozenset[str]:
        """Return the networks that *end* stands in; none for the internet and the like."""
        if end in self.subnets:
            return frozenset((self._network_of_subnet[end],))
        if looks_like_range(end):
            span = self._range(end, arriving=True)
            met = (name for name, subnet in self.subnets.items() if intersect(span, subnet))
            return frozenset(self._network_of_subnet[name] for name in met)
        return frozenset(filter(None, map(self.network_of, self.attached(end))))

    @remembered
    def addresses(self, end: str, side: str, near: frozenset[str]) -> Intervals:
        """Return the addresses of one *end*.

        Args:
            end: a name, an address or a range.
            side: ``source`` or ``destination``; some addresses serve one side only. A
                destination that is ``called`` from inside: there, a public address of ours
                is out on the internet, and no host behind it.
            near: the networks of the other end. A node with several interfaces uses
                those in a network it shares with the other end, where there is one.
        """
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
        met = {row.node for row in shared}
        return addresses_of((*shared, *(row for row in rows if row.node not in met)))

    def _range(self, text: str, *, arriving: bool) -> Intervals:
        """Read a range; from outside, a public address of ours is the host behind it."""
        span = range_intervals(text)
        if arriving and span in self._public:
            return alike(range_intervals(self._public[span].address), span)
        return span

    @remembered
    def traffic(self, source: str, destination: str, services: str) -> PacketSet:
        """Return every packet from *source* to *destination* on *services*.

        Each end may be several names; each pair of them is taken by itself.

        Raises:
            UnknownNameError: an end is no name here.
            NotationError: an end or *services* cannot be read.
        """
        for end in (source, destination):
            if not end.strip():
                raise NotationError(end, "names no end", _ENDS)
        wanted = read_services(services)
        sides = (chain(*map(self._apart, ends.split())) for ends in (source, destination))
        pairs = grouped(chain(*starmap(self._ends, product(*sides))))
        met = grouped((union(chain(*heard)), sent) for sent, heard in pairs.items())
        return joined(
            PacketSet.box(union(chain(*sent)), heard, wanted) for heard, sent in met.items()
        )

    @remembered
    def _apart(self, end: str) -> tuple[str, ...]:
        """Return an end; of nodes in several networks, each node by itself."""
        nodes = self.members.get(end, ())
        return nodes if len({*map(self.networks_of, nodes)}) > 1 else (end,)

    @remembered
    def _ends(
        self, source: str, destination: str
    ) -> tuple[tuple[Intervals, Intervals], ...]:
        shared = self.networks_of(source) & self.networks_of(destination)
        senders = self.addresses(source, "source", shared)
        takers = self.addresses(destination, "destination", shared)
        called = self.addresses(destination, "called", shared)
        if called == takers:
            return ((senders, takers),)
        ours = intersect(senders, self.inside)
        return (ours, called), (subtract(senders, ours), takers)


def grouped(pairs: Iterable[tuple[_Key, _Member]]) -> Mapping[_Key, tuple[_Member, ...]]:
    """Return what each key is paired with, keys and members in the order of the pairs."""
    found: dict[_Key, list[_Member]] = {}
    for key, member in pairs:
        found.setdefault(key, []).append(member)
    return MappingProxyType({key: tuple(members) for key, members in found.items()})


def joined_by(pairs: Iterable[tuple[_Key, PacketSet]]) -> Mapping[_Key, PacketSet]:
    """Return all packets that each key is paired with, keys in the order of the pairs."""
    return MappingProxyType({key: joined(sets) for key, sets in grouped(pairs).items()})


def addresses_of(rows: Iterable[InterfaceRow]) -> Intervals:
    """Return the addresses of interfaces."""
    return union(span for row in rows for span in range_intervals(row.address))


@lru_cache(_MOST_REMEMBERED)
def _reached(row: InterfaceRow) -> InterfaceRow:
    """Return an interface with its public addresses: those of its own that are, too."""
    words = row.address.split() if row.subnet else ()
    own = (word for word in words if not intersect(range_intervals(word), NOT_PUBLIC))
    return row._replace(public=" ".join(dict.fromkeys((*row.public.split(), *own))))


def alike(addresses: Intervals, like: Intervals) -> Intervals:
    """Keep the *addresses* of those families that *like* has addresses of."""
    families = [family for family in FAMILIES if intersect(family, like)]
    return union(span for family in families for span in intersect(family, addresses))
