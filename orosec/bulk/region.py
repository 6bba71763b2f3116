"""Regions: the plain shape of one rule, and whether some regions cover another.

A region is three canonical sets of numbers, one a side: sources, destinations and
services. Whatever lists of ranges, protocols and ports a rule has, it is one region.
Services stand on one line here: protocol times 65536 plus detail, so that all three
sides are intervals. What lies on the line behind a protocol's last detail is no packet;
it goes with that last detail, so that it never decides anything.

`gap` asks the one question that shadowing and redundancy need, exactly and locally.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from orosec.engine.decision_diagram import DETAIL_TOP, DETAIL_TOPS, Services, spend
from orosec.engine.intervals import Intervals, gaps, intersect, subtract, union
from orosec.engine.packet_set import Packet, PacketSet
from orosec.engine.policy import Rule

_WIDTH = DETAIL_TOP + 1


class Region(NamedTuple):
    """Every packet with its source, destination and service each in one set.

    Attributes:
        sources: addresses that send.
        destinations: addresses that receive.
        services: places on the line of services.
    """

    sources: Intervals
    destinations: Intervals
    services: Intervals

    def with_side(self, side: int, numbers: Intervals) -> Region:
        """Return the same region with other numbers on one side (0, 1 or 2)."""
        return self._replace(**{self._fields[side]: numbers})

    def meet(self, other: Region) -> Region | None:
        """Return what is in both, or None where that is nothing."""
        sides = [intersect(*pair) for pair in zip(self, other, strict=True)]
        return Region(*sides) if all(sides) else None


@lru_cache(maxsize=16384)
def line(services: Services) -> Intervals:
    """Lay services out on the line.

    >>> from orosec.engine.packet_set import ANY_SERVICE, service
    >>> line(service(6, 80, 80)) == ((6 * 65536 + 80, 6 * 65536 + 80),)
    True
    >>> line(ANY_SERVICE) == ((0, 256 * 65536 - 1),)
    True
    """
    return union(
        (protocol * _WIDTH + low, protocol * _WIDTH + high)
        for first, last, details in services
        for protocol in range(first, last + 1)
        for low, high in _stretched(details, DETAIL_TOPS.get(protocol, 0))
    )


def _stretched(details: Intervals, top: int) -> Intervals:
    """Let details that reach a protocol's last one reach the end of its stretch."""
    low, high = details[-1]
    return details if high < top else (*details[:-1], (low, DETAIL_TOP))


def sides_of(some: Sequence[Region]) -> Iterator[list[Intervals]]:
    """Return the sources of all, their destinations, and their services."""
    return ([numbers[side] for numbers in some] for side in range(len(Region._fields)))


def region(rule: Rule) -> Region:
    """Return the region of one rule."""
    return Region(rule.sources, rule.destinations, line(rule.services))


def regions(packets: PacketSet) -> Iterator[Region]:
    """Cut a set into disjoint regions; most scopes are one.

    >>> len(list(regions(PacketSet.box(((1, 2), (5, 9)), ((7, 7),)))))
    1
    """
    for sources, destinations, services in packets.products():
        yield Region(sources, destinations, line(services))


def point(packet: Packet) -> Region:
    """Return the region that holds one packet."""
    source, destination, protocol, detail = packet
    place = source, destination, protocol * _WIDTH + detail
    return Region(*(((number, number),) for number in place))


def gap(whole: Region, parts: Sequence[Region]) -> Packet | None:
    """Return a packet of *whole* that none of *parts* holds; None is a proof of cover.

    All addresses of *whole* are of one family, as in each of the `regions` of a set.
    Simplify and cut, after T. M. Chan, *Klee's measure problem made easy* (2013): a part
    that leaves out something on one side alone is taken off that side; where every part
    that is left leaves out something on two sides, the region is cut in two between
    their ends.

    Raises:
        BudgetError: the question has used up its budget.
    """
    # What no part was found to hold yet is the union of the regions on the stack, each
    # with all the parts that may meet it.
    stack = [(whole, parts)]
    while stack:
        simplified = _simplified(*stack.pop())
        if simplified is None:
            continue
        left, near = simplified
        if not near:
            source, destination, position = (side[0][0] for side in left)
            protocol, detail = divmod(position, _WIDTH)
            detail = min(detail, DETAIL_TOPS.get(protocol, 0))
            return Packet(source, destination, protocol, detail)
        stack.extend((half, near) for half in _halves(left, near))
    return None


def _simplified(
    left: Region, near: Sequence[Region]
) -> tuple[Region, Sequence[Region]] | None:
    """Take off what single parts hold; give what is left, and the parts that meet it.

    None where some part holds all of it. Each part that is given leaves out something on
    two sides at least.
    """
    # What single parts hold is gathered and taken off at once: a side may be left in
    # thousands of pieces, and is not written anew for each part.
    while True:
        spend(len(near))
        kept: list[Region] = []
        held: tuple[list[tuple[int, int]], ...] = ([], [], [])
        for part in near:
            pairs = list(zip(left, part, strict=True))
            if not all(_touch(*pair) for pair in pairs):
                continue
            outside = [_touch(mine, gaps(its, mine[-1][1])) for mine, its in pairs]
            if sum(outside) > 1:
                kept.append(part)
            else:  # where nothing lies outside, nothing of any side is left
                side = outside.index(True) if any(outside) else 0
                held[side].extend(part[side])
        if not any(held):
            return left, kept
        left = Region(*map(subtract, left, map(union, held)))
        if not all(left):
            return None
        near = kept


def _touch(left: Intervals, right: Intervals) -> bool:
    """Tell whether something is in both: quickly, however many pieces *left* has."""
    found = ((bisect_right(left, (last + 1,)), first) for first, last in right)
    return any(place and first <= left[place - 1][1] for place, first in found)


def _halves(left: Region, near: Sequence[Region]) -> Iterator[Region]:
    """Cut a region in two, on the side where most parts begin or end inside it.

    There is a place to cut: a part that meets the region and does not hold one of its
    sides begins or ends inside that side.
    """
    cuts = [_cuts(*sides) for sides in zip(left, sides_of(near), strict=True)]
    most = max(range(len(left)), key=lambda side: len(cuts[side]))
    middle = sorted(cuts[most])[len(cuts[most]) // 2]
    below = ((0, middle - 1),)
    yield left.with_side(most, intersect(left[most], below))
    yield left.with_side(most, subtract(left[most], below))


def _cuts(side: Intervals, others: Sequence[Intervals]) -> list[int]:
    """Return every place at which another side begins or has ended, inside of *side*."""
    first, last = side[0][0], side[-1][1]
    edges = (edge for other in others for begin, end in other for edge in (begin, end + 1))
    return [edge for edge in edges if first < edge <= last]
