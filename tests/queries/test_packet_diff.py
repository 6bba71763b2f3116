"""Changed packets: exact, against a walk of every kind of packet and against z3."""

import itertools

import pytest
import z3
from effort import examples, some
from hypothesis import given
from hypothesis import strategies as st
from proposals import proposals
from solver import disagree, in_set, scenario_formula
from walk import Cells, fates

from orosec import orocloud
from orosec.engine.policy import joined
from orosec.model.schema import CDNS, READINGS
from orosec.queries.packet_diff import changes, total

variants = st.sampled_from(list(itertools.product(CDNS, READINGS)))
MIRROR = {
    "opened": "closed",
    "closed": "opened",
    "served": "unserved",
    "unserved": "served",
}


def pair(one, other, variant):
    return one.scenario(*variant), other.scenario(*variant)


def agrees_with_the_walk(before, after):
    """Each packet is in one change or none, as the walk says, with the same deciders.

    What a host sends to itself may be told beside others.
    """
    found = changes(before, after)
    cells = Cells(before, after)
    expected = fates(cells, before, after)
    changed, own = joined(one.packets for one in found), before.itself | after.itself
    for index in itertools.product(*map(range, cells.shape)):
        packet = cells.packet(index)
        assert (packet in changed) == (packet in expected) or packet in own
    for packet, fate in expected.items():
        if packet in own and packet not in changed:
            continue
        (one,) = [one for one in found if packet in one.packets]
        told = (one.kind, one.before, one.after)
        assert told[: len(fate)] == fate


@examples(0.75)
@given(proposals, proposals, variants)
def test_changes_are_what_a_walk_of_every_kind_of_packet_finds(one, other, variant):
    """Nothing is missing, nothing is added, and the deciding rules are the same."""
    agrees_with_the_walk(*pair(one, other, variant))


@pytest.mark.parametrize("reading", some(READINGS, 1))
def test_the_two_cdns_differ_as_the_walk_says(reading):
    """One big difference between two scenarios of one network."""
    agrees_with_the_walk(*(orocloud.scenario(cdn, reading) for cdn in CDNS))


@given(proposals, proposals, variants)
def test_the_difference_has_a_mirror(one, other, variant):
    """Seen from the other side, opened is closed, and before is after."""
    there = changes(*pair(one, other, variant))
    back = changes(*reversed(pair(one, other, variant)))

    mirrored = [
        one._replace(kind=MIRROR[one.kind], before=one.after, after=one.before)
        for one in back
    ]
    assert set(there) == set(mirrored)


@given(proposals, proposals, variants)
def test_changes_add_up_to_the_whole_sets(one, other, variant):
    """Local answers, joined, are the difference of everything that passes and is served."""
    before, after = pair(one, other, variant)
    found = changes(before, after)
    both, own = before.permitted & after.permitted, before.itself | after.itself
    expected = {
        "opened": after.permitted - before.permitted,
        "closed": before.permitted - after.permitted,
        "served": both & (after.listening - before.listening),
        "unserved": both & (before.listening - after.listening),
    }
    for kind, packets in expected.items():
        assert total(found, kind) - own == packets - own
        assert total(found, kind) <= packets
    assert not any(change.packets <= own for change in found)
    for a, b in itertools.combinations(found, 2):
        assert a.packets.isdisjoint(b.packets)


@examples(0.125)
@given(proposals, proposals, variants)
def test_z3_agrees_on_what_differs(one, other, variant):
    """No packet at all is judged otherwise outside the changes, none alike inside."""
    before, after = pair(one, other, variant)
    found = changes(before, after)
    changed = total(found, "opened") | total(found, "closed")
    differ = z3.Xor(*map(scenario_formula, (before, after)))
    others = z3.Not(in_set(before.itself | after.itself))

    assert disagree(z3.And(differ, others), z3.And(in_set(changed), others)) == z3.unsat


def test_what_changed_is_computed_once():
    """The answer is kept with the later scenario, and each pair has its own."""
    one, other = (orocloud.scenario(cdn) for cdn in CDNS)

    assert changes(one, other) is changes(one, other)
    assert changes(one, other) != changes(other, one)
    assert changes(other, other) == ()


OPEN = {"source": "vpn-gateway", "destination": "database", "services": "tcp:5432"}


def differing(network):
    return changes(orocloud.scenario(), network.scenario())


def test_a_rule_that_opens_is_named_with_the_one_that_stopped_it():
    """One change, of just these packets."""
    (change,) = differing(orocloud.with_rule("dba", "allow", **OPEN))

    assert change[0] == "opened"
    assert change[2:] == ("application-network", "application-implied-ingress", "dba")
    assert change.packets == orocloud.scenario().traffic(*OPEN.values())


def test_a_listener_that_goes_is_a_change_of_what_is_served():
    """Packets pass as before, and nobody hears them."""
    (change,) = differing(orocloud.without_listener("database-postgresql"))

    assert (change.kind, change.before, change.after) == (
        "unserved",
        "database-postgresql",
        "",
    )


def test_what_is_told_of_one_kind_is_joined():
    """Other kinds are left out; no change has no packet."""
    found = differing(orocloud.with_rule("dba", "allow", **OPEN))
    reworded = orocloud.with_rule_changed("bridge-to-application", rationale="Other.")

    assert total(found, "opened") == found[0].packets
    assert total(found, "closed").empty
    assert differing(reworded) == ()


@pytest.mark.parametrize(
    ("destination", "kinds"), [("database-1", []), ("database", ["opened"])]
)
def test_what_a_host_sends_to_itself_is_never_told_alone(destination, kinds):
    """No rule is asked of it, before and after, whatever rule is added."""
    ends = {"source": "database-1", "destination": destination, "services": "tcp:5999"}
    shut = orocloud.without_rule("application-inside")
    google = ("google", "operational")
    before, after = pair(shut, shut.with_rule("own", "allow", **ends), google)
    found = changes(before, after)

    assert after.permitted != before.permitted
    assert [change.kind for change in found] == kinds
    assert all(after.witness(change.packets) not in after.itself for change in found)
