"""Deployments of tables that speak IPv4 and IPv6 at once."""

import itertools
import shutil

import pytest
import z3
from clouds import law
from effort import later
from folders import add_row, set_cells
from solver import disagree, in_set, scenario_formula

from orosec import check, decide, explain, orocloud, read_network
from orosec.engine.decision_diagram import FAMILIES
from orosec.engine.intervals import contains, intersect, subtract
from orosec.engine.notation import address_number, range_intervals, span_text
from orosec.engine.packet_set import PacketSet
from orosec.errors import TableError
from orosec.model.addressing import NOT_PUBLIC
from orosec.model.names import describe
from orosec.model.schema import CDNS, READINGS
from orosec.model.tables import DOCUMENTED

ASSUMED = {"cdn": "both", "basis": "assumed", "rationale": "Test."}
RULE = {
    **ASSUMED,
    "name": "v6-to-web",
    "reading": "both",
    "network": "application-network",
    "direction": "ingress",
    "priority": 900,
    "action": "allow",
    "source": "2001:db8:99::/48",
    "destination": "web",
    "services": "tcp:443 icmpv6:128",
}
SUPPORT = {
    **ASSUMED,
    "name": "support-v6",
    "node": "support-1",
    "address": "2001:db8:99::1",
    "carries": "both",
}


FREE = [
    ("internet", "web", "192.0.2.9 (internet)", "10.10.0.11 (web-1)"),
    ("elsewhere", "web", "192.168.0.9 (elsewhere)", "10.10.0.11 (web-1)"),
    ("web", "192.0.2.0/24", "10.10.0.11 (web-1)", "192.0.2.9 (internet)"),
    ("web", "172.16.0.0/12", "10.10.0.11 (web-1)", "172.16.0.2 (elsewhere)"),
    (
        "2001:db8:10::/64",
        "::/0",
        "2001:db8:10::2 (six, unassigned)",
        "2001:db8::9 (internet)",
    ),
    ("six", "fc00::/7", "2001:db8:10::2 (six, unassigned)", "fd00::9 (elsewhere)"),
    ("six", "64:ff9b::/96", "2001:db8:10::2 (six, unassigned)", "64:ff9b::2 (internet)"),
    ("any", "10.10.0.0/29", "10.10.0.11 (web-1)", "10.10.0.3 (nat-1)"),
]
"""A question, and the ends of its witness where no machine outside has a name."""


@pytest.mark.parametrize(("source", "destination", "sender", "taker"), FREE)
def test_a_witness_of_free_space_looks_like_a_host(source, destination, sender, taker):
    """A node, then a usual host, then one that is not the address of a range."""
    network = orocloud.with_subnet("six", network="six-network", cidr="2001:db8:10::/64")
    network = network.without_interface("support-1").without_interface("customer-it-1")
    scenario = network.scenario()
    found = scenario.witness(scenario.traffic(source, destination, "all"))

    assert tuple(map(scenario.end_text, found[:2])) == (sender, taker)


@law(shapes=("IPv6", "a further network"))
def test_free_addresses_of_a_subnet_are_shown_by_one_that_may_be_a_host(network):
    """No address of a range, whatever is assigned."""
    scenario = network.scenario()
    for spans in scenario.subnets.values():
        free = subtract(spans, scenario.assigned)
        found = scenario.witness(PacketSet.box(destinations=free))

        assert found.destination not in {first for first, _ in spans}


@pytest.fixture
def folder(tmp_path):
    """The documented tables, with an IPv6 range for the application subnet."""
    copy = shutil.copytree(DOCUMENTED, tmp_path / "tables")
    set_cells(copy, "subnets", "application-subnet", cidr="10.10.0.0/24 2001:db8:10::/64")
    both = {"address": "10.10.0.11 2001:db8:10::11", "public": "2001:db8:10::11"}
    set_cells(copy, "interfaces", "web-1", **both)
    add_row(copy, "interfaces", **SUPPORT)
    return add_row(copy, "rules", **RULE)


@pytest.fixture
def dual(folder):
    return read_network(folder)


def test_an_ipv6_packet_is_decided_by_its_rule(dual):
    """Only what the rule names comes in; the example is of the family that passes."""
    answer = decide("support-1", "web-1", "tcp:443", network=dual)

    assert answer.verdict == "partly"
    assert "2001:db8:99::1 (support-1) → 2001:db8:10::11 (web-1)" in repr(answer)
    assert decide("support-1", "web-1", "icmpv6:128", network=dual).verdict == "partly"
    assert decide("support-1", "web-1", "icmpv6:1", network=dual).verdict == "denied"
    assert "v6-to-web" in repr(explain("2001:db8:99::1", "web-1", network=dual))


def test_no_packet_goes_from_one_family_to_the_other(dual):
    """There is no such traffic, and the answer says so."""
    answer = decide("2001:db8:99::1", "10.10.0.11", "tcp:443", network=dual)

    assert answer.traffic.empty
    assert "IPv6" in " ".join(answer.notes)
    assert (answer.verdict, answer.passes, answer.steps) == ("unknown", None, ())


def test_a_public_ipv6_address_is_the_interface_itself(dual):
    """It stands for the host behind it, in whichever way it is written."""
    scenario = dual.scenario()
    arriving = scenario.traffic("support-1", "2001:db8:10::11", "tcp:443")
    (leaving,) = scenario.departures(scenario.traffic("web-1", "2001:db8:99::1", "tcp:443"))

    assert arriving == scenario.traffic("support-1", "2001:db8:10::11/128", "tcp:443")
    assert leaving.public == "2001:db8:10::11"


def test_the_special_ends_divide_both_families(dual):
    """Any is internet, elsewhere and what is known, in IPv4 and in IPv6."""
    scenario = dual.scenario()
    special = scenario.special
    for name, text in [
        ("internet", "2001:db8:98::1"),
        ("internet", "2a00:1450::1"),
        ("elsewhere", "fe80::1"),
        ("elsewhere", "fd00::1"),
        ("elsewhere", "::1"),
        ("elsewhere", "ff02::1"),
    ]:
        assert contains(special[name], address_number(text))
    known = (*scenario.inside, *special["internet"], *special["elsewhere"])
    assert not intersect(special["internet"], special["elsewhere"])
    assert not intersect(special["internet"], NOT_PUBLIC)
    assert contains(known[:1], address_number("10.10.0.1"))
    assert scenario.name_of(address_number("2001:db8:10::12")) == (
        "application-subnet, unassigned"
    )


def test_names_stand_for_their_part_of_one_family(dual):
    """All public IPv4 addresses are the internet; both together are, too."""
    scenario = dual.scenario()
    internet = scenario.special["internet"]
    for family in FAMILIES:
        assert describe(scenario, intersect(internet, family)) == "internet"
    assert describe(scenario, internet) == "internet"
    half = intersect(internet, (*FAMILIES[0], *range_intervals("2600::/12")))
    assert "internet" not in describe(scenario, half).split(", ")


@later
def test_z3_agrees_on_a_network_of_both_families(dual):
    """Every variant: the permitted packets are exactly those of z3."""
    for cdn, reading in itertools.product(CDNS, READINGS):
        scenario = dual.scenario(cdn, reading)
        formula = scenario_formula(scenario)

        assert disagree(formula, in_set(scenario.permitted)) == z3.unsat


def test_ipv6_changes_nothing_of_ipv4(dual):
    """The packets of IPv4 pass as the documented tables say."""
    (v4, _) = FAMILIES
    for cdn, reading in itertools.product(CDNS, READINGS):
        one, other = (net.scenario(cdn, reading) for net in (orocloud, dual))
        whole = one.traffic(intervals_range(v4), intervals_range(v4), "all")
        assert one.permitted & whole == other.permitted & whole


def intervals_range(family):
    ((first, last),) = family
    return span_text(first, last)


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "hint"),
    [
        ("subnets", "maintenance-dmz", "cidr", "2001:db8:10::/48", "share no address"),
        (
            "subnets",
            "application-subnet",
            "cidr",
            "10.10.0.0/24 2001:db8:10::1/64",
            "2001:db8:10::/64",
        ),
        (
            "subnets",
            "application-subnet",
            "cidr",
            "10.10.0.0/24  2001:db8:10::/64",
            "single spaces",
        ),
        (
            "interfaces",
            "web-1",
            "address",
            "10.10.0.11 2001:db8:11::11",
            "2001:db8:10::/64",
        ),
        ("interfaces", "web-2", "address", "2001:db8:10::11", "of its own"),
        ("interfaces", "web-2", "address", "2001:DB8:10::C", "2001:db8:10::c"),
        ("interfaces", "vpn-1", "public", "2001:db8:10::11", "of its own"),
    ],
)
def test_a_bad_ipv6_cell_is_named_with_its_mend(folder, table, row, column, value, hint):
    """IPv6 is held to the same rules as IPv4."""
    with pytest.raises(TableError) as caught:
        read_network(set_cells(folder, table, row, **{column: value}))

    assert any(one.column == column and hint in one.hint for one in caught.value.faults)


def test_one_subnet_and_one_interface_hold_both_families(dual):
    """An IPv6 range makes no further subnet, and no further interface of a node."""
    names = ("NS2-two", "NS2-two-networks", "NS2-home", "AS1-data")
    verdicts = check(*names, network=dual)

    assert {one.verdict for one in verdicts} == {"holds"}
