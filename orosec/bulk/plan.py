"""One list of rules, laid out in bulk: which decide nothing, and which nobody would miss.

Three steps, each exact in what it says. First, probes: some points of each rule are judged
in bulk; one that the rule decides proves that it decides something, one that is decided
otherwise proves a conflict. Second, in bulk as well, a rule that lies inside one rule
before it is covered. Third, the few that are left are settled by `orosec.bulk.region.gap`.
It is asked for a packet that few rules leave over; the rules before that hold it join them,
until none holds it, or no packet is left over. So a wide rule is not held against each of
thousands that it meets.

The probes are drawn with a fixed seed; they save time and never change an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from math import prod
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import numpy as np

from orosec.bulk.first_match import Flags, Matcher, Places, Ranks, Spans, whole_numbers
from orosec.bulk.region import Region, gap, point, region, regions, sides_of
from orosec.engine.decision_diagram import DETAIL_TOP, budget
from orosec.engine.packet_set import Packet, PacketSet
from orosec.engine.policy import Rule, joined
from orosec.engine.policy_diff import apart

Probe: TypeAlias = tuple[Packet, str]
"""A packet, and the name of the rule that decides it."""

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


class RuleStanding(NamedTuple):
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


class Plan:
    """The rules of one question, laid out for it.

    Attributes:
        regions: what each rule speaks of.
        parts: for each rule, what of it lies in the scope.
        allows: what each rule says; the last entry stands for no rule.
        spans: the three sides of the regions, for bulk comparison.
        places: where each rule stands, by its name.
        there: which rules are not gone.
        named: the rules by their names.
        like: a list that is much like this one, and is asked about the same.
        anew: which rules are asked anew: they may stand otherwise than in the list *like*
            this one, as they differ, or meet what sets the two lists apart.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        scope: PacketSet,
        otherwise: bool = False,
        like: Plan | None = None,
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

    def _anew(self, like: Plan) -> Flags:
        anew = np.array([rule != like.named.get(rule.name) for rule in self.rules], bool)
        for part in regions(joined(apart(like.rules, self.rules))):
            anew[self._where(Spans.meeting, part, 0, len(self.rules))] = True
        return anew

    def afresh(self) -> Plan:
        """Return the same plan, of which rules can be taken away."""
        made = copy(self)
        made.there = self.there.copy()
        return made

    @cached_property
    @budget()
    def standings(self) -> Mapping[str, RuleStanding]:
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

    def _known(self, standing: RuleStanding) -> RuleStanding:
        """Return how a rule stands here, as in the list before: rules of that cover it."""
        if (shadow := standing.shadow) is None:
            return standing
        covers = tuple(self.named[rule.name] for rule in shadow.covers)
        return standing._replace(shadow=shadow._replace(covers=covers))

    def _standing(self, place: int, dark: bool) -> RuleStanding:
        shadow = self.shadow(place) if dark else None
        needed = self._probed.needed[place]
        free = not needed and (dark or self.needless(place))
        return RuleStanding(
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
        for count in _ROUNDS:
            owners, ranks = self._draw(np.flatnonzero(self.anew & ~needed), count)
            first = self.matcher.first_at(ranks)
            mine = np.flatnonzero(first == owners)
            own = owners[mine]
            second = self.matcher.first_at(tuple(rank[mine] for rank in ranks), after=own)
            live[own] = True
            needed[own[self.allows[second] != self.allows[own]]] = True
            against = np.flatnonzero(self.allows[first] != self.allows[owners])
            against = against[np.unique(owners[against], return_index=True)[1]]
            opposed |= dict(self._packets(owners, ranks, against))
            # Of many that are drawn, those that another rule decides would be too many.
            kept = (first == owners) | (count == _ROUNDS[0])
            kept = np.flatnonzero(self.allows[first] & self.allows[owners] & kept)
            drawn = zip(
                self._packets(owners, ranks, kept), first[kept].tolist(), strict=True
            )
            for (owner, packet), decider in drawn:
                probes[owner].append((packet, self.rules[decider].name))
        return _Probed(live, needed, opposed, probes)

    def _draw(self, places: Places, count: int) -> tuple[Places, Ranks]:
        """Draw *count* probes of each part of the rules at *places*: place and probe."""
        random = np.random.default_rng(0)
        parts = [part for place in places.tolist() for part in self.parts[place]]
        sizes = [len(self.parts[place]) * count for place in places.tolist()]
        owners = np.repeat(places, sizes)
        return owners, tuple(spans.draw(count, random) for spans in self._spans(parts))

    def _packets(
        self, owners: Places, ranks: Ranks, which: Places
    ) -> Iterator[tuple[int, Packet]]:
        """Write some probes as packets, each with the place of its rule."""
        fields = (field[which].tolist() for field in (owners, *ranks))
        for owner, *places in zip(*fields, strict=True):
            sides = zip(self.matcher.axes, places, strict=True)
            source, destination, service = (axis.cuts[place] for axis, place in sides)
            yield owner, Packet(source, destination, *divmod(service, DETAIL_TOP + 1))

    @cached_property
    def _holders(self) -> Mapping[int, int]:
        """The first rule before that alone holds all of a rule, where that is plain.

        Who holds all of it holds its corners; the first who holds these is looked at.
        """
        suspects = np.flatnonzero(self.anew & ~self._probed.live).tolist()
        places = [place for place in suspects if self.parts[place]]
        corners = []
        for end, outer in ((0, min), (-1, max)):
            for side, axis in enumerate(self.matcher.axes):
                ends = ([part[side][end][end] for part in self.parts[k]] for k in places)
                corners.append(axis.ranks(whole_numbers([*map(outer, ends)])))
        first = self.matcher.first_at(tuple(corners)).tolist()
        return {
            place: other
            for place, other in zip(places, first, strict=True)
            if other < place
            if all(part.meet(self.regions[other]) == part for part in self.parts[place])
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
