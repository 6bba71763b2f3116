"""A copy of the page, read into blocks of text: HTML, Markdown, reStructuredText, plain.

Nothing of a copy is believed, and what reading it may cost is bounded before it is
parsed: at most 8 MiB of HTML, 1 MiB of plain text, 128 KiB of Markdown, 32 KiB of
reStructuredText; 200 000 tags, nested 256 levels deep; 30 000 words. The page itself has
less than a thousand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from orosec.drift.block import Block
from orosec.drift.lines import plain_blocks
from orosec.drift.markup import html_blocks, markdown_blocks
from orosec.errors import PageError

MOST_BYTES = {"html": 2**23, "md": 2**17, "rst": 2**15, "txt": 2**20}
"""How much is read of a copy in each form; a file's ending names its form."""

MOST_WORDS = 30_000

_MOST_READ = max(MOST_BYTES.values()) + 1

_ENDINGS = {"htm": "html", "xhtml": "html", "markdown": "md", "rest": "rst", "text": "txt"}
_ENDINGS |= {form: form for form in MOST_BYTES}
_LOOKS_HTML = re.compile(r"\s*<[a-zA-Z!]")
_LOOKS_RST = re.compile(r"^\.\. [\w_|-]", re.MULTILINE)

_OTHERS = {b"%PDF": "a PDF", b"PK\x03\x04": "an archive", b"\x89PNG": "a picture"}
_OTHERS |= dict.fromkeys((b"From: <Saved by", b"MIME-Version:"), "a web archive")
_WIDE = ["utf_16", "utf_16_be", "utf_16_le", "utf_32"]
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def read_page(file: str, form: str = "") -> tuple[Block, ...]:
    """Read a copy of the page.

    Args:
        file: its path; ``-`` for standard input.
        form: one of `MOST_BYTES`; where left out, what its ending or its beginning tells.

    Raises:
        PageError: it cannot be read, is too large, no text, or built to be hard to read.
    """
    name = "standard input" if file == "-" else file
    ending = Path(file).suffix.lower().lstrip(".")
    return blocks_of(_bytes_of(file, name), name, form or _ENDINGS.get(ending, ""))


def blocks_of(raw: bytes, name: str, form: str = "") -> tuple[Block, ...]:
    """Read the bytes of a copy; an empty *form* is guessed from how the text begins.

    Raises:
        PageError: as in `read_page`.
    """
    _check_size(raw, name, form or "html")
    text = _text_of(raw, name)
    form = form or _guessed(text)
    _check_size(raw, name, form)
    blocks = tuple(block for block in _read(text, name, form) if block.text.strip())
    words = sum(len(block.text.split()) for block in blocks)
    if words > MOST_WORDS:
        raise PageError(name, f"has more than {MOST_WORDS} words", "save the page alone")
    if not blocks:
        raise PageError(name, "holds no text", "save the page again, with its content")
    return blocks


def _read(text: str, name: str, form: str) -> Iterable[Block]:
    if form == "rst":
        # here, because no other form needs docutils
        from orosec.drift.restructured import restructured_blocks

        return restructured_blocks(text, name)
    readers = {"html": html_blocks, "md": markdown_blocks, "txt": plain_blocks}
    return readers[form](text, name)


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


def _guessed(text: str) -> str:
    if _LOOKS_HTML.match(text):
        return "html"
    return "rst" if _LOOKS_RST.search(text) else "txt"


def _text_of(raw: bytes, name: str) -> str:
    """Decode a copy: as UTF-8, as it shows or says itself, or as Windows-1252."""
    kind = next((kind for start, kind in _OTHERS.items() if raw.startswith(start)), "")
    if kind:
        raise PageError(name, f"is {kind}", "save the page as HTML or as text")
    for code in _codes(raw):
        try:
            text = raw.decode(code)
        except UnicodeError:
            continue
        if _CONTROL.search(text) is None:
            return text
    raise PageError(name, "is no text", "save the page as HTML or as text, in UTF-8")


def _codes(raw: bytes) -> Iterator[str]:
    """Yield the encodings to try; a guess is made only where UTF-8 did not do."""
    yield "utf-8-sig"
    from charset_normalizer import from_bytes
    from charset_normalizer.utils import any_specified_encoding

    likely = _WIDE if b"\0" in raw else ["cp1252"]
    said = any_specified_encoding(raw)
    guess = from_bytes(raw, cp_isolation=[*likely, said or "cp1252"]).best()
    if guess:
        yield guess.encoding
    yield from ("cp1252", "latin-1")
