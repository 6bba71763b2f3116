"""Trying a mutant in one variant: is it equivalent, and which claims see it where not."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from orosec.claims import Verdict, scope_of
from orosec.deployment import ROWS, Deployment
from orosec.facts import REGISTRY
from orosec.journeys import watched
from orosec.meaning import Known, departures_of, meaning
from orosec.mutants import Mutant
from orosec.packets import NOTHING, PacketSet
from orosec.reuse import NOTHING_MOVED, Moved, edited, moved
from orosec.schema import ClaimRow


class Trial(NamedTuple):
    """What came of one mutant in one variant that it touches.

    Attributes:
        mutant: the mutant.
        cdn: the CDN of the variant.
        reading: the reading of the variant.
        changed: the parts of the meaning that it changes (see `orosec.meaning`); where
            names stand for something else, that alone is told. Nothing: it is equivalent.
        seen: the claims whose verdict is another one with the mutant, and that verdict.
    """

    mutant: Mutant
    cdn: str
    reading: str
    changed: tuple[str, ...]
    seen: tuple[tuple[str, str], ...]

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


class Bench:
    """One variant of some tables, ready to try mutants of them.

    Two shortcuts make it quick, and both are exact: what an edit leaves alone is not
    computed again (see `orosec.reuse`), and a claim is judged again only where the edit
    changes something that its verdict depends on. The tests take the long way round.
    """

    def __init__(self, deployment: Deployment) -> None:
        self._here = deployment
        self._known = Known(deployment, meaning(deployment))
        self._watched = {
            claim: _watched(claim, deployment)
            for claim in deployment.tables.claims
            if claim.verb != "beyond"
            and claim.cdn in ("both", deployment.cdn)
            and claim.reading in ("both", deployment.reading)
        }
        self._told = {claim: Verdict(claim, deployment).verdict for claim in self._watched}

    def tried(self, mutant: Mutant) -> Trial | None:
        """Try a mutant; give None where it touches no row of this variant."""
        after = edited(self._here, mutant.tables)
        if _rows(after) == _rows(self._here):
            return None
        changed, asked = self._effect(after)
        verdicts = ((one, Verdict(one, after).verdict) for one in asked)
        seen = [(one.claim, told) for one, told in verdicts if told != self._told[one]]
        return Trial(mutant, after.cdn, after.reading, changed, tuple(seen))

    def _effect(self, after: Deployment) -> tuple[tuple[str, ...], Iterable[ClaimRow]]:
        """Give the parts of the meaning that change, and the claims that may see it."""
        gone = moved(self._here, after)
        if gone != NOTHING_MOVED:
            return ("names",), self._concerned(after, gone, REGISTRY)
        known, now = self._known.meaning, self._known.after(after)
        pairs = zip(now._fields, now, known, strict=True)
        changed = tuple(part for part, one, other in pairs if one != other)
        facts = {name for name, _ in {*now.facts} - {*known.facts}}
        return changed, self._concerned(after, gone, facts) if changed else ()

    def _concerned(
        self, after: Deployment, gone: Moved, facts: Container[str]
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

    def _handed_on_otherwise(self, after: Deployment, gone: Moved) -> bool:
        """Tell whether relays or routes may lead packets otherwise than they did."""
        here = self._here
        if (after.relays, after.routes) != (here.relays, here.routes):
            return True
        relays = ((row.node, row.exit, row.destination, row.carrier) for row in here.relays)
        routes = ((row.source, row.destination, row.via) for row in here.routes)
        if not gone.spares(*(end for ends in (*relays, *routes) for end in ends)):
            return True
        return gone.ranges and departures_of(after) != self._known.meaning.departures


def _rows(deployment: Deployment) -> list[object]:
    return [deployment.tables.subnets, *(getattr(deployment, name) for name in ROWS)]


def _watched(claim: ClaimRow, deployment: Deployment) -> PacketSet:
    """Give the packets that a claim's verdict depends on, as long as names stay."""
    if claim.verb == "fact":
        return NOTHING
    if claim.level == "journey":
        return watched(deployment, claim.source, claim.destination, claim.services)
    return scope_of(claim, deployment)
