"""Rules that do nothing, or nothing by themselves: exact, like every answer here.

A documented rule that could go is explained: the tables keep what the page states.
Platform rows are never called needless, since nobody can take them away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from orosec.bulk.shadowing import Shadow, redundant, shadowed, ties
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import Rule, joined
from orosec.engine.policy_diff import difference
from orosec.linting.finding import (
    LintFinding,
    Place,
    decided,
    foreign_words,
    named,
    row_of,
)
from orosec.model.edit import Edit
from orosec.model.scenario import Scenario


def _needless(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules that decide no packet, and rules that nobody would miss.

    All that are suggested to go can go together: the search goes on without them.
    """
    for place, policy in scenario.policies.items():
        scope = scenario.scope(place)
        dark = {one.rule: one for one in shadowed(policy, scope)}
        judged = [rule for rule in policy if row_of(scenario, rule).basis != "platform"]
        kept = list(policy)
        for rule in judged:
            if rule in dark:
                yield _dark(scenario, place, dark[rule])
                kept = _without(kept, rule, scenario)
        for rule in redundant(policy, scope):
            fewer = [other for other in kept if other is not rule]
            speaks = not scope.isdisjoint(rule.packets())
            live = speaks and rule in judged and rule not in dark
            if live and not difference(kept, fewer, scope):
                yield _redundant(scenario, place, rule, kept[kept.index(rule) + 1 :])
                kept = _without(kept, rule, scenario)


def _without(kept: list[Rule], gone: Rule, scenario: Scenario) -> list[Rule]:
    stays = row_of(scenario, gone).basis == "documented"
    return kept if stays else [rule for rule in kept if rule is not gone]


def _dark(scenario: Scenario, place: Place, shadow: Shadow) -> LintFinding:
    """Tell of a rule that decides nothing."""
    rule = shadow.rule
    mine = scenario.scope(place) & rule.packets()
    among = [(one, share & mine) for one, share in scenario.shares[place]]
    covers = named(shadow.covers)
    says = f"decides nothing: all that it speaks of is decided before, by {covers}"
    if not shadow.conflict:
        evidence = decided(scenario, mine, among)
        return _removal(scenario, rule, "clutter", says, evidence)
    against = [one for one in among if one[0].allows != rule.allows and not one[1].empty]
    says = f"{says}, and some of it otherwise"
    evidence = decided(scenario, joined(part for _, part in against), against)
    if row_of(scenario, rule).basis == "documented":
        advice = f"the page states it, so look at {named([one for one, _ in against])}"
        return LintFinding("conflict", "rules", rule.name, says, evidence, None, advice)
    number = min(one.priority for one, _ in against) - rule.allows  # deny goes first
    advice = f"or give it a priority of {number} or less, if it should decide"
    edit = Edit.of_row("rules", rule.name)
    advice = advice if number >= 0 else ""
    return LintFinding("conflict", "rules", rule.name, says, evidence, edit, advice)


def _redundant(
    scenario: Scenario, place: Place, rule: Rule, behind: Sequence[Rule]
) -> LintFinding:
    """Tell of a rule that changes nothing; those *behind* it decide the same."""
    mine = dict(scenario.shares[place])[rule]
    heirs = list(_heirs(behind, mine))
    who = named([one for one, _ in heirs]) or "no rule at all"
    says = f"changes nothing: without it, {who} would decide the same"
    return _removal(scenario, rule, "redundant", says, decided(scenario, mine, heirs))


def _heirs(rules: Sequence[Rule], packets: PacketSet) -> Iterator[tuple[Rule, PacketSet]]:
    """Yield the rules that decide some of the *packets*, with what each decides."""
    for rule in rules:
        part = packets & rule.packets()
        if not part.empty:
            yield rule, part
            packets = packets - part
        if packets.empty:
            return


def _removal(
    scenario: Scenario, rule: Rule, kind: str, says: str, evidence: str
) -> LintFinding:
    """Suggest that a rule goes, unless the page itself wants it."""
    row = row_of(scenario, rule)
    if row.basis == "documented":
        reason = f"the page states it ({row.cites}), so the table keeps it"
        return LintFinding(kind, "rules", rule.name, says, evidence, explained=reason)
    return LintFinding(
        kind, "rules", rule.name, says, evidence, Edit.of_row("rules", rule.name)
    )


def _tied(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules of which one allows and one denies, at the same priority."""
    for place, policy in scenario.policies.items():
        scope = scenario.scope(place)
        dark = {one.rule for one in shadowed(policy, scope)}
        for deny, group in groupby(ties(policy, scope), key=lambda tie: tie.deny):
            allows = [tie.allow for tie in group if tie.allow not in dark]
            if allows:
                yield _tie(scenario, place, deny, allows)


def _tie(
    scenario: Scenario, place: Place, deny: Rule, allows: Sequence[Rule]
) -> LintFinding:
    contested = joined(one.packets() for one in allows)
    share = dict(scenario.shares[place])[deny]
    earlier = deny.priority - 1
    policy = scenario.policies[place]
    free = earlier >= 0 and (True, earlier) not in {one[2:0:-1] for one in policy}
    return LintFinding(
        "tie",
        "rules",
        deny.name,
        f"denies what {named(allows)} would allow at the same priority, "
        f"{deny.priority}: that deny goes first is all that decides",
        decided(scenario, share & contested, [(deny, share)]),
        Edit.of_row("rules", deny.name, (("priority", earlier),)) if free else None,
        "" if free else "give the two different priorities, with care for what is between",
    )


def _silent(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules that speak of no packet, but for those whose address alone is at fault."""
    for place, policy in scenario.policies.items():
        for rule in policy:
            row = row_of(scenario, rule)
            foreign = foreign_words(scenario, f"{row.source} {row.destination}")
            silent = scenario.scope(place).isdisjoint(rule.packets())
            if silent and not foreign and row.basis != "platform":
                yield _nothing(scenario, place, rule)


def _nothing(scenario: Scenario, place: Place, rule: Rule) -> LintFinding:
    network, direction = place
    verb = "leaves" if direction == "egress" else "reaches"
    says = f"names nothing: no packet that it speaks of {verb} {network}"
    other = [
        one
        for one, _ in scenario.policies.items()
        if one[1] == direction and not scenario.scope(one).isdisjoint(rule.packets())
    ]
    cells = (("network", other[0][0]),) if len(other) == 1 else ()
    advice = "or take it away" if cells else ""
    edit = Edit.of_row("rules", rule.name, cells)
    return LintFinding("silent", "rules", rule.name, says, "", edit, advice)


LOOKS = (_needless, _tied, _silent)
