"""What a change does to the picture, against a walk of the rules for single packets."""

import itertools

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from packets import read_packet
from proposals import proposals

from orosec import check, draw, orocloud
from orosec.diagrams.arrow_diff import changed
from orosec.diagrams.views import VIEWS
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.model.addressing import INTERNET
from orosec.model.network import Network
from orosec.model.rows import RuleRow
from orosec.model.schema import CDNS, READINGS
from orosec.queries.packet_diff import changes, total

TABLES = orocloud.tables
VIEW = VIEWS["segmentation"]
ENDS = ("internet", "bridge", "web", "web-1", "database", "vpn-gateway", "192.0.2.0/25")
BOXES = ("bridge", "web", "vpn-gateway")
SERVICES = ("tcp:22", "tcp:5432", "tcp:443 udp", "icmp:8", "all")

rule = st.builds(
    RuleRow,
    name=st.just("proposed"),
    cdn=st.just("both"),
    reading=st.just("both"),
    network=st.sampled_from(("application-network", "maintenance-network")),
    direction=st.sampled_from(("ingress", "egress")),
    priority=st.sampled_from((10, 1000, 2000)),
    action=st.sampled_from(("allow", "deny")),
    source=st.sampled_from(ENDS),
    destination=st.sampled_from(ENDS),
    services=st.sampled_from(SERVICES),
    basis=st.just("assumed"),
    cites=st.just(""),
    rationale=st.just(""),
)
variants = st.tuples(st.sampled_from(CDNS), st.sampled_from(READINGS))


def proposal(*rules, without=()):
    kept = tuple(row for row in TABLES.rules if row.name not in without)
    return Network(TABLES.replaced(rules=(*kept, *rules)))


def passes(scenario, packet):
    """The definition: every rule that is asked lets it through."""
    return all(one.rule.allows for one in scenario.decisions(packet))


def packets_between(scenario, source, destination):
    """Single packets between two boxes, on services that the tables and tests name."""
    senders, takers = (
        [row.address for row in scenario.attached(name) if "/" not in row.address]
        or ["192.0.2.25", "198.51.100.200"]
        for name in (source, destination)
    )
    services = ("tcp:22", "tcp:80", "tcp:443", "tcp:5432", "udp:31194", "icmp:8", "esp")
    for ends in itertools.product(senders, takers, services):
        yield read_packet(*ends)


BACK_DOOR = TABLES.rules[0]._replace(
    name="proposed",
    cdn="both",
    network="maintenance-network",
    priority=10,
    source="web",
    destination="bridge",
    services="tcp:22",
)
STAY = BACK_DOOR._replace(
    name="stay", network="application-network", direction="egress", action="deny"
)


@given(rule, variants, st.sampled_from(((), ("bridge-to-application",))))
@example(BACK_DOOR, ("google", "operational"), ())
def test_arrows_are_what_a_walk_of_the_rules_finds(row, variant, without):
    """A packet that passes only now is on an opened arrow, and so on for each kind."""
    before = orocloud.scenario(*variant)
    after = proposal(row, without=without).scenario(*variant)
    arrows, _ = changed(before, after, VIEW)
    for source, destination in itertools.permutations((INTERNET, "bridge", "web"), 2):
        own = [one for one in arrows if one[:2] == (source, destination)]
        for packet in packets_between(before, source, destination):
            if packet in before.leaving:
                continue
            kinds = {one.kind for one in own if packet in one.packets}
            told = (passes(before, packet), passes(after, packet))
            expected = {
                (False, False): set(),
                (False, True): {"opened"},
                (True, False): {"closed"},
                (True, True): {"unchanged"},
            }
            assert kinds == expected[told], (source, destination, packet)


@given(proposals, variants)
@example(proposal(BACK_DOOR), ("google", "operational"))
@example(proposal(BACK_DOOR, STAY), ("google", "operational"))
@example(proposal(without=("bridge-to-application",)), ("cloudflare", "literal"))
def test_the_picture_and_the_table_tell_the_same_packets(network, variant):
    """Where addresses stay, an arrow opens what the difference opens between its ends."""
    before, after = (each.scenario(*variant) for each in (orocloud, network))
    stays = ("nodes", "interfaces", "subnets")
    assume(all(getattr(TABLES, name) == getattr(network.tables, name) for name in stays))
    drawn = {
        (arrow.source, arrow.destination, arrow.kind): arrow.packets
        for arrow in changed(before, after, VIEW)[0]
        if not arrow.note  # else it leaves, and the table says under ways how
    }
    told = changes(before, after)
    pairs = [
        pair for pair in itertools.product((*BOXES, INTERNET), BOXES) if len({*pair}) > 1
    ]
    for kind, (source, destination) in itertools.product(("opened", "closed"), pairs):
        senders = before.addresses(source, "source", frozenset())
        takers = before.addresses(destination, "destination", frozenset())
        between = PacketSet.box(senders, takers) - before.leaving
        expected = total(told, kind) & between
        assert drawn.get((source, destination, kind), NOTHING) == expected


@given(rule, variants)
def test_a_change_and_its_reverse_mirror_each_other(row, variant):
    """What one opens, the other closes."""
    one, other = (net.scenario(*variant) for net in (orocloud, proposal(row)))
    there, back = (changed(*pair, VIEW)[0] for pair in ((one, other), (other, one)))
    mirror = {"opened": "closed", "heard": "unheard", "unchanged": "unchanged"}
    mirror |= {other: kind for kind, other in mirror.items()}

    def sets(arrows, kinds):
        return {(*a[:2], kinds[a.kind], a.note, a.packets) for a in arrows}

    assert sets(there, mirror) == sets(back, {kind: kind for kind in mirror})


@given(rule, variants)
def test_the_broken_promises_are_those_that_check_finds(row, variant):
    """Each is on an arrow or in a note, and none besides."""
    cdn, reading = variant
    after = proposal(row)
    arrows, elsewhere = changed(orocloud.scenario(*variant), after.scenario(*variant), VIEW)
    was, now = (
        {one.claim.claim: one.verdict for one in check(cdn=cdn, reading=reading, network=n)}
        for n in (orocloud, after)
    )
    broken = {name for name in now if now[name] == "broken" != was[name]}
    marked = {name for arrow in arrows for name in arrow.breaks}

    assert marked | set(elsewhere) == broken
    assert marked.isdisjoint(elsewhere)
    assert not any(arrow.breaks for arrow in arrows if arrow.kind == "unchanged")


@pytest.mark.parametrize("view", VIEWS)
def test_no_change_is_drawn_as_none(view):
    """Every arrow is as before, and the title says so."""
    diagram = draw(orocloud, orocloud, view)

    assert "no arrow changes" in diagram.words[0]
    assert all(line.endswith("(as before)") for line in diagram.words[1:])


def test_the_shortcut_is_drawn_with_the_promises_it_breaks():
    """The gateway reaches the database: one arrow opens, and names what it breaks."""
    shortcut = TABLES.rules[2]._replace(
        name="shortcut", source="vpn-gateway", destination="database", services="tcp:5432"
    )
    diagram = draw(orocloud, proposal(shortcut))
    told = [line for line in diagram.words[1:] if "opened" in line]

    assert len(told) == 1
    assert diagram.words[0].startswith("1 opened by the change; breaks AC1-stores")
    assert told[0].startswith("vpn-gateway → database: tcp:5432 (opened by the change")
    assert "AC1-stores" in told[0]
    assert "breaks AC1<" in diagram.dot


def test_a_claim_that_breaks_on_no_arrow_is_noted():
    """Arrows among application nodes are not drawn; what breaks there is still told."""
    diagram = draw(orocloud, proposal(without=("application-inside",)))

    assert "TF3-inside breaks, on no arrow of this picture" in diagram.words


def test_a_change_of_cdn_compares_the_rest_by_name():
    """The gateway is reached as before, though the internet took over some addresses."""
    diagram = draw(orocloud.scenario("google"), orocloud.scenario("cloudflare"))

    assert "load-balancer is gone" in diagram.words
    assert "cloudflare-tunnel is new" in diagram.words
    assert "internet → vpn-gateway: udp:31194 (as before)" in diagram.words


def test_a_host_that_moves_is_as_before():
    """Only its address changes: no arrow does, and the packets are told in words."""
    moved = tuple(
        row._replace(address="10.10.0.99") if row.name == "web-1" else row
        for row in TABLES.interfaces
    )
    diagram = draw(orocloud, Network(TABLES.replaced(interfaces=moved)))
    told = [line for line in diagram.words if "by the change" in line]

    assert told
    assert all("on no arrow of this picture" in line for line in told)
    assert "what changes" in diagram.words[0]


def test_a_node_that_takes_another_role_opens_nothing():
    """No packet passes that did not: no arrow opens, and what listens is told in words."""
    changed_role = orocloud.with_node_changed("file-storage-1", role="search")

    pair = (each.scenario() for each in (orocloud, changed_role))
    told = {change.kind for change in changes(*pair)}
    assert told <= {"served", "unserved"}
    words = "\n".join(draw(orocloud, changed_role, "maintenance").words)
    assert "by the change" not in words
    assert "(now answered), on no arrow of this picture" in words


@pytest.mark.parametrize(
    "shown", [(orocloud, orocloud, orocloud), ("egress", "egress"), (orocloud,) * 2]
)
def test_draw_takes_two_networks_and_one_view(shown):
    """More is refused."""
    network = orocloud if len(shown) == 2 and shown[0] is orocloud else None
    with pytest.raises(TypeError, match="one view"):
        draw(*shown, network=network)
