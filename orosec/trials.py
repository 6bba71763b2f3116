"""Trying a mutant in one variant: is it equivalent, and which claims see it where not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from orosec.claims import Verdict, scope_of
from orosec.deployment import ROWS, Deployment
from orosec.journeys import watched
from orosec.meaning import Known, Meaning, meaning, names_of
from orosec.mutants import Mutant
from orosec.packets import NOTHING, PacketSet
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
    computed again (`Deployment.edited`), and a claim is judged again only where the edit
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
        edited = self._here.edited(mutant.tables)
        if _rows(edited) == _rows(self._here):
            return None
        changed, asked = self._effect(edited)
        verdicts = ((one, Verdict(one, edited).verdict) for one in asked)
        seen = [(one.claim, told) for one, told in verdicts if told != self._told[one]]
        return Trial(mutant, edited.cdn, edited.reading, changed, tuple(seen))

    def _effect(self, edited: Deployment) -> tuple[tuple[str, ...], Iterable[ClaimRow]]:
        """Give the parts of the meaning that change, and the claims that may see it."""
        known = self._known.meaning
        if names_of(edited) != known.names:
            return ("names",), self._watched
        after = self._known.after(edited)
        changed = tuple(
            part
            for part, one, other in zip(after._fields, after, known, strict=True)
            if one != other
        )
        return changed, self._concerned(after, edited) if changed else ()

    def _concerned(self, after: Meaning, edited: Deployment) -> Iterator[ClaimRow]:
        """Yield the claims whose verdict depends on something that changed."""
        known = self._known.meaning
        permitted, served = known.permitted ^ after.permitted, known.served ^ after.served
        levels = {"permitted": permitted, "served": served, "journey": permitted | served}
        facts = {name for name, _ in {*after.facts} - {*known.facts}}
        moved = after.departures != known.departures or edited.relays != self._here.relays
        for claim, packets in self._watched.items():
            if claim.verb == "fact":
                concerned = claim.via in facts
            else:
                concerned = not packets.isdisjoint(levels[claim.level])
            if concerned or (moved and claim.level == "journey"):
                yield claim


def _rows(deployment: Deployment) -> list[object]:
    return [deployment.tables.subnets, *(getattr(deployment, name) for name in ROWS)]


def _watched(claim: ClaimRow, deployment: Deployment) -> PacketSet:
    """Give the packets that a claim's verdict depends on, as long as names stay."""
    if claim.verb == "fact":
        return NOTHING
    if claim.level == "journey":
        return watched(deployment, claim.source, claim.destination, claim.services)
    return scope_of(claim, deployment)
