"""Journeys: the search for a way around, against a plain look at every way."""

import itertools

import pytest

from orosec import orocloud
from orosec.engine.decision_diagram import ANY_ADDRESS
from orosec.engine.packet_set import PacketSet, service
from orosec.model.journeys import JourneyGraph, hosts_of
from orosec.model.network import Network
from orosec.model.schema import CDNS, READINGS

VARIANTS = list(itertools.product(CDNS, READINGS))
QUESTIONS = [
    ("internet", "web", "tcp:80 tcp:8080"),
    ("internet", "application", "all"),
    ("support", "application", "tcp:22"),
    ("customer-it support", "application", "tcp:22"),
    ("application", "internet", "all"),
]
CHAINS = [
    "bridge",
    "vpn-gateway",
    "nat",
    "bridge>vpn-gateway",
    "vpn-gateway>bridge",
    "nat vpn-gateway>bridge",
]


def keeps_to(hosts, chain, members):
    """Walk the hosts of a way, and tell whether it passes the chain in its order."""
    wanted = [set(members[name]) for name in chain.split(">")]
    for host in hosts:
        if wanted and host <= wanted[0]:
            wanted.pop(0)
    return not wanted


def passed_by(scenario, way):
    """List the hosts that a way passes, in order: of its relays, and who translates."""
    relays = {
        row.name: hosts_of(scenario, dict.fromkeys((row.node, row.exit)))
        for row in scenario.relays
    }
    routes = {row.name: (frozenset(scenario.members[row.via]),) for row in scenario.routes}
    known = relays | routes | {"": ()}
    return [host for hop in way.hops for host in known[hop.relay]]


def avoiding(scenario, ways, via):
    """List every simple path that keeps to no chain of *via*: the plain way."""
    return [
        way
        for way in ways.journeys()
        if not any(
            keeps_to(passed_by(scenario, way), chain, scenario.members)
            for chain in via.split()
        )
    ]


@pytest.mark.parametrize(("cdn", "reading"), VARIANTS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_way_around_is_found_exactly_where_there_is_one(cdn, reading, question):
    """One sweep over (place, progress) agrees with a look at every simple path."""
    scenario = orocloud.scenario(cdn, reading)
    ways = JourneyGraph(scenario, *question)
    for via in CHAINS:
        plain = avoiding(scenario, ways, via)
        around = ways.around(via)

        assert (around is None) == (not plain)
        if around:
            assert len(around.hops) == min(len(way.hops) for way in plain)


@pytest.mark.parametrize("name", [row.name for row in orocloud.tables.relays])
def test_without_a_relay_the_ways_through_it_are_gone(name):
    """A journey names its relays, and stands or falls with them."""
    relays = tuple(row for row in orocloud.tables.relays if row.name != name)
    poorer = Network(orocloud.tables.replaced(relays=relays))
    for cdn, question in itertools.product(CDNS, QUESTIONS):
        before, after = (
            JourneyGraph(one.scenario(cdn), *question).journeys()
            for one in (orocloud, poorer)
        )
        kept = [way for way in before if name not in [hop.relay for hop in way.hops]]

        assert after == tuple(kept)


def test_a_tunnel_needs_its_carrier():
    """Where the daemon cannot get out, no visitor gets in."""
    closed = tuple(
        row._replace(action="deny") if row.name == "application-out" else row
        for row in orocloud.tables.rules
    )
    dark = Network(orocloud.tables.replaced(rules=closed))
    question = ("internet", "web", "tcp:80")

    assert JourneyGraph(orocloud.scenario("cloudflare"), *question)
    assert not JourneyGraph(dark.scenario("cloudflare"), *question)


def test_a_second_exit_is_a_way_around_nat():
    """A public address on an application node breaks the promise that NAT is the way."""
    interfaces = tuple(
        row._replace(public="203.0.113.99") if row.name == "web-1" else row
        for row in orocloud.tables.interfaces
    )
    routes = tuple(
        row._replace(source="jobs database")
        if row.name == "application-through-nat"
        else row
        for row in orocloud.tables.routes
    )
    leaky = Network(orocloud.tables.replaced(interfaces=interfaces, routes=routes))
    around = JourneyGraph(leaky.scenario(), "application", "internet", "all").around("nat")

    assert around is not None
    assert around.hops[-1].public == "203.0.113.99"


def test_a_journey_reads_as_a_line():
    """From the start over each relay to the end."""
    ways = JourneyGraph(orocloud.scenario(), "support", "web", "tcp:22")

    assert [str(way) for way in ways.journeys()] == [
        "support → vpn-gateway udp:31194 → bridge tcp:22 → web tcp:22"
    ]


def test_a_way_from_a_name_to_itself_takes_a_connection():
    """The start of a name is not its end: where nothing passes, there is no way."""
    scenario = orocloud.scenario()

    assert [
        str(one) for one in JourneyGraph(scenario, "web", "web", "tcp:5432").journeys()
    ] == ["web → web tcp:5432"]
    assert not JourneyGraph(scenario, "load-balancer", "load-balancer", "tcp:22")


def test_what_no_journey_gets_to_is_missed():
    """Whoever speaks last: a node or a port that relays leave out is told, and no other."""
    relays = tuple(
        row._replace(destination="web-1", services="tcp:80")
        if row.name == "balancing"
        else row
        for row in orocloud.tables.relays
    )
    narrow = Network(orocloud.tables.replaced(relays=relays)).scenario()
    question = ("internet", "web", "tcp:80 tcp:8080")
    missed = JourneyGraph(narrow, *question).missed()

    assert JourneyGraph(orocloud.scenario(), *question).missed().empty
    assert JourneyGraph(narrow, *question)
    assert missed == narrow.traffic(*question) - narrow.traffic(
        "internet", "web-1", "tcp:80"
    )


@pytest.mark.parametrize(("cdn", "reading"), VARIANTS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_missed_is_what_no_journey_ends_in(cdn, reading, question):
    """Against a plain look at the last connection of every journey."""
    scenario = orocloud.scenario(cdn, reading)
    ways = JourneyGraph(scenario, *question)
    for start in question[0].split():
        asked = scenario.traffic(start, *question[1:])
        hops = [way.hops[-1] for way in ways.journeys() if way.hops[0].source == start]
        for packet in [asked.witness(), ways.missed().witness()]:
            if packet is not None and packet in asked:
                ended = any(
                    not (hop.packets & PacketSet.box(ANY_ADDRESS, *one(packet))).empty
                    for hop in hops
                )
                assert ended == (packet not in ways.missed())


def one(packet):
    """Give where a packet goes, and on what."""
    to = ((packet.destination, packet.destination),)
    return to, service(packet.protocol, packet.detail, packet.detail)
