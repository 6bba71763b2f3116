"""Exact sets of packets, as canonical interval decision diagrams.

A packet here is the first packet of a connection: who sends it (source), who shall
receive it (destination), the protocol, and a *detail* that depends on the protocol:
a port for tcp, udp and sctp, a type for icmp and icmpv6, and always 0 for every other
protocol. Both ends are of one family, IPv4 or IPv6. Replies follow the state that the
first packet made, so they are not part of a set.

The representation is told, with a drawing, in ``docs/packet-sets.md``. In short: four
levels, one a field; a node cuts its field's range into intervals and gives each a
child; equal neighbours are merged and equal nodes are one object. So two sets are
equal exactly when they are the same object, and a set is empty exactly when it is
the one empty node.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple, TypeAlias, final

from orosec.engine.decision_diagram import (
    ADDRESS_TOP,
    AND,
    ANY_ADDRESS,
    DETAIL_TOPS,
    EMPTY,
    FAMILIES,
    FULL,
    ICMP,
    ICMPV6,
    MINUS,
    OR,
    PROTOCOL_TOP,
    TCP,
    UDP,
    XOR,
    Node,
    Operation,
    Services,
    combine,
    edges,
    level,
    services_node,
    services_of,
)
from orosec.engine.intervals import Intervals, contains, intersect, union

_Product: TypeAlias = tuple[Intervals, Intervals, Services]


class Packet(NamedTuple):
    """The first packet of a connection, as numbers.

    Attributes:
        source: address as a number, see `V6`.
        destination: the same, as the firewall sees it.
        protocol: IANA protocol number.
        detail: destination port, type of ICMP or ICMPv6, or 0.
    """

    source: int
    destination: int
    protocol: int
    detail: int


@final
class PacketSet:
    """An immutable, exact set of packets (see `Packet`), with Python's set operators.

    ===============  =====================================================
    make             `box`, `NOTHING`, `EVERYTHING`
    combine          ``a | b``, ``a & b``, ``a - b``, ``a ^ b``, ``~a``
    compare          ``a == b``, ``a <= b``, ``a < b``, `isdisjoint`, ``hash(a)``
    ask              `empty`, `count`, ``packet in a``, `witness`
    take apart       `sources`, `destinations`, `services`, `products`
    ===============  =====================================================

    It has no ``len()``: a set has a `count` of packets and a number of boxes, and
    neither is the obvious one.

    >>> http = PacketSet.box(((1, 9),), ((5, 5),), service(TCP, 80, 80))
    >>> http.count(), (http - http).empty, http == http | http
    (9, True, True)
    """

    __slots__ = ("_root",)
    _root: Node

    def __new__(cls) -> PacketSet:
        """Return the empty set."""
        return NOTHING

    @classmethod
    def _of(cls, root: Node) -> PacketSet:
        made = object.__new__(cls)
        object.__setattr__(made, "_root", root)
        return made

    @classmethod
    def box(
        cls,
        sources: Intervals = ANY_ADDRESS,
        destinations: Intervals = ANY_ADDRESS,
        services: Services | None = None,
    ) -> PacketSet:
        """Return every packet from *sources* to *destinations* on *services*.

        Only ends of one family make a packet: nothing goes from IPv4 to IPv6.
        """
        return _box(sources, destinations, ANY_SERVICE if services is None else services)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a PacketSet does not change; combine it into a new one")

    def __copy__(self) -> PacketSet:
        return self

    def __deepcopy__(self, memo: object) -> PacketSet:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return _from_products, (tuple(self.products()),)

    def _with(self, operation: Operation, other: object) -> PacketSet:
        if not isinstance(other, PacketSet):
            refused: PacketSet = NotImplemented
            return refused
        return PacketSet._of(combine(operation, self._root, other._root))

    def __and__(self, other: object) -> PacketSet:
        return self._with(AND, other)

    def __or__(self, other: object) -> PacketSet:
        return self._with(OR, other)

    def __sub__(self, other: object) -> PacketSet:
        return self._with(MINUS, other)

    def __xor__(self, other: object) -> PacketSet:
        return self._with(XOR, other)

    def __invert__(self) -> PacketSet:
        return EVERYTHING - self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PacketSet) and self._root is other._root

    def __hash__(self) -> int:
        return hash(self._root)

    def __le__(self, other: PacketSet) -> bool:
        return (self - other).empty

    def __lt__(self, other: PacketSet) -> bool:
        return self != other and self <= other

    def isdisjoint(self, other: PacketSet) -> bool:
        """Return whether two sets share no packet."""
        return (self & other).empty

    @property
    def empty(self) -> bool:
        """Whether there is no packet in the set: a proof, not a sample."""
        return self._root is EMPTY

    def __contains__(self, packet: Packet) -> bool:
        node = self._root
        for value in packet:
            if node is EMPTY or not 0 <= value < node.stops[-1]:
                return False
            node = node.under(value)
        return node is FULL

    def count(self) -> int:
        """Return the exact number of packets.

        >>> EVERYTHING.count() == (2**64 + 2**256) * (3 * 65536 + 2 * 256 + 251)
        True
        """
        return _count(self._root, {EMPTY: 0, FULL: 1})

    def products(self) -> Iterator[_Product]:
        """Yield disjoint parts, each all of some sources, destinations and services.

        >>> [services for _, _, services in EVERYTHING.products()] == [ANY_SERVICE] * 2
        True
        """
        for first, sources in _bundles(self._root):
            for second, destinations in _bundles(first):
                yield sources, destinations, services_of(second)

    def sources(self) -> Intervals:
        """Return the addresses that send any of the packets."""
        return union(span for span, _ in edges(self._root))

    def destinations(self) -> Intervals:
        """Return the addresses that receive any of the packets."""
        below = {child for _, child in edges(self._root)}
        return union(span for node in below for span, _ in edges(node))

    def services(self) -> Services:
        """Return the services of any of the packets."""
        below = {child for _, child in edges(self._root)}
        joined = EMPTY
        for bottom in {child for node in below for _, child in edges(node)}:
            joined = combine(OR, joined, bottom)
        return services_of(joined)

    def witness(
        self, addresses: Sequence[int] = (), services: Sequence[tuple[int, int]] = ()
    ) -> Packet | None:
        """Return one packet of the set, a plausible one, or None where there is none.

        At each field the first preferred value that the set holds is taken, else a low
        one; no end is one of the first two addresses of a range, which belong to the
        network, and no packet goes to its own sender, where that can be.

        Args:
            addresses: preferred ends, best first.
            services: preferred (protocol, detail) pairs, best first.
        """
        if self.empty:
            return None
        source, node = _pick(self._root, addresses, 2)
        others = [address for address in addresses if address != source]
        destination, node = _pick(node, others, 2)
        for protocol, detail in services:
            below = node.under(protocol)
            if below is not EMPTY and below.under(detail) is FULL:
                return Packet(source, destination, protocol, detail)
        protocol, node = _pick(node, (TCP, UDP, ICMP, ICMPV6))
        return Packet(source, destination, protocol, _pick(node, ())[0])

    def __repr__(self) -> str:
        return f"PacketSet of {self.count()} packets"


def root(packets: PacketSet) -> Node:
    """Return the node that the diagram of a set begins with, to draw or to check it."""
    return packets._root


def _from_products(products: Iterable[_Product]) -> PacketSet:
    """Put a set together again, in another process."""
    return reduce(or_, (PacketSet.box(*product) for product in products), NOTHING)


@lru_cache(maxsize=16384)
def _box(sources: Intervals, destinations: Intervals, services: Services) -> PacketSet:
    bottom = services_node(services)
    runs: list[tuple[tuple[int, int], Node]] = []
    for family in FAMILIES:
        there = [(span, bottom) for span in intersect(destinations, family)]
        below = level(there, ADDRESS_TOP)
        # No source is in both families, so the runs ascend and none leads to two nodes.
        runs += [(span, below) for span in intersect(sources, family)]
    return PacketSet._of(level(runs, ADDRESS_TOP))


def _bundles(node: Node) -> Iterator[tuple[Node, Intervals]]:
    """Yield each child with all the intervals that lead to it."""
    found: dict[Node, list[tuple[int, int]]] = {}
    for span, child in edges(node):
        found.setdefault(child, []).append(span)
    for child, spans in found.items():
        yield child, tuple(spans)


def _count(node: Node, known: dict[Node, int]) -> int:
    if node not in known:
        known[node] = sum(
            (last - first + 1) * _count(child, known)
            for (first, last), child in edges(node)
        )
    return known[node]


def _pick(node: Node, preferred: Sequence[int], place: int = 0) -> tuple[int, Node]:
    for value in preferred:
        child = node.under(value)
        if child is not EMPTY:
            return value, child
    (first, last), child = next(edges(node))
    return min(first + place, last), child


def services_union(many: Iterable[Services]) -> Services:
    """Join services into one canonical value.

    >>> services_union([service(6, 80, 80), service(6, 81, 81)])
    ((6, 6, ((80, 81),)),)
    """
    joined = EMPTY
    for services in many:
        joined = combine(OR, joined, services_node(services))
    return services_of(joined)


@lru_cache(maxsize=4096)
def services_intersection(left: Services, right: Services) -> Services:
    """Return the services that are in both.

    >>> services_intersection(ANY_SERVICE, service(6, 80, 80)) == service(6, 80, 80)
    True
    """
    return services_of(combine(AND, services_node(left), services_node(right)))


def service(protocol: int, first: int, last: int) -> Services:
    """Return the details *first* to *last* of one protocol."""
    return ((protocol, protocol, ((first, last),)),)


def has_service(services: Services, protocol: int, detail: int) -> bool:
    """Return whether *services* hold one protocol and detail; a plain look, no diagram."""
    return any(
        first <= protocol <= last and contains(details, detail)
        for first, last, details in services
    )


ANY_SERVICE = services_union(
    service(protocol, 0, DETAIL_TOPS.get(protocol, 0))
    for protocol in range(PROTOCOL_TOP + 1)
)
NOTHING = PacketSet._of(EMPTY)
EVERYTHING = PacketSet.box(ANY_ADDRESS, ANY_ADDRESS, ANY_SERVICE)
