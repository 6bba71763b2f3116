"""DOT text: boxes, arrows and a legend, set out from left to right in a fixed order.

People stand on the left, then the edge and the DMZ, the bridge, the application nodes and
the way out. A label is a node of its own in the line of its arrow: lines are led around
nodes, and not around labels beside them. Who has a foot in a subnet besides its own place
is joined to that foot. Application boxes of a subnet stand in one frame, and what is alike
at all of them is one arrow to the frame.

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
from typing import Any

from graphviz import Digraph

from orosec.diagrams.arrows import SILENT, Arrow
from orosec.diagrams.boxes import Box
from orosec.diagrams.styles import LOOKS, STYLES
from orosec.engine.packet_set import NOTHING
from orosec.model.addressing import grouped

_MOST_LINES, _WIDTH, _NAME, _WIDE, _KEYS = 4, 14, 10, 100, 3
Look = dict[str, str]
_short = partial(wrap, max_lines=2, placeholder=" ...", subsequent_indent=" ")


def dot_text(
    title: Sequence[str],
    boxes: Sequence[Box],
    arrows: Sequence[Arrow],
    notes: Sequence[str],
    pages: Mapping[str, str],
) -> str:
    """Write a diagram as DOT.

    Args:
        title: its message, and what it is about.
        boxes: what to draw, in order.
        arrows: what joins the boxes, in order.
        notes: lines below the picture, which shows at most the beginning of a long one.
        pages: where each sentence is treated; a link from its id.
    """
    drawing = _Drawing(boxes, arrows)
    looks = LOOKS["graph"] | {"label": _below(drawing, notes)}
    graph = Digraph("orosec", graph_attr=looks, node_attr=LOOKS["boxes"]["any"])
    lines: list[tuple[str, str, Look]] = []
    for number, arrow in enumerate(drawing.arrows):
        lines += drawing.lines(arrow, f"label {number}", _label(drawing, arrow, pages))
    message, scope = map(safe, title)
    rows = LOOKS["texts"]["message"].format(message), scope
    with graph.subgraph(name="cluster_all", graph_attr=LOOKS["whole"]) as whole:
        whole.attr(label=_table(map(_left, rows)))
        for place, nodes in reversed(drawing.nodes.items()):  # what is last stands on top
            zone = whole.subgraph(name=f"cluster_{_id(place)}", graph_attr=LOOKS["zone"])
            with zone if place else nullcontext(whole) as group:
                if place:
                    group.attr(label=f"<<b>{safe(place)}</b>>")
                with group.subgraph(graph_attr={"rank": "same"}) as column:
                    for _, name, look, stands in sorted(nodes, key=lambda node: node[0]):
                        (column if stands else group).node(_id(name), **look)
        with whole.subgraph(graph_attr={"rank": "same"}) as front:
            for name in drawing.parts:
                if drawing.depth(name) == 1:  # who is met first from outside
                    front.node(_id(name))
    for tail, head, look in lines:
        graph.edge(tail, head, arrowsize="0.7", **look)
    return str(graph.source)


class _Drawing:
    """One picture while it is written: what is drawn, and where."""

    def __init__(self, boxes: Sequence[Box], arrows: Sequence[Arrow]) -> None:
        self.parts = {box.name: box for box in boxes}
        inner = [box for box in boxes if box.function in ("application", "egress")]
        self.deep = {b.place for b in inner} - {""} or {b.feet[-1] for b in boxes if b.feet}
        self.port: dict[str, str] = {}  # of application boxes in the frame of a crowd
        crowds = grouped((b.place, b.name) for b in inner if b.function == "application")
        for place, names in crowds.items():
            if place and names[1:]:
                frame = f"nodes of {place}"
                self.port |= {name: f"{_id(frame)}:{_id(name)}" for name in names}
                many = sum(self.parts[name].many for name in names)
                self.parts[frame] = Box(frame, names, (), place, "frame", "", many=many)
                arrows = [*_together(arrows, frame, names)]
        feet = [(self._foot(box, at), box.name) for box in boxes for at in box.feet]
        self.arrows = [Arrow(*ends, "bridge", "") for ends in feet]
        for one in arrows:
            ends = self._end(*one.ends), self._end(*one.ends[::-1])
            self.arrows.append(one._replace(source=ends[0], destination=ends[1]))
        self.met = {one.source for one in self.arrows}
        self.met |= {one.destination for one in self.arrows if not self.leaves(one)}
        self.nodes: dict[str, list[tuple[float, str, Look, bool]]] = {}
        for name, box in self.parts.items():
            if name not in self.port and (name in self.met or not box.outer):
                at = box.place, self.depth(name)
                self._add(name, self._look(box), *at, box.function != "foot")

    def _add(self, name: str, look: Look, place: str, depth: float, upright: bool) -> None:
        """Add a node to a place: the deeper it is, the earlier and lower it stands."""
        node = -depth, name, look, upright and place in self.deep
        self.nodes.setdefault(place, []).insert(0, node)

    def _add_label(self, arrow: Arrow, name: str, text: str) -> None:
        """Add the label of an arrow, between its ends."""
        one, other = (self.parts[end].place for end in arrow.ends)
        depth = sum(map(self.depth, arrow.ends)) / 2
        look = LOOKS["boxes"]["label"] | {"label": text}
        self._add(name, look, one if one == other else "", depth, self.flat(arrow))

    def _foot(self, box: Box, place: str) -> str:
        name = f"{box.name} in {place}"
        self.parts[name] = Box(name, (), (), place, "foot", "")
        return name

    def _end(self, name: str, other: str) -> str:
        """Return what an arrow meets of a box: its foot near the other end, if any."""
        box, there = self.parts[name], self.parts[other]
        near = (foot for foot in box.feet if foot in (there.place, *there.feet))
        return next((self._foot(box, foot) for foot in near), name)

    def leaves(self, arrow: Arrow) -> bool:
        """Return whether an arrow leads outside, where its label is its end."""
        return self.parts[arrow.destination].outer

    def depth(self, name: str) -> float:
        """Say how far to the right a part stands."""
        box = self.parts[name]
        depth: float = LOOKS["depths"].get(box.function, 1)
        inner = max(depth, 3) if box.place in self.deep else min(depth, 1.5)
        return inner if box.place else depth

    def flat(self, arrow: Arrow) -> bool:
        """Return whether an arrow runs down between boxes of the application subnet."""
        one, other = (self.parts[end] for end in arrow.ends)
        feet = "foot" in (one.function, other.function)
        return one.place == other.place and one.place in self.deep and not feet

    def _look(self, box: Box) -> Look:
        """Return the look of a box; a stroke and a fill say what it is."""
        if box.function == "frame":
            own = [self.parts[name] for name in box.names if name in self.met]
            rest = [self.parts[name] for name in box.names if name not in self.met]
            others = _cut(line for one in rest for line in one.lines)
            cells = [*map(_cell, own), *[f"<td>{others}</td>"] * bool(rest)]
            cells.append(LOOKS["texts"]["many"].format(box.many))
            return {"label": _table(cells, 3, 2), "margin": "0.03"}
        kind = "open" if box.public else "bridge" if box.feet else box.function
        look: Look = LOOKS["boxes"].get("outer" if box.outer else box.kind or kind, {})
        return {"label": f"<{_cut(box.lines, _WIDTH if box.outer else _NAME)}>"} | look

    def lines(self, arrow: Arrow, label: str, text: str) -> Iterator[tuple[str, str, Look]]:
        """Yield the pieces of an arrow: one, or two with its label added between them."""
        style, leaves = STYLES[arrow.kind], self.leaves(arrow)
        sides = sorted(arrow.ends, key=self.depth, reverse=self.flat(arrow))
        ends = [*(arrow.ends if leaves else sides)]
        back = ends[0] != arrow.source
        line, color = style.line, STYLES["breaks" if arrow.breaks else arrow.kind].color
        if line == "double":  # the head is of the first colour, or backwards of the second
            line, color = "solid", f"{color}:invis:{color}"
            color = f"invis:{color}:invis" if back else color
        look = {"style": line, "penwidth": style.width, "color": color}
        look |= {"arrowhead": style.head, "arrowtail": style.head}
        bare, head = look | {"dir": "none"}, look | {"dir": "back" if back else "forward"}
        left, right = (self.port.get(end, _id(end)) for end in ends)
        if not text:
            yield left, right, head | LOOKS["lines"].get(arrow.kind, {})
            return
        self._add_label(arrow, label, text)
        yield left, _id(label), (head if back or leaves else bare) | LOOKS["lines"]["label"]
        if not leaves:
            yield _id(label), right, bare if back else head


def _together(arrows: Iterable[Arrow], frame: str, names: Sequence[str]) -> Iterator[Arrow]:
    """Yield one arrow for those that are alike at all application boxes of a subnet."""
    for end in ("source", "destination"):
        bare: dict[str, Any] = {"packets": NOTHING, end: frame}
        alike = grouped((one._replace(**bare), one) for one in arrows)
        arrows = []
        for key, found in alike.items():
            whole = {*names} <= {getattr(one, end) for one in found}
            arrows += [key] * whole
            arrows += [one for one in found if not (whole and getattr(one, end) in names)]
    yield from arrows


def _label(drawing: _Drawing, arrow: Arrow, pages: Mapping[str, str]) -> str:
    """Write what stands in the line of an arrow: what, by which sentences, what breaks."""
    if arrow.kind == "bridge" or (arrow.note == "outward" and not arrow.breaks):
        return ""  # the arrow that goes on says what leaves
    answered = [line for line in arrow.label if not line.endswith(SILENT)]
    text = ", ".join((arrow.kind == "unchanged" and answered) or arrow.label)
    text = re.sub(r"\w+:\d+|icmp\b", lambda it: LOOKS["names"].get(it[0], it[0]), text)
    parts = text.replace(":", " ").split(", ")
    lines = [row for part in parts for row in wrap(part, _WIDTH)]
    more = ["and more"] * bool(lines[_MOST_LINES:])
    said = [text for kind, text in LOOKS["said"].items() if kind == arrow.kind]
    said += [f"to {arrow.destination}"] * drawing.leaves(arrow)
    rows = [*map(_row, (*said, *lines[: _MOST_LINES - len(more)], *more))]
    if arrow.breaks:
        first, *rest = arrow.breaks
        rows.append(LOOKS["texts"]["breaks"].format(safe(first)))
        rows += map(_row, _short(f"and {', '.join(rest)}" * bool(rest), _WIDTH))
        return _table(rows)
    for each in arrow.ids:
        page = safe(pages.get(each, ""))
        link = f' href="{page}.ipynb" title="{page}"' if page else ""
        rows.append(f"<td{link}><b>{safe(each)}</b></td>")
    return _table(rows)


def _below(drawing: _Drawing, notes: Sequence[str]) -> str:
    """Write what stands below: what no arrow shows, and what the marks mean."""
    plain = (line.replace("→", "to") for line in notes)  # the font has no arrow
    rows = [safe(part) for line in plain for part in _short(line, _WIDE)]
    kinds = {arrow.kind for arrow in drawing.arrows}
    kinds |= {"breaks" for arrow in drawing.arrows if arrow.breaks}
    kinds |= {"open" for box in drawing.parts.values() if box.public and not box.kind}
    keys = (style for kind, style in STYLES.items() if kind in kinds)
    told = [LOOKS["texts"]["key"].format(*key) for key in keys]
    ids = [each for arrow in drawing.arrows for each in arrow.ids]
    told += [f"{safe(each)}: sentence of the page" for each in ids[:1]]
    rows += ["     ".join(told[at : at + _KEYS]) for at in range(0, len(told), _KEYS)]
    return _table(map(_left, rows))


def _cell(box: Box) -> str:
    color = LOOKS["boxes"][box.kind or "any"]["color"]
    edge = f'border="{2 if box.kind else 1}" color="{color}" style="rounded"'
    return f'<td port="{_id(box.name)}" {edge}>{_cut(box.lines)}</td>'


def _cut(lines: Iterable[str], width: int = _NAME) -> str:
    """Cut names to a width, but no number from its name."""
    whole = (line.replace(" ×", "\xa0×") for line in lines)
    parts = (wrap(line, width, break_long_words=False) for line in whole)
    return "<br/>".join(safe(part.replace("\xa0", " ")) for rows in parts for part in rows)


def _table(rows: Iterable[str], pad: int = 1, space: int = 0) -> str:
    looks = f'border="0" cellpadding="{pad}" cellspacing="{space}"'
    return f"<<table {looks}>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>>"


def _row(line: str) -> str:
    return f"<td> {safe(line)} </td>"


def _left(line: str) -> str:
    return f'<td align="left">{line}</td>'


def safe(text: str) -> str:
    """Quote text for a label, so that no name is taken for a tag or an escape."""
    shown = "".join(each if each.isprintable() else " " for each in text)
    return escape(shown).replace("\\", "\\\\")


def _id(name: str) -> str:
    """Return an identifier that DOT takes for no port, no keyword and no markup."""
    plain = re.sub(r"[^a-z0-9-]", lambda found: f"_{ord(found[0]):x}", name)
    return "n_" + plain.replace("-", "_")
