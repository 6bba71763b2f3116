"""Decision diagrams: the nodes that packet sets are made of, and what joins and cuts them.

A node cuts the values of one header field into runs, and each run leads to a node of the
next field. Equal nodes are one node, so two sets are equal where their roots are.
"""

from __future__ import annotations

import gc
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from threading import Lock
from typing import NamedTuple, TypeAlias, final
from weakref import WeakValueDictionary

from orosec.engine.intervals import Intervals
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

DETAIL_TOPS = {ICMP: 255, TCP: DETAIL_TOP, UDP: DETAIL_TOP, ICMPV6: 255, SCTP: DETAIL_TOP}
"""The largest detail of each protocol that has one (IANA protocol numbers)."""


Services: TypeAlias = tuple[tuple[int, int, Intervals], ...]
"""Runs of protocols with their details: (first, last, details), sorted and disjoint;
neighbours differ, none is empty, so equal services are equal values."""


@final
class Node:
    """One level of a diagram; made by `node` only, compared by identity.

    1. ``stops`` ascend, and the last is one beyond the largest value of the field.
    2. Interval k runs from the stop before it (the first from 0) to just before
       ``stops[k]``, so the intervals cover the field.
    3. Neighbouring children differ.
    4. A node with no packet below it does not exist: `EMPTY` stands for it.
    """

    __slots__ = ("__weakref__", "children", "stops")

    def __init__(self, stops: tuple[int, ...], children: tuple[Node, ...]) -> None:
        self.stops = stops
        self.children = children

    def under(self, value: int) -> Node:
        """Return the child whose interval holds *value*."""
        return self.children[bisect_right(self.stops, value)]


EMPTY = Node((), ())


FULL = Node((), ())


_unique: WeakValueDictionary[tuple[tuple[int, ...], tuple[Node, ...]], Node] = (
    WeakValueDictionary()
)


_one_at_a_time = Lock()


def node(stops: Sequence[int], children: Sequence[Node]) -> Node:
    """Return the one node with these *stops* and *children* (invariants 1 to 3 hold)."""
    if len(children) == 1 and children[0] is EMPTY:
        return EMPTY  # invariant 4; by 3, a node with no packet has this one child
    key = (tuple(stops), tuple(children))
    with _one_at_a_time:  # else two threads might each make the same node
        node = _unique.get(key)
        if node is None:
            node = _unique[key] = Node(*key)
    return node


def level(runs: Iterable[tuple[tuple[int, int], Node]], top: int) -> Node:
    """Return the node that leads from each of the *runs* to its node, else to nothing.

    The runs ascend, and where two of them touch, their nodes differ.
    """
    stops: list[int] = []
    children: list[Node] = []
    reached = 0
    for (first, last), child in runs:
        if child is EMPTY:
            continue  # it joins the gap around it: invariant 3
        if reached < first:
            stops.append(first)
            children.append(EMPTY)
        reached = last + 1
        stops.append(reached)
        children.append(child)
    if reached <= top:  # invariants 1 and 2: the last stop is one beyond the top
        stops.append(top + 1)
        children.append(EMPTY)
    return node(stops, children)


@lru_cache(maxsize=4096)
def services_node(services: Services) -> Node:
    """Return the node of the protocol level that holds some services."""
    runs = [
        ((first, last), level([(span, FULL) for span in details], DETAIL_TOP))
        for first, last, details in services
    ]
    return level(runs, PROTOCOL_TOP)


def services_of(node: Node) -> Services:
    """Read services off a node of the protocol level: the inverse of `services_node`."""
    return tuple(
        (first, last, tuple(span for span, _ in edges(child)))
        for (first, last), child in edges(node)
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


MOST_REMEMBERED = 10_000


_memory: ContextVar[dict[Operation, _Memo] | None] = ContextVar("memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Let the operations inside share what they find out, as far as a bounded memory goes.

    For questions that are asked of many sets which have most of their nodes in common.
    Elsewhere an operation forgets what it knew when it ends. Nodes point down, so there are
    no cycles: the collector, which would walk all of them to find none, waits meanwhile.
    """
    token = _memory.set({} if _memory.get() is None else _memory.get())
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        _memory.reset(token)
        if collecting:
            gc.enable()


def _memo(operation: Operation) -> _Memo:
    """Return what is known of pairs that were combined, or a clean sheet."""
    memory = _memory.get()
    if memory is None:
        return {}
    known = memory.get(operation)
    if known is None or len(known) > MOST_REMEMBERED:
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


class Operation(NamedTuple):
    """A set operation, as its truth table: which packets the answer keeps."""

    left_only: bool
    right_only: bool
    both: bool


AND = Operation(left_only=False, right_only=False, both=True)


OR = Operation(left_only=True, right_only=True, both=True)


MINUS = Operation(left_only=True, right_only=False, both=False)


XOR = Operation(left_only=True, right_only=True, both=False)


_Memo: TypeAlias = dict[tuple[Node, Node], Node]


def apply(
    operation: Operation, left: Node, right: Node, memo: _Memo, purse: _Purse
) -> Node:
    """Combine two diagrams that are neither equal nor empty, nor known to *memo* together.

    Walks both partitions of a level side by side: *i* and *j* are the intervals that
    hold the next value, *stop* is where the nearer one ends. Children meet only
    children of their own level; at the bottom, equal and empty are the only cases.
    """
    left_only, right_only, both = operation
    stops: list[int] = []
    children: list[Node] = []
    left_stops, left_children = left.stops, left.children
    right_stops, right_children = right.stops, right.children
    end = left_stops[-1]  # of both: they are of one level (invariant 1)
    i = j = stop = 0
    last: Node | None = None
    while stop < end:
        one, two = left_children[i], right_children[j]
        left_stop, right_stop = left_stops[i], right_stops[j]
        # Where one side alone settles the answer, jump over the other's intervals.
        if one is EMPTY and not right_only:
            child, stop, i = EMPTY, left_stop, i + 1
            j = bisect_right(right_stops, stop, j)
        elif two is EMPTY and not left_only:
            child, stop, j = EMPTY, right_stop, j + 1
            i = bisect_right(left_stops, stop, i)
        else:
            if one is two:
                child = one if both else EMPTY
            elif one is EMPTY:
                child = two
            elif two is EMPTY:
                child = one
            else:
                # Asked here, not inside: most pairs are known, and a call costs more.
                child = memo.get((one, two)) or apply(operation, one, two, memo, purse)
            # No min(): a call here costs a tenth of the whole engine's time.
            stop = left_stop if left_stop < right_stop else right_stop  # noqa: FURB136
            i += left_stop == stop
            j += right_stop == stop
        if child is last:  # invariant 3: equal neighbours become one interval
            stops[-1] = stop
        else:
            stops.append(stop)
            children.append(child)
            last = child
    purse.left -= len(stops)
    if purse.left < 0:
        raise BudgetError(purse.whole)
    memo[left, right] = result = node(stops, children)
    return result


def combine(operation: Operation, left: Node, right: Node) -> Node:
    """Combine any two diagrams of one level: the plain cases here, the rest by walking."""
    if left is right:
        return left if operation.both else EMPTY
    if left is EMPTY:
        return right if operation.right_only else EMPTY
    if right is EMPTY:
        return left if operation.left_only else EMPTY
    memo = _memo(operation)
    return memo.get((left, right)) or apply(operation, left, right, memo, allowance())


def edges(node: Node) -> Iterator[tuple[tuple[int, int], Node]]:
    """Yield each run of values of a node, with the node that it leads to."""
    start = 0
    for stop, child in zip(node.stops, node.children, strict=True):
        if child is not EMPTY:
            yield (start, stop - 1), child
        start = stop


def allowance() -> _Purse:
    """Return what the present question may still spend."""
    return _purse.get() or _Purse(BUDGET)
