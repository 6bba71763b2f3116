"""Rules that decide nothing, and rules that nobody would miss: exact, and in bulk.

Four steps, each exact in what it says. First, probes: some points of each rule are judged
in bulk; one that the rule decides proves that it decides something, one that is decided
otherwise proves a conflict. Second, in bulk as well, a rule that lies inside one rule
before it is covered. Third, the few that are left are settled by `orosec.bulk.region.gap`,
against those rules before them that they meet. Fourth, of lists that are much alike only
the first is asked for all its rules: the others for what meets a rule that differs.

The probes are drawn with a fixed seed; they save time and never change an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from math import prod
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import numpy as np

from orosec.bulk.first_match import (
    Flags,
    Matcher,
    Places,
    Ranks,
    Spans,
    whole_numbers,
)
from orosec.bulk.region import Region, gap, point, region, regions, sides_of
from orosec.engine.decision_diagram import DETAIL_TOP, budget
from orosec.engine.packet_set import EVERYTHING, Packet, PacketSet
from orosec.engine.policy import Rule, joined
from orosec.engine.policy_diff import apart

RuleList: TypeAlias = tuple[tuple[Rule, ...], PacketSet, bool]
"""Rules in their order, the packets that they are asked about, and whether what none of
them matches is allowed."""

Probe: TypeAlias = tuple[Packet, str]
"""A packet, and the name of the rule that decides it."""

_ROUNDS = (8, 64)
"""How many random points of each part of a rule a round of probes takes."""


class Shadow(NamedTuple):
    """A rule that decides no packet.

    Attributes:
        rule: the rule.
        covers: rules before it that together hold every packet of it; none of them can
            be left out.
        opposed: a packet that the rule would decide otherwise than it is decided; None
            where there is none, and the rule is mere clutter.
    """

    rule: Rule
    covers: tuple[Rule, ...]
    opposed: Packet | None

    @property
    def conflict(self) -> bool:
        """Whether the rule would have decided some packet otherwise."""
        return self.opposed is not None


class Standing(NamedTuple):
    """How a rule stands in its list.

    Attributes:
        silent: whether it speaks of nothing.
        shadow: where it decides nothing, though it speaks of something; else None.
        free: whether it can go, by itself, and no packet fares otherwise. Of two rules that
            are alike each can go, but not both (`RuleLists.removable` says what can).
        probes: of an allow rule, a few packets that it speaks of and that are allowed, and
            who decides them.
    """

    silent: bool
    shadow: Shadow | None
    free: bool
    probes: tuple[Probe, ...]


class RuleLists:
    """Several lists of rules, laid out to be asked.

    Args:
        asked: the lists; a rule may stand in several, and its name once in each.
    """

    def __init__(self, asked: Iterable[RuleList]) -> None:
        last: dict[tuple[PacketSet, bool], _Plan] = {}
        self._plans: dict[RuleList, _Plan] = {}
        for rules, *about in dict.fromkeys(asked):
            scope, otherwise = about
            plan = _Plan(rules, scope, otherwise, last.get((scope, otherwise)))
            last[scope, otherwise] = self._plans[rules, scope, otherwise] = plan

    def standings(self, asked: RuleList) -> Mapping[str, Standing]:
        """Return how each rule of one of the lists stands in it, by its name.

        Raises:
            BudgetError: a proof costs too much.
        """
        return self._plans[asked].standings

    @budget()
    def removable(
        self, going: Iterable[str], *, staying: Container[str] = ()
    ) -> tuple[str, ...]:
        """Return which rules can go in turn, and in no list any packet fares otherwise.

        Args:
            going: the names of rules that are tried, in this order; those that can go are
                gone.
            staying: what of them stays in any case: it is told of, and not gone.

        Raises:
            BudgetError: a proof costs too much.
        """
        plans = [plan.afresh() for plan in self._plans.values()]
        found = []
        for name in going:
            places = [(plan, plan.places[name]) for plan in plans if name in plan.places]
            if all(plan.needless(place) for plan, place in places if plan.anew[place]):
                found.append(name)
                for plan, place in places:
                    plan.there[place] = name in staying
        return tuple(found)


class _Probed(NamedTuple):
    """What probes prove.

    Attributes:
        live: which rules decide a packet.
        needed: which rules decide one that would fare otherwise without them.
        opposed: a packet that a rule before decides otherwise, by the place of the rule.
        probes: some of the probes of each rule.
    """

    live: Flags
    needed: Flags
    opposed: Mapping[int, Packet]
    probes: Sequence[Sequence[Probe]]


@budget()
def shadowed(rules: Sequence[Rule], scope: PacketSet = EVERYTHING) -> tuple[Shadow, ...]:
    """Return every rule that decides no packet of *scope*, though it speaks of some.

    Args:
        rules: in their order.
        scope: the packets that the rules are asked about.

    >>> from orosec.engine.packet_set import service
    >>> http = service(6, 80, 80)
    >>> wide = Rule("wide", 1, True, ((0, 9),), ((5, 5),), http)
    >>> late = Rule("late", 2, False, ((3, 4),), ((5, 5),), http)
    >>> (found,) = shadowed([wide, late])
    >>> found.rule.name, found.covers[0].name, found.conflict
    ('late', 'wide', True)
    """
    plan = _Plan(rules, scope)
    return tuple(plan.shadow(place) for place in plan.dark)


@budget()
def redundant(
    rules: Sequence[Rule], scope: PacketSet = EVERYTHING, otherwise: bool = False
) -> tuple[Rule, ...]:
    """Return every rule that can go, by itself, and no packet of *scope* fares otherwise.

    Shadowed rules are among them, and rules that speak of nothing in *scope*.

    Args:
        rules: in their order.
        scope: the packets that the rules are asked about.
        otherwise: whether a packet that no rule matches is allowed; else it is denied.
    """
    standings = _Plan(rules, scope, otherwise).standings
    return tuple(rule for rule in rules if standings[rule.name].free)


class _Plan:
    """The rules of one question, laid out for it.

    Attributes:
        regions: what each rule speaks of.
        parts: for each rule, what of it lies in the scope.
        allows: what each rule says; the last entry stands for no rule.
        spans: the three sides of the regions, for bulk comparison.
        places: where each rule stands, by its name.
        there: which rules are not gone.
        anew: which rules stand otherwise than in a list *like* this one, it may be: they
            meet a rule that is not in both.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        scope: PacketSet,
        otherwise: bool = False,
        like: _Plan | None = None,
    ) -> None:
        self.rules, self.like = rules, like
        self.regions = [region(rule) for rule in rules]
        within = tuple(regions(scope))
        self.parts = [
            [part for other in within if (part := own.meet(other))] for own in self.regions
        ]
        self.matcher = Matcher(rules, within)
        self.allows = np.array([*(rule.allows for rule in rules), otherwise])
        self.spans = self._spans(self.regions)
        self.named = {rule.name: rule for rule in rules}
        self.places = {rule.name: place for place, rule in enumerate(rules)}
        self.there = np.ones(len(rules), bool)
        self.anew = np.ones(len(rules), bool) if like is None else self._anew(like)

    def _spans(self, some: Sequence[Region]) -> list[Spans]:
        sides = zip(self.matcher.axes, sides_of(some), strict=True)
        return [Spans(*side) for side in sides]

    def _anew(self, like: _Plan) -> Flags:
        anew = np.array([rule != like.named.get(rule.name) for rule in self.rules], bool)
        for part in regions(joined(apart(like.rules, self.rules))):
            anew[self._where(Spans.meeting, part, 0, len(self.rules))] = True
        return anew

    def afresh(self) -> _Plan:
        """Return the same plan, of which rules can be taken away."""
        made = copy(self)
        made.there = self.there.copy()
        return made

    @cached_property
    @budget()
    def standings(self) -> Mapping[str, Standing]:
        """How each rule stands, by its name."""
        known = self.like.standings if self.like else {}
        dark = {*self.dark}
        return MappingProxyType(
            {
                rule.name: self._standing(place, place in dark)
                if self.anew[place]
                else self._known(known[rule.name])
                for place, rule in enumerate(self.rules)
            }
        )

    def _known(self, standing: Standing) -> Standing:
        """Return how a rule stands here, as in the list before: rules of that cover it."""
        if (shadow := standing.shadow) is None:
            return standing
        covers = tuple(self.named[rule.name] for rule in shadow.covers)
        return standing._replace(shadow=shadow._replace(covers=covers))

    def _standing(self, place: int, dark: bool) -> Standing:
        shadow = self.shadow(place) if dark else None
        needed = self._probed.needed[place]
        free = not needed and (dark or self.needless(place))
        return Standing(
            not self.parts[place], shadow, free, tuple(self._probed.probes[place])
        )

    @property
    def dark(self) -> list[int]:
        """The places of the rules that decide nothing, of those that are asked anew."""
        suspects = np.flatnonzero(self.anew & ~self._probed.live).tolist()
        return [place for place in suspects if self.parts[place] and self.covered(place)]

    # Proofs in bulk

    @cached_property
    def _probed(self) -> _Probed:
        """What probes prove of the rules that are asked anew."""
        size = len(self.rules)
        live, needed = np.zeros(size, bool), np.zeros(size, bool)
        opposed: dict[int, Packet] = {}
        probes: list[list[Probe]] = [[] for _ in self.rules]
        for round_, count in enumerate(_ROUNDS):
            owners, ranks = self._draw(np.flatnonzero(self.anew & ~needed), count)
            first = self.matcher.first_at(ranks)
            mine = np.flatnonzero(first == owners)
            own = owners[mine]
            second = self.matcher.first_at(tuple(rank[mine] for rank in ranks), after=own)
            live[own] = True
            needed[own[self.allows[second] != self.allows[own]]] = True
            against = np.flatnonzero(self.allows[first] != self.allows[owners])
            _, told = np.unique(owners[against], return_index=True)
            told = against[told]
            opposed |= zip(owners[told].tolist(), self._packets(ranks, told), strict=True)
            shown = first == owners if round_ else first >= 0
            let = np.flatnonzero(self.allows[first] & self.allows[owners] & shown)
            by = (self.rules[place].name for place in first[let].tolist())
            told = zip(owners[let].tolist(), self._packets(ranks, let), by, strict=True)
            for owner, *probe in told:
                probes[owner].append(tuple(probe))
        return _Probed(live, needed, opposed, probes)

    def _draw(self, places: Places, count: int) -> tuple[Places, Ranks]:
        """Draw *count* probes of each part of the rules at *places*: place and probe."""
        random = np.random.default_rng(0)
        parts = [part for place in places.tolist() for part in self.parts[place]]
        sizes = [len(self.parts[place]) * count for place in places.tolist()]
        owners = np.repeat(places, sizes)
        return owners, tuple(spans.draw(count, random) for spans in self._spans(parts))

    def _packets(self, ranks: Ranks, which: Places) -> Iterator[Packet]:
        """Write some probes as packets."""
        fields = (rank[which].tolist() for rank in ranks)
        for places in zip(*fields, strict=True):
            sides = zip(self.matcher.axes, places, strict=True)
            source, destination, service = (axis.cuts[place] for axis, place in sides)
            yield Packet(source, destination, *divmod(service, DETAIL_TOP + 1))

    @cached_property
    def _holders(self) -> Mapping[int, int]:
        """The first rule before that alone holds all of a rule, where that is plain.

        Whoever holds all of it holds its corners. The first rule that does is looked at.
        """
        places = [
            place for place in np.flatnonzero(~self._probed.live) if self.parts[place]
        ]
        corners = []
        for end, last in ((0, min), (-1, max)):
            for side, axis in enumerate(self.matcher.axes):
                ends = [
                    last(part[side][end][end] for part in self.parts[p]) for p in places
                ]
                corners.append(axis.ranks(whole_numbers(ends)))
        found = zip(places, self.matcher.first_at(tuple(corners)).tolist(), strict=True)
        return {
            int(place): other
            for place, other in found
            if other < place
            and all(part.meet(self.regions[other]) == part for part in self.parts[place])
        }

    def _held(self, place: int) -> bool:
        return place in self._holders and bool(self.there[self._holders[place]])

    # Exact answers, one rule at a time

    def shadow(self, place: int) -> Shadow:
        """Tell of the rule at *place*, which decides nothing."""
        return Shadow(self.rules[place], self.covers(place), self.opposed(place))

    def covered(self, place: int) -> bool:
        """Return whether the rules before hold every packet of the rule at *place*."""
        return self._held(place) or all(
            self._gap(part, place, place) is None for part in self.parts[place]
        )

    def covers(self, place: int) -> tuple[Rule, ...]:
        """Return rules before that together cover a shadowed rule, none of them in vain.

        Where one is enough, it is the first such. Else take, for a packet that is left,
        the rule that holds most, until none is left; then leave out what was in vain.
        """
        if self._held(place):
            return (self.rules[self._holders[place]],)
        parts = self.parts[place]
        alone = (set(self._where(Spans.holding, part, 0, place).tolist()) for part in parts)
        if enough := set.intersection(*alone):
            return (self.rules[min(enough)],)

        def share(other: int) -> int:
            """Count the packets of the rule that another one speaks of."""
            common = filter(None, (self.regions[other].meet(part) for part in parts))
            sizes = ([sum(b - a + 1 for a, b in side) for side in both] for both in common)
            return sum(map(prod, sizes))

        chosen: list[int] = []
        while left := self._left(parts, chosen):
            found = self._where(Spans.meeting, point(left), 0, place)
            chosen.append(max(found.tolist(), key=share))
        for other in sorted(chosen, key=share):
            fewer = [taken for taken in chosen if taken != other]
            if self._left(parts, fewer) is None:
                chosen = fewer
        return tuple(self.rules[other] for other in sorted(chosen))

    def opposed(self, place: int) -> Packet | None:
        """Return a packet of the rule at *place* that a rule before decides otherwise."""
        if place in self._probed.opposed:
            return self._probed.opposed[place]
        end = self._holders.get(place, place - 1) + 1
        found = (self._opposed(part, place, 0, end) for part in self.parts[place])
        return next(filter(None, found), None)

    def needless(self, place: int) -> bool:
        """Return whether each packet that the rule decides would fare so without it."""
        if self._held(place):
            return True
        last = len(self.rules)
        unlike = self.allows[place] != self.allows[last]
        return not any(
            self._opposed(part, place, place + 1, last)
            or (unlike and self._gap(part, last, place))
            for part in self.parts[place]
        )

    def _opposed(self, part: Region, place: int, begin: int, end: int) -> Packet | None:
        """Return a packet of *part* that a rule of *begin* to *end* would decide otherwise.

        The rule at *place* is left out. Behind a rule that holds all of *part*, none
        decides any of it.
        """
        holding = self._where(Spans.holding, part, begin, end)
        end = int(holding[0]) + 1 if len(holding) else end
        meeting = self._where(Spans.meeting, part, begin, end)
        for other in meeting[self.allows[meeting] != self.allows[place]].tolist():
            common = part.meet(self.regions[other])
            assert common is not None, "a region meets what it meets"
            if found := self._gap(common, other, place):
                return found
        return None

    def _gap(self, part: Region, end: int, place: int) -> Packet | None:
        """Return a packet of *part* that no rule before *end* holds but one, at *place*."""
        holding = self._where(Spans.holding, part, 0, end)
        if np.any(holding != place):
            return None
        meeting = self._where(Spans.meeting, part, 0, end)
        others = (other for other in meeting.tolist() if other != place)
        return gap(part, [self.regions[other] for other in others])

    def _left(self, parts: Sequence[Region], chosen: Sequence[int]) -> Packet | None:
        others = [self.regions[other] for other in chosen]
        return next(filter(None, (gap(part, others) for part in parts)), None)

    def _where(
        self, tell: Callable[..., Flags], part: Region, begin: int, end: int
    ) -> Places:
        """Return the places from *begin* to *end* of rules of which *tell* is true.

        That is `Spans.meeting` or `Spans.holding`, on each side of *part*.
        """
        flags = self.there[begin:end].copy()
        for spans, side in zip(self.spans, part, strict=True):
            flags &= tell(spans, side, begin, end)
        return np.flatnonzero(flags) + begin
