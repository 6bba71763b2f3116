"""Regions: the plain shape of one rule, and whether some regions cover another.

A region is three canonical sets of numbers, one a side: sources, destinations and
services. Whatever lists of ranges, protocols and ports a rule has, it is one region.
Services stand on one line here: protocol times 65536 plus detail, so that all three
sides are intervals. What lies on the line behind a protocol's last detail is no packet;
it goes with that last detail, so that it never decides anything.

`gap` asks the one question that shadowing and redundancy need, exactly and locally.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from orosec.intervals import Intervals, contains, intersect, union
from orosec.packets import DETAIL_TOP, DETAIL_TOPS, Packet, PacketSet, Services, spend
from orosec.policy import Rule

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

    def meet(self, other: Region) -> Region | None:
        """Give what is in both, or None where that is nothing."""
        sides = [intersect(one, two) for one, two in zip(self, other, strict=True)]
        return Region(*sides) if all(sides) else None


@lru_cache(maxsize=16384)
def line(services: Services) -> Intervals:
    """Lay services out on the line.

    >>> from orosec.packets import ANY_SERVICE, service
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


def region(rule: Rule) -> Region:
    """Give the region of one rule."""
    return Region(rule.sources, rule.destinations, line(rule.services))


def regions(packets: PacketSet) -> Iterator[Region]:
    """Cut a set into disjoint regions; most scopes are one.

    >>> len(list(regions(PacketSet.box(((1, 2), (5, 9)), ((7, 7),)))))
    1
    """
    for sources, destinations, services in packets.products():
        yield Region(sources, destinations, line(services))


def point(packet: Packet) -> Region:
    """Give the region that holds one packet."""
    position = packet.protocol * _WIDTH + packet.detail
    ends = packet.source, packet.destination, position
    return Region(*(((one, one),) for one in ends))


def packet(place: tuple[int, int, int]) -> Packet:
    """Read one point of a region as a packet."""
    source, destination, position = place
    protocol, detail = divmod(position, _WIDTH)
    return Packet(source, destination, protocol, min(detail, DETAIL_TOPS.get(protocol, 0)))


_Classes: TypeAlias = list[tuple[int, int]]
"""Pairs (mask, place): bit k of the mask says that region k holds the place."""


def gap(whole: Region, parts: Sequence[Region]) -> Packet | None:
    """Give a packet of *whole* that none of *parts* holds; None is a proof of cover.

    All addresses of *whole* are of one family, as in each of the `regions` of a set.

    Between two ends of parts nothing changes, so one place stands for each such class
    of places, with the mask of the parts that hold it. A class whose mask includes
    another's is left out: where it has a gap, the other has one, too. The few classes
    that remain are tried in all combinations.

    Raises:
        BudgetError: there are more combinations than the question's budget allows.
    """
    sides = [
        _classes(whole[side], [part[side] for part in parts]) for side in range(len(whole))
    ]
    spend(len(sides[0]) * len(sides[1]))
    tried: set[int] = set()
    for first, source in sides[0]:
        for second, destination in sides[1]:
            mask = first & second
            if mask in tried:
                continue
            tried.add(mask)
            spend(len(sides[2]))
            for third, position in sides[2]:
                if not mask & third:
                    return packet((source, destination, position))
    return None


def _classes(base: Intervals, sides: Sequence[Intervals]) -> _Classes:
    """Give the classes of *base* that no other class makes needless.

    Walk up the line: where a part begins or ends, its bit flips. A stretch between two
    flips lies in *base* exactly when its start does, since *base* begins at flips, too.
    """
    flips = dict.fromkeys((first for first, _ in base), 0)
    for place, side in enumerate(sides):
        bit = 1 << place
        for first, last in side:
            flips[first] = flips.get(first, 0) ^ bit
            flips[last + 1] = flips.get(last + 1, 0) ^ bit
    begin, end = base[0][0], base[-1][1]
    found: dict[int, int] = {}
    mask = 0
    for start in sorted(flips):
        if start > end:
            break
        mask ^= flips[start]
        if start >= begin and contains(base, start):
            found.setdefault(mask, start)
    return _least(found)


def _least(found: dict[int, int]) -> _Classes:
    kept: _Classes = []
    for mask, place in sorted(found.items(), key=lambda one: one[0].bit_count()):
        if not any(mask & other == other for other, _ in kept):
            kept.append((mask, place))
    return kept
