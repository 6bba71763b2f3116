"""A copy of the page, read into blocks of text: HTML, Markdown, reStructuredText, plain.

Nothing of a copy is believed, and what reading it may cost is bounded before it is
parsed: at most 8 MiB of HTML, 1 MiB of plain text or reStructuredText, 128 KiB of
Markdown; 200 000 tags, nested 256 levels deep; 30 000 words. The page itself has less
than a thousand. HTML is parsed by lxml, whose time is linear but for the attributes of
one tag, so these have a budget. (The standard library's parser, and those that follow the
HTML standard to the letter, have many such places.) Markdown becomes HTML first.

What is text and what belongs to the site around it is not decided here: a block that
stands in a navigation, a footer or outside the main part only says so.
"""

from __future__ import annotations

import re
import sys
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from orosec.errors import PageError

FORMS = ("html", "md", "rst", "txt")
"""The forms of a copy; a file's ending names its form."""

MOST_BYTES = {"html": 2**23, "md": 2**17, "rst": 2**20, "txt": 2**20}
MOST_TAGS = 200_000
MOST_WORDS = 30_000

_MOST_SQUARES = 500_000_000  # of the marks in each tag; costs about 1.5 seconds
_MOST_READ = max(MOST_BYTES.values()) + 1

_ENDINGS = {"htm": "html", "xhtml": "html", "markdown": "md", "rest": "rst", "text": "txt"}
_BOMS = (
    (BOM_UTF8, "utf-8-sig"),
    (BOM_UTF32_LE, "utf-32"),
    (BOM_UTF32_BE, "utf-32"),
    (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"),
)
_OTHERS = {b"%PDF": "a PDF", b"PK\x03\x04": "an archive", b"\x89PNG": "a picture"}
_OTHERS |= dict.fromkeys((b"From: <Saved by", b"MIME-Version:"), "a web archive")
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_LOOKS_HTML = re.compile(r"\s*<[a-zA-Z!]")
_LOOKS_RST = re.compile(r"^\.\. [\w_|-]", re.MULTILINE)
_MARK = re.compile(r"[\s/\"'=]")
_DATA_ADDRESS = re.compile(r"data:[\w/+.;=-]{0,100}base64,[A-Za-z0-9+/=]*")


class Block(NamedTuple):
    """A stretch of text that stands by itself: a paragraph, an item, a cell, a heading.

    Attributes:
        text: what it says.
        line: the line of the file where it begins; 0 where that is not known.
        heading: whether it is marked as a heading.
        around: 0 for text of the page; else the number of the part of the site around
            it in which it stands (a navigation, a footer), 1 being all outside the main
            part.
    """

    text: str
    line: int = 0
    heading: bool = False
    around: int = 0


def read_page(file: str, form: str = "") -> tuple[Block, ...]:
    """Read a copy of the page.

    Args:
        file: its path; ``-`` for standard input.
        form: one of `FORMS`; where left out, what its ending or its beginning tells.

    Raises:
        PageError: it cannot be read, is too large, no text, or built to be hard to read.
    """
    name = "standard input" if file == "-" else file
    return blocks_of(_bytes_of(file, name), name, form or _form_of(file))


def blocks_of(raw: bytes, name: str, form: str = "") -> tuple[Block, ...]:
    """Read the bytes of a copy; an empty *form* is guessed from how the text begins.

    Raises:
        PageError: as in `read_page`.
    """
    _check_size(raw, name, form or "html")
    text = _text_of(raw, name)
    form = form or _guessed(text)
    _check_size(raw, name, form)
    blocks = tuple(block for block in _READERS[form](text, name) if block.text.strip())
    words = sum(block.text.count(" ") + 1 for block in blocks)
    if words > MOST_WORDS:
        hint = "save the page alone"
        raise PageError(name, f"has more than {MOST_WORDS} words", hint)
    if not blocks:
        raise PageError(name, "holds no text", "save the page again, with its content")
    return blocks


def _check_size(raw: bytes, name: str, form: str) -> None:
    most = MOST_BYTES[form]
    if len(raw) > most:
        hint = "save the page alone, without pictures, or paste its text"
        raise PageError(name, f"is larger than {most // 1024} KiB, as {form}", hint)


def _bytes_of(file: str, name: str) -> bytes:
    """Read one byte more than is allowed, and no further: the file may have no end."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(_MOST_READ)
        with Path(file).open("rb") as stream:
            return stream.read(_MOST_READ)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name"
        hint = "name a file .html, .md, .rst or .txt, or - for standard input"
        raise PageError(name, f"cannot be read ({reason})", hint) from error


def _form_of(file: str) -> str:
    ending = Path(file).suffix.lower().lstrip(".")
    form = _ENDINGS.get(ending, ending)
    return form if form in FORMS else ""


def _guessed(text: str) -> str:
    if _LOOKS_HTML.match(text):
        return "html"
    return "rst" if _LOOKS_RST.search(text) else "txt"


def _text_of(raw: bytes, name: str) -> str:
    """Decode a copy: by its mark, as UTF-8, as it says itself, or as Windows-1252."""
    kind = next((kind for start, kind in _OTHERS.items() if raw.startswith(start)), "")
    if kind:
        raise PageError(name, f"is {kind}", "save the page as HTML or as text")
    marked = next((code for bom, code in _BOMS if raw.startswith(bom)), "")
    declared = _CHARSET.search(raw, 0, 4096)
    said = declared[1].decode("ascii") if declared else ""
    codes = [marked] if marked else ["utf-8", _wide(raw), said, "cp1252", "latin-1"]
    for code in filter(None, codes):
        try:
            text = raw.decode(code)
        except (UnicodeError, LookupError):
            continue
        if _CONTROL.search(text) is None:
            return text
    raise PageError(name, "is no text", "save the page as HTML or as text, in UTF-8")


def _wide(raw: bytes) -> str:
    """Tell UTF-16 without a mark: every other byte of its first letters is zero."""
    zeros = [raw[start:400:2].count(0) for start in (0, 1)]
    few = len(raw[:400]) // 4
    if max(zeros) <= few:
        return ""
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


# HTML

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


def _html(text: str, name: str) -> Iterator[Block]:
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


def _markdown(text: str, name: str) -> Iterator[Block]:
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").enable("table").render(text)
    return (block._replace(line=0) for block in _html(f"<body>{html}</body>", name))


# Text that is written in lines

_RULE = re.compile(r"\s*([=\-`:.'\"~^_*+#])\1{2,}\s*")
_ITEM = re.compile(r"\s*(?:[-*+•◦▪‣·–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|#\.)\s+\S")
_EMPHASIS = re.compile(r"(?<![\w:*\\])(\*\*?)(?=[^\s*])([^*]{1,2000}?)(?<=\S)\1(?![\w*])")
_ROLE = re.compile(r":[a-z][\w:+-]{0,40}:(?=`)")
_TARGET = re.compile(r"\s*<[^`<>]{1,1000}>(?=`)")
_SUBSTITUTION = re.compile(r"\|(?=\S)([^|\n]{1,200})(?<=\S)\|_{0,2}")
_DIRECTIVE = re.compile(r"(\s*)\.\. ([\w:-]{1,60})::(.*)")
_HIDDEN = re.compile(r"(\s*)\.\.(?:\s(?!\[)|$)")
_FIELD = re.compile(r"\s*:[\w-][\w -]{0,60}:(?:\s|$)")
_WORDLESS = frozenset(
    """
    image figure include raw toctree contents meta index highlight literalinclude only
    rst-class container code-block sectionauthor tabularcolumns role default-role
    """.split()
)
_SILENT = frozenset(("toctree", "contents", "raw", "meta"))


def _plain(text: str, _name: str) -> Iterator[Block]:
    for block in _joined(list(enumerate(text.splitlines(), start=1)), wrapped=False):
        yield block._replace(text=_EMPHASIS.sub(r"\2", block.text).replace("`", ""))


def _restructured(text: str, _name: str) -> Iterator[Block]:
    for block in _joined(list(_visible(text.splitlines())), wrapped=True):
        bare = _TARGET.sub("", _ROLE.sub("", block.text))
        bare = re.sub(r"(?<=`)_{1,2}(?!\w)", "", bare).replace("\\ ", "").replace("\\", "")
        bare = _SUBSTITUTION.sub(r"\1", _EMPHASIS.sub(r"\2", bare).replace("`", ""))
        yield block._replace(text=bare)


def _visible(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Return the lines that a reader of the built page would see, with their numbers.

    A directive's argument and content are text, save for those that bring in pictures
    or lists of pages; comments, targets, substitutions and options are none.
    """
    hidden = -1  # the indent of what is hidden, with all that stands further in
    options = True  # whether a field would be an option (or belong to the file's head)
    for number, line in enumerate(lines, start=1):
        indent = len(line) - len(line.lstrip())
        if not line.strip():
            yield number, ""
            continue
        if hidden >= 0 and indent > hidden:
            continue
        hidden = -1
        directive = _DIRECTIVE.match(line)
        if directive:
            options = True
            if directive[2] in _SILENT:
                hidden = indent
            words = "" if directive[2] in _WORDLESS else directive[3]
            yield number, ""
            yield number, f"{directive[1]}   {words.strip()}"
        elif _HIDDEN.match(line):
            hidden = indent
        elif not (options and _FIELD.match(line)):
            options = False
            yield number, line


def _joined(lines: list[tuple[int, str]], *, wrapped: bool) -> Iterator[Block]:
    """Join lines into paragraphs; tell headings by the rule below them.

    Where not all text is *wrapped*, a line goes on in the next one only if the first
    word of that would not have fitted.
    """
    width = 0 if wrapped else _width([line for _, line in lines])
    held: list[str] = []
    begun = 0
    for (number, line), (_, following) in pairwise([*lines, (0, "")]):
        if line.strip() and not _RULE.fullmatch(line):
            begun = begun if held else number
            held.append(" ".join(line.split()))
        if held and not (line.strip() and _goes_on(line, following, width)):
            text = " ".join(held)
            bare = re.sub(r"^#{1,6}\s+", "", text)
            ruled = _RULE.fullmatch(following) and len(following.strip()) >= len(held[-1])
            yield Block(bare, begun, bool(ruled) or bare != text)
            held = []


def _width(lines: list[str]) -> int:
    """Return how wide the lines are, if at least a third of them is filled; else, no end.

    In text that is not wrapped only the longest line is filled, by its own measure.
    """
    width = max(map(len, lines), default=0)
    filled = sum(_goes_on(*pair, width) for pair in pairwise(lines))
    return width if 3 * filled >= sum(map(bool, map(str.strip, lines))) else sys.maxsize


def _goes_on(line: str, following: str, width: int) -> bool:
    if not following.strip() or _ITEM.match(following) or _RULE.fullmatch(following):
        return False
    return len(line.rstrip()) + 1 + len(following.split(None, 1)[0]) > width


_READERS = {"html": _html, "md": _markdown, "rst": _restructured, "txt": _plain}
