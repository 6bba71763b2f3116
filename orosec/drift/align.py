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
from orosec.engine.policy_diff import rising


class Alignment(NamedTuple):
    """Where each entry stands in a copy.

    Invariants:
        1. Each span is the place of one entry, or a double, or lies in the site.
        2. The entries that are found and did not move stand in the order of the register.

    Attributes:
        entries: the sentences and headings of the register.
        copy: the words of the copy.
        spans: what of it is known, in its order.
        pieces: what is left over, in its order.
        site: the numbers of those parts around the page that count as the site.
        top: the word with which the page begins: its title.
        found: the place of each entry that is there.
        moved: those that stand elsewhere than they stood.
        doubles: the spans that no entry is left for.
    """

    entries: tuple[Entry, ...]
    copy: Transcript
    spans: tuple[WordSpan, ...]
    pieces: tuple[WordSpan, ...]
    site: frozenset[int]
    top: int
    found: Mapping[Entry, WordSpan]
    moved: frozenset[Entry]
    doubles: tuple[WordSpan, ...]

    @property
    def missing(self) -> tuple[Entry, ...]:
        """The entries that stand nowhere."""
        return tuple(entry for entry in self.entries if entry not in self.found)

    @property
    def steady(self) -> dict[Entry, WordSpan]:
        """The entries that stand where they stood, with their places, in order."""
        kept = (entry for entry in self.entries if entry not in self.moved)
        return {entry: self.found[entry] for entry in kept if entry in self.found}

    def outside(self, span: WordSpan) -> bool:
        """Return whether a span lies in the site around the page, or above its title."""
        return span.start < self.top or self.copy.around(span) in self.site


def align(entries: Sequence[Entry], copy: Transcript) -> Alignment:
    """Find where each entry stands: first those in order, then those that moved."""
    known = recognise(entries, copy)
    site = _site(entries, copy, known)
    spans = _of_the_page(copy, known.spans, site)
    found = _in_order(entries, spans)
    moved = _elsewhere(
        [entry for entry in entries if entry not in found], _free(spans, found)
    )
    found |= moved
    doubles = _free(spans, found)
    titles = [entry for entry in entries if entry.heading][:1]
    torn = _torn(copy, doubles, known.pieces)
    return Alignment(
        tuple(entries),
        copy,
        known.spans,
        tuple(
            piece._replace(start=torn.get(piece.start, piece).start)
            for piece in known.pieces
        ),
        site,
        max((found[title].start for title in titles if title in found), default=0),
        MappingProxyType(found),
        frozenset(moved),
        tuple(span for span in doubles if span not in torn.values()),
    )


def _site(entries: Sequence[Entry], copy: Transcript, known: Recognised) -> frozenset[int]:
    """Return the parts around the page in which no sentence of it stands alone."""
    banner = {entry.fingerprint for entry in entries if entry.optional}
    proper = [s for s in known.spans if not s.heading and s.fingerprint not in banner]
    inside = {span.fingerprint for span in proper if not copy.around(span)}
    misnamed = {copy.around(span) for span in proper if span.fingerprint not in inside}
    parts = {copy.around(span) for span in [*known.spans, *known.pieces]}
    return frozenset(parts - misnamed - {0})


def _of_the_page(
    copy: Transcript, spans: Sequence[WordSpan], site: frozenset[int]
) -> list[WordSpan]:
    """Return the spans that entries may stand at.

    Of those in the site, only the sentences and marked headings that the page itself
    does not have.
    """
    inside = {s.fingerprint for s in spans if copy.around(s) not in site}
    return [
        span
        for span in spans
        if copy.around(span) not in site
        or (
            span.fingerprint not in inside
            and (not span.heading or copy.block(span.start).heading)
        )
    ]


def _in_order(entries: Sequence[Entry], spans: Sequence[WordSpan]) -> dict[Entry, WordSpan]:
    """Match entries with spans, as many as keep their order; of equal ones, the last.

    Seen from the end, with places counted below zero, the first is the last.
    """
    pairs = [
        (number, -place)
        for number in reversed(range(len(entries)))
        for place, span in enumerate(spans)
        if span.fingerprint == entries[number].fingerprint
    ]
    return {entries[number]: spans[-place] for number, place in reversed(rising(pairs))}


def _free(spans: Sequence[WordSpan], found: Mapping[Entry, WordSpan]) -> list[WordSpan]:
    placed = set(found.values())
    return [span for span in spans if span not in placed]


def _elsewhere(entries: Sequence[Entry], free: Sequence[WordSpan]) -> dict[Entry, WordSpan]:
    """Return the first free place of each entry that has one."""
    left, moved = [*free], {}
    for entry in entries:
        again = [span for span in left if span.fingerprint == entry.fingerprint]
        if again:
            moved[entry] = again[0]
            left.remove(again[0])
    return moved


def _torn(
    copy: Transcript, doubles: Sequence[WordSpan], pieces: Sequence[WordSpan]
) -> dict[int, WordSpan]:
    """Return the doubled headings that are but the first words of a piece, by its start."""
    starts = {piece.start for piece in pieces if not copy.begins(piece.start)}
    return {span.end: span for span in doubles if span.heading and span.end in starts}
