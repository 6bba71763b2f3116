"""The edits of one rule that are tried for a goal: all that its words can make.

The space is exact, not a list of recipes (`SPACE` says which one it is): every rule of ours
taken away, every cell that says what a rule does written anew, and the rule that was asked
for at every place and in every order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, product
from operator import itemgetter
from typing import Any, NamedTuple

from orosec.engine.decision_diagram import Services
from orosec.engine.intervals import Intervals, subtract, union
from orosec.engine.notation import read_services, services_text
from orosec.engine.packet_set import PacketSet, services_union
from orosec.model.addressing import grouped
from orosec.model.edit import Edit
from orosec.model.names import as_cell
from orosec.model.rows import RuleRow, row_with
from orosec.queries.packet_diff import Place
from orosec.whatif.goal import Goal

SPACE = (
    "Looked at: each rule of ours taken away; in each, one cell written anew (the other "
    "action or direction, another network, every place in the order of the rules that "
    "speak of some of it, and for source, destination and services: what was asked, both "
    "together, what stands there without what was asked, and any, in up to eight words); "
    "and the rule that was asked for, added in each network, for each direction, at every "
    "place in the order. The platform's own rules stay as they are: nobody can edit them."
)
"""What is searched, in words."""

_MOST_WORDS = 8
_PREFERRED = 1000
_DIRECTIONS = ("ingress", "egress")
_EVERYWHERE = {"cdn": "both", "reading": "both", "basis": "proposed"}


class Candidate(NamedTuple):
    """An edit that is tried.

    Attributes:
        edit: the edit.
        old: the row that goes; None where a rule is added.
        new: the row that comes; None where a rule is taken away.
    """

    edit: Edit
    old: RuleRow | None
    new: RuleRow | None


def candidates(goal: Goal) -> Iterator[Candidate]:
    """Yield every edit that is looked at."""
    for row in goal.scenario.rules:
        if row.basis != "platform":
            if goal.concerns(row):
                yield Candidate(Edit("without_rule", (row.name,)), row, None)
            yield from _rewritten(goal, row)
    yield from _additions(goal)


def nearest(tried: Iterable[Candidate]) -> Iterator[Candidate]:
    """Of candidates that differ in a priority alone, keep the nearest on either side."""
    placed = []
    for candidate in tried:
        edit, old, new = candidate
        if new is None or (old is not None and old.priority == new.priority):
            yield candidate
        else:
            further = new.priority - (_PREFERRED if old is None else old.priority)
            side = (edit.names, new.network, new.direction, further > 0)
            placed.append((side, (abs(further), candidate)))
    for beside in grouped(placed).values():
        yield min(beside, key=itemgetter(0))[1]


def _rewritten(goal: Goal, row: RuleRow) -> Iterator[Candidate]:
    """Yield the rule with one cell written anew: each that says what a rule does."""
    rule, here = goal.scenario.rule_of(row), frozenset((row.network,))
    tried: dict[str, Iterable[Any]] = {
        "network": goal.scenario.networks,
        "source": _ends(goal, "source", goal.source, rule.sources, here),
        "destination": _ends(
            goal, "destination", goal.destination, rule.destinations, here
        ),
        "services": _services(rule.services, read_services(goal.services)),
    }
    if goal.concerns(row):
        tried["action"], tried["direction"] = ("allow", "deny"), _DIRECTIONS
        tried["priority"] = _priorities(goal, (row.network, row.direction))
    for column, cells in tried.items():
        for cell in cells:
            new = row._replace(**{column: cell})
            if new != row:
                edit = Edit("with_rule_changed", (row.name,), ((column, cell),))
                yield Candidate(edit, row, new)


def _priorities(goal: Goal, place: Place) -> list[int]:
    """Return a priority for every place in the order of the rules that concern the goal."""
    taken = {rule.priority for rule in goal.near(place)}
    beside = {priority + step for priority in taken for step in (-1, 0, 1)}
    return sorted({min(max(priority, 0), 65535) for priority in beside | {_PREFERRED}})


def _ends(
    goal: Goal, column: str, asked: str, spans: Intervals, here: frozenset[str]
) -> Iterator[str]:
    """Yield what may stand for an end: what was asked, with it, without it, and any."""
    wanted = union(
        span for end in asked.split() for span in goal.scenario.addresses(end, column, here)
    )
    both, rest = union((*spans, *wanted)), subtract(spans, wanted)
    cells = [as_cell(goal.scenario, part, column, here) for part in (both, rest)]
    yield from filter(_short, dict.fromkeys((asked, *cells, "any")))


def _services(services: Services, asked: Services) -> Iterator[str]:
    """Yield what may stand for the services, likewise."""
    both = services_union([services, asked])
    rest = PacketSet.box(services=services) - PacketSet.box(services=asked)
    every = services_union([read_services("all")])
    yield from filter(_short, map(services_text, (asked, both, rest.services(), every)))


def _short(cell: str) -> bool:
    """Return whether somebody would write this into a cell."""
    return 0 < len(cell.split()) <= _MOST_WORDS


def _additions(goal: Goal) -> Iterator[Candidate]:
    """Yield the rule that was asked for: at each place, with each priority."""
    taken = {row.name for row in goal.scenario.tables.rules}
    names = (f"suggested-{number}" for number in count(1))
    name = next(name for name in names if name not in taken)
    action = "allow" if goal.allow else "deny"
    services = services_text(read_services(goal.services))
    for network, direction in product(goal.scenario.networks, _DIRECTIONS):
        for priority in _priorities(goal, (network, direction)):
            cells: dict[str, Any] = {
                "source": goal.source,
                "destination": goal.destination,
                "services": services,
                "network": network,
                "direction": direction,
                "priority": priority,
            }
            row = row_with(RuleRow, name=name, action=action, **cells, **_EVERYWHERE)
            yield Candidate(Edit("with_rule", (name, action), (*cells.items(),)), None, row)
