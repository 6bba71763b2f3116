"""Arrows: who reaches whom, computed from the packets.

An arrow joins two boxes and carries the packets that it stands for, so that whatever
else is said of it (what opened, which promise breaks) is computed from them, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product
from textwrap import shorten
from typing import NamedTuple

from orosec.diagrams.views import View, ends
from orosec.engine.intervals import Intervals, intersect
from orosec.engine.packet_set import EVERYTHING, NOTHING, PacketSet
from orosec.engine.summary import services_summary
from orosec.model.addressing import joined_by, remembered
from orosec.model.names import describe
from orosec.model.rows import RelayRow
from orosec.model.scenario import Scenario

_MOST_LABEL = 40
SILENT = " (nobody answers)"


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
        ids: the sentences that they rest on, two at most.
    """

    source: str
    destination: str
    kind: str
    note: str
    packets: PacketSet = NOTHING
    label: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    @property
    def ends(self) -> tuple[str, str]:
        """The names of both boxes."""
        return self.source, self.destination


@remembered
def arrows(scenario: Scenario, view: View) -> tuple[Arrow, ...]:
    """Return the arrows of a view without labels, in a fixed order; none look alike."""
    senders, takers = (dict(ends(scenario, view, at)) for at in ("source", "destination"))
    pairs = product(senders.items(), takers.items())
    found = chain.from_iterable(_between(scenario, *pair) for pair in pairs)
    down = (_carried(scenario, row) for row in scenario.relays if row.node != row.exit)
    joined = joined_by(
        (arrow._replace(packets=NOTHING), arrow.packets)
        for arrow in (*found, *(arrow for arrow in down if len({*arrow.ends}) > 1))
        if arrow.kind in view.kinds
        and (arrow.source in senders and arrow.destination in takers)
    )
    return tuple(arrow._replace(packets=packets) for arrow, packets in joined.items())


@remembered
def _between(
    scenario: Scenario, sender: tuple[str, Intervals], taker: tuple[str, Intervals]
) -> tuple[Arrow, ...]:
    """Return the arrows from one box to another, or to where it leaves through."""
    (source, senders), (destination, takers) = sender, taker
    passed = PacketSet.box(senders, takers) & scenario.permitted
    members = scenario.members
    nodes = {node for end in (source, destination) for node in members.get(end, ("",))}
    neighbours = nodes <= {*members.get("application", ())}
    if passed.empty or neighbours or source == destination:
        return ()  # among application nodes no arrows are drawn
    leaving = passed & scenario.leaving
    found = [*_leaving(scenario, source, destination, leaving)]
    if intersect(senders, scenario.inside) or destination not in scenario.special:
        arriving = passed - leaving
        served = arriving & scenario.listening
        found.append(Arrow(source, destination, "served", "", served))
        found.append(Arrow(source, destination, "unserved", "", arriving - served))
    return tuple(arrow for arrow in found if not arrow.packets.empty)


def _carried(scenario: Scenario, row: RelayRow) -> Arrow:
    """Return how a relay reaches its exit: by a tunnel opened from there, if any."""
    ends, note = [row.node, row.exit], "goes on"
    if row.carrier:
        *ends, services = row.carrier.split(maxsplit=2)
        note = f"tunnel, {services}, opened from inside"
    source, destination = (_role(scenario, end) for end in ends)
    return Arrow(source, destination, "tunnel", note, ids=tuple(row.cites.split()))


@remembered
def _promised(scenario: Scenario) -> tuple[tuple[str, PacketSet], ...]:
    """Return what each sentence promises to let pass, or to translate, by its claims."""
    verbs = {"allows": EVERYTHING, "translated-to": scenario.leaving}
    here = filter(scenario.applies_to, scenario.tables.claims)
    return tuple(
        (row.sentence, scenario.traffic(*row[6:9]) & verbs[row.verb])
        for row in here
        if row.verb in verbs
    )


@remembered
def cited(scenario: Scenario, packets: PacketSet) -> tuple[str, ...]:
    """Return the sentences that promise some of the *packets*, two at most."""
    told = (name for name, each in _promised(scenario) if not packets.isdisjoint(each))
    return tuple(dict.fromkeys(told))[:2]


def known(scenario: Scenario, name: str) -> bool:
    """Return whether there is a box of this name: a role, or a region."""
    return name.rpartition(" ")[2] in scenario.meant


def _leaving(
    scenario: Scenario, source: str, destination: str, leaving: PacketSet
) -> Iterator[Arrow]:
    """Yield how traffic leaves; towards an edge, only what a route row sends there."""
    sent = {row.name: row.destination for row in scenario.routes}
    edge = intersect(leaving.destinations(), scenario.edges)
    for all_of_it, out, public, route in scenario.departures(scenario.leaving):
        packets, note, via = all_of_it & leaving, f"as {public}", _role(scenario, out)
        if packets.empty or (edge and destination != _role(scenario, sent.get(route, ""))):
            continue
        if via and via != source:
            yield Arrow(source, via, "leaving", "outward", packets)
            yield Arrow(via, destination, "leaving", note, packets)
        elif public:
            yield Arrow(source, destination, "leaving", note, packets)


def _role(scenario: Scenario, name: str) -> str:
    """Return the name of the box that a node or a role is in."""
    return scenario.node_of[name].role if name in scenario.node_of else name


def who(scenario: Scenario, addresses: Intervals, side: str = "destination") -> str:
    """Name addresses, the first of them where they are many."""
    told = describe(scenario, addresses, side)
    return shorten(told, 3 * _MOST_LABEL, placeholder=" and more")


def label(here: Scenario, arrow: Arrow) -> str:
    """Say in a few words which services an arrow stands for, and which part of a region."""
    packets = arrow.packets
    if packets.empty:
        return arrow.note
    text = services_summary(packets.services())
    if len(text) > _MOST_LABEL:
        text = "many services"
    parts = packets.sources(), packets.destinations()
    for word, end, part in zip(("from", "to"), arrow.ends, parts, strict=True):
        if end not in here.members and (told := who(here, part)) != end:
            text += f" {word} {told}"
    return f"{text} {arrow.note}".rstrip()
