"""Styles: how each kind of arrow and box looks, and what it means, in every picture.

Colour says what kind a thing is, width whether it changed, the dash its state: dots that
nobody answers, dashes that it is gone. Each pair differs in shape or width as well, so no
meaning hangs on colour alone. No value has two meanings, so the dark drawing of a picture
is the same text with each value exchanged (`DARK`).
"""

from __future__ import annotations

from typing import NamedTuple

INK, SOFT, CALM, WAY, OUT = "#1b1f24", "#57606a", "#7a838d", "#0068a8", "#009068"
ALARM, ON_ALARM, OPEN, OPEN_EDGE = "#b42318", "#fffffe", "#ffe9b8", "#b27a00"
BRIDGE, BRIDGE_FILL, ZONE, ZONE_EDGE = "#9c3d78", "#f8e6f1", "#f2f4f7", "#8b949e"
GROUND, EDGE = "#ffffff", "#59626c"

DARK = {INK: "#e6edf3", SOFT: "#a3adb7", CALM: "#7e8791", WAY: "#4ba6ec", OUT: "#7fe3bb"}
DARK |= {ALARM: "#ff8577", ON_ALARM: "#1a0d0b", OPEN: "#4a390f", OPEN_EDGE: "#e3b341"}
DARK |= {BRIDGE: "#e79bcc", BRIDGE_FILL: "#45253c", ZONE: "#1d2229", ZONE_EDGE: "#6f7882"}
DARK |= {GROUND: "#0f1318", EDGE: "#a2abb5"}
"""Each light value, and the dark one: texts have a contrast of 4.5 and more, lines of 3."""


class Style(NamedTuple):
    """How one kind of arrow looks, and what it means.

    Attributes:
        color: of the line.
        line: solid, dashed or dotted; double is two thin lines.
        width: of the line, in points.
        head: the head of the arrow.
        meaning: what the legend says.
    """

    color: str
    line: str
    width: str
    head: str
    meaning: str


STYLES = {
    "served": Style(WAY, "solid", "2", "normal", "allowed and answered"),
    "tunnel": Style(WAY, "double", "1.4", "normal", "tunnel, opened from its tail"),
    "unserved": Style(CALM, "dotted", "1.2", "normal", "allowed, nobody answers"),
    "leaving": Style(OUT, "solid", "2", "empty", "on the way out"),
    "bridge": Style(BRIDGE, "solid", "6", "none", "stands in both subnets"),
    "opened": Style(WAY, "solid", "4", "normal", "opened by the change"),
    "closed": Style(WAY, "dashed", "3", "normal", "closed by the change"),
    "heard": Style(WAY, "solid", "3", "normal", "now answered"),
    "unheard": Style(CALM, "dotted", "3", "normal", "now nobody answers"),
    "unchanged": Style(CALM, "solid", "1", "normal", "as before"),
}
BROKEN = Style(ALARM, "solid", "4", "normal", "breaks a promise")
"""Takes the colour of an arrow of any kind."""

SAID = {"opened": "new:", "closed": "closed:", "heard": "now answered:"}
SAID |= {"unheard": "now nobody answers:"}
"""What the label of an arrow says of a change."""

DEPTHS = {"outside": 0, "cdn": 1, "vpn": 1, "foot": 1.5, "bridge": 2}
DEPTHS |= {"application": 4, "egress": 5, "beyond": 9}
"""How far from the visitor a box stands, by the function of its nodes."""

NAMES = {"tcp:22": "ssh 22", "tcp:80": "http 80", "tcp:443": "https 443"}
NAMES |= {"tcp:5432": "postgres 5432", "icmp": "ping"}
