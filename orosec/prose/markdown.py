"""The code spans of a Markdown text, each with the headings that it stands under."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from orosec.errors import NotationError

EXEMPTION = "Code spans here are not facts."
"""A paragraph that says this, in italics, exempts the section that it stands in."""

_BREAKS = ("softbreak", "hardbreak")


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

    It remembers the headings: each holds until the next one of its level or above.
    """

    def __init__(self) -> None:
        self._path: list[_Section] = []
        self._part = 0

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings that hold where the last text ends, the outermost first."""
        return tuple(one.title for one in self._path if one.title)

    def read(self, text: str) -> list[CodeSpan]:
        """Return the code spans of the next text, in order.

        >>> [span.text for span in Reader().read("`web` takes *`x`* and `tcp:80`.")]
        ['web', 'x', 'tcp:80']
        """
        self._part += 1
        found: list[CodeSpan] = []
        level = 0
        for token in _markdown().parse(text):
            if token.type == "heading_open":
                level = int(token.tag.removeprefix("h"))
            elif token.type == "inline":
                self._note(token, level)
                found += self._spans_in(token)
                level = 0
        return found

    def _note(self, token: Token, level: int) -> None:
        """Take note of a heading (its *level* is 0 where there is none) or exemption."""
        children = token.children or ()
        if level:
            self._path = [one for one in self._path if 0 < one.level < level]
            self._path.append(_Section(level, _plain(children)))
        elif _exempts(children):
            top = self._path.pop() if self._path else _Section(0, "")
            self._path.append(top._replace(exempt=True))

    def _spans_in(self, token: Token) -> Iterator[CodeSpan]:
        exempt = any(one.exempt for one in self._path)
        line = token.map[0] + 1 if token.map else 1
        italics = 0
        for child in token.children or ():
            line += child.type in _BREAKS
            italics += {"em_open": 1, "em_close": -1}.get(child.type, 0)
            if child.type == "code_inline":
                text = _printable(child.content)
                yield CodeSpan(text, self.headings, self._part, line, exempt or italics > 0)


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def _plain(tokens: Sequence[Token]) -> str:
    words = [one.content for one in tokens if one.type in ("text", "code_inline")]
    return _printable("".join(words))


def _printable(text: str) -> str:
    """Return *text* on one line, fit for a terminal and for the name of a test."""
    line = " ".join(text.split())
    return "".join(one if one.isprintable() else "\ufffd" for one in line)


def _exempts(tokens: Sequence[Token]) -> bool:
    kinds = [one.type for one in tokens if one.type != "text" or one.content]
    return kinds == ["em_open", "text", "em_close"] and _plain(tokens) == EXEMPTION


def code_spans(texts: Iterable[str]) -> tuple[CodeSpan, ...]:
    """Return every code span of *texts* that follow each other."""
    reader = Reader()
    return tuple(span for text in texts for span in reader.read(text))


def markdown_texts(path: Path) -> tuple[str, ...]:
    """Read the Markdown of a file: the cells of a notebook, or all of a page.

    Raises:
        NotationError: it is no notebook, or not UTF-8.
    """
    try:
        content = path.read_text(encoding="utf-8")
        if path.suffix != ".ipynb":
            return (content,)
        cells = json.loads(content)["cells"]
        sources = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
        return tuple("".join(source) for source in sources)
    except (ValueError, KeyError, TypeError):
        hint = "save it as UTF-8, and a notebook in the format of Jupyter"
        raise NotationError(path.name, "cannot be read as Markdown", hint) from None
