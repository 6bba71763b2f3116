"""Jobs that add nodes: what opens, closes and breaks was worked out by hand first.

What is written here is the right answer. Where orosec gives another one, the test is
marked and says why: such a mark goes when the fault has gone.
"""

from jobs import (
    changed,
    databases,
    moved_databases,
    odd,
    operations,
    recovery,
    rows,
    sftp,
    ways,
)

from orosec import decide, diff, explain, orocloud, safe_change

EVERYWHERE, LITERAL = "both CDNs, both readings", "both CDNs, literal"
OPERATIONAL = "both CDNs, operational"
GOOGLE, CLOUDFLARE = "google, both readings", "cloudflare, both readings"
CARRIED = "all but tcp:25 and others"
"""What Google carries to the internet."""
DOCUMENTED = [("medium", "no-listener", "load-balancer-to-web")]
"""What lint finds in the documented tables: GL3 and TF1 contradict each other."""
FRONTS, NEARBY = "35.191.0.0/16, 130.211.0.0/22", "elsewhere but 169.254.169.254"
"""The front ends of Google that send; and what is private, but for Google's own server."""
TO_FRONT = "load-balancer tcp:80, tcp:443"
TO_EDGE = "cloudflare tcp:80, tcp:443, tcp:7844, udp:7844"


# SFTP server in the DMZ for two customers


def test_sftp_opens_one_door():
    """Two customers come in; who is in the DMZ already could come, and is answered now."""
    door = "customer-it, 198.51.100.40 → sftp tcp:22"
    assert rows(orocloud, sftp()) == {
        EVERYWHERE: {
            f"opened: {door} (maintenance-implied-ingress → sftp-in)",
            "served: maintenance-dmz → sftp tcp:22 (nothing → sftp-ssh)",
        }
    }
    assert odd(sftp()) == DOCUMENTED


def test_sftp_leaves_as_itself():
    """It has a public address of its own, so no route of others concerns it."""
    out, public = "way out appeared: sftp →", "as 203.0.113.22"
    assert ways(orocloud, sftp(), "out") == {
        EVERYWHERE: {f"{out} internet {CARRIED} {public}", f"{out} elsewhere all"},
        GOOGLE: {f"{out} {TO_FRONT} {public}"},
        CLOUDFLARE: {f"{out} {TO_EDGE} {public}"},
    }


def test_sftp_breaks_what_the_page_says_of_the_dmz():
    """A further node (MD1), a further port from outside (TF5), a further public address.

    GL2 and CF1 by the letter: no address but the balancer's takes anything. Operationally
    both are broken in the documented tables, by the VPN gateway.
    """
    door = "192.0.2.25 (customer-it-1) → 10.20.0.8 (sftp-1) tcp:22 is let in by sftp-in"
    there = "sftp-1 (nodes) is there with the function other"
    takes = "takes connections from the internet at 203.0.113.22"
    assert changed(orocloud, sftp()) == {
        "broken MD1-rest": there,
        "broken MD1-lives": there,
        "broken TF5-words": door,
        "broken TF5-ports": door,
        "broken GL2-words": f"sftp-1 (interfaces) {takes}",
        "broken CF1-words": f"sftp-1 (interfaces) {takes}",
    }


def test_sftp_the_rule_does_this_and_nothing_else():
    """Once the server stands there, its door is a safe change, by proof."""
    shut = sftp().without_rule("sftp-in")
    asked = "customer-it 198.51.100.40", "sftp", "tcp:22"

    assert safe_change(shut, sftp(), *asked).safe
    assert decide("internet", "sftp", "tcp:22", network=sftp()).verdict == "partly"
    assert decide("internet", "sftp", "tcp:2222", network=sftp()).verdict == "denied"


def test_sftp_a_way_names_each_start_once():
    """The customer of the tables is one of the two from the internet."""
    door = "customer-it, 198.51.100.40 → sftp tcp:22"
    assert ways(orocloud, sftp(), "in") == {EVERYWHERE: {f"way in appeared: {door}"}}


# Databases in a subnet of their own


def further(subnet):
    """Give what any third subnet breaks: the bridge has no foot in it."""
    two = "application-subnet maintenance-dmz"
    return {
        "broken NS2-two": f"{subnet} (subnets) is a further subnet",
        "broken NS2-home": "bridge-1 (nodes) lives in border, is attached to "
        f"{two}, not to {subnet}",
        "broken AC6-two": f"bridge-1 (nodes) has 2 interfaces, in {two}, not to {subnet}",
    }


MOVED = {"broken AS1-data": "database-1 (nodes) is attached to data-subnet"}
INTO = (
    "10.30.0.31 (database-1) → 10.10.0.11 (web-1) tcp:443 is let in by application-inside"
)
STRANGERS = {"broken TF0-google": INTO, "broken TF0-cloudflare": INTO}
"""Application nodes outside the application subnet are let in to it (TF0)."""


def test_databases_in_a_further_subnet_of_the_network():
    """The rules of the network go on, where they name roles; not where they name subnets.

    Word by word, TF3 lets in from the application subnet to the application subnet, and
    so no longer to the databases: AC1 loses its traffic.
    """
    network = moved_databases("application-network")
    lost = "10.10.0.11 (web-1) → 10.30.0.31 (database-1) tcp:5432 is denied by default"

    assert changed(orocloud, network) == {
        **further("data-subnet"),
        **MOVED,
        **STRANGERS,
        "broken AC1-database": lost,
    }
    assert odd(network) == [*DOCUMENTED, ("medium", "unreached", "database-postgresql")]


def test_databases_in_a_network_of_their_own():
    """What led to their old addresses is shut, and what leads to the new ones is told.

    Before, who left towards 10.30.0.0/24 left for elsewhere, and nobody asked on arrival:
    so nothing is opened there, much is closed, and three things are answered.
    """
    shut = "(nothing → implied ingress of data-network)"
    free = "(nothing → implied egress of data-network)"
    gone = "→ application-implied-ingress)"
    everybody = "any but internet and elsewhere and web and jobs and bridge"
    unused, new = "10.30.0.0-10.30.0.30, 10.30.0.33-10.30.0.255", "10.30.0.31-10.30.0.32"
    found = rows(orocloud, databases())
    back = "application-implied-ingress → application-inside"  # see `STRANGERS`
    found[OPERATIONAL] -= {f"opened: database → application but database all ({back})"}
    assert found == {
        EVERYWHERE: {
            f"closed: bridge → {unused} all {shut}",
            f"closed: bridge → {new} all but tcp:22 and icmp {shut}",
            f"closed: web, jobs → {unused} all {shut}",
            f"closed: web, jobs → {new} all but tcp:5432 {shut}",
            "opened: data-subnet → 169.254.169.254 all (nothing → metadata-server)",
            f"opened: data-subnet → {NEARBY} all {free}",
            "served: web, jobs → database tcp:5432 (nothing → database-postgresql)",
            "served: bridge → database tcp:22 (nothing → application-ssh)",
            "served: bridge → database icmp (nothing → application-ping)",
        },
        OPERATIONAL: {
            f"closed: bridge → database tcp:22, icmp (bridge-to-application {gone}",
            f"closed: application but database → database all (application-inside {gone}",
            f"closed: database → application all (application-inside {gone}",
        },
        LITERAL: {
            f"unserved: application-subnet → database {lost} → nothing)"
            for lost in (
                "tcp:5432 (database-postgresql",
                "tcp:22 (application-ssh",
                "icmp (application-ping",
            )
        },
        GOOGLE: {
            f"opened: data-subnet → internet, {FRONTS} {CARRIED} {free}",
            f"closed: {everybody} and 203.0.113.10 (balancer) → 10.30.0.0/24 all {shut}",
        },
        CLOUDFLARE: {
            f"opened: data-subnet → internet {CARRIED} {free}",
            f"closed: {everybody} → 10.30.0.0/24 all {shut}",
        },
    }
    assert odd(databases()) == DOCUMENTED


def test_databases_break_what_is_broken_and_no_more():
    """Web nodes are application nodes, and the bridge is the bridge, wherever they go.

    So AC1, AC5, AC7 and VP1 hold, by the two rules that were written for them; TF3 is
    broken, because this is what a network of one's own is for. Of TF0 nothing is said here:
    it hangs on whether a rule of one network means nodes of another.
    """
    kept_out = "10.10.0.11 (web-1) → 10.30.0.31 (database-1) tcp:443 is denied by default"
    told = changed(orocloud, databases())
    assert {claim: told[claim] for claim in told if claim not in STRANGERS} == {
        **further("data-subnet"),
        **MOVED,
        "broken TF3-inside": kept_out,
    }


def test_databases_let_in_the_group_that_a_rule_names():
    """A rule of the data network that names application nodes means all of them."""
    all_of_them = databases().with_rule_changed("data-in", source="application")

    answer = decide("web", "database", "tcp:5432", network=all_of_them)
    assert answer.verdict == "permitted"


def test_databases_are_maintained_as_before():
    """Gateway, bridge, database: no way has gone."""
    hops = "support → vpn-gateway udp:31194 → bridge tcp:22 → database-1 tcp:22"
    way = explain("support", "database-1", "tcp:22", network=databases())
    assert f"Way: {hops}" in str(way)
    assert ways(orocloud, databases(), "in") == {}


# A second gateway and a second NAT node, for recovery


def test_recovery_opens_one_more_gateway():
    """Word by word, the bridge alone may come to a gateway, and could come before."""
    opened = "(maintenance-implied-ingress → vpn-from-internet)"
    heard = "maintenance-dmz → vpn-2 udp:31194 (nothing → vpn-openvpn)"
    assert rows(orocloud, recovery()) == {
        OPERATIONAL: {f"opened: internet → vpn-2 udp:31194 {opened}"},
        EVERYWHERE: {f"served: {heard}"},
    }
    assert odd(recovery()) == DOCUMENTED


def test_recovery_adds_addresses_and_takes_none():
    """What leaves the subnet may leave as either NAT node, each gateway as itself."""
    entered = set().union(*ways(orocloud, recovery(), "in").values())
    assert entered == {
        f"way in appeared: internet → vpn-2 udp:31194 → bridge tcp:22{further}"
        for further in ("", " → application tcp:22, icmp")
    }
    told = set().union(*ways(orocloud, recovery(), "out", "translations").values())
    assert {way.split(":")[0] for way in told} == {
        *("way out appeared", "translation appeared"),
    }
    assert {way.split(" as ")[1].split()[0] for way in told} == {
        *("203.0.113.21", "203.0.113.31"),
    }

    both = {"203.0.113.30", "203.0.113.31"}
    expected = {"application": both, "nat-1": both}
    expected |= {"vpn-1": {"203.0.113.20"}, "vpn-2": {"203.0.113.21"}}
    for scenario in recovery().scenarios():
        for who, addresses in expected.items():
            leaving = scenario.departures(scenario.traffic(who, "internet", "tcp:443"))
            assert {part.public for part in leaving} == addresses


def test_recovery_breaks_the_promises_of_one():
    """One gateway (MD1), one public node inside (GL1), one address outside (AC3)."""
    assert changed(orocloud, recovery()) == {
        "broken GL1-rest": "nat-2 (interfaces) has the public address 203.0.113.31",
        "broken AC3-one": "nat-2-stands-by (routes) leaves as 203.0.113.31",
        "broken MD1-rest": "vpn-2 (nodes) is there with the function vpn",
        "broken MD1-lives": "vpn-2 (nodes) is there with the function vpn",
    }


def test_recovery_may_name_a_gateway_by_itself():
    """The role has one node: to name this node in its route changes nothing."""
    own = {"source": "vpn-1", "via": "vpn-1"}
    assert diff(
        orocloud, orocloud.with_route_changed("maintenance-own-address", **own)
    ).empty


# SMTP relay and configuration master in another network


def test_operations_serves_two_services_to_the_application():
    """All leave as they like (the implied rule); in comes what two rules name.

    Before, what left towards 10.50.0.0/24 left for elsewhere: that is closed.
    """
    shut = "(nothing → implied ingress of ops-network)"
    free = "(nothing → implied egress of ops-network)"
    unused = "10.50.0.0-10.50.0.10, 10.50.0.13-10.50.0.255"
    master, others = (
        "configuration-master",
        "any but internet and elsewhere and application",
    )
    near = "maintenance-dmz, load-balancer, application-subnet but application"
    assert rows(orocloud, operations()) == {
        EVERYWHERE: {
            f"closed: application → {unused} all {shut}",
            f"closed: application → 10.50.0.11 all but tcp:587 {shut}",
            f"closed: application → 10.50.0.12 all but tcp:8140 {shut}",
            "opened: ops → 169.254.169.254 all (nothing → metadata-server)",
            f"opened: ops → {NEARBY} all {free}",
            "served: application → smtp-relay tcp:587 (nothing → smtp-relay)",
            f"served: application → {master} tcp:8140 (nothing → {master})",
        },
        GOOGLE: {
            f"opened: ops → internet, {FRONTS} {CARRIED} {free}",
            f"closed: {near} → 10.50.0.0/24 all {shut}",
        },
        CLOUDFLARE: {
            f"opened: ops → internet {CARRIED} {free}",
            f"closed: {others} → 10.50.0.0/24 all {shut}",
        },
    }
    assert odd(operations()) == DOCUMENTED


def test_operations_mail_goes_out_through_the_relay():
    """The relay has an address of its own; the master has none, and no way to leave."""
    out, public = "way out appeared: smtp-relay →", "as 203.0.113.40"
    mail = f"application → smtp-relay tcp:587 → internet tcp:587 {public}"
    assert ways(orocloud, operations(), "in", "out") == {
        EVERYWHERE: {
            f"{out} internet {CARRIED} {public}",
            "way out appeared: smtp-relay, configuration-master → elsewhere all",
            f"way out appeared: {mail}",
        },
        GOOGLE: {f"{out} {TO_FRONT} {public}"},
        CLOUDFLARE: {f"{out} {TO_EDGE} {public}"},
    }


def test_operations_break_the_one_way_out():
    """A third subnet, and mail that does not pass the NAT node (AC2)."""
    mail = "application → smtp-relay tcp:587 → internet tcp:587 as 203.0.113.40"
    around = {"broken AC2-through": f"{mail} gets there another way"}
    assert changed(orocloud, operations()) == further("ops") | around
    assert changed(orocloud, operations().without_relay("mail")) == further("ops")
