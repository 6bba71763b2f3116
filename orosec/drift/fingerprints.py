"""Fingerprints: a text can be recognised, and a near one found, yet none is stored.

Two things are kept of a sentence. Its *fingerprint* is the SHA-256 of its words: equal
for equal words, and nothing else can be learnt from it. Its *sketch* tells how like two
texts are. It has 128 bits, each the parity of a minimum over all pairs of neighbouring
words (one-bit min-hashing, Li and König 2010). So each bit depends on the whole text and
none on a single word, and 128 bits are fewer than a sentence of the page holds: the
wording cannot be read back. Whoever guesses a sentence can check the guess, as always.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from hashlib import sha256, shake_128
from itertools import pairwise
from struct import unpack

BITS = 128
"""The size of a sketch."""

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("’‘‛ʼ", "'"),
        **dict.fromkeys("“”„‟«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "¶": "",
    }
)
_UNSEEN = ("Cf", "Co", "Cs")
_LOOSE = re.compile(r"(?<=[(\[]) | (?=[)\]])| (?=[.,;:!?](?: |$|[A-Z]))|(?<=\w-) (?=\w)")
_GLUED = re.compile(r"(?<=[a-z0-9)\]][.!?:])(?=[A-Z])")
_FINAL = ".:;,"


def normalised(text: str) -> str:
    r"""Return *text* without what a copy may change: Unicode forms and white space.

    Unicode is brought to NFKC, typographic quotes and dashes to plain ones, and what
    cannot be seen is left out. Runs of white space become one space; there is none
    inside brackets, before punctuation and after the hyphen of a word, and one after
    a sentence that was glued to the next.

    >>> normalised("  It’s (\n a )  test\u00a0.A multi-\nline one. ")
    "It's (a) test. A multi-line one."
    """
    plain = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    if not plain.isascii():
        plain = "".join(c for c in plain if unicodedata.category(c) not in _UNSEEN)
    spaced = _LOOSE.sub("", " ".join(plain.split()))
    return _GLUED.sub(" ", spaced)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of the normalised *text*, punctuation and all.

    >>> words_of("From the  bridge ( only ).")
    ('From', 'the', 'bridge', '(only).')
    """
    return tuple(normalised(text).split())


def fingerprint_of(words: Sequence[str]) -> str:
    """Return the SHA-256 of normalised words, as 64 hexadecimal digits.

    What ends a sentence does not count.

    >>> fingerprint_of(["One", "test."]) == fingerprint_of(["One", "test"])
    True
    """
    return sha256(" ".join(words).rstrip(_FINAL).encode("utf-8")).hexdigest()


def fingerprint(sentence: str) -> str:
    """Return the fingerprint of a *sentence* as it is written.

    >>> fingerprint("One  test.") == fingerprint("One test .")
    True
    """
    return fingerprint_of(words_of(sentence))


def sketch_of(words: Iterable[str]) -> str:
    """Return the sketch of normalised words, as 32 hexadecimal digits.

    Capitals and the punctuation around words count for nothing.
    """
    plain = [bare for word in words if (bare := word.casefold().strip("\"'()[].,:;!?"))]
    chain = ["", *plain, ""]
    least = [1 << 16] * BITS
    for pair in {" ".join(pair) for pair in pairwise(chain)}:
        digest = shake_128(pair.encode("utf-8")).digest(2 * BITS)
        least = [*map(min, least, unpack(f"<{BITS}H", digest))]
    bits = sum((value & 1) << place for place, value in enumerate(least))
    return f"{bits:0{BITS // 4}x}"


RECOGNITION = {"fingerprint": fingerprint_of, "words": len, "sketch": sketch_of}
"""The columns by which the register knows a text, each with how its words make the cell."""


def likeness(sketch: str, other: str) -> float:
    """Estimate from two sketches the share of word pairs that two texts have in common.

    The estimate strays from the truth by about 0.09; unlike texts give about 0.

    >>> likeness(sketch_of(["a", "b", "c"]), sketch_of(["a", "b", "c"]))
    1.0
    """
    differing = (int(sketch, 16) ^ int(other, 16)).bit_count()
    return max(0.0, 1 - 2 * differing / BITS)
