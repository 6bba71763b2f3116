"""Which rules can share a packet: whoever does is found, whoever is apart may be too."""

from hypothesis import given
from hypothesis import strategies as st
from universe import policies, rules

from orosec.engine.overlap import Neighbours, hull, meets


@given(policies, st.integers(1, 4))
def test_neighbours_miss_no_rule_that_shares_a_packet(policy, masks):
    """However coarse the masks, each rule that overlaps another is found."""
    coarse = type("Coarse", (Neighbours,), {"MOST_MASKS": masks})(
        [rule.hull() for rule in policy]
    )
    for place in range(len(policy)):
        earlier, later = map(list, coarse.of(place))
        found = [*earlier, place, *later]
        assert found == sorted(set(found))
        missed = set(range(len(policy))) - set(found)
        mine = policy[place].packets()
        assert all(mine.isdisjoint(policy[k].packets()) for k in missed)


@given(rules, rules)
def test_hulls_of_rules_that_share_a_packet_meet(one, other):
    """Hulls that do not meet are a proof that the rules are apart."""
    shared = one.packets() & other.packets()

    if not meets(one.hull(), [other.hull()]):
        assert shared.empty


def test_a_rule_that_names_nothing_meets_none():
    """Not even itself."""
    nowhere = hull((), ((0, 9),), ((6, 6, ((80, 80),)),))

    assert not meets(nowhere, [nowhere])
