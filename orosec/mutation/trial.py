"""Trying a mutant in one variant: is it equivalent, and which claims see it where not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from orosec.claims.verdict import Verdict, concern
from orosec.model.rows import ClaimRow
from orosec.model.scenario import Scenario
from orosec.mutation.equivalence import Known, Meaning, meaning
from orosec.mutation.incremental import edited, moved, same_rows, spared
from orosec.mutation.mutant import Mutant
from orosec.values import Value

Seen: TypeAlias = tuple[tuple[str, str], ...]
"""Claims that have another verdict, each with that verdict."""


class Trial(NamedTuple):
    """What came of one mutant in one variant that it touches.

    Attributes:
        mutant: the mutant.
        cdn: the CDN of the variant.
        reading: the reading of the variant.
        changed: the parts of the meaning that it changes (see
            `orosec.mutation.equivalence`). Nothing: it is equivalent.
        seen: the claims whose verdict is another one with the mutant, and that verdict.
    """

    mutant: Mutant
    cdn: str
    reading: str
    changed: tuple[str, ...]
    seen: Seen

    @property
    def equivalent(self) -> bool:
        """Whether no claim that could be written would see the mutant here."""
        return not self.changed

    @property
    def killed(self) -> bool:
        """Whether some claim of the register sees the mutant here."""
        return bool(self.seen)

    @property
    def survived(self) -> bool:
        """Whether it changes something that no claim of the register sees."""
        return not self.equivalent and not self.killed


class Bench(Value):
    """One variant of some tables, ready to try mutants of them.

    Three shortcuts make it quick, and all are exact: what an edit leaves alone is not
    computed again (see `orosec.mutation.incremental`), mutants with one meaning are judged
    once (see `orosec.mutation.equivalence`), and a claim is judged again only where
    something changes that its verdict depends on. The tests take the long way round.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._known = Known(scenario, meaning(scenario))
        self._watched = {
            claim: concern(claim, scenario)
            for claim in scenario.tables.claims
            if claim.verb != "beyond" and scenario.applies_to(claim)
        }
        self._told = {claim: Verdict(claim, scenario).verdict for claim in self._watched}
        self._seen_by: dict[Meaning, Seen] = {self._known.meaning: ()}

    def tried(self, mutant: Mutant) -> Trial | None:
        """Try a mutant; give None where it touches no row of this variant."""
        here, known = self._known
        after = edited(here, mutant.tables)
        if after is here:
            return None
        now = self._known.after(after)
        if now not in self._seen_by:
            verdicts = self._judged(after, now)
            self._seen_by[now] = tuple(
                (claim.claim, told) for claim, told in verdicts if told != self._told[claim]
            )
        pairs = zip(now._fields, now, known, strict=True)
        changed = tuple(part for part, new, old in pairs if new != old)
        return Trial(mutant, here.cdn, here.reading, changed, self._seen_by[now])

    def _judged(self, after: Scenario, now: Meaning) -> Iterator[tuple[ClaimRow, str]]:
        """Judge the claims whose verdict depends on something that an edit changed.

        Where names stand for something else, any verdict may.
        """
        here, known = self._known
        facts, gone = dict(now.facts), moved(here, after)
        rerouted = bool(gone) or not same_rows(here, after, "relays", "routes")
        permitted, served = known.permitted ^ now.permitted, known.served ^ now.served
        levels = {"permitted": permitted, "served": served, "journey": permitted | served}
        for claim, packets in self._watched.items():
            if claim.verb == "fact":
                yield claim, facts[claim.via]
            elif (
                (rerouted and claim.level == "journey")
                or not spared(gone, claim.source, claim.destination)
                or not packets.isdisjoint(levels[claim.level])
            ):
                yield claim, Verdict(claim, after).verdict
