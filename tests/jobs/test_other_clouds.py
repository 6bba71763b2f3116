"""Jobs that change the whole cloud, or are another one; see `test_jobs`."""

import pytest
from jobs import (
    NOTHING,
    changed,
    dual_stack,
    egress,
    odd,
    promised,
    rows,
    staging,
    ways,
)
from reader import read_names, read_summary

from orosec import check, consequences, decide, diff, lint, orocloud
from orosec.engine.intervals import subtract
from orosec.engine.notation import range_intervals, read_services
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import joined

EVERYWHERE = "both CDNs, both readings"
GOOGLE, CLOUDFLARE = "google, both readings", "cloudflare, both readings"
NEAR = "elsewhere but 169.254.169.254"
DOCUMENTED = [("medium", "no-listener", "load-balancer-to-web")]


# Egress closed but for 443 and 587


def test_egress_closes_what_leaves_and_nothing_inside():
    """The balancer is left with 443; the tunnel and the NAT node keep its port, others not.

    What Google blocks was closed before, and the metadata server stays open.
    """
    rule = "(application-out → out-closed)"
    rest = f"all but tcp:443 and tcp:587 {rule}"
    carried = f"all but tcp:25 and tcp:443 and tcp:587 and others {rule}"
    others = "application, bridge, unassigned in application-subnet"
    strangers = "internet, 35.191.0.0/16, 130.211.0.0/22"
    assert rows(orocloud, egress()) == {
        GOOGLE: {
            f"closed: application-subnet → {strangers} {carried}",
            f"closed: application-subnet → {NEAR} {rest}",
            f"closed: application-subnet → load-balancer tcp:80 {rule}",
        },
        CLOUDFLARE: {
            f"closed: {others} → internet {carried}",
            f"closed: {others} → {NEAR} {rest}",
            f"closed: {others} → cloudflare tcp:80, tcp:7844, udp:7844 {rule}",
            f"closed: nat, cloudflare-tunnel → internet {carried}",
            f"closed: nat, cloudflare-tunnel → {NEAR} {rest}",
            f"closed: nat, cloudflare-tunnel → cloudflare tcp:80 {rule}",
        },
    }


def test_egress_breaks_free_egress_alone():
    """TF3 lets out what Google carries; all that still leaves is translated as before."""
    kept = "10.10.0.11 (web-1) → 198.51.100.99 (internet) tcp:22 is kept out by out-closed"
    assert changed(orocloud, egress()) == {"broken TF3-carried": kept}
    told = set().union(*ways(orocloud, egress(), "translations").values())
    assert {way.split(":")[0] for way in told} == {"translation vanished"}


def test_egress_forgets_the_tunnel_once():
    """Without its rule no tunnel is opened, and no visitor comes through Cloudflare.

    Word by word nobody outside comes to the gateway either, so that no way in is left.
    """
    forgot = changed(egress(), egress().without_rule("out-tunnel"))

    kept = "10.10.0.8 (tunnel-1) → 198.41.192.1 (cloudflare-edge-1) tcp:7844"
    assert forgot["broken CF2-out"] == f"{kept} is kept out by out-closed"
    assert forgot.keys() == {
        *("broken CF2-out", "broken CF2-visitor"),
        *("became vacuous CF2-translated", "became vacuous CF3-way"),
        "became vacuous TF0-ways-cloudflare",
    }


def test_egress_forgets_who_sends_the_tunnel_on():
    """The tunnel may leave, and has no way out: the NAT node may not send it on."""
    forgot = egress().with_rule_changed("out-tunnel", source="cloudflare-tunnel")

    why = "nothing of it leaves or has a way out, so the claim says nothing"
    assert changed(egress(), forgot) == {"became vacuous CF2-translated": why}
    out = decide("tunnel-1", "cloudflare", "tcp:7844", cdn="cloudflare", network=forgot)
    kept = "the egress rules of its network keep it at nat"
    assert f"It is let through, and has no way out: {kept}." in out.notes


def test_egress_leaves_a_documented_rule_dark():
    """TF3's rule decides nothing any more: that is the conflict, and no row goes."""
    assert odd(egress()) == [("high", "conflict", "application-out"), *DOCUMENTED]
    conflict = lint(network=egress()).findings[0]
    assert conflict.edit is None
    first = "no-mail-out and no-other-protocols-out"
    assert conflict.advice == f"the page states it, so look at {first} and out-closed"


def test_egress_opens_no_way():
    """What is closed narrows ways, and seen from the other side it widens the same ones."""
    told = set().union(*ways(orocloud, egress(), "in", "out").values())
    assert {way.split(":")[0] for way in told} == {"way out narrowed"}
    back = set().union(*ways(egress(), orocloud, "in", "out").values())
    assert {way.split(":")[0] for way in back} == {"way out widened"}
    left = "tcp:443, tcp:587 → internet tcp:443, tcp:587 as 203.0.113.30"
    assert f"way out narrowed: application, bridge → nat {left}" in told


# Dual stack


SUBNET, FRONT, BACK = "fd20:10::/64", "2001:db8:1::10", "2600:2d00:1:1::/64"
WEB = "fd20:10::11 fd20:10::12"


def box(sources, destinations, services="all", but=""):
    """Give all packets between ranges, but to some destinations."""
    left_out = range_intervals(but) if but else ()
    to = subtract(range_intervals(destinations), left_out)
    return PacketSet.box(range_intervals(sources), to, read_services(services))


def blocked(cdn):
    """Give what Google never carries to the outside from the new subnet."""
    outside = f"internet {BACK}"
    internet = dual_stack().scenario(cdn).traffic(SUBNET, outside, "tcp:25 others")
    assert not internet.empty
    return internet


def test_dual_stack_opens_ipv6_as_ipv4_is_open():
    """Under Google, what the rules say of IPv4; and IPv4 is as it was.

    Before, no end of such a packet was ours. Nodes leave freely, and reach each other;
    visitors reach the front, the front ends of Google the web servers.
    """
    (pair,) = diff(orocloud, dual_stack(), cdn="google", reading="operational").pairs
    assert {change.kind for change in pair.changes} == {"opened"}
    assert joined(change.packets for change in pair.changes) == joined(
        (
            box(f"{SUBNET} {BACK}", "::/0", but=f"{SUBNET} {FRONT}") - blocked("google"),
            box("::/0", FRONT, "tcp:80 tcp:443"),
            box(WEB, WEB),
            box(BACK, WEB, "tcp:80 tcp:443 tcp:8080"),
        )
    )


def test_dual_stack_opens_ipv6_under_cloudflare():
    """The tunnel speaks IPv6 to the web servers; Cloudflare's edge is IPv4 here."""
    (pair,) = diff(orocloud, dual_stack(), cdn="cloudflare", reading="operational").pairs
    assert {change.kind for change in pair.changes} == {"opened"}
    assert joined(change.packets for change in pair.changes) == joined(
        (
            box(SUBNET, "::/0", but=SUBNET) - blocked("cloudflare"),
            box(WEB, WEB),
            box("fd20:10::8", WEB, "tcp:80 tcp:8080"),
        )
    )


def test_dual_stack_breaks_the_two_addresses():
    """One address of the balancer (GL2), one of all that leaves (AC3); the rest is kept."""
    assert changed(orocloud, dual_stack()) == {
        "broken GL2-front": "balancer-front (interfaces) has a further one, 2001:db8:1::10",
        "broken AC3-one": "six-through-nat (routes) leaves as 2001:db8:30::30",
    }
    assert odd(dual_stack()) == DOCUMENTED


def test_dual_stack_leaves_translated():
    """IPv6 leaves as the NAT node's IPv6 address, and as no IPv4 one."""
    six = "2001:db8:30::30"
    told = set().union(*ways(orocloud, dual_stack(), "translations").values())
    assert all(f"as {six} through nat" in way for way in told)
    (out,) = dual_stack().scenario().departures(box(WEB, "2600::1"))
    assert (out.via, out.public) == ("nat", six)


def test_dual_stack_half_done_is_found():
    """A tunnel of IPv4 alone leaves visitors without the IPv6 of the web servers."""
    half = dual_stack().with_interface_changed("tunnel-1", address="10.10.0.8")
    lost = changed(dual_stack(), half)
    assert lost.keys() == {"broken CF2-visitor"}
    assert "→ fd20:10::11 (web-1) tcp:80" in lost["broken CF2-visitor"]

    no_nat = dual_stack().without_route("six-through-nat")
    assert changed(dual_stack(), no_nat) == {}  # what leaves, leaves as promised
    (note,) = decide("web", "2600::1", "tcp:443", network=no_nat).notes[1:]
    assert note == "It is let through, and has no way out: no route takes it."


@pytest.mark.parametrize("cdn", ["google", "cloudflare"])
def test_dual_stack_rows_name_whom_they_mean(cdn):
    """Of all application nodes the web servers alone have IPv6, and no IPv4 opened.

    Read back, the names of a row are its packets: one end at least is of IPv6 alone.
    """
    found = diff(orocloud, dual_stack(), cdn=cdn, reading="operational")
    assert "application" not in {row.destination for row in found.rows}
    (pair,) = found.pairs
    network_of = {row.name: row.network for row in pair.after.rules}
    blocks = []
    for row in found.rows:
        near = frozenset((network_of[row.after],))
        ends = (
            read_names(pair.after, text, side, near)
            for text, side in ((row.source, "source"), (row.destination, "destination"))
        )
        blocks.append(PacketSet.box(*ends, read_summary(row.services).services()))
    assert joined(blocks) == joined(change.packets for change in pair.changes)


# Google to Cloudflare


G, C = orocloud.scenario("google"), orocloud.scenario("cloudflare")


def test_migration_moves_the_front():
    """The balancer goes, the tunnel comes; rows between numbers tell who is a stranger."""
    (told,) = rows(G, C).values()
    named = {
        row
        for row in told
        if not any(end[0].isdigit() for end in row.split(": ")[1].split(" → ")[:2])
        and not {"any", "internet", "elsewhere"} & {*row.replace(",", "").split()}
    }
    web = "web tcp:80, tcp:443, tcp:8080"
    shut, edges = "application-implied-ingress", "tcp:80, tcp:443, tcp:7844, udp:7844"
    ours = "application-subnet, maintenance-dmz, 35.191.0.0/16, 130.211.0.0/22"
    gone = "application-subnet, maintenance-dmz, 198.41.192.0/24, 198.41.200.0/24"
    assert named == {
        f"opened: cloudflare-tunnel → web tcp:80, tcp:8080 ({shut} → tunnel-to-web)",
        f"closed: load-balancer → {web} (load-balancer-to-web → {shut})",
        f"opened: cloudflare → cloudflare {edges} (nothing → cloudflare-edge-out)",
        "closed: load-balancer → load-balancer tcp:80, tcp:443 (google-edge-out → nothing)",
        f"served: {ours} → cloudflare tcp:443 (nothing → cloudflare-https)",
        f"served: {ours} → cloudflare tcp:80 (nothing → cloudflare-http)",
        f"served: {ours} → cloudflare tcp:7844, udp:7844 (nothing → cloudflare-tunnel-end)",
        f"unserved: {gone} → load-balancer tcp:443 (balancer-https → nothing)",
        f"unserved: {gone} → load-balancer tcp:80 (balancer-http → nothing)",
    }


def test_migration_moves_the_ways_in():
    """Visitors come through Cloudflare, and no longer through Google."""
    come, go = (
        "way in appeared: internet, elsewhere",
        "way in vanished: internet, elsewhere",
    )
    (told,) = ways(G, C, "in").values()
    assert told == {
        f"{come} → cloudflare tcp:80, tcp:443, tcp:7844, udp:7844",
        f"{come} → cloudflare tcp:443 → web tcp:80, tcp:8080",
        f"{go} → load-balancer tcp:80, tcp:443",
        f"{go} → load-balancer tcp:443 → web tcp:80, tcp:8080",
    }


def test_migration_keeps_every_promise():
    """What both CDNs promise has one verdict under each, and each keeps its own."""
    verdicts = {}
    for cdn in ("google", "cloudflare"):
        for one in check(cdn=cdn, reading="operational"):
            assert one.as_expected
            verdicts.setdefault(one.claim.claim, set()).add(one.verdict)
    assert all(len(each) == 1 for each in verdicts.values())


def test_migration_has_consequences():
    """Claims of the one are dropped, of the other added; none breaks."""
    told = consequences(G, C)
    assert told.broken == ()
    assert {row.change for row in told.changed} == {"added", "dropped"}


# Single-host staging


def test_staging_opens_the_office_alone():
    """Seven rows are a good cloud: the host leaves freely, and the office comes in."""
    office = "opened: 198.51.100.0/24 → shop"
    free = "(nothing → implied egress of staging)"
    assert rows(NOTHING, staging()) == {
        EVERYWHERE: {
            f"opened: staging-subnet → internet, elsewhere all {free}",
            f"{office} tcp:443 (nothing → office-https)",
            f"{office} tcp:22 (nothing → office-ssh)",
        }
    }
    assert odd(staging()) == []
    for port in ("tcp:80", "tcp:5432", "icmp"):
        assert decide("any", "shop", port, network=staging()).verdict == "denied"


def test_staging_leaves_as_itself():
    """One public address, and one way in."""
    out = "application → internet all as 203.0.113.60"
    assert ways(NOTHING, staging(), "in", "out", "translations") == {
        EVERYWHERE: {
            "way in appeared: 198.51.100.0/24 → application tcp:22, tcp:443",
            "way out appeared: application → elsewhere all",
            f"way out appeared: {out}",
            f"translation appeared: {out}",
        }
    }


def test_staging_promises_nothing_of_the_page():
    """No claim is made of it, so none is judged."""
    assert len(check(network=staging())) == 0
    assert changed(NOTHING, staging()) == {}


def test_staging_has_a_promise_of_its_own():
    """Three rows more: what nobody copies from a page needs no fingerprint of one."""
    verdicts = {one.verdict for one in check(network=promised(staging()))}
    assert verdicts == {"holds"}
