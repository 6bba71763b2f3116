"""What a copy of the page still says, told by the fingerprints of the register alone.

In four steps, a module each. Each sentence and heading is looked for in the copy
(`orosec.drift.recognise`). Each entry gets its place (`orosec.drift.align`). What is left
over is paired with what is missing (`orosec.drift.pairing`). The rest is told here: every
word that belongs to no known sentence, heading or label is *left over*, and all that is
left over in the text of the page is reported, as the new form of a sentence that is
missing, or as new. A change may be called by the wrong name; it cannot be missed.

Not seen, on purpose: capitals in headings; white space; typographic quotes and dashes;
what ends a sentence; list marks; where a link leads; pictures; a list of headings; text
above the title; and text in the site around the page (see `orosec.drift.markup`), unless a
sentence of the page stands there, too. A few phrases of sites (`orosec.drift.phrases`) are
passed over where they make a whole piece.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from orosec.drift.align import Alignment, align
from orosec.drift.block import Block
from orosec.drift.entries import Entry, entries_of
from orosec.drift.pairing import ALIKE, Pairing, likeness_in, pair
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
        words: the words of the text.
    """

    status: str
    name: str
    section: str
    heading: bool
    text: str = ""
    line: int = 0
    likeness: float | None = None
    note: str = ""
    words: tuple[str, ...] = ()


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
    aligned = align(entries_of(tables), Transcript(blocks))
    pairing = pair(aligned)
    placed = [
        *_moves(aligned),
        *_added(aligned, pairing),
        *_of_entries(aligned, pairing),
        *_doubled(aligned),
    ]
    changes = tuple(change for _, change in sorted(placed, key=itemgetter(0)))
    told = {(change.name, change.heading) for change in changes}
    silent = [e for e in aligned.entries if not e.heading and (e.name, False) not in told]
    unchanged = tuple(entry.name for entry in silent if entry in aligned.found)
    absent = tuple(entry.name for entry in silent if entry not in aligned.found)
    return Comparison(unchanged, changes, absent)


# What moved, what is new, what is said once more


def _moves(aligned: Alignment) -> Iterator[_Placed]:
    for entry in aligned.entries:
        if entry in aligned.moved:
            span = aligned.found[entry]
            yield _told(
                aligned, "moved", span, f"it now stands {_after(aligned, span)}", entry
            )


def _after(aligned: Alignment, span: WordSpan) -> str:
    """Say after what known sentence or heading a span lies."""
    before = _last(aligned, span.start - 1)
    if before is None:
        return "before all that is known"
    return f"after {'the heading of ' if before.heading else ''}{before.name}"


def _last(aligned: Alignment, place: int) -> Entry | None:
    """Return the last entry that begins at a place or before it, and did not move."""
    before = [entry for entry, span in aligned.steady.items() if span.start <= place]
    return before[-1] if before else None


def _added(aligned: Alignment, pairing: Pairing) -> Iterator[_Placed]:
    """Tell of the pieces that stand for nothing in the register."""
    for piece in aligned.pieces:
        spoken_for = piece in pairing.pairs or piece in pairing.tied
        if not spoken_for and not aligned.outside(piece):
            yield _told(aligned, "new", piece)


def _doubled(aligned: Alignment) -> Iterator[_Placed]:
    """Tell of sentences said once more, and of headings that are in no list of them."""
    names = {entry.fingerprint: entry.name for entry in aligned.entries}
    listed = _listed(aligned)
    for span in aligned.doubles:
        if span not in listed and not aligned.outside(span):
            yield _told(
                aligned, "new", span, f"the words of {names[span.fingerprint]} once more"
            )


def _listed(aligned: Alignment) -> set[WordSpan]:
    """Return the doubled headings that stand beside another one: a table of contents."""
    titles = {span for span in aligned.doubles if span.heading}
    everything = sorted([*aligned.spans, *aligned.pieces])
    both = (beside for beside in pairwise(everything) if titles.issuperset(beside))
    return {span for beside in both for span in beside}


# What became of the entries


def _of_entries(aligned: Alignment, pairing: Pairing) -> Iterator[_Placed]:
    """Tell of what another text stands for, what became longer, and what is gone."""
    edge = 0  # where an entry that is gone would stand
    for entry in aligned.entries:
        own = [piece for piece, entries in pairing.pairs.items() if entry in entries]
        added = [piece for piece, tied in pairing.tied.items() if tied == entry]
        if entry in aligned.found:
            edge = max(edge, aligned.found[entry].end)
        if added and entry not in aligned.moved:
            yield _extended(aligned, entry, added)
        elif own and entry not in aligned.found:
            yield _replaced(aligned, pairing, entry, own)
        elif entry not in aligned.found and not entry.optional:
            yield edge, PageChange("gone", entry.name, entry.section, entry.heading)


def _extended(aligned: Alignment, entry: Entry, added: Sequence[WordSpan]) -> _Placed:
    parts = [*added, aligned.found[entry]]
    whole = WordSpan(min(p.start for p in parts), max(p.end for p in parts))
    note = "its words are all there, and more with them"
    return _told(aligned, "changed", whole, note, entry)


def _replaced(
    aligned: Alignment, pairing: Pairing, entry: Entry, own: Sequence[WordSpan]
) -> _Placed:
    touching = all(first.end == second.start for first, second in pairwise(own))
    whole = WordSpan(own[0].start, own[-1].end) if touching else own[0]
    shared = {other.name for piece in own for other in pairing.pairs[piece]}
    notes = [f"one text stands for {name}, too" for name in sorted(shared - {entry.name})]
    if whole.end > own[0].end:
        notes.append(f"it became {len(own)} sentences")
    if likeness_in(aligned.copy, entry, whole) < ALIKE:
        notes.append("told by its place alone")
    return _told(aligned, "changed", whole, "; ".join(notes), entry)


def _told(
    aligned: Alignment,
    status: str,
    span: WordSpan,
    note: str = "",
    entry: Entry | None = None,
) -> _Placed:
    """Return what is told of the words of a span, which stand for an entry or for none."""
    copy, block = aligned.copy, aligned.copy.block(span.start)
    nearest = entry or _last(aligned, span.start)
    return span.start, PageChange(
        status,
        name=entry.name if entry else "",
        section=nearest.section if nearest else "",
        heading=entry.heading if entry else block.heading,
        text=copy.text(span),
        line=block.line,
        likeness=likeness_in(copy, entry, span) if entry and status == "changed" else None,
        note=note,
        words=copy.said(span),
    )
