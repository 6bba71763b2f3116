"""What a copy of the page still says, told by the fingerprints of the register alone.

In four steps, a module each; every step knows what those before it found. Each sentence
and heading is looked for in the copy (`orosec.drift.recognise`). Each entry gets its place
(`orosec.drift.align`). What is left over is paired with what is missing
(`orosec.drift.pairing`). The rest is told here: every word that belongs to no known
sentence, heading or label is *left over*, and all that is left over in the text of the page
is reported, as the new form of a sentence that is missing, or as new. A change may be
called by the wrong name; it cannot be missed.

Not seen, on purpose: capitals in headings; labels of call-outs; white space; typographic
quotes and dashes; what ends a sentence; list marks; where a link leads; pictures; a list of
headings; text above the title; and text in the site around the page (see
`orosec.drift.markup`), unless a sentence of the page stands there, too. A few phrases of
sites (`orosec.drift.phrases`) are passed over where they make a whole piece.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from orosec.drift.block import Block
from orosec.drift.entries import Entry, entries_of
from orosec.drift.pairing import ALIKE, Pairing
from orosec.drift.words import Transcript, WordSpan
from orosec.model.rows import Tables


class PageChange(NamedTuple):
    """A place where the copy is not what the register knows.

    Attributes:
        status: changed, moved, new or gone.
        name: the sentence (or section) of the register; empty where it is new.
        section: the section that it stands in, as far as can be told.
        heading: whether it is a heading.
        text: what the copy says there; empty where it is gone.
        line: the line of the copy; 0 where that is not known.
        likeness: how like the old text is, from 0 to 1; None where that means nothing.
        note: what else to know about it.
    """

    status: str
    name: str
    section: str
    heading: bool
    text: str = ""
    line: int = 0
    likeness: float | None = None
    note: str = ""


class Comparison(NamedTuple):
    """What became of the page.

    Attributes:
        unchanged: the sentences that stand where they stood, word by word.
        changes: every place where the copy is not what the register knows, in its order.
        absent: the sentences that are missing and may be: those of the banner.
    """

    unchanged: tuple[str, ...]
    changes: tuple[PageChange, ...]
    absent: tuple[str, ...]


_Placed = tuple[int, PageChange]
"""A change, and the word of the copy where it is told."""


def compare(tables: Tables, blocks: Iterable[Block]) -> Comparison:
    """Compare a copy of the page with the register."""
    page = _Telling(entries_of(tables), Transcript(blocks))
    placed = sorted(page.all(), key=itemgetter(0))
    changes = tuple(change for _, change in placed)
    told = {(change.name, change.heading) for change in changes}
    silent = [e for e in page.entries if not e.heading and (e.name, False) not in told]
    unchanged = tuple(entry.name for entry in silent if entry in page.found)
    absent = tuple(entry.name for entry in silent if entry not in page.found)
    return Comparison(unchanged, changes, absent)


class _Telling(Pairing):
    """A pairing, and what is told of it."""

    def all(self) -> Iterator[_Placed]:
        """Tell of everything; what stands at one word, in this order."""
        yield from self._moves()
        yield from self._added()
        yield from self._of_entries()
        yield from self._doubled()

    def _moves(self) -> Iterator[_Placed]:
        for entry, span in self.moved.items():
            before = self._last(span.start - 1)
            place = "before all that is known"
            if before:
                place = f"after {'the heading of ' if before.heading else ''}{before.name}"
            yield self._told("moved", span, f"it now stands {place}", entry)

    def _last(self, place: int) -> Entry | None:
        """Return the last entry that begins at a place or before it, and did not move."""
        before = [e for e, span in self.steady.items() if span.start <= place]
        return before[-1] if before else None

    def _added(self) -> Iterator[_Placed]:
        """Tell of the pieces that stand for nothing in the register."""
        for piece in self.pieces:
            if not (piece in self.pairs or piece in self.tied or self.outside(piece)):
                yield self._told("new", piece)

    def _doubled(self) -> Iterator[_Placed]:
        """Tell of sentences said once more, and of headings that are in no list of them."""
        names = {entry.known.fingerprint: entry.name for entry in self.entries}
        listed = self._listed()
        for span in self.doubles:
            if span not in listed and not self.outside(span):
                note = f"the words of {names[span.fingerprint]} once more"
                yield self._told("new", span, note)

    def _listed(self) -> set[WordSpan]:
        """Return the doubled headings that stand side by side: a table of contents."""
        titles = {span for span in self.doubles if span.heading}
        neighbours = pairwise(sorted([*self.spans, *self.pieces]))
        return {span for both in neighbours if titles.issuperset(both) for span in both}

    def _of_entries(self) -> Iterator[_Placed]:
        """Tell of what another text stands for, what became longer, and what is gone."""
        edge = 0  # where an entry that is gone would stand
        for entry in self.entries:
            own = [piece for piece, entries in self.pairs.items() if entry in entries]
            added = [piece for piece, tied in self.tied.items() if tied == entry]
            if entry in self.found:
                edge = max(edge, self.found[entry].end)
            if added and entry not in self.moved:
                note = "its words are all there, and more with them"
                yield self._told("changed", _hull([*added, self.found[entry]]), note, entry)
            elif own:
                yield self._replaced(entry, own)
            elif entry not in self.found and not entry.optional:
                yield edge, PageChange("gone", entry.name, entry.section, entry.heading)

    def _replaced(self, entry: Entry, own: Sequence[WordSpan]) -> _Placed:
        touching = all(first.end == second.start for first, second in pairwise(own))
        whole = _hull(own) if touching else own[0]
        shared = {other.name for piece in own for other in self.pairs[piece]}
        notes = [f"one text stands for {n}, too" for n in sorted(shared - {entry.name})]
        if whole.end > own[0].end:
            notes.append(f"it became {len(own)} sentences")
        if self.likeness(entry, whole) < ALIKE:
            notes.append("told by its place alone")
        return self._told("changed", whole, "; ".join(notes), entry)

    def _told(
        self, status: str, span: WordSpan, note: str = "", entry: Entry | None = None
    ) -> _Placed:
        """Return what is told of a span, which stands for an entry or for none."""
        block = self.copy.blocks[span.start]
        nearest = entry or self._last(span.start)
        return span.start, PageChange(
            status,
            name=entry.name if entry else "",
            section=nearest.section if nearest else "",
            heading=entry.heading if entry else block.heading,
            text=self.copy.text(span),
            line=block.line,
            likeness=self.likeness(entry, span) if entry and status == "changed" else None,
            note=note,
        )


def _hull(spans: Sequence[WordSpan]) -> WordSpan:
    return WordSpan(min(s.start for s in spans), max(s.end for s in spans))
