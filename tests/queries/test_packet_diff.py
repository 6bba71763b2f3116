"""What differs in packets: the laws stand in whatif; here is who is named for what."""

from orosec import orocloud
from orosec.queries.packet_diff import changes, total

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
