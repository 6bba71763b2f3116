"""Fingerprints of sentences, so that a text can be recognised and is never stored."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


def normalised(text: str) -> str:
    r"""Give *text* without what a copy may change: Unicode forms and white space.

    Unicode is brought to NFKC and typographic quotes and dashes to plain ones; runs
    of white space become one space; none stays inside brackets or before punctuation.

    >>> normalised("  It’s (\n a )  test\u00a0. ")
    "It's (a) test."
    """
    plain = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    spaced = " ".join(plain.split())
    return re.sub(r"(?<=[(\[]) | (?=[)\].,;:!?])", "", spaced)


def fingerprint(sentence: str) -> str:
    """Give the SHA-256 of the normalised *sentence*, as 64 hexadecimal digits.

    >>> fingerprint("One  test.") == fingerprint("One test .")
    True
    """
    return sha256(normalised(sentence).encode("utf-8")).hexdigest()
