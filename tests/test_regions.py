"""Regions: the same packets as the sets they come from, and gaps that are real."""

from hypothesis import given
from hypothesis import strategies as st
from universe import EVERY_PACKET, packet_sets, rules

from orosec.packets import EVERYTHING, NOTHING, PacketSet
from orosec.policy import Rule
from orosec.regions import gap, line, packet, point, region, regions


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
    assert found is None or found in left


def test_a_gap_between_halves_is_one_packet():
    """Two halves that leave one address out: that address is found."""
    every = Rule("every", 1, True, ((0, 9),), ((0, 9),), next(EVERYTHING.products())[2])
    halves = [every._replace(sources=((0, 4),)), every._replace(sources=((6, 9),))]
    found = gap(region(every), [region(one) for one in halves])

    assert found.source == 5


def test_a_place_behind_the_last_type_is_read_as_the_last_type():
    """ICMP has 256 types; the rest of its stretch of the line is no packet."""
    assert packet((0, 0, 65536 + 300)).detail == 255
    assert line(()) == ()
