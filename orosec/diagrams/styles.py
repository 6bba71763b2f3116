"""Styles: how each kind of arrow and box looks, and what it means, in every picture.

Colour says what kind a thing is, width whether it changed, the dash its state: dots that
nobody answers, dashes that it is gone. Each pair differs in shape or width as well, so no
meaning hangs on colour alone. No value has two meanings, so the dark drawing of a picture
is the same text with each value exchanged (`DARK`).
"""

from __future__ import annotations

from typing import NamedTuple

from orosec.diagrams.render import FONT

INK, SOFT, CALM, WAY, OUT = "#1b1f24", "#57606a", "#7a838d", "#0068a8", "#009068"
ALARM, ON_ALARM, OPEN, OPEN_EDGE = "#b42318", "#fffffe", "#ffe9b8", "#b27a00"
BRIDGE, BRIDGE_FILL, FIELD, ZONE_EDGE = "#9c3d78", "#f8e6f1", "#f2f4f7", "#8b949e"
GROUND, EDGE = "#ffffff", "#59626c"

DARK = {INK: "#e6edf3", SOFT: "#a3adb7", CALM: "#7e8791", WAY: "#4ba6ec", OUT: "#7fe3bb"}
DARK |= {ALARM: "#ff8577", ON_ALARM: "#1a0d0b", OPEN: "#4a390f", OPEN_EDGE: "#e3b341"}
DARK |= {BRIDGE: "#e79bcc", BRIDGE_FILL: "#45253c", FIELD: "#1d2229", ZONE_EDGE: "#6f7882"}
DARK |= {GROUND: "#0f1318", EDGE: "#a2abb5"}
"""Each light value, and the dark one: texts have a contrast of 4.5 and more, lines of 3."""




def _looks(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


class Style(NamedTuple):
    """How one kind of arrow looks, and what it means.

    Attributes:
        color: of the line.
        line: solid, dashed or dotted; double is two thin lines.
        width: of the line, in points.
        head: the head of the arrow.
        sample: what stands for it in the legend.
        meaning: what the legend says.
    """

    color: str
    line: str
    width: str
    head: str
    sample: str
    meaning: str


STYLES = {
    "served": Style(WAY, "solid", "2", "normal", "––", "allowed and answered"),
    "tunnel": Style(WAY, "double", "1.4", "normal", "==", "tunnel, opened from its tail"),
    "unserved": Style(CALM, "dotted", "1.2", "normal", "· · ·", "allowed, nobody answers"),
    "leaving": Style(OUT, "solid", "2", "empty", "––", "on the way out"),
    "bridge": Style(BRIDGE, "solid", "6", "none", "bar", "stands in both subnets"),
    "opened": Style(WAY, "solid", "4", "normal", "thick", "opened by the change"),
    "closed": Style(WAY, "dashed", "3", "normal", "– –", "closed by the change"),
    "heard": Style(WAY, "solid", "3", "normal", "thick", "now answered"),
    "unheard": Style(CALM, "dotted", "3", "normal", "· · ·", "now nobody answers"),
    "unchanged": Style(CALM, "solid", "1", "normal", "––", "as before"),
    "breaks": Style(ALARM, "solid", "4", "normal", "red", "breaks a promise"),
}
"""How arrows look by their kind; whatever breaks a promise takes the colour of the last."""

SAID = {"opened": "new:", "closed": "closed:", "heard": "now answered:"}
SAID |= {"unheard": "now nobody answers:"}
"""What the label of an arrow says of a change."""

DEPTHS = {"outside": 0, "cdn": 1, "vpn": 1, "foot": 1.5, "bridge": 2}
DEPTHS |= {"application": 4, "egress": 5}
"""How far from the visitor a box stands, by the function of its nodes."""

NAMES = {"tcp:22": "ssh 22", "tcp:80": "http 80", "tcp:443": "https 443"}
NAMES |= {"tcp:5432": "postgres 5432", "icmp": "ping"}
"""Services by the names that people know them by."""

_TEXT = f"fontname={FONT} fontsize=11 fontcolor="
GRAPH = _looks(
    f"rankdir=LR newrank=true outputorder=edgesfirst bgcolor={GROUND} nodesep=0.22 "
    f"ranksep=0.18 pad=0.05 labelloc=b labeljust=l {_TEXT}{SOFT}"
)
NODE = _looks(
    f"shape=box style=filled,rounded color={EDGE} fillcolor={GROUND} height=0.3 "
    f"margin=0.08,0.05 {_TEXT}{INK}"
)
WHOLE = _looks("labelloc=t labeljust=l pencolor=transparent margin=4")
ZONE = _looks(
    f"style=filled,rounded fillcolor={FIELD} pencolor={ZONE_EDGE} margin=8 labelloc=t"
)
FOOT = _looks(f"label= style=filled color={BRIDGE} fillcolor={BRIDGE} fixedsize=true")
FOOT |= _looks("width=0.1 height=0.36")
BARE = _looks("style= penwidth=0 margin=0.04,0.02")
BOXES = {
    "open": _looks(f"color={OPEN_EDGE} fillcolor={OPEN} penwidth=1.5"),
    "bridge": _looks(f"color={BRIDGE} fillcolor={BRIDGE_FILL} penwidth=1.5"),
    "egress": _looks(f"color={OUT} penwidth=1.5"),
    "opened": _looks(f"color={WAY} penwidth=2.5"),
    "closed": _looks(f"color={WAY} penwidth=2.5 style=filled,rounded,dashed"),
}
"""How boxes look: who answers the internet, has several feet, sends on, is new or gone."""
