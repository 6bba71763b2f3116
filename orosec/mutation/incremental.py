"""Scenarios of edited tables, made from one that is known: the same answers, sooner.

What an edit leaves alone is not computed again. Names that stand for what they stood for
give the addresses that they gave, and what follows from rows that are the same is the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from orosec.engine.intervals import Intervals
from orosec.engine.notation import looks_like_range
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import Rule
from orosec.model.addressing import ROWS
from orosec.model.rows import RuleRow, Tables
from orosec.model.scenario import Scenario

_OF_NAMES = (
    *("subnets", "_network_of_subnet", "edges", "inside", "outside", "special", "leaving"),
    *("members", "meant", "publics", "_attached", "_public", "names", "_plausible"),
)
"""Answers that follow from what `_named` gives, and from nothing else."""

_OF_ROWS = {
    "rules": ("policies", "territory", "shares", "permitted"),
    "listeners": ("listening",),
    "routes": ("_exits",),
}
"""Answers that follow from what names stand for, and from the rows of one table."""


def edited(before: Scenario, tables: Tables) -> Scenario:
    """Return the same scenario of edited *tables*: what `Scenario` would give, sooner.

    Where no row that applies is another one, that is *before* itself.
    """
    after = _Edited(before, tables)
    same = before.tables.subnets == tables.subnets and same_rows(before, after, *ROWS)
    return before if same else after


def same_rows(before: Scenario, after: Scenario, *names: str) -> bool:
    """Return whether the same rows of some tables apply in two scenarios."""
    return all(getattr(before, name) == getattr(after, name) for name in names)


def names_of(scenario: Scenario) -> frozenset[tuple[object, ...]]:
    """Return what names stand for, and who has which public address."""
    return frozenset((*scenario.meant.items(), *scenario.publics))


def moved(before: Scenario, after: Scenario) -> frozenset[object]:
    """Return the names that stand for something else in *after* than in *before*."""
    if before.meant is after.meant:
        return frozenset()
    return frozenset(name for name, *_ in names_of(before) ^ names_of(after))


def spared(gone: frozenset[object], *ends: str) -> bool:
    """Return whether ends, each one or several names, stand for what they stood for.

    Where some name is *gone* elsewhere, another host may stand behind a public address.
    """
    if not gone:
        return True
    words = " ".join(ends).split()
    return gone.isdisjoint(words) and not any(map(looks_like_range, words))


class _Edited(Scenario):
    """A scenario that asks a known one for all that an edit leaves alone."""

    def __init__(self, before: Scenario, tables: Tables) -> None:
        super().__init__(tables, before.cdn, before.reading)
        self._before = before
        if _named(before) == _named(self):
            self._take(_OF_NAMES)
        self._gone = moved(before, self)
        for table, answers in _OF_ROWS.items():
            if not self._gone and same_rows(before, self, table):
                self._take(answers)

    def _take(self, answers: Iterable[str]) -> None:
        """Take answers over from the known scenario; a name that is none is an error."""
        for name in answers:
            setattr(self, name, getattr(self._before, name))

    def networks_of(self, end: str) -> frozenset[str]:
        if spared(self._gone, end):
            return self._before.networks_of(end)
        return super().networks_of(end)

    def addresses(self, end: str, side: str, near: frozenset[str]) -> Intervals:
        if spared(self._gone, end):
            return self._before.addresses(end, side, near)
        return super().addresses(end, side, near)

    def traffic(self, source: str, destination: str, services: str) -> PacketSet:
        if spared(self._gone, source, destination):
            return self._before.traffic(source, destination, services)
        return super().traffic(source, destination, services)

    def rule_of(self, row: RuleRow) -> Rule:
        if spared(self._gone, row.source, row.destination):
            return self._before.rule_of(row)
        return super().rule_of(row)


def _named(scenario: Scenario) -> tuple[object, ...]:
    """Return all that it follows from what each name stands for."""
    subnets = scenario.tables.subnets
    return subnets, scenario.nodes, scenario.interfaces, scenario.networks
