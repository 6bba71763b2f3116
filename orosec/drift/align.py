"""What a copy of the page still says, told by the fingerprints of the register alone.

Each sentence of the register is looked for at every word of the copy. So no line break,
list mark or heading can hide one, and no splitting into sentences has to be right. Then
every word that belongs to no known sentence, heading or label is *left over*, and all
that is left over in the text of the page is reported: as the new form of a sentence that
is missing, or as new. A change may be called by the wrong name; it cannot be missed.

Not seen, on purpose: capitals in headings; white space; typographic quotes and dashes;
what ends a sentence; list marks; where a link leads; pictures; a list of headings; text
above the title; and text in the site around the page (see `orosec.drift.extract`), unless a
sentence of the page stands there, too. A few phrases of sites (`orosec.drift.phrases`) are
passed over where they make a whole piece.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from orosec.drift.extract import Block
from orosec.drift.fingerprints import fingerprint_of, likeness, sketch_of
from orosec.drift.phrases import is_label, is_of_a_site
from orosec.drift.words import Transcript, WordSpan
from orosec.model.rows import SectionRow, SentenceRow, Tables

ALIKE = 0.3
"""From this likeness on, a text counts as the new form of a sentence that is missing."""

_ALIKE_OUTSIDE = 0.5
_LONGEST_HEADING = 12


class Entry(NamedTuple):
    """A sentence or a heading of the register.

    Attributes:
        name: the id of the sentence, or the name of the section.
        section: the section that it stands in.
        heading: whether it is a heading.
        fingerprint: of its words; of a heading, of its words in small letters.
        words: how many they are.
        sketch: what tells how like another text is.
        optional: whether it may be missing: it is the site that puts a banner there.
    """

    name: str
    section: str
    heading: bool
    fingerprint: str
    words: int
    sketch: str
    optional: bool


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


def entries_of(tables: Tables) -> tuple[Entry, ...]:
    """Return the headings and sentences of the register, in the order of the page."""
    found: list[Entry] = []
    for section in tables.sections:
        if section.fingerprint:
            found.append(_entry(section.section, section, section))
        rows = (row for row in tables.sentences if row.section == section.section)
        found += (_entry(row.sentence, section, row) for row in rows)
    return tuple(found)


def _entry(name: str, section: SectionRow, row: SectionRow | SentenceRow) -> Entry:
    heading = isinstance(row, SectionRow)
    optional = section.kind == "banner"
    recognised = (row.fingerprint, row.words, row.sketch)
    return Entry(name, section.section, heading, *recognised, optional)


def compare(tables: Tables, blocks: Iterable[Block]) -> Comparison:
    """Compare a copy of the page with the register."""
    return _Comparer(entries_of(tables), Transcript(blocks)).result()


class _Comparer:
    """One comparison, step by step; each step uses those above it alone.

    Attributes:
        spans: the known sentences and headings of the copy, in its order.
        pieces: what is left over, without labels and the phrases of sites.
        site: the numbers of those parts of the site that count as such.
        found: the place in the copy of each entry that is there, by number.
        moved: the numbers of those that stand elsewhere than they stood.
        doubles: the spans that no entry is left for.
        scored: pairs of a missing entry and a piece that are alike, the likest first.
        pairs: the missing entries that a piece stands for.
        tied: the entry that a piece made longer.
    """

    def __init__(self, entries: Sequence[Entry], copy: Transcript) -> None:
        self.entries, self.copy = entries, copy
        sentences = [entry for entry in entries if not entry.heading]
        sizes = [entry.words for entry in sentences]
        known = copy.known(sizes, {entry.fingerprint for entry in sentences})
        headings, self.pieces = self._told_apart(known)
        self.spans = sorted([*known, *headings])
        self.site = self._site()
        self.found, self.moved, self.doubles = self._aligned()
        self._restore()
        self.scored = self._scored()
        self.pairs = self._paired()
        self.tied = self._tied()
        self.pairs |= self._by_place()
        self.pairs |= self._divided()

    def result(self) -> Comparison:
        """Tell what was found."""
        rows = [*self._moves(), *self._changed(), *self._doubled()]
        changes = tuple(row for _, row in sorted(rows, key=lambda one: one[0]))
        told = {(row.name, row.heading) for row in changes}
        silent = [
            (number in self.found, entry)
            for number, entry in enumerate(self.entries)
            if (entry.name, entry.heading) not in told and not entry.heading
        ]
        unchanged = tuple(entry.name for there, entry in silent if there)
        return Comparison(
            unchanged, changes, tuple(entry.name for there, entry in silent if not there)
        )

    # Known and left over

    def _told_apart(
        self, known: Sequence[WordSpan]
    ) -> tuple[list[WordSpan], list[WordSpan]]:
        """Divide what no sentence covers into headings and pieces that are left over."""
        titles = {entry.fingerprint for entry in self.entries if entry.heading}
        longest = max((e.words for e in self.entries if e.heading), default=0)
        headings: list[WordSpan] = []
        pieces: list[WordSpan] = []
        for piece in self.copy.left_over(known):
            rest = self.copy.unmarked(piece)
            while found := self._heading_at(rest, titles, longest):
                headings.append(found)
                rest = rest._replace(start=found.end)
            if found := self._heading_after(rest, titles, longest):
                headings.append(found)
                rest = rest._replace(end=found.start)
            rest = self._unlabelled(rest)
            if rest.start < rest.end and not is_of_a_site(self.copy.text(rest)):
                pieces.append(rest)
        return headings, pieces

    def _heading_at(
        self, piece: WordSpan, titles: set[str], longest: int
    ) -> WordSpan | None:
        """Find the longest heading with which a piece begins.

        Where the piece goes on, the rest of it must begin a sentence of its own.
        """
        for end in range(min(piece.end, piece.start + longest), piece.start, -1):
            words = self.copy.folded[piece.start : end]
            whole = end == piece.end or self.copy.words[end][:1].isupper()
            if whole and (digest := fingerprint_of(words)) in titles:
                return WordSpan(piece.start, end, digest, heading=True)
        return None

    def _heading_after(
        self, piece: WordSpan, titles: set[str], longest: int
    ) -> WordSpan | None:
        """Find the heading with which a piece ends, if a colon stands before it."""
        for start in range(max(piece.start + 1, piece.end - longest), piece.end):
            digest = fingerprint_of(self.copy.folded[start : piece.end])
            if digest in titles and self.copy.words[start - 1].endswith(":"):
                return WordSpan(start, piece.end, digest, heading=True)
        return None

    def _unlabelled(self, piece: WordSpan) -> WordSpan:
        """Return a piece without a label such as "Note:" before it."""
        for end in (piece.start + 2, piece.start + 1):
            label = self.copy.text(piece._replace(end=end))
            if end <= piece.end and is_label(label) and (end == piece.end or ":" in label):
                return piece._replace(start=end)
        return piece

    # What belongs to the site

    def _around(self, span: WordSpan) -> int:
        return self.copy.block(span.start).around

    def _site(self) -> set[int]:
        """Return the parts of the site in which no sentence of the page stands alone."""
        banner = {entry.fingerprint for entry in self.entries if entry.optional}
        proper = [s for s in self.spans if not s.heading and s.fingerprint not in banner]
        inside = {span.fingerprint for span in proper if not self._around(span)}
        misnamed = {self._around(s) for s in proper if s.fingerprint not in inside}
        parts = {self._around(span) for span in [*self.spans, *self.pieces]}
        return parts - misnamed - {0}

    def _outside(self, span: WordSpan) -> bool:
        """Return whether a span lies in the site around the page, or above its title."""
        title = next((n for n, e in enumerate(self.entries) if e.heading), None)
        above = title in self.found and span.start < self.found[title].start
        return above or self._around(span) in self.site

    def _stands_out(self, span: WordSpan) -> bool:
        """Return whether a span of the site is a sentence, or marked as a heading."""
        return not span.heading or self.copy.block(span.start).heading

    # Where each entry stands

    def _aligned(self) -> tuple[dict[int, WordSpan], set[int], list[WordSpan]]:
        """Find the place of each entry: first those in order, then those that moved."""
        inside = {s.fingerprint for s in self.spans if self._around(s) not in self.site}
        spans = [
            span
            for span in self.spans
            if self._around(span) not in self.site
            or (span.fingerprint not in inside and self._stands_out(span))
        ]
        found = {number: spans[place] for number, place in _in_order(self.entries, spans)}
        taken = set(found.values())
        rest = [span for span in spans if span not in taken]
        moved = set()
        for number, entry in enumerate(self.entries):
            again = [span for span in rest if span.fingerprint == entry.fingerprint]
            if number not in found and again:
                found[number] = again[0]
                moved.add(number)
                rest.remove(again[0])
        return found, moved, rest

    # What is told

    def _moves(self) -> Iterator[tuple[int, PageChange]]:
        for number in sorted(self.moved):
            entry, span = self.entries[number], self.found[number]
            note = f"it now stands {self._after(span.start)}"
            row = self._row("moved", entry, span, None, note)
            yield span.start, row

    def _after(self, place: int) -> str:
        """Say after what known sentence or heading a place lies."""
        before = [
            (span.start, self.entries[number])
            for number, span in self.found.items()
            if span.start < place and number not in self.moved
        ]
        if not before:
            return "before all that is known"
        _, entry = max(before)
        return (
            f"after the heading of {entry.name}" if entry.heading else f"after {entry.name}"
        )

    def _section(self, place: int) -> str:
        before = [
            (span.start, self.entries[number].section)
            for number, span in self.found.items()
            if span.start <= place and number not in self.moved
        ]
        return max(before)[1] if before else ""

    def _doubled(self) -> Iterator[tuple[int, PageChange]]:
        """Tell of sentences said once more, and of headings that are in no list of them."""
        names = {entry.fingerprint: entry.name for entry in self.entries}
        titles = {span for span in self.doubles if span.heading}
        listed = {
            span
            for pair in pairwise(sorted([*self.spans, *self.pieces]))
            if titles.issuperset(pair)
            for span in pair
        }
        for span in self.doubles:
            if span not in listed and not self._outside(span):
                note = f"the words of {names[span.fingerprint]} once more"
                yield span.start, self._new(span, note)

    def _changed(self) -> Iterator[tuple[int, PageChange]]:
        """Tell of what is new, of what another text stands for, and of what is gone."""
        pairs = self.pairs
        for piece in self.pieces:
            if piece not in pairs and piece not in self.tied and not self._outside(piece):
                yield piece.start, self._new(piece)
        for number, entry in enumerate(self.entries):
            own = [piece for piece, numbers in pairs.items() if number in numbers]
            added = [piece for piece, other in self.tied.items() if other == number]
            if added and number not in self.moved:
                yield self._extended(number, added)
            elif own and number not in self.found:
                yield self._replaced(entry, own)
            elif number not in self.found and not entry.optional:
                place = self._edge(number)
                yield place, PageChange("gone", entry.name, entry.section, entry.heading)

    def _edge(self, number: int) -> int:
        """Return the place in the copy where an entry that is gone would stand."""
        before = [self.found[n].end for n in range(number) if n in self.found]
        return max(before, default=0)

    def _extended(self, number: int, added: Sequence[WordSpan]) -> tuple[int, PageChange]:
        entry = self.entries[number]
        parts = [*added, self.found[number]]
        whole = WordSpan(min(p.start for p in parts), max(p.end for p in parts))
        note = "its words are all there, and more with them"
        return whole.start, self._row(
            "changed", entry, whole, self._likeness(entry, whole), note
        )

    def _replaced(self, entry: Entry, own: Sequence[WordSpan]) -> tuple[int, PageChange]:
        whole = WordSpan(own[0].start, own[-1].end)
        whole = whole if len(own) > 1 and _contiguous(own) else own[0]
        shared = {self.entries[n].name for piece in own for n in self.pairs[piece]}
        shared -= {entry.name}
        notes = [f"one text stands for {name}, too" for name in sorted(shared)]
        if whole.end > own[0].end:
            notes.append(f"it became {len(own)} sentences")
        alike = self._likeness(entry, whole)
        if alike < ALIKE:
            notes.append("told by its place alone")
        return whole.start, self._row("changed", entry, whole, alike, "; ".join(notes))

    def _likeness(self, entry: Entry, span: WordSpan) -> float:
        words = self.copy.words[span.start : span.end]
        return round(likeness(entry.sketch, sketch_of(words)), 2)

    def _row(
        self, status: str, entry: Entry, span: WordSpan, alike: float | None, note: str
    ) -> PageChange:
        line = self.copy.block(span.start).line
        words = tuple(self.copy.words[span.start : span.end])
        place = (entry.name, entry.section, entry.heading)
        return PageChange(status, *place, self.copy.text(span), line, alike, note, words)

    def _new(self, span: WordSpan, note: str = "") -> PageChange:
        block = self.copy.block(span.start)
        section = self._section(span.start)
        words = tuple(self.copy.words[span.start : span.end])
        text = self.copy.text(span)
        return PageChange(
            "new", "", section, block.heading, text, block.line, None, note, words
        )

    # Pairs of old and new

    def _paired(self) -> dict[WordSpan, list[int]]:
        """Return the missing entries that pieces stand for, the likest pairs first.

        A piece may stand for several entries if it is long enough for all.
        """
        pairs: dict[WordSpan, list[int]] = {}
        done: set[int] = set()
        for _, minus, piece in self.scored:
            number = -minus
            if number not in done and self._room(piece, pairs.get(piece, []), number):
                pairs.setdefault(piece, []).append(number)
                done.add(number)
        return pairs

    def _restore(self) -> None:
        """Return back to a piece its first words, taken for a heading that is none."""
        starts = {piece.start: place for place, piece in enumerate(self.pieces)}
        for span in [span for span in self.doubles if span.heading]:
            place = starts.get(span.end)
            if place is not None and not self.copy.begins(span.end):
                self.pieces[place] = self.pieces[place]._replace(start=span.start)
                self.spans.remove(span)
                self.doubles.remove(span)

    def _scored(self) -> list[tuple[float, int, WordSpan]]:
        """Return what may be pairs of a missing entry and a piece, the likest first."""
        missing = [n for n in range(len(self.entries)) if n not in self.found]
        found = []
        for piece in self.pieces if missing else ():
            sketch = sketch_of(self.copy.words[piece.start : piece.end])
            enough = _ALIKE_OUTSIDE if self._outside(piece) else ALIKE
            for number in missing:
                score = likeness(self.entries[number].sketch, sketch)
                if score >= enough and self._fits(number, piece):
                    found.append((score, -number, piece))
        return sorted(found, reverse=True)

    def _tied(self) -> dict[WordSpan, int]:
        """Find pieces that made a known sentence or heading longer: no stop is between."""
        starts = {span.start: number for number, span in self.found.items()}
        ends = {span.end: number for number, span in self.found.items()}
        tied: dict[WordSpan, int] = {}
        for piece in self.pieces:
            alone = piece not in self.pairs
            beside = [ends.get(piece.start)] if alone or self._goes_on(piece) else []
            beside += [starts.get(piece.end)] if alone else []
            for number in beside:
                if number is not None and self._together(number, piece):
                    tied.setdefault(piece, number)
        return tied

    def _goes_on(self, piece: WordSpan) -> bool:
        """Return whether a piece goes on where a sentence had no end, not even a comma."""
        before = self.copy.words[piece.start - 1 : piece.start]
        first = self.copy.words[piece.start]
        return bool(before) and before[0][-1:].isalnum() and first[:1].islower()

    def _together(self, number: int, piece: WordSpan) -> bool:
        """Return whether a piece and the entry beside it make one sentence or heading."""
        own = self.found[number]
        if self.entries[number].optional and self._outside(piece):
            return False
        first, second = sorted((own, piece))
        if self.copy.begins(second.start) or self.copy.stops(second.start - 1):
            return False
        short = second.end - first.start <= _LONGEST_HEADING
        alone = self.copy.begins(first.start) and self.copy.begins(second.end)
        return not own.heading or (short and alone)

    def _by_place(self) -> dict[WordSpan, list[int]]:
        """Pair what lies, in equal number, between the same neighbours."""
        paired = {number for numbers in self.pairs.values() for number in numbers}
        missing = [n for n in range(len(self.entries)) if n not in {*self.found, *paired}]
        steady = sorted((n, s) for n, s in self.found.items() if n not in self.moved)
        gaps: dict[int, tuple[list[int], list[WordSpan]]] = {}
        for number in missing:
            edge = max((span.end for n, span in steady if n < number), default=0)
            gaps.setdefault(edge, ([], []))[0].append(number)
        ends = [span.end for _, span in steady]
        for piece in self.pieces if missing else ():
            if (
                piece not in self.pairs
                and piece not in self.tied
                and not self._outside(piece)
            ):
                place = bisect_right(ends, piece.start)
                gaps.setdefault(ends[place - 1] if place else 0, ([], []))[1].append(piece)
        return {
            piece: [number]
            for numbers, own in gaps.values()
            if len(numbers) == len(own) and all(map(self._fits, numbers, own))
            for number, piece in zip(numbers, own, strict=True)
        }

    def _divided(self) -> dict[WordSpan, list[int]]:
        """Pair what is like an entry that has its piece already: it was divided.

        A piece also belongs to the one beside it, if together they are more like the
        entry than that one alone.
        """
        free = {p for p in self.pieces if p not in self.pairs and p not in self.tied}
        rest: dict[WordSpan, list[int]] = {}
        for _, minus, piece in self.scored:
            if piece in free:
                rest.setdefault(piece, [-minus])
        for first, second in pairwise(self.pieces):
            for piece, other in ((first, second), (second, first)):
                numbers = self.pairs.get(other, [])
                if piece in free and numbers and self._completes(piece, other, numbers[0]):
                    rest.setdefault(piece, [numbers[0]])
        return rest

    def _completes(self, piece: WordSpan, other: WordSpan, number: int) -> bool:
        first, second = sorted((piece, other))
        if first.end != second.start or self.copy.begins(second.start):
            return False
        entry, both = self.entries[number], WordSpan(first.start, second.end)
        return self._likeness(entry, both) > self._likeness(entry, other)

    def _fits(self, number: int, piece: WordSpan) -> bool:
        short = piece.end - piece.start <= _LONGEST_HEADING
        return not self.entries[number].heading or (short and self.copy.begins(piece.end))

    def _room(self, piece: WordSpan, numbers: Sequence[int], number: int) -> bool:
        """Return whether a piece is long enough to stand for one more entry."""
        taken = sum(self.entries[other].words for other in numbers)
        return (
            not numbers or piece.end - piece.start >= taken + self.entries[number].words / 2
        )


def _contiguous(pieces: Sequence[WordSpan]) -> bool:
    return all(one.end == other.start for one, other in pairwise(pieces))


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
