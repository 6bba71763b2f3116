"""Scenarios of edited tables, made from one that is known: the same answers, sooner.

What an edit leaves alone is not computed again. Names that stand for what they stood for
give the addresses that they gave, and what follows from rows that are the same is the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from orosec.claims.facts import REGISTRY
from orosec.engine.notation import looks_like_range
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import Rule
from orosec.model.addressing import ROWS
from orosec.model.rows import RuleRow, Tables
from orosec.model.scenario import Scenario
from orosec.mutation.equivalence import Meaning, departures_of, names_of, relays_of, truth

_OF_NAMES = (
    *("subnets", "_network_of_subnet", "edges", "inside", "outside", "special", "leaving"),
    *("members", "meant", "_interfaces_of", "_public", "unsent", "names", "_plausible"),
)
"""Answers that follow from what `_named` gives, and from nothing else."""

_OF_ROWS = {
    ("rules",): ("policies",),
    ("listeners",): ("listening",),
    ("routes",): ("forwarded",),
    ("rules", "routes"): ("exits", "known", "permitted"),
}
"""Answers that follow from what names stand for, and from the rows of these tables."""


class Edited(Scenario):
    """The same scenario of edited tables: what `Scenario` would give, sooner.

    It takes over from a known scenario all that the edit leaves alone.

    Attributes:
        before: the known scenario.
        kept: the tables of which the same rows apply as there.
        gone: the names that stand for something else than there.
    """

    def __init__(self, before: Scenario, tables: Tables) -> None:
        super().__init__(tables, before.cdn, before.reading)
        self.before = before
        self.kept = frozenset(
            name for name in ROWS if getattr(self, name) == getattr(before, name)
        )
        if _named(before) == _named(self):
            self._take(_OF_NAMES)
        same = before.meant is self.meant
        pairs = () if same else names_of(before) ^ names_of(self)
        self.gone = frozenset(str(name) for name, *_ in pairs)
        for tables_of, answers in _OF_ROWS.items():
            if not self.gone and self.kept.issuperset(tables_of):
                self._take(answers)

    def _take(self, answers: Iterable[str]) -> None:
        """Take answers over; a name that is none is an error."""
        vars(self).update((name, getattr(self.before, name)) for name in answers)

    def traffic(self, source: str, destination: str, services: str) -> PacketSet:
        """Return what `Scenario.traffic` does; the known one knows where names stay."""
        if self.moves(source, destination):
            return super().traffic(source, destination, services)
        return self.before.traffic(source, destination, services)

    def rule_of(self, row: RuleRow) -> Rule:
        """Return what `Scenario.rule_of` does, in the same way."""
        if self.moves(row.source, row.destination):
            return super().rule_of(row)
        return self.before.rule_of(row)

    @property
    def untouched(self) -> bool:
        """Whether no row that applies is another one."""
        return self.tables.subnets == self.before.tables.subnets and self.kept == {*ROWS}

    def moves(self, *ends: str) -> bool:
        """Return whether ends, each one or several names, may stand for something else.

        Where a name does, there may be another host behind a public address, too.
        """
        if not self.gone:
            return False
        words = " ".join(ends).split()
        return not self.gone.isdisjoint(words) or any(map(looks_like_range, words))


def _named(scenario: Scenario) -> tuple[object, ...]:
    """Return all that it follows from what each name stands for."""
    subnets = scenario.tables.subnets
    return subnets, scenario.nodes, scenario.interfaces, scenario.networks


def meaning_after(edited: Edited, known: Meaning) -> Meaning:
    """Return the meaning of an edited scenario, as `meaning` does, sooner.

    Args:
        edited: the edited scenario; names stand for what they stood for.
        known: the meaning of the one before.
    """
    changed = edited.permitted ^ known.permitted
    routed = edited.exits == edited.before.exits and changed.isdisjoint(edited.leaving)
    relayed = edited.kept >= {"relays", "listeners"} and changed.empty
    anew = {
        name: truth(name, edited)
        for name, fact in REGISTRY.items()
        if not edited.kept | {"subnets"} >= {"nodes", *fact.tables}
    }
    return Meaning(
        known.names,
        edited.permitted,
        edited.served,
        known.departures if routed else departures_of(edited),
        known.relays if relayed else relays_of(edited),
        tuple((dict(known.facts) | anew).items()),
    )
