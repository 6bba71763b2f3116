"""Prose: what it states is true, exactly, or the reader of the failure learns what is."""

from pathlib import Path

import pytest
from fact_walk import Walk
from hypothesis import given
from hypothesis import strategies as st
from seeds import wrong_way

from orosec import orocloud
from orosec.model.schema import CDNS, READINGS
from orosec.model.validation import known_ends
from orosec.prose.judge import Prose
from orosec.prose.markdown import code_spans, markdown_texts

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for pattern in ("notebooks/*.ipynb", "README.md", "CONTRIBUTING.md", "docs/*.md")
    for path in ROOT.glob(pattern)
)
PROSE = Prose(orocloud)
WALKS = {
    (cdn, reading): Walk(orocloud.scenario(cdn, reading))
    for cdn in CDNS
    for reading in READINGS
}


def judged(text, heading=""):
    (span,) = code_spans([f"# {heading}\n\n`{text}`"])
    return PROSE.judge(span)


TRUE = [
    ("", "web web-1 application internet application-subnet application-network any"),
    ("", "load-balancer cloudflare-tunnel bridge-to-application ssh-hop web-http vpn"),
    ("", "GL3 GL3-alone C1 google literal carries interfaces"),
    ("", "10.10.0.0/24 10.10.0.11 203.0.113.30 130.211.0.0/22 tcp:8080 icmp all"),
    ("", "load-balancer → web tcp:80 tcp:8080"),
    ("", "load-balancer -> web tcp:80 tcp:8080"),
    ("", "internet ↛ database"),
    ("", "internet ↛ web tcp:443"),
    ("", "load-balancer ⇢ web tcp:443"),
    ("", "internet → vpn-gateway udp:31194"),
    ("", "internet ↛ vpn-gateway udp:31194 [literal]"),
    ("The literal reading", "internet ↛ vpn-gateway udp:31194"),
    ("The literal reading", "internet → vpn-gateway udp:31194 [operational]"),
    ("", "support ⇒ vpn-gateway ⇒ bridge ⇒ web tcp:22"),
    ("", "support-1 ⇒ vpn-1 ⇒ bridge-1 ⇒ database-2 tcp:22"),
    ("", "support customer-it ⇒ vpn-gateway ⇒ bridge ⇒ application tcp:22 icmp"),
    ("", "internet ⇒ load-balancer ⇒ web tcp:80 tcp:8080"),
    ("", "internet ⇒ cloudflare ⇒ web tcp:80 tcp:8080"),
    ("", "internet ⇒ cloudflare ⇒ cloudflare-tunnel ⇒ web tcp:80"),
    ("", "application ⇒ nat ⇒ internet"),
    ("", "bridge ⇒ web tcp:22"),
    ("", "application-subnet at 10.10.0.0/24"),
    ("", "nat at 203.0.113.30"),
    ("", "bridge at 10.10.0.4 10.20.0.4"),
    ("", "GL3-alone holds"),
    ("", "GL3: 3 of 5 hold"),
    ("", "C1: 2 of 4 broken"),
    ("", "GL3 as recorded"),
    ("", "GL3: 2 of 3 broken [literal]"),
]


@pytest.mark.parametrize(("heading", "text"), TRUE)
def test_a_true_statement_is_true(heading, text):
    """Under both CDNs, or the one that knows its names."""
    assert judged(text, heading).true, str(judged(text, heading))


FALSE = [
    ("wbe", "did you mean 'web'?"),
    ("tcp:81", "is no service in the tables"),
    ("10.10.0.0/25", "is no address or range in the tables"),
    ("10.10.0.99", "is no address or range in the tables"),
    ("GL33", "did you mean 'GL3'?"),
    ("brigde-to-application", "did you mean 'bridge-to-application'"),
    ("load-balancer → web tcp:81", "load-balancer ↛ web tcp:81"),
    ("load-balancer → web", "only tcp:80, tcp:443, tcp:8080 is permitted"),
    ("load-balancer ↛ web tcp:80", "load-balancer → web tcp:80"),
    ("load-balancer ⇢ web tcp:80", "load-balancer → web tcp:80, and all of it is answered"),
    ("load-balancer → nowhere tcp:80", "is no name of an end"),
    ("bridge → application-subnet", "depends on the address"),
    ("cloudflare → load-balancer tcp:80", "mixes names of both CDNs"),
    ("internet → load-balancer tcp:80 [cloudflare]", "in the google variant only"),
    ("support ⇒ bridge ⇒ web tcp:22", "support → vpn-gateway udp:31194 → bridge tcp:22"),
    ("support ⇒ vpn-gateway ⇒ bridge ⇒ web tcp:22 tcp:80", "open in part"),
    ("support ⇒ vpn-gateway ⇒ bridge ⇒ web tcp:23", "no chain of connections"),
    ("internet ⇒ internet ⇒ web tcp:80", "is no node or role that connections pass"),
    ("any ⇒ bridge ⇒ web tcp:22", "open in part"),
    ("application-subnet at 10.10.0.0/25", "application-subnet at 10.10.0.0/24"),
    ("internet at 10.10.0.11", "internet at no address of its own"),
    ("GL3-alone broken", "GL3-alone: 1 of 1 hold"),
    ("GL3 holds", "GL3-alone-words: broken; 10.10.0.11 (web-1)"),
    ("GL3: 4 of 5 hold", "GL3: 3 of 5 hold, 2 of 5 broken"),
    ("GL3: 3 of 6 hold", "GL3: 3 of 5 hold"),
    ("GL9 holds", "is no claim or sentence"),
    ("B1 holds", "there is no such claim"),
    ("C12 holds", "there is no such claim"),
    ("GL3 holds [cloudflare]", "there is no such claim"),
    ("45 sentences", "46 sentences"),
    ("", "nothing is stated"),
    ("[literal]", "no use for it"),
    ("web [cloudflare]", "no use for it"),
    ("load-balancer ⇢ web tcp:80 tcp:443", "and part of it is answered"),
    ("web → 10.1.1.300 tcp:80", "is no IPv4 address"),
    ("web → database tcp:70000", "goes beyond 65535"),
    ("10.10.0.1/24", "has host bits set"),
]


@pytest.mark.parametrize(("text", "instead"), FALSE)
def test_a_false_statement_says_what_is_true(text, instead):
    """In few lines, whatever the statement is."""
    (span,) = code_spans(["``` x ```"])
    told = str(PROSE.judge(span._replace(text=text)))

    assert instead in told
    assert len(told.splitlines()) <= 13


def test_a_false_flow_comes_with_witness_rule_and_claims():
    """The packet, the rule that decides it, and the promises that speak of it."""
    (correction,) = judged("bridge → database tcp:5432").corrections

    assert correction.under == "google, operational; cloudflare, operational"
    assert "10.10.0.4 (bridge-1) → 10.10.0.31 (database-1) tcp:5432" in correction.witness
    assert correction.rule.startswith("application-implied-ingress: deny any → any all")
    assert "AC1-stores" in correction.claims


def test_a_heading_names_the_cdn():
    """The nearest one that names any, whole words only; then its other names are wrong."""
    (span,) = code_spans(["# Cloudflare\n\n## Google\n\n### Ports\n\n`cloudflare → web`"])
    told = str(PROSE.judge(span))

    assert "it exists in the cloudflare variant only" in told


@pytest.mark.parametrize("arrow", ["→", "↛", "⇢"])
def test_traffic_that_does_not_exist_makes_nothing_true(arrow):
    """Vacuous is not green: here a subnet that has no address beside the others."""
    lonely = orocloud.without_interface("support-1")
    for name in ("bridge-1-application", "bridge-1-maintenance"):
        lonely = lonely.without_interface(name)
    (span,) = code_spans([f"`support {arrow} web tcp:22`"])

    told = str(Prose(lonely).judge(span))

    assert "there is no traffic support → web at all" in told


_known = {cdn: known_ends(orocloud.tables, cdn) for cdn in CDNS}
_names = st.sampled_from(sorted(_known["google"] & _known["cloudflare"] - {"any"}))
_services = st.sampled_from(
    ["tcp:22", "tcp:80 tcp:8080", "tcp:443", "udp:31194", "icmp", "tcp:5432", "tcp", "all"]
)


@given(
    source=_names,
    destination=_names,
    arrow=st.sampled_from("→↛⇢"),
    services=_services,
    cdn=st.sampled_from(CDNS),
    reading=st.sampled_from(READINGS),
)
def test_a_flow_is_true_when_a_walk_over_packets_says_so(
    source, destination, arrow, services, cdn, reading
):
    """Two independent ways: sets of packets, and rules asked packet by packet."""
    text = f"{source} {arrow} {destination} {services} [{cdn}, {reading}]"
    walk = WALKS[cdn, reading]

    assert judged(text).true == walk.true(source, arrow, destination, services)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_the_prose_of_the_project_is_true(page):
    """Every statement in notebooks, README and docs; nothing is a false alarm."""
    spans = [span for span in code_spans(markdown_texts(page)) if not span.exempt]

    assert [str(one) for one in map(PROSE.judge, spans) if not one.true] == []


@given(
    stops=st.lists(
        st.sampled_from(
            ["support", "internet", "vpn-gateway", "bridge", "nat", "web", "jobs"]
        ),
        min_size=2,
        max_size=4,
    ),
    services=_services,
    cdn=st.sampled_from(CDNS),
    reading=st.sampled_from(READINGS),
)
def test_a_way_is_not_true_where_a_walk_finds_a_gap(stops, services, cdn, reading):
    """Each connection of it lets some packet pass, and each host between goes on."""
    text = f"{' ⇒ '.join(stops)} {services} [{cdn}, {reading}]"

    assert not (judged(text).true and wrong_way(WALKS[cdn, reading], stops, services))


NOTEBOOKS = [page for page in PAGES if page.suffix == ".ipynb"]


@pytest.mark.parametrize("page", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_states_facts(page):
    """None of its sections is exempt, and something in it can turn red."""
    spans = code_spans(markdown_texts(page))

    assert any(not span.exempt for span in spans)
    assert all("here are not facts" not in text for text in markdown_texts(page))


def test_notebooks_state_flows_of_every_kind():
    """Those on the subnets, the rules and the VPN."""
    for page in NOTEBOOKS[2:6]:
        text = " ".join(span.text for span in code_spans(markdown_texts(page)))

        assert {"→", "↛", "⇢", "⇒"} <= set(text), page.stem


def test_the_manual_shows_a_failure_as_it_is():
    """What `docs/prose.md` prints is what a writer gets."""
    (manual,) = markdown_texts(ROOT / "docs" / "prose.md")
    shown = manual.split("```\n")[-2].splitlines()
    (span,) = code_spans(["# Google\n\n`load-balancer → web tcp:81`"])

    assert str(PROSE.judge(span)).splitlines() == shown[1:]
