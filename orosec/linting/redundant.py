"""Rules that do nothing, or nothing by themselves: exact, like every answer here.

A documented rule that could go is explained: the tables keep what the page states.
Platform rows are never called needless, since nobody can take them away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from types import MappingProxyType

from orosec.bulk.shadowing import Shadow, needless, removable
from orosec.engine.packet_set import NOTHING
from orosec.engine.policy import Rule, joined
from orosec.linting.finding import (
    Asked,
    LintFinding,
    RuleList,
    Words,
    asked,
    asked_at,
    foreign_words,
    named,
    rule_lists,
)
from orosec.model.addressing import grouped
from orosec.model.scenario import Scenario


def _needless(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules that decide no packet, and rules that nobody would miss.

    All that are suggested to go can go together: the search goes on without them.
    """
    names = grouped((row.basis, row.name) for row in scenario.rules)
    fixed, staying = (frozenset(names.get(of, ())) for of in ("platform", "documented"))
    for place, own in rule_lists(scenario).items():
        known = {here.rule: here for here in asked_at(scenario, place)}
        dark, going = _going(own, fixed, staying)
        for here in map(known.__getitem__, going):
            if here.rule in dark:
                yield _dark(here, dark[here.rule])
            else:
                yield _removal(here, "redundant", partial(_heirs, here))


@lru_cache(maxsize=64)
def _going(
    asked: RuleList, fixed: frozenset[str], staying: frozenset[str]
) -> tuple[Mapping[Rule, Shadow], tuple[Rule, ...]]:
    """Return the shadowed rules, and which of all can go one after the other."""
    rules, scope, otherwise = asked
    shadows, alone = needless(rules, scope, otherwise=otherwise)
    dark = {shadow.rule: shadow for shadow in shadows}
    every = dict.fromkeys((*dark, *alone))
    tried = [rule for rule in every if rule.name not in fixed]
    stay = {rule for rule in tried if rule.name in staying}
    going = removable(rules, scope, tried, staying=stay, otherwise=otherwise)
    return MappingProxyType(dark), going


@lru_cache(maxsize=64)
def needed_of(asked: RuleList, going: frozenset[str]) -> frozenset[str]:
    """Return which of the rules that are *going* cannot go after those behind them."""
    rules, scope, otherwise = asked
    tried = [rule for rule in reversed(rules) if rule.name in going]
    found = removable(rules, scope, tried, otherwise=otherwise) if tried else ()
    return frozenset(rule.name for rule in tried) - {rule.name for rule in found}


def _dark(here: Asked, shadow: Shadow) -> LintFinding:
    """Tell of a rule that decides nothing."""
    covers = named(other.name for other in shadow.covers)
    says = f"decides nothing: all that it speaks of is decided before, by {covers}"
    if not shadow.conflict:
        return _removal(here, "clutter", lambda: Words(says, here.decided(here.speaks_of)))
    edit = None if here.row.basis == "documented" else here.edit()
    return here.finding("conflict", partial(_opposed, here, says), edit)


def _opposed(here: Asked, says: str) -> Words:
    """Tell of a rule that decides nothing, and would decide otherwise than those before."""
    against = {
        other.rule: opposed
        for other in here.before
        if other.rule.allows != here.rule.allows
        and not (opposed := other.share & here.speaks_of).empty
    }
    number = min(other.priority for other in against) - here.rule.allows  # deny goes first
    advice = f"or give it a priority of {number} or less, if it should decide"
    if here.row.basis == "documented":
        who = named(other.name for other in against)
        advice = f"the page states it, so look at {who}"
    elif number < 0:
        advice = ""
    evidence = here.decided(joined(against.values()))
    return Words(f"{says}, and some of it otherwise", evidence, advice)


def _heirs(here: Asked) -> Words:
    """Tell of a rule that changes nothing; those behind it decide the same."""
    heirs: list[str] = []
    share = left = here.share
    for other in here.behind:
        if not left.isdisjoint(other.speaks_of):
            heirs.append(other.rule.name)
            left = left - other.speaks_of
    who = named(heirs) if left.empty else "the platform's implied rule"
    says = f"changes nothing: without it, {who} would decide the same"
    return Words(says, here.decided(share, without=True))


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
    rivals = grouped(
        ((here.place, here.rule.priority), here)
        for here in asked(scenario)
        if here.rule.allows
    )
    for deny in asked(scenario):
        met = () if deny.rule.allows else rivals.get((deny.place, deny.rule.priority), ())
        share = deny.share if met else NOTHING
        allows = [
            here.rule
            for here in met
            if not share.isdisjoint(here.speaks_of) and not here.share.empty
        ]
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
    for place, policy in scenario.policies.items():
        speaking = {here.rule for here in asked_at(scenario, place)}
        for rule in policy:
            row = scenario.rule_rows[rule.name]
            if rule in speaking or row.basis == "platform":
                continue
            if not foreign_words(scenario, f"{row.source} {row.destination}"):
                here = Asked(scenario, place, rule, len(speaking), NOTHING)
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
