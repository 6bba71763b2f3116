"""Rules that do nothing, or nothing by themselves: exact, like every answer here.

A documented rule that could go is explained: the tables keep what the page states.
Platform rows are never called needless, since nobody can take them away.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from types import MappingProxyType

from orosec.bulk.shadowing import Probe, RuleList, Shadow, needless, probes, removable
from orosec.engine.policy import Rule, joined, near, shares
from orosec.linting.finding import (
    Asked,
    LintFinding,
    Place,
    Words,
    asked,
    foreign_words,
    named,
)
from orosec.model.addressing import grouped, remembered
from orosec.model.network import Network
from orosec.model.scenario import Scenario


def rule_list(scenario: Scenario, place: Place) -> RuleList:
    """Return what is asked at a place: what no rule matches may leave, and not enter."""
    return scenario.policies[place], scenario.scope(place), place[1] == "egress"


def _idle(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules that speak of nothing, that decide nothing, or that nobody would miss.

    Where a rule speaks of nothing since its address is foreign, the address is told.
    """
    for place, every in grouped((here.place, here) for here in asked(scenario)).items():
        dark, alone = idle_at(scenario, place)
        for here in every:
            if here.row.basis == "platform":
                continue
            if here.speaks_of.empty:
                if not foreign_words(scenario, f"{here.row.source} {here.row.destination}"):
                    yield _removal(here, "silent", partial(_silence, here))
            elif here.rule in dark:
                yield _dark(here, dark[here.rule])
            elif here.rule in alone:
                yield _removal(here, "redundant", partial(_heirs, here))


@remembered
def idle_at(
    scenario: Scenario, place: Place
) -> tuple[Mapping[Rule, Shadow], frozenset[Rule]]:
    """Return what decides nothing at a place, and what can go by itself."""
    return _needless(rule_list(scenario, place))


@lru_cache(maxsize=64)
def _needless(asked: RuleList) -> tuple[Mapping[Rule, Shadow], frozenset[Rule]]:
    shadows, alone = needless(*asked)  # most scenarios ask the same
    return MappingProxyType({one.rule: one for one in shadows}), frozenset(alone)


@remembered
def _drawn(scenario: Scenario, place: Place) -> Mapping[Rule, tuple[Probe, ...]]:
    return probes(*rule_list(scenario, place)[:2])


def passing(here: Asked) -> list[Probe]:
    """Return a few packets that a rule speaks of and that pass, and who decides them.

    What they show needs no proof, and of nearly every rule they show enough.
    """
    drawn = _drawn(here.scenario, here.place)[here.rule]
    return [one for one in drawn if one[1].allows and one[0] in here.scenario.permitted]


def removed(
    network: Network, names: Iterable[str], staying: Container[str]
) -> frozenset[str]:
    """Return which rules can go one after the other, wherever they are asked."""
    lists = {
        rule_list(scenario, place): None
        for scenario in network.scenarios()
        for place in scenario.policies
    }
    return frozenset(removable(lists, names, staying=staying))


def _dark(here: Asked, shadow: Shadow) -> LintFinding:
    """Tell of a rule that decides nothing."""
    covers = named(other.name for other in shadow.covers)
    says = f"decides nothing: all that it speaks of is decided before, by {covers}"
    if shadow.conflict:
        return _removal(here, "conflict", partial(_opposed, here, says))
    return _removal(here, "clutter", lambda: Words(says, here.decided(here.speaks_of)))


def _opposed(here: Asked, says: str) -> Words:
    """Tell of a rule that decides nothing, and would decide otherwise than those before."""
    against = {
        by.rule: opposed
        for by, opposed in here.scenario.divided(here.speaks_of)
        if by[:2] == here.place and by.rule.allows != here.rule.allows
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
    share = here.share
    heirs = shares(near(here.others, share), share)
    names = [rule.name for rule, part in heirs if not part.empty]
    left = share - joined(part for _, part in heirs)
    who = named(names) if left.empty else "the platform's implied rule"
    says = f"changes nothing: without it, {who} would decide the same"
    return Words(says, here.decided(share, without=True))


def _removal(here: Asked, kind: str, words: Callable[[], Words]) -> LintFinding:
    """Suggest that a rule goes, unless the page itself wants it."""
    if here.row.basis != "documented":
        return here.finding(kind, words, edit=here.edit())
    reason = f"the page states it ({here.row.cites}), so the table keeps it"
    stays = kind in ("clutter", "redundant")
    return here.finding(kind, words, explained=reason if stays else "")


def _tied(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules of which one allows and one denies, at the same priority.

    An allow rule that decides nothing at all is told of as such.
    """
    rivals = grouped(
        ((here.place, here.rule.priority, here.rule.allows), here)
        for here in asked(scenario)
    )
    for (place, priority, allows), every in rivals.items():
        met = () if allows else rivals.get((place, priority, True), ())
        for deny in every if met else ():
            share = deny.share
            against = [
                here.rule
                for here in met
                if not (share.isdisjoint(here.speaks_of) or here.share.empty)
            ]
            if against:
                yield _tie(deny, against)


def _tie(here: Asked, allows: Sequence[Rule]) -> LintFinding:
    earlier = here.rule.priority - 1
    taken = any(rule.allows and rule.priority == earlier for rule in here.others)
    free = earlier >= 0 and not taken and here.row.basis != "platform"
    edit = here.edit(("priority", earlier)) if free else None
    return here.finding("tie", partial(_contest, here, allows, free), edit=edit)


def _contest(here: Asked, allows: Sequence[Rule], free: bool) -> Words:
    """Tell of a deny rule that goes before allow rules by being one."""
    who = named(rule.name for rule in allows)
    says = (
        f"denies what {who} would allow at the same priority, "
        f"{here.rule.priority}: that deny goes first is all that decides"
    )
    contested = here.share & joined(rule.packets() for rule in allows)
    advice = "give the two different priorities, with care for what is between"
    return Words(says, here.decided(contested), "" if free else advice)


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


LOOKS = (_idle, _tied)
