"""What a scenario means, as one value: two scenarios with equal meanings agree on all.

Every verdict of a claim, whoever wrote it, follows from the parts of a `Meaning` alone:

=============  =================================================================
names          what each name stands for: nodes, addresses, networks, subnets
permitted      the packets that pass (`allows`, `denies`, `only-from`, `only-on`)
served         those that find a listener (the same verbs, one level up)
departures     who leaves through what, and as whom (`translated-to`)
relays         which packet may follow which, through which hosts: with *served*,
               *permitted* and *departures* these are the edges of every journey
               (`reaches`, `only-through`)
facts          which statements about the tables are true (`fact`)
=============  =================================================================

Packet sets are canonical and the rest is made so here, so equality is exact: a mutant
whose meaning is the same in every variant is *equivalent*, and no claim can tell it
from the tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from orosec.claims.facts import REGISTRY
from orosec.engine.packet_set import EVERYTHING, NOTHING, PacketSet
from orosec.model.addressing import grouped
from orosec.model.journeys import hosts_of, working
from orosec.model.scenario import Scenario

Leaving = tuple[str, str, PacketSet]
"""The node that translates packets, the public address they carry, and the packets."""

Handover = tuple[tuple[frozenset[str], ...], str, PacketSet, PacketSet]
"""Hosts of a relay, its exit, packets that end there, and packets that may follow."""


class Meaning(NamedTuple):
    """What a scenario means; the parts are told of at the top of this module."""

    names: frozenset[tuple[object, ...]]
    permitted: PacketSet
    served: PacketSet
    departures: frozenset[Leaving]
    relays: frozenset[Handover]
    facts: tuple[tuple[str, str], ...]


def meaning(scenario: Scenario) -> Meaning:
    """Return the meaning of *scenario*."""
    return Meaning(
        names_of(scenario),
        scenario.permitted,
        scenario.served,
        departures_of(scenario),
        relays_of(scenario),
        tuple((name, truth(name, scenario)) for name in REGISTRY),
    )


def names_of(scenario: Scenario) -> frozenset[tuple[object, ...]]:
    """Return what names stand for, and who has which public address."""
    ends = ((row.node, row.address, row.public) for row in scenario.interfaces)
    return frozenset((*scenario.meant.items(), *(end for end in ends if end[2])))


def truth(fact: str, scenario: Scenario) -> str:
    """Return whether a fact holds, is broken, or has nothing to look at."""
    return REGISTRY[fact].evidence(scenario).verdict


def departures_of(scenario: Scenario) -> frozenset[Leaving]:
    """Divide what leaves by the node that translates it and the address it carries.

    How a part of it leaves follows: routes are asked packet by packet.
    """
    return frozenset((*ends, packets) for ends, packets in scenario.translations.items())


def relays_of(scenario: Scenario) -> frozenset[Handover]:
    """Return which packet may follow which: all chains of two connections.

    Longer chains are made of these. Relays with the same hosts and exit are laid over
    each other, so that what counts is what may follow, not how many rows say so.
    """
    handed_on = grouped(
        (
            (hosts_of(scenario, (row.node, row.exit)), row.exit),
            (
                scenario.passed("any", row.node, row.accepts, "served"),
                scenario.passed(row.exit, row.destination, row.services, "permitted"),
            ),
        )
        for row in working(scenario)
    )
    return frozenset(
        (*key, ending, following)
        for key, pairs in handed_on.items()
        for following, ending in laid_over(pairs).items()
    )


def laid_over(pairs: Iterable[tuple[PacketSet, PacketSet]]) -> dict[PacketSet, PacketSet]:
    """Return, for each set of packets that may follow, exactly the ones that it follows.

    The keys differ and the values are disjoint, so equal relations are equal values.
    """
    found = {NOTHING: EVERYTHING}
    for ending, following in pairs:
        laid: dict[PacketSet, PacketSet] = {}
        for known, before in found.items():
            for key, part in (
                (known, before - ending),
                (known | following, before & ending),
            ):
                if not part.empty:
                    laid[key] = laid.get(key, NOTHING) | part
        found = laid
    found.pop(NOTHING, None)
    return found
