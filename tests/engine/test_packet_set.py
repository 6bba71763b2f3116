"""Packet sets: Python's own sets on a small universe are the law."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packets import read_packet
from universe import ADDRESSES, EVERY_PACKET, boxes, packet_sets, services, walk

from orosec.engine.decision_diagram import V6
from orosec.engine.notation import read_services, services_text
from orosec.engine.packet_set import (
    ANY_SERVICE,
    EVERYTHING,
    NOTHING,
    Packet,
    PacketSet,
    has_service,
    service,
    services_intersection,
    services_union,
)


@given(packet_sets, packet_sets)
def test_operators_are_those_of_sets(a, b):
    """``| & - ^ ~`` do to packets what they do in Python's sets."""
    x, y = walk(a), walk(b)

    assert walk(a | b) == x | y
    assert walk(a & b) == x & y
    assert walk(a - b) == x - y
    assert walk(a ^ b) == x ^ y
    assert walk(~a) == EVERY_PACKET - x


@given(packet_sets, packet_sets)
def test_comparison_is_that_of_sets(a, b):
    """Equal sets are one object's worth; order is inclusion."""
    assert (a == b) == (a ^ b).empty
    assert (a <= b) == (a - b).empty
    assert (a < b) == (a <= b and a != b)
    assert (a >= b, a > b) == (b <= a, b < a)
    assert a.isdisjoint(b) == (a & b).empty
    assert hash(a | b) == hash(b | a)


@given(packet_sets, packet_sets, packet_sets)
def test_boolean_laws(a, b, c):
    """Distribution, De Morgan, absorption, double complement."""
    assert a & (b | c) == (a & b) | (a & c)
    assert ~(a | b) == ~a & ~b
    assert a | (a & b) == a
    assert ~~a == a
    assert a - b == a & ~b


@given(packet_sets)
def test_products_are_disjoint_and_add_up(a):
    """The products make the set again, and the count is the sum of theirs."""
    again, total = NOTHING, 0
    for product in a.products():
        one = PacketSet.box(*product)
        assert again.isdisjoint(one)
        again, total = again | one, total + one.count()

    assert again == a
    assert total == a.count()


@given(packet_sets, packet_sets)
def test_counts_add_up(a, b):
    """Inclusion and exclusion."""
    assert (a | b).count() + (a & b).count() == a.count() + b.count()


@given(packet_sets, st.lists(st.sampled_from(ADDRESSES)))
def test_a_witness_is_in_the_set(a, preferred):
    """And there is one exactly where the set is not empty."""
    found = a.witness(preferred, [(6, 80), (17, 1)])

    assert (found is None) == a.empty
    if found:
        assert found in a


@given(boxes)
def test_no_end_of_a_witness_belongs_to_the_network(a):
    """It is the third address of a range at least, or the last that there is."""
    found = a.witness()
    for end in ("source", "destination") if found else ():
        number = getattr(found, end)
        near = [found._replace(**{end: number + by}) in a for by in (-2, -1, 1)]

        assert not near[2] if near[:2] != [True, True] else near[1]


@given(boxes)
def test_projections_cover_the_set(a):
    """A box is the product of its sources, destinations and services."""
    assert PacketSet.box(a.sources(), a.destinations(), a.services()) == a


def test_no_ghost_packets():
    """No port where the protocol has none, no packet from one family to the other."""
    assert PacketSet.box(services=service(50, 0, 0)).count() == 2**64 + 2**256
    assert (EVERYTHING - PacketSet.box(services=ANY_SERVICE)).empty
    assert Packet(1, 2, 50, 80) not in EVERYTHING
    assert Packet(1, V6 + 2, 50, 0) not in EVERYTHING
    assert Packet(-1, 2, 50, 0) not in EVERYTHING
    assert Packet(1, 2 * V6, 50, 0) not in EVERYTHING
    assert Packet(1, 2, 256, 0) not in EVERYTHING
    assert PacketSet.box(((1, 2),), ((V6, V6 + 2),)).empty
    assert PacketSet.box(((0, 2 * V6),), ((0, 2 * V6),)) == EVERYTHING


def test_a_packet_set_does_not_change():
    """Neither its attributes nor a copy or pickle can be used to alter one."""
    for name in ("empty", "one_more"):
        with pytest.raises(AttributeError, match="does not change"):
            setattr(EVERYTHING, name, None)
    with pytest.raises(TypeError):
        len(EVERYTHING)
    assert copy.copy(EVERYTHING) is EVERYTHING
    assert copy.deepcopy(EVERYTHING) is EVERYTHING
    assert pickle.loads(pickle.dumps(EVERYTHING)) == EVERYTHING


@pytest.mark.parametrize("other", [1, None, "set", {1}])
def test_other_types_are_refused(other):
    """A set of packets combines with its own kind only."""
    with pytest.raises(TypeError):
        EVERYTHING & other
    assert EVERYTHING != other


@given(services)
def test_services_read_what_they_write(many):
    """The canonical spelling is a notation for exactly these services."""
    assert read_services(services_text(many)) == many


@given(services, services)
def test_services_combine_like_sets(a, b):
    """Union and intersection, on every protocol and detail of the universe."""
    joined, shared = services_union([a, b]), services_intersection(a, b)
    for _, _, protocol, detail in EVERY_PACKET:
        here = has_service(a, protocol, detail), has_service(b, protocol, detail)
        assert has_service(joined, protocol, detail) == any(here)
        assert has_service(shared, protocol, detail) == all(here)


def test_a_packet_is_read_from_text():
    """One service with one detail; anything else is no packet."""
    assert read_packet("0.0.0.1", "0.0.0.2", "esp") == Packet(1, 2, 50, 0)
    with pytest.raises(ValueError, match="not one service"):
        read_packet("0.0.0.1", "0.0.0.2", "tcp")
