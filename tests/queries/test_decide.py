"""Answers: every part, every rule, every blocker; held against single packets."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packets import read_packet

from orosec import decide, explain, orocloud
from orosec.engine.notation import range_intervals
from orosec.engine.summary import services_summary
from orosec.errors import NotationError
from orosec.model.network import Network
from orosec.model.schema import CDNS, READINGS

NODES = ["web-1", "database-1", "bridge-1", "nat-1", "vpn-1", "support-1"]
SERVICES = ["tcp:22", "tcp:80", "tcp:443", "tcp:5432", "udp:31194", "icmp:8", "esp"]
ADDRESS = {
    row.node: row.address
    for row in orocloud.tables.interfaces
    if row.node in NODES and row.name != "bridge-1-maintenance"
}
variants = st.tuples(st.sampled_from(CDNS), st.sampled_from(READINGS))


@given(st.sampled_from(NODES), st.sampled_from(NODES), st.sampled_from(SERVICES), variants)
def test_one_packet_gets_the_verdict_of_a_walk_over_the_rules(source, other, on, variant):
    """The answer about all packets, asked about one, is the definition's."""
    cdn, reading = variant
    scenario = orocloud.scenario(cdn, reading)
    ends = ADDRESS[source], ADDRESS[other]
    walk = scenario.decisions(read_packet(*ends, on))
    answer = decide(*ends, on, cdn=cdn, reading=reading)

    passes = "permitted" if all(one.rule.allows for one in walk) else "denied"
    if source == other == "support-1":
        passes = "unknown"
    assert answer.verdict == passes
    assert {step.row.name for step in answer.steps} == {one.rule.name for one in walk}


@pytest.mark.parametrize(
    ("pasted", "ours"),
    [
        (("bridge", "web", "TCP/22"), ("bridge", "web", "tcp:22")),
        (("bridge", "web", "tcp:22,443"), ("bridge", "web", "tcp:22 tcp:443")),
        (("web", "10.10.0.31-10.10.0.32", "all"), ("web", "10.10.0.31 10.10.0.32", "all")),
        (("web", "internet", "ipv6-icmp"), ("web", "internet", "icmpv6")),
    ],
)
def test_a_question_may_be_pasted(pasted, ours):
    """However the field writes it, it is the same question."""
    assert decide(*pasted).traffic == decide(*ours).traffic
    assert decide(*pasted).services == decide(*ours).services


@pytest.mark.parametrize(("cdn", "reading"), [*itertools.product(CDNS, READINGS)])
def test_parts_add_up(cdn, reading):
    """What passes and what does not are disjoint, and together are the question."""
    answer = decide("bridge", "application", "all", cdn=cdn, reading=reading)

    assert answer.permitted.isdisjoint(answer.denied)
    assert answer.permitted | answer.denied == answer.traffic


@pytest.mark.parametrize(
    "question",
    [
        ("internet", "web", "tcp:22"),
        ("internet", "nat", "tcp:22"),
        ("application", "vpn-gateway", "all"),
    ],
)
def test_without_its_blockers_the_traffic_is_let_through(question):
    """All of them are named: turned to allow, they leave nothing in the way."""
    blocking = {step.row.name for step in explain(*question).there.blockers}
    opened = tuple(
        row._replace(action="allow", priority=65534) if row.name in blocking else row
        for row in orocloud.tables.rules
    )
    after = Network(orocloud.tables.replaced(rules=opened))

    assert decide(*question).verdict == "denied"
    assert decide(*question, network=after).verdict == "permitted"


@pytest.mark.parametrize(
    ("services", "said"),
    [("tcp:22 tcp:443", "tcp:22"), ("all", "all but tcp:80 and tcp:443")],
)
def test_a_blocker_names_what_it_keeps_out(services, said):
    """What an allow rule before it lets in is none of that."""
    there = explain("internet", "load-balancer", services).there

    (kept,) = {step.services for step in there.blockers}
    assert kept == services_summary(there.denied.services()) == said


@pytest.mark.parametrize(("source", "other"), [("", "web"), ("web", " "), ("", "")])
def test_an_end_that_names_nothing_is_refused(source, other):
    """A question about nobody has no answer, so it gets none."""
    with pytest.raises(NotationError, match="names no end"):
        decide(source, other, "tcp:80")


@pytest.mark.parametrize(("out", "at"), [(True, "lets in"), (False, "keeps out")])
def test_who_forwards_is_named(out, at):
    """What leaves through the NAT node is asked there: it takes a rule of forwarding."""
    network = orocloud if out else orocloud.without_rule("nat-forwards")
    lines = explain("jobs", "internet", "tcp:443", network=network).lines
    (forwarding,) = [line for line in lines if line.startswith("Forwarding by nat: ")]

    assert at in forwarding
    assert [line for line in lines if line.startswith("Arriving")] == []


def test_what_arrives_is_not_forwarded():
    """The NAT node itself is an end like others, and so is a rule that decides of both."""
    for ends in ("jobs", "nat"), ("jobs", "any"):
        at = {step.at for step in explain(*ends, "tcp:9").there.steps}
        assert {"Leaving", "Arriving"} <= at
    assert "Forwarding by nat" not in str(explain("jobs", "nat", "tcp:9"))


GATEWAY = "203.0.113.20"
NAT = "application-through-nat"
KEPT = "the egress rules of its network keep it at nat"
SHUT = {
    "source": "nat", "destination": "any", "services": "all", "direction": "egress",
    "network": "application-network", "priority": 5,
}  # fmt: skip
"""Nothing leaves from the NAT node's own address."""


@pytest.mark.parametrize(
    ("source", "services", "verdict", "back"),
    [
        (
            "web",
            "udp:31194",
            "permitted",
            "as 203.0.113.30, for 203.0.113.20, an address of vpn-1",
        ),
        ("web", "udp:31194", "permitted", "that address: permitted, served."),
        ("web", "tcp:22", "permitted", "that address: denied."),
        ("internet", "udp:31194", "permitted", ""),
        ("internet", "tcp:22", "denied", ""),
    ],
)
def test_a_public_address_of_ours_is_outside_to_who_is_inside(
    source, services, verdict, back
):
    """It is left for by NAT, and what comes in there is another packet, by other rules."""
    answer = decide(source, GATEWAY, services)

    assert answer.verdict == verdict
    assert ("asked anew" in " ".join(answer.notes)) == bool(back)
    assert back in " ".join(answer.notes)


@pytest.mark.parametrize("called", [GATEWAY, "203.0.113.30"])
def test_a_host_calls_a_public_address_of_ours_from_each_of_its_legs(called):
    """It is in no subnet to who is inside, so none of the legs is nearer."""
    answer = decide("bridge", called, "tcp:22")

    legs = {"10.10.0.4": "application", "10.20.0.4": "maintenance"}
    assert answer.traffic.sources() == range_intervals(" ".join(legs))
    for leg, place in legs.items():
        cells = {"source": leg, "destination": "any", "services": "all", "priority": 5}
        cells |= {"network": f"{place}-network", "direction": "egress"}
        shut = orocloud.with_rule("shut", "deny", **cells)
        assert decide("bridge", called, "tcp:22", network=shut).verdict == "partly"


@pytest.mark.parametrize("ends", ["203.0.113.16/28", f"198.51.100.7 {GATEWAY}"])
def test_a_public_address_of_ours_is_found_among_others(ends):
    """In a range, or in a list of ends: it is told as if it stood alone."""
    note = "for 203.0.113.20, an address of vpn-1. Whether it comes in there is asked anew"

    assert note in " ".join(decide("web", ends, "tcp:443").notes)
    assert "asked anew" not in " ".join(decide("web", "internet", "tcp:443").notes)


@pytest.mark.parametrize(
    ("source", "edit", "which", "why"),
    [
        ("web", lambda all_: all_, "", ""),
        ("bridge", lambda all_: all_, "Some of it is", "no route takes it"),
        ("web", lambda all_: all_.without_route(NAT), "It is", "no route takes it"),
        ("web", lambda all_: all_.with_rule("shut", "deny", **SHUT), "It is", KEPT),
    ],
)
def test_what_is_let_through_and_has_no_way_out_is_told(source, edit, which, why):
    """By what it stays: no route, or the network of who translates it."""
    answer = decide(source, "internet", "tcp:443", network=edit(orocloud))

    assert answer.verdict == "permitted"
    told = f"{which} let through, and has no way out: {why}."
    assert [note for note in answer.notes if "no way out" in note] == [told] * bool(why)


def test_a_rule_that_names_a_public_address_of_ours_is_read_where_it_is_asked():
    """Egress: the address that is called. Ingress: the host that stands behind it."""
    rules = {"source": "any", "destination": GATEWAY, "services": "udp:31194"}
    out = {**rules, "network": "application-network", "direction": "egress", "priority": 9}
    shut = orocloud.with_rule("out", "deny", **out).with_rule(
        "in", "deny", **rules, priority=9
    )

    first, *_ = decide("web", GATEWAY, "udp:31194", network=shut).steps
    assert first.row.name == "out"
    for source, destination in ("web", "vpn-gateway"), ("internet", GATEWAY):
        found = decide(source, destination, "udp:31194", network=shut)
        assert "in" in {step.row.name for step in found.steps}
        assert "out" not in {step.row.name for step in found.steps}
