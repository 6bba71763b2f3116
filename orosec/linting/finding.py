"""One odd thing in the tables: a row, what is odd about it, a packet, and an edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import takewhile
from typing import Any, NamedTuple, TypeAlias

from orosec.bulk.plan import RuleStanding
from orosec.bulk.shadowing import RuleList, RuleLists
from orosec.claims.verbs import packet_text
from orosec.engine.intervals import subtract
from orosec.engine.notation import looks_like_range, range_intervals
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import Rule, decide, near, undecided
from orosec.model.edit import Edit
from orosec.model.rows import RuleRow
from orosec.model.scenario import Scenario
from orosec.model.schema import Variant

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
        under: pairs of a CDN and a reading, under which it is so.
    """

    kind: str
    table: str
    row: str
    words: Callable[[], Words]
    edit: Edit | None = None
    explained: str = ""
    note: str = ""
    under: tuple[Variant, ...] = ()

    @property
    def severity(self) -> str:
        """High, medium or low; or explained."""
        return "explained" if self.explained else KINDS[self.kind].severity

    @property
    def suggestion(self) -> str:
        """The edit, and what else could be done."""
        told = (str(self.edit or ""), self.note, _told(self.words).advice)
        return ", ".join(filter(None, told))

    @property
    def says(self) -> str:
        """What is odd."""
        return _told(self.words).says

    @property
    def evidence(self) -> str:
        """A packet that shows it, if there is one."""
        return _told(self.words).evidence

    @property
    def advice(self) -> str:
        """What could be done beside the edit."""
        return ", ".join(filter(None, (self.note, _told(self.words).advice)))


@lru_cache(maxsize=1024)
def _told(words: Callable[[], Words]) -> Words:
    """Tell of an oddity; once, however many ask."""
    return words()


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
        standing: how it stands among the others.
    """

    scenario: Scenario
    place: Place
    rule: Rule
    standing: RuleStanding

    @property
    def row(self) -> RuleRow:
        """The row that the rule was made from."""
        return self.scenario.rule_rows[self.rule.name]

    @property
    def speaks_of(self) -> PacketSet:
        """Every packet that it matches and is asked about there, whoever decides it."""
        asked = self.scenario.scope(self.place) & self.rule.packets()
        return asked - self.scenario.itself

    @property
    def others(self) -> tuple[Rule, ...]:
        """All other rules that are asked there, in order."""
        rules = self.scenario.policies[self.place]
        return tuple(rule for rule in rules if rule is not self.rule)

    def passing(self, packets: PacketSet) -> Iterator[str]:
        """Yield who decides those of its probes that are of some packets, and pass.

        One is a proof that some pass; for nearly every rule there is one.
        """
        for one, decider in self.standing.probes:
            if one in packets and one in self.scenario.permitted:
                yield decider

    def share(self, packets: PacketSet) -> PacketSet:
        """Return what it decides of some packets that it speaks of."""
        rules = near(self.scenario.policies[self.place], packets)
        return undecided(packets, takewhile(lambda rule: rule is not self.rule, rules))

    def finding(self, kind: str, words: Callable[[], Words], **more: Any) -> LintFinding:
        """Return what is odd about the rule; *more* is the edit, or why it may stay."""
        return LintFinding(kind, "rules", self.rule.name, words, **more)

    def decided(self, packets: PacketSet, *, without: bool = False) -> str:
        """Show one of its packets, and which rule decides it; or would, *without* it."""
        packet = self.scenario.witness(packets)
        assert packet is not None, "what is told of has packets"
        rules = self.others if without else self.scenario.policies[self.place]
        return f"{packet_text(self.scenario, packet)} {does(decide(rules, packet))}"


def rule_lists(scenario: Scenario) -> dict[Place, RuleList]:
    """Return what is asked at each place: what no rule matches may leave, and not enter.

    Of what a host sends to itself no rule is asked.
    """
    return {
        place: (rules, scenario.scope(place) - scenario.itself, place[1] == "egress")
        for place, rules in scenario.policies.items()
    }


def asked(scenario: Scenario, lists: RuleLists) -> tuple[Asked, ...]:
    """Return every rule, in order, at every place."""
    return tuple(
        Asked(scenario, place, rule, standing)
        for place, asked in rule_lists(scenario).items()
        for rule, standing in zip(asked[0], lists.standings(asked).values(), strict=True)
    )


# Words that several kinds share


def named(rows: Iterable[str]) -> str:
    """Name rows, the first few of many."""
    names = list(rows)
    first, more = ", ".join(names[:_MOST_NAMED]), len(names) - _MOST_NAMED
    return f"{first} and {more} more" if more > 0 else " and ".join(names)


def does(rule: Rule | None) -> str:
    """Say what a rule does to a packet, or that there is none."""
    allows = rule and ("allowed" if rule.allows else "denied")
    return f"is {allows} by {rule.name}" if rule else "matches no rule"


def foreign_words(scenario: Scenario, cell: str) -> list[str]:
    """Return the addresses and ranges of *cell* that are neither public nor in a subnet."""
    elsewhere = scenario.special["elsewhere"]
    ranges = filter(looks_like_range, cell.split())
    return [word for word in ranges if not subtract(range_intervals(word), elsewhere)]
