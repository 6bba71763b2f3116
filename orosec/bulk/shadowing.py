"""Rules that decide nothing, and rules that nobody would miss: exact, and in bulk.

One list or several can be asked; how one is proved is told in `orosec.bulk.plan`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import TypeAlias

from orosec.bulk.plan import Plan, RuleStanding, Shadow
from orosec.engine.decision_diagram import budget
from orosec.engine.packet_set import EVERYTHING, PacketSet
from orosec.engine.policy import Rule

RuleList: TypeAlias = tuple[tuple[Rule, ...], PacketSet, bool]
"""Rules in their order, the packets that they are asked about, and whether what none of
them matches is allowed."""


class RuleLists:
    """Several lists of rules, laid out to be asked.

    Of lists that are much alike only the first is asked for all its rules, the others for
    those that meet what sets them apart.

    Args:
        asked: the lists; a rule may stand in several, and its name once in each.
    """

    def __init__(self, asked: Iterable[RuleList]) -> None:
        last: dict[tuple[PacketSet, bool], Plan] = {}
        self._plans: dict[RuleList, Plan] = {}
        for each in dict.fromkeys(asked):
            plan = Plan(*each, last.get(each[1:]))
            last[each[1:]] = self._plans[each] = plan

    def standings(self, asked: RuleList) -> Mapping[str, RuleStanding]:
        """Return how each rule of one of the lists stands in it, by its name.

        Raises:
            BudgetError: a proof costs too much.
        """
        return self._plans[asked].standings

    @budget()
    def removable(
        self, going: Iterable[str], *, staying: Container[str] = ()
    ) -> tuple[str, ...]:
        """Return which rules can go in turn, and in no list any packet fares otherwise.

        Args:
            going: the names of rules that are tried, in this order; those that can go are
                gone.
            staying: what of them stays in any case: it is told of, and not gone.

        Raises:
            BudgetError: a proof costs too much.
        """
        plans = [plan.afresh() for plan in self._plans.values()]
        found = []
        for name in going:
            places = [(plan, plan.places[name]) for plan in plans if name in plan.places]
            if all(plan.needless(place) for plan, place in places if plan.anew[place]):
                found.append(name)
                for plan, place in places:
                    plan.there[place] = name in staying
        return tuple(found)


@budget()
def shadowed(rules: Sequence[Rule], scope: PacketSet = EVERYTHING) -> tuple[Shadow, ...]:
    """Return every rule that decides no packet of *scope*, though it speaks of some.

    Args:
        rules: in their order.
        scope: the packets that the rules are asked about.

    >>> from orosec.engine.packet_set import service
    >>> http = service(6, 80, 80)
    >>> wide = Rule("wide", 1, True, ((0, 9),), ((5, 5),), http)
    >>> late = Rule("late", 2, False, ((3, 4),), ((5, 5),), http)
    >>> (found,) = shadowed([wide, late])
    >>> found.rule.name, found.covers[0].name, found.conflict
    ('late', 'wide', True)
    """
    plan = Plan(rules, scope)
    return tuple(plan.shadow(place) for place in plan.dark)


@budget()
def redundant(
    rules: Sequence[Rule], scope: PacketSet = EVERYTHING, otherwise: bool = False
) -> tuple[Rule, ...]:
    """Return every rule that can go, by itself, and no packet of *scope* fares otherwise.

    Shadowed rules are among them, and rules that speak of nothing in *scope*.

    Args:
        rules: in their order.
        scope: the packets that the rules are asked about.
        otherwise: whether a packet that no rule matches is allowed; else it is denied.
    """
    standings = Plan(rules, scope, otherwise).standings
    return tuple(rule for rule in rules if standings[rule.name].free)
