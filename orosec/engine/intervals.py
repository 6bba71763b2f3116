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
            # They overlap or touch: joined, so that a gap stays between neighbours.
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def gaps(intervals: Intervals, top: int) -> Intervals:
    """Return what lies around *intervals*: the first gap from 0, the last up to *top*.

    >>> gaps(((0, 1), (4, 5)), 9)
    ((2, 3), (6, 9))
    """
    starts = [0, *(last + 1 for _, last in intervals)]
    ends = [*(first - 1 for first, _ in intervals), top]
    spans = zip(starts, ends, strict=True)
    return tuple((start, end) for start, end in spans if start <= end)


def subtract(left: Intervals, right: Intervals) -> Intervals:
    """Return what is in *left* and not in *right*.

    >>> subtract(((0, 9),), ((2, 3), (9, 12)))
    ((0, 1), (4, 8))
    """
    return intersect(left, gaps(right, left[-1][1])) if left else NONE


def intersect(left: Intervals, right: Intervals) -> Intervals:
    """Return what is in both.

    >>> intersect(((0, 9),), ((2, 3), (9, 12)))
    ((2, 3), (9, 9))
    """
    shared: list[tuple[int, int]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        (a, b), (c, d) = left[i], right[j]
        if a <= d and c <= b:
            shared.append((max(a, c), min(b, d)))
        # The one that ends first meets nothing further on: neighbours do not touch.
        i += b <= d
        j += d <= b
    return tuple(shared)


def contains(intervals: Intervals, number: int) -> bool:
    """Return whether *number* lies in one of the *intervals*.

    >>> contains(((1, 5), (8, 9)), 8), contains(((1, 5), (8, 9)), 6)
    (True, False)
    """
    place = bisect_right(intervals, number, key=lambda pair: pair[0])
    return place > 0 and number <= intervals[place - 1][1]
