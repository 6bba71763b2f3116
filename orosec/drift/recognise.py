"""The first step of a comparison: what of a copy the register knows, what is left over.

Each sentence of the register is looked for at every word of the copy. So no line break,
list mark or heading can hide one, and no splitting into sentences has to be right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orosec.drift.entries import Entry
from orosec.drift.fingerprints import fingerprint_of
from orosec.drift.phrases import is_label, is_of_a_site
from orosec.drift.words import Transcript, WordSpan


class Recognised(NamedTuple):
    """A copy, told apart. No two of its spans and pieces overlap.

    Attributes:
        spans: the known sentences and headings, in the order of the copy.
        pieces: what is left over, without labels and the phrases of sites, in that order.
    """

    spans: tuple[WordSpan, ...]
    pieces: tuple[WordSpan, ...]


class _Titles(NamedTuple):
    """The fingerprints of the headings, and how many words the longest one has."""

    fingerprints: frozenset[str]
    longest: int


def recognise(entries: Sequence[Entry], copy: Transcript) -> Recognised:
    """Tell apart what of a copy the register knows and what is left over."""
    sentences = [entry for entry in entries if not entry.heading]
    sizes = [entry.words for entry in sentences]
    known = copy.known(sizes, {entry.fingerprint for entry in sentences})
    titles = _titles_of(entries)
    spans, pieces = [*known], []
    for piece in copy.left_over(known):
        headings, rest = _without_headings(copy, copy.unmarked(piece), titles)
        spans += headings
        rest = _without_label(copy, rest)
        if rest.start < rest.end and not is_of_a_site(copy.text(rest)):
            pieces.append(rest)
    return Recognised(tuple(sorted(spans)), tuple(pieces))


def _titles_of(entries: Sequence[Entry]) -> _Titles:
    headings = [entry for entry in entries if entry.heading]
    fingerprints = frozenset(entry.fingerprint for entry in headings)
    return _Titles(fingerprints, max((entry.words for entry in headings), default=0))


def _without_headings(
    copy: Transcript, piece: WordSpan, titles: _Titles
) -> tuple[list[WordSpan], WordSpan]:
    """Return the headings with which a piece begins or ends, and what remains of it."""
    headings = []
    while heading := _heading_at_start(copy, piece, titles):
        headings.append(heading)
        piece = piece._replace(start=heading.end)
    if heading := _heading_at_end(copy, piece, titles):
        headings.append(heading)
        piece = piece._replace(end=heading.start)
    return headings, piece


def _heading_at_start(
    copy: Transcript, piece: WordSpan, titles: _Titles
) -> WordSpan | None:
    """Find the longest heading with which a piece begins.

    Where the piece goes on, the rest of it must begin a sentence of its own.
    """
    for end in range(min(piece.end, piece.start + titles.longest), piece.start, -1):
        digest = fingerprint_of(copy.folded[piece.start : end])
        whole = end == piece.end or copy.words[end][:1].isupper()
        if whole and digest in titles.fingerprints:
            return WordSpan(piece.start, end, digest, heading=True)
    return None


def _heading_at_end(copy: Transcript, piece: WordSpan, titles: _Titles) -> WordSpan | None:
    """Find the heading with which a piece ends, if a colon stands before it."""
    for start in range(max(piece.start + 1, piece.end - titles.longest), piece.end):
        digest = fingerprint_of(copy.folded[start : piece.end])
        if digest in titles.fingerprints and copy.words[start - 1].endswith(":"):
            return WordSpan(start, piece.end, digest, heading=True)
    return None


def _without_label(copy: Transcript, piece: WordSpan) -> WordSpan:
    """Return a piece without a label such as "Note:" before it."""
    for end in (piece.start + 2, piece.start + 1):
        label = copy.text(piece._replace(end=end))
        if end <= piece.end and is_label(label) and (end == piece.end or ":" in label):
            return piece._replace(start=end)
    return piece
