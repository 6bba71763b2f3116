"""What the Markdown of a notebook may hold, so that readers see just what was read.

Jupyter and code hosts show more than CommonMark: HTML, mathematics, bare links. What is
not plain could hide a text, forge a code span, or state a fact that nobody judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from markdown_it.token import Token

from orosec.prose.citations import Citations
from orosec.prose.markdown import IN_ITALICS, MARKDOWN
from orosec.prose.statements import VERDICT_WORDS

_PLAIN = set(
    "paragraph heading ordered_list bullet_list list_item table thead tbody tr th td "
    "inline text code_inline em strong link softbreak".split()
)
"""The kinds of Markdown that look alike everywhere."""
_LINK = re.compile(
    r"(?:[\w.-]+\.ipynb)?(?:#[\w%.\'-]+)?|\.\./[\w/.-]+\.md|https://doc\.oroinc\.com/[\w/.#-]*"
)
"""Where a link may lead: into this repository, or to the page."""
_MORE = re.compile(r"[\\$&<~]")
"""Signs that begin mathematics, HTML, an entity or a text struck out."""
_FORGED = re.compile(r"`|@|://|www\.|\]\(")
_ARROW = re.compile(r"[-=.]/?>|[\u2190-\u21ff\u2794-\u27be\u27f0-\u297f]")
_RULING = re.compile(
    r"(?P<name>[\w-]+):? (?:(?:is|are|was|were|all|not|still) ){0,3}(?:\w+ of \w+ )?"
    rf"(?:{'|'.join(VERDICT_WORDS)})\b"
)


def unread(text: str, citations: Citations) -> Iterator[str]:
    """Yield what of *text* nobody checks, each on one line."""
    signs = {sign for sign in text if not sign.isprintable() and sign != "\n"}
    for sign in sorted(signs.union(_MORE.findall(text))):
        yield f"a sign in its prose may be shown otherwise than it is read: {sign!a}"
    held: dict[str, object] = {}
    for token in MARKDOWN.parse(text, held):
        parts = token.children or ()
        for part in chain([token], parts):
            if part.type.removesuffix("_open").removesuffix("_close") not in _PLAIN:
                yield f"its prose holds what nobody checks: {part.type}"
            if part.type == "link_open" and not (
                part.attrs.keys() == {"href"} and _LINK.fullmatch(str(part.attrs["href"]))
            ):
                yield f"a link leads to nowhere that we know: {part.attrs}"
            if part.type == "text" and _FORGED.search(part.content):
                yield f"a text looks like code or a link, and is none: {part.content}"
        if token.content in IN_ITALICS:
            yield "what a notebook states in code spans are facts, in every section"
        yield from _stated(token, citations)
    if held.get("references"):
        yield "a link is defined apart from its text: readers may never see it"


def _stated(token: Token, citations: Citations) -> Iterator[str]:
    """Yield what a text states outside of its code spans; at a link an arrow says: on."""
    parts = token.children or ()
    text = "".join(_shown(part) for part in parts)
    linked = any(part.type == "link_open" for part in parts)
    if _ARROW.search(text.strip(" \u2190\u2192") if linked else text):
        yield f"an arrow outside of a code span states what nobody checks: {text}"
    for ruling in _RULING.finditer(text):
        if citations.in_text(ruling["name"]):
            yield f"a verdict outside of a code span is not checked: {ruling[0]}"


def _shown(part: Token) -> str:
    """Return what a part of a text shows; of a code span no more than a single name."""
    if part.type == "code_inline":
        return part.content if len(part.content.split()) == 1 else "..."
    return part.content or " " * (part.type == "softbreak")
