"""Which claims see which mutants: what each is needed for, and what pins each rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from orosec.model.addressing import grouped
from orosec.model.page_rows import ClaimRow
from orosec.mutation.trial import Trial
from orosec.values import Value


class Redundant(NamedTuple):
    """A claim that could go without any mutant going unseen.

    Attributes:
        claim: the claim.
        sees: how many mutants it sees.
        because: why it is not needed.
    """

    claim: ClaimRow
    sees: int
    because: str


class Pinned(NamedTuple):
    """A row of a table, and the claims that hold it where it is.

    Attributes:
        row: name of the row.
        meant: how many of its mutants mean something.
        killed: how many of them some claim sees.
        pins: for each claim that sees some, how many it sees; the most first.
        alone: the claims that are the only one to see some mutant in some variant.
    """

    row: str
    meant: int
    killed: int
    pins: Mapping[str, int]
    alone: tuple[str, ...]


class KillMatrix(Value):
    """Trials by the claims that see them: made of claims, and of trials judged by them."""

    def __init__(self, claims: Iterable[ClaimRow], trials: Iterable[Trial]) -> None:
        self._claims = {claim.claim: claim for claim in claims}
        self._trials = tuple(trials)

    @cached_property
    def by_claim(self) -> Mapping[str, frozenset[int]]:
        """The numbers of the trials that each claim sees."""
        seen = grouped(
            (name, number)
            for number, trial in enumerate(self._trials)
            for name, _ in trial.seen
        )
        return MappingProxyType(
            {name: frozenset(seen.get(name, ())) for name in self._claims}
        )

    @cached_property
    def needed(self) -> frozenset[str]:
        """The claims without which some mutant would survive in some variant."""
        return _alone(self._trials)

    @cached_property
    def only_vacuous(self) -> frozenset[str]:
        """The claims that see mutants by turning vacuous alone, never otherwise."""
        found = {
            (name, told == "vacuous") for trial in self._trials for name, told in trial.seen
        }
        return frozenset(name for name, _ in found if (name, False) not in found)

    @cached_property
    def redundant(self) -> tuple[Redundant, ...]:
        """The claims that could go, in the order of the register, and why."""
        return tuple(
            Redundant(claim, self._mutants_seen(name), self._because(claim))
            for name, claim in self._claims.items()
            if name not in self.needed
        )

    def _mutants_seen(self, name: str) -> int:
        return len({id(self._trials[number].mutant) for number in self.by_claim[name]})

    def _because(self, claim: ClaimRow) -> str:
        if claim.verb == "beyond":
            return "it is beyond the tables, so no mistake in them changes it"
        mine = self.by_claim[claim.claim]
        if not mine:
            return "it sees no mutant"
        others = {name: seen for name, seen in self.by_claim.items() if name != claim.claim}
        twins = [name for name, seen in others.items() if seen == mine]
        if twins:
            return f"it sees just what {' and '.join(twins)} sees"
        more = [name for name, seen in others.items() if seen > mine]
        if more:
            return f"{min(more, key=lambda name: len(others[name]))} sees all that it sees"
        return f"{' and '.join(_cover(mine, others))} see all that it sees, together"

    def pinned(self, table: str) -> tuple[Pinned, ...]:
        """Return each row of a table that has mutants, with the claims that pin it."""
        own = (trial for trial in self._trials if trial.mutant.table == table)
        rows = grouped((trial.mutant.row, trial) for trial in own)
        return tuple(_pinned(row, trials) for row, trials in rows.items())


def _cover(wanted: frozenset[int], others: Mapping[str, frozenset[int]]) -> Iterator[str]:
    """Yield claims that together see all that is *wanted*, the one that sees most first."""
    while wanted:
        best = max(others, key=lambda name: len(others[name] & wanted))
        yield best
        wanted -= others[best]


def _alone(trials: Iterable[Trial]) -> frozenset[str]:
    """Return the claims that are the only one to see some of the *trials*."""
    return frozenset(trial.seen[0][0] for trial in trials if len(trial.seen) == 1)


def _pinned(row: str, trials: Sequence[Trial]) -> Pinned:
    meant = {id(trial.mutant) for trial in trials if not trial.equivalent}
    killed = {id(trial.mutant) for trial in trials if trial.killed}
    seen = {(name, id(trial.mutant)) for trial in trials for name, _ in trial.seen}
    most = Counter(sorted(name for name, _ in seen)).most_common()
    pins = MappingProxyType(dict(most))
    return Pinned(row, len(meant), len(killed), pins, tuple(sorted(_alone(trials))))
