"""Pages, from the templates of this room: HTML with all text escaped, or Markdown."""

from __future__ import annotations

from collections.abc import Mapping

_ESCAPES: Mapping[int, str] = str.maketrans(
    {**{sign: f"\\{sign}" for sign in "\\`*_[]<>|#!~"}, "&": "&amp;", "\n": " ", "\r": " "}
)


def rendered(template: str, **values: object) -> str:
    """Return the page that a template makes of some values."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("orosec.reporting"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = _plain
    return environment.get_template(template).render(values)


def _plain(text: str) -> str:
    """Keep text from being taken for marks of Markdown."""
    return text.translate(_ESCAPES)
