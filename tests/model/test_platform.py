"""What the platform does before and after all rules is the same in every network."""

from functools import reduce

import pytest
from clouds import SHAPES, law
from hypothesis import given
from hypothesis import strategies as st

from orosec import check, decide, orocloud
from orosec.engine.decision_diagram import V6
from orosec.engine.policy import shares
from orosec.errors import TableError
from orosec.model.platform import implied, kept_addresses
from orosec.model.schema import EVERY, variants
from orosec.queries.packet_diff import changes


def without_implied(network):
    """Take every rule away that says what the platform does anyway."""
    said = {row[3:-3] for row in implied(_networks(network), ())}
    rows = tuple(row for row in network.tables.rules if row[3:-3] not in said)
    return network.with_tables(rules=rows)


def written_out(network):
    """Write the implied rules of every network, under names of one's own."""
    bare = without_implied(network)
    more = [
        row._replace(name=f"own-{number}")
        for number, row in enumerate(implied(_networks(network), ()))
    ]
    return bare.with_tables(rules=(*more, *bare.tables.rules))


def _networks(network):
    found = [name for each in network.scenarios() for name in each.networks]
    return dict.fromkeys(found)


@law()
def test_leaving_implied_rows_out_or_writing_them_changes_no_answer(network):
    """Packets, ways and promises are the same; nothing is told as a difference."""
    for other in (without_implied(network), written_out(network)):
        for variant in variants():
            one, two = network.scenario(*variant), other.scenario(*variant)
            assert one.permitted == two.permitted
            assert changes(one, two) == ()
        judged = [
            (v.claim.claim, v.cdn, v.reading, v.verdict) for v in check(network=network)
        ]
        assert judged == [
            (v.claim.claim, v.cdn, v.reading, v.verdict) for v in check(network=other)
        ]


@law()
def test_every_packet_that_is_asked_about_has_a_deciding_rule(network):
    """The shares of the rules of a place are all that it is asked about."""
    for scenario in network.scenarios():
        for place, rules in scenario.policies.items():
            left = scenario.scope(place)
            for _, share in shares(rules, left):
                left = left - share
            assert left.empty


def test_a_new_network_is_shut():
    """A1: databases in a network of their own, without any rule."""
    moved = SHAPES["a further network"](orocloud)
    answer = decide("internet", "database", "tcp:5432", network=moved)

    assert answer.verdict == "denied"
    assert [step.row.name for step in answer.steps] == ["implied ingress of data-network"]
    assert answer.steps[0].row.basis == "platform"


def test_two_strangers_are_outside_the_model():
    """A5: neither end is ours, so nobody can say."""
    answer = decide("8.8.8.8", "169.254.169.254", "tcp:80")

    assert (answer.verdict, answer.passes) == ("unknown", None)
    assert decide("internet", "any", "tcp:22").verdict == "partly"


FIRST_ROWS = {"metadata-server", "no-mail-out", "no-other-protocols-out"}
FIRST = [
    ("internet", "tcp:25", "denied"),
    ("internet", "89", "denied"),
    ("internet", "tcp:25 others", "denied"),
    ("169.254.169.254", "all", "permitted"),
    ("169.254.169.254", "tcp:25 udp:53 89", "permitted"),
]
"""H: what Google always blocks to the outside, and always allows to its own server."""


@pytest.mark.parametrize("priority", [0, 1000, 65535])
@pytest.mark.parametrize(("destination", "services", "verdict"), FIRST)
def test_what_google_does_before_any_rule_no_row_changes(
    destination, services, verdict, priority
):
    """A row of one's own says the opposite, of this or of everything: in vain."""
    action = {"denied": "allow", "permitted": "deny"}[verdict]
    for wanted in (services, "all"):
        network = orocloud.with_rule(
            "own",
            action,
            source="any",
            destination="any",
            services=wanted,
            network="application-network",
            direction="egress",
            priority=priority,
        )
        for asked in (orocloud, network):
            answer = decide("web-1", destination, services, network=asked)

            assert answer.verdict == verdict
            out = {one.row.network for one in answer.steps if one.direction == "egress"}
            assert out == {EVERY}


@pytest.mark.parametrize(
    ("destination", "services"),
    [
        ("internet", "tcp:0-24 tcp:26-65535 udp icmp icmpv6 ipip gre esp ah sctp"),
        ("jobs", "tcp:25 others"),
    ],
)
def test_google_carries_the_rest_and_within_a_network_everything(destination, services):
    """Only what goes outside is blocked, and not the protocols with a name."""
    assert decide("web-1", destination, services).verdict == "permitted"


def test_a_network_that_somebody_adds_has_the_platforms_rows():
    """At once, and without a row of its own."""
    moved = SHAPES["a further network"](orocloud)
    places = moved.scenario().policies
    before = [row.name for row in orocloud.tables.rules if row.network == EVERY]

    assert len(before) == len(FIRST_ROWS)
    for network in ("data-network", "application-network", "maintenance-network"):
        first = places[network, "egress"][: len(before)]
        assert {rule.name for rule in first} == FIRST_ROWS
    assert decide("database", "internet", "tcp:25", network=moved).verdict == "denied"
    assert not FIRST_ROWS & {rule.name for rule in places["google-edge", "egress"]}


def with_mail_server():
    """Write a host outside down, let in what goes there, and forward what is sent."""
    at, on = "203.0.113.200", {"action": "allow", "services": "all"}
    n = orocloud.with_node("smtp-1", role="smtp", function="other", home="google-edge")
    n = n.with_interface("smtp-1", node="smtp-1", address=at, public=at)
    ends = {"source": "application-subnet", "destination": "smtp"}
    for network in ("google-edge", "application-network"):
        n = n.with_rule(f"to-{network}", **on, **ends, network=network)
    return n


@pytest.mark.parametrize("end", ["smtp", "203.0.113.200", "35.191.0.5", "203.0.113.0/24"])
@pytest.mark.parametrize("services", ["tcp:25", "89", "others"])
def test_who_is_written_down_outside_is_outside_to_google(end, services):
    """Mail is stopped whoever has the address; what else is sent there is let through."""
    network = with_mail_server()
    stopped = decide("web", end, services, network=network)
    out = {one.row.network for one in stopped.steps if one.direction == "egress"}

    assert (stopped.verdict, out) == ("denied", {EVERY})
    assert decide("web", "smtp", "tcp:587", network=network).verdict == "permitted"


def test_a_private_address_elsewhere_is_not_outside_to_google():
    """Only external addresses are blocked: not a host behind somebody's own line."""
    n = orocloud.with_node("erp-1", role="erp", function="other", home="google-edge")
    n = n.with_interface("erp-1", node="erp-1", address="172.16.0.9")
    asked = decide("web", "erp", "tcp:25", network=n)
    out = {one.row.name for one in asked.steps if one.direction == "egress"}

    assert out == {"application-out"}


def test_an_exempt_project_is_written_down_by_taking_a_row_away():
    """Then mail goes out, and the promise that everything does is broken by less."""
    exempt = orocloud.without_rule("no-mail-out")

    assert decide("web-1", "internet", "tcp:25", network=exempt).verdict == "permitted"
    assert decide("web-1", "internet", "89", network=exempt).verdict == "denied"


def test_the_platforms_rows_are_told_by_when_they_are_asked():
    """Plain words stand for *every* and for a priority that counts nowhere else."""
    step = decide("web-1", "internet", "tcp:25").steps[0]
    (verdict,) = check("TF3-out", cdn="google", reading="operational")

    assert "before every network's own rules, platform" in str(step)
    rule = verdict.rule_text("no-mail-out")
    assert "(egress of every network, before its own rules, platform)" in rule


MISPLACED = {
    "a rule of one's own": lambda: orocloud.with_rule(
        "own", "allow", source="any", destination="any", services="all", network=EVERY
    ),
    "a rule that becomes one's own": lambda: orocloud.with_rule_changed(
        "no-mail-out", basis="assumed"
    ),
    "a subnet": lambda: orocloud.with_subnet("more", network=EVERY, cidr="10.30.0.0/24"),
    "a home": lambda: orocloud.with_node("more", role="more", function="other", home=EVERY),
}


@pytest.mark.parametrize("edit", MISPLACED)
def test_the_word_for_every_network_is_the_platforms(edit):
    """Nobody writes a rule for all networks, or calls a network so."""
    with pytest.raises(TableError, match="stands for all networks"):
        MISPLACED[edit]()


def test_a_rule_that_says_no_network_is_offered_real_ones():
    """The hint names networks that it may stand in."""
    everything = {"source": "any", "destination": "any", "services": "all"}
    with pytest.raises(TableError) as refused:
        orocloud.with_rule("own", "allow", **everything)
    hint = refused.value.faults[0].hint

    assert "application-network" in hint
    assert EVERY not in hint.split()


@law()
def test_the_platforms_rows_come_first_in_every_network(network):
    """Whatever the tables are: in each list of a network with a subnet, and in no other."""
    for scenario in network.scenarios():
        rows = [row for row in scenario.rules if row.network == EVERY]
        ours = {row.network for row in network.tables.subnets}
        for (name, direction), policy in scenario.policies.items():
            here = {row.name for row in rows if row.direction == direction}
            wanted = here if name in ours else set()
            first = [rule.name for rule in policy[: len(wanted)]]

            assert wanted == {*first}
            assert wanted.isdisjoint(rule.name for rule in policy[len(wanted) :])


FORWARDS = ("nat-forwards", "nat-forwards-google", "nat-forwards-cloudflare")
OUTSIDE = ("internet", "203.0.113.10", "198.41.192.1", "130.211.0.1")


@pytest.mark.parametrize("variant", variants())
@pytest.mark.parametrize("end", OUTSIDE)
def test_who_forwards_is_asked_for_its_ingress_rules(end, variant):
    """Law 6: without the rows that let it through, nothing leaves but what is one's own."""
    under = dict(zip(("cdn", "reading"), variant, strict=True))
    shut = reduce(lambda one, name: one.without_rule(name), FORWARDS, orocloud)
    stopped = decide("application", end, "tcp:443", network=shut, **under)

    assert decide("application", end, "tcp:443", **under).passes
    assert stopped.verdict == "denied"
    assert "application-implied-ingress" in {step.row.name for step in stopped.blockers}
    for own in ("nat", "vpn-gateway"):
        assert decide(own, end, "tcp:443", network=shut, **under).passes


def test_what_is_let_through_a_node_is_not_let_in_to_it():
    """A firewall tells them apart by where they go, so CF3 and the rows agree."""
    rows = [row for row in orocloud.tables.rules if row.name in FORWARDS]
    assert [(row.basis, row.cites) for row in rows] == [("inferred", "AC2")] * 3
    assert decide("application", "nat", "all").verdict == "denied"
    assert decide("tunnel-1", "nat", "all", cdn="cloudflare").verdict == "denied"


def test_a_rule_about_arrivals_can_close_the_way_out():
    """SSH is denied where it would be forwarded: it is closed, and told with its rule."""
    ends = {"source": "web", "destination": "internet", "services": "tcp:22"}
    closed = orocloud.with_rule(
        "no-ssh", "deny", **ends, network="application-network", priority=900
    )
    (found,) = changes(orocloud.scenario(), closed.scenario())

    assert (found.kind, found.before, found.after) == ("closed", "nat-forwards", "no-ssh")
    assert found.packets == orocloud.scenario().traffic(*ends.values())


def test_a_node_in_several_networks_is_asked_where_it_meets_the_sender():
    """The rules of its other network are not asked."""
    n = orocloud.with_subnet("data", network="data-network", cidr="10.30.0.0/24")
    n = n.with_interface("nat-data", node="nat-1", subnet="data", address="10.30.0.3")
    ends = {"source": "data", "destination": "internet"}
    n = n.with_route("data-out", **ends, via="nat-1", public="203.0.113.30")
    let = n.with_rule("let", "allow", **ends, services="all", network="data-network")
    stops = [step.row.name for step in decide(*ends.values(), "udp:53", network=n).blockers]

    assert stops == ["implied ingress of data-network"]
    assert decide(*ends.values(), "udp:53", network=let).passes


def shut(source, services="all", network="application-network", of=orocloud):
    """Let a machine send nothing out on some services, before every other rule."""
    cells = {"destination": "any", "services": services, "network": network}
    return of.with_rule(
        "shut", "deny", source=source, **cells, direction="egress", priority=10
    )


def ways_out(network, services="tcp:443", source="web"):
    """Say every way of web servers to the internet."""
    return [
        str(one) for one in decide(source, "internet", services, network=network).journeys
    ]


def test_who_may_send_nothing_translates_for_nobody():
    """After translation a packet leaves from the NAT machine, whose own egress is asked."""
    assert ways_out(orocloud) == ["web → nat tcp:443 → internet tcp:443 as 203.0.113.30"]
    assert ways_out(shut("nat")) == ways_out(shut("10.10.0.3")) == []
    assert decide("web", "internet", "tcp:443", network=shut("nat")).passes
    assert ways_out(shut("nat", "udp")) == ways_out(orocloud)
    assert ways_out(shut("nat", "udp"), "udp:53") == []


def test_a_promise_about_translation_breaks_where_nothing_is_sent_on():
    """And nothing is translated any more."""
    broken = {one.claim.claim for one in check(network=shut("nat")).unexpected}
    left = (each.scenario().translations for each in (orocloud, shut("nat")))

    assert broken == {
        *("AC2-translated", "AC2-subnet", "AC2-through", "AC3-one", "CF2-translated"),
        *("TF4-translated", "TF3-inside-words"),
    }
    assert set.difference(*map(set, left)) == {("nat", "203.0.113.30")}


def test_who_sends_on_is_asked_where_its_public_address_is():
    """A second interface may send nothing: nobody leaves there; the first is asked."""
    n = orocloud.with_subnet("data", network="data-network", cidr="10.30.0.0/24")
    n = n.with_interface("nat-data", node="nat-1", subnet="data", address="10.30.0.3")

    assert ways_out(shut("nat", network="data-network", of=n)) == ways_out(orocloud)
    assert ways_out(shut("10.10.0.3", of=n)) == []


def test_another_node_of_the_role_sends_on_what_it_may():
    """Each public address is behind one of them, and only its node is asked."""
    two = SHAPES["a second NAT node"](orocloud)
    both = [f"jobs → nat tcp:443 → internet tcp:443 as 203.0.113.{k}" for k in (30, 31)]

    assert ways_out(two, source="jobs") == both
    assert ways_out(shut("nat-2", of=two), source="jobs") == both[:1]
    assert ways_out(shut("nat-1", of=two), source="jobs") == both[1:]


def test_what_is_kept_does_not_leave_by_itself():
    """The route takes it from web-1, whose own public address stays unused."""
    n = orocloud.with_interface_changed("web-1", public="203.0.113.77")
    (kept,) = (
        shut("nat", of=n)
        .scenario()
        .departures(n.scenario().traffic("web-1", "internet", "tcp:443"))
    )

    assert kept[1:] == ("", "", "application-through-nat")


def test_a_family_that_who_translates_has_no_address_of_is_not_asked():
    """No rule speaks of such packets there; they leave as before."""
    n = SHAPES["IPv6"](orocloud).with_interface_changed(
        "nat-1", public="203.0.113.30 2001:db8:ff::30"
    )
    ends = {"source": "application-subnet", "destination": "any", "via": "nat"}
    n = n.with_route("six", **ends, public="2001:db8:ff::30")
    outs = [
        p.public
        for p in shut("nat", of=n)
        .scenario()
        .departures(n.scenario().traffic("web-1", "2600::1", "tcp:443"))
    ]

    assert outs == ["2001:db8:ff::30"]


KEPT = ("10.10.0.0", "10.10.0.1", "10.10.0.254", "10.10.0.255", "10.10.0.0/29")


@pytest.mark.parametrize("address", [*KEPT, *(f"2001:db8::1 {one}" for one in KEPT)])
def test_no_interface_has_an_address_that_google_keeps(address):
    """B9: the first two and the last two of an IPv4 subnet, by itself or in a range."""
    both = "10.10.0.0/24 2001:db8::/64"
    dual = orocloud.with_subnet_changed("application-subnet", cidr=both)

    with pytest.raises(TableError, match="that Google keeps in application-subnet"):
        dual.with_interface_changed("web-1", address=address)


@given(st.integers(0, 2**32 - 1), st.integers(2, 20))
def test_four_addresses_of_a_range_are_kept(number, bits):
    """Counted one by one; of IPv6, where Google keeps others, none is."""
    first = number >> bits << bits
    last = first + 2**bits - 1
    kept = kept_addresses(((first, last), (V6 + first, V6 + last)))

    ends = {first, first + 1, last - 1, last}
    assert {one for a, z in kept for one in range(a, z + 1)} == ends
