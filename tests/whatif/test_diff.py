"""Differences in rows and ways: what is told of changed packets."""

import itertools

import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from proposals import proposals

from orosec import orocloud
from orosec.engine.packet_set import EVERYTHING
from orosec.errors import NotationError
from orosec.model.schema import CDNS, READINGS
from orosec.queries.packet_diff import PacketChange, changes
from orosec.whatif.diff import diff
from orosec.whatif.journey_diff import ways

VARIANTS = list(itertools.product(CDNS, READINGS))
variants = st.sampled_from(VARIANTS)


def pair(one, other, variant):
    return one.scenario(*variant), other.scenario(*variant)


@given(proposals, variants)
def test_a_network_does_not_differ_from_itself(one, variant):
    """No change, no way, and the words of a proof."""
    found = diff(one, one, cdn=variant[0], reading=variant[1])

    assert found.empty
    assert found.rows == found.journeys == ()
    assert "proof" in repr(found)


@given(proposals, proposals, variants)
def test_the_ways_have_a_mirror(one, other, variant):
    """What appears in one direction vanishes in the other."""
    cdn, reading = variant
    there = diff(one, other, cdn=cdn, reading=reading).journeys
    back = diff(other, one, cdn=cdn, reading=reading).journeys
    mirror = {"appeared": "vanished", "vanished": "appeared"}

    assert set(there) == {way._replace(change=mirror[way.change]) for way in back}


@examples(0.6)
@given(proposals, proposals, variants)
def test_ways_near_the_changes_are_all_the_ways_that_differ(one, other, variant):
    """Looking at the ways that changed packets can touch misses none."""
    before, after = pair(one, other, variant)
    found = changes(before, after)
    everywhere = [PacketChange("opened", EVERYTHING, "", "", "")]

    assert set(ways(before, after, found)) == set(ways(before, after, everywhere))


PROPOSAL = orocloud.with_rule(
    "dba", "allow", source="vpn-gateway", destination="database", services="tcp:5432"
)


def test_a_row_says_who_to_whom_on_what_and_who_decides():
    """One row, by name, with a packet that shows it, under every variant alike."""
    (row,) = diff(orocloud, PROPOSAL).rows

    assert row[:6] == (
        "opened",
        "vpn-gateway",
        "database",
        "tcp:5432",
        "application-implied-ingress",
        "dba",
    )
    assert row.witness == "10.20.0.2 (vpn-1) → 10.10.0.31 (database-1) tcp:5432"
    assert row.served is True
    assert row.under == tuple(VARIANTS)


@pytest.mark.parametrize(
    ("services", "served"), [("tcp:5432", True), ("udp:53", False), ("tcp", None)]
)
def test_a_row_says_whether_anything_listens(services, served):
    """All of it, none of it, or a part."""
    (row,) = diff(orocloud, PROPOSAL.with_rule_changed("dba", services=services)).rows

    assert row.served is served


def test_a_listener_taken_away_is_an_effect():
    """No packet is judged otherwise, and yet something changed."""
    found = diff(orocloud, orocloud.without_listener("database-postgresql"))

    assert {row.change for row in found.rows} == {"unserved"}
    assert {(row.before, row.after) for row in found.rows} == {("database-postgresql", "")}
    assert not found.empty


def test_a_route_taken_away_changes_translations_alone():
    """The gateway leaves as the same address, by itself."""
    found = diff(orocloud, orocloud.without_route("maintenance-own-address"))

    assert found.rows == ()
    assert {way.kind for way in found.journeys} == {"translations"}
    assert not found.empty


def test_ways_in_are_told_once_for_all_of_the_application():
    """VPN clients lose their way: three lines, not one for each role and person."""
    found = diff(orocloud, orocloud.without_rule("vpn-from-internet"))

    assert [way.says for way in found.journeys] == [
        "internet → vpn-gateway udp:31194",
        "internet → vpn-gateway udp:31194 → bridge tcp:22",
        "internet → vpn-gateway udp:31194 → bridge tcp:22 → application tcp:22, icmp",
    ]
    assert {(way.kind, way.change) for way in found.journeys} == {("in", "vanished")}


def test_what_nobody_reads_is_no_difference():
    """Reasons, bases and names may change as they like."""
    proposal = orocloud.with_rule_changed(
        "bridge-to-application", rationale="Another reason.", basis="assumed", name="hop"
    )

    assert diff(orocloud, proposal).empty


@pytest.mark.parametrize("other", [None, "documented", orocloud.scenario()])
def test_unlike_things_are_not_compared(other):
    """One error that says what to give."""
    with pytest.raises(NotationError, match="two networks or two scenarios"):
        diff(orocloud, other)


def test_a_difference_looks_the_same_each_time_and_is_escaped():
    """Text for terminals and notebooks; names from tables are no markup."""
    proposal = PROPOSAL.with_rule_changed("dba", rationale="<b>")
    shown = [diff(orocloud, proposal)._repr_mimebundle_() for _ in range(2)]

    assert shown[0] == shown[1]
    assert "dba" in shown[0]["text/plain"]
    assert "<table>" in shown[0]["text/html"]
    assert list(diff(orocloud, proposal).frame["change"]) == ["opened, served"]
