"""Scenarios of edited tables: the answers are those of one made afresh."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orosec import orocloud
from orosec.model.scenario import Scenario
from orosec.model.schema import CDNS, READINGS
from orosec.mutation.catalogue import mutants
from orosec.mutation.incremental import Edited

VARIANTS = list(itertools.product(CDNS, READINGS))
EVERY = mutants(orocloud)
NAMES = ("application", "web", "bridge", "internet", "elsewhere", "maintenance-dmz", "any")
ADDRESSES = ("203.0.113.253", "203.0.113.30", "203.0.113.20/32", "10.10.0.11", "10.0.0.0/8")
ends = st.lists(st.sampled_from(NAMES + ADDRESSES), min_size=1, max_size=2).map(" ".join)
tried = st.tuples(st.sampled_from(EVERY), st.sampled_from(VARIANTS))
services = st.sampled_from(("all", "tcp:22", "tcp:443 icmp"))


def both(one):
    """Give the scenario with the mutant, reused under two readings, and made afresh."""
    mutant, (cdn, reading) = one
    (other,) = {*READINGS} - {reading}
    beside = Edited(orocloud.scenario(cdn, other), mutant.tables)
    reused = Edited(orocloud.scenario(cdn, reading), mutant.tables, beside)
    return reused, Scenario(mutant.tables, cdn, reading)


@given(tried)
def test_what_is_kept_is_what_it_would_be_afresh(one):
    """What passes, what answers, how it leaves, who decides, and who is where."""
    reused, afresh = both(one)

    assert reused.permitted == afresh.permitted
    assert reused.served == afresh.served
    assert reused.departures(reused.leaving) == afresh.departures(afresh.leaving)
    assert reused.exits == afresh.exits
    assert reused.policies == afresh.policies
    assert all(reused.scope(one) == afresh.scope(one) for one in afresh.policies)
    assert reused.forwarded == afresh.forwarded
    assert reused.special == afresh.special
    assert {name: reused.attached(name) for name in reused.members} == {
        name: afresh.attached(name) for name in afresh.members
    }


@given(tried, ends, ends, services)
def test_every_question_has_the_answer_it_would_have_afresh(one, source, destination, on):
    """Names that moved, and addresses behind which another host stands now, included."""
    reused, afresh = both(one)

    assert reused.traffic(source, destination, on) == afresh.traffic(
        source, destination, on
    )
    for level in ("permitted", "served"):
        flow = source, destination, on, level
        assert reused.passed(*flow) == afresh.passed(*flow)


def test_a_public_address_moves_and_roles_do_not():
    """Whoever asks by the address gets the new host; whoever asks by role the old ones."""
    mutant = next(one for one in EVERY if one[:3] == ("interfaces", "web-1", "public"))
    before = orocloud.scenario()
    after = Edited(before, mutant.tables)

    assert after.gone == {"web-1"}
    assert after.traffic("internet", "203.0.113.253", "all") == after.traffic(
        "internet", "web-1", "all"
    )
    assert before.traffic("internet", "203.0.113.253", "all").isdisjoint(
        before.traffic("internet", "web-1", "all")
    )
    assert after.traffic("internet", "web", "all") == before.traffic(
        "internet", "web", "all"
    )


def test_an_edit_that_touches_no_row_of_the_variant_is_none():
    """A rule of the other CDN: no row that applies is another one."""
    mutant = next(one for one in EVERY if one.row == "tunnel-to-web")

    assert Edited(orocloud.scenario("google"), mutant.tables).untouched
    assert not Edited(orocloud.scenario("cloudflare"), mutant.tables).untouched


@pytest.mark.parametrize(
    ("ends", "moved"),
    [
        (("web",), False),
        (("database jobs", "any"), False),
        (("database web-1", "nat"), True),
        (("10.0.0.0/8",), True),
        (("2001:db8::1 database",), True),
    ],
)
def test_ends_stay_where_no_word_of_them_moved(ends, moved):
    """Each end may be several names; ranges move together, and where a name does."""
    private = next(one for one in EVERY if one[:3] == ("interfaces", "web-1", "public"))
    flipped = next(one for one in EVERY if one.operator == "flip")

    assert Edited(orocloud.scenario(), private.tables).moves(*ends) == moved
    assert not Edited(orocloud.scenario(), flipped.tables).moves(*ends)


def test_what_a_rule_let_through_is_asked_anew_where_it_does_so_no_more():
    """The known scenario is asked only about packets that nothing changed for."""
    row = ("rules", "visitors-to-load-balancer", "flip")
    reused, afresh = both((next(one for one in EVERY if one[:3] == row), VARIANTS[0]))
    flow = "internet", "load-balancer", "tcp:443", "served"

    assert reused.passed(*flow) == afresh.passed(*flow)
    assert reused.passed(*flow) != reused.before.passed(*flow)
