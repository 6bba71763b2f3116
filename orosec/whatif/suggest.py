"""What one edit of one rule would let some traffic in, or stop it, and with what harm.

It is found in steps:

1. the goal is read (`orosec.whatif.goal`); where it is reached already, nothing is looked
   for;
2. every edit that its words can make is a candidate (`orosec.whatif.candidates`);
3. of each candidate it is proved whether all of the traffic is let in (or stopped) by it;
4. of those that do it, each is made, and every promise is judged anew, and every other
   change counted; where they are too many, the ones nearest to what stands there, and the
   answer says how many were not judged;
5. of edits of one cell the least harmful is kept, and of edits alike in effect the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

from orosec.engine.notation import spelled_ends, spelled_services
from orosec.errors import NoAnswer, NotationError, TableError, counted, text_only
from orosec.model.addressing import grouped
from orosec.model.edit import Edit
from orosec.model.network import Network, given
from orosec.model.scenario import Scenario
from orosec.model.schema import READINGS
from orosec.queries.decide import Answer
from orosec.results import Sheet, Shown
from orosec.whatif.candidates import SPACE, Candidate, candidates, nearest
from orosec.whatif.consequences import Consequence, consequences
from orosec.whatif.diff import Diff, diff
from orosec.whatif.goal import Goal

_MOST_TOLD = 2

_MOST_JUDGED = 30
"""So many edits are judged, as each means judging every promise anew; more are counted."""


Progress: TypeAlias = Callable[[Sequence[Candidate]], Iterable[Candidate]]


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
        told: dict[str, Any] = {"before": "", "after": "", "witness": "", "served": None}
        rows = tuple(row._replace(**told) for row in self.others.rows)
        return self.claims, rows, self.others.journeys

    @property
    def harm(self) -> tuple[int, int, int, str]:
        """What it is sorted by: broken promises, other changes, size."""
        rows = len(self.others.rows) + len(self.others.journeys)
        return len(self.claims), rows, len(self.step.columns), self.says


class Suggestions(Shown):
    """Edits of one rule that reach a goal: of those judged the least harmful first.

    Harm is counted in promises that break, then in other changes; a smaller edit goes
    before a larger one. Of edits of one cell, or alike in effect, one is told.

    Attributes:
        goal: what was asked for, in words.
        reached: whether it is so already, so that nothing needs to be done.
        looked_at: how many edits were looked at.
        judged: how many that reach the goal were judged.
        unjudged: how many were not, since there are too many; one may be less harmful.
        suggestions: those that reach the goal.
        decided: by which rules the traffic is decided otherwise now, in words.
        notes: what becomes of the traffic once it is let out, as `orosec.decide` tells it.
    """

    def __init__(
        self, goal: Goal, found: Iterable[Suggestion], tried: int, judged: int, left: int
    ) -> None:
        self.goal, self.reached, self.decided = goal.text, goal.reached, goal.decided
        self.looked_at, self.judged, self.unjudged = tried, judged, left
        self.suggestions = tuple(sorted(found, key=lambda each: each.harm))
        here, ends = goal.scenario, (goal.source, goal.destination, goal.services)
        made = [s.network.scenario(here.cdn, here.reading) for s in self.suggestions]
        told = (
            Answer(each, *ends).departing for each in ([here] if goal.reached else made)
        )
        self.notes = tuple(dict.fromkeys(chain.from_iterable(told)))

    def __iter__(self) -> Iterator[Suggestion]:
        return iter(self.suggestions)

    def __len__(self) -> int:
        return len(self.suggestions)

    @property
    def title(self) -> str:
        """The answer in one sentence."""
        if self.reached:
            return f"{self.goal}: it is so already, nothing needs to change"
        if not self.judged and not self.unjudged:
            return f"{self.goal}: no edit of a single rule does it"
        many = f"{self.goal}: {counted(len(self), 'edit')} of one rule"
        part = f" of {self.judged} judged; {self.unjudged} more were not judged"
        return f"{many}, the least harmful first{part * (self.unjudged > 0)}"

    @property
    def sheet(self) -> Sheet:
        """The edits as a table: what each breaks, and what else it changes.

        Below stands where the traffic is decided now, and what was searched.
        """
        rows = [
            (found.says, " ".join(found.claims) or "nothing", _others(found.others))
            for found in self.suggestions
        ]
        columns = ("edit", "promises that break", "changes besides")
        searched = f"{SPACE} {self.looked_at} edits in all, each proved to do it or not."
        more = f"{self.unjudged} more do it and were not judged: one may be less harmful."
        notes = [*self.notes, *([] if self.reached else [self.decided, searched])]
        notes += [more] * (self.unjudged > 0)
        return Sheet(self.title, columns, rows, notes)

    def as_dict(self) -> dict[str, Any]:
        """Return the edits as plain values, for JSON."""
        return {
            "goal": self.goal,
            "reached": self.reached,
            "looked_at": self.looked_at,
            "judged": self.judged,
            "unjudged": self.unjudged,
            "notes": list(self.notes),
            "space": SPACE,
            "suggestions": [_values(found) for found in self.suggestions],
        }


def _others(others: Diff) -> str:
    if others.empty:
        return "nothing"
    told = [f"{r.change}: {r.source} → {r.destination} {r.services}" for r in others.rows]
    told += map(str, others.journeys)
    more = f"; and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    return "; ".join(told[:_MOST_TOLD]) + more


def _values(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "edit": suggestion.says,
        "method": suggestion.step.method,
        "names": list(suggestion.step.names),
        "columns": dict(suggestion.step.columns),
        "code": suggestion.code,
        "breaks": list(suggestion.claims),
        "others": suggestion.others.as_dict(),
    }


def what_would_allow(
    source: str,
    destination: str,
    services: str,
    *,
    cdn: str | None = None,
    reading: str = READINGS[0],
    network: Network | None = None,
    progress: Progress = iter,
) -> Suggestions:
    """Find the edits of one rule that let all of some traffic in.

    At most 30 of them are judged; where more are left, the answer says how many.

    Args:
        source: who shall be let in, as in a question to `orosec.decide`.
        destination: where to.
        services: on which services.
        cdn: the CDN under which it shall be so; where left out, google, or the one that is
            there. Promises are judged under each that is there.
        reading: the reading under which it shall be so; promises are judged under both.
        network: the tables to edit; the documented ones where left out.
        progress: is given the edits that are judged, and passes them on.

    >>> found = what_would_allow("bridge", "database", "tcp:5432")
    >>> [next(iter(found)).claims, len(found) > 1]
    [('AC1-stores', 'TF2-only'), True]

    Raises:
        UnknownNameError: an end, the CDN or the reading is no known name.
        NotationError: an end or a service cannot be read, or there is no such traffic.
        NoAnswer: neither end stands in a network of ours.
    """
    here = given(network)
    goal = Goal(here.scenario(cdn, reading), source, destination, services, allow=True)
    return _suggest(here, goal, progress)


def what_would_deny(
    source: str,
    destination: str,
    services: str,
    *,
    cdn: str | None = None,
    reading: str = READINGS[0],
    network: Network | None = None,
    progress: Progress = iter,
) -> Suggestions:
    """Find the edits of one rule that stop all of some traffic; else as above."""
    here = given(network)
    goal = Goal(here.scenario(cdn, reading), source, destination, services, allow=False)
    return _suggest(here, goal, progress)


def _suggest(network: Network, goal: Goal, progress: Progress) -> Suggestions:
    """Find the edits of a network that reach a goal, in the steps told above."""
    text_only(goal.source, goal.destination, goal.services)
    source, destination = spelled_ends(goal.source), spelled_ends(goal.destination)
    services = spelled_services(goal.services)
    goal = goal._replace(source=source, destination=destination, services=services)
    if goal.scenario.traffic(goal.source, goal.destination, goal.services).empty:
        hint = "name ends that have addresses"
        raise NotationError(goal.text, "asks about nothing: there is no such traffic", hint)
    if goal.traffic.empty:
        who = "strangers send each other, and a host itself"
        raise NoAnswer(f"{goal.text}: no rule of ours meets what {who}")
    tried = () if goal.reached else tuple(candidates(goal))
    reaching = [each for each in tried if goal.reached_with(each.old, each.new)]
    ordered = [*dict.fromkeys((*nearest(reaching), *reaching))]
    judged, left = ordered[:_MOST_JUDGED], len(ordered[_MOST_JUDGED:])
    made = filter(None, (_made(network, goal, each.edit) for each in progress(judged)))
    found = [_judged(network, goal, *each) for each in made]
    return Suggestions(goal, _least_harmful(found), len(tried), len(found), left)


def _judged(network: Network, goal: Goal, edit: Edit, edited: Network) -> Suggestion:
    """Judge what an edit breaks and what it changes besides."""
    pairs = diff(network, edited).pairs
    others = Diff(pair._replace(but=goal.traffic_in(pair.after)) for pair in pairs)
    broken = consequences(network, edited).broken
    return Suggestion(edit, _words(goal.scenario, edit), edited, broken, others)


def _made(network: Network, goal: Goal, edit: Edit) -> tuple[Edit, Network] | None:
    """Make an edit; a new rule is for both CDNs where both know its ends."""
    alone = edit._replace(columns=(*edit.columns, ("cdn", goal.scenario.cdn)))
    for taken in (edit, alone) if edit.method == "with_rule" else (edit,):
        with suppress(TableError):
            return taken, taken.apply(network)
    return None


def _words(scenario: Scenario, edit: Edit) -> str:
    """Say what an edit does."""
    name, *action = edit.names
    cells = dict(edit.columns)
    if action:
        flow = f"{cells['source']} → {cells['destination']} {cells['services']}"
        place = f"{cells['direction']} of {cells['network']}, priority {cells['priority']}"
        return f"add rule: {action[0]} {flow} ({place})"
    if not cells:
        return f"take away rule {name}"
    ((column, value),) = edit.columns
    was = getattr(scenario.rule_rows[name], column)
    return f"change rule {name}: {column} {was} → {value}"


def _least_harmful(found: Iterable[Suggestion]) -> list[Suggestion]:
    """Keep the least harmful edit of each cell, then the first of those alike in effect."""
    of_cell = grouped(
        ((each.step.names, tuple(dict(each.step.columns)), each.place), each)
        for each in found
    )
    best = [min(same, key=lambda each: each.harm) for same in of_cell.values()]
    alike = grouped(((each.step.row, each.place, each.effect), each) for each in best)
    return [same[0] for same in alike.values()]
