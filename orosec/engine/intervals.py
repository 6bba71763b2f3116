"""Canonical sets of whole numbers: sorted, disjoint, non-touching closed intervals.

The bedrock: plain tuples of pairs, so that values hash, compare and stay as they are.
It knows nothing of addresses or ports.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import TypeAlias

Intervals: TypeAlias = tuple[tuple[int, int], ...]
"""Sorted (first, last) pairs, both ends included, with a gap between neighbours."""

NONE: Intervals = ()


def union(pairs: Iterable[tuple[int, int]]) -> Intervals:
    """Make any pairs canonical.

    >>> union([(8, 9), (1, 3), (4, 5)])
    ((1, 5), (8, 9))
    """
    merged: list[tuple[int, int]] = []
    for first, last in sorted(pairs):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def subtract(left: Intervals, right: Intervals) -> Intervals:
    """Return what is in *left* and not in *right*.

    >>> subtract(((0, 9),), ((2, 3), (9, 12)))
    ((0, 1), (4, 8))
    """
    kept: list[tuple[int, int]] = []
    for first, last in left:
        start = first
        for low, high in right:
            if high < start or low > last:
                continue
            if low > start:
                kept.append((start, low - 1))
            start = high + 1
        if start <= last:
            kept.append((start, last))
    return tuple(kept)


def intersect(left: Intervals, right: Intervals) -> Intervals:
    """Return what is in both.

    >>> intersect(((0, 9),), ((2, 3), (9, 12)))
    ((2, 3), (9, 9))
    """
    return tuple(
        (max(a, c), min(b, d)) for a, b in left for c, d in right if max(a, c) <= min(b, d)
    )


def contains(intervals: Intervals, number: int) -> bool:
    """Return whether *number* lies in one of the *intervals*.

    >>> contains(((1, 5), (8, 9)), 8), contains(((1, 5), (8, 9)), 6)
    (True, False)
    """
    place = bisect_right(intervals, number, key=lambda pair: pair[0])
    return place > 0 and number <= intervals[place - 1][1]
