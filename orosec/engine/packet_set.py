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

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from threading import Lock
from typing import NamedTuple, TypeAlias, final
from weakref import WeakValueDictionary

from orosec.engine.intervals import NONE, Intervals, contains, intersect, union
from orosec.errors import BudgetError

V6 = 2**128
"""An IPv4 address is its own number; an IPv6 address is its number plus this. So bit
128 tells the family, and no interval of addresses that exist spans both."""

ADDRESS_TOP = 2 * V6 - 1
FAMILIES: tuple[Intervals, Intervals] = (((0, 2**32 - 1),), ((V6, ADDRESS_TOP),))
"""Every address that exists: of IPv4, and of IPv6."""

ANY_ADDRESS: Intervals = FAMILIES[0] + FAMILIES[1]
PROTOCOL_TOP = 255
DETAIL_TOP = 65535
TOPS = (ADDRESS_TOP, ADDRESS_TOP, PROTOCOL_TOP, DETAIL_TOP)
"""The largest value of each field; the smallest is 0."""

ICMP, TCP, UDP, ICMPV6, SCTP = 1, 6, 17, 58, 132
DETAIL_TOPS = {
    ICMP: 255,
    TCP: DETAIL_TOP,
    UDP: DETAIL_TOP,
    ICMPV6: 255,
    SCTP: DETAIL_TOP,
}
"""The largest detail of each protocol that has one (IANA protocol numbers)."""

Services: TypeAlias = tuple[tuple[int, int, Intervals], ...]
"""Runs of protocols with their details: (first, last, details), sorted and disjoint;
neighbours differ, none is empty, so equal services are equal values."""

Box: TypeAlias = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]


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
class _Node:
    """One level of a diagram; made by `_node` only, compared by identity.

    1. ``stops`` ascend, and the last is one beyond the largest value of the field.
    2. Interval k runs from the stop before it (the first from 0) to just before
       ``stops[k]``, so the intervals cover the field.
    3. Neighbouring children differ.
    4. A node with no packet below it does not exist: `_EMPTY` stands for it.
    """

    __slots__ = ("__weakref__", "children", "stops")

    def __init__(self, stops: tuple[int, ...], children: tuple[_Node, ...]) -> None:
        self.stops = stops
        self.children = children

    def under(self, value: int) -> _Node:
        """Return the child whose interval holds *value*."""
        return self.children[bisect_right(self.stops, value)]


_EMPTY = _Node((), ())
_FULL = _Node((), ())
_unique: WeakValueDictionary[tuple[tuple[int, ...], tuple[_Node, ...]], _Node] = (
    WeakValueDictionary()
)
_one_at_a_time = Lock()


def _node(stops: Sequence[int], children: Sequence[_Node]) -> _Node:
    """Return the one node with these *stops* and *children* (invariants 1 to 3 hold)."""
    if len(children) == 1 and children[0] is _EMPTY:
        return _EMPTY
    key = (tuple(stops), tuple(children))
    node = _unique.get(key)
    if node is None:
        with _one_at_a_time:  # else two threads might each make the same node
            node = _unique.get(key)
            if node is None:
                node = _unique[key] = _Node(*key)
    return node


def _level(intervals: Intervals, child: _Node, top: int) -> _Node:
    """Return the node that leads to *child* inside the *intervals*, else to nothing."""
    if child is _EMPTY or not intervals:
        return _EMPTY
    stops: list[int] = []
    children: list[_Node] = []
    for first, last in intervals:
        if first:
            stops.append(first)
            children.append(_EMPTY)
        stops.append(last + 1)
        children.append(child)
    if intervals[-1][1] < top:
        stops.append(top + 1)
        children.append(_EMPTY)
    return _node(stops, children)


@lru_cache(maxsize=4096)
def _services_node(services: Services) -> _Node:
    node = _EMPTY
    for first, last, details in services:
        child = _level(details, _FULL, DETAIL_TOP)
        run = _level(((first, last),), child, PROTOCOL_TOP)
        node = _combine(_OR, node, run)
    return node


def _runs(node: _Node) -> Services:
    """Read services off a node of the protocol level: the inverse of `_services_node`."""
    return tuple(
        (first, last, tuple(span for span, _ in _edges(child)))
        for (first, last), child in _edges(node)
    )


BUDGET = 25_000_000
"""Intervals that one question may write. A question that used all of it took half a
minute and 0.6 GB (see docs/packet-sets.md)."""


class _Purse:
    """What a question may still spend."""

    __slots__ = ("left", "whole")

    def __init__(self, whole: int) -> None:
        self.left = self.whole = whole


_purse: ContextVar[_Purse | None] = ContextVar("purse", default=None)


@contextmanager
def budget(intervals: int = BUDGET) -> Iterator[None]:
    """Let everything inside be one question, and bound what it may cost.

    A question inside a question spends from the outer budget, and outside of all each
    operation is a question of its own. A question beyond its budget has no answer; half
    an answer is none.

    Raises:
        BudgetError: the question writes more than so many *intervals*.
    """
    if _purse.get() is not None:
        yield
        return
    token = _purse.set(_Purse(intervals))
    try:
        yield
    finally:
        _purse.reset(token)


_MOST_REMEMBERED = 10_000
_memory: ContextVar[dict[_Operation, _Memo] | None] = ContextVar("memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Let the operations inside share what they find out, as far as a bounded memory goes.

    For questions that are asked of many sets which have most of their nodes in common.
    Elsewhere an operation forgets what it knew when it ends.
    """
    token = _memory.set({} if _memory.get() is None else _memory.get())
    try:
        yield
    finally:
        _memory.reset(token)


def _memo(operation: _Operation) -> _Memo:
    """Return what is known of pairs that were combined, or a clean sheet."""
    memory = _memory.get()
    if memory is None:
        return {}
    known = memory.get(operation)
    if known is None or len(known) > _MOST_REMEMBERED:
        known = memory[operation] = {}
    return known


def spend(steps: int) -> None:
    """Let the question at hand pay for work that is no set operation.

    Raises:
        BudgetError: the question has used up its budget.
    """
    purse = _purse.get()
    if purse is not None:
        purse.left -= steps
        if purse.left < 0:
            raise BudgetError(purse.whole)


class _Operation(NamedTuple):
    """A set operation, as its truth table: which packets the answer keeps."""

    left_only: bool
    right_only: bool
    both: bool


_AND = _Operation(left_only=False, right_only=False, both=True)
_OR = _Operation(left_only=True, right_only=True, both=True)
_MINUS = _Operation(left_only=True, right_only=False, both=False)
_XOR = _Operation(left_only=True, right_only=True, both=False)
_Memo: TypeAlias = dict[tuple[_Node, _Node], _Node]


def _apply(
    operation: _Operation, left: _Node, right: _Node, memo: _Memo, purse: _Purse
) -> _Node:
    """Combine two diagrams that are neither equal nor empty; *memo* knows what was done.

    Walks both partitions of a level side by side: *i* and *j* are the intervals that
    hold the next value, *stop* is where the nearer one ends. Children meet only
    children of their own level; at the bottom, equal and empty are the only cases.
    """
    key = (left, right)
    done = memo.get(key)
    if done is not None:
        return done
    left_only, right_only, both = operation
    stops: list[int] = []
    children: list[_Node] = []
    left_stops, left_children = left.stops, left.children
    right_stops, right_children = right.stops, right.children
    end = left_stops[-1]
    i = j = stop = 0
    last: _Node | None = None
    while stop < end:
        one, two = left_children[i], right_children[j]
        left_stop, right_stop = left_stops[i], right_stops[j]
        # Where one side alone settles the answer, jump over the other's intervals.
        if one is _EMPTY and not right_only:
            child, stop, i = _EMPTY, left_stop, i + 1
            j = bisect_right(right_stops, stop, j)
        elif two is _EMPTY and not left_only:
            child, stop, j = _EMPTY, right_stop, j + 1
            i = bisect_right(left_stops, stop, i)
        else:
            if one is two:
                child = one if both else _EMPTY
            elif one is _EMPTY:
                child = two
            elif two is _EMPTY:
                child = one
            else:
                child = _apply(operation, one, two, memo, purse)
            # No min(): a call here costs a tenth of the whole engine's time.
            stop = left_stop if left_stop < right_stop else right_stop  # noqa: FURB136
            i += left_stop == stop
            j += right_stop == stop
        if child is last:
            stops[-1] = stop
        else:
            stops.append(stop)
            children.append(child)
            last = child
    purse.left -= len(stops)
    if purse.left < 0:
        raise BudgetError(purse.whole)
    memo[key] = result = _node(stops, children)
    return result


def _disjoint(
    left: _Node, right: _Node, apart: set[tuple[_Node, _Node]], purse: _Purse
) -> bool:
    """Return whether two diagrams, neither equal nor empty, share no packet.

    The same walk as that of `_apply`, which ends at the first packet that both hold; pairs
    that are known to be *apart* are not walked again.
    """
    if (left, right) in apart:
        return True
    left_stops, left_children = left.stops, left.children
    right_stops, right_children = right.stops, right.children
    end = left_stops[-1]
    i = j = stop = 0
    while stop < end:
        one, two = left_children[i], right_children[j]
        if one is _EMPTY:
            stop, i = left_stops[i], i + 1
            j = bisect_right(right_stops, stop, j)
        elif two is _EMPTY:
            stop, j = right_stops[j], j + 1
            i = bisect_right(left_stops, stop, i)
        elif one is two or not _disjoint(one, two, apart, purse):
            return False
        else:
            left_stop, right_stop = left_stops[i], right_stops[j]
            stop = left_stop if left_stop < right_stop else right_stop  # noqa: FURB136
            i += left_stop == stop
            j += right_stop == stop
    purse.left -= i + j
    if purse.left < 0:
        raise BudgetError(purse.whole)
    apart.add((left, right))
    return True


def _combine(operation: _Operation, left: _Node, right: _Node) -> _Node:
    """Combine any two diagrams of one level: the plain cases here, the rest by walking."""
    if left is right:
        return left if operation.both else _EMPTY
    if left is _EMPTY:
        return right if operation.right_only else _EMPTY
    if right is _EMPTY:
        return left if operation.left_only else _EMPTY
    return _apply(operation, left, right, _memo(operation), _purse.get() or _Purse(BUDGET))


@final
class PacketSet:
    """An immutable, exact set of packets (see `Packet`), with Python's set operators.

    ===============  =====================================================
    make             `box`, `NOTHING`, `EVERYTHING`
    combine          ``a | b``, ``a & b``, ``a - b``, ``a ^ b``, ``~a``
    compare          ``a == b``, ``a <= b``, ``a < b``, `isdisjoint`, ``hash(a)``
    ask              `empty`, `count`, ``packet in a``, `witness`
    take apart       `sources`, `destinations`, `services`, `products`, `boxes`
    ===============  =====================================================

    It has no ``len()``: a set has a `count` of packets and a number of boxes, and
    neither is the obvious one.

    >>> http = PacketSet.box(((1, 9),), ((5, 5),), service(TCP, 80, 80))
    >>> http.count(), (http - http).empty, http == http | http
    (9, True, True)
    """

    __slots__ = ("_root",)
    _root: _Node

    def __new__(cls) -> PacketSet:
        """Return the empty set."""
        return NOTHING

    @classmethod
    def _of(cls, root: _Node) -> PacketSet:
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
        return _from_boxes, (tuple(self.boxes()),)

    def _with(self, operation: _Operation, other: object) -> PacketSet:
        if not isinstance(other, PacketSet):
            refused: PacketSet = NotImplemented
            return refused
        return PacketSet._of(_combine(operation, self._root, other._root))

    def __and__(self, other: object) -> PacketSet:
        return self._with(_AND, other)

    def __or__(self, other: object) -> PacketSet:
        return self._with(_OR, other)

    def __sub__(self, other: object) -> PacketSet:
        return self._with(_MINUS, other)

    def __xor__(self, other: object) -> PacketSet:
        return self._with(_XOR, other)

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

    def __ge__(self, other: PacketSet) -> bool:
        return other <= self

    def __gt__(self, other: PacketSet) -> bool:
        return other < self

    def isdisjoint(self, other: PacketSet) -> bool:
        """Return whether two sets share no packet; found sooner than what they share."""
        left, right = self._root, other._root
        if left is right or left is _EMPTY or right is _EMPTY:
            return left is _EMPTY or right is _EMPTY
        return _disjoint(left, right, set(), _purse.get() or _Purse(BUDGET))

    @property
    def empty(self) -> bool:
        """Whether there is no packet in the set: a proof, not a sample."""
        return self._root is _EMPTY

    def __contains__(self, packet: Packet) -> bool:
        node = self._root
        for value in packet:
            if node is _EMPTY or not 0 <= value < node.stops[-1]:
                return False
            node = node.under(value)
        return node is _FULL

    def count(self) -> int:
        """Return the exact number of packets.

        >>> EVERYTHING.count() == (2**64 + 2**256) * (3 * 65536 + 2 * 256 + 251)
        True
        """
        return _count(self._root, {_EMPTY: 0, _FULL: 1})

    def boxes(self) -> Iterator[Box]:
        """Yield disjoint boxes that together are the set; for tests, not for people."""
        for first in _edges(self._root):
            for second in _edges(first[1]):
                for third in _edges(second[1]):
                    for fourth in _edges(third[1]):
                        yield (first[0], second[0], third[0], fourth[0])

    def products(self) -> Iterator[tuple[Intervals, Intervals, Services]]:
        """Yield disjoint parts, each all of some sources, destinations and services.

        >>> [services for _, _, services in EVERYTHING.products()] == [ANY_SERVICE] * 2
        True
        """
        for first, sources in _bundles(self._root):
            for second, destinations in _bundles(first):
                yield sources, destinations, _runs(second)

    def sources(self) -> Intervals:
        """Return the addresses that send any of the packets."""
        return union(span for span, _ in _edges(self._root))

    def destinations(self) -> Intervals:
        """Return the addresses that receive any of the packets."""
        below = {child for _, child in _edges(self._root)}
        return union(span for node in below for span, _ in _edges(node))

    def services(self) -> Services:
        """Return the services of any of the packets."""
        below = {child for _, child in _edges(self._root)}
        joined = _EMPTY
        for bottom in {child for node in below for _, child in _edges(node)}:
            joined = _combine(_OR, joined, bottom)
        return _runs(joined)

    def witness(
        self,
        addresses: Sequence[int] = (),
        services: Sequence[tuple[int, int]] = (),
    ) -> Packet | None:
        """Return one packet of the set, a plausible one, or None where there is none.

        At each field the first preferred value that the set holds is taken, else the
        lowest one; a packet to its own sender is avoided where that can be.

        Args:
            addresses: preferred ends, best first.
            services: preferred (protocol, detail) pairs, best first.
        """
        if self.empty:
            return None
        source, node = _pick(self._root, addresses)
        others = [address for address in addresses if address != source]
        destination, node = _pick(node, others)
        for protocol, detail in services:
            below = node.under(protocol)
            if below is not _EMPTY and below.under(detail) is _FULL:
                return Packet(source, destination, protocol, detail)
        protocol, node = _pick(node, (TCP, UDP, ICMP, ICMPV6))
        return Packet(source, destination, protocol, _pick(node, ())[0])

    def __repr__(self) -> str:
        return f"PacketSet of {self.count()} packets"

    def _check(self) -> None:
        """Assert the invariants of `_Node` all the way down."""
        _check_node(self._root, 0)


def _from_boxes(boxes: Iterable[Box]) -> PacketSet:
    """Put a set together again, in another process."""
    joined = NOTHING
    for source, destination, (first, last), details in boxes:
        services = ((first, last, (details,)),)
        joined = joined | PacketSet.box((source,), (destination,), services)
    return joined


@lru_cache(maxsize=16384)
def _box(sources: Intervals, destinations: Intervals, services: Services) -> PacketSet:
    bottom, joined = _services_node(services), _EMPTY
    for family in FAMILIES:
        below = _level(_within(destinations, family), bottom, ADDRESS_TOP)
        half = _level(_within(sources, family), below, ADDRESS_TOP)
        joined = _combine(_OR, joined, half)
    return PacketSet._of(joined)


def _within(addresses: Intervals, family: Intervals) -> Intervals:
    """Intersect the two, quickly where all *addresses* are of one family."""
    ((first, last),) = family
    if not addresses or addresses[-1][1] < first or last < addresses[0][0]:
        return NONE
    if first <= addresses[0][0] and addresses[-1][1] <= last:
        return addresses
    return intersect(addresses, family)


def _edges(node: _Node) -> Iterator[tuple[tuple[int, int], _Node]]:
    start = 0
    for stop, child in zip(node.stops, node.children, strict=True):
        if child is not _EMPTY:
            yield (start, stop - 1), child
        start = stop


def _bundles(node: _Node) -> Iterator[tuple[_Node, Intervals]]:
    """Yield each child with all the intervals that lead to it."""
    found: dict[_Node, list[tuple[int, int]]] = {}
    for span, child in _edges(node):
        found.setdefault(child, []).append(span)
    for child, spans in found.items():
        yield child, tuple(spans)


def _count(node: _Node, known: dict[_Node, int]) -> int:
    if node not in known:
        known[node] = sum(
            (last - first + 1) * _count(child, known)
            for (first, last), child in _edges(node)
        )
    return known[node]


def _pick(node: _Node, preferred: Sequence[int]) -> tuple[int, _Node]:
    for value in preferred:
        child = node.under(value)
        if child is not _EMPTY:
            return value, child
    (first, _), child = next(_edges(node))
    return first, child


def _check_node(node: _Node, level: int) -> None:
    if level == len(TOPS) or node is _EMPTY:
        assert node is _FULL or node is _EMPTY, "a path ends early or late"
        return
    assert list(node.stops) == sorted({*node.stops, 0})[1:], "stops do not ascend from 0"
    assert node.stops[-1] == TOPS[level] + 1, "the field is not covered to its end"
    assert len(node.stops) == len(node.children), "a stop without a child"
    assert all(
        one is not two for one, two in zip(node.children, node.children[1:], strict=False)
    ), "equal neighbours are not merged"
    assert any(child is not _EMPTY for child in node.children), "an empty node"
    assert _unique.get((node.stops, node.children)) is node, "a node exists twice"
    for child in node.children:
        _check_node(child, level + 1)


def services_union(many: Iterable[Services]) -> Services:
    """Join services into one canonical value.

    >>> services_union([service(6, 80, 80), service(6, 81, 81)])
    ((6, 6, ((80, 81),)),)
    """
    joined = _EMPTY
    for services in many:
        joined = _combine(_OR, joined, _services_node(services))
    return _runs(joined)


@lru_cache(maxsize=4096)
def services_intersection(left: Services, right: Services) -> Services:
    """Return the services that are in both.

    >>> services_intersection(ANY_SERVICE, service(6, 80, 80)) == service(6, 80, 80)
    True
    """
    return _runs(_combine(_AND, _services_node(left), _services_node(right)))


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
NOTHING = PacketSet._of(_EMPTY)
EVERYTHING = PacketSet.box(ANY_ADDRESS, ANY_ADDRESS, ANY_SERVICE)
