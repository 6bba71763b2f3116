"""Rules: the theorem (shares) against the definition (decide) and against z3."""

import itertools

import z3
from hypothesis import given, settings
from hypothesis import strategies as st
from universe import EVERY_PACKET, packet_sets, rules

from orosec import orocloud
from orosec.local import difference, effects
from orosec.notation import range_intervals, read_services
from orosec.packets import (
    ANY_ADDRESS,
    ANY_SERVICE,
    DETAIL_TOPS,
    EVERYTHING,
    NOTHING,
    V6,
    service,
)
from orosec.policy import Rule, blockers, decide, denied, in_order, permitted, shares
from orosec.schema import CDNS, READINGS

policies = st.lists(rules, max_size=6, unique_by=lambda rule: rule.name).map(in_order)


@given(policies)
def test_a_packet_is_in_the_share_of_the_rule_that_decides_it(policy):
    """Walk the rules for each packet; look into the shares; they agree."""
    divided = shares(policy, EVERYTHING)
    for packet in EVERY_PACKET:
        owners = [rule for rule, share in divided if packet in share]
        deciding = decide(policy, packet)
        assert owners == ([deciding] if deciding else [])


@given(policies, packet_sets)
def test_shares_divide_the_scope(policy, scope):
    """They are disjoint, and with what no rule matches they make up the scope."""
    divided = shares(policy, scope)
    for (_, one), (_, other) in itertools.combinations(divided, 2):
        assert one.isdisjoint(other)
    joined = permitted(divided) | denied(divided)
    matched = NOTHING
    for rule in policy:
        matched |= rule.packets()

    assert joined == scope & matched


def test_a_rule_of_many_boxes_is_one_rule():
    """Lists of ranges, protocols and ports: one share, one decision, one change."""
    ends = range_intervals("10.0.0.0/24 10.1.0.0/24 2001:db8::/64")
    many = Rule("many", 1, True, ends, ends, read_services("tcp:80 tcp:443 udp:53 icmp"))
    rest = Rule("rest", 2, False, ANY_ADDRESS, ANY_ADDRESS, ANY_SERVICE)
    (first, share), (second, _) = shares((many, rest), EVERYTHING)

    assert len(list(share.boxes())) > 10
    assert (first, second) == (many, rest)
    assert decide([many, rest], share.witness()) is many
    (change,) = difference([many, rest], [rest], EVERYTHING)
    assert change == (share, many, rest)
    assert [effect.rule for effect in effects([many, rest], EVERYTHING)] == [many, rest]


@given(policies, packet_sets)
def test_shares_do_not_depend_on_the_index(policy, scope):
    """Long lists look up their neighbours, short ones ask everybody: the same shares."""
    padding = [
        Rule(f"pad-{k}", 0, True, ((100 + k, 100 + k),), ((9, 9),), service(99, 0, 0))
        for k in range(20)
    ]
    divided = shares((*padding, *policy), scope)

    assert divided[len(padding) :] == shares(policy, scope)


@given(policies)
def test_order_is_priority_then_deny(policy):
    """Lower numbers first, and deny before allow where they are equal."""
    keys = [(rule.priority, rule.allows) for rule in policy]

    assert keys == sorted(keys)


@given(policies, packet_sets)
def test_without_its_blockers_denied_traffic_passes_or_matches_nothing(policy, traffic):
    """All blockers are named: taken away, no rule denies any of the traffic."""
    barring = blockers(policy, traffic)
    rest = tuple(rule for rule in policy if rule not in barring)

    assert denied(shares(rest, traffic)).empty


SOURCE, DESTINATION = z3.BitVecs("source destination", 129)
PROTOCOL, DETAIL = z3.BitVec("protocol", 8), z3.BitVec("detail", 16)


def within(variable, spans):
    """Say in z3 that a variable lies in one of the spans."""
    return z3.Or([z3.And(z3.UGE(variable, a), z3.ULE(variable, b)) for a, b in spans])


def exists():
    """Say in z3 that the ends are of one family, and the detail fits the protocol."""
    families = [((0, 2**32 - 1),), ((V6, 2 * V6 - 1),)]
    ends = [z3.And(within(SOURCE, one), within(DESTINATION, one)) for one in families]
    named = [
        z3.And(PROTOCOL == number, z3.ULE(DETAIL, top))
        for number, top in DETAIL_TOPS.items()
    ]
    others = z3.And([PROTOCOL != number for number in DETAIL_TOPS])
    return z3.And(z3.Or(ends), z3.Or(*named, z3.And(others, DETAIL == 0)))


def speaks(services):
    """Say in z3 that protocol and detail are among the services."""
    return z3.Or(
        [
            z3.And(within(PROTOCOL, [(first, last)]), within(DETAIL, details))
            for first, last, details in services
        ]
    )


def matches(rule):
    """Say in z3 what a rule matches."""
    ends = within(SOURCE, rule.sources), within(DESTINATION, rule.destinations)
    return z3.And(*ends, speaks(rule.services))


def lets_pass(policy):
    """Say in z3 that the first matching rule allows."""
    result = z3.BoolVal(False)
    for rule in reversed(policy):
        result = z3.If(matches(rule), z3.BoolVal(rule.allows), result)
    return result


def in_set(packets):
    """Say in z3 that a packet is in the set, product by product."""
    return z3.Or(
        [
            z3.And(within(SOURCE, sources), within(DESTINATION, others), speaks(services))
            for sources, others, services in packets.products()
        ]
    )


def disagree(one, other):
    """Ask z3 for a packet on which two formulas differ."""
    solver = z3.Solver()
    solver.add(exists(), one != other)
    return solver.check()


@settings(max_examples=25, deadline=None)
@given(policies)
def test_z3_agrees_on_random_policies(policy):
    """No packet at all is judged otherwise by an independent engine."""
    exact = permitted(shares(policy, EVERYTHING))

    assert disagree(lets_pass(policy), in_set(exact)) == z3.unsat


def deployment_formula(deployment):
    """Say in z3 what a deployment permits, straight from rules and territories."""
    parts = []
    for (network, direction), policy in deployment.policies.items():
        end = SOURCE if direction == "egress" else DESTINATION
        here = within(end, deployment.territory[network, direction])
        parts.append(z3.Implies(here, lets_pass(policy)))
    return z3.And(parts)


def test_z3_agrees_on_every_variant_of_the_documented_tables():
    """Both CDNs, both readings: the permitted packets are exactly those of z3."""
    for cdn, reading in itertools.product(CDNS, READINGS):
        deployment = orocloud.deployment(cdn, reading)
        formula = deployment_formula(deployment)

        assert disagree(formula, in_set(deployment.permitted)) == z3.unsat


def test_z3_can_disagree():
    """The oracle is awake: one packet less, and it finds that packet."""
    deployment = orocloud.deployment()
    web = range_intervals("10.10.0.11")[0][0]
    fewer = deployment.permitted - deployment.traffic("bridge", "web-1", "tcp:22")
    formula = deployment_formula(deployment)
    solver = z3.Solver()
    solver.add(exists(), formula != in_set(fewer))

    assert solver.check() == z3.sat
    assert solver.model()[DESTINATION].as_long() == web
