"""What differs between two scenarios: exactly the packets judged otherwise, and by whom.

A firewall asks its rules at both ends of a connection, so a packet passes where every place
(a network's egress or ingress) lets it pass. Places are compared one by one, each by the
rules near its edit alone (`orosec.engine.policy_diff`); then what some other place stops
before and after is taken out. A changed packet is told at the first place, egress before
ingress, that stops it in one of the two scenarios.

Whatever tells of a change asks here: the table of a difference, the ways near it, and the
picture. So it is computed once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from typing import NamedTuple, TypeAlias

from orosec.engine.decision_diagram import ANY_ADDRESS, remembering
from orosec.engine.notation import address_text
from orosec.engine.packet_set import ANY_SERVICE, PacketSet
from orosec.engine.policy import Rule, denied, joined, near, shares
from orosec.engine.policy_diff import RuleListChange, difference
from orosec.model.addressing import grouped, remembered
from orosec.model.scenario import Scenario

Place: TypeAlias = tuple[str, str]
"""A network and a direction: where a list of rules is asked."""

_UNASKED = (Rule("", 0, True, ANY_ADDRESS, ANY_ADDRESS, ANY_SERVICE),)
"""What stands for the rules of a place where they are not asked: nothing is stopped."""


class PacketChange(NamedTuple):
    """Packets whose fate differs, and what decides it.

    Attributes:
        kind: ``opened`` or ``closed``: they pass after and not before, or the other way
            round; ``served`` or ``unserved``: they pass in both, and something listens
            after and not before, or the other way round.
        packets: the packets, at least one.
        network: the network whose rules, or listener, make the difference.
        before: name of the rule that decided there, or of the listener; empty for none.
        after: the same, after.
    """

    kind: str
    packets: PacketSet
    network: str
    before: str
    after: str


def changes(before: Scenario, after: Scenario) -> tuple[PacketChange, ...]:
    """Return every packet whose fate differs, divided by what decides it.

    It is computed once; the answer is kept with *after*, and goes with it.

    No change at all is a proof: every packet passes in both or in neither, and finds a
    listener in both or in neither. What a host sends to itself is in a change only where
    others are, too, so that names can tell them (see `regrouped`). No two changes share a
    packet. The mirror of ``changes(a, b)`` is ``changes(b, a)``: opened and closed, served
    and unserved, before and after trade places.
    """
    return _changes(after, before)


@remembered
@remembering()
def _changes(after: Scenario, before: Scenario) -> tuple[PacketChange, ...]:
    decided: list[PacketChange] = []
    for place in _places(before, after):
        decided += _decided(before, after, place, decided)
    met = (*_met("opened", after, before), *_met("closed", before, after))
    found, own = (*decided, *met, *_heard(before, after)), before.itself | after.itself
    return tuple(change for change in found if not change.packets <= own)


def _places(before: Scenario, after: Scenario) -> list[Place]:
    every = {*before.policies, *after.policies}
    return sorted(every, key=lambda place: (place[1] != "egress", place))


def _decided(
    before: Scenario, after: Scenario, place: Place, found: Sequence[PacketChange]
) -> Iterator[PacketChange]:
    """Yield what a place makes pass or stop, but for what was *found* at earlier places."""
    for change in _at_place(before, after, place):
        was, now = change.before, change.after
        assert was is not None, "the last rule matches everything"
        assert now is not None, "the last rule matches everything"
        kind, side = ("opened", after) if change.opened else ("closed", before)
        packets = (change.packets & side.known) - total(found, kind)
        passing = _passing(side, packets, place)
        if not passing.empty:
            yield PacketChange(kind, passing, place[0], was.name, now.name)


def _at_place(before: Scenario, after: Scenario, place: Place) -> Iterator[RuleListChange]:
    """Yield the packets that a place judges differently, with the deciding rules."""
    here, there = (each.scope(place) for each in (before, after))
    old, new = (each.policies.get(place, ()) for each in (before, after))
    for packets, was, now in (
        (here & there, old, new),
        (here - there, old, _UNASKED),
        (there - here, _UNASKED, new),
    ):
        if was != now:
            yield from difference(was, now, packets)


def _passing(scenario: Scenario, packets: PacketSet, but: Place) -> PacketSet:
    """Return those of *packets* that every place but one lets pass."""
    for place, rules in scenario.policies.items():
        if place != but:
            packets = packets - denied(rules, packets & scenario.scope(place))
    return packets


def _met(kind: str, here: Scenario, there: Scenario) -> Iterator[PacketChange]:
    """Yield what passes in one scenario, and is outside the model in the other."""
    packets = (here.known - there.known) & here.permitted
    for place in _places(here, here):
        asked = packets & here.scope(place)
        packets = packets - asked
        for rule, part in shares(near(here.policies[place], asked), asked):
            if not part.empty:
                names = ("", rule.name) if kind == "opened" else (rule.name, "")
                yield PacketChange(kind, part, place[0], *names)


def _heard(before: Scenario, after: Scenario) -> Iterator[PacketChange]:
    """Yield what passes in both and is listened for in one of them alone."""
    for kind, here, there in (("served", after, before), ("unserved", before, after)):
        gained = (here.listening - there.listening) & before.permitted & after.permitted
        for row in here.listeners:
            heard = gained & here.heard(row)
            gained = gained - heard
            if not heard.empty:
                names = ("", row.name) if kind == "served" else (row.name, "")
                yield PacketChange(kind, heard, "", *names)


def regrouped(before: Scenario, after: Scenario) -> tuple[str, ...]:
    """Say which nodes, or addresses, stand on one host now and did not, or no longer do.

    What a host sends to itself meets no rule, so no packet need tell it.
    """
    was, now = map(_together, (before, after))
    where = ("two hosts now: rules are asked", "one host now: no rule is asked")
    return tuple(
        f"{one} and {other} are on {where[(one, other) in now]} between them"
        for one, other in sorted(was ^ now)
        if {(one, one), (other, other)} <= was & now
    )


def _together(scenario: Scenario) -> set[tuple[str, str]]:
    """Return each two nodes, or addresses, of one host; each is together with itself."""
    legs = [(address_text(at), row.node) for at, row in scenario.single if row.subnet]
    hosts = (*grouped(legs).values(), *grouped((node, at) for at, node in legs).values())
    return {two for each in hosts for two in combinations_with_replacement(sorted(each), 2)}


def fabric(scenario: Scenario) -> tuple[object, ...]:
    """Return what names stand for and ways are made of, but for what is let through.

    Where two scenarios have it in common, all that differs follows from their `changes`.
    """
    rows = scenario.nodes, scenario.interfaces, scenario.relays, scenario.routes
    return (*rows, scenario.tables.subnets, (frozenset(scenario.networks), scenario.exits))


def total(found: Sequence[PacketChange], kind: str) -> PacketSet:
    """Join the packets of the changes of one kind."""
    return joined(change.packets for change in found if change.kind == kind)
