"""DOT text: boxes, arrows and a legend, written in a fixed order.

The text is the same from run to run. Names come from files and are quoted, so that
none is taken for markup, an escape, a port or a keyword.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
    Style,
)

_MOST_BROKEN = 4
_WIDTH = 34


def dot_text(
    title: str, boxes: Sequence[Box], arrows: Sequence[Arrow], notes: Sequence[str] = ()
) -> str:
    """Write a diagram as DOT.

    Args:
        title: its caption.
        boxes: what to draw, in order.
        arrows: what joins the boxes, in order.
        notes: lines below the picture.
    """
    graph = Digraph(
        "orosec",
        graph_attr={
            "rankdir": "LR",
            "bgcolor": GROUND,
            "fontname": FONT,
            "fontsize": "15",
            "fontcolor": INK,
            "label": safe(title),
            "labelloc": "t",
            "nodesep": "0.3",
            "ranksep": "0.5",
            "pad": "0.25",
        },
        node_attr={
            "shape": "box",
            "style": "rounded,filled",
            "fontname": FONT,
            "fontsize": "12",
            "fontcolor": INK,
            "color": FRAME,
            "margin": "0.18,0.1",
        },
        edge_attr={"fontname": FONT, "fontsize": "11", "fontcolor": INK},
    )
    for place in dict.fromkeys(box.place for box in boxes):
        _add_place(graph, place, [box for box in boxes if box.place == place])
    depths = {box.name: DEPTHS[box.function] for box in boxes}
    for arrow in arrows:
        _add_arrow(graph, arrow, back=depths[arrow.source] > depths[arrow.destination])
    _add_legend(graph, arrows)
    _add_notes(graph, notes)
    source: str = graph.source
    return source


def _add_place(graph: Digraph, place: str, boxes: Sequence[Box]) -> None:
    if not place:
        for box in boxes:
            _add_box(graph, box)
        return
    with graph.subgraph(name=f"cluster_{_id(boxes[0].name)}") as cluster:
        cluster.attr(
            label=safe(place),
            labeljust="l",
            style="rounded",
            color=FRAME,
            penwidth="1.5",
            fontname=FONT,
            fontsize="12",
            fontcolor=QUIET,
            bgcolor=PLACE,
        )
        for box in boxes:
            _add_box(cluster, box)


def _add_box(graph: Digraph, box: Box) -> None:
    look = {"fillcolor": FILLS[box.function]}
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
    ends = [_id(arrow.source), _id(arrow.destination)]
    look = {"color": style.color, "style": style.line, "penwidth": style.width}
    lines = [part for line in arrow.label for part in wrap(line, _WIDTH)]
    lines += _broken_lines(arrow.breaks)
    if arrow.breaks:
        look |= {"fontcolor": ALARM, "color": f"{style.color}:{GROUND}:{ALARM}"}
    if back:
        look |= {"dir": "back"}
        ends.reverse()
    graph.edge(*ends, label=_lines(f" {line} " for line in lines), **look)


def _broken_lines(claims: Sequence[str]) -> list[str]:
    if not claims:
        return []
    more = len(claims) - _MOST_BROKEN
    rest = [f"and {more} more"] if more > 0 else []
    return [f"breaks {claims[0]}", *claims[1:_MOST_BROKEN], *rest, ""]


def _add_legend(graph: Digraph, arrows: Sequence[Arrow]) -> None:
    used = [kind for kind in STYLES if any(arrow.kind == kind for arrow in arrows)]
    keys = [STYLES[kind] for kind in used]
    if any(arrow.breaks for arrow in arrows):
        keys.append(BROKEN)
    if not keys:
        return
    with graph.subgraph(name="cluster_legend") as legend:
        legend.attr(
            label="Legend",
            style="rounded",
            color=FAINT,
            fontname=FONT,
            fontsize="11",
            fontcolor=QUIET,
        )
        for number, style in enumerate(reversed(keys)):  # drawn from the bottom up
            _add_key(legend, f"legend_{number}", style)


def _add_key(legend: Digraph, name: str, style: Style) -> None:
    ends = [f"{name}_{end}" for end in ("from", "to")]
    legend.node(ends[0], label="", shape="point", width="0.05", color=FRAME)
    legend.node(
        ends[1],
        label=safe(style.meaning),
        shape="plaintext",
        style="",
        fontsize="10",
        height="0.2",
        margin="0.04,0.02",
    )
    legend.edge(*ends, color=style.color, style=style.line, penwidth=style.width)


def _add_notes(graph: Digraph, notes: Sequence[str]) -> None:
    if notes:
        look = {"shape": "plaintext", "style": "", "fontcolor": ALARM, "fontsize": "11"}
        graph.node("notes", label=_lines(notes), **look)


def _lines(lines: Iterable[str]) -> str:
    joined: str = nohtml("\\n".join(map(safe, lines)))
    return joined


def safe(text: str) -> str:
    """Quote text for DOT, so that no name is taken for markup or an escape."""
    quoted: str = nohtml(escape(text))
    return quoted


def _id(name: str) -> str:
    """Return an identifier that DOT takes for no port, no keyword and no markup."""
    plain = re.sub(r"[^a-z0-9-]", lambda found: f"_{ord(found[0]):x}", name)
    return "n_" + plain.replace("-", "_")
