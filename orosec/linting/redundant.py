"""Rules that do nothing, or nothing by themselves: exact, like every answer here.

A documented rule that could go is explained: the tables keep what the page states.
Platform rows are never called needless, since nobody can take them away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from types import MappingProxyType

from orosec.bulk.shadowing import Shadow, redundant, removable, shadowed
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import Rule, joined
from orosec.linting.finding import (
    Asked,
    LintFinding,
    Words,
    asked,
    foreign_words,
    implied,
    named,
)
from orosec.model.addressing import grouped
from orosec.model.scenario import Scenario


def _needless(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules that decide no packet, and rules that nobody would miss.

    All that are suggested to go can go together: the search goes on without them.
    """
    names = grouped((row.basis, row.name) for row in scenario.rules)
    fixed, staying = (frozenset(names.get(of, ())) for of in ("platform", "documented"))
    for place, every in grouped((here.place, here) for here in asked(scenario)).items():
        known = {here.rule: here for here in every if not here.speaks_of.empty}
        policy, scope = scenario.policies[place], scenario.scope(place)
        dark, going = _going(policy, scope, implied(place), fixed, staying)
        for rule in going:
            here = known.get(rule)
            if here and rule in dark:
                yield _dark(here, dark[rule])
            elif here:
                yield _removal(here, "redundant", partial(_heirs, here))


@lru_cache(maxsize=64)
def _going(
    rules: tuple[Rule, ...],
    scope: PacketSet,
    allowed: bool,
    fixed: frozenset[str],
    staying: frozenset[str],
) -> tuple[Mapping[Rule, Shadow], tuple[Rule, ...]]:
    """Return the shadowed rules, and which of all can go one after the other.

    Most scenarios ask most places the same; so each is answered once.
    """
    dark = {shadow.rule: shadow for shadow in shadowed(rules, scope)}
    every = dict.fromkeys((*dark, *redundant(rules, scope, otherwise=allowed)))
    tried = [rule for rule in every if rule.name not in fixed]
    stay = {rule for rule in tried if rule.name in staying}
    going = removable(rules, scope, tried, staying=stay, otherwise=allowed)
    return MappingProxyType(dark), going


def _dark(here: Asked, shadow: Shadow) -> LintFinding:
    """Tell of a rule that decides nothing."""
    covers = named(other.name for other in shadow.covers)
    says = f"decides nothing: all that it speaks of is decided before, by {covers}"
    if not shadow.conflict:
        words = lambda: Words(says, here.decided(here.speaks_of))
        return _removal(here, "clutter", words)
    edit = None if here.row.basis == "documented" else here.edit()
    return here.finding("conflict", lambda: _opposed(here, says), edit)


def _opposed(here: Asked, says: str) -> Words:
    rule, mine = here.rule, here.speaks_of
    shares = dict(here.scenario.shares[here.place])
    against = {
        other: opposed
        for other in here.before
        if other.allows != rule.allows and not (opposed := shares[other] & mine).empty
    }
    number = min(other.priority for other in against) - rule.allows  # deny goes first
    advice = f"or give it a priority of {number} or less, if it should decide"
    if here.row.basis == "documented":
        who = named(other.name for other in against)
        advice = f"the page states it, so look at {who}"
    evidence = here.decided(joined(against.values()))
    says = f"{says}, and some of it otherwise"
    return Words(says, evidence, advice if number >= 0 else "")


def _heirs(here: Asked) -> Words:
    """Tell of a rule that changes nothing; those behind it decide the same."""
    heirs: list[str] = []
    left = here.share
    for rule in here.behind:
        if left.empty:
            break
        if not left.isdisjoint(rule.packets()):
            heirs.append(rule.name)
            left = left - rule.packets()
    who = named(heirs) if left.empty else "the platform's implied rule"
    says = f"changes nothing: without it, {who} would decide the same"
    return Words(says, here.decided(here.share, without=True))


def _removal(here: Asked, kind: str, words: Callable[[], Words]) -> LintFinding:
    """Suggest that a rule goes, unless the page itself wants it."""
    if here.row.basis == "documented":
        reason = f"the page states it ({here.row.cites}), so the table keeps it"
        return here.finding(kind, words, explained=reason)
    return here.finding(kind, words, here.edit())


def _tied(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules of which one allows and one denies, at the same priority.

    An allow rule that decides nothing at all is told of as such.
    """
    live = (here for here in asked(scenario) if here.rule.allows and not here.share.empty)
    rivals = grouped(((here.place, here.rule.priority), here.rule) for here in live)
    for deny in asked(scenario):
        met = () if deny.rule.allows else rivals.get((deny.place, deny.rule.priority), ())
        allows = [rule for rule in met if not deny.share.isdisjoint(rule.packets())]
        if allows:
            yield _tie(deny, allows)


def _tie(here: Asked, allows: Sequence[Rule]) -> LintFinding:
    deny, policy = here.rule, here.scenario.policies[here.place]
    earlier = deny.priority - 1
    taken = any(rule.allows and rule.priority == earlier for rule in policy)
    free = earlier >= 0 and not taken and here.row.basis != "platform"

    def words() -> Words:
        who = named(rule.name for rule in allows)
        says = (
            f"denies what {who} would allow at the same priority, "
            f"{deny.priority}: that deny goes first is all that decides"
        )
        contested = here.share & joined(rule.packets() for rule in allows)
        advice = "give the two different priorities, with care for what is between"
        return Words(says, here.decided(contested), "" if free else advice)

    return here.finding("tie", words, here.edit(("priority", earlier)) if free else None)


def _silent(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules that speak of no packet, but for those whose address alone is at fault."""
    for here in asked(scenario):
        row = here.row
        foreign = foreign_words(scenario, f"{row.source} {row.destination}")
        if here.speaks_of.empty and not foreign and row.basis != "platform":
            edit = None if row.basis == "documented" else here.edit()
            yield here.finding("silent", partial(_silence, here), edit)


def _silence(here: Asked) -> Words:
    """Tell of a rule that speaks of no packet, and where it would speak of some."""
    scenario, (network, direction) = here.scenario, here.place
    verb = "leaves" if direction == "egress" else "reaches"
    says = f"names nothing: no packet that it speaks of {verb} {network}"
    other = " or ".join(
        place[0]
        for place in scenario.policies
        if place[1] == direction
        and not scenario.scope(place).isdisjoint(here.rule.packets())
    )
    return Words(
        says, "", f"or write it for {other}, if it should speak there" * bool(other)
    )


LOOKS = (_needless, _tied, _silent)
