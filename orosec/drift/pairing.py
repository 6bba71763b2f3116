"""The third step of a comparison: which of the text left over stands for a missing entry.

Four looks, each at what those before it left: what is alike; what made a known sentence
longer; what lies between the same neighbours; what is like an entry that was divided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from orosec.drift.align import Alignment
from orosec.drift.entries import Entry
from orosec.drift.fingerprints import likeness, sketch_of
from orosec.drift.words import Transcript, WordSpan

ALIKE = 0.3
"""From this likeness on, a text counts as the new form of a sentence that is missing."""

_ALIKE_OUTSIDE = 0.5
_LONGEST_HEADING = 12

_Pairs = dict[WordSpan, tuple[Entry, ...]]


class Pairing(NamedTuple):
    """What the pieces of a copy stand for.

    Attributes:
        pairs: the missing entries that a piece stands for, the likest one first.
        tied: the entry, still there, that a piece made longer.
    """

    pairs: Mapping[WordSpan, tuple[Entry, ...]]
    tied: Mapping[WordSpan, Entry]


class _Candidate(NamedTuple):
    """A piece that is like a missing entry."""

    likeness: float
    entry: Entry
    piece: WordSpan


def pair(aligned: Alignment) -> Pairing:
    """Find what each piece stands for."""
    candidates = _candidates(aligned)
    pairs = _by_likeness(candidates)
    tied = _tied(aligned, pairs)
    free = {piece for piece in aligned.pieces if piece not in pairs and piece not in tied}
    pairs |= _by_place(aligned, pairs, free)
    pairs |= _divided(aligned, pairs, free.difference(pairs), candidates)
    return Pairing(MappingProxyType(pairs), MappingProxyType(tied))


def likeness_in(copy: Transcript, entry: Entry, span: WordSpan) -> float:
    """Return how like an entry the words of a span are, from 0 to 1."""
    return round(likeness(entry.sketch, sketch_of(copy.said(span))), 2)


def _fits(aligned: Alignment, entry: Entry, piece: WordSpan) -> bool:
    """Return whether a piece may stand for an entry: for a heading, one that is short."""
    alone = piece.size <= _LONGEST_HEADING and aligned.copy.begins(piece.end)
    return alone or not entry.heading


# By likeness


def _candidates(aligned: Alignment) -> list[_Candidate]:
    """Return the pairs of a missing entry and a piece that are alike, the likest first."""
    missing = aligned.missing
    found = []
    for piece in reversed(aligned.pieces) if missing else ():
        sketch = sketch_of(aligned.copy.said(piece))
        enough = _ALIKE_OUTSIDE if aligned.outside(piece) else ALIKE
        for entry in missing:
            score = likeness(entry.sketch, sketch)
            if score >= enough and _fits(aligned, entry, piece):
                found.append(_Candidate(score, entry, piece))
    place = {entry: -number for number, entry in enumerate(missing)}
    return sorted(found, key=lambda c: (c.likeness, place[c.entry], c.piece), reverse=True)


def _by_likeness(candidates: Iterable[_Candidate]) -> _Pairs:
    """Return the missing entries that pieces stand for, the likest pairs first.

    A piece may stand for several entries if it is long enough for all: for one more, it
    must have room for half of its words.
    """
    pairs: _Pairs = {}
    done = set()
    for _, entry, piece in candidates:
        own = pairs.get(piece, ())
        room = piece.size - sum(paired.words for paired in own)
        if entry not in done and (not own or room >= entry.words / 2):
            pairs[piece] = (*own, entry)
            done.add(entry)
    return pairs


# What made a known sentence longer


def _tied(aligned: Alignment, pairs: Collection[WordSpan]) -> dict[WordSpan, Entry]:
    """Find pieces that made a known sentence or heading longer: no stop is between.

    A piece that stands for a missing entry does so only where it goes on in the midst of
    the sentence before it.
    """
    starts = {span.start: entry for entry, span in aligned.found.items()}
    ends = {span.end: entry for entry, span in aligned.found.items()}
    tied: dict[WordSpan, Entry] = {}
    for piece in aligned.pieces:
        alone = piece not in pairs
        before = ends.get(piece.start) if alone or _goes_on(aligned.copy, piece) else None
        after = starts.get(piece.end) if alone else None
        for entry in (before, after):
            if entry and _together(aligned, entry, piece):
                tied.setdefault(piece, entry)
    return tied


def _goes_on(copy: Transcript, piece: WordSpan) -> bool:
    """Return whether a piece goes on where a sentence had no end, not even a comma."""
    before = "".join(copy.words[piece.start - 1 : piece.start])
    return before[-1:].isalnum() and copy.words[piece.start][0].islower()


def _together(aligned: Alignment, entry: Entry, piece: WordSpan) -> bool:
    """Return whether a piece and the entry beside it make one sentence or heading."""
    copy, own = aligned.copy, aligned.found[entry]
    first, second = sorted((own, piece))
    parted = copy.begins(second.start) or copy.stops(second.start - 1)
    if parted or (entry.optional and aligned.outside(piece)):
        return False
    alone = copy.begins(first.start) and copy.begins(second.end)
    return not own.heading or (alone and second.end - first.start <= _LONGEST_HEADING)


# By place


def _by_place(aligned: Alignment, pairs: _Pairs, free: Collection[WordSpan]) -> _Pairs:
    """Pair what lies, in equal number, between the same neighbours.

    A gap is told by where the neighbour before it ends.
    """
    paired = {entry for entries in pairs.values() for entry in entries}
    steady = aligned.steady
    ends = [0, *(span.end for span in steady.values())]
    gaps: dict[int, tuple[list[Entry], list[WordSpan]]] = defaultdict(lambda: ([], []))
    gap = 0
    for entry in aligned.entries:
        if entry in steady:
            gap = steady[entry].end
        elif entry not in paired and entry not in aligned.found:
            gaps[gap][0].append(entry)
    for piece in sorted(free):
        if not aligned.outside(piece):
            gaps[max(end for end in ends if end <= piece.start)][1].append(piece)
    return {
        piece: (entry,)
        for entries, pieces in gaps.values()
        if len(entries) == len(pieces)
        and all(map(partial(_fits, aligned), entries, pieces))
        for entry, piece in zip(entries, pieces, strict=True)
    }


# What was divided


def _divided(
    aligned: Alignment,
    pairs: _Pairs,
    free: Collection[WordSpan],
    candidates: Iterable[_Candidate],
) -> _Pairs:
    """Pair what is like an entry that has its piece already: it was divided.

    A piece also belongs to the one beside it, if together they are more like the entry
    than that one alone.
    """
    divided: _Pairs = {}
    for _, entry, piece in candidates:
        if piece in free:
            divided.setdefault(piece, (entry,))
    for first, second in pairwise(aligned.pieces):
        for piece, beside in ((first, second), (second, first)):
            own = pairs.get(beside, ())[:1]
            if piece in free and own and _completes(aligned, piece, beside, *own):
                divided.setdefault(piece, own)
    return divided


def _completes(aligned: Alignment, piece: WordSpan, beside: WordSpan, entry: Entry) -> bool:
    """Return whether an entry is more like two pieces that touch than like the second."""
    copy = aligned.copy
    first, second = sorted((piece, beside))
    if first.end != second.start or copy.begins(second.start):
        return False
    both = WordSpan(first.start, second.end)
    return likeness_in(copy, entry, both) > likeness_in(copy, entry, beside)
