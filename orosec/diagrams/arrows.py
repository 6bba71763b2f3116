"""Arrows: who reaches whom, computed from the packets.

An arrow joins two boxes and carries the packets that it stands for, so that whatever
else is said of it (what opened, which promise breaks) is computed from them, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from orosec.diagrams.views import View
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.engine.summary import services_summary
from orosec.model.addressing import INTERNET, joined_by, remembered
from orosec.model.scenario import Scenario

_MOST_LABEL = 40


class Arrow(NamedTuple):
    """An arrow between two boxes.

    Attributes:
        source: name of the box where it starts.
        destination: name of the box where it ends.
        kind: how it looks and what it means, a key of `orosec.diagrams.styles.STYLES`.
        note: what tells it from other arrows of its kind, as ``as 203.0.113.30``.
        packets: what it stands for, with the addresses inside; nothing for a tunnel.
        label: the lines written beside it.
        breaks: the promises that these packets break.
    """

    source: str
    destination: str
    kind: str
    note: str
    packets: PacketSet = NOTHING
    label: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()

    @property
    def ends(self) -> tuple[str, str]:
        """The names of both boxes."""
        return self.source, self.destination


@remembered
def arrows(scenario: Scenario, view: View) -> tuple[Arrow, ...]:
    """Return the arrows of a view, in a fixed order; none look alike."""
    return tuple(_arrows(scenario, view))


def _arrows(scenario: Scenario, view: View) -> Iterator[Arrow]:
    names = [name for name in view.boxes if has(scenario, name)]
    found = [
        arrow
        for source, destination in product(names, names)
        if not _neighbours(scenario, source, destination)
        for arrow in _between(scenario, source, destination)
    ]
    joined = joined_by(
        (arrow._replace(packets=NOTHING), arrow.packets)
        for arrow in (*found, *_relayed(scenario))
        if _belongs(arrow, view, names)
    )
    for arrow, packets in joined.items():
        served = joined.get(arrow._replace(kind="served", note=""), NOTHING)
        told = label(packets, arrow.note, served)
        yield arrow._replace(packets=packets, label=(told,))


def has(scenario: Scenario, name: str) -> bool:
    """Return whether a scenario has something to draw under this name."""
    return name == INTERNET or name in scenario.members


def inside(scenario: Scenario, name: str) -> bool:
    """Return whether a name stands for application nodes alone."""
    members = scenario.members
    return {*members.get(name, ("",))} <= {*members.get("application", ())}


def _belongs(arrow: Arrow, view: View, names: Sequence[str]) -> bool:
    return (
        arrow.kind in view.kinds
        and (arrow.destination in view.towards or not view.towards)
        and {arrow.source, arrow.destination} <= set(names)
        and not (arrow.packets.empty and arrow.kind != "tunnel")
    )


def _neighbours(scenario: Scenario, *ends: str) -> bool:
    """Return whether both are application nodes: among these no arrows are drawn."""
    return ends[0] == ends[1] or all(inside(scenario, end) for end in ends)


def _between(scenario: Scenario, source: str, destination: str) -> Iterator[Arrow]:
    nowhere: frozenset[str] = frozenset()  # every interface of both, in whatever network
    senders = scenario.addresses(source, "source", nowhere)
    takers = scenario.addresses(destination, "destination", nowhere)
    passed = PacketSet.box(senders, takers) & scenario.permitted
    leaving = passed & scenario.leaving
    yield from _leaving(scenario, source, destination, leaving)
    if destination != INTERNET:
        arriving = passed - leaving
        yield Arrow(source, destination, "served", "", arriving & scenario.served)
        yield Arrow(source, destination, "unserved", "", arriving - scenario.served)


def _leaving(
    scenario: Scenario, source: str, destination: str, leaving: PacketSet
) -> Iterator[Arrow]:
    """Yield how traffic leaves; towards an edge, only what a route row sends there."""
    sent = {row.name: row.destination for row in scenario.routes}
    for departure in scenario.departures(leaving):
        if destination not in (INTERNET, sent.get(departure.route)):
            continue
        via, packets, note = departure.via, departure.packets, f"as {departure.public}"
        if via and via != source:
            yield Arrow(source, via, "leaving", "outward", packets)
            yield Arrow(via, destination, "leaving", note, packets)
        elif departure.public:
            yield Arrow(source, destination, "leaving", note, packets)


def _relayed(scenario: Scenario) -> Iterator[Arrow]:
    for relay in scenario.relays:
        if relay.node != relay.exit:
            yield Arrow(relay.node, relay.exit, "tunnel", "down the tunnel")


def label(packets: PacketSet, note: str, beside: PacketSet = NOTHING) -> str:
    """Say in a few words which services an arrow stands for.

    Args:
        packets: what it stands for.
        note: what to add.
        beside: what another arrow or line beside it stands for.
    """
    if packets.empty:
        return note
    text = services_summary(packets.services())
    if len(text) > _MOST_LABEL:
        text = "many services" if beside.empty else "everything else"
    return f"{text} {note}".rstrip()
