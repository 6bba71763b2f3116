"""Exact sets of packets, as canonical interval decision diagrams.

A packet here is the first packet of a connection: who sends it (source), who shall
receive it (destination), the protocol, and a *detail* that depends on the protocol:
a port for tcp, udp and sctp, a type for icmp, and always 0 for every other protocol.
Replies follow the state that the first packet made, so they are not part of a set.

The representation is told, with a drawing, in ``docs/packet-sets.md``. In short: four
levels, one a field; a node cuts its field's range into intervals and gives each a
child; equal neighbours are merged and equal nodes are one object. So two sets are
equal exactly when they are the same object, and a set is empty exactly when it is
the one empty node.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias, final
from weakref import WeakValueDictionary

from orosec.intervals import Intervals, contains, union

ADDRESS_TOP = 2**32 - 1
PROTOCOL_TOP = 255
DETAIL_TOP = 65535
TOPS = (ADDRESS_TOP, ADDRESS_TOP, PROTOCOL_TOP, DETAIL_TOP)
"""The largest value of each field; the smallest is 0."""

ICMP, TCP, UDP, SCTP = 1, 6, 17, 132
DETAIL_TOPS = {ICMP: 255, TCP: DETAIL_TOP, UDP: DETAIL_TOP, SCTP: DETAIL_TOP}
"""The largest detail of each protocol that has one (IANA protocol numbers)."""

Services: TypeAlias = tuple[tuple[int, int, Intervals], ...]
"""Runs of protocols with their details: (first, last, details), sorted and disjoint;
neighbours differ, none is empty, so equal services are equal values."""

Box: TypeAlias = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]

ANY_ADDRESS: Intervals = ((0, ADDRESS_TOP),)


class Packet(NamedTuple):
    """The first packet of a connection, as numbers.

    Attributes:
        source: IPv4 address as an integer.
        destination: IPv4 address as an integer, as the firewall sees it.
        protocol: IANA protocol number.
        detail: destination port, ICMP type, or 0.
    """

    source: int
    destination: int
    protocol: int
    detail: int


@final
class _Node:
    """One level of a diagram; made by `_node` only, compared by identity.

    1. ``starts[0] == 0`` and starts ascend: the intervals cover the whole field.
    2. Interval k runs from ``starts[k]`` to just before the next start (or the top).
    3. Neighbouring children differ.
    4. A node with no packet below it does not exist: `_EMPTY` stands for it.
    """

    __slots__ = ("__weakref__", "children", "starts")

    def __init__(self, starts: tuple[int, ...], children: tuple[_Node, ...]) -> None:
        self.starts = starts
        self.children = children


_EMPTY = _Node((), ())
_FULL = _Node((), ())
_unique: WeakValueDictionary[tuple[tuple[int, ...], tuple[_Node, ...]], _Node] = (
    WeakValueDictionary()
)


def _node(starts: Sequence[int], children: Sequence[_Node]) -> _Node:
    """Give the one node with these *starts* and *children* (invariants 3 and 4 hold)."""
    if len(children) == 1 and children[0] is _EMPTY:
        return _EMPTY
    key = (tuple(starts), tuple(children))
    node = _unique.get(key)
    if node is None:
        node = _unique[key] = _Node(*key)
    return node


def _level(intervals: Intervals, child: _Node, top: int) -> _Node:
    """Give the node that leads to *child* inside the *intervals*, else to nothing."""
    if child is _EMPTY or not intervals:
        return _EMPTY
    starts: list[int] = [] if intervals[0][0] == 0 else [0]
    children: list[_Node] = [] if intervals[0][0] == 0 else [_EMPTY]
    for first, last in intervals:
        starts.append(first)
        children.append(child)
        if last < top:
            starts.append(last + 1)
            children.append(_EMPTY)
    return _node(starts, children)


@lru_cache(maxsize=4096)
def _services_node(services: Services) -> _Node:
    node = _EMPTY
    for first, last, details in services:
        child = _level(details, _FULL, DETAIL_TOP)
        run = _level(((first, last),), child, PROTOCOL_TOP)
        node = _apply(_OR, node, run, {})
    return node


def _runs(node: _Node) -> Services:
    """Read services off a node of the protocol level: the inverse of `_services_node`."""
    return tuple(
        (first, last, tuple(span for span, _ in _edges(child, 3)))
        for (first, last), child in _edges(node, 2)
    )


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
_NO_START = 2**33


def _apply(operation: _Operation, left: _Node, right: _Node, memo: _Memo) -> _Node:
    """Combine two diagrams, walking both partitions of each level side by side.

    Nodes meet only nodes of their own level; at the bottom only _FULL and _EMPTY meet,
    and the first three cases answer. The memo lives for one question.
    """
    if left is right:
        return left if operation.both else _EMPTY
    if left is _EMPTY:
        return right if operation.right_only else _EMPTY
    if right is _EMPTY:
        return left if operation.left_only else _EMPTY
    done = memo.get((left, right))
    if done is not None:
        return done
    left_only, right_only, _ = operation
    starts: list[int] = []
    children: list[_Node] = []
    left_starts, left_children = left.starts, left.children
    right_starts, right_children = right.starts, right.children
    left_last, right_last = len(left_starts) - 1, len(right_starts) - 1
    i = j = position = 0
    last: _Node | None = None
    while position < _NO_START:
        one, two = left_children[i], right_children[j]
        next_left = left_starts[i + 1] if i < left_last else _NO_START
        next_right = right_starts[j + 1] if j < right_last else _NO_START
        start = position
        # Where one side alone settles the answer, jump over the other's intervals.
        if one is _EMPTY and not right_only:
            child, position, i = _EMPTY, next_left, i + 1
            j = bisect_right(right_starts, position, j) - 1
        elif two is _EMPTY and not left_only:
            child, position, j = _EMPTY, next_right, j + 1
            i = bisect_right(left_starts, position, i) - 1
        else:
            child = _apply(operation, one, two, memo)
            position = min(next_right, next_left)
            i += next_left == position
            j += next_right == position
        if child is not last:
            starts.append(start)
            children.append(child)
            last = child
    memo[left, right] = result = _node(starts, children)
    return result


@final
class PacketSet:
    """An immutable, exact set of packets (see `Packet`), with Python's set operators.

    ===============  =====================================================
    make             `box`, `NOTHING`, `EVERYTHING`
    combine          ``a | b``, ``a & b``, ``a - b``, ``a ^ b``, ``~a``
    compare          ``a == b``, ``a <= b``, ``a < b``, `isdisjoint`, ``hash(a)``
    ask              `empty`, `count`, ``packet in a``, `witness`
    take apart       `sources`, `destinations`, `services`, `boxes`
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
        """Give the empty set."""
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
        """Give every packet from *sources* to *destinations* on *services*."""
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
        return PacketSet._of(_apply(operation, self._root, other._root, {}))

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
        """Tell whether the two sets share no packet."""
        return (self & other).empty

    @property
    def empty(self) -> bool:
        """Whether there is no packet in the set: a proof, not a sample."""
        return self._root is _EMPTY

    def __contains__(self, packet: Packet) -> bool:
        node = self._root
        for value in packet:
            if node is _EMPTY:
                return False
            node = node.children[bisect_right(node.starts, value) - 1]
        return node is _FULL

    def count(self) -> int:
        """Give the exact number of packets.

        >>> EVERYTHING.count() == 2**64 * (3 * 65536 + 256 + 252)
        True
        """
        known: dict[_Node, int] = {_EMPTY: 0, _FULL: 1}
        return _count(self._root, 0, known)

    def boxes(self) -> Iterator[Box]:
        """Yield disjoint boxes that together are the set; for tests, not for people."""
        for first in _edges(self._root, 0):
            for second in _edges(first[1], 1):
                for third in _edges(second[1], 2):
                    for fourth in _edges(third[1], 3):
                        yield (first[0], second[0], third[0], fourth[0])

    def sources(self) -> Intervals:
        """Give the addresses that send any of the packets."""
        return union(span for span, _ in _edges(self._root, 0))

    def destinations(self) -> Intervals:
        """Give the addresses that receive any of the packets."""
        below = {child for _, child in _edges(self._root, 0)}
        return union(span for node in below for span, _ in _edges(node, 1))

    def services(self) -> Services:
        """Give the services of any of the packets."""
        below = {child for _, child in _edges(self._root, 0)}
        joined = _EMPTY
        for bottom in {child for node in below for _, child in _edges(node, 1)}:
            joined = _apply(_OR, joined, bottom, {})
        return _runs(joined)

    def witness(
        self,
        addresses: Sequence[int] = (),
        services: Sequence[tuple[int, int]] = (),
    ) -> Packet | None:
        """Give one packet of the set, a plausible one, or None where there is none.

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
            if protocol_child(node, protocol, detail) is _FULL:
                return Packet(source, destination, protocol, detail)
        protocol, node = _pick(node, (TCP, UDP, ICMP))
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


@lru_cache(maxsize=8192)
def _box(sources: Intervals, destinations: Intervals, services: Services) -> PacketSet:
    below = _level(destinations, _services_node(services), ADDRESS_TOP)
    return PacketSet._of(_level(sources, below, ADDRESS_TOP))


def protocol_child(node: _Node, protocol: int, detail: int) -> _Node:
    """Walk the two service levels below *node*."""
    below = node.children[bisect_right(node.starts, protocol) - 1]
    if below is _EMPTY:
        return _EMPTY
    return below.children[bisect_right(below.starts, detail) - 1]


def _edges(node: _Node, level: int) -> Iterator[tuple[tuple[int, int], _Node]]:
    ends = (*(start - 1 for start in node.starts[1:]), TOPS[level])
    for start, end, child in zip(node.starts, ends, node.children, strict=False):
        if child is not _EMPTY:
            yield (start, end), child


def _count(node: _Node, level: int, known: dict[_Node, int]) -> int:
    if node not in known:
        known[node] = sum(
            (last - first + 1) * _count(child, level + 1, known)
            for (first, last), child in _edges(node, level)
        )
    return known[node]


def _pick(node: _Node, preferred: Sequence[int]) -> tuple[int, _Node]:
    for value in preferred:
        child = node.children[bisect_right(node.starts, value) - 1]
        if child is not _EMPTY:
            return value, child
    first = next(k for k, child in enumerate(node.children) if child is not _EMPTY)
    return node.starts[first], node.children[first]


def _check_node(node: _Node, level: int) -> None:
    if level == len(TOPS) or node is _EMPTY:
        assert node is _FULL or node is _EMPTY, "a path ends early or late"
        return
    assert node.starts[0] == 0, "the field is not covered from 0"
    assert list(node.starts) == sorted(set(node.starts)), "starts do not ascend"
    assert node.starts[-1] <= TOPS[level], "an interval lies beyond the field"
    assert len(node.starts) == len(node.children), "a start without a child"
    assert all(
        one is not two for one, two in zip(node.children, node.children[1:], strict=False)
    ), "equal neighbours are not merged"
    assert any(child is not _EMPTY for child in node.children), "an empty node"
    assert _unique.get((node.starts, node.children)) is node, "a node exists twice"
    for child in node.children:
        _check_node(child, level + 1)


def services_union(many: Iterable[Services]) -> Services:
    """Join services into one canonical value.

    >>> services_union([service(6, 80, 80), service(6, 81, 81)])
    ((6, 6, ((80, 81),)),)
    """
    joined = _EMPTY
    for services in many:
        joined = _apply(_OR, joined, _services_node(services), {})
    return _runs(joined)


@lru_cache(maxsize=4096)
def services_intersection(left: Services, right: Services) -> Services:
    """Give the services that are in both.

    >>> services_intersection(ANY_SERVICE, service(6, 80, 80)) == service(6, 80, 80)
    True
    """
    return _runs(_apply(_AND, _services_node(left), _services_node(right), {}))


def service(protocol: int, first: int, last: int) -> Services:
    """Give the details *first* to *last* of one protocol."""
    return ((protocol, protocol, ((first, last),)),)


def has_service(services: Services, protocol: int, detail: int) -> bool:
    """Tell whether *services* hold one protocol and detail; a plain look, no diagram."""
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
