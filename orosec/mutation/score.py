"""How many mistakes would be seen: the mutation score, its survivors, and what they tell.

A mutant is *equivalent* where it changes the meaning of no variant that it touches, which
is computed, never guessed. It is *killed* where some claim has another verdict than without
it: than the recorded one, since tables that are not as recorded are refused. The score is
killed / not equivalent. A survivor is a promise that nobody checks, or one that the page
does not make: then a row of ``suppressions.csv`` says so, and a row there that explains no
survivor is an alarm of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from orosec.claims.register import check
from orosec.engine.decision_diagram import remembering
from orosec.errors import BrokenPromise, UnknownNameError, did_you_mean
from orosec.model.addressing import grouped
from orosec.model.network import Network, given
from orosec.model.schema import Variant, variants_of
from orosec.mutation.catalogue import mutants
from orosec.mutation.coverage import coverage
from orosec.mutation.heatmap import HeatMap
from orosec.mutation.kill_matrix import KillMatrix, Pinned, Redundant
from orosec.mutation.mutant import Mutant
from orosec.mutation.rows import OPERATORS, SuppressionRow
from orosec.mutation.suppressions import explained, stale
from orosec.mutation.trial import Bench, Trial
from orosec.results import Sheet, Shown, under

Progress = Callable[[Sequence[Mutant]], Iterable[Mutant]]
"""Walks over mutants, and shows how far it has come."""


class OperatorScore(NamedTuple):
    """How many mutants came to what; the last four add up to the first.

    Attributes:
        mutants: those that touch a row.
        equivalent: those that change no meaning.
        killed: those that some claim sees.
        explained: those that survive, as the page lets them.
        unexplained: those that survive, and nobody has said why.
    """

    mutants: int
    equivalent: int
    killed: int
    explained: int
    unexplained: int

    @property
    def score(self) -> str:
        """The share that is killed of all that mean something."""
        return _percent(self.killed, self.killed + self.explained + self.unexplained)

    @property
    def score_of_promised(self) -> str:
        """The share that is killed of those that the page does not let pass."""
        return _percent(self.killed, self.killed + self.unexplained)


_FATES = OperatorScore._fields[1:]


def _percent(part: int, whole: int) -> str:
    """Write a share, rounded down, so that only a full one reads 100 %."""
    if not whole:
        return "no mutant means anything"
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10} %"


class Survivor(NamedTuple):
    """A mutant that changes something and that no claim sees, in some variants.

    Attributes:
        mutant: the mutant.
        under: the variants, as (CDN, reading).
        suppression: why the page lets it pass; None where nobody has said so.
    """

    mutant: Mutant
    under: tuple[Variant, ...]
    suppression: SuppressionRow | None


class Mutation(Shown):
    """Every mutant, tried in every variant: make it with `mutate`.

    Attributes:
        trials: one for each mutant and variant that it touches.
        unsound: the claims that are not as recorded in the tables themselves; what they
            would see says nothing, so they are not asked.
        sight: the trials by the claims that see them.
    """

    def __init__(
        self,
        network: Network,
        variants: Sequence[Variant],
        trials: Iterable[Trial],
        unsound: Iterable[str] = (),
    ) -> None:
        self._network = network
        self._variants = tuple(variants)
        self.trials, self.unsound = tuple(trials), tuple(unsound)
        judged = (
            claim
            for claim in network.tables.claims
            if not {*variants_of(claim)}.isdisjoint(self._variants)
            and claim.claim not in self.unsound
        )
        self.sight = KillMatrix(judged, self.trials)

    # The score

    def tally(self, cdn: str | None = None, reading: str | None = None) -> OperatorScore:
        """Count the mutants of one CDN, one reading or all.

        Over several variants, a mutant is killed where one of them kills it, equivalent
        where it is so in all that it touches, and explained where it survives nowhere
        without a reason.
        """
        tried = grouped(
            (id(trial.mutant), trial)
            for trial in self.trials
            if cdn in (None, trial.cdn) and reading in (None, trial.reading)
        )
        fates = Counter(map(self._fate, tried.values()))
        return OperatorScore(len(tried), *(fates[fate] for fate in _FATES))

    def _fate(self, own: Sequence[Trial]) -> str:
        if any(one.killed for one in own):
            return "killed"
        if all(one.equivalent for one in own):
            return "equivalent"
        reasons = [self._reason(one) for one in own if one.survived]
        return "explained" if all(reasons) else "unexplained"

    def _reason(self, trial: Trial) -> SuppressionRow | None:
        return explained(trial, self._network.tables.suppressions)

    @property
    def sheet(self) -> Sheet:
        """The score of each variant, and of all together."""
        tallies = {variant: self.tally(*variant) for variant in self._variants}
        if len(tallies) > 1:
            tallies["all", "all"] = self.tally()
        rows = [
            (*variant, *map(str, one), one.score, one.score_of_promised)
            for variant, one in tallies.items()
        ]
        columns = ("CDN", "reading", *OperatorScore._fields, "score", "of what is promised")
        return Sheet("", columns, rows, _shortened(self.alarms or (_CALM,)))

    @property
    def alarms(self) -> tuple[str, ...]:
        """What must be looked into: survivors without a reason, reasons without one.

        And, first, the claims that are not as recorded, and so are not asked.
        """
        names = " ".join(self.unsound)
        mute = [f"not as recorded themselves, so they see no mistake: {names}"]
        lost = [
            f"{one.mutant.says} [{under(one.under)}]: unseen, and nobody says why"
            for one in self.unexplained
        ]
        return (*mute[: bool(names)], *lost, *self.stale)

    @property
    def as_expected(self) -> bool:
        """Whether there are mutants, and each survivor is explained.

        Raises:
            BrokenPromise: one is not, or a reason explains none; says which.
        """
        if self.alarms:
            raise BrokenPromise("\n".join(_shortened(self.alarms)))
        return bool(self.trials)

    @property
    def kinds(self) -> Sheet:
        """What is tried on each table: how many mutants, and the kinds of mistake."""
        tried = {id(one.mutant): one.mutant.table for one in self.trials}
        counted = Counter(tried.values())
        rows = [
            (table, str(counted[table]), ", ".join(kinds))
            for table, kinds in OPERATORS.items()
            if counted[table]
        ]
        return Sheet("", ("table", "mutants", "kinds of mistake"), rows)

    # The survivors

    @cached_property
    def survivors(self) -> tuple[Survivor, ...]:
        """What survives, and why; a mutant stands here once for each reason."""
        found = grouped(
            ((id(trial.mutant), self._reason(trial)), trial)
            for trial in self.trials
            if trial.survived
        )
        return tuple(
            Survivor(own[0].mutant, tuple((one.cdn, one.reading) for one in own), reason)
            for (_, reason), own in found.items()
        )

    @property
    def unexplained(self) -> tuple[Survivor, ...]:
        """The survivors that nobody has given a reason for."""
        return tuple(one for one in self.survivors if one.suppression is None)

    @cached_property
    def stale(self) -> tuple[str, ...]:
        """What ``suppressions.csv`` says and no survivor bears out."""
        survived = [one for one in self.trials if one.survived]
        return stale(self._network.tables.suppressions, survived, self._variants)

    @property
    def suppressions(self) -> Sheet:
        """The survivors by the reasons that explain them: what the page does not say."""
        found = grouped((one.suppression, one) for one in self.survivors)
        rows = [
            (row.suppression, row.rationale, *self._summed(found[row]))
            for row in self._network.tables.suppressions
            if row in found
        ]
        columns = ("", "what the page does not say", "mutants", "under", "for example")
        return Sheet("", columns, rows)

    def _summed(self, survivors: Sequence[Survivor]) -> tuple[str, str, str]:
        met = {variant for one in survivors for variant in one.under}
        where = under(variant for variant in self._variants if variant in met)
        return str(len(survivors)), where, survivors[0].mutant.says

    # Claims and rules

    @cached_property
    def rules(self) -> tuple[Pinned, ...]:
        """Every rule, with the claims that pin it."""
        return self.sight.pinned("rules")

    @property
    def undocumented(self) -> tuple[str, ...]:
        """The rules of which no mistake at all is seen, though some would matter."""
        return tuple(rule.row for rule in self.rules if rule.meant and not rule.killed)

    @property
    def pins(self) -> Sheet:
        """What pins each rule: how many mistakes in it are seen, and by which claims."""
        columns = ("rule", "mistakes seen", "by one claim alone", "by how many claims")
        rows = [
            (
                rule.row,
                f"{rule.killed} of {rule.meant}" if rule.meant else "none matters",
                " ".join(rule.alone),
                str(len(rule.pins)),
            )
            for rule in self.rules
        ]
        notes = [f"No claim pins {name}." for name in self.undocumented]
        return Sheet("", columns, rows, notes)

    def heat(self, *networks: str) -> HeatMap:
        """Draw the rules of some networks against the claims that see mistakes in them.

        Raises:
            UnknownNameError: no rule has such a network.
        """
        home = {row.name: row.network for row in self._network.tables.rules}
        for network in networks:
            if network not in home.values():
                hint = did_you_mean(network, home.values())
                raise UnknownNameError(network, "network with rules", hint)
        own = [rule for rule in self.rules if home[rule.row] in networks and rule.meant]
        claims = [row.claim for row in self._network.tables.claims]
        title = f"Mistakes seen in the rules of {' and '.join(networks)}"
        return HeatMap(title, own, claims)

    @property
    def sides(self) -> Sheet:
        """How much of both sides of each rule some claim asks about."""
        return coverage(network=self._network)

    @property
    def redundant(self) -> Sheet:
        """The claims that could go without any mutant going unseen, and why."""
        columns = ("claim", "mutants seen", "why it could go")
        rows = [(one.claim.claim, str(one.sees), one.because) for one in self._redundant]
        only_vacuous = " ".join(sorted(self.sight.only_vacuous))
        note = f"These see mutants by turning vacuous, never otherwise: {only_vacuous}."
        return Sheet("", columns, rows, [note] if only_vacuous else [])

    @property
    def idle(self) -> tuple[str, ...]:
        """The claims that see no mutant, but for those beyond the tables."""
        return tuple(one.claim.claim for one in self._redundant if not one.sees)

    @property
    def _redundant(self) -> list[Redundant]:
        return [one for one in self.sight.redundant if one.claim.verb != "beyond"]

    def as_dict(self) -> dict[str, Any]:
        """Return all as plain values, for JSON."""
        return {
            "score": [
                {"cdn": cdn, "reading": reading, **self.tally(cdn, reading)._asdict()}
                for cdn, reading in self._variants
            ],
            "all": self.tally()._asdict(),
            "survivors": [_survivor_dict(one) for one in self.survivors],
            "stale": list(self.stale),
            "idle": list(self.idle),
            "spare": [
                {"claim": one.claim.claim, "sees": one.sees, "because": one.because}
                for one in self.sight.redundant
            ],
            "rules": [{**rule._asdict(), "pins": dict(rule.pins)} for rule in self.rules],
            "undocumented": list(self.undocumented),
        }


def _survivor_dict(one: Survivor) -> dict[str, Any]:
    said = ("table", "row", "operator", "says")
    return {
        **{name: getattr(one.mutant, name) for name in said},
        "under": [list(pair) for pair in one.under],
        "silence": one.suppression and one.suppression.suppression,
        "reason": one.suppression and one.suppression.rationale,
    }


_CALM = "Every survivor is explained, and every explanation has a survivor."
_MOST_ALARMS = 12


def _shortened(lines: Sequence[str]) -> list[str]:
    rest = len(lines) - _MOST_ALARMS
    more = [f"and {rest} more: see orosec mutate --json"] if rest > 0 else []
    return [*lines[:_MOST_ALARMS], *more]


@remembering()
def mutate(
    *,
    cdn: str | None = None,
    reading: str | None = None,
    network: Network | None = None,
    today: date | None = None,
    progress: Progress = iter,
) -> Mutation:
    """Try every mutant of the tables, and count those that some claim sees.

    A claim that is not as recorded even without a mutant is left out, and named.

    Args:
        cdn: keep to one CDN; both where left out.
        reading: keep to one reading; both where left out.
        network: the tables to mutate; the documented ones where left out.
        today: the day on which exceptions are looked at; this day where left out.
        progress: walks over the mutants, and may show how far it is.

    Raises:
        UnknownNameError: no such CDN or reading.
    """
    tables = given(network)
    judged = check(cdn=cdn, reading=reading, network=tables, today=today)
    unsound = dict.fromkeys(one.claim.claim for one in judged.unexpected)
    every = tables.scenarios(cdn, reading)
    scenarios = [one for one in every if one.cdn in tables.tables.cdns]
    benches: list[Bench] = []
    first: dict[str, Bench] = {}
    for one in scenarios:
        benches.append(Bench(one, unsound, first.get(one.cdn)))
        first.setdefault(one.cdn, benches[-1])
    trials = [
        trial
        for mutant in progress(mutants(tables))
        for bench in benches
        if (trial := bench.tried(mutant)) is not None
    ]
    return Mutation(tables, [(one.cdn, one.reading) for one in scenarios], trials, unsound)
