"""Regions: the same packets as the sets they come from, and gaps that are real."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from universe import EVERY_PACKET, packet_sets, rules

from orosec.bulk.region import Region, gap, line, point, region, regions
from orosec.engine.decision_diagram import ICMP, TCP
from orosec.engine.packet_set import EVERYTHING, NOTHING, PacketSet, service
from orosec.engine.policy import Rule


def holds(one, found):
    """Say whether a region holds a packet."""
    return one.meet(point(found)) is not None


@given(rules)
def test_a_region_holds_what_its_rule_matches(rule):
    """Walk the universe; the line of services changes nothing."""
    for found in EVERY_PACKET:
        assert holds(region(rule), found) == rule.matches(found)


@given(packet_sets)
def test_regions_are_disjoint_and_make_up_the_set(packets):
    """Each packet of the universe lies in one region of a set or in none."""
    parts = list(regions(packets))
    for found in EVERY_PACKET:
        assert sum(holds(part, found) for part in parts) == (found in packets)


@given(packet_sets)
def test_products_put_together_are_the_set(packets):
    """Nothing is lost and nothing is added."""
    joined = NOTHING
    for product in packets.products():
        joined |= PacketSet.box(*product)

    assert joined == packets


@given(rules, st.lists(rules, max_size=5))
def test_a_gap_is_there_exactly_where_something_is_left(whole, parts):
    """Hold the search for a gap against subtraction of packet sets."""
    left = whole.packets()
    wholes = list(regions(left))
    for part in parts:
        left -= part.packets()
    others = [region(part) for part in parts]
    found = next(filter(None, (gap(one, others) for one in wholes)), None)

    assert (found is None) == left.empty
    if found:
        assert found in left


def test_a_gap_between_halves_is_one_packet():
    """Two halves that leave one address out: that address is found."""
    every = Rule("every", 1, True, ((0, 9),), ((0, 9),), next(EVERYTHING.products())[2])
    halves = [every._replace(sources=((0, 4),)), every._replace(sources=((6, 9),))]
    found = gap(region(every), [region(one) for one in halves])

    assert found.source == 5


def test_a_place_behind_the_last_type_is_read_as_the_last_type():
    """ICMP has 256 types; the rest of its stretch of the line is no packet."""
    every = Rule("every", 1, True, ((0, 9),), ((0, 9),), service(ICMP, 0, 255))
    found = gap(region(every), [region(every._replace(services=service(ICMP, 0, 254)))])

    assert (found.protocol, found.detail) == (ICMP, 255)
    assert line(()) == ()


def block(*spans):
    """Give a region of small numbers, its services being ports of tcp."""
    sources, destinations, ports = spans
    return Region((sources,), (destinations,), line(service(TCP, *ports)))


def test_hundreds_of_boxes_that_overlap_are_settled():
    """Against a grid that is painted box by box."""
    random = Random(1)
    side = 40
    held = np.zeros((side, side, side), bool)
    parts = []
    for _ in range(400):
        firsts = [random.randrange(side) for _ in range(3)]
        spans = [(k, min(k + random.randrange(2, 30), side - 1)) for k in firsts]
        held[tuple(slice(first, last + 1) for first, last in spans)] = True
        parts.append(block(*spans))
    whole = block(*([(0, side - 1)] * 3))
    free = [block(*((k, k) for k in one)) for one in np.argwhere(~held).tolist()]

    assert free
    assert point(gap(whole, parts)) in free
    assert gap(whole, [*parts, *free]) is None
    assert point(gap(whole, [*parts, *free[1:]])) == free[0]
