"""The pictures of the jobs: what boxes and arrows say, and what is told in words.

Boxes and subnets are read from the DOT text by Graphviz itself, arrows from the words.
"""

import re
from itertools import permutations

import pygraphviz
import pytest
from jobs import (
    NOTHING,
    databases,
    dual_stack,
    egress,
    operations,
    recovery,
    sftp,
    staging,
)

from orosec import draw, orocloud

STORES = "jobs, database, search, message-queue, cache, file-storage"
CARRIED, NEARBY = "all but tcp:25 and others", "elsewhere but 169.254.169.254"
NOWHERE = ", on no arrow of this picture"


def arrows(after, before=orocloud, **variant):
    """Give each arrow that is not as it was, with what became of it."""
    lines = draw(before, after, **variant).words[1:]
    told = [line for line in lines if " → " in line and not line.endswith(NOWHERE)]
    return {line for line in told if not line.endswith("(as before)")}


def notes(after, before=orocloud, **variant):
    """Give what stands beside the picture: what no arrow shows."""
    lines = draw(before, after, **variant).words[1:]
    return {line.removesuffix(NOWHERE) for line in lines if line.endswith(NOWHERE)}


def boxes(after, before=orocloud, **variant):
    """Give the lines of all boxes by the subnet around them; none outside of subnets.

    Who is outside and takes connections only is the end of their labels, and no box.
    """
    graph = pygraphviz.AGraph(string=draw(before, after, **variant).dot)
    zones = [group for group in graph.subgraphs()[0].subgraphs() if group.name]
    place = {
        node: re.sub("<.*?>", "", group.graph_attr["label"])
        for group in zones
        for node in group.nodes()
    }
    found = {}
    for node in graph.nodes():
        text = node.attr["label"]
        if text and "label" not in node:
            text = re.sub("(unassigned|in)<br/>", r"\1 ", text)
            lines = re.split("<.*?>", text.replace("-<br/>", "-"))
            names = {line for line in lines if line and not line.endswith(" nodes")}
            found.setdefault(place.get(node, ""), set()).update(names)
    return found


APP = {"web ×2", "jobs ×2", "database ×2", "search ×3", "message-queue ×3", "cache ×3"}
APP |= {"file-storage ×2", "nat"}
FRONT = {"internet", "load-balancer", "bridge"}
APP_SUBNET, DMZ = "application-subnet", "maintenance-dmz"


def test_the_sftp_server_stands_in_the_dmz():
    """Its door names the two customers and the promise; all arrows at it are new."""
    assert boxes(sftp()) == {"": FRONT, APP_SUBNET: APP, DMZ: {"vpn-gateway", "sftp"}}
    door = "tcp:22 from customer-it, 198.51.100.40"
    inside = {"sftp": "tcp:22", "bridge": "tcp:22", "vpn-gateway": "udp:31194"}
    silent = "(nobody answers) (opened by the change)"
    assert arrows(sftp()) == {
        f"internet → sftp: {door} (opened by the change; breaks TF5-ports)",
        f"sftp → internet: {CARRIED} as 203.0.113.22 (opened by the change)",
        *(
            f"{one} → {other}: {inside[other]}, all but {inside[other]} {silent}"
            for one, other in permutations(inside, 2)
            if "sftp" in (one, other)
        ),
    }
    assert notes(sftp()) == {
        "MD1-lives breaks",
        "sftp, unassigned in maintenance-dmz → sftp: tcp:22 (now answered)",
    }
    assert {"sftp is new", "new or changed: node sftp-1, interface sftp-1"} <= {
        *draw(orocloud, sftp()).words
    }


def test_the_databases_stand_in_their_subnet():
    """Who moved is not drawn where it was."""
    found = boxes(databases())
    assert "database ×2" in found["data-subnet"]
    assert found[APP_SUBNET] == APP - {"database ×2"}


def test_the_second_gateway_leaves_as_itself():
    """Boxes count two; what the first gateway does is as before."""
    two = {"nat ×2"} | APP - {"nat"}
    assert boxes(recovery()) == {"": FRONT, APP_SUBNET: two, DMZ: {"vpn-gateway ×2"}}
    lines = draw(orocloud, recovery()).words
    out = f"vpn-gateway → internet: {CARRIED} as"
    assert f"{out} 203.0.113.20 (as before)" in lines
    assert f"{out} 203.0.113.21 (opened by the change)" in lines
    assert {"MD1-lives breaks", "GL1-rest breaks"} <= notes(recovery())


def test_what_may_leave_as_another_is_new():
    """Nothing left as 203.0.113.31 before."""
    opened = f"nat → internet: {CARRIED} as 203.0.113.31 (opened by the change"
    assert [line for line in arrows(recovery()) if line.startswith(opened)]


def test_operations_stand_in_their_network():
    """The relay's way out breaks AC2; what was elsewhere and is nobody's is told."""
    new = {"smtp-relay", "configuration-master", "unassigned in ops"}
    assert boxes(operations()) == {
        "": FRONT,
        APP_SUBNET: APP,
        DMZ: {"vpn-gateway"},
        "ops": new,
    }
    out = f"{CARRIED} as 203.0.113.40"
    assert arrows(operations()) >= {
        f"smtp-relay → internet: {out} (opened by the change; breaks AC2-through)",
        *(f"{one} → elsewhere: all (nobody answers) (opened by the change)" for one in new),
    }
    assert notes(operations()) >= {"NS2-two breaks", "NS2-home breaks", "AC6-two breaks"}


@pytest.mark.parametrize("role", ["smtp-relay", "configuration-master"])
def test_no_arrow_to_a_new_box_is_as_before(role):
    """Who was not there took no connection: its arrows are new, with what they break."""
    into = {line for line in arrows(operations()) if f" → {role}: " in line}
    assert {line.split(" → ")[0] for line in into} == {"web", STORES}
    assert not [line for line in notes(operations()) if f" → {role}: " in line]


def test_egress_is_drawn_as_closed():
    """All that leaves narrows, through the NAT node and past it; nothing opens."""
    assert boxes(egress()) == {
        "": FRONT,
        APP_SUBNET: APP | {"unassigned in application-subnet"},
        DMZ: {"vpn-gateway"},
    }
    free = "unassigned in application-subnet"
    rest = "all but tcp:443 and tcp:587"
    carried = "all but tcp:25 and tcp:443 and tcp:587 and others"
    closed, broken = "(closed by the change)", "(closed by the change; breaks TF3-carried)"
    senders = ("web", STORES, "bridge", free)
    assert arrows(egress()) == {
        f"nat → internet: many services as 203.0.113.30 {broken}",
        *(f"{one} → nat: many services outward {broken}" for one in ("web", STORES)),
        *(f"{one} → nat: many services outward {closed}" for one in ("bridge", free)),
        *(
            f"{one} → elsewhere: {rest} to {NEARBY} (nobody answers) {closed}"
            for one in (*senders, "nat")
        ),
    }
    assert notes(egress()) == {
        f"application-subnet → 35.191.0.0/16, 130.211.0.0/22: {carried} {closed}",
        f"application-subnet → load-balancer: tcp:80 {closed}",
    }
    open_still = "tcp:443, tcp:587 as 203.0.113.30"
    assert f"nat → internet: {open_still} (as before)" in draw(orocloud, egress()).words


def test_dual_stack_shows_the_second_address():
    """What leaves as IPv6 is an arrow of its own."""
    assert boxes(dual_stack()) == {"": FRONT, APP_SUBNET: APP, DMZ: {"vpn-gateway"}}
    out = f"{CARRIED} as 2001:db8:30::30"
    assert arrows(dual_stack()) == {f"nat → internet: {out} (opened by the change)"}
    assert {"GL2-front breaks", "AC3-one breaks"} <= notes(dual_stack())


G, C = orocloud.scenario("google"), orocloud.scenario("cloudflare")
EDGE = "tcp:80, tcp:443, tcp:7844, udp:7844"


def test_migration_takes_the_balancer_and_brings_the_tunnel():
    """Three boxes come or go, and with them the way of the visitors; no promise breaks."""
    lines = draw(G, C).words
    assert {line for line in lines if line.endswith((" is new", " is gone"))} == {
        *("cloudflare is new", "cloudflare-tunnel is new", "load-balancer is gone"),
    }
    opened, closed = "(opened by the change)", "(closed by the change)"
    web = "tcp:80, tcp:8080, tcp:443 (nobody answers)"
    assert arrows(C, G) >= {
        f"cloudflare-tunnel → cloudflare: tunnel, udp:7844, opened from inside {opened}",
        f"cloudflare-tunnel → web: tcp:80, tcp:8080 {opened}",
        f"elsewhere → cloudflare: {EDGE} {opened}",
        f"load-balancer → web: {web} {closed}",
        f"elsewhere → load-balancer: tcp:80, tcp:443 {closed}",
    }
    assert not [line for line in lines if "breaks " in line]


def test_migration_leaves_nothing_as_before_at_a_new_box():
    """Neither the edge of Cloudflare nor the tunnel was there."""
    lines = [line for line in draw(G, C).words if line.endswith("(as before)")]
    assert not [line for line in lines if "cloudflare" in line]


def test_staging_is_one_box_and_the_office():
    """From nothing all is new: who comes in, and as whom the host leaves."""
    free = "unassigned in staging-subnet"
    assert boxes(staging(), NOTHING) == {
        "": {"internet"},
        "staging-subnet": {"shop", free},
    }
    assert arrows(staging(), NOTHING) == {
        "internet → shop: tcp:22, tcp:443 from 198.51.100.0/24 (opened by the change)",
        "shop → internet: all as 203.0.113.60 (opened by the change)",
        "shop → elsewhere: all (nobody answers) (opened by the change)",
        f"{free} → elsewhere: all (nobody answers) (opened by the change)",
    }
    assert notes(staging(), NOTHING) == {f"{free} → internet: all (opened by the change)"}

    assert draw(staging()).words[1:] == (
        ("internet → shop: tcp:22, tcp:443 from 198.51.100.0/24 (allowed and answered)"),
        "shop → internet: all as 203.0.113.60 (on the way out)",
    )
