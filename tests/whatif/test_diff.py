"""Differences in rows and ways: what is told of changed packets."""

import itertools
from collections import Counter

import pytest
from effort import examples, rare
from hypothesis import given
from hypothesis import strategies as st
from jobs import NOTHING
from proposals import edited, proposals
from table_edits import differences, edits

from orosec import decide, draw, orocloud, safe_change
from orosec.engine.packet_set import EVERYTHING
from orosec.errors import NotationError
from orosec.model.schema import CDNS, READINGS
from orosec.queries.packet_diff import PacketChange, changes
from orosec.whatif.consequences import consequences
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
    """What appears in one direction vanishes in the other; wider is narrower there."""
    cdn, reading = variant
    there = diff(one, other, cdn=cdn, reading=reading).journeys
    back = diff(other, one, cdn=cdn, reading=reading).journeys
    mirror = {"appeared": "vanished", "vanished": "appeared"}
    resized = {"widened": "narrowed", "narrowed": "widened"}
    whole = [{way for way in each if way.change in mirror} for each in (there, back)]
    other_size = [{(way.kind, way.change) for way in each} for each in (there, back)]

    assert whole[0] == {way._replace(change=mirror[way.change]) for way in whole[1]}
    assert other_size[0] == {
        (kind, (mirror | resized)[change]) for kind, change in other_size[1]
    }


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


SSH_TWIN = {"node": "bridge", "accepts": "tcp:22", "exit": "bridge"}


@pytest.mark.parametrize("services", ["tcp:22 icmp", "icmp"])
def test_a_second_relay_that_adds_nothing_is_no_way_more(services):
    """A way is whom it passes and what it carries, whichever rows say so."""
    twin = {**SSH_TWIN, "destination": "application", "services": services}
    proposal = orocloud.with_relay("twin", **twin)

    assert diff(orocloud, proposal).empty
    assert diff(proposal, orocloud).empty


@pytest.mark.parametrize(
    ("services", "told"),
    [
        ("tcp:22", [("narrowed", "tcp:22")]),
        ("icmp tcp:80", [("narrowed", "icmp")]),
        ("tcp:80", [("vanished", "tcp:22, icmp")]),
        ("all", []),
    ],
)
def test_a_way_that_carries_less_is_narrowed(services, told):
    """It is told once, as it is now, and not as one that came and one that went."""
    found = diff(orocloud, orocloud.with_relay_changed("ssh-hop", services=services))

    assert [(way.change, way.carries) for way in found.journeys] == told


def test_a_way_that_carries_something_else_is_another_one():
    """Neither more nor less: the one went, the other came; its mirror is the same."""
    lesser = orocloud.with_relay_changed("ssh-hop", services="tcp:22")
    other = orocloud.with_relay_changed("ssh-hop", services="icmp")

    for pair in ((lesser, other), (other, lesser)):
        assert [way.change for way in diff(*pair).journeys] == ["appeared", "vanished"]


def test_of_two_relays_one_goes():
    """What is left is narrower where the other one hands on less."""
    both = orocloud.with_relay(
        "twin", **SSH_TWIN, destination="application", services="tcp:22"
    )
    (left,) = diff(both, both.without_relay("ssh-hop")).journeys
    (more,) = diff(both.without_relay("ssh-hop"), both).journeys

    assert (left.change, left.carries) == ("narrowed", "tcp:22")
    assert (more.change, more.carries) == ("widened", "tcp:22, icmp")


def test_what_nobody_reads_is_no_difference():
    """Reasons, bases and names may change as they like."""
    proposal = orocloud.with_rule_changed(
        "bridge-to-application", rationale="Another reason.", basis="assumed", name="hop"
    )

    assert diff(orocloud, proposal).empty


def test_a_row_without_an_effect_is_told_as_an_edit():
    """It is still a proof that nothing else differs."""
    found = diff(
        orocloud, orocloud.with_rule_changed("tunnel-to-web", rationale="Why not.")
    )

    assert found.empty
    assert found.edits == ('with_rule_changed("tunnel-to-web", rationale="Why not.")',)
    assert repr(found).splitlines()[1:] == [f"edit: {found.edits[0]}"]
    assert found.as_dict()["edits"] == list(found.edits)


def test_another_order_is_told():
    """Order decides among rules of one priority."""
    moved = orocloud.with_rule_moved("tunnel-to-web", before="load-balancer-to-web")

    assert diff(orocloud, moved).edits == ("another order of the rows in rules",)


def test_whatever_differs_in_the_tables_is_told(tmp_path):
    """Any edit of any table: compared as files, each row that differs has its edit."""
    seen, owned = (
        Counter(),
        {"rationale": "A trial.", "owner": "Ops", "until": "9999-12-31"},
    )
    before = orocloud.with_exception("TF1-served", **owned).with_exception(
        "TF3-flat", **owned
    )
    folder = before.save(tmp_path / "before")

    @examples(4.0)
    @given(st.lists(edits, min_size=2, max_size=8))
    def law(steps):
        after = edited(before, steps)
        found = [
            *differences(folder, after.save(tmp_path / "after", over=tmp_path / "after"))
        ]
        seen.update({"all"} | {kind for *_, kind in found} | {table for table, *_ in found})

        for told in (diff(before, after), diff(after, before)):
            assert len(told.edits) == len(found)
            for table, name, _ in found:
                wanted = f'("{name}"' if name else f"another order of the rows in {table}"
                assert [each for each in told.edits if wanted in each] != []
        promised = [table for table, *_ in found if table in ("claims", "exceptions")]
        if promised:
            result = consequences(before, after)
            assert len(result.edits) == len(promised)
            assert not result.empty

    law()
    hard = ("gone", "new", "cells", "order", "claims", "exceptions", "rules")
    assert rare(seen, seen["all"], hard) == {}


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


# Hosts that come together or apart


def two_roles(queue="10.60.0.10", **more):
    """A web server and a queue, on one host or on two."""
    network = NOTHING.with_subnet("net", network="net", cidr="10.60.0.0/24")
    for role, address in {"web": "10.60.0.10", "queue": queue, **more}.items():
        network = network.with_node(role, role=role, function="application", home="net")
        leg = {"node": role, "subnet": "net", "address": address}
        network = network.with_interface(role, **leg)
    return network


def test_a_host_that_is_split_is_a_difference():
    """No packet has another fate, and yet web reaches its queue no more."""
    one, two = two_roles(), two_roles("10.60.0.11")
    flow = ("web", "queue", "tcp:5672")
    apart = "queue and web are on two hosts now: rules are asked between them"
    joint = "queue and web are on one host now: no rule is asked between them"
    seen = [decide(*flow, network=each).verdict for each in (one, two)]

    assert seen == ["permitted", "denied"]
    for pair, says in ((one, two), apart), ((two, one), joint):
        found = diff(*pair)
        assert (found.empty, found.rows, [*found.hosts]) == (False, (), [says])
        assert "1 hosts came together or apart" in found.title
        assert f"{says} (both CDNs, both readings)" in repr(found).splitlines()
        assert found.as_dict()["hosts"][0]["says"] == says
        assert says in draw(*pair).words


def test_an_interface_that_moves_splits_its_host():
    """Both nodes stay as they are; two addresses of one host are of two hosts now."""
    one = two_roles("10.60.0.20")
    leg = {"subnet": "net", "address": "10.60.0.11"}
    one = one.with_interface("second", node="web", **leg)
    two = one.with_interface_changed("second", node="queue")

    assert [says.partition(":")[0] for says in diff(one, two).hosts] == [
        "10.60.0.10 and 10.60.0.11 are on two hosts now",
        "10.60.0.11 and 10.60.0.20 are on one host now",
    ]
    step = safe_change(one, two, "internet", "10.60.0.99", "tcp:22").steps[-1]
    assert (step.proved, step.because[:11]) == (False, "10.60.0.10 ")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (two_roles(), two_roles(cache="10.60.0.10")),
        (two_roles(cache="10.60.0.11"), two_roles()),
        (two_roles("10.60.0.11"), two_roles("10.60.0.12")),
    ],
)
def test_who_is_new_or_gone_or_alone_splits_nothing(one, two):
    """A host has come together or apart where both its nodes stand before and after."""
    assert [*diff(one, two).hosts] == []
