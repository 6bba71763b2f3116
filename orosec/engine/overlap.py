"""Which rules can share a packet: a quick look that never misses one.

Most rules of a long list have nothing to do with each other. Their hulls, the single
boxes around them, tell that without any set of packets.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_
from typing import TypeAlias

from orosec.engine.decision_diagram import Services
from orosec.engine.intervals import Intervals

Hull: TypeAlias = tuple[int, int, int, int, int, int]
"""First and last source, destination, and service (protocol and detail as one number)."""


def hull(sources: Intervals, destinations: Intervals, services: Services) -> Hull:
    """Return the smallest single box around a rule: it rules out most others cheaply."""
    if not (sources and destinations and services):
        return 1, 0, 1, 0, 1, 0  # it ends before it starts, and meets nothing
    first, _, details = services[0]
    _, last, others = services[-1]
    ends = (sources[0][0], sources[-1][1], destinations[0][0], destinations[-1][1])
    return (*ends, first << 16 | details[0][0], last << 16 | others[-1][1])


def meets(hull: Hull, others: list[Hull]) -> bool:
    """Return whether *hull* overlaps one of the *others*."""
    a, b, c, d, e, f = hull
    return any(
        a <= q and p <= b and c <= s and r <= d and e <= u and t <= f
        for p, q, r, s, t, u in others
    )


class Neighbours:
    """For each rule of a list, the earlier and later ones that it may share packets with.

    A rule is a bit. For each field, ``started[k]`` has the bits of the first rules by
    where they start, and ``ended[k]`` of the first by where they end, *step* more with
    each k. A rule overlaps a hull when, in each field, it has started when the hull
    ends and has not ended when the hull starts. Rounding to steps keeps the masks few
    (memory grows with the rules, not with their square) and only adds to what is found.
    """

    MOST_MASKS = 512

    def __init__(self, hulls: Sequence[Hull]) -> None:
        self._hulls = hulls
        self._step = len(hulls) // self.MOST_MASKS + 1
        self._fields = [(self._masks(k), self._masks(k + 1)) for k in (0, 2, 4)]

    def _masks(self, end: int) -> tuple[list[int], list[int]]:
        """Sort the rules by one end of their hulls: the values, and the masks."""
        order = sorted((hull[end], place) for place, hull in enumerate(self._hulls))
        masks = [0]
        for start in range(0, len(order), self._step):
            taken = order[start : start + self._step]
            masks.append(reduce(or_, (1 << place for _, place in taken), masks[-1]))
        return [value for value, _ in order], masks

    def of(self, place: int) -> tuple[Iterator[int], Iterator[int]]:
        """Return the places of the earlier ones and of the later ones, each in order."""
        hull, step = self._hulls[place], self._step
        found = -1  # every bit
        for k, ((starts, started), (ends, ended)) in enumerate(self._fields):
            # Masks are rounded outward, so no rule that overlaps is lost.
            found &= started[-(-bisect_right(starts, hull[2 * k + 1]) // step)]
            found &= ~ended[bisect_left(ends, hull[2 * k]) // step]
        earlier = found & ((1 << place) - 1)
        return _bits(earlier), _bits(found >> place + 1, place + 1)


def _bits(mask: int, first: int = 0) -> Iterator[int]:
    """Yield the places of the bits of *mask*, the lowest called *first*."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1 + first
        mask ^= low
