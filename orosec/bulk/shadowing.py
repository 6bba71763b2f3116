"""Rules that decide nothing, and rules that nobody would miss: exact, and in bulk.

Two steps, each exact in what it says. First, probes: some points of each rule are
judged in bulk; one that the rule decides proves that it decides something. Second, the
few that are left are settled by `orosec.bulk.region.gap`. It is asked for a packet that
few rules leave over; the rules before that hold it join them, until none holds it, or no
packet is left over. So a wide rule is not held against each of thousands that it meets.

The probes are drawn with a fixed seed; they save time and never change an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import lru_cache
from math import prod
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import numpy as np

from orosec.bulk.first_match import Flags, Matcher, Places, Ranks, Spans
from orosec.bulk.region import Region, gap, point, region, regions, sides_of
from orosec.engine.decision_diagram import DETAIL_TOP, budget
from orosec.engine.packet_set import EVERYTHING, Packet, PacketSet
from orosec.engine.policy import Rule

RuleList: TypeAlias = tuple[tuple[Rule, ...], PacketSet, bool]
"""Rules in their order, the packets that they are asked about, and whether what none of
them matches is allowed."""

Probe: TypeAlias = tuple[Packet, Rule]
"""A packet, and the rule that decides it."""

_ROUNDS = (8, 64)
"""How many random points of each part of a rule a round of probes takes."""

_FEW = 64
"""How many rules a cover is looked for among, before all that may be part of it are."""


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
    return tuple(
        plan.shadow(place)
        for place in np.flatnonzero(~plan.live()).tolist()
        if plan.parts[place] and plan.covered(place)
    )


@budget()
def redundant(
    rules: Sequence[Rule], scope: PacketSet = EVERYTHING, otherwise: bool = False
) -> tuple[Rule, ...]:
    """Return every rule that can go, by itself, and no packet of *scope* fares otherwise.

    Shadowed rules are among them, and rules that speak of nothing in *scope*. Of two that
    are alike each can go, but not both (`removable` says what can go together).

    Args:
        rules: in their order.
        scope: the packets that the rules are asked about.
        otherwise: whether a packet that no rule matches is allowed; else it is denied.
    """
    return needless(rules, scope, otherwise)[1]


@budget()
def needless(
    rules: Sequence[Rule], scope: PacketSet = EVERYTHING, otherwise: bool = False
) -> tuple[tuple[Shadow, ...], tuple[Rule, ...]]:
    """Return what `shadowed` gives and what `redundant` gives, in little more time."""
    plan = _Plan(rules, scope, otherwise)
    live, needed = plan.needed()
    dark = {place for place in np.flatnonzero(~live).tolist() if plan.covered(place)}
    shadows = (place for place in sorted(dark) if plan.parts[place])
    going = (
        rules[place]
        for place in np.flatnonzero(~needed).tolist()
        if place in dark or plan.needless(place)
    )
    return tuple(map(plan.shadow, shadows)), tuple(going)


@budget()
def removable(
    asked: Iterable[RuleList], going: Iterable[str], *, staying: Container[str] = ()
) -> tuple[str, ...]:
    """Return which rules can go in turn, and in no list any packet fares otherwise.

    Args:
        asked: lists of rules, as `redundant` takes them; a rule may stand in several.
        going: the names of rules that are tried, in this order; those that can go are gone.
        staying: what of them stays in any case: it is told of, and not gone.
    """
    plans = [_Plan(*each) for each in asked]
    found = []
    for name in going:
        places = [(plan, plan.places[name]) for plan in plans if name in plan.places]
        if all(plan.needless(place) for plan, place in places):
            found.append(name)
            for plan, place in places:
                plan.there[place] = name in staying
    return tuple(found)


@lru_cache(maxsize=64)
def probes(rules: tuple[Rule, ...], scope: PacketSet) -> Mapping[Rule, tuple[Probe, ...]]:
    """Return a few packets of *scope* that each rule speaks of, and who decides them."""
    plan = _Plan(rules, scope)
    owners, ranks = plan.draw(np.arange(len(rules)), _ROUNDS[0])
    deciders = plan.matcher.first_at(ranks)
    found: dict[Rule, list[Probe]] = {rule: [] for rule in rules}
    fields = (places.tolist() for places in (owners, deciders, *ranks))
    for owner, decider, *places in zip(*fields, strict=True):
        source, destination, service = (
            axis.cuts[place] for axis, place in zip(plan.matcher.axes, places, strict=True)
        )
        packet = Packet(source, destination, *divmod(service, DETAIL_TOP + 1))
        found[rules[owner]].append((packet, rules[decider]))
    return MappingProxyType({rule: tuple(some) for rule, some in found.items()})


class _Plan:
    """The rules of one question, laid out for it.

    Attributes:
        regions: what each rule speaks of.
        parts: for each rule, what of it lies in the scope.
        allows: what each rule says; the last entry stands for no rule.
        spans: the three sides of the regions, for bulk comparison.
        places: where each rule stands, by its name.
        there: which rules are not gone.
    """

    def __init__(
        self, rules: Sequence[Rule], scope: PacketSet, otherwise: bool = False
    ) -> None:
        self.rules = rules
        self.regions = [region(rule) for rule in rules]
        within = tuple(regions(scope))
        self.parts = [
            [part for other in within if (part := own.meet(other))] for own in self.regions
        ]
        self.matcher = Matcher(rules)
        self.allows = np.array([*(rule.allows for rule in rules), otherwise])
        self.spans = self._spans(self.regions)
        self.places = {rule.name: place for place, rule in enumerate(rules)}
        self.there = np.ones(len(rules), bool)

    def _spans(self, some: Sequence[Region]) -> list[Spans]:
        sides = zip(self.matcher.axes, sides_of(some), strict=True)
        return [Spans(*side) for side in sides]

    # Probes

    def live(self) -> Flags:
        """Tell of which rules a probe proves that they decide a packet."""
        live = np.zeros(len(self.rules), bool)
        for count in _ROUNDS:
            owners, _ = self._decided(np.flatnonzero(~live), count)
            live[owners] = True
        return live

    def needed(self) -> tuple[Flags, Flags]:
        """Tell the same, and of which rules a probe proves that they are needed."""
        live, needed = (np.zeros(len(self.rules), bool) for _ in range(2))
        for count in _ROUNDS:
            owners, ranks = self._decided(np.flatnonzero(~needed), count)
            second = self.matcher.first_at(ranks, after=owners)
            live[owners] = True
            needed[owners[self.allows[second] != self.allows[owners]]] = True
        return live, needed

    def _decided(self, places: Places, count: int) -> tuple[Places, Ranks]:
        """Draw, and give those that their own rule decides."""
        owners, ranks = self.draw(places, count)
        mine = np.flatnonzero(self.matcher.first_at(ranks) == owners)
        return owners[mine], tuple(rank[mine] for rank in ranks)

    def draw(self, places: Places, count: int) -> tuple[Places, Ranks]:
        """Draw *count* probes of each part of the rules at *places*: place and probe."""
        random = np.random.default_rng(0)
        parts = [part for place in places.tolist() for part in self.parts[place]]
        sizes = [len(self.parts[place]) * count for place in places.tolist()]
        owners = np.repeat(places, sizes)
        return owners, tuple(spans.draw(count, random) for spans in self._spans(parts))

    # Exact answers, one rule at a time

    def shadow(self, place: int) -> Shadow:
        """Tell of the rule at *place*, which decides nothing."""
        return Shadow(self.rules[place], self.covers(place), self.opposed(place))

    def covered(self, place: int) -> bool:
        """Return whether the rules before hold every packet of the rule at *place*."""
        return all(self._gap(part, place, place) is None for part in self.parts[place])

    def covers(self, place: int) -> tuple[Rule, ...]:
        """Return rules before that together cover a shadowed rule, none of them in vain.

        Where one is enough, it is the first such. Else take, for a packet that is left,
        the rule that holds most, until none is left; then leave out what was in vain.
        """
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
        found = (self._opposed(part, place, 0, place) for part in self.parts[place])
        return next(filter(None, found), None)

    def needless(self, place: int) -> bool:
        """Return whether each packet that the rule decides would fare so without it."""
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
        near: set[int] = set()
        while found := gap(part, [self.regions[other] for other in near]):
            asked = point(found) if len(near) < _FEW else part
            more = {*self._where(Spans.meeting, asked, 0, end).tolist()} - near - {place}
            if not more:
                return found
            near |= more
        return None

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
