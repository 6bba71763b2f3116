"""What a change does to the promises: which are kept, which break, which become true.

Every claim is judged before and after, under every CDN and reading, exactly; so a
promise that is not in the list of broken ones is proved to be kept. What was broken
already is told apart from what breaks, and a claim that is another row now is not taken
for the promise that it was.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from orosec.claims.exceptions import FAILING, standings
from orosec.claims.exceptions import today as this_day
from orosec.claims.register import evidence_text
from orosec.claims.verdict import judge
from orosec.engine.decision_diagram import remembering
from orosec.model.addressing import grouped
from orosec.model.network import Network
from orosec.model.page_rows import ClaimRow
from orosec.queries.verdict_diff import VerdictPair, verdict_pairs
from orosec.results import Sheet, Shown, mark, under
from orosec.whatif.diff import Side, paired, written

KINDS = {
    "broken": "it is broken now, and was not",
    "became vacuous": "it says nothing now: there is no such traffic any more",
    "dropped": "the claim is made no more, or not of this side",
    "accepted": "it is not kept, and somebody answers for it until a day",
    "amended": "the claim is another one now: its row was changed",
    "already broken": "it is not as recorded, and was not before",
    "newly true": "it is recorded as not kept, and holds now",
    "mended": "it was not as recorded, and holds again",
    "added": "the claim is new, or was not made of this side",
    "kept": "it holds, as before",
    "as before": "it is not kept or not computed, as recorded and as before",
}
"""What can become of a promise, the worst first."""

_OF_WHAT = {"as before": "not kept or not checkable, before and after"}
_QUIET = {"already broken", "kept", "as before"}
_COLUMNS = ("claim", "what is promised", "change", "because", "rule", "read", "under")


class Consequence(NamedTuple):
    """What became of one promise under one CDN and reading.

    Attributes:
        claim: its id.
        says: what is promised.
        cdn: the CDN.
        reading: the reading.
        before: the verdict before; empty where there was no such claim.
        after: the verdict after; empty where there is none any more.
        change: one of `KINDS`.
        witness: in words, why the promise is not kept now; empty where it is.
        rule: the rule that decides the witness; empty where none does.
        notebook: the notebook that tells of it, and the heading to look for.
    """

    claim: str
    says: str
    cdn: str
    reading: str
    before: str
    after: str
    change: str
    witness: str
    rule: str
    notebook: str


class Consequences(Shown):
    """What a change does to every promise.

    A promise that is as it was is told to who asks for `rows`; telling costs more than
    judging.

    Attributes:
        edits: how the claims and exceptions themselves were changed, as edits are written.
    """

    def __init__(
        self,
        found: Iterable[tuple[str, VerdictPair]],
        notebooks: Mapping[str, str],
        edits: Iterable[str],
        amended: Container[str],
    ) -> None:
        self._found = tuple(found)
        self._notebooks = notebooks
        self._amended = amended
        self.edits = tuple(edits)

    @cached_property
    def rows(self) -> tuple[Consequence, ...]:
        """One for each claim, CDN and reading."""
        return self._of(*KINDS)

    @cached_property
    def changed(self) -> tuple[Consequence, ...]:
        """The promises whose verdict changed or is accepted, the worst first."""
        told = self._of(*KINDS.keys() - _QUIET)
        return tuple(sorted(told, key=lambda row: [*KINDS].index(row.change)))

    @cached_property
    def broken(self) -> tuple[Consequence, ...]:
        """The promises that the change breaks, or leaves without traffic."""
        return self._of("broken", "became vacuous")

    @cached_property
    def already_broken(self) -> tuple[Consequence, ...]:
        """The promises that are not as recorded, and were not before the change."""
        return self._of("already broken")

    @property
    def empty(self) -> bool:
        """Whether every verdict, claim and exception is as it was, and none is accepted."""
        return not self.edits and {kind for kind, _ in self._found} <= _QUIET

    def _of(self, *kinds: str) -> tuple[Consequence, ...]:
        return tuple(
            _told(change, pair, self._notebooks)
            for change, pair in self._found
            if change in kinds
        )

    @property
    def title(self) -> str:
        """How many promises there are of each kind; each counts once, by its first kind."""
        claims = grouped((pair.claim.claim, kind) for kind, pair in self._found)
        first = [min(kinds, key=[*KINDS].index) for kinds in claims.values()]
        counts = [
            f"{first.count(kind)} {_OF_WHAT.get(kind, kind)}"
            for kind in KINDS
            if kind in first
        ]
        told = "Every promise is as it was" if self.empty else "Promises"
        return f"{told}: {', '.join(counts) or 'there is none'}."

    @property
    def sheet(self) -> Sheet:
        """The promises that changed, each with the CDNs and readings it changed under."""
        alike = grouped((self._cells(row), (row.cdn, row.reading)) for row in self.changed)
        rows = [(*cells, under(variants)) for cells, variants in alike.items()]
        notes = [f"edit: {edit}" for edit in self.edits]
        if already := dict.fromkeys(row.claim for row in self.already_broken):
            notes.append(f"Broken already, before the change: {' '.join(already)}")
        return Sheet(self.title, _COLUMNS, rows, notes, folded=3)

    def _cells(self, row: Consequence) -> tuple[str, ...]:
        verdicts = [mark(said) for said in dict.fromkeys((row.before, row.after)) if said]
        change = f"{row.change}: {' → '.join(verdicts)}"
        if row.claim in self._amended and row.change != "amended":
            change += ", amended"
        return (row.claim, row.says, change, row.witness, row.rule, row.notebook)

    @property
    def frame(self) -> Any:
        """Every row as a pandas DataFrame, those that did not change as well."""
        return Sheet("", Consequence._fields, self.rows).frame

    def as_dict(self) -> dict[str, Any]:
        """Return the promises that changed, and those broken already, for JSON."""
        told = {"claims": self.changed, "already_broken": self.already_broken}
        return {key: [*map(_values, rows)] for key, rows in told.items()}


def _values(row: Consequence) -> dict[str, Any]:
    kept = row._asdict()
    witness, rule = kept.pop("witness"), kept.pop("rule")
    evidence = {"says": witness, "rule": rule or None} if witness else None
    return {**kept, "counterexample": evidence}


@remembering()
def consequences(
    before: Side,
    after: Side,
    *,
    cdn: str | None = None,
    reading: str | None = None,
    today: date | None = None,
) -> Consequences:
    """Judge every promise before and after a change.

    Args:
        before: the network as it is, or one scenario.
        after: the network as it would be, or one scenario; its exceptions count.
        cdn: keep to one CDN; each that either has where left out.
        reading: keep to one reading; both where left out.
        today: the day on which exceptions are looked at; this day where left out.

    >>> from orosec import orocloud
    >>> consequences(orocloud, orocloud).broken
    ()

    Raises:
        UnknownNameError: no such CDN or reading.
        NotationError: there are no two networks, and no two scenarios.
    """
    pairs = paired(before, after, cdn, reading)
    every = [each for pair in pairs for each in verdict_pairs(pair.before, pair.after)]
    old, new = before.tables, after.tables
    rows = {row.claim: row for row in (*new.claims, *old.claims)}
    places = {name: place for place, name in enumerate(rows)}
    every.sort(key=lambda pair: places[pair.claim.claim])
    network = after if isinstance(after, Network) else Network(new)
    every_exception = standings(network, today or this_day())
    accepted = {each.row.claim for each in every_exception if each.valid}
    books = {row.section: row.notebook for row in new.sections}
    notebooks = {row.sentence: books.get(row.section, "") for row in new.sentences}
    found = ((_kind(pair, rows[pair.claim.claim], accepted), pair) for pair in every)
    amended = {row.claim for row in new.claims if row != rows[row.claim]}
    edits = written(old, new, "claims", "exceptions")
    return Consequences(found, notebooks, edits, amended)


def _kind(pair: VerdictPair, row: ClaimRow, accepted: Container[str]) -> str:
    """Name what became of a promise that was made by a row before."""
    claim, _, before, after = pair
    if not before or not after:
        return "dropped" if before else "added"
    if claim.claim in accepted and after in FAILING:
        return "accepted"
    if before != after and after in FAILING:
        return {"broken": "broken", "vacuous": "became vacuous"}[after]
    if claim != row:
        return "amended"
    recorded = after == claim.expected
    if before != after:
        return "mended" if recorded else "newly true"
    quiet = "kept" if after == "holds" else "as before"
    return "already broken" if after in FAILING and not recorded else quiet


def _told(change: str, pair: VerdictPair, notebooks: Mapping[str, str]) -> Consequence:
    claim, scenario, before, after = pair
    judged = judge(claim, scenario) if after in FAILING else None
    evidence = judged.counterexample if judged else None
    notebook = notebooks.get(claim.sentence, "")
    place = f"{notebook}, {claim.sentence}" if notebook else claim.sentence
    said = evidence_text(judged) if judged else ""
    because = (said, evidence.rule if evidence else "", place)
    made = (claim.claim, claim.says, scenario.cdn, scenario.reading)
    return Consequence(*made, before, after, change, *because)
