"""What each rule of a list does: the mutants that the benchmark counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pairs import REST

from orosec.engine.decision_diagram import budget
from orosec.engine.overlap import Neighbours
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import Rule, denied, undecided


class Effect(NamedTuple):
    """What a rule does in its list: two mutants, and the packets that tell them apart.

    An empty set is a proof that the mutant is equivalent.

    Attributes:
        rule: the rule.
        flipped: packets whose verdict changes when the rule allows instead of denying,
            or denies instead of allowing: exactly those that it decides.
        deleted: packets whose verdict changes when the rule is taken away: those of
            them that the rules behind it decide otherwise.
    """

    rule: Rule
    flipped: PacketSet
    deleted: PacketSet


def effects(rules: Sequence[Rule], scope: PacketSet) -> Iterator[Effect]:
    """Yield the effect of each of the ordered *rules* on the packets of *scope*.

    One at a time, each from its neighbours alone: nothing is kept from one to the next.
    """
    neighbours = Neighbours([rule.hull() for rule in rules])
    for place, rule in enumerate(rules):
        earlier, later = neighbours.of(place)
        with budget():
            mine = scope & rule.packets()
            decided = undecided(mine, (rules[k] for k in earlier))
            behind = () if decided.empty else (*(rules[k] for k in later), REST)
            barred = denied(behind, decided)
            deleted = barred if rule.allows else decided - barred
        yield Effect(rule, decided, deleted)
