"""How results look: one small table, the same as text, as HTML and as a DataFrame.

Text is what a terminal shows and what nbval compares, so it never holds an address in
memory or anything else that differs from run to run. All text is escaped in HTML.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from orosec.model.schema import CDNS, READINGS
from orosec.values import Value

if TYPE_CHECKING:
    import pandas as pd

MARKS = {"holds": "✔", "broken": "✘", "vacuous": "○", "beyond": "·"}
"""A sign for each verdict, so that none is told by colour alone."""

_WIDTH, _NAME = 52, 32
_OURS = "orosec"
"""What marks a frame as one of ours, also after pandas has picked rows and columns."""


def frame(rows: Iterable[Sequence[Any]], columns: Iterable[str]) -> pd.DataFrame:
    """Return a DataFrame: text columns, and whole numbers where a column holds them.

    It is a plain one. A notebook shows it, and what pandas makes of it, as it shows every
    table here: whole, and in the same bytes each time.
    """
    import pandas as pd  # here, because it costs more than all the rest

    made = pd.DataFrame.from_records(list(map(tuple, rows)), columns=list(columns))
    made.attrs[_OURS] = True
    _show_in_notebooks(pd.DataFrame)
    return made


def _show_in_notebooks(kind: type[pd.DataFrame]) -> None:
    """Let IPython, where it runs, show our frames whole; others look as they do."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return
    formatters = shell.display_formatter.formatters
    formatters["text/html"].for_type(kind, _frame_html)
    formatters["text/plain"].for_type(kind, _frame_text)


def _frame_html(shown: pd.DataFrame) -> Any:
    if shown.attrs.get(_OURS):
        return _sheet_of(shown)._repr_html_()
    return getattr(shown, "_repr_html_")()  # noqa: B009 (unknown to the types of pandas)


def _frame_text(shown: pd.DataFrame, printer: Any, _cycle: bool) -> None:
    printer.text(repr(_sheet_of(shown) if shown.attrs.get(_OURS) else shown))


def _sheet_of(shown: pd.DataFrame) -> Sheet:
    rows = [[str(cell) for cell in row] for row in shown.itertuples(index=False)]
    return Sheet("", [str(column) for column in shown.columns], rows)


class Sheet(Value):
    """A small table to look at, with a line above it and lines below.

    Attributes:
        title: what the table answers.
        columns: its headings.
        rows: its cells, as text.
        notes: what to know about it.
    """

    def __init__(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        notes: Sequence[str] = (),
    ) -> None:
        self.title = title
        self.columns = tuple(columns)
        self.rows = tuple(tuple(row) for row in rows)
        self.notes = tuple(notes)

    @property
    def frame(self) -> pd.DataFrame:
        """The table as a pandas DataFrame."""
        return frame(self.rows, self.columns)

    @property
    def records(self) -> list[dict[str, str]]:
        """The rows, each as its cells by the names of their columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def __repr__(self) -> str:
        lines = [self.title] if self.title else []
        if self.rows:
            lines += _aligned([self.columns, *self.rows])
        return "\n".join([*lines, *self.notes])

    def _repr_html_(self) -> str:
        parts = [f"<p><b>{escape(self.title)}</b></p>"] if self.title else []
        if self.rows:
            head = _html_row("th", self.columns)
            body = "\n".join(_html_row("td", row) for row in self.rows)
            parts.append(
                f"<table>\n<thead>\n{head}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>"
            )
        parts += [f"<p>{escape(note)}</p>" for note in self.notes]
        return "\n".join(parts)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}


class Shown(Value):
    """A result that people look at as a table: as text, as HTML, as a DataFrame."""

    @property
    def sheet(self) -> Sheet:
        """The table."""
        raise NotImplementedError

    @property
    def frame(self) -> pd.DataFrame:
        """The table as a pandas DataFrame."""
        return self.sheet.frame

    def __repr__(self) -> str:
        return repr(self.sheet)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.sheet._repr_mimebundle_()


def _html_row(tag: str, cells: Sequence[str]) -> str:
    """Write a row; a short first cell is a name, and a name is not broken at hyphens."""
    looks = [
        "text-align:left;white-space:nowrap" if name else "text-align:left"
        for name in (not place and len(cell) <= _NAME for place, cell in enumerate(cells))
    ]
    inside = "".join(
        f'<{tag} align="left" style="{look}">{escape(cell)}</{tag}>'
        for look, cell in zip(looks, cells, strict=True)
    )
    return f"<tr>{inside}</tr>"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Set rows in columns; long cells are wrapped."""
    wrapped = [[_lines(cell) for cell in row] for row in rows]
    widths = [
        max(len(line) for row in wrapped for line in row[place])
        for place in range(len(rows[0]))
    ]
    lines: list[str] = []
    for number, row in enumerate(wrapped):
        for depth in range(max(map(len, row))):
            cells = (cell[depth] if depth < len(cell) else "" for cell in row)
            padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            lines.append("  ".join(padded).rstrip())
        if number == 0:
            lines.append("  ".join("-" * width for width in widths))
    return lines


def _lines(cell: str) -> list[str]:
    """Wrap a cell, and never inside a name with a hyphen."""
    return wrap(cell, _WIDTH, break_on_hyphens=False) or [""]


def under(variants: Iterable[tuple[str, str]]) -> str:
    """Write CDNs and readings, all of which something is true under.

    >>> under([("google", "literal"), ("cloudflare", "literal")])
    'both CDNs, literal'
    """
    pairs = tuple(variants)
    cdns = tuple(dict.fromkeys(cdn for cdn, _ in pairs))
    readings = tuple(dict.fromkeys(reading for _, reading in pairs))
    if len(pairs) != len(cdns) * len(readings):
        return ", ".join(" ".join(pair) for pair in pairs)
    cdn = "both CDNs" if cdns == CDNS else " ".join(cdns)
    reading = "both readings" if readings == READINGS else " ".join(readings)
    return f"{cdn}, {reading}"


def mark(verdict: str) -> str:
    """Write a verdict with its sign.

    >>> mark("holds")
    '✔ holds'
    """
    return f"{MARKS[verdict]} {verdict}"
