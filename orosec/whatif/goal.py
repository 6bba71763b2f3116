"""What an edit shall reach, and whether it does: tried without building a network.

Each place (a network's egress or ingress) stops a part of the traffic. An edit of one rule
changes the list of at most two places, so only their parts are computed anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import NamedTuple

from orosec.engine.intervals import intersect
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.engine.policy import Rule, denied, in_order, joined
from orosec.errors import UnknownNameError
from orosec.model.addressing import grouped, remembered
from orosec.model.platform import implied
from orosec.model.rows import RuleRow
from orosec.model.scenario import Scenario
from orosec.queries.packet_diff import Place


class Goal(NamedTuple):
    """Some traffic that shall be let in, or stopped, under one CDN and reading.

    Attributes:
        scenario: where it shall be so.
        source: who sends, as tables write it.
        destination: who receives, as tables write it.
        services: on which services, as tables write it.
        allow: whether all of it shall be let in; else all of it shall be stopped.
    """

    scenario: Scenario
    source: str
    destination: str
    services: str
    allow: bool

    @property
    def traffic(self) -> PacketSet:
        """Its packets, as far as rules are asked about them."""
        return self.scenario.asked(self.source, self.destination, self.services)

    @property
    def text(self) -> str:
        """The goal in words."""
        action = "allow" if self.allow else "deny"
        variant = f"[{self.scenario.cdn}, {self.scenario.reading}]"
        return f"{action} {self.source} → {self.destination} {self.services}   {variant}"

    def traffic_in(self, scenario: Scenario) -> PacketSet:
        """Return the traffic in another scenario; none where an end is no name there."""
        with suppress(UnknownNameError):
            return scenario.traffic(self.source, self.destination, self.services)
        return NOTHING

    @property
    def reached(self) -> bool:
        """Whether it is so already."""
        return self.reached_with(None, None)

    def reached_with(self, old: RuleRow | None, new: RuleRow | None) -> bool:
        """Return whether it is so with the row *new* instead of *old*.

        Args:
            old: the row that goes; None where none does.
            new: the row that comes; likewise.
        """
        stopped = dict(_stopped(self.scenario, self))
        rows = [row for row in (old, new) if row and self.concerns(row)]
        for place in {(row.network, row.direction) for row in rows}:
            rules = [*self.near(place)]
            if old:
                rules = [rule for rule in rules if rule.name != old.name]
            if new and (new.network, new.direction) == place:
                rules.append(self.scenario.rule_of(new))
            # What says the same as the platform may go: the platform's own rule stays.
            own = (row for row in implied(place[:1], ()) if row.direction == place[1])
            rules += map(self.scenario.rule_of, own)
            stopped[place] = self.stops(place, in_order(rules))
        every = joined(stopped.values())
        return every.empty if self.allow else every == self.traffic

    def concerns(self, row: RuleRow) -> bool:
        """Return whether a row speaks of some of the traffic; no other can change it."""
        return not self.traffic.isdisjoint(self.scenario.rule_of(row).packets())

    def near(self, place: Place) -> tuple[Rule, ...]:
        """Return the rules of a place that may speak of some of the traffic, in order."""
        return _near(self.scenario, self, place)

    def stops(self, place: Place, rules: Sequence[Rule]) -> PacketSet:
        """Return what of the traffic *rules* would stop at a place."""
        asked = self.traffic & self.scenario.scope(place)
        return denied(tuple(rules), asked)

    @property
    def decided(self) -> str:
        """Say which rules are in the way, at each place."""
        found = grouped(
            (f"at the {direction} of {network}", rule.name)
            for network, direction, rule in self.scenario.deciding(self.traffic)
            if rule.allows != self.allow
        )
        if not found:
            return "As it is, no rule decides it."
        places = [f"{place} by {' '.join(rules)}" for place, rules in found.items()]
        return f"As it is, {'stopped' if self.allow else 'let by'} {' and '.join(places)}."


@remembered
def _near(scenario: Scenario, goal: Goal, place: Place) -> tuple[Rule, ...]:
    asked = goal.traffic & scenario.scope(place)
    pair = asked.sources(), asked.destinations()
    return tuple(
        rule
        for rule in scenario.policies.get(place, ())
        if all(map(intersect, (rule.sources, rule.destinations), pair))
    )


@remembered
def _stopped(scenario: Scenario, goal: Goal) -> Mapping[Place, PacketSet]:
    """Return what of the traffic each place stops, as it is."""
    return MappingProxyType(
        {place: goal.stops(place, goal.near(place)) for place in scenario.policies}
    )
