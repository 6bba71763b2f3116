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
from orosec.model.journeys import hosts_of, working
from orosec.model.rows import RelayRow
from orosec.model.scenario import Scenario
from orosec.mutation.incremental import NOTHING_MOVED, moved

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
        _names(scenario),
        scenario.permitted,
        scenario.served,
        departures_of(scenario),
        _relays(scenario),
        tuple((name, truth(name, scenario)) for name in REGISTRY),
    )


class Known(NamedTuple):
    """A scenario whose meaning is known, to tell the meaning of edited ones from."""

    scenario: Scenario
    meaning: Meaning

    def after(self, edited: Scenario) -> Meaning:
        """Return the meaning of an edited scenario: the same as `meaning`, sooner."""
        here, known = self
        if moved(here, edited) != NOTHING_MOVED:
            return meaning(edited)
        same = (edited.permitted, edited.served) == (known.permitted, known.served)
        routed = edited.routes == here.routes
        looked = {name for name in REGISTRY if not _untouched(name, here, edited)}
        return Meaning(
            known.names,
            edited.permitted,
            edited.served,
            self._departures(edited) if routed else departures_of(edited),
            known.relays if same and edited.relays == here.relays else _relays(edited),
            tuple(
                (name, truth(name, edited) if name in looked else told)
                for name, told in known.facts
            ),
        )

    def _departures(self, edited: Scenario) -> frozenset[Leaving]:
        """Return what leaves where the routes are the same, from what passes otherwise."""
        known = self.meaning
        if known.permitted == edited.permitted:
            return known.departures
        closed = known.permitted - edited.permitted
        opened = departures_of(edited, edited.permitted - known.permitted)
        kept = ((via, public, all_ - closed) for via, public, all_ in known.departures)
        return _joined(*opened, *kept)


def _untouched(fact: str, here: Scenario, edited: Scenario) -> bool:
    """Return whether a fact sees the same rows in both; names stand for the same."""
    tables = ("nodes", *REGISTRY[fact].tables)
    return all(getattr(here, name) == getattr(edited, name) for name in tables)


def truth(fact: str, scenario: Scenario) -> str:
    """Return whether a fact holds, is broken, or has nothing to look at."""
    return REGISTRY[fact].evidence(scenario).verdict


def _names(scenario: Scenario) -> frozenset[tuple[object, ...]]:
    """Return what names stand for, and who has which public address."""
    return frozenset((*scenario.meant.items(), *scenario.publics))


def departures_of(
    scenario: Scenario, traffic: PacketSet = EVERYTHING
) -> frozenset[Leaving]:
    """Divide what leaves by the node that translates it and the address it carries.

    How a part of it leaves follows: routes are asked packet by packet.
    """
    found = scenario.departures(traffic & scenario.leaving)
    return _joined(*((one.via, one.public, one.packets) for one in found))


def _joined(*leaving: Leaving) -> frozenset[Leaving]:
    found: dict[tuple[str, str], PacketSet] = {}
    for via, public, packets in leaving:
        if not packets.empty:
            found[via, public] = found.get((via, public), NOTHING) | packets
    return frozenset((*key, packets) for key, packets in found.items())


def _relays(scenario: Scenario) -> frozenset[Handover]:
    """Return which packet may follow which: all chains of two connections.

    Longer chains are made of these. Relays with the same hosts and exit are laid over
    each other, so that what counts is what may follow, not how many rows say so.
    """
    grouped: dict[tuple[tuple[frozenset[str], ...], str], list[RelayRow]] = {}
    for row in working(scenario):
        grouped.setdefault((hosts_of(scenario, row), row.exit), []).append(row)
    return frozenset(
        (*key, ending, following)
        for key, rows in grouped.items()
        for following, ending in laid_over(_handed_on(scenario, rows)).items()
    )


def _handed_on(
    scenario: Scenario, rows: Iterable[RelayRow]
) -> Iterable[tuple[PacketSet, PacketSet]]:
    for row in rows:
        ending = scenario.passed("any", row.node, row.accepts, "served")
        following = scenario.passed(row.exit, row.destination, row.services, "permitted")
        if not ending.empty and not following.empty:
            yield ending, following


def laid_over(
    pairs: Iterable[tuple[PacketSet, PacketSet]],
) -> dict[PacketSet, PacketSet]:
    """Give, for each set of packets that may follow, exactly the ones that it follows.

    The keys differ and the values are disjoint, so equal relations are equal values.
    """
    found: dict[PacketSet, PacketSet] = {}
    for ending, following in pairs:
        laid: dict[PacketSet, PacketSet] = {}
        rest = ending
        for known, before in found.items():
            both = before & ending
            rest = rest - before
            for key, part in ((known, before - ending), (known | following, both)):
                if not part.empty:
                    laid[key] = laid.get(key, NOTHING) | part
        if not rest.empty:
            laid[following] = laid.get(following, NOTHING) | rest
        found = laid
    return found
