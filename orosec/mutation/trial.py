"""Trying a mutant in one variant: is it equivalent, and which claims see it where not."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from orosec.claims.facts import REGISTRY
from orosec.claims.verdict import Verdict, concern
from orosec.model.scenario import Scenario
from orosec.mutation.equivalence import Meaning, meaning
from orosec.mutation.incremental import Edited, fact_in, meaning_after, rerouted
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
            `orosec.mutation.equivalence`); where names stand for something else, that
            alone is told. Nothing: it is equivalent.
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

    Three shortcuts make it quick, and all are exact: what an edit leaves alone, or another
    reading knows, is not computed again (see `orosec.mutation.incremental`), mutants with
    one meaning are judged once (see `orosec.mutation.equivalence`), and a claim is judged
    again only where something changes that its verdict depends on. The tests take the long
    way round.

    Args:
        scenario: the variant.
        unasked: the claims that are not asked.
        beside: the bench of another reading, which tries each mutant before this one.
    """

    def __init__(
        self,
        scenario: Scenario,
        unasked: Container[str] = (),
        beside: Bench | None = None,
    ) -> None:
        self._here, self._known = scenario, meaning(scenario)
        self._beside = beside._tried if beside is not None else []
        self._tried: list[Edited] = []
        self._watched = {
            claim: concern(claim, scenario)
            for claim in scenario.tables.claims
            if claim.verb != "beyond"
            and scenario.applies_to(claim)
            and claim.claim not in unasked
        }
        self._told = {claim: Verdict(claim, scenario).verdict for claim in self._watched}
        self._seen_by: dict[Meaning, Seen] = {self._known: ()}

    def tried(self, mutant: Mutant) -> Trial | None:
        """Try a mutant; give None where it touches no row of this variant."""
        here, known = self._here, self._known
        after = Edited(here, mutant.tables, *self._beside)
        for last in self._tried:
            last.forget()
        self._tried[:] = [after]
        if after.untouched:
            return None
        if after.gone:
            facts = {name: fact_in(after, name) for name in REGISTRY}
            seen = tuple(self._seen(after, facts))
            return Trial(mutant, here.cdn, here.reading, ("names",), seen)
        now = meaning_after(after, known)
        if now not in self._seen_by:
            self._seen_by[now] = tuple(self._seen(after, dict(now.facts)))
        pairs = zip(now._fields, now, known, strict=True)
        changed = tuple(part for part, new, old in pairs if new != old)
        return Trial(mutant, here.cdn, here.reading, changed, self._seen_by[now])

    def _seen(self, after: Edited, facts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yield the claims that have another verdict, each with that.

        Those whose verdict depends on nothing that changed are not judged again.

        Args:
            after: the variant with the mutant.
            facts: whether each fact holds there.
        """
        relayed = "relays" in after.kept and not after.gone
        permitted, served = after.changed("permitted"), after.changed("served")
        ways = permitted | served | rerouted(after)
        changed = {"permitted": permitted, "served": served, "journey": ways}
        for claim, packets in self._watched.items():
            verdict = self._told[claim]
            if claim.verb == "fact":
                verdict = facts[claim.via]
            elif (
                (not relayed and claim.level == "journey")
                or after.moves(claim.source, claim.destination)
                or not packets.isdisjoint(changed[claim.level])
            ):
                verdict = Verdict(claim, after).verdict
            if verdict != self._told[claim]:
                yield claim.claim, verdict
