"""A copy of the page in HTML or Markdown, read into blocks of text.

HTML is parsed by lxml, whose time is linear but for the attributes of one tag, so these
have a budget. (The standard library's parser, and those that follow the HTML standard to
the letter, have many such places.) Markdown becomes HTML first.

What is text and what belongs to the site around it is not decided here: a block that
stands in a navigation, a footer or outside the main part only says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Any, NamedTuple

from orosec.drift.block import Block
from orosec.errors import PageError

MOST_TAGS = 200_000

_MOST_SQUARES = 500_000_000  # of the marks in each tag; costs about 1.5 seconds
_MARK = re.compile(r"[\s/\"'=]")
_DATA_ADDRESS = re.compile(r"data:[\w/+.;=-]{0,100}base64,[A-Za-z0-9+/=]*")
_BLOCKS = frozenset(
    """
    address article aside blockquote body br caption center dd details dialog dir div dl
    dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li
    main menu nav noscript ol option p pre section summary table tbody td tfoot th thead
    title tr ul
    """.split()
)
_UNREAD = frozenset(("head", "script", "style", "template", "del", "s", "strike"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "role=heading"))
_MAIN = frozenset(("main", "role=main"))
_SITE = frozenset(
    """
    nav footer noscript button select svg iframe
    role=navigation role=search role=banner role=contentinfo role=complementary role=dialog
    role=alert .breadcrumb .breadcrumbs .sidebar .sphinxsidebar .toc .toctree-wrapper
    .contents .related .navbar .menu .pagination .cookie-banner .announcement .headerlink
    """.split()
)
_SITE_OUTSIDE_MAIN = frozenset(("header", "aside", "form"))


def html_blocks(text: str, name: str) -> Iterator[Block]:
    """Return the blocks of a page of HTML.

    Raises:
        PageError: it is built to be hard to read, or broken off.
    """
    root = _tree(_DATA_ADDRESS.sub("data:", text), name)
    has_main = any(not _MAIN.isdisjoint(_signs(element)) for element in root.iter("*"))
    reader = _Reader(has_main)
    reader.read(root, _Place())
    yield from reader.blocks


def _tree(text: str, name: str) -> Any:
    """Parse HTML, and refuse what would cost much or be read in part."""
    from lxml import etree

    if text.count("<") > MOST_TAGS:
        raise PageError(name, f"has more than {MOST_TAGS} tags", "save the page alone")
    marks = (len(_MARK.findall(tag[0])) for tag in re.finditer(r"<[^<>]*", text))
    if sum(count * count for count in marks) > _MOST_SQUARES:
        hint = "save the page without its pictures"
        raise PageError(name, "has tags with too many attributes", hint)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError:
        root = None
    for entry in parser.error_log:
        if entry.level_name == "FATAL" or "depth" in entry.message.lower():
            problem = f"is nested too deeply or broken off (line {entry.line})"
            raise PageError(name, problem, "save the page again, or paste its text")
    if root is None:
        raise PageError(name, "holds no text", "save the page again, with its content")
    return root


class _Place(NamedTuple):
    """Where in the tree a text stands.

    Attributes:
        read: whether it is read at all.
        heading: whether it stands in a heading.
        main: whether it stands in a main part.
        site: the number of the part of the site in which it stands; 0 for none.
    """

    read: bool = True
    heading: bool = False
    main: bool = False
    site: int = 0


def _signs(element: Any) -> set[str]:
    """Return what tells the purpose of an element: its tag, its role, its classes."""
    classes = (f".{name}" for name in (element.get("class") or "").split())
    return {element.tag, f"role={element.get('role')}", *classes}


class _Reader:
    """Gathers the text of a tree in blocks.

    Invariant: what was read since the last block began waits in `_texts`.
    """

    def __init__(self, has_main: bool) -> None:
        self.blocks: list[Block] = []
        self._has_main = has_main
        self._texts: list[str] = []
        self._line = 0
        self._sites = count(2)  # 1 is all outside the main part

    def read(self, element: Any, outer: _Place) -> None:
        """Read an element that stands in *outer*; it may be nested 256 levels deep."""
        place = self._within(outer, element)
        apart = element.tag in _BLOCKS or place.site != outer.site
        if apart:
            self._end_block(outer)
        self._add(element.text, element, place)
        for child in element:
            if isinstance(child.tag, str):  # else it is a comment
                self.read(child, place)
            self._add(child.tail, child, place)
        if apart:
            self._end_block(place)

    def _within(self, outer: _Place, element: Any) -> _Place:
        signs = _signs(element)
        site = not _SITE.isdisjoint(signs) or (
            element.tag in _SITE_OUTSIDE_MAIN
            and not outer.main
            and ".admonition" not in signs
        )
        return _Place(
            outer.read and element.tag not in _UNREAD,
            outer.heading or not _HEADINGS.isdisjoint(signs),
            outer.main or not _MAIN.isdisjoint(signs),
            outer.site or (next(self._sites) if site else 0),
        )

    def _add(self, text: str | None, element: Any, place: _Place) -> None:
        if not self._texts:
            self._line = element.sourceline or 0
        if text and place.read:
            self._texts.append(text)

    def _end_block(self, place: _Place) -> None:
        text = "".join(self._texts)
        self._texts = []
        if text.strip():
            around = place.site or int(self._has_main and not place.main)
            self.blocks.append(Block(text, self._line, place.heading, around))


def markdown_blocks(text: str, name: str) -> Iterator[Block]:
    """Return the blocks of a text in Markdown; their lines are not known.

    Raises:
        PageError: as in `html_blocks`.
    """
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").enable("table").render(text)
    return (block._replace(line=0) for block in html_blocks(f"<body>{html}</body>", name))
