"""Several of a kind: each is judged by itself, and the culprit is named."""

import pytest
from clouds import SHAPES
from effort import some

from orosec import ambiguity, check, decide, diff, orocloud, surface
from orosec.model.journeys import ways
from orosec.model.schema import FUNCTIONS, variants

PUBLIC = "203.0.113.40"
INNER = "application tcp:22, icmp"
APP, DMZ = "application-subnet", "maintenance-dmz"


def broken(network):
    """Give each promise that is not as recorded, with the evidence."""
    return {
        one.claim.claim: one.counterexample.says
        for one in check(network=network)
        if not one.as_expected
    }


def sftp(function):
    """A server in the DMZ that a customer may reach on tcp 22, in the words of B3."""
    node = {"role": "sftp", "function": function, "home": DMZ}
    leg = {"node": "sftp-1", "subnet": DMZ, "address": "10.20.0.8"}
    ends = {"source": "customer-it", "destination": "sftp", "services": "tcp:22"}
    network = orocloud.with_node("sftp-1", **node).with_interface("sftp-1", **leg)
    network = network.with_listener("sftp-ssh", node="sftp", services="tcp:22")
    return network.with_rule("sftp", "allow", **ends)


def standby(priority):
    """A second NAT node, with a route beside or behind the first one's."""
    node = {"role": "nat", "function": "egress", "home": APP}
    leg = {"node": "nat-2", "subnet": APP, "address": "10.10.0.5", "public": "203.0.113.31"}
    network = orocloud.with_node("nat-2", **node).with_interface("nat-2", **leg)
    ends = {"source": APP, "destination": "any", "via": "nat", "public": "203.0.113.31"}
    return network.with_route("second", **ends, priority=priority)


def test_direct_and_translated_connections_of_one_pair_both_exist():
    """B1: the DMZ as it is, the internet with the gateway's own address."""
    scenario = orocloud.scenario()
    every = ways(scenario, "vpn-gateway", "any", "tcp:22")

    direct = [way for way in every.journeys() if len(way.hops) == 1]
    assert {way.hops[0].public for way in direct} == {"", "203.0.113.20"}
    (near,) = (way.hops[0].packets for way in direct if not way.hops[0].public)
    passing = scenario.passed("vpn-gateway", "any", "tcp:22", "permitted")
    assert near == passing - scenario.leaving


def test_a_second_gateway_takes_no_way_from_the_first():
    """B2: nothing vanished; what leaves with another's address breaks the promise."""
    two = SHAPES["a second gateway"](orocloud)

    told = [str(way) for way in diff(orocloud, two).journeys if way.kind == "in"]
    assert told == [
        f"way in appeared: internet → vpn-2 udp:31194 → bridge tcp:22{further}"
        for further in ("", " → application tcp:22, icmp")
    ]
    assert "10.20.0.6 (vpn-2)" in broken(two)["TF6-own"]
    assert broken(two)["TF6-own"].endswith("leaves as 203.0.113.20")
    own = two.with_route_changed("maintenance-own-address", source="vpn-1")
    assert "TF6-own" not in broken(own)


def split():
    """Write a gateway of two hosts: the one takes connections, the other opens them."""
    names = "subnets nodes interfaces listeners rules routes relays claims ambiguities"
    network = orocloud.with_tables(**dict.fromkeys(names.split(), ()), requirements=())
    network = network.with_subnet("dmz", network="own", cidr="10.20.0.0/24")
    hosts = ("v1", "vpn", "vpn"), ("v2", "vpn", "vpn"), ("b1", "b1", "bridge")
    for number, (name, role, function) in enumerate(hosts, start=2):
        leg = {"node": name, "subnet": "dmz", "address": f"10.20.0.{number}"}
        network = network.with_node(name, role=role, function=function, home="dmz")
        network = network.with_interface(name, **leg, public=f"203.0.113.{number}")
    outer = {"role": "admin", "function": "outside", "home": "internet"}
    leg = {"node": "admin", "address": "198.51.100.7", "public": "198.51.100.7"}
    network = network.with_node("admin", **outer).with_interface("admin", **leg)
    network = network.with_listener("vpn", node="vpn", services="udp:1194")
    hop = {"node": "vpn", "accepts": "udp:1194", "exit": "vpn"}
    network = network.with_relay("vpn", **hop, destination="b1", services="tcp:22")
    ends = {"source": "internet", "destination": "v2", "services": "udp:1194"}
    network = network.with_rule("knock", "allow", **ends)
    ends = {"source": "v1", "destination": "b1", "services": "tcp:22"}
    return network.with_rule("hop", "allow", **ends)


def test_nobody_leaves_from_another_host_than_the_one_that_was_entered():
    """Each host of a relay hands on what it took itself."""
    shut = split()
    assert decide("admin", "b1", "tcp:22", network=shut).journeys == ()
    assert decide("v2", "b1", "tcp:22", network=shut).journeys == ()

    ends = {"source": "internet", "destination": "v1", "services": "udp:1194"}
    open_ = shut.with_rule("knock-1", "allow", **ends)
    (way,) = decide("admin", "b1", "tcp:22", network=open_).journeys
    assert str(way) == "admin → v1 udp:1194 → b1 tcp:22"
    around = ways(open_.scenario(), "admin", "b1", "tcp:22").around
    assert [around(via) is None for via in ("v1", "vpn", "v2")] == [True, True, False]


def test_nobody_outside_reaches_an_address_that_is_private():
    """A way in goes by a public address: with it the ways go, and with it they come."""
    private = orocloud.without_route("maintenance-own-address")
    private = private.with_interface_changed("vpn-1", public="")
    gateway = "internet → vpn-gateway udp:31194"
    assert ways_in(orocloud, private) == {
        f"way in vanished: {gateway}{further}"
        for further in ("", *(f" → bridge tcp:22{on}" for on in ("", f" → {INNER}")))
    }
    judged = check("VP1", "AC7-support", network=private)
    verdicts = {one.claim.claim: one.verdict for one in judged}
    assert verdicts["VP1-reaches"] == verdicts["AC7-support"] == "broken"
    assert verdicts["VP1-through"] == "vacuous"
    knock = decide("customer-it", "vpn-gateway", "udp:31194", network=private)
    assert (knock.verdict, knock.journeys) == ("permitted", ())

    ends = {"source": "internet", "destination": "web", "services": "tcp:443"}
    let_in = orocloud.with_rule("https", "allow", **ends)
    assert ways_in(orocloud, let_in) == set()
    public = let_in.with_interface_changed("web-1", public=PUBLIC)
    assert ways_in(let_in, public) == {"way in appeared: internet → web tcp:443"}
    (way,) = decide("support", "web", "tcp:443", network=public).journeys
    assert public.scenario().name_of(way.hops[-1].packets.witness().destination) == "web-1"


def ways_in(before, after):
    """Give the ways in that differ."""
    return {str(way) for way in diff(before, after).journeys if way.kind == "in"}


def test_what_an_edge_carries_in_needs_no_public_address():
    """The balancer connects to private addresses: the platform carries that."""
    (way,) = decide("internet", "web", "tcp:80").journeys
    assert str(way) == "internet → load-balancer tcp:443 → web tcp:80"
    assert decide("load-balancer", "web", "tcp:80").journeys


@pytest.mark.parametrize(
    ("address", "there"), [("203.0.113.77", False), ("10.99.0.7", True)]
)
def test_a_network_of_ones_own_is_no_edge(address, there):
    """Who is on the internet reaches no private address, whatever rules stand at home."""
    partner = orocloud.with_node("p-1", role="partner", function="outside", home="internet")
    partner = partner.with_interface("p-1", node="p-1", address=address)
    partner = partner.with_node_changed("p-1", home="partner-network")
    ends = {"source": "partner", "destination": "web", "services": "tcp:443"}
    partner = partner.with_rule("partner-in", "allow", **ends)
    answer = decide("partner", "web", "tcp:443", network=partner)

    assert answer.verdict == "permitted"
    assert bool(answer.journeys) == there


def test_a_global_address_of_its_own_is_called_as_it_is():
    """IPv6 needs no translation: what is global is reached, and what is local is not."""
    ends = {"source": "internet", "destination": "web", "services": "tcp:443"}
    for prefix, there in (("2600:1900:4000:", True), ("fd00:10:", False)):
        six = orocloud.with_subnet_changed(APP, cidr=f"10.10.0.0/24 {prefix}:/64")
        both = f"10.10.0.11 {prefix}:11"
        six = six.with_interface_changed("web-1", address=both)
        six = six.with_rule("https", "allow", **ends)
        assert bool(decide("2600::9", "web", "tcp:443", network=six).journeys) == there
        assert not decide("198.51.100.9", "web", "tcp:443", network=six).journeys


def test_what_is_missed_of_several_addresses_is_named():
    """A claim is told to be broken by the addresses that no way leads to, and no others."""
    network = orocloud.with_claim_changed("VP1-reaches", destination="bridge")
    says = broken(network)["VP1-reaches"]
    assert says.startswith(
        "no chain of connections leads to 10.10.0.4 (bridge-1); directly, "
    )
    assert decide("customer-it", "bridge", "tcp:22", network=network).journeys


@pytest.mark.parametrize(
    "function", some([one for one in FUNCTIONS if one != "outside"], 2)
)
def test_the_names_of_a_row_stand_for_its_packets(function):
    """B3: whoever is let in to one role is not told as let in to more, nor as more."""
    told = diff(orocloud, sftp(function).with_interface_changed("sftp-1", public=PUBLIC))

    mine = [row for row in told.rows if row.before and row.after == "sftp"]
    assert {(row.source, row.destination) for row in mine} == {("customer-it", "sftp")}
    ways_in = [way for way in told.journeys if way.kind == "in" and not way.middle]
    outside = {(way.start, way.end) for way in ways_in if way.end == "sftp"}
    assert outside == {("customer-it", "sftp")}


def test_a_node_of_no_function_breaks_what_it_really_breaks():
    """B4: it is there, it is a further node of the DMZ, and the public gets in."""
    assert {*broken(sftp("other"))} == {
        *("MD1-rest", "MD1-lives", "TF5-words", "TF5-ports"),
    }


def test_a_third_subnet_is_named():
    """B5: by every promise that it breaks."""
    lab = orocloud.with_subnet("lab", network="lab-network", cidr="10.40.0.0/24")

    assert {*broken(lab)} == {"NS2-two", "NS2-home", "AC6-two"}
    assert all("lab" in says for says in broken(lab).values())


@pytest.mark.parametrize("priority", [900, 1000, 1100])
def test_who_stands_by_or_shares_the_load_is_a_way_to_leave(priority):
    """B6: before, beside or behind the first route: two addresses are seen outside."""
    network = standby(priority)
    for variant in variants():
        leaving = network.scenario(*variant).translations
        assert {"203.0.113.30", "203.0.113.31"} <= {public for _, public in leaving}
    assert "AC3-one" in broken(network)
    appeared = {str(way) for way in diff(orocloud, network).journeys}
    assert any("as 203.0.113.31" in way for way in appeared)
    same = network.with_route_changed("second", public="203.0.113.30")
    assert diff(orocloud.with_tables(**_nodes(same)), same).empty


def _nodes(network):
    return {"nodes": network.nodes, "interfaces": network.interfaces}


def test_whatever_the_page_names_once_is_noticed_twice():
    """B7: a second public NAT node, bridge, gateway or front."""
    nat = standby(1100).without_route("second")
    assert broken(nat) == {
        "GL1-rest": "nat-2 (interfaces) has the public address 203.0.113.31"
    }

    legs = {"application-subnet": "10.10.0.6", DMZ: "10.20.0.6"}
    bridge = orocloud.with_node("bridge-2", role="bridge", function="bridge", home="border")
    for subnet, address in legs.items():
        leg = {"node": "bridge-2", "subnet": subnet, "address": address}
        bridge = bridge.with_interface(f"bridge-2-{subnet}", **leg)
    assert broken(bridge) == {"AC6-two": "bridge-2 (nodes) is in both subnets as well"}

    gateway = SHAPES["a second gateway"](orocloud)
    assert "vpn-2 (nodes)" in broken(gateway)["MD1-lives"]

    front = {"role": "load-balancer", "function": "cdn", "home": "google-edge"}
    leg = {"node": "front-2", "address": "203.0.113.11", "public": "203.0.113.11"}
    second = orocloud.with_node("front-2", cdn="google", **front)
    second = second.with_interface("front-2", cdn="google", carries="arrivals", **leg)
    assert "203.0.113.11" in broken(second)["GL2-front"]


def test_an_address_that_the_internet_can_reach_is_public():
    """B8: whatever column says so; it is listed, and what it sends leaves as itself."""
    both = {"subnet": "10.10.0.0/24 2600:1900:4000::/64"}
    six = orocloud.with_subnet_changed(APP, cidr=both["subnet"])
    six = six.with_interface_changed("web-1", address="10.10.0.11 2600:1900:4000::11")

    assert "2600:1900:4000::11" in broken(six)["GL1-application"]
    assert ["web", "2600:1900:4000::11"] in [
        [*row[1:3]] for row in surface(network=six).rows
    ]
    (out,) = ways(six.scenario(), "web-1", "2600:db8::1", "tcp:443").journeys()
    assert out.hops[-1].public == "2600:1900:4000::11"
    assert decide("internet", "web-1", "tcp:22", network=six).verdict == "denied"

    private = orocloud.with_subnet_changed(APP, cidr="10.10.0.0/24 fd00:10::/64")
    private = private.with_interface_changed("web-1", address="10.10.0.11 fd00:10::11")
    assert "GL1-application" not in broken(private)


def test_the_nat_node_word_by_word():
    """B10: any connection to its interface is meant; TF3 lets neighbours in, literally."""
    literal = decide("web", "nat", "tcp:22", reading="literal")
    assert literal.verdict == "permitted"
    assert "AC4-words" in literal.claims
    verdicts = {one.claim.claim: one.verdict for one in check("AC4", reading="literal")}
    assert verdicts == {"AC4-words": "broken", "AC4-closed": "holds"}
    assert "AC4-words" in str(ambiguity("C37"))


def test_a_first_subnet_opens_and_closes_nothing():
    """A6: nothing is open before, so nothing is closed; what a rule lets in is opened."""
    names = "subnets nodes interfaces listeners rules routes relays claims ambiguities"
    nothing = orocloud.with_tables(**dict.fromkeys(names.split(), ()), requirements=())
    added = nothing.with_subnet("lab", network="lab-network", cidr="10.40.0.0/24")
    told = [(row.change, row.source, row.before) for row in diff(nothing, added).rows]
    assert told == [("opened", "lab", "")]

    ends = {"source": "internet", "destination": "lab", "services": "tcp:22"}
    opened = diff(added, added.with_rule("lab-in", "allow", **ends)).rows
    assert [row.change for row in opened] == ["opened"]
