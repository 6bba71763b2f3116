"""The parts of a page or notebook, and its code spans below their headings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from orosec.errors import NotationError

EXEMPTION = "Code spans here are not facts."
"""A paragraph that says this, in italics, exempts the section that it stands in."""

IN_ITALICS = (f"*{EXEMPTION}*", f"_{EXEMPTION}_")
MARKDOWN = MarkdownIt("commonmark").enable("table")
_BREAKS, _WORDS = ("softbreak", "hardbreak"), ("text", "code_inline")


class CodeSpan(NamedTuple):
    """One code span.

    Attributes:
        text: what it holds, on one line, with what cannot be printed replaced.
        headings: the headings above it, the outermost first.
        part: which of the texts it stands in, the first being 1.
        line: its line in that text, the first being 1.
        exempt: whether it is set in italics, or its section is exempt: not a fact.
    """

    text: str
    headings: tuple[str, ...]
    part: int
    line: int
    exempt: bool


class _Section(NamedTuple):
    """A heading with its level, and whether what stands below it is exempt."""

    level: int
    title: str
    exempt: bool = False


class Reader:
    """Reads texts that follow each other, as the cells of a notebook do.

    It remembers the headings: each holds until the next one of its level or above. A
    heading within a quote or a list says nothing of what stands outside of it.
    """

    def __init__(self) -> None:
        self._path = [_Section(0, "")]
        self._part = 0

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings that hold where the last text ends, the outermost first."""
        return tuple(section.title for section in self._path if section.title)

    def read(self, text: str) -> list[CodeSpan]:
        """Return the code spans of the next text, in order.

        >>> [span.text for span in Reader().read("`web` takes *`x`* and `tcp:80`.")]
        ['web', 'x', 'tcp:80']
        """
        self._part += 1
        found: list[CodeSpan] = []
        for opening, token in pairwise(MARKDOWN.parse(text)):
            if token.type == "inline":
                if opening.type == "heading_open" and opening.level == 0:
                    self._enter(int(opening.tag.removeprefix("h")), token)
                elif token.content in IN_ITALICS:
                    self._path[-1] = self._path[-1]._replace(exempt=True)
                found += self._spans_in(token)
        return found

    def _enter(self, level: int, heading: Token) -> None:
        """Leave the sections that end at a heading, and enter its own."""
        shown = [token for token in heading.children or () if token.type in _WORDS]
        title = _printable("".join(token.content for token in shown))
        above = [section for section in self._path if 0 < section.level < level]
        self._path = [*above, _Section(level, title)]

    def _spans_in(self, token: Token) -> Iterator[CodeSpan]:
        exempt = any(section.exempt for section in self._path)
        line = token.map[0] + 1 if token.map else 1
        italics = 0
        for child in token.children or ():
            line += child.type in _BREAKS
            italics += {"em_open": 1, "em_close": -1}.get(child.type, 0)
            if child.type == "code_inline":
                text = _printable(child.content)
                yield CodeSpan(text, self.headings, self._part, line, exempt or italics > 0)


def _printable(text: str) -> str:
    """Return *text* on one line, fit for a terminal and for the name of a test."""
    line = " ".join(text.split())
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in line)


def code_spans(texts: Iterable[str]) -> tuple[CodeSpan, ...]:
    """Return every code span of *texts* that follow each other."""
    reader = Reader()
    return tuple(span for text in texts for span in reader.read(text))


def parts_of(name: str, content: bytes) -> tuple[tuple[str, str], ...]:
    """Return kind and text of each cell of a notebook; of a page, its one text.

    Raises:
        NotationError: it is no notebook, or not UTF-8.
    """
    try:
        text = content.decode("utf-8")
        if not name.endswith(".ipynb"):
            return (("markdown", text),)
        cells = json.loads(text)["cells"]
        return tuple((cell["cell_type"], "".join(cell["source"])) for cell in cells)
    except (ValueError, KeyError, TypeError):
        hint = "save it as UTF-8, and a notebook in the format of Jupyter"
        raise NotationError(name, "cannot be read as Markdown", hint) from None


def markdown_texts(path: Path) -> tuple[str, ...]:
    """Read the Markdown of a file: the cells of a notebook, or all of a page.

    Raises:
        NotationError: it is no notebook, or not UTF-8.
    """
    parts = parts_of(path.name, path.read_bytes())
    return tuple(text for kind, text in parts if kind == "markdown")
