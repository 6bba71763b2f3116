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
from typing import Any

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
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_UNREAD = frozenset(("head", "script", "style", "template", "del", "s", "strike"))
_SITE_TAGS = frozenset(("nav", "footer", "noscript", "button", "select", "svg", "iframe"))
_OUTER_TAGS = frozenset(("header", "aside", "form"))
_SITE_ROLES = frozenset(
    ("navigation", "search", "banner", "contentinfo", "complementary", "dialog", "alert")
)
_SITE_CLASSES = frozenset(
    """
    breadcrumb breadcrumbs sidebar sphinxsidebar toc toctree-wrapper contents related
    navbar menu pagination cookie-banner announcement headerlink
    """.split()
)


def html_blocks(text: str, name: str) -> Iterator[Block]:
    """Return the blocks of a page of HTML.

    Raises:
        PageError: it is built to be hard to read, or broken off.
    """
    from lxml import etree

    root = _tree(_DATA_ADDRESS.sub("data:", text), name)
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    reader = _Reader(_has_main(root))
    for event, element in walk:
        if event == "start":
            yield from reader.enter(element)
        elif event == "end":
            yield from reader.leave(element)
        else:
            reader.add(element.tail)
    yield from reader.flush()


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


def _has_main(root: Any) -> bool:
    return root.find(".//main") is not None or root.find(".//*[@role='main']") is not None


class _Reader:
    """Gathers the text of a tree that is walked, in blocks.

    Invariants: `_unread`, `_main`, `_heading` and `_site` hold the elements now open that
    are not read, are a main part, are a heading, or are a part of the site (the outermost
    one); `_texts` is the text since the last block began.
    """

    def __init__(self, has_main: bool) -> None:
        self._has_main = has_main
        self._texts: list[str] = []
        self._line = 0
        self._unread: list[Any] = []
        self._main: list[Any] = []
        self._heading: list[Any] = []
        self._site: Any = None
        self._sites = 1

    def enter(self, element: Any) -> Iterator[Block]:
        """Go into an element."""
        tag = element.tag
        site = self._site is None and self._is_site(element)
        if tag in _BLOCKS or site:
            yield from self.flush()
        if tag in _UNREAD:
            self._unread.append(element)
        if tag == "main" or element.get("role") == "main":
            self._main.append(element)
        if tag in _HEADINGS or element.get("role") == "heading":
            self._heading.append(element)
        if site:
            self._site = element
            self._sites += 1
        if not self._texts:
            self._line = element.sourceline or 0
        self.add(element.text)

    def leave(self, element: Any) -> Iterator[Block]:
        """Come out of an element."""
        if element.tag in _BLOCKS or element is self._site:
            yield from self.flush()
        for opened in (self._unread, self._main, self._heading):
            if opened and opened[-1] is element:
                opened.pop()
        if element is self._site:
            self._site = None
        if not self._texts:
            self._line = element.sourceline or 0
        self.add(element.tail)

    def add(self, text: str | None) -> None:
        """Take in text, unless it is not to be read."""
        if text and not self._unread:
            self._texts.append(text)

    def flush(self) -> Iterator[Block]:
        """End the block."""
        text = "".join(self._texts)
        self._texts = []
        if text.strip():
            yield Block(text, self._line, bool(self._heading), self._around())

    def _around(self) -> int:
        if self._site is not None:
            return self._sites
        return int(self._has_main and not self._main)

    def _is_site(self, element: Any) -> bool:
        classes = set((element.get("class") or "").split())
        return (
            element.tag in _SITE_TAGS
            or element.get("role") in _SITE_ROLES
            or not classes.isdisjoint(_SITE_CLASSES)
            or (
                element.tag in _OUTER_TAGS
                and not self._main
                and "admonition" not in classes
            )
        )


def markdown_blocks(text: str, name: str) -> Iterator[Block]:
    """Return the blocks of a text in Markdown; their lines are not known.

    Raises:
        PageError: as in `html_blocks`.
    """
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").enable("table").render(text)
    return (block._replace(line=0) for block in html_blocks(f"<body>{html}</body>", name))
