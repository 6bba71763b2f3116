"""What a list of firewall rules means: once as a definition, once exactly for all.

`decide` is the definition: walk the rules for one packet. `shares` is the theorem:
divide every packet among the rules. The tests hold the two against each other.

The order is Google Cloud's (VPC firewall rules): lower priority number first, and at
equal priority deny before allow. Implied rules are rules like any other, so that
every packet has a deciding rule with a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

from orosec.engine.decision_diagram import Services, budget
from orosec.engine.intervals import Intervals, contains, intersect
from orosec.engine.overlap import Hull, Neighbours, hull
from orosec.engine.packet_set import NOTHING, Packet, PacketSet, has_service


class Rule(NamedTuple):
    """One rule, with its names already resolved to addresses.

    Attributes:
        name: unique name.
        priority: 0 to 65535, the lower the earlier.
        allows: True for an allow rule, False for a deny rule.
        sources: addresses that send.
        destinations: addresses that receive.
        services: protocols with their ports or types.
    """

    name: str
    priority: int
    allows: bool
    sources: Intervals
    destinations: Intervals
    services: Services

    @property
    def meaning(self) -> tuple[bool, Intervals, Intervals, Services]:
        """What the rule says, whatever its name and priority."""
        return self.allows, self.sources, self.destinations, self.services

    def matches(self, packet: Packet) -> bool:
        """Return whether the rule speaks of *packet*."""
        return (
            contains(self.sources, packet.source)
            and contains(self.destinations, packet.destination)
            and has_service(self.services, packet.protocol, packet.detail)
        )

    def packets(self) -> PacketSet:
        """Return every packet that the rule speaks of."""
        return PacketSet.box(self.sources, self.destinations, self.services)

    def hull(self) -> Hull:
        """Return the single box around the rule."""
        return hull(self.sources, self.destinations, self.services)


Shares: TypeAlias = tuple[tuple[Rule, PacketSet], ...]
"""Each rule, in order, with exactly the packets that it decides, or keeps out."""


def in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Sort rules into the order in which they are asked."""
    return tuple(sorted(rules, key=lambda rule: (rule.priority, rule.allows)))


def decide(rules: Iterable[Rule], packet: Packet) -> Rule | None:
    """Return the first of the ordered *rules* that matches *packet*: the definition.

    None means that no rule matches, which cannot be where implied rules are rows.
    """
    return next((rule for rule in rules if rule.matches(packet)), None)


@lru_cache(maxsize=64)
@budget()
def shares(rules: tuple[Rule, ...], scope: PacketSet) -> Shares:
    """Divide the packets of *scope* among the ordered *rules*, by first match.

    What is left for a rule is told by its neighbours alone: what all rules before it leave
    of the scope would become complicated in a long list.
    """
    return tuple(
        (rule, undecided(scope & rule.packets(), earlier))
        for rule, earlier in _meeting(rules)
    )


def _meeting(rules: Sequence[Rule]) -> Iterator[tuple[Rule, list[Rule]]]:
    """Yield each rule, with those before it that it may share packets with."""
    neighbours = Neighbours([rule.hull() for rule in rules])
    for place, rule in enumerate(rules):
        yield rule, [rules[k] for k in neighbours.of(place)[0]]


def undecided(packets: PacketSet, earlier: Iterable[Rule]) -> PacketSet:
    """Return what the *earlier* rules leave of some *packets*.

    Their order does not matter here. Joined with rules of like sources first, wide ones
    last, they make smaller diagrams on the way, and take a third of the time.
    """
    taken = sorted(earlier, key=_by_source)
    return packets - joined(packets & rule.packets() for rule in taken)


def _by_source(rule: Rule) -> tuple[int, Intervals]:
    sources = rule.sources
    return (sources[-1][1] - sources[0][0] if sources else 0), sources


@lru_cache(maxsize=64)
@budget()
def denied(rules: tuple[Rule, ...], scope: PacketSet) -> PacketSet:
    """Return what of *scope* the ordered *rules* stop; no rule needs a share for that.

    A packet is stopped exactly when a deny rule matches it and no allow rule before that
    one does: whatever other deny rules stand before it deny it just as well.
    """
    return joined(
        undecided(scope & rule.packets(), (one for one in earlier if one.allows))
        for rule, earlier in _meeting(near(rules, scope))
        if not rule.allows
    )


def joined(sets: Iterable[PacketSet]) -> PacketSet:
    """Join many sets, two by two: far quicker than one after the other.

    >>> joined([]).empty
    True
    """
    level = list(sets)
    while len(level) > 1:
        level = [a | b for a, b in zip_longest(level[::2], level[1::2], fillvalue=NOTHING)]
    return level[0] if level else NOTHING


def near(rules: Iterable[Rule], packets: PacketSet) -> tuple[Rule, ...]:
    """Keep the ordered *rules* that may decide some of *packets*.

    They share addresses with them, and none before them matches them all.
    """
    sources, destinations = packets.sources(), packets.destinations()
    found = []
    for rule in rules if sources else ():
        ends = intersect(rule.sources, sources)
        if ends and (others := intersect(rule.destinations, destinations)):
            found.append(rule)
            if (ends, others) == (sources, destinations) and packets <= rule.packets():
                break
    return tuple(found)


def blockers(rules: Iterable[Rule], traffic: PacketSet) -> Shares:
    """Return every rule that keeps some of *traffic* out, not the first one only, with it.

    A rule counts when no allow rule before it lets the packet in: taking away one
    blocker leaves the next one standing.
    """
    found: list[tuple[Rule, PacketSet]] = []
    for rule in rules:
        matched = traffic & rule.packets()
        if rule.allows:
            traffic = traffic - matched
        elif not matched.empty:
            found.append((rule, matched))
    return tuple(found)
