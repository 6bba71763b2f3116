"""What one edit of one rule would let some traffic in, or stop it; the least harmful first.

The search is exact, not a list of recipes: every rule is deleted, every cell that says
what a rule does is written anew with every value that can be made from what stands there
and what was asked (`SPACE` says which), and the rule that was asked for is added at every
place and in every order. Of each such edit it is proved whether all of the traffic is let
in (or stopped) by it; only these are told. Then every promise is judged anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, NamedTuple

from orosec.engine.decision_diagram import Services
from orosec.engine.intervals import Intervals, subtract, union
from orosec.engine.notation import read_services, services_text
from orosec.engine.packet_set import NOTHING, PacketSet, services_union
from orosec.engine.policy import Rule, in_order, joined, outcome
from orosec.errors import NotationError, TableError, UnknownNameError, counted
from orosec.model.edit import Edit
from orosec.model.names import as_cell
from orosec.model.network import Network, given
from orosec.model.rows import RuleRow, row_with
from orosec.model.scenario import Scenario
from orosec.model.schema import CDNS, READINGS, variants
from orosec.queries.packet_diff import Place, near
from orosec.results import Sheet, Shown
from orosec.whatif.consequences import Consequence, consequences
from orosec.whatif.diff import Diff, Pair

SPACE = (
    "Looked at: each rule of ours taken away; in each, one cell written anew (the other "
    "action or direction, another network, every place in the order, and for source, "
    "destination and services: what was asked, both together, what stands there without "
    "what was asked, and any); and the rule that was asked for, added in each network, "
    "for each direction, at every place in the order. The platform's own rules stay as "
    "they are: nobody can edit them."
)
"""What is searched, in words."""

_MOST_WORDS = 8
_PREFERRED = 1000
_ENDS = ("source", "destination")


_ADDED: RuleRow = row_with(RuleRow, cdn="both", reading="both", basis="proposed")
"""A rule to be added, before anything is said of what it does."""


class Suggestion(NamedTuple):
    """An edit of one rule that reaches the goal.

    Attributes:
        step: the edit.
        says: the same in words.
        network: the network with the edit.
        broken: the promises that it breaks.
        others: what else it changes, beside the traffic that was asked about.
    """

    step: Edit
    says: str
    network: Network
    broken: tuple[Consequence, ...]
    others: Diff

    @property
    def claims(self) -> tuple[str, ...]:
        """The ids of the promises that it breaks."""
        return tuple(dict.fromkeys(row.claim for row in self.broken))

    @property
    def code(self) -> str:
        """The edit as Python writes it."""
        return f"network.{self.step}"

    @property
    def place(self) -> tuple[object, ...]:
        """Where a rule is added; empty for other edits."""
        cells = dict(self.step.columns)
        adds = self.step.method == "with_rule"
        return (cells["network"], cells["direction"]) if adds else ()

    @property
    def effect(self) -> tuple[object, ...]:
        """What it does, whichever edit does it."""
        rows = [
            (row.change, row.source, row.destination, row.services, row.under)
            for row in self.others.rows
        ]
        return self.claims, tuple(rows), self.others.journeys

    @property
    def harm(self) -> tuple[int, int, int, str]:
        """What it is sorted by: broken promises, other changes, size."""
        rows = len(self.others.rows) + len(self.others.journeys)
        return len(self.claims), rows, len(self.step.columns), self.says


class Suggestions(Shown):
    """Every edit of one rule that reaches a goal, the least harmful first.

    Attributes:
        goal: what was asked for, in words.
        reached: whether it is so already, so that nothing needs to be done.
        looked_at: how many edits were looked at.
        suggestions: those that reach the goal.
        decided: by which rules the traffic is decided otherwise now, in words.
    """

    def __init__(
        self,
        goal: str,
        suggestions: Sequence[Suggestion],
        *,
        reached: bool,
        looked_at: int,
        decided: str,
    ) -> None:
        self.goal = goal
        self.reached = reached
        self.looked_at = looked_at
        self.suggestions = tuple(sorted(suggestions, key=lambda one: one.harm))
        self.decided = decided

    def __iter__(self) -> Iterator[Suggestion]:
        return iter(self.suggestions)

    def __len__(self) -> int:
        return len(self.suggestions)

    @property
    def title(self) -> str:
        """The answer in one sentence."""
        if self.reached:
            return f"{self.goal}: it is so already, nothing needs to change"
        if not self.suggestions:
            return f"{self.goal}: no edit of a single rule does it"
        many = counted(len(self), "edit")
        return f"{self.goal}: {many} of one rule, the least harmful first"

    @property
    def notes(self) -> tuple[str, ...]:
        """What was searched, and where the traffic is decided."""
        if self.reached:
            return ()
        searched = f"{SPACE} {self.looked_at} edits in all, each proved to do it or not."
        return (self.decided, searched)

    @property
    def sheet(self) -> Sheet:
        """The edits as a table: what each breaks, and what else it changes."""
        rows = [
            (
                one.says,
                " ".join(one.claims) or "nothing",
                _others(one.others),
            )
            for one in self.suggestions
        ]
        columns = ("edit", "promises that break", "changes besides")
        return Sheet(self.title, columns, rows, self.notes)

    def as_dict(self) -> dict[str, Any]:
        """Return the edits as plain values, for JSON."""
        return {
            "goal": self.goal,
            "reached": self.reached,
            "looked_at": self.looked_at,
            "space": SPACE,
            "suggestions": [_values(one) for one in self.suggestions],
        }


def _others(others: Diff) -> str:
    if others.empty:
        return "nothing"
    told = [
        f"{row.change}: {row.source} → {row.destination} {row.services}"
        for row in others.rows
    ] + [str(way) for way in others.journeys]
    more = f"; and {len(told) - 2} more" if len(told) > 2 else ""  # noqa: PLR2004
    return "; ".join(told[:2]) + more


def _values(one: Suggestion) -> dict[str, Any]:
    return {
        "edit": one.says,
        "method": one.step.method,
        "names": list(one.step.names),
        "columns": dict(one.step.columns),
        "code": one.code,
        "breaks": list(one.claims),
        "others": one.others.as_dict(),
    }


def what_would_allow(
    source: str,
    destination: str,
    service: str,
    *,
    cdn: str = CDNS[0],
    reading: str = READINGS[0],
    network: Network | None = None,
) -> Suggestions:
    """Find the edits of one rule that let all of some traffic in.

    Args:
        source: who shall be let in, as in a question to `orosec.decide`.
        destination: where to.
        service: on which services.
        cdn: the CDN under which it shall be so; promises are judged under both.
        reading: the reading under which it shall be so; likewise.
        network: the tables to edit; the documented ones where left out.

    >>> found = what_would_allow("bridge", "database", "tcp:5432")
    >>> [next(iter(found)).claims, len(found) > 1]
    [('AC1-stores', 'TF2-only'), True]

    Raises:
        UnknownNameError: an end, the CDN or the reading is no known name.
        NotationError: an end or the service cannot be read, or there is no such traffic.
    """
    asked = (source, destination, service)
    return _suggest(asked, cdn, reading, given(network), allow=True)


def what_would_deny(
    source: str,
    destination: str,
    service: str,
    *,
    cdn: str = CDNS[0],
    reading: str = READINGS[0],
    network: Network | None = None,
) -> Suggestions:
    """Find the edits of one rule that stop all of some traffic; else as above."""
    asked = (source, destination, service)
    return _suggest(asked, cdn, reading, given(network), allow=False)


def _suggest(
    asked: tuple[str, str, str], cdn: str, reading: str, network: Network, *, allow: bool
) -> Suggestions:
    goal = _Goal(network, network.scenario(cdn, reading), asked, allow)
    if goal.traffic.empty:
        hint = "name ends that have addresses"
        raise NotationError(goal.text, "asks about nothing: there is no such traffic", hint)
    reached = goal.reached(goal.stopped)
    edits = [] if reached else list(_edits(goal))
    reaching = (edit for edit in edits if goal.reached_with(*edit[1:]))
    judged = [_judged(goal, step) for step, _, _ in _smallest(reaching)]
    found = _least([one for one in judged if one is not None])
    return Suggestions(
        goal.text, found, reached=reached, looked_at=len(edits), decided=goal.decided
    )


def _least(found: Sequence[Suggestion]) -> list[Suggestion]:
    """Of edits of one cell keep the least harmful; of edits alike in effect, the first."""
    best: dict[tuple[object, ...], Suggestion] = {}
    for one in found:
        where = tuple(column for column, _ in one.step.columns)
        key = (one.step.names, where, one.place)
        best[key] = min(best.get(key, one), one, key=lambda each: each.harm)
    apart = {
        (one.step.names[0], one.place, one.effect): one for one in reversed(best.values())
    }
    return list(apart.values())


class _Goal:
    """What shall be reached, and how an edit is tried without building a network."""

    def __init__(
        self,
        network: Network,
        scenario: Scenario,
        asked: tuple[str, str, str],
        allow: bool,
    ) -> None:
        self.network = network
        self.scenario = scenario
        self.asked = asked
        self.allow = allow
        self.traffic = scenario.traffic(*asked)

    def traffic_in(self, scenario: Scenario) -> PacketSet:
        """Return the traffic in another scenario; none where an end is no name there."""
        with suppress(UnknownNameError):
            return scenario.traffic(*self.asked)
        return NOTHING

    @property
    def text(self) -> str:
        """The goal in words."""
        source, destination, service = self.asked
        variant = f"[{self.scenario.cdn}, {self.scenario.reading}]"
        action = "allow" if self.allow else "deny"
        return f"{action} {source} → {destination} {service}   {variant}"

    @cached_property
    def stopped(self) -> Mapping[Place, PacketSet]:
        """What of the traffic each place stops, as it is."""
        policies = self.scenario.policies
        return {place: self.stops(place, rules) for place, rules in policies.items()}

    def stops(self, place: Place, rules: Sequence[Rule]) -> PacketSet:
        """Return what of the traffic the *rules* would stop at a place."""
        asked = self.traffic & self.scenario.scope(place)
        if asked.empty:
            return NOTHING
        matched, permits = outcome(near(rules, asked), asked)
        return matched - permits

    def reached(self, stopped: Mapping[Place, PacketSet]) -> bool:
        """Return whether all is let in, or all is stopped."""
        every = joined(stopped.values())
        return every.empty if self.allow else every == self.traffic

    def reached_with(self, old: RuleRow | None, new: RuleRow | None) -> bool:
        """Return whether the goal is reached with one row instead of another."""
        edited = dict(self.stopped)
        for row in filter(None, (old, new)):
            place = (row.network, row.direction)
            rules = list(self.scenario.policies.get(place, ()))
            if old is not None:
                rules = [rule for rule in rules if rule.name != old.name]
            if new is not None and (new.network, new.direction) == place:
                rules.append(self.scenario.rule_of(new))
            edited[place] = self.stops(place, in_order(rules))
        return self.reached(edited)

    @property
    def decided(self) -> str:
        """Say which rules are in the way, at each place."""
        found: dict[Place, list[str]] = {}
        for network, direction, rule in self.scenario.deciding(self.traffic):
            if rule.allows != self.allow:
                found.setdefault((network, direction), []).append(rule.name)
        where = [
            f"at the {direction} of {network} by {' '.join(rules)}"
            for (network, direction), rules in found.items()
        ]
        if not where:
            return "As it is, no rule decides it."
        return f"As it is, {'stopped' if self.allow else 'let by'} {' and '.join(where)}."


_Edit = tuple[Edit, RuleRow | None, RuleRow | None]
"""An edit, with the row that goes and the row that comes."""


def _edits(goal: _Goal) -> Iterator[_Edit]:
    """Yield every edit that is looked at."""
    for row in goal.scenario.rules:
        if row.basis == "platform":
            continue
        yield Edit("without_rule", (row.name,)), row, None
        for column, value in _values_for(goal, row):
            new = row._replace(**{column: value})
            if new != row:
                yield Edit("with_rule_changed", (row.name,), ((column, value),)), row, new
    yield from _additions(goal)


def _values_for(goal: _Goal, row: RuleRow) -> Iterator[tuple[str, Any]]:
    """Yield each cell of a rule that says what it does, with each value to try."""
    yield "action", "deny" if row.action == "allow" else "allow"
    yield "direction", "egress" if row.direction == "ingress" else "ingress"
    for network in goal.scenario.networks:
        yield "network", network
    for priority in _priorities(goal, (row.network, row.direction)):
        yield "priority", priority
    here = frozenset((row.network,))
    rule = goal.scenario.rule_of(row)
    ends = (rule.sources, rule.destinations)
    for column, asked, spans in zip(_ENDS, goal.asked, ends, strict=False):
        for value in _end_values(goal, column, asked, spans, here):
            yield column, value
    for services in _service_values(rule.services, read_services(goal.asked[2])):
        text = services_text(services)
        if text and len(text.split()) <= _MOST_WORDS:
            yield "services", text


def _priorities(goal: _Goal, place: Place) -> list[int]:
    """Return a priority for every place in the order of some rules, as it is preferred."""
    taken = {rule.priority for rule in goal.scenario.policies.get(place, ())}
    steps = {priority + step for priority in taken for step in (-1, 0, 1)}
    return sorted({min(max(one, 0), 65535) for one in steps | {_PREFERRED}})


def _end_values(
    goal: _Goal, column: str, asked: str, spans: Intervals, here: frozenset[str]
) -> Iterator[str]:
    wanted = union(
        span for end in asked.split() for span in goal.scenario.addresses(end, column, here)
    )
    both, rest = union((*spans, *wanted)), subtract(spans, wanted)
    cells = [as_cell(goal.scenario, one, column, here) for one in (both, rest)]
    for value in dict.fromkeys((asked, *cells, "any")):
        if value and len(value.split()) <= _MOST_WORDS:
            yield value


def _service_values(services: Services, asked: Services) -> Iterator[Services]:
    both = services_union([services, asked])
    rest = PacketSet.box(services=services) - PacketSet.box(services=asked)
    yield from (asked, both, rest.services(), services_union([read_services("all")]))


def _additions(goal: _Goal) -> Iterator[_Edit]:
    """Yield the rule that was asked for: at each place, with each priority."""
    taken = {row.name for row in goal.network.tables.rules}
    name = next(
        one
        for number in range(len(taken) + 1)
        if (one := f"suggested-{number + 1}") not in taken
    )
    source, destination, service = goal.asked
    cells: dict[str, Any] = {"source": source, "destination": destination}
    cells["services"] = services_text(read_services(service))
    action = "allow" if goal.allow else "deny"
    for network in goal.scenario.networks:
        for direction in ("ingress", "egress"):
            for priority in _priorities(goal, (network, direction)):
                place: dict[str, Any] = {"network": network, "direction": direction}
                place["priority"] = priority
                columns = tuple({**cells, **place}.items())
                row = _ADDED._replace(name=name, action=action, **cells, **place)
                yield Edit("with_rule", (name, action), columns), None, row


def _smallest(edits: Iterable[_Edit]) -> Iterator[_Edit]:
    """Of edits that differ in a priority alone, keep the nearest on either side."""
    nearest: dict[tuple[object, ...], tuple[int, _Edit]] = {}
    for edit in edits:
        step, old, new = edit
        if new is None or (old is not None and old.priority == new.priority):
            yield edit
            continue
        start = _PREFERRED if old is None else old.priority
        key = (step.names, new.network, new.direction, new.priority > start)
        far = abs(new.priority - start)
        if key not in nearest or far < nearest[key][0]:
            nearest[key] = (far, edit)
    yield from (edit for _, edit in nearest.values())


def _judged(goal: _Goal, step: Edit) -> Suggestion | None:
    """Make an edit, and judge what it breaks and what it changes besides."""
    made = _made(goal, step)
    if made is None:
        return None
    step, network = made
    pairs = [
        Pair(variant, goal.network.scenario(*variant), network.scenario(*variant))
        for variant in variants()
    ]
    others = Diff(pairs, {pair.variant: goal.traffic_in(pair.after) for pair in pairs})
    broken = consequences(goal.network, network).broken
    return Suggestion(step, _words(goal, step), network, broken, others)


def _made(goal: _Goal, step: Edit) -> tuple[Edit, Network] | None:
    """Make an edit; a new rule is for both CDNs where both know its ends."""
    alone = step._replace(columns=(*step.columns, ("cdn", goal.scenario.cdn)))
    for one in (step, alone) if step.method == "with_rule" else (step,):
        with suppress(TableError):
            return one, one.apply(goal.network)
    return None


def _words(goal: _Goal, step: Edit) -> str:
    """Say what an edit does."""
    name, *action = step.names
    cells = dict(step.columns)
    if action:
        return (
            f"add rule: {action[0]} {cells['source']} → {cells['destination']} "
            f"{cells['services']} ({cells['direction']} of {cells['network']}, "
            f"priority {cells['priority']})"
        )
    if not cells:
        return f"take away rule {name}"
    ((column, value),) = step.columns
    was = getattr(goal.scenario.rule_rows[name], column)
    return f"change rule {name}: {column} {was} → {value}"
