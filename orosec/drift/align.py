"""The second step of a comparison: where each entry of the register stands in a copy.

An entry stands where it stood, or elsewhere (it moved), or nowhere (it is missing). A
known span that no entry is left for is a double: words said once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from orosec.drift.entries import Entry
from orosec.drift.recognise import recognise
from orosec.drift.words import Transcript, WordSpan
from orosec.engine.policy_diff import rising


class Alignment:
    """Where each entry stands in a copy, told in steps.

    Invariants:
        1. Each span is the place of one entry, or a double, or lies in the site.
        2. The steady entries stand in the order of the register.

    Attributes:
        entries: the sentences and headings of the register.
        copy: the words of the copy.
        spans: what of it is known, in its order.
    """

    def __init__(self, entries: Sequence[Entry], copy: Transcript) -> None:
        self.entries = tuple(entries)
        self.copy = copy
        self.spans, self._left_over = recognise(entries, copy)

    @cached_property
    def site(self) -> frozenset[int]:
        """The parts around the page in which no sentence of it stands alone."""
        around = self.copy.around
        banner = {entry.known.fingerprint for entry in self.entries if entry.optional}
        proper = [s for s in self.spans if not s.heading and s.fingerprint not in banner]
        inside = {span.fingerprint for span in proper if not around(span)}
        misnamed = {around(span) for span in proper if span.fingerprint not in inside}
        parts = {around(span) for span in [*self.spans, *self._left_over]}
        return frozenset(parts - misnamed - {0})

    @cached_property
    def _places(self) -> list[WordSpan]:
        """The spans that entries may stand at.

        Of those in the site, only the sentences and marked headings that the page itself
        does not have.
        """
        copy, site = self.copy, self.site
        inside = [s for s in self.spans if copy.around(s) not in site]
        known = {span.fingerprint for span in inside}
        proper = [s for s in self.spans if not s.heading or copy.blocks[s.start].heading]
        return sorted([*inside, *(s for s in proper if s.fingerprint not in known)])

    @cached_property
    def steady(self) -> dict[Entry, WordSpan]:
        """The places of as many entries as keep their order; of equal places, the last.

        Seen from the end, with places counted below zero, the first is the last.
        """
        pairs = [
            (number, -place)
            for number in reversed(range(len(self.entries)))
            for place, span in enumerate(self._places)
            if span.fingerprint == self.entries[number].known.fingerprint
        ]
        kept = reversed(rising(pairs))
        return {self.entries[number]: self._places[-place] for number, place in kept}

    @cached_property
    def moved(self) -> dict[Entry, WordSpan]:
        """The first free place of each entry that stands elsewhere than it stood."""
        free = self._without(self.steady)
        moved = {}
        for entry in self.entries:
            again = [span for span in free if span.fingerprint == entry.known.fingerprint]
            if again and entry not in self.steady:
                moved[entry] = again[0]
                free.remove(again[0])
        return moved

    @cached_property
    def found(self) -> dict[Entry, WordSpan]:
        """The place of each entry that is there."""
        return self.steady | self.moved

    @cached_property
    def missing(self) -> list[Entry]:
        """The entries that stand nowhere."""
        return [entry for entry in self.entries if entry not in self.found]

    @cached_property
    def doubles(self) -> list[WordSpan]:
        """The spans that no entry is left for."""
        return [s for s in self._without(self.found) if s not in self._torn.values()]

    @cached_property
    def pieces(self) -> list[WordSpan]:
        """What is left over, in the order of the copy."""
        starts = {start: heading.start for start, heading in self._torn.items()}
        return [p._replace(start=starts.get(p.start, p.start)) for p in self._left_over]

    @cached_property
    def _torn(self) -> dict[int, WordSpan]:
        """The doubled headings that are but the first words of a piece, by its start."""
        starts = {p.start for p in self._left_over if p.start not in self.copy.starts}
        free = self._without(self.found)
        return {span.end: span for span in free if span.heading and span.end in starts}

    def _without(self, found: dict[Entry, WordSpan]) -> list[WordSpan]:
        placed = set(found.values())
        return [span for span in self._places if span not in placed]

    @cached_property
    def _top(self) -> int:
        """The word with which the page begins: that of its title."""
        title = [entry for entry in self.entries if entry.heading][:1]
        return max((self.found[e].start for e in title if e in self.found), default=0)

    def outside(self, span: WordSpan) -> bool:
        """Return whether a span lies in the site around the page, or above its title."""
        return span.start < self._top or self.copy.around(span) in self.site
