"""How results look: one small table, the same as text, as HTML and as a DataFrame.

Text is what a terminal shows and what nbval compares, so it never holds an address in
memory or anything else that differs from run to run. All text is escaped in HTML.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import chain, zip_longest
from textwrap import wrap
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from orosec.model.schema import CDNS, READINGS
from orosec.values import Value

if TYPE_CHECKING:
    import pandas as pd

MARKS = {"holds": "✔", "broken": "✘", "vacuous": "○", "beyond": "?"}
"""A sign for each verdict, so that none is told by colour alone."""
KNOWN = "▲"
"""The sign of a broken promise that the register stands by: the page contradicts itself."""

LITERAL = "△"
"""The sign of a sentence that is broken in the literal reading alone."""

_GREY = "background:#e7ebef;color:#33383e"
_LOOKS = {
    "✔": "background:#dafbe1;color:#0f5323",
    KNOWN: "background:#fff1c2;color:#5c4200",
    LITERAL: "background:#fff8e1;color:#5c4200",
    "✘": "background:#ffdcd7;color:#82160d",
    "◐": "background:#ddf1fb;color:#0b4a6b",
} | dict.fromkeys("○?", _GREY)
"""How a cell looks that begins with a sign: a ground of its own, on light and on dark."""

_WIDTH, _NARROW, _MANY, _NAME = 52, 36, 6, 32
_WORD = re.compile(r"[A-Z]{1,2}\d+(?:-[a-z0-9]+)*|\d+(?:\.\d+){3}(?:/\d+)?")

INVENTED = "invented"
"""What is said of a value that nobody should take for a real one."""
_INVENTED = f'<i title="{INVENTED}">'
_ASK = "Addresses in italics are invented: ask Oro's support for the real ones."
_CHIP = "padding:1px 5px;border-radius:4px;display:inline-block"
_NOTHING = "There is nothing to show."
_NONE: Mapping[str, str] = MappingProxyType({})
_REASON = "rationale"
"""The column that HTML folds away where it is the last one of a frame."""
_OURS = "orosec"
"""What marks a frame as one of ours, also after pandas has picked rows and columns."""


def frame(
    rows: Iterable[Sequence[Any]], columns: Iterable[str], words: Mapping[str, str] = _NONE
) -> pd.DataFrame:
    """Return a DataFrame: text columns, and whole numbers where a column holds them.

    It is a plain one; *words* are those of a `Sheet`. A notebook shows it, and what pandas
    makes of it, as it shows every table here: whole, and in the same bytes each time.
    """
    import pandas as pd  # here, because it costs more than all the rest

    made = pd.DataFrame.from_records(list(map(tuple, rows)), columns=list(columns))
    made.attrs[_OURS] = dict(words)  # pandas copies it deeply
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        formatters = shell.display_formatter.formatters
        formatters["text/html"].for_type(pd.DataFrame, lambda it: _shown(it)._repr_html_())
        written = formatters["text/plain"]
        written.for_type(pd.DataFrame, lambda it, at, _: at.text(repr(_shown(it))))
    return made


def _shown(table: pd.DataFrame) -> Any:
    """Return what IPython shows of a frame: ours as a sheet, whole; others as they are."""
    if _OURS not in table.attrs:
        return table
    rows = [[str(cell) for cell in row] for row in table.itertuples(index=False)]
    columns = [str(column) for column in table.columns]
    folded = int(columns[2:][-1:] == [_REASON])
    return Sheet("", columns, rows, folded=folded, words=table.attrs[_OURS])


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
        return frame(sheet.rows, sheet.columns, sheet.words)

    def __repr__(self) -> str:
        sheet = self.sheet
        lines = [sheet.title] if sheet.title else []
        if sheet.rows:
            lines += _aligned([sheet.columns, *sheet.rows])
        return "\n".join([*lines, *sheet.notes]) or _NOTHING

    def _repr_html_(self) -> str:
        sheet = self.sheet
        parts = [f"<p><b>{sheet.html(sheet.title)}</b></p>"] if sheet.title else []
        if sheet.rows:
            shown = len(sheet.columns) - sheet.folded
            head = _html_row("th", map(escape, sheet.columns[:shown]))
            body = "\n".join(_html_row("td", sheet.cells(row, shown)) for row in sheet.rows)
            inside = f"<thead>\n{head}\n</thead>\n<tbody>\n{body}\n</tbody>"
            parts.append(f"<table>\n{inside}\n</table>")
        parts += [f"<p>{sheet.html(note)}</p>" for note in sheet.notes]
        if _INVENTED in re.sub("<details>.*?</details>", "", "".join(parts)):
            parts.append(f"<p><i>{escape(_ASK)}</i></p>")
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
        folded: how many of the last columns HTML folds away, below the second one.
        words: where HTML leads to from a word, such as the id of a sentence, or
            `INVENTED`.
    """

    def __init__(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        notes: Sequence[str] = (),
        *,
        folded: int = 0,
        words: Mapping[str, str] | None = None,
    ) -> None:
        self.title = title
        self.columns = tuple(columns)
        self.rows = tuple(tuple(row) for row in rows)
        self.notes = tuple(notes)
        self.folded = folded
        self.words = MappingProxyType(dict(words or {}))

    @property
    def sheet(self) -> Sheet:
        """The table itself."""
        return self

    @property
    def records(self) -> list[dict[str, str]]:
        """The rows, each as its cells by the names of their columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def html(self, text: str) -> str:
        """Write text as HTML, with its links; text that begins with a sign has its look."""

        def linked(found: re.Match[str]) -> str:
            word = found[0]
            there = self.words.get(word)
            if there == INVENTED:
                return f"{_INVENTED}{word}</i>"
            return f'<a href="{escape(there)}">{word}</a>' if there else word

        written = _WORD.sub(linked, escape(text))
        look = _LOOKS.get(text[:1]) if text[1:2] in ("", " ") else None
        written = written.replace("<a ", '<a style="color:inherit" ') if look else written
        chip = f"{_CHIP};white-space:nowrap" if len(text) <= _NAME else _CHIP
        return f'<span style="{look};{chip}">{written}</span>' if look else written

    def cells(self, row: Sequence[str], shown: int) -> list[str]:
        """Write the cells of a row as HTML; the last ones are folded into the second."""
        cells = [*map(self.html, row[:shown])]
        pairs = zip(self.columns[shown:], map(self.html, row[shown:]), strict=True)
        more = [f"<br><i>{escape(name)}:</i> {cell}" for name, cell in pairs if cell]
        if more:
            cells[1] += f"<details><summary>why</summary>{''.join(more)[4:]}</details>"
        return cells


def _html_row(tag: str, cells: Iterable[str]) -> str:
    """Write a row; a short first cell is a name, and a name is not broken at hyphens."""
    html = ""
    for place, cell in enumerate(cells):
        plain = re.sub("<[^>]*>", "", cell)
        look = ";white-space:nowrap" if place == 0 and len(plain) <= _NAME else ""
        html += f'<{tag} align="left" style="text-align:left{look}">{cell}</{tag}>'
    return f"<tr>{html}</tr>"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Set rows in columns; long cells are wrapped, never inside a name with a hyphen."""
    width = _WIDTH if len(rows[0]) < _MANY else _NARROW
    wrapped = [
        [wrap(cell, width, break_on_hyphens=False) or [""] for cell in row] for row in rows
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
