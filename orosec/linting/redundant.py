"""Rules that do nothing, or nothing by themselves: exact, like every answer here.

A documented rule that could go is explained: the tables keep what the page states.
Platform rows are never called needless, since nobody can take them away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from orosec.bulk.plan import Shadow
from orosec.engine.policy import Rule, joined, near, shares
from orosec.linting.finding import Asked, LintFinding, Words, foreign_words, named
from orosec.model.addressing import grouped
from orosec.model.edit import Edit
from orosec.model.scenario import Scenario


def _idle(scenario: Scenario, every: Sequence[Asked]) -> Iterator[LintFinding]:
    """Rules that speak of nothing, that decide nothing, or that nobody would miss.

    Where a rule speaks of nothing since its address is foreign, the address is told.
    """
    for here in every:
        row, (silent, shadow, free, _) = here.row, here.standing
        if row.basis == "platform":
            continue
        if shadow:
            kind = "conflict" if shadow.conflict else "clutter"
            yield _removal(here, kind, partial(_overruled, here, shadow))
        elif free and not silent:
            yield _removal(here, "redundant", partial(_heirs, here))
        elif free and not foreign_words(scenario, f"{row.source} {row.destination}"):
            yield _removal(here, "silent", partial(_silence, here))


def _overruled(here: Asked, shadow: Shadow) -> Words:
    """Tell of a rule that decides nothing; and would decide otherwise, in conflict."""
    covers = named(other.name for other in shadow.covers)
    says = f"decides nothing: all that it speaks of is decided before, by {covers}"
    if not shadow.conflict:
        return Words(says, here.decided(here.speaks_of))
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
    share = here.share(here.speaks_of)
    heirs = shares(near(here.others, share), share)
    names = [rule.name for rule, part in heirs if not part.empty]
    left = share - joined(part for _, part in heirs)
    who = named(names) if left.empty else "the platform's implied rule"
    says = f"changes nothing: without it, {who} would decide the same"
    return Words(says, here.decided(share, without=True))


def _removal(here: Asked, kind: str, words: Callable[[], Words]) -> LintFinding:
    """Suggest that a rule goes, unless the page itself wants it."""
    if here.row.basis != "documented":
        return here.finding(kind, words, edit=Edit.of_row("rules", here.rule.name))
    reason = f"the page states it ({here.row.cites}), so the table keeps it"
    stays = kind in ("clutter", "redundant")
    return here.finding(kind, words, explained=reason if stays else "")


def _tied(_scenario: Scenario, every: Sequence[Asked]) -> Iterator[LintFinding]:
    """Rules of which one allows and one denies, at the same priority.

    An allow rule that decides nothing at all is told of as such.
    """
    rivals = grouped(
        ((here.place, here.rule.priority), here)
        for here in every
        if here.rule.allows and not here.standing.shadow
    )
    for deny in every:
        met = () if deny.rule.allows else rivals.get((deny.place, deny.rule.priority), ())
        shared = ((here.rule, deny.speaks_of & here.speaks_of) for here in met)
        against = [rule for rule, both in shared if not deny.share(both).empty]
        if against:
            earlier = deny.rule.priority - 1
            taken = any(one.allows and one.priority == earlier for one in deny.others)
            free = earlier >= 0 and not taken and deny.row.basis != "platform"
            edit = Edit.of_row("rules", deny.rule.name, (("priority", earlier),))
            words = partial(_contest, deny, against, free)
            yield deny.finding("tie", words, edit=edit if free else None)


def _contest(here: Asked, allows: Sequence[Rule], free: bool) -> Words:
    """Tell of a deny rule that goes before allow rules by being one."""
    who = named(rule.name for rule in allows)
    says = (
        f"denies what {who} would allow at the same priority, "
        f"{here.rule.priority}: that deny goes first is all that decides"
    )
    contested = here.speaks_of & joined(rule.packets() for rule in allows)
    advice = "give the two different priorities, with care for what is between"
    return Words(says, here.decided(here.share(contested)), "" if free else advice)


def _silence(here: Asked) -> Words:
    """Tell of a rule that speaks of no packet, and where it would speak of some."""
    scenario, (network, direction) = here.scenario, here.place
    verb = "leaves" if direction == "egress" else "reaches"
    says = f"names nothing: no packet that it speaks of {verb} {network}"
    other = " or ".join(
        place[0]
        for place in scenario.policies
        if place[1] == direction and not here._replace(place=place).speaks_of.empty
    )
    advice = f"or write it for {other}, if it should speak there" if other else ""
    return Words(says, "", advice)


LOOKS = (_idle, _tied)
