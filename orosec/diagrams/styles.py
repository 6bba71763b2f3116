"""Styles: how each kind of arrow and box looks, and what it means; `looks.toml` says it.

No value there has two meanings, so the dark form of a picture is the same text with each
value exchanged.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import NamedTuple

LOOKS = tomllib.loads(files("orosec.diagrams").joinpath("looks.toml").read_text("utf-8"))


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


STYLES = {kind: Style(*cells) for kind, cells in LOOKS["arrows"].items()}
"""By kind, in the order of the legend, which says besides what breaks and what is open."""
