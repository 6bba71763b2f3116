"""Both sides of a rule, held against the definition of either, packet by packet."""

import itertools

import pytest
from walk import cuts, pairs

from orosec import orocloud
from orosec.claims.verdict import scope_of
from orosec.engine.decision_diagram import V6
from orosec.engine.intervals import contains
from orosec.engine.packet_set import NOTHING, Packet, PacketSet, has_service
from orosec.engine.policy import decide
from orosec.model.schema import CDNS, READINGS
from orosec.mutation.coverage import Side, both_sides, coverage

VARIANTS = list(itertools.product(CDNS, READINGS))


def ways_apart(rule, packet):
    """Count in how many of source, destination and service a packet misses a rule."""
    return 3 - sum(
        (
            contains(rule.sources, packet.source),
            contains(rule.destinations, packet.destination),
            has_service(rule.services, packet.protocol, packet.detail),
        )
    )


def some_packets(scenario):
    """Give a packet of many cells that the rules cut out."""
    rules = [rule for policy in scenario.policies.values() for rule in policy]
    sources = cuts([rule.sources for rule in rules])[::5]
    destinations = cuts([rule.destinations for rule in rules])[::3]
    services = pairs([rule.services for rule in rules])[::2]
    cells = itertools.product(sources, destinations, services)
    return [
        Packet(source, destination, *service)
        for source, destination, service in cells
        if (source < V6) == (destination < V6)
    ]


@pytest.mark.parametrize("variant", VARIANTS)
def test_each_side_is_what_its_definition_says(variant):
    """Inside, the rule decides; beyond, one thing differs and the verdict is the other."""
    scenario = orocloud.scenario(*variant)
    sides = {(one.rule, one.place): one for one in both_sides(scenario)}
    for place, policy in scenario.policies.items():
        asked = scenario.scope(place) - scenario.itself
        here = [packet for packet in some_packets(scenario) if packet in asked]
        for packet in here[:: len(here) // 300 + 1]:
            deciding = decide(policy, packet)
            for rule in policy:
                beyond = ways_apart(rule, packet) == 1 and deciding.allows != rule.allows
                both = sides[rule.name, place]

                assert (packet in both.inside.packets) == (deciding == rule)
                assert (packet in both.beyond.packets) == beyond


def test_what_is_asked_is_what_the_claims_hold():
    """The claims named for a side are those whose traffic meets it, and no others."""
    scenario = orocloud.scenario()
    claims = {claim.claim: claim for claim in orocloud.tables.claims}
    for sides in both_sides(scenario):
        for side in (sides.inside, sides.beyond):
            scopes = [scope_of(claims[name], scenario) for name in side.claims]

            assert all(not scope.isdisjoint(side.packets) for scope in scopes)
            assert side.asked == union(scopes) & side.packets


def union(sets):
    found = NOTHING
    for one in sets:
        found = found | one
    return found


def test_the_extent_is_all_only_where_nothing_is_left():
    """One packet less is some; a side without packets is told apart from one unasked."""
    packets = PacketSet.box(((1, 4),), ((5, 5),))
    less = packets - PacketSet.box(((4, 4),))

    assert Side(packets, packets, ()).extent == "all"
    assert Side(packets, less, ()).extent == "some"
    assert Side(packets, NOTHING, ()).extent == "none"
    assert Side(NOTHING, NOTHING, ()).extent == "nothing there"


def test_every_documented_rule_is_asked_about_on_both_sides():
    """Where it lets some in and keeps others out, claims speak of all of either side."""
    rows = {row[0]: row[1:] for row in coverage().rows}
    for rule in orocloud.tables.rules:
        if rule.basis == "documented" and rule.direction == "ingress":
            assert rows[rule.name][1] == "all"
            assert rows[rule.name][4] == "all"
