"""Styles: how each kind of arrow and box looks, and what it means.

Kinds are told apart by line style as well as colour (Okabe and Ito's palette, which
survives colour blindness), on a white ground that stays readable in dark mode.
"""

from __future__ import annotations

from typing import NamedTuple

INK, QUIET, FRAME, FAINT = "#1a1a1a", "#5a5a5a", "#8a8a8a", "#c8c8c8"
GROUND, PLACE = "#ffffff", "#fafafa"
ALARM = "#a4001d"
"""For broken promises: dark red, and always with the word beside it."""


class Style(NamedTuple):
    """How one kind of arrow looks, and what it means.

    Attributes:
        color: of the line.
        line: solid, dashed, dotted or bold.
        width: of the line, in points.
        meaning: what the legend says.
    """

    color: str
    line: str
    width: str
    meaning: str


STYLES = {
    "served": Style("#0072b2", "solid", "2", "let in, and something listens"),
    "unserved": Style("#d55e00", "dashed", "2", "let in, and nothing listens"),
    "leaving": Style("#009e73", "bold", "2", "leaves, with the public address shown"),
    "tunnel": Style("#cc79a7", "dotted", "3", "goes on through a relay or tunnel"),
    "opened": Style("#0072b2", "solid", "3.5", "opened by the change"),
    "closed": Style("#d55e00", "dashed", "2.5", "closed by the change"),
    "heard": Style("#0072b2", "solid", "2", "now something listens"),
    "unheard": Style("#d55e00", "dotted", "2.5", "now nothing listens"),
    "unchanged": Style("#8a8a8a", "solid", "1", "as before"),
}
BROKEN = Style(
    f"{FRAME}:{GROUND}:{ALARM}", "solid", "2", "breaks the promises named beside it"
)
"""A second line beside the first one, on an arrow of any kind."""

FILLS = {
    "application": "#e8f1f8",
    "cdn": "#fdf3e1",
    "egress": "#e6f5ef",
    "bridge": "#f7e9f1",
    "vpn": "#f7e9f1",
    "outside": "#f2f2f2",
}
"""The colour of a box, by the function of its nodes."""

DEPTHS = {"outside": 0, "cdn": 1, "vpn": 1, "bridge": 2, "application": 3, "egress": 4}
"""How far from the visitor a box stands, by function: boxes are set out in this order."""
