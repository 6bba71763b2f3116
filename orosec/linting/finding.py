"""One odd thing in the tables: a row, what is odd about it, a packet, and an edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import takewhile
from typing import Any, NamedTuple, TypeAlias

from orosec.claims.verbs import packet_text
from orosec.engine.intervals import subtract
from orosec.engine.notation import looks_like_range, range_intervals
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import Rule, decide, near, undecided
from orosec.model.addressing import remembered
from orosec.model.edit import Edit
from orosec.model.rows import RuleRow
from orosec.model.scenario import Scenario

Place: TypeAlias = tuple[str, str]
"""A network and a direction: where rules are asked."""

_MOST_NAMED = 3


class Words(NamedTuple):
    """An oddity in plain words.

    Attributes:
        says: what is odd.
        evidence: a packet; empty where the oddity is that there is none.
        advice: what could be done. What changes an answer is told here, as a choice.
    """

    says: str = ""
    evidence: str = ""
    advice: str = ""


class LintFinding(NamedTuple):
    """One odd thing, in one row.

    Attributes:
        kind: what kind of thing; a key of `KINDS`.
        table: the table that the row stands in.
        row: the name of the row.
        words: tells of it; for who asks, as telling costs more than finding.
        edit: what to change, where that is proved to change no answer; else None.
        explained: why it may stay as it is; empty where it should not.
        note: why there is no edit, where one was looked at.
    """

    kind: str
    table: str
    row: str
    words: Callable[[], Words]
    edit: Edit | None = None
    explained: str = ""
    note: str = ""

    @property
    def says(self) -> str:
        """What is odd."""
        return self.words().says

    @property
    def evidence(self) -> str:
        """A packet that shows it, if there is one."""
        return self.words().evidence

    @property
    def advice(self) -> str:
        """What could be done beside the edit."""
        return ", ".join(filter(None, (self.note, self.words().advice)))


class Kind(NamedTuple):
    """A kind of oddity.

    Attributes:
        severity: high where something passes or fails that should not, medium where the
            tables contradict themselves, low where a row could go.
        says: what rows of the kind do, for telling of many at once.
    """

    severity: str
    says: str


KINDS: Mapping[str, Kind] = {
    "conflict": Kind("high", "decide nothing, and would decide otherwise"),
    "wide": Kind("high", "let in far more than stands in any table"),
    "no-listener": Kind("medium", "open what nothing listens for"),
    "unreached": Kind("medium", "listen for what no rule lets anybody send"),
    "foreign": Kind("medium", "have a private address that no subnet holds"),
    "silent": Kind("medium", "name nothing"),
    "tie": Kind("medium", "deny what others allow at the same priority"),
    "clutter": Kind("low", "decide nothing"),
    "redundant": Kind("low", "change nothing"),
}
"""Every kind of oddity."""

EVERYWHERE = ("silent", "clutter", "redundant")
"""What counts only where the row is idle under every CDN and reading that it speaks of."""

IDLE = ("conflict", *EVERYWHERE)
"""What a rule is, of which the firewall makes no use."""


class Asked(NamedTuple):
    """A rule where it is asked.

    Attributes:
        scenario: the scenario.
        place: the network, and the direction.
        rule: the rule.
        speaks_of: every packet that it matches there, whoever decides it.
    """

    scenario: Scenario
    place: Place
    rule: Rule
    speaks_of: PacketSet

    @property
    def row(self) -> RuleRow:
        """The row that the rule was made from."""
        return self.scenario.rule_rows[self.rule.name]

    @property
    def others(self) -> tuple[Rule, ...]:
        """All other rules that are asked there, in order."""
        rules = self.scenario.policies[self.place]
        return tuple(rule for rule in rules if rule is not self.rule)

    @property
    def share(self) -> PacketSet:
        """What it decides; few rules are asked for it, so it is not kept."""
        rules = near(self.scenario.policies[self.place], self.speaks_of)
        before = takewhile(lambda rule: rule is not self.rule, rules)
        return undecided(self.speaks_of, before)

    def finding(self, kind: str, words: Callable[[], Words], **more: Any) -> LintFinding:
        """Return what is odd about the rule; *more* is the edit, or why it may stay."""
        return LintFinding(kind, "rules", self.rule.name, cache(words), **more)

    def decided(self, packets: PacketSet, *, without: bool = False) -> str:
        """Show one of its packets, and which rule decides it; or would, *without* it."""
        packet = self.scenario.witness(packets)
        assert packet is not None, "what is told of has packets"
        rules = self.others if without else self.scenario.policies[self.place]
        rule = decide(rules, packet)
        told = "matches no rule" if rule is None else does(rule)
        return f"{packet_text(self.scenario, packet)} {told}"

    def edit(self, *cells: tuple[str, str | int]) -> Edit:
        """Return the edit that writes some cells of its row; with none, the row goes."""
        return Edit.of_row("rules", self.rule.name, cells)


@remembered
def asked(scenario: Scenario) -> tuple[Asked, ...]:
    """Return every rule, in order, at every place."""
    return tuple(
        Asked(scenario, place, rule, scenario.scope(place) & rule.packets())
        for place, rules in scenario.policies.items()
        for rule in rules
    )


# Words that several kinds share


def named(rows: Iterable[str]) -> str:
    """Name rows, the first few of many."""
    names = list(rows)
    first, more = ", ".join(names[:_MOST_NAMED]), len(names) - _MOST_NAMED
    return f"{first} and {more} more" if more > 0 else " and ".join(names)


def does(rule: Rule) -> str:
    """Say what a rule does to a packet."""
    return f"is {'allowed' if rule.allows else 'denied'} by {rule.name}"


def foreign_words(scenario: Scenario, cell: str) -> list[str]:
    """Return the addresses and ranges of *cell* that are neither public nor in a subnet."""
    elsewhere = scenario.special["elsewhere"]
    ranges = filter(looks_like_range, cell.split())
    return [word for word in ranges if not subtract(range_intervals(word), elsewhere)]
