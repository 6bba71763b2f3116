"""Arrows: who reaches whom, computed from the packets.

An arrow joins two boxes and carries the packets that it stands for, so that whatever
else is said of it (what opened, which promise breaks) is computed from them, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from textwrap import shorten
from typing import NamedTuple

from orosec.diagrams.views import View, ends
from orosec.engine.intervals import Intervals, intersect
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.engine.summary import services_summary
from orosec.model.addressing import joined_by, remembered
from orosec.model.names import describe
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
    senders = dict(ends(scenario, view, "source"))
    takers = dict(ends(scenario, view, "destination"))
    found: list[Arrow] = []
    apart = (pair for pair in product(senders, takers) if not _neighbours(scenario, *pair))
    for source, destination in apart:
        passed = PacketSet.box(senders[source], takers[destination]) & scenario.permitted
        leaving, served = passed & scenario.leaving, passed & scenario.listening
        found += _leaving(scenario, source, destination, leaving)
        ours = intersect(senders[source], scenario.inside)
        if ours or destination not in scenario.special:
            arriving = Arrow(source, destination, "served", "", served - leaving)
            silent = passed - served - leaving
            found += (arriving, arriving._replace(kind="unserved", packets=silent))
    joined = joined_by(
        (arrow._replace(packets=NOTHING), arrow.packets)
        for arrow in (*found, *_relayed(scenario))
        if arrow.kind in view.kinds
        and (arrow.source in senders and arrow.destination in takers)
        and not (arrow.packets.empty and arrow.kind != "tunnel")
    )
    for arrow, packets in joined.items():
        yield arrow._replace(packets=packets, label=(label(scenario, arrow, packets),))


def inside(scenario: Scenario, name: str) -> bool:
    """Return whether a name stands for application nodes alone."""
    members = scenario.members
    return {*members.get(name, ("",))} <= {*members.get("application", ())}


def _neighbours(scenario: Scenario, *pair: str) -> bool:
    """Return whether both are application nodes: among these no arrows are drawn."""
    return pair[0] == pair[1] or all(inside(scenario, name) for name in pair)


def _leaving(
    scenario: Scenario, source: str, destination: str, leaving: PacketSet
) -> Iterator[Arrow]:
    """Yield how traffic leaves; towards an edge, only what a route row sends there."""
    sent = {row.name: row.destination for row in scenario.routes}
    for departure in scenario.departures(leaving):
        packets, note = departure.packets, f"as {departure.public}"
        edge = intersect(packets.destinations(), scenario.edges)
        if edge and destination != _role(scenario, sent.get(departure.route, "")):
            continue
        via = _role(scenario, departure.via)
        if via and via != source:
            yield Arrow(source, via, "leaving", "outward", packets)
            yield Arrow(via, destination, "leaving", note, packets)
        elif departure.public:
            yield Arrow(source, destination, "leaving", note, packets)


def _relayed(scenario: Scenario) -> Iterator[Arrow]:
    for relay in scenario.relays:
        pair = _role(scenario, relay.node), _role(scenario, relay.exit)
        if pair[0] != pair[1]:
            yield Arrow(*pair, "tunnel", "down the tunnel")


def _role(scenario: Scenario, name: str) -> str:
    """Return the name of the box that a node or a role is in."""
    return scenario.node_of[name].role if name in scenario.node_of else name


def who(scenario: Scenario, addresses: Intervals, side: str = "destination") -> str:
    """Name addresses, the first of them where they are many."""
    told = describe(scenario, addresses, side)
    return shorten(told, 3 * _MOST_LABEL, placeholder=" and more")


def label(here: Scenario, arrow: Arrow, packets: PacketSet) -> str:
    """Say in a few words which services an arrow stands for, and which part of a region.

    Args:
        here: where its ends are known.
        arrow: which one.
        packets: what it stands for.
    """
    if packets.empty:
        return arrow.note
    text = services_summary(packets.services())
    if len(text) > _MOST_LABEL:
        text = "many services"
    parts = packets.sources(), packets.destinations()
    for word, end, part in zip(("from", "to"), arrow.ends, parts, strict=True):
        told = who(here, part)
        text += f" {word} {told}" if end not in (told, *here.members) else ""
    return f"{text} {arrow.note}".rstrip()
