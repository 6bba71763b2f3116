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
    placed.sort(key=lambda change: change[0])
    return _summed_up(aligned, tuple(change for _, change in placed))


def _summed_up(aligned: Alignment, changes: tuple[PageChange, ...]) -> Comparison:
    """Add to the changes the sentences that none of them tells of."""
    told = {(change.name, change.heading) for change in changes}
    silent = [
        (number in aligned.found, entry.name)
        for number, entry in enumerate(aligned.entries)
        if not entry.heading and (entry.name, False) not in told
    ]
    unchanged = tuple(name for there, name in silent if there)
    return Comparison(
        unchanged, changes, tuple(name for there, name in silent if not there)
    )


# What moved, what is new, what is said once more


def _moves(aligned: Alignment) -> Iterator[_Placed]:
    for number in sorted(aligned.moved):
        span = aligned.found[number]
        note = f"it now stands {_after(aligned, span.start)}"
        entry = aligned.entries[number]
        yield span.start, _change(aligned.copy, "moved", entry, span, None, note)


def _after(aligned: Alignment, place: int) -> str:
    """Say after what known sentence or heading a place lies."""
    before = _last(aligned, place - 1)
    if before is None:
        return "before all that is known"
    return (
        f"after the heading of {before.name}" if before.heading else f"after {before.name}"
    )


def _last(aligned: Alignment, place: int) -> Entry | None:
    """Return the last entry that begins at a place or before it, and did not move."""
    before = [number for number, span in aligned.steady if span.start <= place]
    return aligned.entries[before[-1]] if before else None


def _added(aligned: Alignment, pairing: Pairing) -> Iterator[_Placed]:
    """Tell of the pieces that stand for nothing in the register."""
    for piece in aligned.pieces:
        spoken_for = piece in pairing.pairs or piece in pairing.tied
        if not spoken_for and not aligned.outside(piece):
            yield piece.start, _new(aligned, piece)


def _doubled(aligned: Alignment) -> Iterator[_Placed]:
    """Tell of sentences said once more, and of headings that are in no list of them."""
    names = {entry.fingerprint: entry.name for entry in aligned.entries}
    listed = _listed(aligned)
    for span in aligned.doubles:
        if span not in listed and not aligned.outside(span):
            note = f"the words of {names[span.fingerprint]} once more"
            yield span.start, _new(aligned, span, note)


def _listed(aligned: Alignment) -> set[WordSpan]:
    """Return the doubled headings that stand beside another one: a table of contents."""
    titles = {span for span in aligned.doubles if span.heading}
    everything = sorted([*aligned.spans, *aligned.pieces])
    both = (beside for beside in pairwise(everything) if titles.issuperset(beside))
    return {span for beside in both for span in beside}


def _new(aligned: Alignment, span: WordSpan, note: str = "") -> PageChange:
    block = aligned.copy.block(span.start)
    before = _last(aligned, span.start)
    return PageChange(
        "new",
        name="",
        section=before.section if before else "",
        heading=block.heading,
        text=aligned.copy.text(span),
        line=block.line,
        note=note,
        words=aligned.copy.words[span.start : span.end],
    )


# What became of the entries


def _of_entries(aligned: Alignment, pairing: Pairing) -> Iterator[_Placed]:
    """Tell of what another text stands for, what became longer, and what is gone."""
    for number, entry in enumerate(aligned.entries):
        own = [piece for piece, numbers in pairing.pairs.items() if number in numbers]
        added = [piece for piece, tied in pairing.tied.items() if tied == number]
        if added and number not in aligned.moved:
            yield _extended(aligned, number, added)
        elif own and number not in aligned.found:
            yield _replaced(aligned, pairing, entry, own)
        elif number not in aligned.found and not entry.optional:
            place = _edge(aligned, number)
            yield place, PageChange("gone", entry.name, entry.section, entry.heading)


def _edge(aligned: Alignment, number: int) -> int:
    """Return the place in the copy where an entry that is gone would stand."""
    return max(
        (aligned.found[n].end for n in range(number) if n in aligned.found), default=0
    )


def _extended(aligned: Alignment, number: int, added: Sequence[WordSpan]) -> _Placed:
    entry, parts = aligned.entries[number], [*added, aligned.found[number]]
    whole = WordSpan(min(p.start for p in parts), max(p.end for p in parts))
    alike = likeness_in(aligned.copy, entry, whole)
    note = "its words are all there, and more with them"
    return whole.start, _change(aligned.copy, "changed", entry, whole, alike, note)


def _replaced(
    aligned: Alignment, pairing: Pairing, entry: Entry, own: Sequence[WordSpan]
) -> _Placed:
    touching = all(first.end == second.start for first, second in pairwise(own))
    whole = WordSpan(own[0].start, own[-1].end) if touching else own[0]
    alike = likeness_in(aligned.copy, entry, whole)
    shared = {aligned.entries[n].name for piece in own for n in pairing.pairs[piece]}
    notes = [f"one text stands for {name}, too" for name in sorted(shared - {entry.name})]
    if whole.end > own[0].end:
        notes.append(f"it became {len(own)} sentences")
    if alike < ALIKE:
        notes.append("told by its place alone")
    note = "; ".join(notes)
    return whole.start, _change(aligned.copy, "changed", entry, whole, alike, note)


def _change(
    copy: Transcript,
    status: str,
    entry: Entry,
    span: WordSpan,
    likeness: float | None,
    note: str,
) -> PageChange:
    return PageChange(
        status,
        entry.name,
        entry.section,
        entry.heading,
        text=copy.text(span),
        line=copy.block(span.start).line,
        likeness=likeness,
        note=note,
        words=copy.words[span.start : span.end],
    )
