"""What a change does to the promises: which are kept, which break, which become true.

Every claim is judged before and after, under every CDN and reading, exactly; so a
promise that is not in the list of broken ones is proved to be kept.
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
from orosec.queries.verdict_diff import VerdictPair, verdict_pairs
from orosec.results import Sheet, Shown, mark, under

KINDS = {
    "broken": "it held, and is broken now",
    "became vacuous": "it says nothing now: there is no such traffic any more",
    "accepted": "it is not kept, and somebody answers for it until a day",
    "newly true": "it was not kept, and holds now",
    "kept": "it holds, as before",
    "as before": "it is not kept or not computed, as before",
    "added": "the claim is new",
    "dropped": "the claim is gone",
}
"""What can become of a promise, the worst first."""

_QUIET = ("kept", "as before")
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
    """

    def __init__(
        self, found: Iterable[tuple[str, VerdictPair]], notebooks: Mapping[str, str]
    ) -> None:
        self._found = tuple(found)
        self._notebooks = notebooks

    @cached_property
    def rows(self) -> tuple[Consequence, ...]:
        """One for each claim, CDN and reading."""
        return self._of(*KINDS)

    @cached_property
    def changed(self) -> tuple[Consequence, ...]:
        """The promises whose verdict changed or is accepted, the worst first."""
        kinds = [kind for kind in KINDS if kind not in _QUIET]
        return tuple(sorted(self._of(*kinds), key=lambda row: kinds.index(row.change)))

    @cached_property
    def broken(self) -> tuple[Consequence, ...]:
        """The promises that the change breaks, or leaves without traffic."""
        return self._of("broken", "became vacuous")

    def _of(self, *kinds: str) -> tuple[Consequence, ...]:
        return tuple(
            _told(change, pair, self._notebooks)
            for change, pair in self._found
            if change in kinds
        )

    @property
    def title(self) -> str:
        """How many promises there are of each kind, in one sentence."""
        claims = grouped((change, pair.claim.claim) for change, pair in self._found)
        counts = [f"{len({*claims[kind]})} {kind}" for kind in KINDS if kind in claims]
        told = "Promises" if self.changed else "Every promise is as it was"
        return f"{told}: {', '.join(counts)}."

    @property
    def sheet(self) -> Sheet:
        """The promises that changed, each with the CDNs and readings it changed under."""
        alike = grouped((_cells(row), (row.cdn, row.reading)) for row in self.changed)
        rows = [(*cells, under(variants)) for cells, variants in alike.items()]
        return Sheet(self.title, _COLUMNS, rows)

    @property
    def frame(self) -> Any:
        """Every row as a pandas DataFrame, those that did not change as well."""
        return Sheet("", Consequence._fields, self.rows).frame

    def as_dict(self) -> dict[str, Any]:
        """Return the promises that changed as plain values, for JSON."""
        return {"claims": [_values(row) for row in self.changed]}


def _cells(row: Consequence) -> tuple[str, ...]:
    verdicts = [mark(said) for said in dict.fromkeys((row.before, row.after)) if said]
    change = f"{row.change}: {' → '.join(verdicts)}"
    return (row.claim, row.says, change, row.witness, row.rule, row.notebook)


def _values(row: Consequence) -> dict[str, Any]:
    kept = row._asdict()
    witness, rule = kept.pop("witness"), kept.pop("rule")
    evidence = {"says": witness, "rule": rule or None} if witness else None
    return {**kept, "counterexample": evidence}


@remembering()
def consequences(
    before: Network,
    after: Network,
    *,
    cdn: str | None = None,
    reading: str | None = None,
    today: date | None = None,
) -> Consequences:
    """Judge every promise before and after a change.

    Args:
        before: the network as it is.
        after: the network as it would be; its exceptions count.
        cdn: keep to one CDN; both where left out.
        reading: keep to one reading; both where left out.
        today: the day on which exceptions are looked at; this day where left out.

    >>> from orosec import orocloud
    >>> consequences(orocloud, orocloud).broken
    ()

    Raises:
        UnknownNameError: no such CDN or reading.
    """
    both = zip(before.scenarios(cdn, reading), after.scenarios(cdn, reading), strict=True)
    every = [pair for each in both for pair in verdict_pairs(*each)]
    names = [row.claim for network in (after, before) for row in network.tables.claims]
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    every.sort(key=lambda pair: places[pair.claim.claim])
    day = this_day() if today is None else today
    accepted = {each.row.claim for each in standings(after, day) if each.valid}
    books = {row.section: row.notebook for row in after.tables.sections}
    notebooks = {row.sentence: books.get(row.section, "") for row in after.tables.sentences}
    return Consequences(((_kind(pair, accepted), pair) for pair in every), notebooks)


def _kind(pair: VerdictPair, accepted: Container[str]) -> str:
    """Name what became of a promise."""
    _, _, before, after = pair
    if not before or not after:
        return "dropped" if before else "added"
    if pair.claim.claim in accepted and after in FAILING:
        return "accepted"
    if before == after:
        return "kept" if after == "holds" else "as before"
    return {"holds": "newly true", "vacuous": "became vacuous"}.get(after, "broken")


def _told(change: str, pair: VerdictPair, notebooks: Mapping[str, str]) -> Consequence:
    claim, scenario, before, after = pair
    judged = judge(claim, scenario) if after in FAILING else None
    evidence = judged.counterexample if judged else None
    notebook = notebooks.get(claim.sentence, "")
    return Consequence(
        claim.claim,
        claim.says,
        scenario.cdn,
        scenario.reading,
        before,
        after,
        change,
        evidence_text(judged) if judged else "",
        evidence.rule if evidence else "",
        f"{notebook}, {claim.sentence}" if notebook else claim.sentence,
    )
