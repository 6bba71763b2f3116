"""A copy of the page written in lines, plain or reStructuredText, read into blocks."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import pairwise

from orosec.drift.block import Block

_RULE = re.compile(r"\s*([=\-`:.'\"~^_*+#])\1{2,}\s*")
_ITEM = re.compile(r"\s*(?:[-*+•◦▪‣·–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|#\.)\s+\S")
_EMPHASIS = re.compile(r"(?<![\w:*\\])(\*\*?)(?=[^\s*])([^*]{1,2000}?)(?<=\S)\1(?![\w*])")
_ROLE = re.compile(r":[a-z][\w:+-]{0,40}:(?=`)")
_TARGET = re.compile(r"\s*<[^`<>]{1,1000}>(?=`)")
_SUBSTITUTION = re.compile(r"\|(?=\S)([^|\n]{1,200})(?<=\S)\|_{0,2}")
_DIRECTIVE = re.compile(r"(\s*)\.\. ([\w:-]{1,60})::(.*)")
_HIDDEN = re.compile(r"(\s*)\.\.(?:\s(?!\[)|$)")
_FIELD = re.compile(r"\s*:[\w-][\w -]{0,60}:(?:\s|$)")
_WORDLESS = frozenset(
    """
    image figure include raw toctree contents meta index highlight literalinclude only
    rst-class container code-block sectionauthor tabularcolumns role default-role
    """.split()
)
_SILENT = frozenset(("toctree", "contents", "raw", "meta"))


def plain_blocks(text: str, _name: str) -> Iterator[Block]:
    """Return the blocks of a plain text: its paragraphs, items and headings."""
    for block in _joined(list(enumerate(text.splitlines(), start=1)), wrapped=False):
        yield block._replace(text=_EMPHASIS.sub(r"\2", block.text).replace("`", ""))


def restructured_blocks(text: str, _name: str) -> Iterator[Block]:
    """Return the blocks of a text in reStructuredText, without its marks."""
    for block in _joined(list(_visible(text.splitlines())), wrapped=True):
        bare = _TARGET.sub("", _ROLE.sub("", block.text))
        bare = re.sub(r"(?<=`)_{1,2}(?!\w)", "", bare).replace("\\ ", "").replace("\\", "")
        bare = _SUBSTITUTION.sub(r"\1", _EMPHASIS.sub(r"\2", bare).replace("`", ""))
        yield block._replace(text=bare)


def _visible(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Return the lines that a reader of the built page would see, with their numbers.

    A directive's argument and content are text, save for those that bring in pictures
    or lists of pages; comments, targets, substitutions and options are none.
    """
    hidden = -1  # the indent of what is hidden, with all that stands further in
    options = True  # whether a field would be an option (or belong to the file's head)
    for number, line in enumerate(lines, start=1):
        indent = len(line) - len(line.lstrip())
        if not line.strip():
            yield number, ""
            continue
        if hidden >= 0 and indent > hidden:
            continue
        hidden = -1
        directive = _DIRECTIVE.match(line)
        if directive:
            options = True
            if directive[2] in _SILENT:
                hidden = indent
            words = "" if directive[2] in _WORDLESS else directive[3]
            yield number, ""
            yield number, f"{directive[1]}   {words.strip()}"
        elif _HIDDEN.match(line):
            hidden = indent
        elif not (options and _FIELD.match(line)):
            options = False
            yield number, line


def _joined(lines: list[tuple[int, str]], *, wrapped: bool) -> Iterator[Block]:
    """Join lines into paragraphs; tell headings by the rule below them.

    Where not all text is *wrapped*, a line goes on in the next one only if the first
    word of that would not have fitted.
    """
    width = 0 if wrapped else _width([line for _, line in lines])
    held: list[str] = []
    begun = 0
    for (number, line), (_, following) in pairwise([*lines, (0, "")]):
        if line.strip() and not _RULE.fullmatch(line):
            begun = begun if held else number
            held.append(" ".join(line.split()))
        if held and not (line.strip() and _goes_on(line, following, width)):
            text = " ".join(held)
            bare = re.sub(r"^#{1,6}\s+", "", text)
            ruled = _RULE.fullmatch(following) and len(following.strip()) >= len(held[-1])
            yield Block(bare, begun, bool(ruled) or bare != text)
            held = []


def _width(lines: list[str]) -> int:
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
