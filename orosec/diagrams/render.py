"""DOT to pictures, with the Graphviz library inside the pygraphviz wheel.

That wheel needs nothing of the system and has no ``dot`` program. Where it is missing,
a ``dot`` program on the path serves; where that is missing too, `NoRenderer` says what
to install. One packaged font (Lato) is used, so that a picture does not depend on the
fonts of the machine; on macOS the system's own text renderer measures the text. In an
SVG each text carries the width that it was given room for, so that a browser with other
fonts fits it in.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from orosec.errors import NoAnswer

INSTALL = "to see pictures: pip install pygraphviz (or install Graphviz)"
FORMATS = ("svg", "png")
_LIKE_IT = "Lato, Carlito, 'Helvetica Neue', Helvetica, Arial, sans-serif"
_COUNTED = re.compile(r'<g id="a_[^"]*">')
"""A link, with a number that the renderer counts through all pictures of a process."""
_TEXT = re.compile(r'(<text [^>]*\bx="([-.\d]+)" y="([-.\d]+)")')


class NoRenderer(NoAnswer):
    """Neither pygraphviz nor a ``dot`` program is there."""


@lru_cache(maxsize=64)
def render(dot: str, form: str) -> bytes:
    """Draw *dot* as ``svg`` or ``png``.

    Raises:
        NoRenderer: nothing here can draw; the message says what to install.
    """
    draw = _renderer()
    picture = draw(dot, form)
    if form != "svg":
        return picture
    return _fitted(picture.decode("utf-8"), draw(dot, "json")).encode("utf-8")


def _renderer() -> Callable[[str, str], bytes]:
    if find_spec("pygraphviz") is not None:
        return _with_library
    if shutil.which("dot") is not None:
        return _with_program
    raise NoRenderer(INSTALL)


def _with_library(dot: str, form: str) -> bytes:
    with _fonts(), _quiet():
        import pygraphviz

        with closing(pygraphviz.AGraph(string=dot)) as graph:
            return bytes(graph.draw(format=form, prog="dot"))


def _with_program(dot: str, form: str) -> bytes:
    import graphviz

    return bytes(graphviz.Source(dot, engine="dot").pipe(format=form, quiet=True))


def _fitted(svg: str, layout: bytes) -> str:
    """Write beside each text how wide it is, and which fonts are like the one meant."""
    widths = dict(_widths(json.loads(layout)))

    def fit(found: re.Match[str]) -> str:
        width = widths.get((float(found[2]), -float(found[3])))
        held = f' textLength="{width}" lengthAdjust="spacingAndGlyphs"' if width else ""
        return f"{found[1]}{held}"

    fitted = _COUNTED.sub("<g>", _TEXT.sub(fit, svg))
    return fitted.replace('font-family="Lato"', f'font-family="{_LIKE_IT}"')


def _widths(part: Any) -> Iterator[tuple[tuple[float, float], float]]:
    """Yield where each text of a layout stands, and its width, in points."""
    if isinstance(part, dict):
        if part.get("op") == "T":
            yield (part["pt"][0], part["pt"][1]), part["width"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _widths(inner)


@lru_cache(maxsize=1)
def _font_config() -> str:
    """Write a fontconfig file that knows the packaged font alone; give its path."""
    folder = Path(tempfile.mkdtemp(prefix="orosec-fonts-"))
    fonts = resources.files("font_lato") / "files"
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><dir>{fonts}</dir><cachedir>{folder}</cachedir></fontconfig>"
    )
    (folder / "fonts.conf").write_text(text, encoding="utf-8")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return str(folder / "fonts.conf")


@contextmanager
def _fonts() -> Iterator[None]:
    """Point fontconfig to the packaged font while the renderer reads its settings."""
    given = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = given or _font_config()
    try:
        yield
    finally:
        if given is None:
            del os.environ["FONTCONFIG_FILE"]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the renderer's own remarks off standard error (file descriptor 2)."""
    try:
        saved = os.dup(2)
    except OSError:
        yield
        return
    try:
        with Path(os.devnull).open("wb") as sink:
            os.dup2(sink.fileno(), 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
