"""No change hides: each changed packet is on an arrow of the picture, or told beside it."""

from collections import Counter
from ipaddress import ip_address, ip_network

import pytest
from clouds import clouds
from effort import examples, rare
from hypothesis import given
from hypothesis import strategies as st
from proposals import edited, edits

from orosec import draw, orocloud
from orosec.diagrams.arrow_diff import MARKS, changed, untold
from orosec.diagrams.arrows import arrows
from orosec.diagrams.styles import STYLES
from orosec.diagrams.views import VIEWS
from orosec.engine.notation import address_text
from orosec.engine.packet_set import NOTHING
from orosec.engine.policy import joined
from orosec.model.network import Network
from orosec.model.schema import variants
from orosec.queries.packet_diff import changes, fabric, total

INSIDE, NETWORK = "application-subnet", "application-network"
NOWHERE = ", on no arrow of this picture"


def host(network, name, address, *, role="", function="application", home=INSIDE, **leg):
    """Add a node with one interface in its home."""
    network = network.with_node(name, role=role or name, function=function, home=home)
    return network.with_interface(name, node=name, subnet=home, address=address, **leg)


def let_in(cloud, source, destination, services, **cells):
    """Add a rule that allows some traffic."""
    ends = {"source": source, "destination": destination, "services": services}
    return cloud.with_rule(f"new-{len(cloud.tables.rules)}", "allow", **ends, **cells)


def build_server(network):
    return let_in(
        host(network, "ci-1", "10.10.0.90", role="ci"), "internet", "ci", "tcp:22"
    )


def lab(network):
    network = network.with_subnet("lab", network="lab-network", cidr="10.40.0.0/24")
    return let_in(network, "internet", "lab", "udp:53")


def dual_stack(network):
    cidr, host_too = "10.20.0.0/24 2001:db8:20::/64", "10.20.0.2 2001:db8:20::2"
    network = network.with_subnet_changed("maintenance-dmz", cidr=cidr)
    network = network.with_interface_changed("vpn-1", address=host_too)
    return let_in(network, "2001:db8:98::/48", "vpn-gateway", "tcp:22 icmpv6")


def second_leg(network):
    leg = {"subnet": "maintenance-dmz", "address": "10.20.0.77"}
    network = network.with_interface("web-1-maintenance", node="web-1", **leg)
    return let_in(network, "support", "10.20.0.77", "tcp:22")


CHANGES = {
    "a new role": build_server,
    "a new network": lab,
    "a foreign range": lambda n: let_in(n, "192.168.0.0/16", "database", "tcp:5432"),
    "elsewhere": lambda n: let_in(n, "elsewhere", "vpn-gateway", "tcp:22"),
    "a free address": lambda n: let_in(
        n, "internet", "10.10.0.200", "tcp:8443", network=NETWORK
    ),
    "IPv6": dual_stack,
    "ICMP": lambda n: let_in(n, "internet", "nat", "icmp:8", priority=10),
    "several interfaces": second_leg,
    "another role": lambda n: n.with_node_changed("file-storage-1", role="archive"),
    "a listener": lambda n: n.with_listener("new", node="bridge", services="udp:123"),
    "a way out": lambda n: n.without_route("maintenance-own-address"),
}
"""Edits whose effects are easily lost, by what makes them hard."""


@st.composite
def pairs(draw):
    """Draw a cloud, the same after some changes, and which hard shapes these have."""
    before = after = draw(clouds)
    chosen = []
    for name, change in CHANGES.items():
        if draw(st.integers(0, 3)) == 0:
            made = edited(after, [change])
            chosen += [name] if made != after else []  # it may be refused
            after = made
    return before, edited(after, draw(st.lists(edits, max_size=2))), chosen


SEEN = Counter()


@examples(3.0)
@given(pairs(), st.sampled_from(variants()), st.sampled_from([*VIEWS]), st.booleans())
def each_change_is_on_an_arrow_or_told(pair, variant, view, reverse):
    """Assert it of two clouds, and count the hard shapes that there were."""
    *both, shapes = pair
    before, after = (each.scenario(*variant) for each in (both[::-1] if reverse else both))
    drawn, broken = changed(before, after, VIEWS[view])
    rest = [*untold(before, after, drawn)]
    stays, comes = [], []
    for arrow in drawn:
        known = [all(there(each, end) for end in arrow.ends) for each in (before, after)]
        (stays if all(known) else comes).append(arrow)
    for kind, mark in MARKS.items():
        every = total(changes(before, after), kind)
        marks = {mark, "opened" if kind in ("opened", "served") else "closed"}
        marked = joined(one.packets for one in drawn if one.kind in marks)
        told = joined(one.packets for one in rest if one.kind == mark)
        assert told == every - marked, kind
        steady = joined(one.packets for one in stays if one.kind == mark)
        assert (steady - every).isdisjoint(alike(before, after)), kind
    assert {arrow.kind for arrow in comes} <= {"opened", "closed"}
    check_words(draw(before, after, view), before, after, broken, rest)
    SEEN.update([*shapes, "all"])
    SEEN.update(["invisible in the view"] if rest else [])
    SEEN.update(["a box that comes or goes"] if comes else [])


def there(scenario, box):
    """Say whether somebody stands in a box: a role, a subnet or what is free of it."""
    name = box.removeprefix("unassigned in ")
    roles = {row.role for row in scenario.nodes}
    return name in {*roles, *scenario.subnets, "internet", "elsewhere"}


def alike(before, after):
    """Give what passes in both and leaves by one node as one address, or does not leave."""
    ways = before.translations, after.translations
    leaving = joined(ways[0][one] & ways[1].get(one, NOTHING) for one in ways[0])
    inside = (before.permitted & after.permitted) - before.leaving - after.leaving
    return leaving | inside


def check_words(diagram, before, after, broken, rest):
    """Assert that each change without an arrow is told, or counted where there are many."""
    same = not changes(before, after) and fabric(before) == fabric(after)
    assert ("no arrow changes" in diagram.words[0]) == same
    lines = [f"{name} breaks" for name in broken] + [
        f"{' → '.join(one.ends)}: {one.label[0]} ({STYLES[one.kind].meaning})"
        for one in rest
    ]
    more = [f"and {len(lines) - 6} more (see diff)"] if len(lines) > 6 else []
    told = [line for line in diagram.words if line.endswith(NOWHERE)]
    assert told == [f"{line}{NOWHERE}" for line in (*lines[:6], *more)]
    notes = [line for line in diagram.dot.splitlines() if line.startswith("\tnotes")]
    assert sum(line.count("\\l") for line in notes) <= 19


def test_each_changed_packet_is_on_a_marked_arrow_or_told_in_words():
    """And nothing else is, but for what leaves by another way; whatever the view."""
    SEEN.clear()
    each_change_is_on_an_arrow_or_told()
    every = SEEN.pop("all")
    print(every, "pairs of clouds, of them", dict(SEEN))  # noqa: T201
    hard = (*CHANGES, "invisible in the view", "a box that comes or goes")
    assert rare(SEEN, every, hard) == {}


def owners(scenario, address):
    """Give the boxes that an address may be in, by the rows: no names are resolved."""
    number = ip_address(address_text(address))
    rows = [row for row in scenario.interfaces if within(number, row.address)]
    found = {scenario.node_of[row.node].role for row in rows}
    subnets = [row for row in scenario.tables.subnets if within(number, row.cidr)]
    for row in subnets if not rows else ():
        taken = any(within_range(leg.address, row.cidr) for leg in scenario.interfaces)
        found |= {f"unassigned in {row.name}" if taken else row.name}
    outside = {scenario.name_of(address)} & {"internet", "elsewhere"}
    known = any(scenario.node_of[row.node].home == "internet" for row in rows)
    return found | outside | ({"internet"} if known else set())


def within(number, cidrs):
    return any(number in ip_network(cidr) for cidr in cidrs.split())


def within_range(inner, outer):
    return any(within(ip_network(part)[0], outer) for part in inner.split())


@examples(1.0)
@given(clouds, st.sampled_from(variants()), st.sampled_from([*VIEWS]))
def test_an_arrow_joins_the_boxes_that_its_packets_come_from_and_go_to(network, one, view):
    """Each witness says so, by the rows of the tables; what leaves goes on to the NAT."""
    scenario = network.scenario(*one)
    for arrow in arrows(scenario, VIEWS[view]._replace(whole=True)):
        packet = scenario.witness(arrow.packets)
        if arrow.kind in ("served", "unserved"):
            assert arrow.source in owners(scenario, packet.source)
            assert arrow.destination in owners(scenario, packet.destination)
        elif arrow.note == "outward":
            assert arrow.source in owners(scenario, packet.source)


BUILT = build_server(orocloud)
C1 = {
    "a new role": (
        BUILT,
        "segmentation",
        ("internet → ci: tcp:22 ", "bridge → ci: tcp:22, icmp ", "ci → nat: "),
    ),
    "a foreign range": (
        CHANGES["a foreign range"](orocloud),
        "segmentation",
        ("elsewhere → database: tcp:5432 from 192.168.0.0/16 ",),
    ),
    "a free address": (
        CHANGES["a free address"](orocloud),
        "segmentation",
        ("internet → unassigned in application-subnet: tcp:8443 to 10.10.0.200 ",),
    ),
    "elsewhere": (
        CHANGES["elsewhere"](orocloud),
        "ingress-maintenance",
        ("elsewhere → vpn-gateway: tcp:22 ",),
    ),
    "another role of the same function": (
        let_in(orocloud, "jobs", "vpn-gateway", "tcp:9100"),
        "ingress-maintenance",
        ("jobs → vpn-gateway: tcp:9100 ",),
    ),
}
"""Case by case: a proposal, a view, and how its arrows that are new begin in words."""


@pytest.mark.parametrize("case", C1)
def test_what_was_in_no_view_is_an_arrow(case):
    """In the picture of the proposal, and marked in the picture of the change."""
    proposal, view, told = C1[case]
    change, alone = draw(orocloud, proposal, view), draw(proposal, view)
    opened = [line for line in change.words if "(opened by" in line and "on no" not in line]

    assert "what changes" in change.words[0]
    assert len(opened) == len(told)
    assert all(any(line.startswith(each) for line in opened) for each in told)
    assert all(any(line.startswith(each) for line in alone.words) for each in told)
    assert all(each in change.dot for each in {line.split(" → ")[0] for line in told})


def test_what_no_arrow_marks_is_told_on_the_picture():
    """Neighbours, and the rows of whoever is new; the font of the picture has no arrow."""
    change = draw(orocloud, BUILT)

    assert change.words[-3:] == (
        "application but ci → ci: all (opened by the change), on no arrow of this picture",
        "ci → application: all (opened by the change), on no arrow of this picture",
        "new or changed: node ci-1, interface ci-1",
    )
    assert "ci to application: all (opened by the change)" in change.dot


def test_a_listener_that_comes_or_goes_is_marked():
    """No packet opens, and yet somebody can be spoken to who could not."""
    more = CHANGES["a listener"](orocloud)

    there, back = draw(orocloud, more).words, draw(more, orocloud).words
    assert "vpn-gateway → bridge: udp:123 (now answered)" in there
    assert "vpn-gateway → bridge: udp:123 (nobody answers) (now nobody answers)" in back


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (orocloud.without_relay("vpn"), "gone or changed: relay vpn"),
        (orocloud.with_relay_changed("vpn", accepts="udp:1"), "new or changed: relay vpn"),
        (
            orocloud.without_route("application-through-nat"),
            "gone or changed: route application-through-nat",
        ),
    ],
)
def test_a_way_that_changes_is_told_by_its_row(after, told):
    """Though every packet passes as before."""
    assert told in draw(orocloud, after).words


@pytest.mark.parametrize(
    ("home", "address", "shown"),
    [
        (
            "maintenance-dmz",
            "10.20.0.9",
            {"segmentation", "ingress-maintenance", "maintenance"},
        ),
        (INSIDE, "10.10.0.9", {*VIEWS} - {"ingress-maintenance"}),
    ],
)
def test_a_function_that_no_view_names_is_drawn_wherever_it_is_concerned(
    home, address, shown
):
    """In the views into its home, and on the way out where it has one: it cannot vanish."""
    cloud = host(orocloud, "sftp-1", address, role="sftp", home=home, function="other")
    cloud = let_in(cloud, "customer-it", "sftp", "tcp:22")
    tables = cloud.tables
    new = {"sftp": "some new function"}
    nodes = (row._replace(function=new.get(row.role, row.function)) for row in tables.nodes)
    network = Network(tables.replaced(nodes=tuple(nodes)))
    drawn = {view: "\n".join(draw(network, view).words) for view in VIEWS}

    assert {view for view in VIEWS if "sftp" in drawn[view]} == shown
    assert drawn == {view: "\n".join(draw(cloud, view).words) for view in VIEWS}
    assert "customer-it → sftp: tcp:22" in drawn["maintenance"]
    assert "internet → sftp: tcp:22 from customer-it" in drawn["segmentation"]
    assert "sftp is new" in draw(orocloud, network).words


def test_a_region_has_a_box_where_a_change_alone_concerns_it():
    """Who names anybody speaks of no region; what opens has an arrow for each, no more."""
    anybody = let_in(orocloud, "any", "database", "tcp:5432", network=NETWORK)
    regions = (
        "elsewhere",
        "unassigned in maintenance-dmz",
        "unassigned in application-subnet",
    )
    words = draw(orocloud, anybody).words
    lines = {name: [one for one in words if name in one.split(": ")[0]] for name in regions}

    for name in regions:
        assert [line[: line.index(" (")] for line in lines[name]] == [
            f"{name} → database: tcp:5432"
        ]
    assert not any(name in "".join(draw(anybody).words) for name in regions)
