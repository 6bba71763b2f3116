"""The first step of a comparison: what of a copy the register knows, what is left over.

Each sentence of the register is looked for at every word of the copy. So no line break,
list mark or heading can hide one, and no splitting into sentences has to be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orosec.drift.entries import Entry
from orosec.drift.fingerprints import fingerprint_of
from orosec.drift.phrases import is_label, is_of_a_site
from orosec.drift.words import Transcript, WordSpan


def recognise(
    entries: Sequence[Entry], copy: Transcript
) -> tuple[list[WordSpan], list[WordSpan]]:
    """Tell apart what of a copy the register knows and what is left over.

    Returns:
        The known sentences and headings, and the pieces that are left over, without labels
        and the phrases of sites; both in the order of the copy, and none overlaps another.
    """
    sentences = {e.known.fingerprint: e.known.words for e in entries if not e.heading}
    titles = {e.known.fingerprint: e.known.words for e in entries if e.heading}
    known = copy.known(sentences.values(), sentences)
    spans, pieces = [*known], []
    for piece in copy.left_over(known):
        rest = copy.unmarked(piece)
        while heading := _heading(copy, rest, titles):
            spans.append(heading)
            if heading.start == rest.start:
                rest = WordSpan(heading.end, rest.end)
            else:
                rest = WordSpan(rest.start, heading.start)
        rest = _without_label(copy, rest)
        if rest.size and not is_of_a_site(copy.text(rest)):
            pieces.append(rest)
    return sorted(spans), pieces


def _heading(
    copy: Transcript, piece: WordSpan, titles: Mapping[str, int]
) -> WordSpan | None:
    """Find the longest heading with which a piece begins; else one with which it ends.

    Where the piece goes on, the rest of it must begin a sentence of its own. Where
    something stands before the heading, that must end with a colon.
    """
    sizes = [n for n in sorted(set(titles.values()), reverse=True) if n <= piece.size]
    begins = [(piece.start, piece.start + size) for size in sizes]
    for start, end in begins + [(piece.end - size, piece.end) for size in sizes]:
        led_in = start == piece.start or copy.words[start - 1].endswith(":")
        ended = end == piece.end or copy.words[end][:1].isupper()
        digest = fingerprint_of(copy.folded[start:end]) if led_in and ended else ""
        if digest in titles:
            return WordSpan(start, end, digest, heading=True)
    return None


def _without_label(copy: Transcript, piece: WordSpan) -> WordSpan:
    """Return a piece without a label such as "Note:" before it."""
    for end in (piece.start + 2, piece.start + 1):
        label = copy.text(piece._replace(end=end))
        if end <= piece.end and is_label(label) and (end == piece.end or ":" in label):
            return piece._replace(start=end)
    return piece
