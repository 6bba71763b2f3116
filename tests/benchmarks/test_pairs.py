"""Who reaches whom: every pair against a walk, and against the documented tables."""

import itertools

from hypothesis import given
from hypothesis import strategies as st
from pairs import Gate, all_pairs
from universe import EVERY_PACKET, intervals, packet_sets, policies

from orosec import orocloud
from orosec.engine.intervals import contains
from orosec.engine.policy import decide
from orosec.model.schema import CDNS, READINGS

gates = st.lists(st.builds(Gate, policies, packet_sets), max_size=3)
ends = st.dictionaries(st.sampled_from("abc"), intervals, max_size=3)


def passes(gate, packet):
    rule = decide(gate.rules, packet)
    return packet not in gate.scope or (rule is not None and rule.allows)


@given(ends, gates)
def test_a_pair_holds_what_a_walk_lets_through_every_gate(named, behind):
    """Walk the rules of every gate for each packet between two ends."""
    found = all_pairs(named, behind)

    assert set(found) == set(itertools.permutations(named, 2))
    for (one, other), packets in found.items():
        for packet in EVERY_PACKET:
            inside = contains(named[one], packet.source) and contains(
                named[other], packet.destination
            )
            open_ = inside and all(passes(gate, packet) for gate in behind)
            assert (packet in packets) == open_


def test_the_documented_subnets_and_the_internet():
    """The same pairs, asked of the tables: what is permitted between any two."""
    for cdn, reading in itertools.product(CDNS, READINGS):
        scenario = orocloud.scenario(cdn, reading)
        named = scenario.subnets | {"internet": scenario.special["internet"]}
        behind = [
            Gate(rules, scenario.scope(place)) for place, rules in scenario.policies.items()
        ]
        for pair, packets in all_pairs(named, behind).items():
            assert packets == scenario.traffic(*pair, "all") & scenario.permitted
