"""Amendments: what a network changes about the documented register, and who says so.

Proposals are judged by the register that is shipped in the package, whatever their own
says. A claim or exception that differs from it is *declared* where it is made as an edit
with a reason: its basis is *proposed*, and its `means` (of an exception, its `rationale`)
is not the documented one. All else counts as not as recorded. Who removes a claim leaves
no row that could say why, so that is never declared: let the row stay, and declare what is
expected of it. But the claims of one CDN go with the last row of that CDN: what is not
there is promised nothing. To take an exception away needs no reason. A register that holds
no sentence of the page is one of its own, and amends nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from orosec.model.edit import edits_between
from orosec.model.rows import Tables

_REASONS = {"claims": "means", "exceptions": "rationale"}


class Amendment(NamedTuple):
    """A claim or exception that is not as documented.

    Attributes:
        name: the claim, also that of an exception.
        sentence: what it is a claim of, in the documented register if it stands there.
        says: whether it counts, and the edit that makes it of the documented one.
        declared: whether it is an edit with a reason.
        table: claims or exceptions.
    """

    name: str
    sentence: str
    says: str
    declared: bool
    table: str


def amendments(old: Tables, new: Tables) -> Iterator[Amendment]:
    """Yield what of the claims and exceptions of *new* is not as in the register *old*."""
    edits = [*edits_between(old, new, *_REASONS)]
    sentences = ({row.sentence for row in tables.sentences} for tables in (old, new))
    if not edits or set.isdisjoint(*sentences):
        return
    of = {row.claim: row.sentence for row in (*new.claims, *old.claims)}
    lost = {*of.values()} - {row.sentence for row in new.claims}
    gone = {row.claim: row.cdn for row in old.claims if row.cdn not in ("both", *new.cdns)}
    for edit in edits:
        sentence = of.get(edit.row, "")
        usual = {} if edit.method.endswith("_changed") else {"basis": "proposed"}
        cells = usual | dict(edit.columns)
        reasoned = _REASONS[edit.table] in cells and cells.get("basis") == "proposed"
        cdn = gone.get(edit.row) if edit.method == "without_claim" else None
        declared = reasoned or edit.method == "without_exception" or cdn is not None
        absent = cdn and f"absent, no row of {cdn}"
        how = absent or ("amended" if declared else "NOT AS RECORDED")
        alarm = f"; {sentence} has no claim left" if sentence in lost else ""
        yield Amendment(edit.row, sentence, f"{how}: {edit}{alarm}", declared, edit.table)
