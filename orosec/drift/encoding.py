"""The bytes of a copy made text, whatever encoding it was saved in."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE

from orosec.errors import PageError

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


def text_of(raw: bytes, name: str) -> str:
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
