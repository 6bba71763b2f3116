"""Shadowed and redundant rules: against the fold, the definition, mutants and z3."""

import pytest
import z3
from classbench import rules_from
from effects import effects
from effort import effort, later, some
from hypothesis import given
from hypothesis import strategies as st
from imitation import imitation
from solver import disagree, exists, lets_pass, matches
from synthetic import synthetic
from universe import packet_sets, permits, rules

from orosec.bulk.shadowing import RuleLists, redundant, shadowed
from orosec.engine.decision_diagram import ANY_ADDRESS, budget
from orosec.engine.packet_set import ANY_SERVICE, EVERYTHING, NOTHING
from orosec.engine.policy import Rule, decide, in_order, joined, shares
from orosec.errors import BudgetError

sides = st.sampled_from(["sources", "destinations"])
emptied = st.builds(lambda rule, side: rule._replace(**{side: ()}), rules, sides)
several = st.lists(rules | emptied, max_size=7, unique_by=lambda rule: rule.name)
policies = several.map(in_order)
scopes = st.one_of(st.just(EVERYTHING), packet_sets)


@given(policies, scopes)
def test_a_shadowed_rule_has_no_share_though_it_speaks(policy, scope):
    """Exactly the rules with packets in the scope and an empty share."""
    expected = [
        rule
        for rule, share in shares(policy, scope)
        if share.empty and not rule.packets().isdisjoint(scope)
    ]

    assert [one.rule for one in shadowed(policy, scope)] == expected


@given(policies, scopes)
def test_covers_are_earlier_rules_that_hold_it_all_and_none_in_vain(policy, scope):
    """Together they cover the rule; without any one of them they do not."""
    for one in shadowed(policy, scope):
        mine = one.rule.packets() & scope
        assert all(policy.index(rule) < policy.index(one.rule) for rule in one.covers)
        assert mine <= joined(rule.packets() for rule in one.covers)
        for left_out in one.covers:
            fewer = [rule for rule in one.covers if rule is not left_out]
            assert not mine <= joined(rule.packets() for rule in fewer)


def line_of(*spans):
    """Give rules that differ in their sources alone, one a span, and their names."""
    rule = synthetic(1)[0]
    return [
        rule._replace(name=f"{first}-{last}", priority=place, sources=((first, last),))
        for place, (first, last) in enumerate(spans)
    ]


def test_where_one_rule_covers_the_first_such_is_named():
    """Others that help to cover are left out."""
    policy = line_of((0, 4), (0, 9), (0, 20), (5, 9), (0, 9))
    (_, last) = shadowed(policy)

    assert [rule.name for rule in last.covers] == ["0-9"]


def test_a_rule_that_was_taken_in_vain_is_left_out():
    """The widest rule is tried first, and two narrower ones make it needless."""
    policy = line_of((2, 7), (0, 4), (5, 9), (0, 9))
    (found,) = shadowed(policy)

    assert [rule.name for rule in found.covers] == ["0-4", "5-9"]


@given(policies, scopes)
def test_a_conflict_shows_a_packet_and_clutter_has_none(policy, scope):
    """The packet is the rule's own, and is decided the other way."""
    for one in shadowed(policy, scope):
        mine = one.rule.packets() & scope
        other_way = joined(
            share for rule, share in shares(policy, scope) if rule.allows != one.rule.allows
        )
        assert one.conflict == (not mine.isdisjoint(other_way))
        if one.opposed is not None:
            assert one.opposed in mine
            assert decide(policy, one.opposed).allows != one.rule.allows


@given(policies, scopes)
def test_a_rule_is_redundant_exactly_where_nothing_changes_without_it(policy, scope):
    """Take each rule away and compare what is permitted."""
    before = permits(policy, scope)
    expected = [
        rule
        for place, rule in enumerate(policy)
        if permits(policy[:place] + policy[place + 1 :], scope) == before
    ]

    assert list(redundant(policy, scope)) == expected


@st.composite
def alike(draw):
    """Draw a list, and another in which some of its rules are gone, or say otherwise."""
    policy, fresh = draw(policies), draw(several)
    fates = draw(st.lists(st.sampled_from(["kept", "kept", "gone", "changed"]), min_size=7))
    kept = [rule for rule, fate in zip(policy, fates, strict=False) if fate == "kept"]
    changed = [
        other._replace(name=rule.name)
        for rule, fate, other in zip(policy, fates, fresh, strict=False)
        if fate == "changed"
    ]
    return policy, in_order([*kept, *changed])


LAST = Rule("last", 65535, True, ANY_ADDRESS, ANY_ADDRESS, ANY_SERVICE)
"""What stands behind all rules where a packet that none matches is allowed."""


def lets_by(policy, scope, otherwise):
    """Give what passes where the rest is allowed, or denied."""
    return permits((*policy, LAST) if otherwise else tuple(policy), scope)


@given(policies, scopes, st.booleans())
def test_what_no_rule_matches_is_allowed_or_denied(policy, scope, otherwise):
    """A rule that says what is done anyway can go."""
    before = lets_by(policy, scope, otherwise)
    expected = [
        rule
        for place, rule in enumerate(policy)
        if lets_by(policy[:place] + policy[place + 1 :], scope, otherwise) == before
    ]

    assert list(redundant(policy, scope, otherwise)) == expected
    standings = RuleLists([(policy, scope, otherwise)]).standings(
        (policy, scope, otherwise)
    )
    assert [one.shadow for one in standings.values() if one.shadow] == [
        *shadowed(policy, scope)
    ]
    for rule in policy:
        assert standings[rule.name].silent == rule.packets().isdisjoint(scope)
        for packet, by in standings[rule.name].probes:
            assert packet in rule.packets() & scope
            assert decide(policy, packet).name == by
            assert decide(policy, packet).allows


@given(alike(), scopes, st.booleans())
def test_a_list_much_like_another_is_answered_as_by_itself(two, scope, otherwise):
    """What is known of the first is true of the second; covers are rules of its own."""
    lists = [(policy, scope, otherwise) for policy in two]
    both = RuleLists(lists)
    for asked in lists:
        alone = RuleLists([asked]).standings(asked)
        together = both.standings(asked)
        assert [*together] == [rule.name for rule in asked[0]]
        for rule in asked[0]:
            one, other = alone[rule.name], together[rule.name]
            assert other[:1] + other[2:3] == one[:1] + one[2:3]
            assert (one.shadow is None) == (other.shadow is None)
            if one.shadow and other.shadow:
                assert other.shadow[:2] == one.shadow[:2]
                assert other.shadow.conflict == one.shadow.conflict
            for packet, by in other.probes:
                assert packet in rule.packets() & scope
                assert decide(asked[0], packet).name == by


def without(policy, name):
    """Give a list of rules without one of them."""
    return [rule for rule in policy if rule.name != name]


@given(alike() | st.tuples(policies, policies), st.randoms(), scopes, st.booleans())
def test_rules_that_can_go_in_turn_are_tried_one_after_the_other(two, random, scope, last):
    """In all lists at once, those before them gone; what stays is told of, and stays."""
    names = sorted({rule.name for policy in two for rule in policy})
    random.shuffle(names)
    staying = frozenset(names[::3])
    left, expected = [*two], []
    for name in names:
        fewer = [without(policy, name) for policy in left]
        both = zip(left, fewer, (False, last), strict=True)
        if all(lets_by(a, scope, c) == lets_by(b, scope, c) for a, b, c in both):
            expected.append(name)
            left = left if name in staying else fewer

    lists = [(policy, scope, rest) for policy, rest in zip(two, (False, last), strict=True)]
    assert list(RuleLists(lists).removable(names, staying=staying)) == expected


def test_a_cover_is_the_rule_of_the_list_that_is_asked():
    """Though another list of the same names was asked before, where it says more."""
    narrow, wide, late = line_of((0, 9), (0, 20), (3, 4))
    lists = [
        ((narrow._replace(name="cover"), late), EVERYTHING, False),
        ((wide._replace(name="cover", priority=0), late), EVERYTHING, False),
    ]
    both = RuleLists(lists)

    for asked in lists:
        assert both.standings(asked)[late.name].shadow.covers == asked[0][:1]


def test_who_holds_both_ends_and_not_what_is_between_is_no_cover_alone():
    """Corners prove nothing where a rule has several spans."""
    ends, between, late = line_of((0, 1), (2, 7), (0, 9))
    ends = ends._replace(sources=((0, 1), (8, 9)))
    (found,) = shadowed([ends, between, late])

    assert found.covers == (ends, between)


def test_of_two_that_are_alike_one_goes():
    """The first that is tried; the other is needed then."""
    one, other = line_of((0, 9), (0, 9))
    one, other = one._replace(name="one"), other._replace(name="other")
    lists = [((one, other), EVERYTHING, False)]

    assert RuleLists(lists).removable(["one", "other"]) == ("one",)
    assert RuleLists(lists).removable(["other", "one"]) == ("other",)
    assert RuleLists(lists).removable(["one", "other"], staying={"one"}) == ("one", "other")


def test_a_rule_with_an_empty_side_stands_beside_one_of_two_spans():
    """As many spans as rules, and yet not one a rule."""
    one, two, three = line_of((0, 1), (4, 5), (4, 4))
    policy = [
        one._replace(sources=((0, 1), (4, 5))),
        two._replace(sources=()),
        three._replace(name="inside"),
    ]
    (found,) = shadowed(policy)

    assert (found.rule.name, found.covers) == ("inside", (policy[0],))


def test_two_algorithms_agree_on_hundreds_of_rules():
    """What mutants say of each rule, one by one, is what the bulk way says of all."""
    for seed in range(effort(1, 3, 3)):
        policy = synthetic(400, seed)
        told = list(effects(policy, EVERYTHING))
        found = shadowed(policy)

        assert [one.rule for one in told if one.flipped.empty] == [
            one.rule for one in found
        ]
        assert [one.rule for one in told if one.deleted.empty] == list(redundant(policy))
        assert found, "a set without shadowed rules shows nothing"
        assert any(len(one.covers) > 1 for one in found), "no union among them"
        assert {one.conflict for one in found} == {True, False}


def overlapping(count):
    """Give a set of which most rules meet most others: one end of each is wide."""
    return rules_from("fw1", imitation("fw1", count), widen=True)


@later
def test_two_algorithms_agree_where_most_rules_overlap():
    """One by one with sets, and in bulk; some are covered only by several."""
    policy = overlapping(800)
    told = list(effects(policy, EVERYTHING))
    found = shadowed(policy)

    assert [one.rule for one in told if one.flipped.empty] == [one.rule for one in found]
    assert [one.rule for one in told if one.deleted.empty] == list(redundant(policy))
    assert {len(one.covers) > 1 for one in found} == {True, False}


@later
def test_a_wide_rule_is_not_held_against_each_that_it_meets():
    """Work is counted in rules looked at: a few for each, not as many as there are."""
    policy = overlapping(3000)
    with budget(3000):
        found = shadowed(policy)

    assert len(found) > 20


@pytest.mark.parametrize("missing", some([None, 0, 57, 149], 2))
def test_hosts_that_are_listed_one_by_one_cover_their_network(missing):
    """More of them than a cover is looked for among; and all of them are needed."""
    count = 150
    hosts = line_of(*((7 * k % count,) * 2 for k in range(count)))
    left = [rule for rule in hosts if rule.sources[0][0] != missing]
    network = line_of((0, count - 1))[0]._replace(name="network")
    found = shadowed([*left, network])

    assert [one.rule.name for one in found] == ["network"] * (missing is None)
    assert all(one.covers == tuple(hosts) for one in found)


def test_z3_agrees_on_which_rules_decide_nothing():
    """For each rule, ask for a packet that it matches and no rule before it does."""
    policy = synthetic(60, 4)
    solver = z3.Solver()
    solver.add(exists())
    dead = []
    for rule in policy:
        solver.push()
        solver.add(matches(rule))
        if solver.check() == z3.unsat:
            dead.append(rule)
        solver.pop()
        solver.add(z3.Not(matches(rule)))

    assert dead
    assert [one.rule for one in shadowed(policy)] == dead


@later
def test_z3_agrees_on_which_rules_can_go():
    """For each rule, ask for a packet that fares otherwise without it."""
    policy = synthetic(30, 2)
    whole = lets_pass(policy)
    needless = [
        rule
        for place, rule in enumerate(policy)
        if disagree(whole, lets_pass(policy[:place] + policy[place + 1 :])) == z3.unsat
    ]

    assert needless
    assert list(redundant(policy)) == needless


def test_nothing_is_shadowed_where_there_is_nothing():
    """No rules, or an empty scope: no rule speaks, so all could go and none is shadowed."""
    policy = synthetic(12)

    assert shadowed([]) == () == redundant([])
    assert shadowed(policy, NOTHING) == ()
    assert redundant(policy, NOTHING) == policy


def test_beyond_the_budget_there_is_no_answer():
    """A part of the shadowed rules is never given as if it were all."""
    policy = synthetic(200)
    with budget(10), pytest.raises(BudgetError):
        shadowed(policy)


def test_two_algorithms_find_the_same_shadowed_and_redundant_rules():
    """Empty effects, set by set, and `orosec.bulk.shadowing`, in bulk without any set."""
    policy = synthetic(600, 7)
    found = tuple(effects(policy, EVERYTHING))
    idle = [effect.rule for effect in found if effect.flipped.empty]
    needless = [effect.rule for effect in found if effect.deleted.empty]

    assert idle
    assert idle == [shadow.rule for shadow in shadowed(policy)]
    assert needless == list(redundant(policy))
