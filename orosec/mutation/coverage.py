"""Both sides of each rule: what it decides, what lies beyond, and who asks about either.

A rule is wrong by letting in too much as easily as by letting in too little. So there are
two sides to ask about: *inside*, the packets that the rule decides, and *beyond*, those
that differ from its packets in one way only (another source, another destination, or
another service) and are decided otherwise. Both are exact sets of packets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orosec.claims.verdict import scope_of
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import Rule, denied, joined, shares
from orosec.model.addressing import grouped
from orosec.model.network import Network, given
from orosec.model.scenario import Scenario
from orosec.model.schema import LEVELS
from orosec.mutation.rule_mutants import OPPOSITE
from orosec.results import Sheet


class Side(NamedTuple):
    """One side of a rule in one variant.

    Attributes:
        packets: the packets of this side.
        asked: those that the scope of some claim holds.
        claims: the claims whose scope holds some of them.
    """

    packets: PacketSet
    asked: PacketSet
    claims: tuple[str, ...]

    @property
    def extent(self) -> str:
        """How much of the side some claim asks about, where anything is there."""
        if self.packets.empty:
            return "nothing there"
        if self.asked.empty:
            return "none"
        return "all" if self.asked == self.packets else "some"


class Sides(NamedTuple):
    """Both sides of a rule in one variant, at one place that asks it."""

    rule: str
    place: tuple[str, str]
    inside: Side
    beyond: Side


def both_sides(scenario: Scenario) -> tuple[Sides, ...]:
    """Return both sides of every rule of *scenario*, in the order of the policies."""
    scopes = {
        claim.claim: scope_of(claim, scenario)
        for claim in scenario.tables.claims
        if claim.level in LEVELS[:2] and scenario.applies_to(claim)
    }
    return tuple(
        Sides(
            rule.name,
            place,
            _side(share, scopes),
            _side(_beyond(scenario, place, rule), scopes),
        )
        for place, rules in scenario.policies.items()
        for divided in [shares(rules, scenario.scope(place) - scenario.itself)]
        for rule, share in divided
    )


def _side(packets: PacketSet, scopes: dict[str, PacketSet]) -> Side:
    met = {name: packets & scope for name, scope in scopes.items()}
    claims = tuple(name for name, part in met.items() if not part.empty)
    return Side(packets, joined(met.values()), claims)


def _beyond(scenario: Scenario, place: tuple[str, str], rule: Rule) -> PacketSet:
    """Return what differs from the packets of *rule* in one way, decided otherwise."""
    _, _, allows, sources, destinations, services = rule
    near = (
        PacketSet.box(destinations=destinations, services=services)
        | PacketSet.box(sources=sources, services=services)
        | PacketSet.box(sources=sources, destinations=destinations)
    ) - rule.packets()
    asked = scenario.scope(place) - scenario.itself
    barred = denied(scenario.policies[place], asked)
    return near & (barred if allows else asked - barred)


def coverage(*, network: Network | None = None) -> Sheet:
    """Say for each rule how much of either side some claim asks about."""
    tables = given(network)
    found = grouped(
        (sides.rule, sides)
        for scenario in tables.scenarios()
        for sides in both_sides(scenario)
    )
    inside = ("inside it", "asked about inside", "claims inside")
    beyond = ("beyond it", "asked about beyond", "claims beyond")
    rows = [
        (
            row.name,
            *(row.action, *_told([sides.inside for sides in found[row.name]])),
            *(OPPOSITE[row.action], *_told([sides.beyond for sides in found[row.name]])),
        )
        for row in tables.tables.rules
    ]
    return Sheet("", ("rule", *inside, *beyond), rows)


def _told(sides: Sequence[Side]) -> tuple[str, str]:
    """Sum up one side wherever it is: the least that is asked about, and by how many."""
    claims = {name for side in sides for name in side.claims}
    return min((side.extent for side in sides), key=_EXTENTS.index), str(len(claims))


_EXTENTS = ("none", "some", "all", "nothing there")
"""How much of a side is asked about, from the least."""
