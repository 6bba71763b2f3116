"""DOT text: boxes, arrows and a legend, set out from left to right in a fixed order.

People stand on the left, then the edge and the DMZ, the bridge, the application nodes and
the way out. A label is a node of its own in the line of its arrow: so lines are led around
it, which they are not around labels at their side. Who has a foot in a subnet besides its
own place is joined to that foot. Arrows that are alike at all application boxes of a subnet
are drawn once, to the frame around these.

The text is the same from run to run. Names come from files and are quoted, so that
none is taken for markup, an escape, a port or a keyword.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from html import escape
from textwrap import wrap
from types import MappingProxyType
from typing import Any

from graphviz import Digraph
from graphviz.quoting import escape as plain
from graphviz.quoting import nohtml

from orosec.diagrams import styles
from orosec.diagrams.arrows import Arrow
from orosec.diagrams.boxes import Box
from orosec.diagrams.render import FONT
from orosec.engine.packet_set import NOTHING
from orosec.model.addressing import grouped

_SILENT = "(nobody answers)"
_MOST_LINES, _WIDTH, _WIDE, _KEYS = 4, 15, 100, 3

_GRAPH = {"rankdir": "LR", "bgcolor": styles.GROUND, "fontname": FONT, "fontsize": "11"}
_GRAPH |= {"fontcolor": styles.SOFT, "nodesep": "0.22", "ranksep": "0.18", "pad": "0.05"}
_GRAPH |= {"newrank": "true", "compound": "true", "outputorder": "edgesfirst"}
_GRAPH |= {"labelloc": "b", "labeljust": "l", "margin": "0"}
_NODE = {"shape": "box", "style": "filled,rounded", "fontname": FONT, "fontsize": "11"}
_NODE |= {"fontcolor": styles.INK, "color": styles.EDGE, "fillcolor": styles.GROUND}
_NODE |= {"margin": "0.08,0.05", "height": "0.3"}
_EDGE = {"arrowsize": "0.7"}
_WHOLE = {"labelloc": "t", "labeljust": "l", "pencolor": "transparent", "margin": "4"}
_ZONE = {"labeljust": "l", "style": "filled,rounded", "fillcolor": styles.ZONE}
_ZONE |= {"pencolor": styles.ZONE_EDGE, "margin": "8"}
_FOOT = {"label": "", "style": "filled", "fixedsize": "true", "width": "0.1"}
_FOOT |= {"height": "0.36", "color": styles.BRIDGE, "fillcolor": styles.BRIDGE}
_BARE = {"style": "", "penwidth": "0", "margin": "0.04,0.02"}
_LOOKS = {
    "open": {"color": styles.OPEN_EDGE, "fillcolor": styles.OPEN, "penwidth": "1.5"},
    "bridge": {"color": styles.BRIDGE, "fillcolor": styles.BRIDGE_FILL, "penwidth": "1.5"},
    "egress": {"color": styles.OUT, "penwidth": "1.5"},
}
_BREAKS = {"color": styles.ALARM, "width": "4"}
_TABLE = '<table border="0" cellpadding="{}" cellspacing="{}">{}</table>'
_wrapped = partial(wrap, break_long_words=False)
_note = partial(wrap, width=_WIDE, max_lines=2, placeholder=" ...", subsequent_indent="   ")


def dot_text(
    title: Sequence[str],
    boxes: Sequence[Box],
    arrows: Sequence[Arrow],
    notes: Sequence[str] = (),
    pages: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Write a diagram as DOT.

    Args:
        title: its message, and what it is about.
        boxes: what to draw, in order.
        arrows: what joins the boxes, in order.
        notes: lines below the picture, which shows at most the beginning of a long one.
        pages: where each sentence is treated; a link from its id.
    """
    drawing = _Drawing(boxes, arrows, pages)
    looks = {"graph_attr": _GRAPH | {"label": _below(drawing, notes)}, "node_attr": _NODE}
    graph = Digraph("orosec", **looks, edge_attr=_EDGE)
    with graph.subgraph(name="cluster_all") as whole:
        lines = [f'<font point-size="15" color="{styles.INK}"><b>{_safe(title[0])}</b></font>']
        lines += map(_safe, title[1:])
        whole.attr(label=f"<{_table(_left(line) for line in lines)}>", **_WHOLE)
        drawing.write(whole)
    return str(graph.source)


class _Drawing:
    """One picture while it is written: what is drawn, and in which row it stands."""

    def __init__(
        self, boxes: Sequence[Box], arrows: Sequence[Arrow], pages: Mapping[str, str]
    ) -> None:
        self.parts, self.pages = {box.name: box for box in boxes}, pages
        inner = [box for box in boxes if box.function in ("application", "egress")]
        self.deep = {box.place for box in inner} or {box.feet[-1] for box in boxes if box.feet}
        self.crowd: dict[str, str] = {}  # of each application box, the frame that it is in
        members = grouped((b.place, b.name) for b in inner if b.function == "application")
        for place, names in members.items():
            if place and names[1:]:
                self.crowd |= dict.fromkeys(names, frame := f"nodes of {place}")
                many = sum(self.parts[name].count for name in names)
                self.parts[frame] = Box(frame, names, (), place, "application", "", count=many)
                arrows = [*_together(arrows, frame, names)]
        feet = [(box.name, self._foot(box, at)) for box in boxes for at in box.feet]
        self.arrows = [Arrow(foot, name, "bridge", "") for name, foot in feet]
        for one in arrows:
            ends = self._end(*one.ends), self._end(*one.ends[::-1], called=True)
            self.arrows.append(one._replace(source=ends[0], destination=ends[1]))
        self.met = {end for arrow in self.arrows for end in arrow.ends}
        self.rows: dict[str, str] = {}
        taken = set()
        for one in sorted(self.arrows, key=lambda one: min(map(self.depth, one.ends))):
            left, right = sorted(one.ends, key=self.depth)
            row, there = self.rows.setdefault(self.node(left), left), self.depth(right)
            out = one.note.startswith(("outward", "as "))
            if not out and not self.flat(one) and (row, there) not in taken:
                taken.add((row, there))
                self.rows.setdefault(self.node(right), row)

    def _foot(self, box: Box, place: str) -> str:
        """Return the foot of a box in a subnet, as a part of its own."""
        name = f"{box.name} in {place}"
        self.parts[name] = Box(name, (), (), place, "foot", "")
        return name

    def _end(self, name: str, other: str, *, called: bool = False) -> str:
        """Return what an arrow meets: a foot near its other end, or the far side."""
        box, there = self.parts[name], self.parts[other]
        for foot in box.feet:
            if foot in (there.place, *there.feet):
                return self._foot(box, foot)
        if not called or box.place or box.function != "outside":
            return name
        self.parts[f"to {name}"] = box._replace(name=f"to {name}", function="beyond")
        return f"to {name}"

    def node(self, name: str) -> str:
        """Return the part that is drawn: the frame where a box is in one."""
        return self.crowd.get(name, name)

    def depth(self, name: str) -> float:
        """Say how far to the right a part stands."""
        box = self.parts[name]
        depth = styles.DEPTHS.get(box.function, 1.0)
        if box.place in self.deep:
            return max(depth, 3)
        return min(depth, 1.5) if box.place else depth

    def flat(self, arrow: Arrow) -> bool:
        """Return whether an arrow runs down between boxes of the application subnet."""
        ends = [self.parts[end] for end in arrow.ends]
        near = ends[0].place == ends[1].place and ends[0].place in self.deep
        return near and not any(end.function == "foot" for end in ends)

    def write(self, graph: Digraph) -> None:
        """Write boxes and labels subnet by subnet, then lines; what is last stands on top."""
        drawn: dict[str, list[tuple[float, str, dict[str, str]]]] = {}
        level: dict[str, list[str]] = {}
        lines = []
        for name, box in self.parts.items():
            stranger = box.function in ("outside", "beyond") and not box.place
            if name in self.crowd or box.function == "beyond" or (stranger and name not in self.met):
                continue
            drawn.setdefault(box.place, []).append((self.depth(name), name, self._box(box)))
            if box.place in self.deep and box.function != "foot":
                level.setdefault(box.place, []).append(name)
            elif self.depth(name) == 1:
                level.setdefault("", []).append(name)
        for number, arrow in enumerate(self.arrows):
            places = {self.parts[end].place for end in arrow.ends}
            place, label = places.pop() if len(places) == 1 else "", f"label {number}"
            text, row = self._label(arrow), self._row(arrow)
            if text:
                middle = sum(map(self.depth, arrow.ends)) / 2
                look = {"label": text, "shape": "plain", "style": ""} | row
                drawn.setdefault(place, []).append((middle, label, look))
                if self.flat(arrow):
                    level[place].append(label)
            lines += self._lines(arrow, label if text else "", row)
        for place in reversed(drawn):
            around = graph.subgraph(name=f"cluster_{_id(place)}")
            with around if place else nullcontext(graph) as zone:
                if place:
                    side = {} if place in self.deep else {"labelloc": "b", "labeljust": "r"}
                    zone.attr(label=f"<<b>{_safe(place)}</b>>", **_ZONE | side)
                for _, name, look in sorted(drawn[place][::-1], key=lambda one: -one[0]):
                    zone.node(_id(name), **look)
                with zone.subgraph() as same:
                    same.attr(rank="same")
                    for name in level.get(place, ()):
                        same.node(_id(name))
        for tail, head, look in lines:
            graph.edge(tail, head, **look)

    def _row(self, arrow: Arrow) -> dict[str, str]:
        rows = {self.rows.get(self.node(end), "") for end in arrow.ends}
        return {"group": _id(rows.pop())} if len(rows) == 1 else {}

    def _box(self, box: Box) -> dict[str, str]:
        """Return the look of a box; a stroke and a fill say what it is."""
        row = {"group": _id(self.rows[box.name])} if box.name in self.rows else {}
        if box.function == "foot":
            return row | _FOOT
        if box.name in self.crowd.values():
            own = [self.parts[name] for name in box.names if name in self.met]
            rest = [self.parts[name] for name in box.names if name not in self.met]
            cells = [self._cell(one) for one in own]
            lines = "<br/>".join(map(_safe, _cut(line for one in rest for line in one.lines)))
            cells += [f"<td>{lines}</td>"] if rest else []
            cells += [f'<td><font color="{styles.SOFT}">{box.count} nodes</font></td>']
            return row | {"label": f"<{_table(cells, 4, 2)}>", "margin": "0.03"}
        stranger = box.function == "outside" and not box.place
        lines = [*_cut(box.lines, 16 if stranger else 10)]
        look = row | {"label": nohtml("\\n".join(map(plain, lines)))}
        if box.kind:
            style = styles.STYLES[box.kind]
            stroke = {"color": style.color, "penwidth": "2.5"}
            return look | stroke | {"style": f"filled,rounded,{style.line}"}
        kind = "open" if box.public else "bridge" if box.feet else box.function
        return look | (_BARE if stranger else _LOOKS.get(kind, {}))

    def _cell(self, box: Box) -> str:
        style = styles.STYLES.get(box.kind)
        color, width = (style.color, 2) if style else (styles.EDGE, 1)
        port = f'port="{_id(box.name)}" style="rounded" cellpadding="4"'
        lines = "<br/>".join(map(_safe, _cut(box.lines)))
        return f'<td {port} border="{width}" color="{color}">{lines}</td>'

    def _lines(
        self, arrow: Arrow, label: str, row: dict[str, str]
    ) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Yield the pieces of an arrow: one, or two with its label between them."""
        left, right = sorted(arrow.ends, key=self.depth, reverse=self.flat(arrow))
        style = styles.STYLES[arrow.kind]._replace(**_BREAKS if arrow.breaks else {})
        look = {"color": style.color, "style": style.line, "penwidth": style.width}
        look |= {"weight": "20"} if row else {}
        if style.line == "double":
            look |= {"style": "solid", "color": f"{style.color}:invis:{style.color}"}
        back = left != arrow.source
        head = {"dir": "back", "arrowtail": style.head} if back else {"arrowhead": style.head}
        if style.line == "double" and back:
            head |= {"color": f"invis:{look['color']}:invis"}
        if arrow.kind == "bridge":
            head |= {"tailport": "e", "headport": "w"}
        tail, end = (self._met(name) for name in (left, right))
        beyond = self.parts[right].function == "beyond"
        if not label:
            yield tail, end, look | head
            return
        yield tail, _id(label), look | (head if back or beyond else {"dir": "none"})
        if not beyond:
            yield _id(label), end, look | ({"dir": "none"} if back else head)

    def _met(self, name: str) -> str:
        """Return the node that a line meets, and where."""
        return f"{_id(self.crowd[name])}:{_id(name)}" if name in self.crowd else _id(name)

    def _label(self, arrow: Arrow) -> str:
        """Write what stands in the line of an arrow: what, by which sentences, what breaks."""
        if arrow.kind == "bridge":
            return ""
        if arrow.note == "outward" and not arrow.breaks:
            return ""  # the arrow that goes on says the same
        said = [styles.SAID[arrow.kind]] if arrow.kind in styles.SAID else []
        said += [arrow.destination] if self.parts[arrow.destination].function == "beyond" else []
        told = [line for line in arrow.label if not line.endswith(_SILENT)]
        quiet = arrow.kind == "unchanged" and told
        parts = [part for line in (told if quiet else arrow.label) for part in re.split(r"(?<=,) ", _named(line))]
        lines = [row for part in parts for row in _wrapped(part.rstrip(","), _WIDTH)]
        if lines[_MOST_LINES:]:
            lines[_MOST_LINES - 1 :] = ["and more"]
        rows = [f"<td> {_safe(line)} </td>" for line in (*said, *lines)]
        if arrow.breaks:
            first, *others = arrow.breaks
            chip = f'<font color="{styles.ON_ALARM}"><b>breaks {_safe(first)}</b></font>'
            rows.append(f'<td bgcolor="{styles.ALARM}"> {chip} </td>')
            rest = wrap(f"and {', '.join(others)}", _WIDTH)[:2] if others else []
            rows += [f"<td> {_safe(line)} </td>" for line in rest]
        elif arrow.ids:
            ids = "".join(map(self._id, arrow.ids))
            rows.append(f"<td>{_TABLE.format(1, 0, f'<tr>{ids}</tr>')}</td>")
        return f"<{_table(rows)}>"

    def _id(self, sentence: str) -> str:
        page = self.pages.get(sentence, "")
        link = f' href="{_safe(page)}.ipynb" title="{_safe(page)}"' if page else ""
        return f"<td{link}><b>{_safe(sentence)}</b></td>"


def _together(
    arrows: Iterable[Arrow], crowd: str, names: Sequence[str]
) -> Iterator[Arrow]:
    """Yield one arrow for those that are alike at all application boxes of a subnet."""
    for end in ("source", "destination"):
        alike = grouped((one._replace(packets=NOTHING, **{end: ""}), one) for one in arrows)
        arrows = []
        for key, found in alike.items():
            ends = {getattr(one, end) for one in found}
            if {*names} <= ends:
                arrows.append(key._replace(**{end: crowd}))
                found = [one for one in found if getattr(one, end) not in names]
            arrows += found
    yield from arrows


def _named(line: str) -> str:
    """Write services with their usual names."""
    return re.sub(r"\w+:\d+|icmp\b", lambda x: styles.NAMES.get(x[0], x[0].replace(":", " ")), line)


def _below(drawing: _Drawing, notes: Sequence[str]) -> str:
    """Write what stands below: what no arrow shows, and what the marks mean."""
    plain = (line.replace("→", "to") for line in notes)  # the font has no arrow
    parts = [part for line in plain for part in _note(line)]
    rows = [f'<td align="left">{_safe(line)}</td>' for line in parts]
    keys = [*_keys(drawing)]
    cut = (f"{''.join(keys[at : at + _KEYS])}" for at in range(0, len(keys), _KEYS))
    rows.append(_left(_TABLE.format(0, 0, "".join(f"<tr>{row}</tr>" for row in cut))))
    return f"<{_table(rows)}>"


def _keys(drawing: _Drawing) -> Iterator[str]:
    """Yield a sample and a meaning for each mark that the picture uses."""
    kinds = {arrow.kind for arrow in drawing.arrows if not arrow.breaks}
    used = [style for kind, style in styles.STYLES.items() if kind in kinds]
    used += [styles.BROKEN] if any(arrow.breaks for arrow in drawing.arrows) else []
    for style in used:
        sides, high = ("TB", 4) if style.line == "double" else ("B", 7)
        line = "" if style.line in ("double", "solid") else f' style="{style.line}"'
        cell = f'<td width="24" height="{high}" fixedsize="true"'
        border = f' border="{round(float(style.width))}" sides="{sides}" color="{style.color}"'
        sample = f"<tr>{cell}{border}{line}></td></tr>"
        empty = f'<tr><td height="{high + 2}"></td></tr>'
        sample = _TABLE.format(0, 0, (empty if high == 4 else "") + sample + empty)
        yield f"<td>{sample}</td>{_left(f' {style.meaning}    ')}"
    if any(box.public for box in drawing.parts.values()):
        swatch = f'<td border="1" color="{styles.OPEN_EDGE}" bgcolor="{styles.OPEN}" '
        yield f'{swatch}width="13" height="9" fixedsize="true"></td>{_left(" answers the internet    ")}'
    ids = [each for arrow in drawing.arrows for each in arrow.ids]
    if ids:
        yield f'<td colspan="2" align="left"> {_safe(ids[0])}: sentence of the page</td>'


def _cut(lines: Iterable[str], width: int = 10) -> Iterator[str]:
    """Cut lines to a width, but no number from its name."""
    for line in lines:
        for part in _wrapped(line.replace(" ×", "\xa0×"), width):
            yield part.replace("\xa0", " ")


def _table(rows: Iterable[str], pad: int = 1, space: int = 0) -> str:
    return _TABLE.format(pad, space, "".join(f"<tr>{row}</tr>" for row in rows))


def _left(line: str) -> str:
    return f'<td align="left">{line}</td>'


def _safe(text: str) -> str:
    """Quote text for a label in markup, so that no name is taken for a tag or an escape."""
    shown = "".join(each if each.isprintable() else " " for each in text)
    return escape(shown).replace("\\", "\\\\")


def _id(name: str) -> str:
    """Return an identifier that DOT takes for no port, no keyword and no markup."""
    plain = re.sub(r"[^a-z0-9-]", lambda found: f"_{ord(found[0]):x}", name)
    return "n_" + plain.replace("-", "_")
