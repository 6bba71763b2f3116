"""The third step of a comparison: which of the text left over stands for a missing entry.

Four looks, each at what those before it left: what is alike; what made a known sentence
longer; what lies between the same neighbours; what is like an entry that was divided.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import pairwise
from operator import itemgetter

from orosec.drift.align import Alignment
from orosec.drift.entries import Entry
from orosec.drift.fingerprints import likeness, sketch_of
from orosec.drift.words import WordSpan

ALIKE = 0.3
"""From this likeness on, a text counts as the new form of a sentence that is missing."""

_ALIKE_OUTSIDE = 0.5
_LONGEST_HEADING = 12

_Pairs = dict[WordSpan, tuple[Entry, ...]]
"""The missing entries that pieces stand for, the likest one first."""


class Pairing(Alignment):
    """An alignment, and what its pieces stand for."""

    @cached_property
    def pairs(self) -> _Pairs:
        """The missing entries that pieces stand for."""
        return self._alike | self._between | self._divided

    @cached_property
    def _candidates(self) -> list[tuple[Entry, WordSpan]]:
        """The pairs of a missing entry and a piece that are alike, the likest first."""
        found = []
        for piece in reversed(self.pieces) if self.missing else ():
            sketch = sketch_of(self.copy.said(piece))
            enough = _ALIKE_OUTSIDE if self.outside(piece) else ALIKE
            for place, entry in enumerate(self.missing):
                score = likeness(entry.known.sketch, sketch)
                if score >= enough and self._fits(entry, piece):
                    found.append((-score, place, entry, piece))
        found.sort(key=itemgetter(0, 1))
        return [(entry, piece) for *_, entry, piece in found]

    def _fits(self, entry: Entry, piece: WordSpan) -> bool:
        """Return whether a piece may stand for an entry: a heading needs a short one."""
        alone = piece.size <= _LONGEST_HEADING and piece.end in self.copy.starts
        return alone or not entry.heading

    @cached_property
    def _alike(self) -> _Pairs:
        """What pieces are like, the likest pairs first.

        A piece may stand for several entries if it is long enough for all: for one more,
        it must have room for half of its words.
        """
        pairs: _Pairs = {}
        done = set()
        for entry, piece in self._candidates:
            own = pairs.get(piece, ())
            room = piece.size - sum(paired.known.words for paired in own)
            if entry not in done and (not own or room >= entry.known.words / 2):
                pairs[piece] = (*own, entry)
                done.add(entry)
        return pairs

    @cached_property
    def tied(self) -> dict[WordSpan, Entry]:
        """The entry, still there, that a piece made longer: no stop is between.

        A piece that is like a missing entry does so only where it goes on in the midst of
        the sentence before it.
        """
        starts = {span.start: entry for entry, span in self.found.items()}
        ends = {span.end: entry for entry, span in self.found.items()}
        tied: dict[WordSpan, Entry] = {}
        for piece in self.pieces:
            alone = piece not in self._alike
            before = ends.get(piece.start) if alone or self._goes_on(piece) else None
            after = starts.get(piece.end) if alone else None
            for entry in (before, after):
                if entry and self._together(entry, piece):
                    tied.setdefault(piece, entry)
        return tied

    def _goes_on(self, piece: WordSpan) -> bool:
        """Return whether a piece goes on where a sentence had no end, not even a comma."""
        before = "".join(self.copy.words[piece.start - 1 : piece.start])
        return before[-1:].isalnum() and self.copy.words[piece.start][0].islower()

    def _together(self, entry: Entry, piece: WordSpan) -> bool:
        """Return whether a piece and the entry beside it make one sentence or heading."""
        copy, own = self.copy, self.found[entry]
        first, second = sorted((own, piece))
        parted = second.start in copy.starts or copy.stops(second.start - 1)
        if parted or (entry.optional and self.outside(piece)):
            return False
        short = second.end - first.start <= _LONGEST_HEADING
        alone = first.start in copy.starts and second.end in copy.starts
        return not own.heading or (short and alone)

    @cached_property
    def _free(self) -> set[WordSpan]:
        return {*self.pieces}.difference(self._alike, self.tied)

    @cached_property
    def _between(self) -> _Pairs:
        """What lies, in equal number, between the same neighbours.

        A gap is told by where the neighbour before it ends.
        """
        paired = {entry for entries in self._alike.values() for entry in entries}
        gaps: dict[int, tuple[list[Entry], list[WordSpan]]] = defaultdict(lambda: ([], []))
        gap = 0
        for entry in self.entries:
            if entry in self.steady:
                gap = self.steady[entry].end
            elif entry not in paired and entry not in self.found:
                gaps[gap][0].append(entry)
        ends = [0, *(span.end for span in self.steady.values())]
        for piece in sorted(self._free):
            if not self.outside(piece):
                gaps[max(end for end in ends if end <= piece.start)][1].append(piece)
        return {
            piece: (entry,)
            for entries, pieces in gaps.values()
            if len(entries) == len(pieces) and all(map(self._fits, entries, pieces))
            for entry, piece in zip(entries, pieces, strict=True)
        }

    @cached_property
    def _divided(self) -> _Pairs:
        """What is like an entry that has its piece already: that was divided.

        A piece also belongs to the one beside it, if together they are more like the entry
        than that one alone.
        """
        pairs = self._alike | self._between
        free = self._free.difference(pairs)
        divided: _Pairs = {}
        for entry, piece in self._candidates:
            if piece in free:
                divided.setdefault(piece, (entry,))
        for first, second in pairwise(self.pieces):
            for piece, other in ((first, second), (second, first)):
                own = pairs.get(other, ())[:1]
                if piece in free and own and self._completes(piece, other, *own):
                    divided.setdefault(piece, own)
        return divided

    def _completes(self, piece: WordSpan, other: WordSpan, entry: Entry) -> bool:
        """Return whether an entry is more like two pieces that touch than like one."""
        first, second = sorted((piece, other))
        touching = first.end == second.start and second.start not in self.copy.starts
        both = WordSpan(first.start, second.end)
        return touching and self.likeness(entry, both) > self.likeness(entry, other)

    def likeness(self, entry: Entry, span: WordSpan) -> float:
        """Return how like an entry the words of a span are, from 0 to 1."""
        return round(likeness(entry.known.sketch, sketch_of(self.copy.said(span))), 2)
