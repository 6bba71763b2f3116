"""Rules: the theorem (shares) against the definition (decide) and against z3."""

import itertools

import z3
from effects import effects
from effort import examples, some
from hypothesis import given
from solver import DESTINATION, disagree, exists, in_set, lets_pass, scenario_formula
from universe import EVERY_PACKET, packet_sets, permits, policies

from orosec import orocloud
from orosec.engine.decision_diagram import ANY_ADDRESS
from orosec.engine.notation import range_intervals, read_services
from orosec.engine.packet_set import ANY_SERVICE, EVERYTHING, NOTHING, service
from orosec.engine.policy import Rule, blockers, decide, denied, joined, near, shares
from orosec.engine.policy_diff import difference
from orosec.model.schema import CDNS, READINGS


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
    decided = permits(policy, scope) | denied(policy, scope)
    matched = NOTHING
    for rule in policy:
        matched |= rule.packets()

    assert decided == scope & matched


def test_a_rule_of_many_boxes_is_one_rule():
    """Lists of ranges, protocols and ports: one share, one decision, one change."""
    ends = range_intervals("10.0.0.0/24 10.1.0.0/24 2001:db8::/64")
    many = Rule("many", 1, True, ends, ends, read_services("tcp:80 tcp:443 udp:53 icmp"))
    rest = Rule("rest", 2, False, ANY_ADDRESS, ANY_ADDRESS, ANY_SERVICE)
    (first, share), (second, _) = shares((many, rest), EVERYTHING)

    assert len(share.sources()) * len(share.destinations()) == 9
    assert share.services() == many.services
    assert (first, second) == (many, rest)
    assert decide([many, rest], share.witness()) is many
    (change,) = difference([many, rest], [rest], EVERYTHING)
    assert change == (share, many, rest)
    assert [effect.rule for effect in effects([many, rest], EVERYTHING)] == [many, rest]


@given(policies, packet_sets)
def test_shares_do_not_depend_on_the_index(policy, scope):
    """Long lists look up their neighbours, short ones ask everybody: the same answers."""
    padding = [
        Rule(f"pad-{k}", 0, True, ((100 + k, 100 + k),), ((9, 9),), service(99, 0, 0))
        for k in range(20)
    ]
    divided = shares((*padding, *policy), scope)

    assert divided[len(padding) :] == shares(policy, scope)
    rest = scope - joined(rule.packets() for rule in padding)
    assert denied((*padding, *policy), scope) == denied(policy, rest)


@given(policies)
def test_a_packet_is_denied_exactly_where_a_deny_rule_decides_it(policy):
    """Walk the rules for each packet, and look whether it is among those denied."""
    barred = denied(policy, EVERYTHING)
    for packet in EVERY_PACKET:
        rule = decide(policy, packet)

        assert (packet in barred) == (rule is not None and not rule.allows)


@given(policies, packet_sets)
def test_the_rules_near_some_packets_decide_them(policy, packets):
    """Rules that are left out decide none of the packets: the shares are the same."""
    close = near(policy, packets)
    every = [(rule, share) for rule, share in shares(policy, packets) if not share.empty]

    assert [one for one in shares(close, packets) if not one[1].empty] == every


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

    assert denied(rest, traffic).empty


@examples(0.6)
@given(policies)
def test_z3_agrees_on_random_policies(policy):
    """No packet at all is judged otherwise by an independent engine."""
    exact = permits(policy, EVERYTHING)

    assert disagree(lets_pass(policy), in_set(exact)) == z3.unsat


def test_z3_agrees_on_every_variant_of_the_documented_tables():
    """Both CDNs, both readings: the permitted packets are exactly those of z3."""
    for cdn, reading in some(itertools.product(CDNS, READINGS), 1):
        scenario = orocloud.scenario(cdn, reading)
        formula = scenario_formula(scenario)

        assert disagree(formula, in_set(scenario.permitted)) == z3.unsat


def test_z3_can_disagree():
    """The oracle is awake: one packet less, and it finds that packet."""
    scenario = orocloud.scenario()
    web = range_intervals("10.10.0.11")[0][0]
    fewer = scenario.permitted - scenario.traffic("bridge", "web-1", "tcp:22")
    formula = scenario_formula(scenario)
    solver = z3.Solver()
    solver.add(exists(), formula != in_set(fewer))

    assert solver.check() == z3.sat
    assert solver.model()[DESTINATION].as_long() == web
