"""What a change changes: local answers against walks, whole sets and z3."""

from random import Random

import pytest
import z3
from effects import effects
from effort import examples, some
from hypothesis import given
from hypothesis import strategies as st
from solver import disagree, in_set, lets_pass
from synthetic import synthetic
from universe import EVERY_PACKET, packet_sets, permits, policies, rules

from orosec.engine.packet_set import EVERYTHING, NOTHING
from orosec.engine.policy import Rule, decide, denied, shares
from orosec.engine.policy_diff import (
    RuleListChange,
    apart,
    difference,
    rising,
    side_by_side,
    stopped,
)


@st.composite
def edits(draw):
    """A list of rules and the same after some edits: flip, drop, move, insert, source."""
    before = list(draw(policies))
    after = list(before)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(after)))
        what = draw(st.sampled_from(("flip", "drop", "move", "insert", "source")))
        if what == "insert":
            after.insert(place, draw(rules))
        elif after:
            rule = after.pop(place % len(after))
            if what == "flip":
                after.insert(place % (len(after) + 1), flip(rule))
            elif what == "move":
                after.insert(draw(st.integers(0, len(after))), rule)
            elif what == "source":
                changed = rule._replace(sources=draw(rules).sources)
                after.insert(place % (len(after) + 1), changed)
    return tuple(before), tuple(after)


def flip(rule):
    return rule._replace(allows=not rule.allows)


def allows(rule):
    return rule is not None and rule.allows


@given(st.one_of(edits(), st.tuples(policies, policies)), packet_sets)
def test_a_change_holds_what_both_walks_judge_differently(lists, scope):
    """Walk both lists for each packet: its change names both deciding rules."""
    found = difference(*lists, scope)
    for packet in EVERY_PACKET:
        before, after = (decide(rules, packet) for rules in lists)
        told = [change[1:] for change in found if packet in change.packets]
        differs = packet in scope and allows(before) != allows(after)
        assert told == ([(before, after)] if differs else [])


@given(st.one_of(edits(), st.tuples(policies, policies)), packet_sets)
def test_changes_add_up_to_the_whole_sets_apart(lists, scope):
    """Built whole, the two lists differ in exactly the changes, which are disjoint."""
    found = difference(*lists, scope)
    one, other = (permits(rules, scope) for rules in lists)
    opened = [change.packets for change in found if change.opened]
    closed = [change.packets for change in found if not change.opened]

    assert all(not change.packets.empty for change in found)
    assert sum(change.packets.count() for change in found) == (one ^ other).count()
    assert joined(opened) == other - one
    assert joined(closed) == one - other


def joined(sets):
    whole = NOTHING
    for packets in sets:
        whole |= packets
    return whole


@examples(0.4)
@given(edits())
def test_z3_agrees_on_the_difference(lists):
    """No packet at all differs outside the changes, none agrees inside."""
    before, after = map(lets_pass, lists)
    changed = joined(change.packets for change in difference(*lists, EVERYTHING))

    assert disagree(z3.Xor(before, after), in_set(changed)) == z3.unsat


@pytest.mark.parametrize("seed", some([1, 2, 3], 1))
def test_z3_agrees_on_edits_of_two_hundred_rules(seed):
    """Flip one rule, drop one, move one: on the whole packet space, that and no more."""
    before = synthetic(200, seed)
    random = Random(seed)
    after = list(before)
    for place in random.sample(range(150, 200), 3):
        after[place] = flip(after[place])
    del after[random.randrange(100, 150)]
    after.insert(random.randrange(100), after.pop(random.randrange(100, 150)))
    changed = joined(change.packets for change in difference(before, after, EVERYTHING))

    assert not changed.empty
    both = z3.Xor(lets_pass(before), lets_pass(after))
    assert disagree(both, in_set(changed)) == z3.unsat


@given(policies, packet_sets)
def test_an_effect_is_the_difference_that_a_mutant_makes(policy, scope):
    """Flip and drop each rule: what differs is what its effect says."""
    found = tuple(effects(policy, scope))
    assert tuple(effect.rule for effect in found) == policy
    for place, (rule, flipped, deleted) in enumerate(found):
        before, behind = policy[:place], policy[place + 1 :]
        flips = difference(policy, (*before, flip(rule), *behind), scope)
        drops = difference(policy, (*before, *behind), scope)
        assert joined(change.packets for change in flips) == flipped
        assert joined(change.packets for change in drops) == deleted


@given(policies, packet_sets)
def test_a_rule_flipped_tells_what_it_decides(policy, scope):
    """The effect of flipping is the rule's share, which another algorithm finds."""
    expected = [share for _, share in shares(policy, scope)]

    assert [effect.flipped for effect in effects(policy, scope)] == expected


@given(st.lists(st.one_of(edits(), st.tuples(policies, policies)), max_size=3), packet_sets)
def test_what_was_asked_before_changes_no_answer(pairs, scope):
    """Lists that differ little or much, one after the other: each stops what it stops."""
    for policy in (policy for pair in pairs for policy in pair):
        assert stopped(policy, scope) == denied(policy, scope)


@given(st.one_of(edits(), st.tuples(policies, policies)))
def test_what_does_not_set_two_lists_apart_meets_the_same_rules(lists):
    """In the same order, each by its name; and a rule that only grew sets little apart."""
    rest = ~joined(apart(*lists))
    for packet in filter(rest.__contains__, EVERY_PACKET):
        met, others = (
            [(rule.name, rule.allows) for rule in rules if rule.matches(packet)]
            for rules in lists
        )
        assert met == others


def test_a_rule_that_only_grew_sets_apart_what_it_grew_by():
    """Not all that it matches; and an action that turned sets all of it apart."""
    policy = synthetic(5)
    grown = policy[2]._replace(sources=((0, 2**32 - 1),))
    change = (*policy[:2], grown, *policy[3:])
    turned = (*policy[:2], flip(grown), *policy[3:])

    assert joined(apart(policy, change)) == grown.packets() - policy[2].packets()
    assert joined(apart(policy, turned)) == grown.packets()
    assert joined(apart(policy, policy)).empty


def test_a_long_list_stops_what_it_stops_after_few_edits_and_after_many():
    """Beyond what is compared by its lone rules, the whole list is asked."""
    random = Random(4)
    policy = synthetic(300, seed=4)
    for count in (0, 1, 5, 20, 100, 300):
        flipped = set(random.sample(range(300), count))
        edited = tuple(flip(r) if k in flipped else r for k, r in enumerate(policy))
        expected = joined(r for rule, r in shares(edited, EVERYTHING) if not rule.allows)

        assert stopped(edited, EVERYTHING) == expected


@given(st.one_of(edits(), st.tuples(policies, policies)))
def test_lists_lie_side_by_side_in_their_order(lists):
    """No rule is lost, pairs mean the same, and no alignment has more pairs."""
    rows = side_by_side(*lists)
    for side, whole in enumerate(lists):
        assert tuple(row[side] for row in rows if row[side] is not None) == whole
    pairs = [row for row in rows if None not in row]
    assert all(one[2:] == other[2:] for one, other in pairs)
    doubles = any(len({rule[2:] for rule in whole}) < len(whole) for whole in lists)
    if not doubles:
        assert len(pairs) == longest(*lists)


def longest(before, after):
    """Give the length of the longest common subsequence, by its textbook recurrence."""
    row = [0] * (len(after) + 1)
    for one in before:
        above = row
        row = [0]
        for k, other in enumerate(after):
            same = one[2:] == other[2:]
            row.append(above[k] + 1 if same else max(row[-1], above[k + 1]))
    return row[-1]


def test_names_and_priorities_alone_change_nothing():
    """A rule renamed or renumbered in its place decides as before."""
    one = Rule("old", 10, True, ((1, 2),), ((3, 4),), ((6, 6, ((80, 80),)),))
    other = one._replace(name="new", priority=20)

    assert side_by_side([one], [other]) == [(one, other)]
    assert difference([one], [other], EVERYTHING) == ()


def test_a_rule_that_names_nothing_has_no_effect():
    """An end without addresses matches no packet, whatever is done to it."""
    nobody = Rule("nobody", 1, True, (), ((3, 4),), ((6, 6, ((80, 80),)),))
    other = Rule("other", 2, False, ((1, 2),), ((3, 4),), ((6, 6, ((80, 80),)),))

    assert difference([nobody, other], [other], EVERYTHING) == ()
    assert [effect.flipped.empty for effect in effects([nobody, other], EVERYTHING)] == [
        True,
        False,
    ]


def test_no_rule_means_denied():
    """The last allow rule dropped closes what it allowed; None decides then."""
    rule = Rule("only", 1, True, ((1, 2),), ((3, 4),), ((6, 6, ((80, 80),)),))

    assert difference([rule], [], EVERYTHING) == (
        RuleListChange(rule.packets(), rule, None),
    )
    assert difference([], [rule], EVERYTHING)[0].opened


def test_the_longest_rising_pairs_are_found():
    """As many as can be; of two with one place, the first."""
    assert rising([]) == []
    assert rising([(0, 3), (1, 1), (2, 2), (3, 0), (4, 4)]) == [(1, 1), (2, 2), (4, 4)]
    assert rising([(0, 1), (1, 1), (2, 2)]) == [(0, 1), (2, 2)]
