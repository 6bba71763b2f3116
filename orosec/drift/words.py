"""A text as a row of words that know their block, and what of it is known and left over."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain, takewhile
from typing import NamedTuple

from orosec.drift.block import Block
from orosec.drift.fingerprints import fingerprint_of, words_of

_SHORT = frozenset(
    """
    approx. cf. co. corp. dr. e.g. etc. fig. i.e. inc. ltd. mr. ms. no. resp. sec. st. vs.
    """.split()
)
"""Abbreviations whose full stop ends no sentence."""

_STOP = re.compile(r"[.!?][\"')\]]*$")
_OPENER = re.compile(r"[\"'(\[]*[A-Z0-9]")
_MARKER = re.compile(r"[-*+•◦▪‣·]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|#\.")
_TORN_END = re.compile(r"[(\[]$|\w-$")
_TORN_START = re.compile(r"[)\]]|[.,;:!?](?=\s|$|[A-Z])")


class WordSpan(NamedTuple):
    """The words from *start* up to *end*, and the fingerprint by which they are known.

    What is left over has an empty fingerprint.
    """

    start: int
    end: int
    fingerprint: str = ""
    heading: bool = False

    @property
    def size(self) -> int:
        """How many words they are."""
        return self.end - self.start


class Transcript:
    """A text as a row of words.

    Attributes:
        words: the words, normalised as for fingerprints.
        blocks: the block in which each word stands.
        starts: the places at which a block begins; one begins where the text ends.
    """

    def __init__(self, blocks: Iterable[Block]) -> None:
        mended = _mended(blocks)
        texts = [words_of(block.text) for block in mended]
        self.words = tuple(chain.from_iterable(texts))
        self.starts = frozenset(accumulate(map(len, texts), initial=0))
        held = zip(mended, texts, strict=True)
        self.blocks = tuple(block for block, words in held for _ in words)

    def around(self, span: WordSpan) -> int:
        """Return the part of the site around the page in which a span lies, or 0."""
        return self.blocks[span.start].around

    def stops(self, place: int) -> bool:
        """Return whether a full stop ends a sentence with a word."""
        word = self.words[place]
        return bool(_STOP.search(word)) and word.casefold() not in _SHORT

    def said(self, span: WordSpan) -> tuple[str, ...]:
        """Return the words of a span."""
        return self.words[span.start : span.end]

    def text(self, span: WordSpan) -> str:
        """Return the words of a span, in one line."""
        return " ".join(self.said(span))

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The words in small letters, as the headings are known by."""
        return tuple(word.casefold() for word in self.words)

    def known(self, sizes: Iterable[int], fingerprints: Collection[str]) -> list[WordSpan]:
        """Find every run of words with one of some fingerprints, and one of some sizes.

        Each place is tried with each size. Where two runs overlap, the longer one stands,
        and of equal ones the first.
        """
        found = [
            WordSpan(start, start + size, digest)
            for size in sorted(set(sizes), reverse=True)
            for start in range(len(self.words) - size + 1)
            if (digest := fingerprint_of(self.words[start : start + size])) in fingerprints
        ]
        taken: set[int] = set()
        kept = []
        for span in found:
            places = range(span.start, span.end)
            if taken.isdisjoint(places):
                taken.update(places)
                kept.append(span)
        return sorted(kept)

    def left_over(self, spans: Sequence[WordSpan]) -> Iterator[WordSpan]:
        """Return what lies between *spans*, in pieces: a sentence, at most a block each."""
        edge = 0
        for span in [*spans, WordSpan(len(self.words), len(self.words))]:
            start = edge
            for place in range(edge, span.start):
                last = place + 1 == span.start or place + 1 in self.starts
                if last or (self.stops(place) and _OPENER.match(self.words[place + 1])):
                    yield WordSpan(start, place + 1)
                    start = place + 1
            edge = span.end

    def unmarked(self, piece: WordSpan) -> WordSpan:
        """Return a piece without the mark of a list item before it."""
        places = range(piece.start, min(piece.start + 2, piece.end))
        marked = takewhile(lambda place: _MARKER.fullmatch(self.words[place]), places)
        marks = len([*marked]) if piece.start in self.starts else 0
        return piece._replace(start=piece.start + marks)


def _mended(blocks: Iterable[Block]) -> list[Block]:
    """Put together what a copy tore apart: words in brackets, a lone full stop."""
    mended: list[Block] = []
    for block in blocks:
        text = block.text.strip()
        last = mended[-1] if mended else None
        if last and last.around == block.around and _torn(last.text, text):
            mended[-1] = last._replace(text=f"{last.text} {text}")
        else:
            mended.append(block._replace(text=text))
    return mended


def _torn(before: str, after: str) -> bool:
    return bool(_TORN_END.search(before[-2:]) or _TORN_START.match(after))
