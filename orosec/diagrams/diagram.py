"""Diagrams of the model: every box is a row, every arrow is computed from the packets.

What is shown is the business of `orosec.diagrams.views`, `orosec.diagrams.arrows`,
`orosec.diagrams.arrow_diff` and `orosec.diagrams.boxes`; how it looks, of
`orosec.diagrams.styles` and `orosec.diagrams.dot`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from orosec.diagrams.arrow_diff import changed, untold
from orosec.diagrams.arrows import Arrow, arrows, cited, label
from orosec.diagrams.boxes import Box, boxed
from orosec.diagrams.dot import dot_text
from orosec.diagrams.render import FORMATS, NoRenderer, render
from orosec.diagrams.styles import LOOKS, STYLES
from orosec.diagrams.views import View, ends, view_named
from orosec.errors import NotationError
from orosec.model.addressing import INTERNET
from orosec.model.files import replace_file
from orosec.model.network import Network, given
from orosec.model.scenario import Scenario
from orosec.queries.packet_diff import changes, fabric, regrouped
from orosec.values import Value

_TITLE = re.compile(r"<title>.*?</title>\n?", re.DOTALL)
_MOST_TOLD = 6
_Told = Mapping[str, Collection[str]]


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

    @property
    def dark(self) -> Diagram:
        """The same for a dark page; the light one has a ground of its own on any page."""
        colors = "|".join(LOOKS["dark"])
        dot = re.sub(colors, lambda found: LOOKS["dark"][found[0]], self.dot)
        return self if dot == self.dot else Diagram(dot, self.words)

    def picture(self, form: str) -> bytes:
        """Draw it as ``svg``, with the words inside it, or ``png``.

        Raises:
            NoRenderer: nothing here can draw.
        """
        drawn = render(self.dot, form)
        if form != "svg":
            return drawn
        title, told = (escape(each) for each in (self.words[0], "; ".join(self.words[1:])))
        style = 'style="max-width:100%;height:auto"'  # no wider than a page
        said = f'<svg {style} role="img" aria-label="{title}: {told}" '
        head, *rest = _TITLE.split(drawn.decode("utf-8").replace("<svg ", said, 1))
        named = f"<title>{title}</title><desc>{told}</desc>"
        return "".join((head, named, *rest)).encode("utf-8")

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
        return {"image/svg+xml": svg, "image/png": png, "text/plain": self.text}


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
    view, here = view_named(name), after or before
    missed: list[str] = []
    if after is None:
        scope = f"{view.title} ({_variant(before)})"
        every = (one._replace(label=(label(before, one),)) for one in arrows(before, view))
        boxes, found = boxed([*every], [before])
        message, told = _message(view, boxes, found), _besides(before, view, found)
    else:
        moved, elsewhere = changed(before, after, view)
        scope = f"{view.title}: {_change(before, after)}"
        boxes, found = boxed(moved, [before, after])
        message = _moved(found, elsewhere)
        missed = [f"{claim} breaks" for claim in elsewhere]
        missed += (_line(arrow, *arrow.ends) for arrow in untold(before, after, moved))
        if missed[_MOST_TOLD:]:
            missed[_MOST_TOLD:] = [f"and {len(missed) - _MOST_TOLD} more (see diff)"]
        new, gone = _rows(after, before), _rows(before, after)
        told = {"new or changed:": new, "gone or changed:": gone}
    rows = [f"{what} {', '.join(names)}" for what, names in told.items() if names]
    rows += regrouped(before, here)
    nowhere = "on no arrow of this picture"
    notes = [f"{nowhere.capitalize()}:"] * bool(missed) + [*missed, *rows] * bool(after)
    words = [f"{message}. {scope}", *_words(boxes, found)]
    words += [*(f"{line}, {nowhere}" for line in missed), *rows]
    shown = _shown((before, here), view, boxes, found)
    books = {row.section: row.notebook for row in here.tables.sections}
    pages = {row.sentence: books.get(row.section, "") for row in here.tables.sentences}
    return Diagram(dot_text((message, scope), boxes, [*shown], notes, pages), words)


def _shown(
    pair: Sequence[Scenario], view: View, boxes: Sequence[Box], found: Sequence[Arrow]
) -> Iterator[Arrow]:
    """Yield the arrows of the picture, with their sentences; the words have the others."""
    does = {box.name: box.function for box in boxes}
    of = {row.claim: row.sentence for each in pair for row in each.tables.claims}
    for one in found:
        still = one.kind in ("leaving", "unchanged")
        out = still and one.note.startswith(("outward", "as "))
        source, destination = (does[end] for end in one.ends)
        aside = source in ("cdn", "vpn", "bridge") or destination == "cdn"
        if not (view.plain and (one.kind == "unserved" or (out and aside))):
            breaks = tuple(dict.fromkeys(of[each] for each in one.breaks))
            ids = one.ids or cited(pair[one.kind != "unchanged"], one.packets)
            yield one._replace(breaks=breaks, ids=ids)


def _message(view: View, boxes: Sequence[Box], found: Sequence[Arrow]) -> str:
    """Say what a picture of one network says, by what is drawn."""
    of = {box.name: box for box in boxes}
    pairs = [[of[end] for end in one.ends] for one in found if one.kind != "leaving"]
    across = [one.name for one, other in pairs if "" != one.place != other.place != ""]
    into = [one.names for one, other in pairs if other.function in view.towards[:1]]
    return view.message.format(
        doors=_listed(box.name for box in boxes if box.public),
        across=_listed([*(box.name for box in boxes if box.feet), *across]),
        into=_listed(name for names in into for name in names),
        shown=_listed(one.note[3:] for one in found if one.note.startswith("as ")),
    )


def _moved(found: Sequence[Arrow], elsewhere: Sequence[str]) -> str:
    """Say what a change comes to: which arrows it marks, and which promises break."""
    kinds = [STYLES[one.kind].meaning for one in found if one.kind != "unchanged"]
    counts = [f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)]
    broken = [name for one in found for name in one.breaks] + [*elsewhere]
    breaks = f"breaks {_listed(broken)}" if broken else "no promise breaks"
    return f"{', '.join(counts) or 'No arrow moves'}; {breaks}"


def _listed(names: Iterable[str]) -> str:
    """Write names, each once, or how many more there are."""
    first, *rest = dict.fromkeys(names) or ["nobody"]
    if rest[1:]:
        rest = [f"{len(rest)} more"]
    return " and ".join((first, *rest))


def _besides(here: Scenario, view: View, found: Sequence[Arrow]) -> _Told:
    """Say what a picture is asked for besides: who is not reached, and what is not sure."""
    called = {one.destination for one in found if one.source == INTERNET}
    takers = (name for name, _ in ends(here, view, "destination") if name in here.members)
    rest = [name for name in takers if called and name not in called]
    ids = {each for one in found for each in one.ids or cited(here, one.packets)}
    near = {row.section for row in here.tables.sentences if row.sentence in ids}
    said = {row.sentence for row in here.tables.sentences if row.section in near}
    cells = (row.sentences.split() for row in here.tables.ambiguities)
    odd = ([one for one in cell if one in ids] for cell in cells)
    claims = filter(here.applies_to, here.tables.claims)
    beyond = [row for row in claims if row.sentence in said and row.expected == "beyond"]
    return {
        "internet opens no connection to": rest,
        "against each other:": dict.fromkeys(" and ".join(one) for one in odd if one[1:]),
        "beyond what rules show:": [row.claim for row in beyond],
    }


def _rows(here: Scenario, there: Scenario) -> list[str]:
    """Name the rows of *here* that names and ways are made of, and *there* has not so."""
    tables: Any = zip(fabric(here)[:-1], fabric(there)[:-1], strict=True)
    found = [row for own, other in tables for row in own if row not in other]
    return [f"{type(row).__name__[:-3].lower()} {row[0]}" for row in found]


def _variant(scenario: Scenario) -> str:
    return f"{scenario.cdn}, {scenario.reading} reading"


def _change(before: Scenario, after: Scenario) -> str:
    if before.reading != after.reading:
        return f"from {_variant(before)}, to {_variant(after)}"
    if before.cdn != after.cdn:
        return f"from {before.cdn} to {after.cdn} ({after.reading} reading)"
    moved = changes(before, after) or fabric(before) != fabric(after)
    return f"{'what' if moved else 'no arrow'} changes ({_variant(after)})"


def _words(boxes: Sequence[Box], found: Sequence[Arrow]) -> Iterator[str]:
    """Say in a sentence what each box that came or went, and each arrow, means."""
    names = {box.name: ", ".join(box.names) for box in boxes}
    moved = {"opened": "is new", "closed": "is gone"}
    yield from (f"{names[box.name]} {moved[box.kind]}" for box in boxes if box.kind)
    yield from (_line(arrow, *(names[end] for end in arrow.ends)) for arrow in found)


def _line(arrow: Arrow, *pair: str) -> str:
    broken = f"; breaks {' '.join(arrow.breaks)}" if arrow.breaks else ""
    what = f"{' → '.join(pair)}: {', '.join(arrow.label)}"
    return f"{what} ({STYLES[arrow.kind].meaning}{broken})"
