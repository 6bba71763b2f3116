"""The table of this room: by what the sentences and headings of the page are recognised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from orosec.errors import Fault, did_you_mean
from orosec.model.cells import any_text, matching, number_to
from orosec.model.rows import Basis, Tables
from orosec.model.schema import Column, table
from orosec.model.validation import fault, numbered

_HINT = "write {} hexadecimal digits, small letters"
_DIGEST = matching("[0-9a-f]{64}", "is no SHA-256", _HINT.format(64))
_SKETCH = matching("[0-9a-f]{32}", "is no sketch", _HINT.format(32))


def _odd_parts(tables: Tables) -> Iterator[Fault]:
    """Yield rows of no part of the page, and parts that have no row though they should.

    A part that is not documented stands on no page, so nothing recognises it.
    """
    headed = (row for row in tables.sections if row.kind in ("title", "heading"))
    parts = {row.section: row.basis for row in headed}
    parts |= {row.sentence: row.basis for row in tables.sentences}
    for number, row in numbered(tables, "fingerprints"):
        if row.part not in parts:
            problem = "is no sentence, title or heading"
            hint = did_you_mean(row.part, parts)
            yield fault("fingerprints", number, "part", row.part, problem, hint)
    needed = {part for part, basis in parts.items() if basis == "documented"}
    for part in sorted(needed - {row.part for row in tables.fingerprints}):
        problem = f"has no row for {part}, so that it cannot be recognised"
        yield fault("fingerprints", 0, "", "", problem, "add the row, or drop that part")


@table("fingerprints", "fingerprint", wing=True, check=_odd_parts)
class FingerprintRow(NamedTuple):
    """By what a sentence, a title or a heading of the page is recognised in a copy.

    It is explained in `orosec.drift.fingerprints`.

    Attributes:
        part: the id of the sentence, or the name of the section.
        fingerprint: of its words; of a heading, of its words in small letters.
        words: how many they are.
        sketch: what tells how like another text is.
        basis: what the row is based on.
    """

    part: Annotated[str, Column(any_text)]
    fingerprint: Annotated[str, Column(_DIGEST)]
    words: Annotated[int, Column(number_to(1000))]
    sketch: Annotated[str, Column(_SKETCH)]
    basis: Basis
