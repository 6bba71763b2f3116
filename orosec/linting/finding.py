"""One odd thing in the tables: a row, what is odd about it, a packet, and an edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from orosec.claims.verbs import packet_text
from orosec.engine.intervals import subtract
from orosec.engine.notation import looks_like_range, range_intervals
from orosec.engine.packet_set import Packet, PacketSet
from orosec.engine.policy import Rule
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


class Kind(NamedTuple):
    """A kind of oddity.

    Attributes:
        severity: high where something passes or fails that should not; medium where the
            tables contradict themselves; low where a row could as well be missing.
        about: what it is, in a few words.
        everywhere: whether it counts only where it is so under every CDN and reading
            that the row speaks of.
    """

    severity: str
    about: str
    everywhere: bool = False


KINDS: Mapping[str, Kind] = {
    "conflict": Kind("high", "a rule that decides nothing and would decide otherwise"),
    "wide": Kind("high", "a rule that lets far more in than stands in any table"),
    "no-listener": Kind("medium", "a rule that opens what nothing listens for"),
    "unreached": Kind("medium", "a listener that no rule lets anybody reach"),
    "foreign": Kind("medium", "a private address that no subnet holds"),
    "silent": Kind("medium", "a rule that names nothing", everywhere=True),
    "tie": Kind("medium", "allow and deny at the same priority"),
    "clutter": Kind("low", "a rule that decides nothing", everywhere=True),
    "redundant": Kind("low", "a rule that changes nothing", everywhere=True),
}
"""Every kind of oddity."""


# Words that several kinds share


def row_of(scenario: Scenario, rule: Rule) -> RuleRow:
    """Return the row that a rule was made from."""
    return scenario.rule_rows[rule.name]


def named(rules: Sequence[Rule]) -> str:
    """Name rules, the first few of many."""
    names = [rule.name for rule in rules]
    more = len(names) - _MOST_NAMED
    if more > 0:
        return f"{', '.join(names[:_MOST_NAMED])} and {more} more"
    return " and ".join(names)


def decided(
    scenario: Scenario, packets: PacketSet, among: Iterable[tuple[Rule, PacketSet]]
) -> str:
    """Show a packet of *packets*, and the rule that decides it."""
    packet = scenario.witness(packets)
    if packet is None:
        return ""
    who = next((rule for rule, share in among if packet in share), None)
    told = "matches no rule" if who is None else does(who)
    return f"{packet_text(scenario, packet)} {told}"


def does(rule: Rule) -> str:
    """Say what a rule does to a packet."""
    return f"is {'allowed' if rule.allows else 'denied'} by {rule.name}"


def fate(scenario: Scenario, packet: Packet) -> str:
    """Show a packet that does not pass, with all that stops it."""
    barring = [one.rule for one in scenario.decisions(packet) if not one.rule.allows]
    return f"{packet_text(scenario, packet)} {' and '.join(map(does, barring))}"


def foreign_words(scenario: Scenario, cell: str) -> list[str]:
    """Return the addresses and ranges of *cell* that are neither public nor in a subnet."""
    elsewhere = scenario.special["elsewhere"]
    return [
        word
        for word in cell.split()
        if looks_like_range(word) and not subtract(range_intervals(word), elsewhere)
    ]
