"""Scenarios of edited tables, made from one that is known: the same answers, sooner.

What an edit leaves alone is not computed again. Names that stand for what they stood for
give the addresses that they gave; lists of rules that are the same decide as they did; and
of what passes, only packets are looked at again that some list decides otherwise.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import NamedTuple

from orosec.engine.intervals import Intervals
from orosec.engine.notation import looks_like_range
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.engine.policy import Rule, denied, shares
from orosec.model.addressing import ROWS
from orosec.model.rows import RuleRow, Tables
from orosec.model.scenario import Scenario

_OF_PLACES = (
    *("subnets", "_network_of_subnet", "networks", "edges", "inside", "outside"),
    *("special", "leaving"),
)
"""Answers that follow from subnets, edges and the networks that have rules."""

_OF_NAMES = ("members", "meant", "publics", "_attached", "_public", "names", "_plausible")
"""Answers that follow from those, from nodes and from interfaces."""


class Moved(NamedTuple):
    """What stands for something else after an edit.

    Attributes:
        names: the names.
        ranges: whether addresses and ranges may, as hosts behind public addresses do.
    """

    names: frozenset[str]
    ranges: bool

    def spares(self, *ends: str) -> bool:
        """Return whether ends, each one or several names, stand for what they stood for."""
        if not self.names and not self.ranges:
            return True
        words = [word for end in ends for word in end.split()]
        if self.ranges and any(map(looks_like_range, words)):
            return False
        return self.names.isdisjoint(words)


NOTHING_MOVED = Moved(frozenset(), ranges=False)


def moved(before: Scenario, after: Scenario) -> Moved:
    """Say which names stand for something else in *after* than in *before*."""
    if _named(before) == _named(after):
        return NOTHING_MOVED
    names = {name for name, _ in before.meant.items() ^ after.meant.items()}
    subnets = before.tables.subnets != after.tables.subnets
    return Moved(frozenset(names), subnets or before.publics != after.publics)


def _named(scenario: Scenario) -> tuple[object, ...]:
    tables = scenario.tables
    return tables.subnets, scenario.nodes, scenario.interfaces, scenario.networks


def edited(before: Scenario, tables: Tables) -> Scenario:
    """Return the same scenario of edited *tables*: what `Scenario` would give, sooner.

    Where no row that applies is another one, that is *before* itself.
    """
    after = _Edited(before, tables)
    return before if _rows(before) == _rows(after) else after


def _rows(scenario: Scenario) -> list[object]:
    return [scenario.tables.subnets, *(getattr(scenario, name) for name in ROWS)]


class _Edited(Scenario):
    """A scenario that asks a known one for all that an edit leaves alone."""

    def __init__(self, before: Scenario, tables: Tables) -> None:
        super().__init__(tables, before.cdn, before.reading)
        self._before = before
        if _placed(before) == _placed(self):
            self._take(*_OF_PLACES)
        self._gone = moved(before, self)
        if _named(before) == _named(self):
            self._take(*_OF_NAMES)
            if before.routes == self.routes:
                self._take("_exits")

    def _take(self, *names: str) -> None:
        """Take answers over from the known scenario; a name that is none is an error."""
        for name in names:
            setattr(self, name, getattr(self._before, name))

    def networks_of(self, end: str) -> frozenset[str]:
        if self._gone.spares(end):
            return self._before.networks_of(end)
        return super().networks_of(end)

    def addresses(self, end: str, side: str, near: frozenset[str]) -> Intervals:
        if self._gone.spares(end):
            return self._before.addresses(end, side, near)
        return super().addresses(end, side, near)

    def traffic(self, source: str, destination: str, services: str) -> PacketSet:
        if self._gone.spares(source, destination):
            return self._before.traffic(source, destination, services)
        return super().traffic(source, destination, services)

    def rule_of(self, row: RuleRow) -> Rule:
        if self._gone.spares(row.source, row.destination):
            return self._before.rule_of(row)
        return super().rule_of(row)

    @cached_property
    def permitted(self) -> PacketSet:
        closed, opened = self._changed
        return (self._before.permitted - closed) | opened

    @cached_property
    def listening(self) -> PacketSet:
        return self._before.listening if self._hears_as_before else super().listening

    @cached_property
    def served(self) -> PacketSet:
        if not self._hears_as_before:
            return super().served
        closed, opened = self._changed
        return (self._before.served - closed) | (opened & self.listening)

    @cached_property
    def _hears_as_before(self) -> bool:
        spared = self._gone.spares(*(row.node for row in self.listeners))
        return spared and self.listeners == self._before.listeners

    @cached_property
    def _changed(self) -> tuple[PacketSet, PacketSet]:
        """What passes no longer, and what passes now and did not."""
        before = self._before
        closed = opened = NOTHING
        if before.policies == self.policies and before.territory == self.territory:
            return closed, opened
        for place in dict.fromkeys(chain(before.policies, self.policies)):
            if _asked(before, place) != _asked(self, place):
                stopped, stops = _stopped(before, place), _stopped(self, place)
                closed, opened = closed | (stops - stopped), opened | (stopped - stops)
        for place, rules in self.policies.items() if not opened.empty else ():
            opened = opened - denied(shares(rules, opened & self.scope(place)))
        return closed, opened


def _placed(scenario: Scenario) -> tuple[object, ...]:
    edges = [
        (row.address, scenario.network_of(row))
        for row in scenario.interfaces
        if not row.subnet
    ]
    return scenario.tables.subnets, scenario.networks, edges


def _asked(scenario: Scenario, place: tuple[str, str]) -> tuple[object, object]:
    return scenario.policies.get(place), scenario.territory.get(place)


def _stopped(scenario: Scenario, place: tuple[str, str]) -> PacketSet:
    """Return what the rules of a place stop."""
    rules = scenario.policies.get(place)
    return denied(shares(rules, scenario.scope(place))) if rules else NOTHING
