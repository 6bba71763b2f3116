"""A copy of the page in plain text, read into blocks."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise

from orosec.drift.block import Block

_RULE = re.compile(r"\s*([=\-`:.'\"~^_*+#])\1{2,}\s*")
_ITEM = re.compile(r"\s*(?:[-*+•◦▪‣·–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|#\.)\s+\S")
_EMPHASIS = re.compile(r"(?<![\w:*\\])(\*\*?)(?=[^\s*])([^*]{1,2000}?)(?<=\S)\1(?![\w*])")


def plain_blocks(text: str, _name: str) -> Iterator[Block]:
    """Return the blocks of a plain text: its paragraphs, items and headings."""
    for block in _joined(text.splitlines()):
        yield block._replace(text=_EMPHASIS.sub(r"\2", block.text).replace("`", ""))


def _joined(lines: Sequence[str]) -> Iterator[Block]:
    """Join lines into paragraphs; tell headings by the rule below them.

    A line goes on in the next one only if the first word of that would not have fitted.
    """
    width = _width(lines)
    held: list[str] = []
    begun = 0
    for number, (line, following) in enumerate(pairwise([*lines, ""]), start=1):
        if line.strip() and not _RULE.fullmatch(line):
            begun = begun if held else number
            held.append(" ".join(line.split()))
        if held and not (line.strip() and _goes_on(line, following, width)):
            text = " ".join(held)
            bare = re.sub(r"^#{1,6}\s+", "", text)
            ruled = _RULE.fullmatch(following) and len(following.strip()) >= len(held[-1])
            yield Block(bare, begun, bool(ruled) or bare != text)
            held = []


def _width(lines: Sequence[str]) -> int:
    """Return how wide the lines are, if at least a third of them is filled; else, no end.

    In text that is not wrapped only the longest line is filled, by its own measure.
    """
    width = max(map(len, lines), default=0)
    filled = sum(_goes_on(*pair, width) for pair in pairwise(lines))
    return width if 3 * filled >= sum(map(bool, map(str.strip, lines))) else sys.maxsize


def _goes_on(line: str, following: str, width: int) -> bool:
    if not following.strip() or _ITEM.match(following) or _RULE.fullmatch(following):
        return False
    return len(line.rstrip()) + 1 + len(following.split(None, 1)[0]) > width
