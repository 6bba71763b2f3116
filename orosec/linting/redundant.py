"""Rules that do nothing, or nothing by themselves: exact, like every answer here.

A documented rule that could go is explained: the tables keep what the page states.
Platform rows are never called needless, since nobody can take them away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orosec.bulk.shadowing import Shadow, redundant, shadowed
from orosec.engine.policy import Rule, joined
from orosec.engine.policy_diff import difference
from orosec.linting.finding import Asked, LintFinding, asked, foreign_words, named
from orosec.model.addressing import grouped
from orosec.model.scenario import Scenario


def _needless(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules that decide no packet, and rules that nobody would miss.

    All that are suggested to go can go together: the search goes on without them.
    """
    for place, divided in scenario.shares.items():
        scope, shared = scenario.scope(place), dict(divided)
        kept = [*shared]
        dark = {shadow.rule: shadow for shadow in shadowed(kept, scope)}
        for rule in dict.fromkeys((*dark, *redundant(kept, scope))):
            here = Asked(scenario, place, rule, shared[rule])
            fewer = [other for other in kept if other is not rule]
            if here.row.basis == "platform" or here.speaks_of.empty:
                continue
            if rule in dark:
                yield _dark(here, dark[rule])
            elif not difference(kept, fewer, scope):
                yield _redundant(here, kept[kept.index(rule) + 1 :])
            else:
                continue
            if here.row.basis != "documented":
                kept = fewer


def _dark(here: Asked, shadow: Shadow) -> LintFinding:
    """Tell of a rule that decides nothing."""
    rule, mine = here.rule, here.speaks_of
    covers = named(shadow.covers)
    says = f"decides nothing: all that it speaks of is decided before, by {covers}"
    if not shadow.conflict:
        return _removal(here, "clutter", says, here.decided(mine))
    against = {
        other: opposed
        for other, share in here.scenario.shares[here.place]
        if other.allows != rule.allows and not (opposed := share & mine).empty
    }
    evidence = here.decided(joined(against.values()))
    words = "conflict", f"{says}, and some of it otherwise", evidence
    if here.row.basis == "documented":
        advice = f"the page states it, so look at {named([*against])}"
        return here.finding(*words, advice=advice)
    number = min(other.priority for other in against) - rule.allows  # deny goes first
    advice = f"or give it a priority of {number} or less, if it should decide"
    return here.finding(*words, edit=here.edit(), advice=advice if number >= 0 else "")


def _redundant(here: Asked, behind: Sequence[Rule]) -> LintFinding:
    """Tell of a rule that changes nothing; those *behind* it decide the same."""
    heirs: list[Rule] = []
    left = here.share
    for rule in behind:
        if left.empty:
            break
        if not left.isdisjoint(rule.packets()):
            heirs.append(rule)
            left = left - rule.packets()
    who = named(heirs) or "no rule at all"
    says = f"changes nothing: without it, {who} would decide the same"
    return _removal(here, "redundant", says, here.decided(here.share, behind))


def _removal(here: Asked, kind: str, says: str, evidence: str) -> LintFinding:
    """Suggest that a rule goes, unless the page itself wants it."""
    if here.row.basis == "documented":
        reason = f"the page states it ({here.row.cites}), so the table keeps it"
        return here.finding(kind, says, evidence, explained=reason)
    return here.finding(kind, says, evidence, edit=here.edit())


def _tied(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules of which one allows and one denies, at the same priority.

    An allow rule that decides nothing at all is told of as such.
    """
    for place, divided in scenario.shares.items():
        live = [rule for rule, share in divided if rule.allows and not share.empty]
        rivals = grouped((rule.priority, (rule, rule.packets())) for rule in live)
        for deny, share in divided:
            met = () if deny.allows else rivals.get(deny.priority, ())
            allows = [rule for rule, packets in met if not share.isdisjoint(packets)]
            if allows:
                yield _tie(Asked(scenario, place, deny, share), allows)


def _tie(here: Asked, allows: Sequence[Rule]) -> LintFinding:
    deny, policy = here.rule, here.scenario.policies[here.place]
    contested = here.share & joined(rule.packets() for rule in allows)
    says = (
        f"denies what {named(allows)} would allow at the same priority, "
        f"{deny.priority}: that deny goes first is all that decides"
    )
    words = "tie", says, here.decided(contested)
    earlier = deny.priority - 1
    taken = any(rule.allows and rule.priority == earlier for rule in policy)
    if earlier >= 0 and not taken:
        return here.finding(*words, edit=here.edit(("priority", earlier)))
    advice = "give the two different priorities, with care for what is between"
    return here.finding(*words, advice=advice)


def _silent(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules that speak of no packet, but for those whose address alone is at fault."""
    for here in asked(scenario):
        row = here.row
        foreign = foreign_words(scenario, f"{row.source} {row.destination}")
        if here.speaks_of.empty and not foreign and row.basis != "platform":
            network, direction = here.place
            verb = "leaves" if direction == "egress" else "reaches"
            says = f"names nothing: no packet that it speaks of {verb} {network}"
            other = [
                place
                for place in scenario.policies
                if place[1] == direction and not here._replace(place=place).speaks_of.empty
            ]
            cells = [("network", other[0][0])] if len(other) == 1 else []
            advice = "or take it away" if cells else ""
            yield here.finding("silent", says, edit=here.edit(*cells), advice=advice)


LOOKS = (_needless, _tied, _silent)
