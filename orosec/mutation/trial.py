"""Trying a mutant in one variant: is it equivalent, and which claims see it where not."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple, TypeAlias

from orosec.claims.facts import REGISTRY
from orosec.claims.verdict import Verdict, concern
from orosec.model.rows import ClaimRow
from orosec.model.scenario import Scenario
from orosec.mutation.equivalence import Known, Meaning, departures_of, meaning
from orosec.mutation.incremental import NOTHING_MOVED, Moved, edited, moved
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
            `orosec.mutation.equivalence`); where
            names stand for something else, that alone is told. Nothing: it is equivalent.
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
        self._here = scenario
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
        here = self._here
        after = edited(here, mutant.tables)
        if after is here:
            return None
        gone = moved(here, after)
        if gone != NOTHING_MOVED:
            seen = self._seen(after, self._concerned(after, gone, REGISTRY))
            return Trial(mutant, here.cdn, here.reading, ("names",), seen)
        known, now = self._known.meaning, self._known.after(after)
        if now not in self._seen_by:
            facts = {name for name, _ in {*now.facts} - {*known.facts}}
            self._seen_by[now] = self._seen(after, self._concerned(after, gone, facts))
        pairs = zip(now._fields, now, known, strict=True)
        changed = tuple(part for part, one, other in pairs if one != other)
        return Trial(mutant, here.cdn, here.reading, changed, self._seen_by[now])

    def _seen(self, after: Scenario, asked: Iterable[ClaimRow]) -> Seen:
        """Return those of the claims *asked* that have another verdict, with that."""
        verdicts = ((claim, Verdict(claim, after).verdict) for claim in asked)
        return tuple(
            (claim.claim, told) for claim, told in verdicts if told != self._told[claim]
        )

    def _concerned(
        self, after: Scenario, gone: Moved, facts: Container[str]
    ) -> Iterator[ClaimRow]:
        """Yield the claims whose verdict depends on something that changed.

        Args:
            after: the variant with the mutant.
            gone: what stands for something else there.
            facts: the facts that may be as true no longer.
        """
        here = self._here
        permitted, served = here.permitted ^ after.permitted, here.served ^ after.served
        levels = {"permitted": permitted, "served": served, "journey": permitted | served}
        handed = self._handed_on_otherwise(after, gone)
        for claim, packets in self._watched.items():
            ends = claim.source, claim.destination, claim.via.replace(">", " ")
            if claim.verb == "fact":
                concerned = claim.via in facts
            else:
                concerned = not gone.spares(*ends)
                concerned |= not packets.isdisjoint(levels[claim.level])
                concerned |= handed and claim.level == "journey"
                concerned |= gone.ranges and claim.verb == "translated-to"
            if concerned:
                yield claim

    def _handed_on_otherwise(self, after: Scenario, gone: Moved) -> bool:
        """Return whether relays or routes may lead packets otherwise than they did."""
        here = self._here
        if (after.relays, after.routes) != (here.relays, here.routes):
            return True
        relays = ((row.node, row.exit, row.destination, row.carrier) for row in here.relays)
        routes = ((row.source, row.destination, row.via) for row in here.routes)
        if not gone.spares(*(end for ends in (*relays, *routes) for end in ends)):
            return True
        return gone.ranges and departures_of(after) != self._known.meaning.departures
