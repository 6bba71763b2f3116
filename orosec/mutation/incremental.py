"""Scenarios of edited tables, made from one that is known: the same answers, sooner.

What an edit leaves alone is not computed again. Names that stand for what they stood for
give the addresses that they gave, and what follows from rows that are the same is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import zip_longest

from orosec.claims.facts import REGISTRY
from orosec.engine.notation import looks_like_range
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.engine.policy import Rule, denied, joined
from orosec.engine.policy_diff import apart
from orosec.model.addressing import ROWS, remembered
from orosec.model.rows import RuleRow, Tables
from orosec.model.scenario import Departure, Scenario
from orosec.mutation.equivalence import Meaning, departures_of, names_of, relays_of, truth

_OF_NAMES = (
    *("subnets", "_network_of_subnet", "edges", "inside", "outside", "special", "leaving"),
    *("members", "meant", "_interfaces_of", "_public", "unsent", "names", "_plausible"),
    *("node_of", "single", "itself"),
)
"""Answers that follow from what `_named` gives, and from nothing else."""

_OF_ROWS = {
    ("rules",): ("policies",),
    ("listeners",): ("listening",),
    ("routes",): ("forwarded",),
    ("rules", "routes"): ("known", "permitted"),
}
"""Answers that follow from what names stand for, and from the rows of these tables."""


class Edited(Scenario):
    """The same scenario of edited tables: what `Scenario` would give, sooner.

    It takes over from a known scenario all that the edit leaves alone.

    Attributes:
        before: the known scenario.
        beside: the same edit under another reading, if names stand for the same there.
        kept: the tables of which the same rows apply as in the known scenario.
        gone: the names that stand for something else than there.
        alike: the scenarios, of these two, in which names stand for the same, each with the
            tables of which the same rows apply.
    """

    def __init__(
        self, before: Scenario, tables: Tables, beside: Edited | None = None
    ) -> None:
        super().__init__(tables, before.cdn, before.reading)
        self.before, own = before, _named(self)
        self.kept = self._like(before)
        named = [one for one in (before, beside) if one is not None and _named(one) == own]
        self.beside = beside if beside in named else None
        for known in named:
            self._take(known, _OF_NAMES)
        same = before.meant is self.meant
        pairs = () if same else names_of(before) ^ names_of(self)
        self.gone = frozenset(str(name) for name, *_ in pairs)
        found = (None if self.gone else before, self.beside)
        self.alike = tuple((one, self._like(one)) for one in found if one is not None)
        for known, kept in self.alike:
            for tables_of, answers in _OF_ROWS.items():
                if kept.issuperset(tables_of):
                    self._take(known, answers)

    def _like(self, known: Scenario) -> frozenset[str]:
        """Return the tables of which the same rows apply here and there."""
        return frozenset(n for n in ROWS if getattr(self, n) == getattr(known, n))

    def _take(self, known: Scenario, answers: Iterable[str]) -> None:
        """Take answers over that are not there yet; a name that is none is an error."""
        own = vars(self)
        own.update((name, getattr(known, name)) for name in answers if name not in own)

    @cached_property
    def permitted(self) -> PacketSet:
        """What passes: asked anew only where lists of rules are apart from the known."""
        before, lists = self.before, self.policies
        if _scopes(self) != _scopes(before):
            return super().permitted
        changed = {at for at, rules in lists.items() if rules != before.policies[at]}
        parts = [part for at in changed for part in apart(before.policies[at], lists[at])]
        anew = self.known & joined(parts)
        return (before.permitted - anew) | anew - joined(
            denied(lists[at], anew & self.scope(at))
            if at in changed
            else anew & _stops(before, at)
            for at in lists
        )

    @cached_property
    def exits(self) -> tuple[Departure, ...]:
        """The ways out: the known ones where the same is asked on the way out."""
        for known, kept in self.alike:
            if "routes" in kept and _out(known) == _out(self):
                return known.exits
        return super().exits

    def traffic(self, source: str, destination: str, services: str) -> PacketSet:
        """Return what `Scenario.traffic` does; the known one knows where names stay."""
        if not self.moves(source, destination):
            return self.before.traffic(source, destination, services)
        if self.beside is not None:
            return self.beside.traffic(source, destination, services)
        return super().traffic(source, destination, services)

    @remembered
    def passed(self, source: str, destination: str, services: str, level: str) -> PacketSet:
        """Return what `Scenario.passed` does; the known one knows where nothing changed."""
        sent = self.traffic(source, destination, services)
        alike = not self.gone and "listeners" in self.kept
        if alike and sent.isdisjoint(self.changed(level)):
            return self.before.passed(source, destination, services, level)
        return super().passed(source, destination, services, level)

    @remembered
    def changed(self, level: str) -> PacketSet:
        """Return the packets that may get through, or be served, otherwise than before."""
        before = self.before
        asked_by_nobody = (self.unsent ^ before.unsent) | (self.itself ^ before.itself)
        return (self.level(level) ^ before.level(level)) | asked_by_nobody

    def forget(self) -> None:
        """Let go of all: answers know who was asked, and would wait for the collector."""
        vars(self).clear()

    def rule_of(self, row: RuleRow) -> Rule:
        """Return what `Scenario.rule_of` does, in the same way."""
        if not self.moves(row.source, row.destination):
            return self.before.rule_of(row)
        return super().rule_of(row) if self.beside is None else self.beside.rule_of(row)

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


def _scopes(scenario: Scenario) -> dict[tuple[str, str], PacketSet]:
    return {at: scenario.scope(at) for at in scenario.policies}


@remembered
def _stops(scenario: Scenario, at: tuple[str, str]) -> PacketSet:
    """Return what the rules of a place stop."""
    return denied(scenario.policies[at], scenario.scope(at))


def _out(scenario: Scenario) -> list[tuple[Rule, ...]]:
    """Return the rules that are asked on the way out."""
    return [rules for (_, way), rules in scenario.policies.items() if way == "egress"]


def meaning_after(edited: Edited, known: Meaning) -> Meaning:
    """Return the meaning of an edited scenario, as `meaning` does, sooner.

    Args:
        edited: the edited scenario; names stand for what they stood for.
        known: the meaning of the one before.
    """
    changed = edited.changed("permitted")
    routed = edited.exits == edited.before.exits and changed.isdisjoint(edited.leaving)
    relayed = edited.kept >= {"relays", "listeners"} and changed.isdisjoint(
        _handed_on(edited.before)
    )
    return Meaning(
        known.names,
        edited.permitted,
        edited.served,
        known.departures if routed else departures_of(edited),
        known.relays if relayed else relays_of(edited),
        tuple((name, fact_in(edited, name)) for name in REGISTRY),
    )


@remembered
def fact_in(scenario: Scenario, name: str) -> str:
    """Return whether a fact holds: as where the rows that it looks at are the same."""
    looked_at = {"nodes", *REGISTRY[name].tables} - {"subnets"}
    for known, kept in scenario.alike if isinstance(scenario, Edited) else ():
        if kept >= looked_at:
            return fact_in(known, name)
    return truth(name, scenario)


def rerouted(edited: Edited) -> PacketSet:
    """Return every packet that may find another way out; the others are asked alike."""
    pairs = zip_longest(edited.exits, edited.before.exits, fillvalue=_NO_WAY)
    apart = ((a.packets, b.packets, a[1:] == b[1:]) for a, b in pairs if a != b)
    return joined(one ^ other if same else one | other for one, other, same in apart)


_NO_WAY = Departure(NOTHING, "", "", "")


@remembered
def _handed_on(scenario: Scenario) -> PacketSet:
    """Return every packet that decides what relays take and hand on."""
    rows = scenario.relays
    flows = [["any", row.node, row.accepts] for row in rows]
    flows += [[row.exit, row.destination, row.services] for row in rows]
    flows += [row.carrier.split(maxsplit=2) for row in rows if row.carrier]
    return joined(scenario.traffic(*flow) for flow in flows)
