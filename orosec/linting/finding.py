"""One odd thing in the tables: a row, what is odd about it, a packet, and an edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from orosec.claims.verbs import packet_text
from orosec.engine.intervals import subtract
from orosec.engine.notation import looks_like_range, range_intervals
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import Rule, decide
from orosec.model.edit import Edit
from orosec.model.rows import RuleRow
from orosec.model.scenario import Scenario

Place: TypeAlias = tuple[str, str]
"""A network and a direction: where rules are asked."""

_MOST_NAMED = 3


class LintFinding(NamedTuple):
    """One odd thing, in one row.

    Attributes:
        kind: what kind of thing; a key of `KINDS`.
        table: the table that the row stands in.
        row: the name of the row.
        says: what is odd, in plain words.
        evidence: a packet, in words; empty where the oddity is that there is none.
        edit: what to change; None where no edit of one row would do.
        advice: what else could be done.
        explained: why it may stay as it is; empty where it should not.
    """

    kind: str
    table: str
    row: str
    says: str
    evidence: str = ""
    edit: Edit | None = None
    advice: str = ""
    explained: str = ""


KINDS: Mapping[str, str] = {
    "conflict": "high",  # a rule that decides nothing and would decide otherwise
    "wide": "high",  # a rule that lets far more in than stands in any table
    "no-listener": "medium",  # a rule that opens what nothing listens for
    "unreached": "medium",  # a listener that no rule lets anybody reach
    "foreign": "medium",  # a private address that no subnet holds
    "silent": "medium",  # a rule that names nothing
    "tie": "medium",  # allow and deny at the same priority
    "clutter": "low",  # a rule that decides nothing
    "redundant": "low",  # a rule that changes nothing
}
"""Every kind of oddity with its severity: high where something passes or fails that
should not, medium where the tables contradict themselves, low where a row could go."""

EVERYWHERE = ("silent", "clutter", "redundant")
"""What counts only where it is so under every CDN and reading that the row speaks of."""


class Asked(NamedTuple):
    """A rule where it is asked.

    Attributes:
        scenario: the scenario.
        place: the network, and the direction.
        rule: the rule.
        share: what it decides there.
    """

    scenario: Scenario
    place: Place
    rule: Rule
    share: PacketSet

    @property
    def row(self) -> RuleRow:
        """The row that the rule was made from."""
        return self.scenario.rule_rows[self.rule.name]

    @property
    def speaks_of(self) -> PacketSet:
        """Every packet that it matches there, whoever decides it."""
        return self.scenario.scope(self.place) & self.rule.packets()

    def finding(self, kind: str, says: str, evidence: str = "", **more: Any) -> LintFinding:
        """Return what is odd about the rule; *more* is the edit, the advice, the excuse."""
        return LintFinding(kind, "rules", self.rule.name, says, evidence, **more)

    def decided(self, packets: PacketSet, rules: Sequence[Rule] | None = None) -> str:
        """Show one of some packets, and which rule decides it: of *rules*, or of all."""
        packet = self.scenario.witness(packets)
        assert packet is not None, "what is told of has packets"
        rule = decide(
            self.scenario.policies[self.place] if rules is None else rules, packet
        )
        told = "matches no rule" if rule is None else does(rule)
        return f"{packet_text(self.scenario, packet)} {told}"

    def edit(self, *cells: tuple[str, str | int]) -> Edit:
        """Return the edit that writes some cells of its row; with none, the row goes."""
        return Edit.of_row("rules", self.rule.name, cells)


def asked(scenario: Scenario) -> Iterator[Asked]:
    """Yield every rule, in order, at every place."""
    for place, divided in scenario.shares.items():
        for rule, share in divided:
            yield Asked(scenario, place, rule, share)


# Words that several kinds share


def named(rules: Sequence[Rule]) -> str:
    """Name rules, the first few of many."""
    names = [rule.name for rule in rules]
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


def without(
    table: str, row: Any, column: str, words: Iterable[str], instead: Iterable[str] = ()
) -> Edit:
    """Return the edit that takes words out of a cell; where none is left, the row goes."""
    kept = [word for word in getattr(row, column).split() if word not in words]
    rest = " ".join((*kept, *(word for word in instead if word not in kept)))
    return Edit.of_row(table, row.name, ((column, rest),) if rest else ())
