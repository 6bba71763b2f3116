"""Mistakes that the page lets pass: which survivors a reason explains, and which not.

A reason names a table, rows (or ``any``), operators, a CDN and a reading. It is stale where
one of these words explains no survivor: then the reason says more than is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from orosec.model.addressing import grouped
from orosec.model.schema import applies, variants_of
from orosec.mutation.rows import SuppressionRow
from orosec.mutation.trial import Trial

ANY = "any"


def explained(
    trial: Trial, suppressions: Iterable[SuppressionRow]
) -> SuppressionRow | None:
    """Return the first of the *suppressions* that explains why a mutant survived."""
    return next((row for row in suppressions if _covers(row, trial)), None)


def _covers(row: SuppressionRow, trial: Trial) -> bool:
    rows = row.row.split()
    return (
        row.table == trial.mutant.table
        and (ANY in rows or trial.mutant.row in rows)
        and trial.mutant.operator in row.operator.split()
        and applies(row, trial.cdn, trial.reading)
    )


def stale(
    suppressions: Sequence[SuppressionRow],
    survived: Iterable[Trial],
    variants: Iterable[tuple[str, str]],
) -> tuple[str, ...]:
    """Say which words of the *suppressions* explain none of the mutants that *survived*.

    Args:
        suppressions: the reasons, in order: the first that covers a survivor explains it.
        survived: the trials that survived.
        variants: the variants that were tried; of a reason that speaks of others as well,
            nothing is said.
    """
    owned = grouped((explained(trial, suppressions), trial) for trial in survived)
    tried = {*variants}
    return tuple(
        text
        for row in suppressions
        if tried.issuperset(variants_of(row))
        for text in _idle(row, owned.get(row, ()))
    )


def _idle(row: SuppressionRow, own: Sequence[Trial]) -> Iterator[str]:
    if not own:
        yield f"{row.suppression} explains no survivor"
        return
    meant = variants_of(row)
    said = {
        "row": set(row.row.split()) - {ANY} - {trial.mutant.row for trial in own},
        "operator": set(row.operator.split()) - {trial.mutant.operator for trial in own},
        "cdn": {cdn for cdn, _ in meant} - {trial.cdn for trial in own},
        "reading": {reading for _, reading in meant} - {trial.reading for trial in own},
    }
    for column, words in said.items():
        for word in sorted(words):
            yield f"{row.suppression} explains no survivor with {column} {word}"
