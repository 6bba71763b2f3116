"""The second step of a comparison: where each entry of the register stands in a copy.

An entry stands where it stood, or elsewhere (it moved), or nowhere (it is missing). A
known span that no entry is left for is a double: words said once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from orosec.drift.entries import Entry
from orosec.drift.recognise import Recognised, recognise
from orosec.drift.words import Transcript, WordSpan


class Alignment(NamedTuple):
    """Where each entry stands in a copy. Entries are told by their number, from 0 on.

    Invariants:
        1. Each span is the place of one entry, or a double, or lies in the site.
        2. The entries that are found and did not move stand in the order of the register.

    Attributes:
        entries: the sentences and headings of the register.
        copy: the words of the copy.
        spans: what of it is known, in its order.
        pieces: what is left over, in its order.
        site: the numbers of those parts around the page that count as the site.
        found: the place of each entry that is there.
        moved: those that stand elsewhere than they stood.
        doubles: the spans that no entry is left for.
    """

    entries: tuple[Entry, ...]
    copy: Transcript
    spans: tuple[WordSpan, ...]
    pieces: tuple[WordSpan, ...]
    site: frozenset[int]
    found: Mapping[int, WordSpan]
    moved: frozenset[int]
    doubles: tuple[WordSpan, ...]

    @property
    def missing(self) -> tuple[int, ...]:
        """The entries that stand nowhere."""
        return tuple(n for n in range(len(self.entries)) if n not in self.found)

    @property
    def steady(self) -> tuple[tuple[int, WordSpan], ...]:
        """The entries that stand where they stood, with their places, in order."""
        return tuple(sorted(p for p in self.found.items() if p[0] not in self.moved))

    def outside(self, span: WordSpan) -> bool:
        """Return whether a span lies in the site around the page, or above its title."""
        title = next((n for n, entry in enumerate(self.entries) if entry.heading), -1)
        above = title in self.found and span.start < self.found[title].start
        return above or _around(self.copy, span) in self.site


def align(entries: Sequence[Entry], copy: Transcript) -> Alignment:
    """Find where each entry stands: first those in order, then those that moved."""
    known = recognise(entries, copy)
    site = _site(entries, copy, known)
    spans = _of_the_page(copy, known.spans, site)
    found = {number: spans[place] for number, place in _in_order(entries, spans)}
    placed = set(found.values())
    unplaced = [span for span in spans if span not in placed]
    moved = _moved(entries, found, unplaced)
    placed = set(moved.values())
    doubles = tuple(span for span in unplaced if span not in placed)
    torn = _torn(copy, doubles, known.pieces)
    return Alignment(
        tuple(entries),
        copy,
        _without(known.spans, torn),
        tuple(_mended(piece, torn) for piece in known.pieces),
        site,
        MappingProxyType(found | moved),
        frozenset(moved),
        _without(doubles, torn),
    )


# What belongs to the site


def _around(copy: Transcript, span: WordSpan) -> int:
    return copy.block(span.start).around


def _site(entries: Sequence[Entry], copy: Transcript, known: Recognised) -> frozenset[int]:
    """Return the parts around the page in which no sentence of it stands alone."""
    banner = {entry.fingerprint for entry in entries if entry.optional}
    proper = [s for s in known.spans if not s.heading and s.fingerprint not in banner]
    inside = {span.fingerprint for span in proper if not _around(copy, span)}
    misnamed = {_around(copy, span) for span in proper if span.fingerprint not in inside}
    parts = {_around(copy, span) for span in [*known.spans, *known.pieces]}
    return frozenset(parts - misnamed - {0})


def _of_the_page(
    copy: Transcript, spans: Sequence[WordSpan], site: frozenset[int]
) -> list[WordSpan]:
    """Return the spans that entries may stand at.

    Of those in the site, only the ones that the page itself does not have.
    """
    inside = {s.fingerprint for s in spans if _around(copy, s) not in site}
    return [
        span
        for span in spans
        if _around(copy, span) not in site
        or (span.fingerprint not in inside and _stands_out(copy, span))
    ]


def _stands_out(copy: Transcript, span: WordSpan) -> bool:
    """Return whether a span of the site is a sentence, or marked as a heading."""
    return not span.heading or copy.block(span.start).heading


# Where each entry stands


def _in_order(entries: Sequence[Entry], spans: Sequence[WordSpan]) -> list[tuple[int, int]]:
    """Match entries with spans, as many as keep their order; of equal ones, the last.

    The longest common subsequence: `best[i][j]` is how many of the first *i* entries and
    the first *j* spans can be matched.
    """
    best = [[0] * (len(spans) + 1) for _ in range(len(entries) + 1)]
    for i, entry in enumerate(entries, start=1):
        for j, span in enumerate(spans, start=1):
            best[i][j] = (
                best[i - 1][j - 1] + 1
                if entry.fingerprint == span.fingerprint
                else max(best[i - 1][j], best[i][j - 1])
            )
    pairs = []
    i, j = len(entries), len(spans)
    while i and j:
        if entries[i - 1].fingerprint == spans[j - 1].fingerprint:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif best[i - 1][j] >= best[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _moved(
    entries: Sequence[Entry], found: Mapping[int, WordSpan], unplaced: Sequence[WordSpan]
) -> dict[int, WordSpan]:
    """Return the first free place of each entry that is not found in order."""
    free = list(unplaced)
    moved = {}
    for number, entry in enumerate(entries):
        again = [span for span in free if span.fingerprint == entry.fingerprint]
        if number not in found and again:
            moved[number] = again[0]
            free.remove(again[0])
    return moved


# Words that were taken for a heading and are none


def _torn(
    copy: Transcript, doubles: Sequence[WordSpan], pieces: Sequence[WordSpan]
) -> dict[int, WordSpan]:
    """Return the doubled headings after which a piece goes on, by where that begins."""
    starts = {piece.start for piece in pieces}
    return {
        span.end: span
        for span in doubles
        if span.heading and span.end in starts and not copy.begins(span.end)
    }


def _mended(piece: WordSpan, torn: Mapping[int, WordSpan]) -> WordSpan:
    """Return a piece with the first words that were torn from it."""
    heading = torn.get(piece.start)
    return piece._replace(start=heading.start) if heading else piece


def _without(
    spans: Sequence[WordSpan], torn: Mapping[int, WordSpan]
) -> tuple[WordSpan, ...]:
    return tuple(span for span in spans if torn.get(span.end) != span)
