"""First match in bulk says what the definition says, packet by packet."""

import numpy as np
from effort import effort
from hypothesis import given
from hypothesis import strategies as st
from synthetic import packets, synthetic
from universe import EVERY_PACKET, rules

from orosec.bulk.first_match import NO_RULE, Matcher
from orosec.engine.packet_set import Packet
from orosec.engine.policy import decide, in_order

policies = st.lists(rules, max_size=6, unique_by=lambda rule: rule.name).map(in_order)
FIELDS = tuple(np.array(field) for field in zip(*sorted(EVERY_PACKET), strict=True))


def place(policy, rule):
    return NO_RULE if rule is None else policy.index(rule)


@given(policies)
def test_the_first_rule_that_matches_decides(policy):
    """Walk the rules for each packet of the universe; the rows of bits agree."""
    found = Matcher(policy).first(*FIELDS)
    expected = [place(policy, decide(policy, one)) for one in sorted(EVERY_PACKET)]

    assert found.tolist() == expected


@given(policies, st.integers(-1, 6))
def test_the_next_rule_is_the_first_of_the_rest(policy, after):
    """Behind a place, only later rules count."""
    matcher = Matcher(policy)
    services = FIELDS[2] * 65536 + FIELDS[3]
    values = zip(matcher.axes, (*FIELDS[:2], services), strict=True)
    ranks = tuple(axis.ranks(one) for axis, one in values)
    found = matcher.first_at(ranks, after=np.full(len(services), after))
    rest = policy[after + 1 :]
    expected = [place(policy, decide(rest, one)) for one in sorted(EVERY_PACKET)]

    assert found.tolist() == expected


def test_many_rules_in_several_blocks_agree_with_the_definition():
    """Five thousand rules, packets inside and outside of them."""
    policy = synthetic(5000)
    fields = packets(policy, effort(40, 400, 400))
    found = Matcher(policy).first(*fields)
    walked = [decide(policy, Packet(*map(int, one))) for one in zip(*fields, strict=True)]

    assert found.tolist() == [place(policy, rule) for rule in walked]


def test_behind_a_place_in_another_block():
    """The rest begins anywhere, also in the middle of a later block."""
    policy = synthetic(5000)
    matcher = Matcher(policy)
    fields = packets(policy, 200)
    values = (*fields[:2], fields[2] * 65536 + fields[3])
    ranks = tuple(axis.ranks(one) for axis, one in zip(matcher.axes, values, strict=True))
    after = np.random.default_rng(1).integers(-1, len(policy), 200)
    found = matcher.first_at(ranks, after=after)
    walked = [
        decide(policy[start + 1 :], Packet(*map(int, one)))
        for start, one in zip(after, zip(*fields, strict=True), strict=True)
    ]

    assert found.tolist() == [place(policy, rule) for rule in walked]


def test_numbers_too_long_for_a_processor_are_objects():
    """An axis takes addresses of any length, and ranks short and long ones alike."""
    policy = synthetic(20)
    long = policy[0]._replace(sources=((2**127, 2**127 + 9),))
    matcher = Matcher([long, *policy])
    fields = [np.array([one]) for one in (2**127 + 3, long.destinations[0][0], 6, 80)]
    first, _, details = long.services[0]
    fields[2][0], fields[3][0] = first, details[0][0]

    assert matcher.first(fields[0].astype(object), *fields[1:]).tolist() == [0]


def test_no_packets_and_no_rules():
    """Nothing in, nothing out; without rules none decides."""
    none = tuple(field[:0] for field in FIELDS)

    assert Matcher(synthetic(3)).first(*none).tolist() == []
    assert set(Matcher([]).first(*FIELDS).tolist()) == {NO_RULE}
