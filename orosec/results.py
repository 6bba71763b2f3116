"""How results look: one small table, the same as text, as HTML and as a DataFrame.

Text is what a terminal shows and what nbval compares, so it never holds an address in
memory or anything else that differs from run to run. All text is escaped in HTML.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from html import escape
from itertools import chain, zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from orosec.model.schema import CDNS, READINGS
from orosec.values import Value

if TYPE_CHECKING:
    import pandas as pd

MARKS = {"holds": "✔", "broken": "✘", "vacuous": "○", "beyond": "·"}
"""A sign for each verdict, so that none is told by colour alone."""

_WIDTH, _NAME = 52, 32
_NOTHING = "There is nothing to show."
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
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        formatters = shell.display_formatter.formatters
        formatters["text/html"].for_type(pd.DataFrame, lambda it: _shown(it)._repr_html_())
        written = formatters["text/plain"]
        written.for_type(pd.DataFrame, lambda it, at, _: at.text(repr(_shown(it))))
    return made


def _shown(table: pd.DataFrame) -> Any:
    """Return what IPython shows of a frame: ours as a sheet, whole; others as they are."""
    if not table.attrs.get(_OURS):
        return table
    rows = [[str(cell) for cell in row] for row in table.itertuples(index=False)]
    return Sheet("", [str(column) for column in table.columns], rows)


class Shown(Value):
    """A result that people look at as a table: as text, as HTML, as a DataFrame."""

    @property
    def sheet(self) -> Sheet:
        """The table."""
        raise NotImplementedError

    @property
    def frame(self) -> pd.DataFrame:
        """The table as a pandas DataFrame."""
        sheet = self.sheet
        return frame(sheet.rows, sheet.columns)

    def __repr__(self) -> str:
        sheet = self.sheet
        lines = [sheet.title] if sheet.title else []
        if sheet.rows:
            lines += _aligned([sheet.columns, *sheet.rows])
        return "\n".join([*lines, *sheet.notes]) or _NOTHING

    def _repr_html_(self) -> str:
        sheet = self.sheet
        parts = [f"<p><b>{escape(sheet.title)}</b></p>"] if sheet.title else []
        if sheet.rows:
            head = _html_row("th", sheet.columns)
            body = "\n".join(_html_row("td", row) for row in sheet.rows)
            inside = f"<thead>\n{head}\n</thead>\n<tbody>\n{body}\n</tbody>"
            parts.append(f"<table>\n{inside}\n</table>")
        parts += [f"<p>{escape(note)}</p>" for note in sheet.notes]
        return "\n".join(parts) or f"<p>{_NOTHING}</p>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        sheet = self.sheet
        return {"text/plain": repr(sheet), "text/html": sheet._repr_html_()}


class Sheet(Shown):
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
    def sheet(self) -> Sheet:
        """The table itself."""
        return self

    @property
    def records(self) -> list[dict[str, str]]:
        """The rows, each as its cells by the names of their columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def _html_row(tag: str, cells: Sequence[str]) -> str:
    """Write a row; a short first cell is a name, and a name is not broken at hyphens."""
    html = ""
    for place, cell in enumerate(cells):
        look = ";white-space:nowrap" if place == 0 and len(cell) <= _NAME else ""
        html += f'<{tag} align="left" style="text-align:left{look}">{escape(cell)}</{tag}>'
    return f"<tr>{html}</tr>"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Set rows in columns; long cells are wrapped, never inside a name with a hyphen."""
    wrapped = [
        [wrap(cell, _WIDTH, break_on_hyphens=False) or [""] for cell in row] for row in rows
    ]
    columns = zip(*wrapped, strict=True)
    widths = [max(len(line) for cell in column for line in cell) for column in columns]
    head, *body = ([*zip_longest(*row, fillvalue="")] for row in wrapped)
    lines = [*head, ["-" * width for width in widths], *chain.from_iterable(body)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]


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
