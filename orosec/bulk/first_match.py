"""First match in bulk: which of many rules decides each of many packets (numpy).

It says what `orosec.engine.policy.decide` says, for a million packets at a time. Each field
is cut wherever some rule begins or ends (an `Axis`); between two cuts nothing changes, so a
packet is three ranks. For each rank there is a row of bits, one a rule that holds it. The
rules that match a packet are the AND of its three rows, and the lowest bit decides.

Rules come in blocks with rows of their own, each small enough for a processor's cache;
so memory grows with the number of rules, not with its square.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from orosec.bulk.region import Region, region, sides_of
from orosec.engine.decision_diagram import DETAIL_TOP
from orosec.engine.intervals import Intervals
from orosec.engine.policy import Rule

Flags: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[Any]
"""Whole numbers: of 64 bits, or objects where some are longer."""

Bits: TypeAlias = npt.NDArray[np.uint64]
"""Rows of bits, one a rule."""

Places: TypeAlias = npt.NDArray[np.int64]
"""Where something stands: rules in their list, numbers on an axis."""

Ranks: TypeAlias = tuple[Places, ...]
"""Packets as places on the three axes."""

NO_RULE = -1
_BLOCK = 2048
_CHUNK = 4096
_SMALL = 2**63
_ONE = np.uint64(1)


def whole_numbers(values: Sequence[Any]) -> Numbers:
    """Make an array of whole numbers: of 64 bits, or of objects where some are longer.

    >>> whole_numbers([1, 2]).dtype.kind, whole_numbers([1, 2**127]).dtype.kind
    ('i', 'O')
    """
    try:
        return np.array(values, np.int64)
    except OverflowError:
        return np.array(values, object)


class Axis:
    """One field, cut wherever some rule begins or ends.

    Attributes:
        cuts: where each stretch begins; the first is 0. Python's integers, since an
            IPv6 address has 128 bits.
    """

    def __init__(self, sides: Sequence[Intervals]) -> None:
        edges = {
            edge for side in sides for first, last in side for edge in (first, last + 1)
        }
        self.cuts = sorted({0} | edges)
        self._small = np.array([cut for cut in self.cuts if cut < _SMALL], np.int64)

    def rank(self, value: int) -> int:
        """Return the stretch of one value."""
        return bisect_right(self.cuts, value) - 1

    def ranks(self, values: Numbers) -> Places:
        """Return the stretch of each value: whole numbers, or objects for long ones."""
        if values.dtype == object:
            return np.fromiter(map(self.rank, values), np.int64, len(values))
        return np.searchsorted(self._small, values.astype(np.int64), "right") - 1

    def rows(self, sides: Sequence[Intervals], words: int) -> Bits:
        """Return a row of bits for each stretch, one a side that may hold it.

        A side's bit flips where it begins and flips back behind its end; adding up the
        flips from left to right gives the rows.
        """
        rank = {cut: place for place, cut in enumerate(self.cuts)}
        flips = [
            (rank[edge], place)
            for place, side in enumerate(sides)
            for first, last in side
            for edge in (first, last + 1)
        ]
        where, which = np.array(flips, np.int64).reshape(-1, 2).T
        rows = np.zeros((len(self.cuts), words), np.uint64)
        bits = _ONE << (which % 64).astype(np.uint64)
        np.bitwise_xor.at(rows, (where, which // 64), bits)
        return np.bitwise_xor.accumulate(rows, axis=0, out=rows)


class Spans:
    """One side of many regions, as flat arrays of ranks on an axis.

    Attributes:
        starts: where the spans of each region begin in the arrays, and at last the end.
        low: the rank of each span's first number.
        high: the rank of its last one.
    """

    def __init__(self, axis: Axis, sides: Sequence[Intervals]) -> None:
        self.axis = axis
        self.starts = np.cumsum([0, *map(len, sides)])
        ends = [end for side in sides for span in side for end in span]
        self.low, self.high = axis.ranks(whole_numbers(ends)).reshape(-1, 2).T
        self.simple = all(len(side) == 1 for side in sides)
        self.owners = np.repeat(np.arange(len(sides)), np.diff(self.starts))

    def meeting(self, side: Intervals, begin: int, end: int) -> Flags:
        """Tell of each region from *begin* to *end* whether it meets *side*."""
        meets = (self._reaching(last, first, begin, end) for first, last in side)
        return reduce(np.logical_or, meets)

    def holding(self, side: Intervals, begin: int, end: int) -> Flags:
        """Tell of each region from *begin* to *end* whether it holds all of *side*."""
        holds = (self._reaching(first, last, begin, end) for first, last in side)
        return reduce(np.logical_and, holds)

    def _reaching(self, left: int, right: int, begin: int, end: int) -> Flags:
        """Tell of each region whether some span of it is wide enough.

        That is, it begins at *left* at the latest and ends at *right* at the earliest.
        """
        part = slice(self.starts[begin], self.starts[end])
        flags: Flags = self.low[part] <= self.axis.rank(left)
        flags &= self.high[part] >= self.axis.rank(right)
        if self.simple:  # each region is its one span
            return flags
        owners = self.owners[part][flags] - begin
        return np.bincount(owners, minlength=end - begin) > 0

    def draw(self, count: int, random: np.random.Generator) -> Places:
        """Draw *count* ranks of each region, one region after the other.

        Half of them are ends of spans: where a rule is alone, it often is so there.
        """
        sizes = np.repeat(np.diff(self.starts), count)
        chosen = np.repeat(self.starts[:-1], count) + random.integers(0, sizes)
        low, high = self.low[chosen], self.high[chosen]
        where = random.integers(0, 4, len(chosen))
        return np.choose(np.minimum(where, 2), (low, high, random.integers(low, high + 1)))


class _Block:
    """Some rules that stand together: their rows, and the way to them from all ranks."""

    def __init__(self, start: int, regions: Sequence[Region], axes: Sequence[Axis]) -> None:
        self.start = start
        self.words = -(-len(regions) // 64)
        self._ways, self._rows = [], []
        for axis, own in zip(axes, sides_of(regions), strict=True):
            local = Axis(own)
            self._rows.append(local.rows(own, self.words))
            self._ways.append(local.ranks(whole_numbers(axis.cuts)).astype(np.int32))

    def take(self, side: int, ranks: Places, out: Bits) -> Bits:
        """Return the rows of one side for *ranks*, in *out*."""
        local = self._ways[side][ranks]
        return np.take(self._rows[side], local, axis=0, out=out, mode="clip")


class Matcher:
    """An ordered list of rules, ready to judge packets in bulk.

    Its axes are cut where regions *within* begin or end, too.

    >>> from orosec.engine.packet_set import service
    >>> web = Rule("web", 1, True, ((1, 9),), ((5, 5),), service(6, 80, 80))
    >>> ends, ports = np.array([3, 3]), np.array([80, 81])
    >>> Matcher([web]).first(ends, ends + 2, np.array([6, 6]), ports).tolist()
    [0, -1]
    """

    def __init__(self, rules: Sequence[Rule], within: Sequence[Region] = ()) -> None:
        regions = [region(rule) for rule in rules]
        self.axes = tuple(Axis(own) for own in sides_of((*regions, *within)))
        self._blocks = [
            _Block(start, regions[start : start + _BLOCK], self.axes)
            for start in range(0, len(regions), _BLOCK)
        ]

    def first(
        self, sources: Numbers, destinations: Numbers, protocols: Places, details: Places
    ) -> Places:
        """Return the place of the rule that decides each packet, or `NO_RULE`.

        Args:
            sources: addresses as whole numbers (objects where some are IPv6).
            destinations: the same.
            protocols: IANA protocol numbers.
            details: ports, ICMP types, or 0.
        """
        services = protocols.astype(np.int64) * (DETAIL_TOP + 1) + details
        values = zip(self.axes, (sources, destinations, services), strict=True)
        return self.first_at(tuple(axis.ranks(field) for axis, field in values))

    def first_at(self, ranks: Ranks, after: Places | None = None) -> Places:
        """Return the same for packets that are ranks already.

        Args:
            ranks: the packets. With more than three ranks, several packets that one rule
                has to hold together.
            after: for each packet, take only rules behind this place.
        """
        # A chunk at a time: its rows of bits stay in a processor's cache.
        found = np.full(len(ranks[0]), NO_RULE, np.int64)
        buffers = np.empty((2, min(_CHUNK, len(found)) * _BLOCK // 64), np.uint64)
        for start in range(0, len(found), _CHUNK):
            part = slice(start, start + _CHUNK)
            behind = None if after is None else after[part]
            self._judge([rank[part] for rank in ranks], behind, found[part], buffers)
        return found

    def _judge(
        self, ranks: Sequence[Places], after: Places | None, found: Places, buffers: Bits
    ) -> None:
        """Ask block after block, each only for the packets that none before decided."""
        open_ = np.arange(len(found))
        for block in self._blocks:
            shape = len(open_), block.words
            rows, other = (row[: shape[0] * shape[1]].reshape(shape) for row in buffers)
            block.take(0, ranks[0][open_], rows)
            for number, rank in enumerate(ranks[1:], 1):
                rows &= block.take(number % 3, rank[open_], other)
            if after is not None:
                _forget(rows, after[open_] - block.start)
            word = (rows != 0).argmax(axis=1)
            bits = rows[np.arange(len(open_)), word]
            hit = bits != 0
            lowest = np.bitwise_count((bits & (~bits + _ONE)) - _ONE)
            found[open_[hit]] = block.start + word[hit] * 64 + lowest[hit]
            open_ = open_[~hit]
            if not len(open_):
                break


def _forget(rows: Bits, last: Places) -> None:
    """Clear the bits of each row up to and including *last*."""
    words = rows.shape[1]
    done = np.clip(last + 1, 0, 64 * words)
    rows[np.arange(words) < (done // 64)[:, None]] = 0
    partly = np.flatnonzero(done < 64 * words)
    shift = (done[partly] % 64).astype(np.uint64)
    rows[partly, done[partly] // 64] &= ~np.uint64(0) << shift
