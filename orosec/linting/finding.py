"""One odd thing in the tables: a row, what is odd about it, a packet, and an edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from orosec.claims.verbs import packet_text
from orosec.engine.intervals import subtract
from orosec.engine.notation import looks_like_range, range_intervals
from orosec.engine.overlap import Neighbours
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import Rule, decide, joined
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

    says: str
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

    @property
    def same(self) -> LintFinding:
        """The finding without its words, which differ between CDNs and readings."""
        return self if self.words is _no_words else self._replace(words=_no_words)


def _no_words() -> Words:
    return Words("")


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
"""What counts only where it is so under every CDN and reading that the row speaks of."""


class Asked(NamedTuple):
    """A rule where it is asked.

    Attributes:
        scenario: the scenario.
        place: the network, and the direction.
        rule: the rule.
        number: where it stands among the rules that speak of any packet there.
        speaks_of: every packet that it matches there, whoever decides it.
    """

    scenario: Scenario
    place: Place
    rule: Rule
    number: int
    speaks_of: PacketSet

    @property
    def row(self) -> RuleRow:
        """The row that the rule was made from."""
        return self.scenario.rule_rows[self.rule.name]

    @property
    def before(self) -> list[Asked]:
        """The rules before it that may share packets with it: a few of many, in order."""
        return self._near[0]

    @property
    def behind(self) -> list[Asked]:
        """The rules behind it, likewise."""
        return self._near[1]

    @property
    def _near(self) -> list[list[Asked]]:
        every = asked_at(self.scenario, self.place)
        near = _neighbours(self.scenario, self.place).of(self.number)
        return [[every[number] for number in side] for side in near]

    @property
    def share(self) -> PacketSet:
        """What it decides; few rules are asked for it, so it is not kept."""
        return self.speaks_of - joined(
            self.speaks_of & other.speaks_of for other in self.before
        )

    def finding(
        self,
        kind: str,
        words: Callable[[], Words],
        edit: Edit | None = None,
        explained: str = "",
    ) -> LintFinding:
        """Return what is odd about the rule."""
        return LintFinding(kind, "rules", self.rule.name, cache(words), edit, explained)

    def decided(self, packets: PacketSet, *, without: bool = False) -> str:
        """Show one of its packets, and which rule decides it; or would, *without* it."""
        packet = self.scenario.witness(packets)
        assert packet is not None, "what is told of has packets"
        itself = () if without else (self,)
        near = (here.rule for here in (*self.before, *itself, *self.behind))
        rule = decide(near, packet)
        told = "matches no rule" if rule is None else does(rule)
        return f"{packet_text(self.scenario, packet)} {told}"

    def edit(self, *cells: tuple[str, str | int]) -> Edit:
        """Return the edit that writes some cells of its row; with none, the row goes."""
        return Edit.of_row("rules", self.rule.name, cells)


@remembered
def _neighbours(scenario: Scenario, place: Place) -> Neighbours:
    return Neighbours([here.rule.hull() for here in asked_at(scenario, place)])


@remembered
def asked_at(scenario: Scenario, place: Place) -> tuple[Asked, ...]:
    """Return the rules that speak of any packet at a place, in order."""
    scope = scenario.scope(place)
    found = ((rule, scope & rule.packets()) for rule in scenario.policies[place])
    speaking = ((rule, packets) for rule, packets in found if not packets.empty)
    return tuple(
        Asked(scenario, place, rule, number, packets)
        for number, (rule, packets) in enumerate(speaking)
    )


def asked(scenario: Scenario) -> Iterator[Asked]:
    """Yield the same for every place."""
    return (here for place in scenario.policies for here in asked_at(scenario, place))


class RuleList(NamedTuple):
    """What a place asks. Most scenarios ask most places the same: it is answered once.

    Attributes:
        rules: those that speak of any packet there, in order.
        scope: the packets that they are asked about.
        otherwise: whether the platform allows what no rule matches; else it denies.
    """

    rules: tuple[Rule, ...]
    scope: PacketSet
    otherwise: bool


def rule_lists(scenario: Scenario) -> dict[Place, RuleList]:
    """Return the rules of every place."""
    return {
        place: RuleList(
            tuple(here.rule for here in asked_at(scenario, place)),
            scenario.scope(place),
            place[1] == "egress",
        )
        for place in scenario.policies
    }


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


def without(table: str, row: Any, column: str, words: Iterable[str]) -> Edit:
    """Return the edit that takes words out of a cell; where none is left, the row goes."""
    rest = " ".join(word for word in getattr(row, column).split() if word not in words)
    return Edit.of_row(table, row.name, ((column, rest),) if rest else ())
