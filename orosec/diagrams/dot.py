"""DOT text: boxes, arrows and a legend, written in a fixed order.

The text is the same from run to run. Names come from files and are quoted, so that
none is taken for markup, an escape, a port or a keyword.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from functools import partial
from textwrap import wrap

from graphviz import Digraph
from graphviz.quoting import escape, nohtml

from orosec.diagrams.arrows import Arrow
from orosec.diagrams.boxes import Box
from orosec.diagrams.render import FONT
from orosec.diagrams.styles import (
    ALARM,
    BROKEN,
    DEPTHS,
    FAINT,
    FILLS,
    FRAME,
    GROUND,
    INK,
    PLACE,
    QUIET,
    STYLES,
)

_MOST_BROKEN = 4
_WIDTH = 34

_TEXT = {"fontname": FONT, "fontcolor": INK, "fontsize": "11"}
_GRAPH = _TEXT | {"fontsize": "15", "labelloc": "t", "bgcolor": GROUND}
_GRAPH |= {"rankdir": "LR", "nodesep": "0.3", "ranksep": "0.5", "pad": "0.25"}
_NODE = _TEXT | {"fontsize": "12", "shape": "box", "style": "rounded,filled"}
_NODE |= {"color": FRAME, "margin": "0.18,0.1"}
_GROUP = _TEXT | {"fontcolor": QUIET, "style": "rounded"}
_PLACE = _GROUP | {"fontsize": "12", "labeljust": "l", "bgcolor": PLACE}
_PLACE |= {"color": FRAME, "penwidth": "1.5"}
_LEGEND = _GROUP | {"label": "Legend", "color": FAINT}
_PLAIN = {"shape": "plaintext", "style": ""}
_KEY = _PLAIN | {"fontsize": "10", "height": "0.2", "margin": "0.04,0.02"}
_POINT = {"label": "", "shape": "point", "width": "0.05", "color": FRAME}
_NOTES = _PLAIN | {"fontsize": "11"}
_note = partial(wrap, width=80, max_lines=2, placeholder=" ...", subsequent_indent="   ")


def dot_text(
    title: str, boxes: Sequence[Box], arrows: Sequence[Arrow], notes: Sequence[str] = ()
) -> str:
    """Write a diagram as DOT.

    Args:
        title: its caption.
        boxes: what to draw, in order.
        arrows: what joins the boxes, in order.
        notes: lines below the picture, which shows at most the beginning of a long one.
    """
    looks = {"graph_attr": _GRAPH | {"label": safe(title)}, "node_attr": _NODE}
    graph = Digraph("orosec", **looks, edge_attr=_TEXT)
    for place in dict.fromkeys(box.place for box in boxes):
        _add_place(graph, place, [box for box in boxes if box.place == place])
    depths = {box.name: DEPTHS.get(box.function, 2) for box in boxes}
    for arrow in arrows:
        _add_arrow(graph, arrow, back=depths[arrow.source] > depths[arrow.destination])
    _add_legend(graph, arrows)
    if notes:
        plain = (line.replace("→", "to") for line in notes)  # the font has no arrow
        parts = (part for line in plain for part in _note(line))
        graph.node("notes", label=_lines((*parts, ""), "\\l"), **_NOTES)
    return str(graph.source)


def _add_place(graph: Digraph, place: str, boxes: Sequence[Box]) -> None:
    around = graph.subgraph(name=f"cluster_{_id(boxes[0].name)}")
    with around if place else nullcontext(graph) as group:
        if place:
            group.attr(label=safe(place), **_PLACE)
        for box in boxes:
            _add_box(group, box)


def _add_box(graph: Digraph, box: Box) -> None:
    look = {"fillcolor": FILLS.get(box.function, GROUND)}
    if box.kind:
        style = STYLES[box.kind]
        look |= {"color": style.color, "penwidth": "2.5"}
        look |= {"style": f"rounded,filled,{style.line}"}
    graph.node(_id(box.name), label=_lines(box.lines), **look)


def _add_arrow(graph: Digraph, arrow: Arrow, *, back: bool) -> None:
    """Add an arrow; one towards the visitor is laid out as its reverse, drawn backwards.

    So boxes stand from outside to inside, and no arrow is bent around its own ends.
    """
    style = STYLES[arrow.kind]
    ends = [_id(end) for end in arrow.ends]
    look = {"color": style.color, "style": style.line, "penwidth": style.width}
    lines = [part for line in arrow.label for part in wrap(line, _WIDTH)]
    if arrow.breaks:
        first, *others = arrow.breaks[:_MOST_BROKEN]
        more = len(arrow.breaks) - _MOST_BROKEN
        rest = [f"and {more} more"] if more > 0 else []
        lines += [f"breaks {first}", *others, *rest, ""]
        between = ALARM if back else GROUND  # the head of an arrow drawn backwards
        look |= {"fontcolor": ALARM, "color": f"{style.color}:{between}:{ALARM}"}
    if back:
        look |= {"dir": "back"}
        ends.reverse()
    graph.edge(*ends, label=_lines(f" {line} " for line in lines), **look)


def _add_legend(graph: Digraph, arrows: Sequence[Arrow]) -> None:
    used = {arrow.kind for arrow in arrows}
    keys = [style for kind, style in STYLES.items() if kind in used]
    keys += [BROKEN] if any(arrow.breaks for arrow in arrows) else []
    if not keys:
        return
    with graph.subgraph(name="cluster_legend") as legend:
        legend.attr(**_LEGEND)
        for number, style in enumerate(reversed(keys)):  # drawn from the bottom up
            ends = [f"legend_{number}_{end}" for end in ("from", "to")]
            legend.node(ends[0], **_POINT)
            legend.node(ends[1], label=safe(style.meaning), **_KEY)
            legend.edge(*ends, color=style.color, style=style.line, penwidth=style.width)


def _lines(lines: Iterable[str], end: str = "\\n") -> str:
    joined: str = nohtml(end.join(map(safe, lines)))
    return joined


def safe(text: str) -> str:
    """Quote text for DOT, so that no name is taken for markup or an escape."""
    quoted: str = nohtml(escape(text))
    return quoted


def _id(name: str) -> str:
    """Return an identifier that DOT takes for no port, no keyword and no markup."""
    plain = re.sub(r"[^a-z0-9-]", lambda found: f"_{ord(found[0]):x}", name)
    return "n_" + plain.replace("-", "_")
