"""Names for addresses: exact, and as few as there are."""

from collections import Counter

import pytest
from effort import examples, rare
from hypothesis import given
from hypothesis import strategies as st
from jobs import dual_stack
from reader import read_names

from orosec import orocloud
from orosec.engine.decision_diagram import ANY_ADDRESS, FAMILIES
from orosec.engine.intervals import intersect, subtract, union
from orosec.engine.notation import range_intervals
from orosec.engine.packet_set import PacketSet
from orosec.model.addressing import alike
from orosec.model.names import as_cell, describe, ends

GOOGLE = orocloud.scenario()
NAMES = [*GOOGLE.special, *GOOGLE.subnets, *GOOGLE.members]
networks = st.sampled_from([frozenset(), frozenset({"maintenance-network"})])
sides = st.sampled_from(["source", "destination"])
spans = st.sampled_from(
    [
        range_intervals(text)
        for text in ("10.10.0.0/26", "10.10.0.31", "8.8.8.8", "10.0.0.0/8")
    ]
)
named = st.sampled_from(NAMES).map(
    lambda name: GOOGLE.addresses(name, "source", frozenset())
)
wholes = st.lists(st.one_of(spans, named), max_size=4).map(
    lambda many: union(span for spans in many for span in spans)
)
addresses = st.one_of(
    wholes, st.builds(subtract, wholes, wholes), st.builds(intersect, wholes, wholes)
)


@given(addresses, sides, networks)
def test_what_is_told_is_exactly_what_is_there(spans, side, near):
    """Reading the names gives the addresses back, one for one, but for the family."""
    names = describe(GOOGLE, spans, side, near)

    assert alike(read_names(GOOGLE, names, side, near), spans) == spans


DUAL = dual_stack().scenario()
ends_of_two = st.lists(
    st.one_of(
        st.sampled_from([*DUAL.special, *DUAL.subnets, *DUAL.members]),
        st.sampled_from(["fd20:10::12", "10.10.0.12", "2600::/16", "8.8.8.8"]),
    ),
    min_size=1,
    max_size=2,
)
families = st.sampled_from([*FAMILIES, ANY_ADDRESS, ANY_ADDRESS])


def test_the_names_of_both_ends_are_exactly_their_packets():
    """In a cloud of both families a name stands for a part only where that is sure."""
    seen = Counter()

    @examples(4.0)
    @given(ends_of_two, ends_of_two, families, networks)
    def law(sources, destinations, family, near):
        pair = ("source", sources), ("destination", destinations)
        spans = (
            intersect(
                family, union(a for end in some for a in DUAL.addresses(end, side, near))
            )
            for side, some in pair
        )
        for *both, _ in PacketSet.box(*spans).products():
            names = ends(DUAL, *both, near)
            told = zip(names, ("source", "destination"), strict=True)
            read = [read_names(DUAL, name, side, near) for name, side in told]
            assert PacketSet.box(*read) == PacketSet.box(*both)
            seen.update(["all"] + ["a part"] * (read != both) + ["whole"] * (read == both))

    law()
    assert rare(seen, seen["all"], ("a part", "whole")) == {}


def test_of_names_with_the_same_part_the_nearest_is_told():
    """The web servers are all of the application that has IPv6, beside the tunnel."""
    six = range_intervals("fd20:10::/64")
    web = intersect(six, DUAL.addresses("application", "destination", frozenset()))

    assert describe(DUAL, web) == "web"
    assert describe(DUAL, web, whole=True) == "fd20:10::11-fd20:10::12"


@pytest.mark.parametrize(
    ("text", "side", "near"),
    [
        ("application", "source", ""),
        ("application-subnet but application", "destination", ""),
        ("any but internet", "source", ""),
        ("load-balancer", "source", ""),
        ("bridge", "source", "maintenance-network"),
        ("bridge", "destination", "application-network"),
        ("web, jobs", "destination", ""),
        ("unassigned in maintenance-dmz", "destination", ""),
        ("10.10.0.128/25", "source", ""),
    ],
)
def test_what_people_say_is_what_is_told(text, side, near):
    """The shortest words: a role rather than its nodes, a whole but for a part."""
    near = frozenset(filter(None, [near]))

    assert describe(GOOGLE, read_names(GOOGLE, text, side, near), side, near) == text


def test_a_single_address_is_told_with_its_owner():
    """One of two addresses of the bridge is not the whole bridge."""
    assert describe(GOOGLE, range_intervals("10.20.0.4")) == "10.20.0.4 (bridge-1)"


@given(addresses.filter(bool), sides, networks)
def test_a_cell_is_read_as_exactly_what_was_written(spans, side, near):
    """Names, then ranges with prefixes: no word needs another one."""
    words = as_cell(GOOGLE, spans, side, near).split()

    assert union(a for word in words for a in GOOGLE.addresses(word, side, near)) == spans
