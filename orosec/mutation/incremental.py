"""Deployments of edited tables, made from one that is known: the same answers, sooner.

What an edit leaves alone is not computed again. Names that stand for what they stood for
give the addresses that they gave; lists of rules that are the same decide as they did; and
of what passes, only packets are looked at again that some list decides otherwise.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import NamedTuple

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

_OF_NAMES = (
    *_OF_PLACES,
    *("members", "meant", "publics", "_attached", "_public", "names", "_plausible"),
)
"""Answers that follow from subnets, nodes, interfaces and networks."""

_OF_ARGUMENTS = ("_traffic", "_addresses", "_behind", "_networks_of", "_rule_of")
"""Answers that follow from the same, each for its arguments."""


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
    """Return the same variant of edited *tables*: what `Scenario` would give, sooner.

    Where no row of the variant is another one, that is *before* itself.
    """
    after = Scenario(tables, before.cdn, before.reading)
    if _rows(before) == _rows(after):
        return before
    _keep(before, after)
    closed, opened = _changed(before, after)
    answers: dict[str, object] = {"permitted": (before.permitted - closed) | opened}
    heard = moved(before, after).spares(*(row.node for row in after.listeners))
    if heard and after.listeners == before.listeners:
        answers["listening"] = before.listening
        answers["served"] = (before.served - closed) | (opened & before.listening)
    after._learn(**answers)
    return after


def _rows(scenario: Scenario) -> list[object]:
    return [scenario.tables.subnets, *(getattr(scenario, name) for name in ROWS)]


def _keep(before: Scenario, after: Scenario) -> None:
    """Let *after* answer from *before* what does not depend on the edit."""
    if _named(before) == _named(after):
        after._learn(**before._known(*_OF_NAMES, *_OF_ARGUMENTS))
        if before.routes == after.routes:
            after._learn(_exits=before._exits)
        if before.policies.keys() == after.policies.keys():
            after._learn(territory=before.territory)
        return
    if _placed(before) == _placed(after):
        after._learn(**before._known(*_OF_PLACES))
    gone = moved(before, after)

    def traffic(source: str, destination: str, services: str) -> PacketSet:
        known = gone.spares(source, destination)
        if known:
            return before.traffic(source, destination, services)
        return after._find_traffic(source, destination, services)

    def rule_of(row: RuleRow) -> Rule:
        known = gone.spares(row.source, row.destination)
        return before.rule_of(row) if known else after._resolve(row)

    after._learn(
        _traffic=lru_cache(maxsize=2048)(traffic),
        _rule_of=lru_cache(maxsize=512)(rule_of),
    )


def _placed(scenario: Scenario) -> tuple[object, ...]:
    edges = [
        (row.address, scenario.network_of(row))
        for row in scenario.interfaces
        if not row.subnet
    ]
    return scenario.tables.subnets, scenario.networks, edges


def _changed(before: Scenario, after: Scenario) -> tuple[PacketSet, PacketSet]:
    """Return what passes no longer, and what passes now and did not."""
    closed = opened = NOTHING
    if before.policies == after.policies and before.territory == after.territory:
        return closed, opened
    for place in dict.fromkeys(chain(before.policies, after.policies)):
        if _asked(before, place) != _asked(after, place):
            stopped, stops = _stopped(before, place), _stopped(after, place)
            closed, opened = closed | (stops - stopped), opened | (stopped - stops)
    for place, rules in after.policies.items() if not opened.empty else ():
        opened = opened - denied(shares(rules, opened & after.scope(place)))
    return closed, opened


def _asked(scenario: Scenario, place: tuple[str, str]) -> tuple[object, object]:
    return scenario.policies.get(place), scenario.territory.get(place)


def _stopped(scenario: Scenario, place: tuple[str, str]) -> PacketSet:
    """Return what the rules of a place stop."""
    rules = scenario.policies.get(place)
    return denied(shares(rules, scenario.scope(place))) if rules else NOTHING
