"""The documentation as it is tested: its cells and statements, by name, and the truth.

This is the door of the room: whoever reads pages and notebooks needs no other module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from orosec.model.network import Network
from orosec.model.rows import Tables
from orosec.prose.citations import Citations, Cited
from orosec.prose.markdown import CodeSpan, Reader, code_spans, markdown_texts, parts_of
from orosec.prose.statements import (
    CountStatement,
    PlaceStatement,
    SizeStatement,
    WordsStatement,
    read_statement,
)
from orosec.values import Value

if TYPE_CHECKING:
    from orosec.prose.judge import StatementVerdict
    from orosec.prose.questions import Questions

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
"""Where the notebooks are in a checkout; an installed package has none."""

_LONGEST_NAME = 160


class NotebookCell(NamedTuple):
    """A code cell.

    Attributes:
        notebook: the name of its notebook, without the ending.
        name: the heading above it; with a number where it is not the first one below.
        judges: what it judges by name, by sentence, section or finding.
        cites: the same, and what the heading names.
    """

    notebook: str
    name: str
    judges: Cited
    cites: Cited

    def __str__(self) -> str:
        return f"{self.notebook}: {self.name}"


class StatedFact(NamedTuple):
    """A statement in prose.

    Attributes:
        name: the heading above it, and its text; with a number where that comes again.
        span: the code span that states it.
        cites: what its text and the heading name.
    """

    name: str
    span: CodeSpan
    cites: Cited


class Documentation(Value):
    """What pages and notebooks hold, and whether it is true of one network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.citations = Citations(network.tables)

    @cached_property
    def judge(self) -> Callable[[CodeSpan], StatementVerdict]:
        """What says whether a code span is true, and what is true instead."""
        from orosec.prose.judge import Prose  # here, as names and citations need no claims

        return Prose(self.network).judge

    def questions(self) -> Questions:
        """Return what reads the code cells of one notebook, from its first to its last."""
        from orosec.prose.questions import Questions

        return Questions()

    def unread(self, text: str) -> Iterator[str]:
        """Yield what of a notebook's Markdown readers see and nobody checks."""
        from orosec.prose.plain import unread

        return unread(text, self.citations)

    def promises(self, span: CodeSpan) -> bool:
        """Return whether a statement that is false tells of traffic or a broken promise.

        Others are text: names, places and counts of rows, and counts of claims that are
        all as recorded.
        """
        match read_statement(span.text)[0]:
            case WordsStatement() | SizeStatement() | PlaceStatement():
                return False
            case CountStatement(scope):
                marker = "".join(span.text.partition("[")[1:])
                recorded = f"{' '.join(scope)} as recorded {marker}".strip()
                return not self.judge(span._replace(text=recorded)).true
        return True

    def cells(self, path: Path) -> tuple[NotebookCell, ...]:
        """Return the code cells of a notebook, in order.

        Raises:
            NotationError: it is no notebook.
        """
        return _cells(self.network.tables, path.stem, path.read_bytes())

    def facts(self, path: Path) -> tuple[StatedFact, ...]:
        """Return what the prose of a page or notebook states, in order.

        Raises:
            NotationError: it cannot be read.
        """
        spans = [span for span in code_spans(markdown_texts(path)) if not span.exempt]
        names = _distinct(f"{_last(span.headings)}: {span.text}" for span in spans)
        cited = (
            self.citations.in_text(f"{span.text} {_last(span.headings)}") for span in spans
        )
        return tuple(map(StatedFact, names, spans, cited))


def judging_cells(tables: Tables, folder: Path = NOTEBOOKS) -> tuple[NotebookCell, ...]:
    """Return the cells that judge something by name; none where there is no notebook."""
    books = sorted(folder.glob("*.ipynb"))
    every = (
        cell for path in books for cell in _cells(tables, path.stem, path.read_bytes())
    )
    return tuple(cell for cell in every if cell.judges)


@lru_cache(maxsize=64)
def _cells(tables: Tables, notebook: str, content: bytes) -> tuple[NotebookCell, ...]:
    """Read the code cells of a notebook; remembered by what stands in it."""
    citations, reader = Citations(tables), Reader()
    found = []
    for kind, text in parts_of(f"{notebook}.ipynb", content):
        if kind == "markdown":
            reader.read(text)
        elif kind == "code":
            heading, judges = _last(reader.headings), citations.in_code(text)
            cites = dict.fromkeys((*judges, *citations.in_text(heading)))
            found.append(NotebookCell(notebook, heading, judges, tuple(cites)))
    names = _distinct(cell.name for cell in found)
    return tuple(cell._replace(name=name) for cell, name in zip(found, names, strict=True))


def _last(headings: tuple[str, ...]) -> str:
    return headings[-1] if headings else "before the first heading"


def _distinct(names: Iterable[str]) -> Iterator[str]:
    """Make names fit to be shown and selected: short, and each once."""
    seen: Counter[str] = Counter()
    for name in names:
        text = name[:_LONGEST_NAME]
        seen[text] += 1
        yield text if seen[text] == 1 else f"{text} ({seen[text]})"
