"""Whether the pictures of an output are what its DOT text draws.

A cell that draws gives DOT, SVG and PNG, and all three come anew from its kernel when it is
tested. Where this machine draws as the one did that made the committed pictures, they have
to be the same to the byte. Where it does not (another Graphviz, another processor), lines
may run elsewhere: the SVG has to hold the same boxes, arrows, words and colours, and for
the PNG nothing can be said.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from itertools import zip_longest
from typing import Any, NamedTuple

from lxml import etree

from orosec.diagrams.render import FORMATS, NoRenderer, render

_SVG = "image/svg+xml"
_GEOMETRY = set("x y x1 x2 y1 y2 cx cy rx ry points d width height viewBox".split())
_GEOMETRY |= {"transform", "textLength"}

_YARDSTICK = (
    'digraph { node [fontname=Lato shape=box style=rounded]; a -> b [label="c, d"] }'
)
DRAWN = "aeca60c53b332350"
"""The digest of `_YARDSTICK`, drawn by the machine that makes the committed pictures."""


class Compared(NamedTuple):
    """What became of the pictures of a cell.

    Attributes:
        differences: which of them are not what was drawn anew, each on one line.
        unjudged: how many are drawn otherwise, where this machine cannot say more.
    """

    differences: tuple[str, ...]
    unjudged: int


def compare(committed: Iterable[Any], drawn: Iterable[Any]) -> Compared:
    """Compare the pictures in the outputs of a cell, pair by pair."""
    sides = [[*filter(None, map(_pictures, outputs))] for outputs in (committed, drawn)]
    found, unjudged = [], 0
    for old, new in zip_longest(*sides, fillvalue={}):
        for form in sorted(old.keys() | new.keys()):
            if form not in old:
                found.append(f"the {form} is missing")
            elif form not in new:
                found.append(f"nothing draws the {form}")
            elif old[form] == new[form]:
                continue
            elif draws_alike() or (form == _SVG and _shown(old[form]) != _shown(new[form])):
                found.append(f"the {form} is not what its DOT text draws")
            else:
                unjudged += 1
    return Compared(tuple(found), unjudged)


@lru_cache(maxsize=1)
def draws_alike() -> bool:
    """Return whether this machine draws to the byte as the committed pictures are drawn."""
    return digest() == DRAWN


def digest() -> str:
    """Return the digest of a small picture, in all forms; empty where nothing draws."""
    try:
        drawn = b"".join(render(_YARDSTICK, form) for form in FORMATS)
    except NoRenderer:
        return ""
    return sha256(drawn).hexdigest()[:16]


def _pictures(output: Mapping[str, Any]) -> dict[str, str]:
    """Return the pictures of an output by their form, without the newlines of files."""
    found = {}
    for form, data in output.get("data", {}).items():
        if form.startswith("image/"):
            text = data if isinstance(data, str) else b64encode(data).decode()
            found[form] = text.strip() if form == _SVG else "".join(text.split())
    return found


def _shown(svg: str) -> list[tuple[object, ...]]:
    """Return what an SVG shows, whichever way its lines run."""
    try:
        parts = etree.fromstring(
            svg.encode(), etree.XMLParser(resolve_entities=False)
        ).iter()
    except etree.XMLSyntaxError:
        return []
    return [
        (part.tag, (part.text or "").strip(), sorted(kept))
        for part in parts
        for kept in [[pair for pair in part.items() if pair[0] not in _GEOMETRY]]
        if isinstance(part.tag, str)
    ]
