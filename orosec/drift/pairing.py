"""The third step of a comparison: which of the text left over stands for a missing entry.

Four looks, each at what those before it left: what is alike; what made a known sentence
longer; what lies between the same neighbours; what is like an entry that was divided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from orosec.drift.align import Alignment
from orosec.drift.entries import Entry
from orosec.drift.fingerprints import likeness, sketch_of
from orosec.drift.words import Transcript, WordSpan

ALIKE = 0.3
"""From this likeness on, a text counts as the new form of a sentence that is missing."""

_ALIKE_OUTSIDE = 0.5
_LONGEST_HEADING = 12

_Pairs = Mapping[WordSpan, tuple[int, ...]]
_T = TypeVar("_T")


class Pairing(NamedTuple):
    """What the pieces of a copy stand for. No piece is in both.

    Attributes:
        pairs: the missing entries that a piece stands for, the likest one first.
        tied: the entry, still there, that a piece made longer.
    """

    pairs: _Pairs
    tied: Mapping[WordSpan, int]


class _Candidate(NamedTuple):
    """A piece that is like a missing entry."""

    likeness: float
    number: int
    piece: WordSpan


def pair(aligned: Alignment) -> Pairing:
    """Find what each piece stands for."""
    candidates = _candidates(aligned)
    pairs = _by_likeness(aligned, candidates)
    tied = _tied(aligned, pairs)
    pairs |= _by_place(aligned, pairs, _free(aligned, pairs, tied))
    free = frozenset(_free(aligned, pairs, tied))
    pairs |= _divided(aligned, pairs, free, candidates)
    return Pairing(MappingProxyType(pairs), MappingProxyType(tied))


def likeness_in(copy: Transcript, entry: Entry, span: WordSpan) -> float:
    """Return how like an entry the words of a span are, from 0 to 1."""
    words = copy.words[span.start : span.end]
    return round(likeness(entry.sketch, sketch_of(words)), 2)


def _free(
    aligned: Alignment, pairs: _Pairs, tied: Mapping[WordSpan, int]
) -> list[WordSpan]:
    return [piece for piece in aligned.pieces if piece not in pairs and piece not in tied]


def _fits(aligned: Alignment, number: int, piece: WordSpan) -> bool:
    """Return whether a piece may stand for an entry: for a heading, one that is short."""
    short = piece.end - piece.start <= _LONGEST_HEADING
    alone = aligned.copy.begins(piece.end)
    return not aligned.entries[number].heading or (short and alone)


# By likeness


def _candidates(aligned: Alignment) -> list[_Candidate]:
    """Return the pairs of a missing entry and a piece that are alike, the likest first."""
    missing = aligned.missing
    found = []
    for piece in aligned.pieces if missing else ():
        sketch = sketch_of(aligned.copy.words[piece.start : piece.end])
        enough = _ALIKE_OUTSIDE if aligned.outside(piece) else ALIKE
        for number in missing:
            score = likeness(aligned.entries[number].sketch, sketch)
            if score >= enough and _fits(aligned, number, piece):
                found.append(_Candidate(score, number, piece))
    return sorted(found, key=lambda c: (c.likeness, -c.number, c.piece), reverse=True)


def _by_likeness(
    aligned: Alignment, candidates: Iterable[_Candidate]
) -> dict[WordSpan, tuple[int, ...]]:
    """Return the missing entries that pieces stand for, the likest pairs first.

    A piece may stand for several entries if it is long enough for all.
    """
    pairs: dict[WordSpan, tuple[int, ...]] = {}
    done: set[int] = set()
    for _, number, piece in candidates:
        own = pairs.get(piece, ())
        if number not in done and _has_room(aligned.entries, piece, own, number):
            pairs[piece] = (*own, number)
            done.add(number)
    return pairs


def _has_room(
    entries: Sequence[Entry], piece: WordSpan, own: Sequence[int], number: int
) -> bool:
    """Return whether a piece is long enough to stand for one more entry."""
    taken = sum(entries[paired].words for paired in own)
    return not own or piece.end - piece.start >= taken + entries[number].words / 2


# What made a known sentence longer


def _tied(aligned: Alignment, pairs: _Pairs) -> dict[WordSpan, int]:
    """Find pieces that made a known sentence or heading longer: no stop is between."""
    starts = {span.start: number for number, span in aligned.found.items()}
    ends = {span.end: number for number, span in aligned.found.items()}
    tied: dict[WordSpan, int] = {}
    for piece in aligned.pieces:
        alone = piece not in pairs
        before = ends.get(piece.start) if alone or _goes_on(aligned.copy, piece) else None
        after = starts.get(piece.end) if alone else None
        for number in (before, after):
            if number is not None and _together(aligned, number, piece):
                tied.setdefault(piece, number)
    return tied


def _goes_on(copy: Transcript, piece: WordSpan) -> bool:
    """Return whether a piece goes on where a sentence had no end, not even a comma."""
    before = copy.words[piece.start - 1 : piece.start]
    return (
        bool(before) and before[0][-1:].isalnum() and copy.words[piece.start][0].islower()
    )


def _together(aligned: Alignment, number: int, piece: WordSpan) -> bool:
    """Return whether a piece and the entry beside it make one sentence or heading."""
    copy, own = aligned.copy, aligned.found[number]
    if aligned.entries[number].optional and aligned.outside(piece):
        return False
    first, second = sorted((own, piece))
    if copy.begins(second.start) or copy.stops(second.start - 1):
        return False
    short = second.end - first.start <= _LONGEST_HEADING
    alone = copy.begins(first.start) and copy.begins(second.end)
    return not own.heading or (short and alone)


# By place


def _by_place(
    aligned: Alignment, pairs: _Pairs, free: Iterable[WordSpan]
) -> dict[WordSpan, tuple[int, ...]]:
    """Pair what lies, in equal number, between the same neighbours.

    A gap is told by where the neighbour before it ends.
    """
    paired = {number for numbers in pairs.values() for number in numbers}
    unpaired = [number for number in aligned.missing if number not in paired]
    if not unpaired:
        return {}
    steady = aligned.steady

    def before_entry(number: int) -> int:
        return max((span.end for n, span in steady if n < number), default=0)

    def before_piece(piece: WordSpan) -> int:
        return max((span.end for _, span in steady if span.end <= piece.start), default=0)

    pieces = _grouped((p for p in free if not aligned.outside(p)), before_piece)
    return {
        piece: (number,)
        for gap, numbers in _grouped(unpaired, before_entry).items()
        if _fit_one_by_one(aligned, numbers, pieces.get(gap, []))
        for number, piece in zip(numbers, pieces[gap], strict=True)
    }


def _grouped(values: Iterable[_T], key: Callable[[_T], int]) -> dict[int, list[_T]]:
    groups = defaultdict(list)
    for value in values:
        groups[key(value)].append(value)
    return dict(groups)


def _fit_one_by_one(
    aligned: Alignment, numbers: Sequence[int], pieces: Sequence[WordSpan]
) -> bool:
    return len(numbers) == len(pieces) and all(
        _fits(aligned, number, piece) for number, piece in zip(numbers, pieces, strict=True)
    )


# What was divided


def _divided(
    aligned: Alignment,
    pairs: _Pairs,
    free: Collection[WordSpan],
    candidates: Iterable[_Candidate],
) -> dict[WordSpan, tuple[int, ...]]:
    """Pair what is like an entry that has its piece already: it was divided.

    A piece also belongs to the one beside it, if together they are more like the entry
    than that one alone.
    """
    divided: dict[WordSpan, tuple[int, ...]] = {}
    for _, number, piece in candidates:
        if piece in free:
            divided.setdefault(piece, (number,))
    for first, second in pairwise(aligned.pieces):
        for piece, beside in ((first, second), (second, first)):
            own = pairs.get(beside, ())
            if piece in free and own and _completes(aligned, piece, beside, own[0]):
                divided.setdefault(piece, (own[0],))
    return divided


def _completes(aligned: Alignment, piece: WordSpan, beside: WordSpan, number: int) -> bool:
    """Return whether an entry is more like two pieces that touch than like the second."""
    copy, entry = aligned.copy, aligned.entries[number]
    first, second = sorted((piece, beside))
    if first.end != second.start or copy.begins(second.start):
        return False
    both = WordSpan(first.start, second.end)
    return likeness_in(copy, entry, both) > likeness_in(copy, entry, beside)
