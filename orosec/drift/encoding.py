"""The bytes of a copy made text, whatever encoding it was saved in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orosec.errors import PageError

_OTHERS = {b"%PDF": "a PDF", b"PK\x03\x04": "an archive", b"\x89PNG": "a picture"}
_OTHERS |= dict.fromkeys((b"From: <Saved by", b"MIME-Version:"), "a web archive")
_WIDE = ["utf_16", "utf_16_be", "utf_16_le", "utf_32"]
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def text_of(raw: bytes, name: str) -> str:
    """Decode a copy: as UTF-8, as it shows or says itself, or as Windows-1252.

    Raises:
        PageError: it is no text.
    """
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
