"""Verdicts: what became of a claim in one scenario, and what that rests on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from orosec.claims.verbs import REGISTRY, Counterexample, Verb
from orosec.engine.packet_set import PacketSet
from orosec.model.addressing import remembered
from orosec.model.journeys import watched
from orosec.model.page_rows import ClaimRow
from orosec.model.platform import place_of
from orosec.model.scenario import Scenario
from orosec.model.telling import told_of
from orosec.values import Value


class Verdict(Value):
    """A claim, judged in one scenario.

    Attributes:
        claim: the row of the claim.
        cdn: the CDN of the scenario.
        reading: the reading of the scenario.
        verdict: holds, broken, vacuous or beyond.
    """

    def __init__(self, claim: ClaimRow, scenario: Scenario) -> None:
        self.claim, self._scenario = claim, scenario
        self.cdn, self.reading = scenario.cdn, scenario.reading
        self._verb = verb_of(claim, scenario)
        about, self._against = self._verb.found()
        kept = "holds" if about else self._verb.of_nothing
        self.verdict = kept if self._against is None else "broken"

    @cached_property
    def counterexample(self) -> Counterexample | None:
        """Evidence where the claim is broken, else None."""
        return self._verb.evidence(self._against) if self.verdict == "broken" else None

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the one that the register stands by."""
        return self.verdict == self.claim.expected

    @cached_property
    def rests_on(self) -> tuple[tuple[str, str, str], ...]:
        """The rows that the verdict rests on, as (table, row, basis), in table order.

        Addresses are left out: every one of them is ours, and no verdict depends on
        which were chosen (a test renumbers them all).
        """
        return tuple(dict.fromkeys(self._verb.rows()))

    @cached_property
    def example(self) -> str:
        """In plain words, what shows the claim at work, or why there is nothing to show."""
        vacuous = self.verdict == "vacuous"
        return self._verb.nothing if vacuous else self._verb.example()

    @property
    def words(self) -> Mapping[str, str]:
        """What HTML makes of ids and of invented values: see `told_of`."""
        return told_of(self._scenario.tables)

    @property
    def contradictions(self) -> tuple[str, ...]:
        """The ambiguities of the page that speak of the claim, by their ids."""
        rows = self._scenario.tables.ambiguities
        both = ((row.ambiguity, f"{row.literal} {row.operational}".split()) for row in rows)
        return tuple(name for name, claims in both if self.claim.claim in claims)

    def rule_text(self, name: str) -> str:
        """Write the row of a rule or route as a sentence."""
        row = self._scenario.rule_rows.get(name)
        if row is None:
            return name
        return (
            f"{name}: {row.action} {row.source} → {row.destination} {row.services} "
            f"({place_of(row)}, {row.basis} {row.cites})".replace(" )", ")")
        )

    @property
    def bases(self) -> tuple[str, ...]:
        """The kinds of basis among the rows that the verdict rests on."""
        return tuple(sorted({basis for _, _, basis in self.rests_on}))

    @property
    def by_construction(self) -> bool:
        """Whether it holds only because a rule was transcribed from the same sentence."""
        if self.verdict != "holds" or {table for table, *_ in self.rests_on} != {"rules"}:
            return False
        rules = [self._scenario.rule_rows[row] for _, row, _ in self.rests_on]
        ingress = [row for row in rules if row.direction == "ingress"]
        written = [row for row in ingress or rules if row.basis != "platform"]
        return bool(written) and all(self.claim.sentence in row.cites for row in written)


def judge(claim: ClaimRow, scenario: Scenario) -> Verdict:
    """Judge a claim in a scenario, once: the answer is kept with the scenario."""
    return _judged(scenario, claim)


@remembered
def _judged(scenario: Scenario, claim: ClaimRow) -> Verdict:
    return Verdict(claim, scenario)


def verb_of(claim: ClaimRow, scenario: Scenario) -> Verb[Any]:
    """Return what a claim says in a scenario."""
    return REGISTRY[claim.verb](claim, scenario)


def scope_of(claim: ClaimRow, scenario: Scenario) -> PacketSet:
    """Return the traffic that a claim speaks of; none where it rests on rows."""
    return verb_of(claim, scenario).scope


def concern(claim: ClaimRow, scenario: Scenario) -> PacketSet:
    """Return the packets that the verdict of a claim depends on.

    As long as names, relays and exits stay, and each of these packets passes and is served
    where it was, the verdict is what it was. A fact rests on rows, so no packet is its
    concern, nor is any that of a claim beyond the model.
    """
    if claim.level == "journey":
        return watched(scenario, claim.source, claim.destination, claim.services)
    return scope_of(claim, scenario)


def violations(claim: ClaimRow, scenario: Scenario) -> PacketSet:
    """Return every packet against a claim on packets: none is a proof.

    A claim of another kind has no such packets; its verdict rests on ways or rows.
    """
    return verb_of(claim, scenario).violations
