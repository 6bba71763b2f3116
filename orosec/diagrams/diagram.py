"""Diagrams of the model: every box is a row, every arrow is computed from the packets.

What is shown is the business of `orosec.diagrams.views`, `orosec.diagrams.arrows`,
`orosec.diagrams.arrow_diff` and `orosec.diagrams.boxes`; how it looks, of
`orosec.diagrams.styles` and `orosec.diagrams.dot`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from orosec.diagrams.arrow_diff import changed, untold
from orosec.diagrams.arrows import Arrow, arrows, cited, label
from orosec.diagrams.boxes import Box, boxed
from orosec.diagrams.dot import dot_text
from orosec.diagrams.render import FORMATS, NoRenderer, render
from orosec.diagrams.styles import STYLES
from orosec.diagrams.views import view_named
from orosec.errors import NotationError
from orosec.model.files import replace_file
from orosec.model.network import Network, given
from orosec.model.scenario import Scenario
from orosec.queries.packet_diff import changes, fabric, regrouped
from orosec.values import Value

_SIZE = re.compile(r'width="(\d+)pt" height="(\d+)pt"')
_MOST_TOLD = 6
_MOST_WIDE = 640  # points; the output area of JupyterLab in a window of 1300 pixels


class Diagram(Value):
    """A picture of the model: as DOT, SVG and PNG, and told in words.

    Attributes:
        dot: the DOT text.
        words: the same in sentences, for those who do not see the picture.
    """

    def __init__(self, dot: str, words: Sequence[str]) -> None:
        self.dot = dot
        self.words = tuple(words)

    @property
    def text(self) -> str:
        """The words, then the DOT: what is shown where pictures are not."""
        return "\n".join([*self.words, "", self.dot])

    def picture(self, form: str) -> bytes:
        """Draw it as ``svg`` or ``png``.

        Raises:
            NoRenderer: nothing here can draw.
        """
        return render(self.dot, form)

    def save(self, path: str | Path) -> Path:
        """Write it to a file whose ending names the form: .svg, .png or .dot.

        Raises:
            NotationError: another ending.
            NoRenderer: nothing here can draw.
            OutputError: the file cannot be written; its old content still stands.
        """
        target = Path(path)
        form = target.suffix.lower().lstrip(".")
        if form not in ("dot", *FORMATS):
            hint = "let it end in .svg, .png or .dot"
            raise NotationError(str(path), "names no picture", hint)
        replace_file(target, self.dot.encode() if form == "dot" else self.picture(form))
        return target

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        try:
            svg = self.picture("svg").decode("utf-8")
            png = b64encode(self.picture("png")).decode("ascii")
        except NoRenderer as error:
            return {"text/plain": f"{error}\n\n{self.text}"}
        label = escape("; ".join(self.words), quote=True)
        named = _narrow(svg).replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
        return {"image/svg+xml": named, "image/png": png, "text/plain": self.text}


def _narrow(svg: str) -> str:
    """Let an SVG be no wider than a notebook, which scrolls it instead of scaling it."""
    found = _SIZE.search(svg)
    if found is None or int(found[1]) <= _MOST_WIDE:
        return svg
    height = int(found[2]) * _MOST_WIDE // int(found[1])
    return _SIZE.sub(f'width="{_MOST_WIDE}pt" height="{height}pt"', svg, count=1)


def draw(
    *shown: str | Network | Scenario,
    cdn: str | None = None,
    reading: str = "operational",
    network: Network | None = None,
) -> Diagram:
    """Draw one view of the model, or what a change does to it.

    ``draw("egress")`` draws a view of the documented network, ``draw(proposal)`` draws
    another network, and ``draw(before, after)`` tells opened, closed and unchanged
    connections apart and names the promises that break.

    Args:
        shown: the network, or two of them, before and after; then the name of a view
            in `orosec.diagrams.views.VIEWS`. The documented network and ``segmentation``
            where left out. A `Scenario` stands for a network under its own CDN and reading.
        cdn: ``google`` or ``cloudflare``; where left out, google, or the one that is there.
        reading: ``operational`` or ``literal``.
        network: the same as the first of *shown*.

    Raises:
        UnknownNameError: no such view, CDN or reading.
        TypeError: more than two networks, or more than one view.
    """
    views = [each for each in shown if isinstance(each, str)]
    named = [each for each in (network, *shown) if not isinstance(each, str | None)]
    if named[2:] or views[1:]:
        raise TypeError("draw takes one network or two, and one view")
    scenarios = [
        each if isinstance(each, Scenario) else given(each).scenario(cdn, reading)
        for each in named or [given(None)]
    ]
    return _drawn(views[0] if views else "segmentation", *scenarios)


def _drawn(name: str, before: Scenario, after: Scenario | None = None) -> Diagram:
    view, told, rows = view_named(name), [], []
    if after is None:
        title = f"{view.title} ({_variant(before)})"
        every = [
            one._replace(label=(label(before, one),), ids=cited(before, one))
            for one in arrows(before, view)
        ]
        boxes, found = boxed(every, [before])
    else:
        moved, elsewhere = changed(before, after, view)
        title = f"{view.title}: {_change(before, after)}"
        boxes, found = boxed(moved, [before, after])
        told = [f"{claim} breaks" for claim in elsewhere]
        told += (_line(arrow, *arrow.ends) for arrow in untold(before, after, moved))
        if told[_MOST_TOLD:]:
            told[_MOST_TOLD:] = [f"and {len(told) - _MOST_TOLD} more (see diff)"]
        tables = {"new": _rows(after, before), "gone": _rows(before, after)}
        rows = [f"{what} or changed: {names}" for what, names in tables.items() if names]
        rows += regrouped(before, after)
    nowhere = "on no arrow of this picture"
    notes = [f"{nowhere.capitalize()}:", *told, *rows] if told else rows
    words = [*_words(title, boxes, found), *(f"{line}, {nowhere}" for line in told), *rows]
    tables = (after or before).tables
    books = {row.section: row.notebook for row in tables.sections if row.notebook}
    pages = {
        row.sentence: f"{books[row.section]}.ipynb"
        for row in tables.sentences
        if row.section in books
    }
    functions = {box.name: box.function for box in boxes}
    shown = [one for one in found if not view.plain or _plain(one, functions)]
    return Diagram(dot_text([title], boxes, shown, notes, pages), words)


def _plain(arrow: Arrow, functions: Mapping[str, str]) -> bool:
    """Return whether a plain picture shows an arrow, and does not leave it to the words."""
    out = arrow.kind in ("leaving", "unchanged") and arrow.note.startswith(("outward", "as "))
    ends = [functions[end] for end in arrow.ends]
    aside = ends[0] in ("cdn", "vpn", "bridge") or ends[1] == "cdn"
    return arrow.kind != "unserved" and not (out and aside)


def _rows(here: Scenario, there: Scenario) -> str:
    """Name the rows of *here* that names and ways are made of, and *there* has not so."""
    tables: Any = zip(fabric(here)[:-1], fabric(there)[:-1], strict=True)
    found = [row for own, other in tables for row in own if row not in other]
    return ", ".join(f"{type(row).__name__[:-3].lower()} {row[0]}" for row in found)


def _variant(scenario: Scenario) -> str:
    return f"{scenario.cdn}, {scenario.reading} reading"


def _change(before: Scenario, after: Scenario) -> str:
    if before.reading != after.reading:
        return f"from {_variant(before)}, to {_variant(after)}"
    if before.cdn != after.cdn:
        return f"from {before.cdn} to {after.cdn} ({after.reading} reading)"
    moved = changes(before, after) or fabric(before) != fabric(after)
    return f"{'what' if moved else 'no arrow'} changes ({_variant(after)})"


def _words(title: str, boxes: Sequence[Box], found: Sequence[Arrow]) -> list[str]:
    """Say in a sentence what each box that came or went, and each arrow, means."""
    names = {box.name: ", ".join(box.names) for box in boxes}
    moved = {"opened": "is new", "closed": "is gone"}
    lines = [f"{names[box.name]} {moved[box.kind]}" for box in boxes if box.kind]
    lines += (_line(arrow, *(names[end] for end in arrow.ends)) for arrow in found)
    return [title, *lines]


def _line(arrow: Arrow, *pair: str) -> str:
    broken = f"; breaks {' '.join(arrow.breaks)}" if arrow.breaks else ""
    what = f"{' → '.join(pair)}: {', '.join(arrow.label)}"
    return f"{what} ({STYLES[arrow.kind].meaning}{broken})"
