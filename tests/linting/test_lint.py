"""Lint: quiet where it should be, and one defect of each kind is named exactly."""

import functools
import itertools
import json
from collections import Counter

import pytest
from clouds import law
from effort import examples, rare, some
from hypothesis import given
from hypothesis import strategies as st
from walk import Cells, fates

from orosec import check, diff, orocloud
from orosec.cli.main import main
from orosec.engine.policy import shares
from orosec.errors import UnknownNameError
from orosec.linting.finding import KINDS
from orosec.linting.lint import lint
from orosec.model.network import Network
from orosec.model.rows import (
    InterfaceRow,
    ListenerRow,
    NodeRow,
    RelayRow,
    RouteRow,
    RuleRow,
)
from orosec.model.schema import CDNS, READINGS, TABLES, variants
from orosec.model.validation import crosscheck

DOCUMENTED = {("no-listener", "load-balancer-to-web")}


def rule(source, destination, services, *, priority=1000, action="allow", **cells):
    """Give a rule row that was not there before."""
    row = RuleRow(
        name="seeded",
        cdn="both",
        reading="both",
        network="application-network",
        direction="ingress",
        priority=priority,
        action=action,
        source=source,
        destination=destination,
        services=services,
        basis="assumed",
        cites="",
        rationale="Seeded.",
    )
    return row._replace(**cells)


def listener(node, services, **cells):
    row = ListenerRow("seeded", "both", node, services, "assumed", "", "Seeded.")
    return row._replace(**cells)


def planted(*rows):
    """Give the documented tables with more rows; they must be fine to read."""
    tables = orocloud.tables
    for row in rows:
        name = next(name for name, table in TABLES.items() if table.row is type(row))
        tables = tables.replaced(**{name: (*getattr(tables, name), row)})
    assert list(crosscheck(tables)) == []
    return Network(tables)


def applied(network, edits):
    """Make the suggested edits, with the network's own."""
    for edit in edits:
        network = edit.apply(network)
    return network


@functools.cache
def seeded(seed):
    """Give the network with one defect, and the report on it."""
    _, *rows = SEEDS[seed]
    network = planted(*rows)
    return network, lint(network=network)


@functools.cache
def found(network):
    return {(one.kind, one.row) for one in lint(network=network).findings}


def permitted(network):
    variants = itertools.product(CDNS, READINGS)
    return [network.scenario(*variant).permitted for variant in variants]


HOUSE = NodeRow("seeded", "both", "house", "outside", "internet", "no", "assumed", "", "")
FLAT = HOUSE._replace(function="application", home="application-subnet")
PRIVATE = InterfaceRow(
    "seeded", "both", "seeded", "", "192.168.7.7", "", "both", "assumed", "", "Seeded."
)

SEEDS = {
    "conflict": ("conflict", rule("bridge", "web", "tcp:22", priority=1100, action="deny")),
    "clutter": ("clutter", rule("bridge", "web", "tcp:22", priority=1100)),
    "redundant": ("redundant", rule("bridge", "web", "tcp:22", priority=900)),
    "another network": (
        "silent",
        rule("bridge", "web", "tcp:8080", network="maintenance-network"),
    ),
    "no address": ("silent", FLAT, rule("bridge", "seeded", "tcp:22")),
    "no listener": ("no-listener", rule("bridge", "database", "tcp:1521")),
    "one port of two": ("no-listener", rule("bridge", "database", "tcp:5432 tcp:1521")),
    "unreached": ("unreached", listener("load-balancer", "tcp:9999", cdn="google")),
    "unreached in part": (
        "unreached",
        listener("balancer", "tcp:443 udp:53", cdn="google"),
    ),
    "foreign source": ("foreign", rule("192.168.7.0/24 bridge", "web", "tcp:80")),
    "foreign destination": ("foreign", rule("bridge", "10.99.0.5", "tcp:80")),
    "foreign interface": ("foreign", HOUSE, PRIVATE),
    "foreign interface at home": ("foreign", FLAT, PRIVATE),
    "foreign route": (
        "foreign",
        RouteRow(
            "seeded",
            "both",
            50,
            "10.99.0.0/24",
            "internet",
            "nat",
            "203.0.113.30",
            "assumed",
            "",
            "",
        ),
    ),
    "foreign relay": (
        "foreign",
        RelayRow(
            "seeded",
            "both",
            "bridge",
            "tcp:22",
            "bridge",
            "10.99.0.5",
            "tcp:22",
            "",
            "assumed",
            "",
            "",
        ),
    ),
    "tie": ("tie", rule("jobs", "database", "tcp:5432", action="deny")),
    "wide": ("wide", rule("internet", "database", "tcp:5432")),
    "wide among others": ("wide", rule("bridge any", "web", "tcp:80")),
    "wide and private": ("wide", rule("10.0.0.0/8", "web", "tcp:80")),
}


def test_the_documented_tables_show_the_443_finding_and_nothing_else():
    """The load balancer may open a port that nothing listens on."""
    report = lint()
    (one,) = report.findings

    assert (one.kind, one.row) == ("no-listener", "load-balancer-to-web")
    assert "tcp:443" in one.says
    assert "tcp:443 passes, and nothing answers" in one.evidence
    assert one.edit is None
    assert one.advice.startswith("your choice: take tcp:443 out")
    assert set(one.under) == set(itertools.product(["google"], READINGS))


def test_what_is_explained_says_why():
    """Documented rules that could go, and doors to the public."""
    explained = lint().explained

    assert {one.kind for one in explained} == {"redundant", "wide"}
    for one in explained:
        row = next(row for row in orocloud.tables.rules if row.name == one.row)
        if one.kind == "redundant":
            assert row.basis == "documented"
            assert row.cites in one.explained
        else:
            assert "door to the public" in one.explained


def test_nothing_is_explained_by_its_name():
    """With other names for the rules, the report is the same."""
    tables = orocloud.tables
    renamed = [row._replace(name=f"rule-{k}") for k, row in enumerate(tables.rules)]
    report = lint(network=Network(tables.replaced(rules=tuple(renamed))))

    assert len(report.findings) == len(lint().findings)
    assert len(report.explained) == len(lint().explained)


def test_an_explanation_rests_on_the_rows():
    """An assumed rule that could go is a finding; so is a door that nobody answers."""
    rules = [
        row._replace(basis="assumed", cites="")
        if row.name == "nat-accepts-nothing"
        else row
        for row in orocloud.tables.rules
    ]
    shut = [row for row in orocloud.tables.listeners if row.name != "vpn-openvpn"]
    assumed = Network(orocloud.tables.replaced(rules=tuple(rules)))
    silent = Network(orocloud.tables.replaced(listeners=tuple(shut)))

    assert found(assumed) == DOCUMENTED | {("redundant", "nat-accepts-nothing")}
    assert ("wide", "vpn-from-internet") in found(silent)


@pytest.mark.parametrize("seed", some(SEEDS, 7))
def test_a_seeded_defect_is_named_exactly(seed):
    """One defect more in the tables is one finding more in the report."""
    _, report = seeded(seed)
    names = {(one.kind, one.row) for one in report.findings}

    assert names - DOCUMENTED == {(SEEDS[seed][0], "seeded")}


@pytest.mark.parametrize("seed", some(SEEDS, 7))
def test_the_suggested_edit_takes_the_finding_away(seed):
    """And brings no other. What would change an answer is told in words, as a choice."""
    network, report = seeded(seed)
    edits = {one.edit for one in report.findings if one.row == "seeded"}
    if SEEDS[seed][0] in ("no-listener", "foreign", "wide"):
        assert edits == {None}
    else:
        assert found(applied(network, edits)) == DOCUMENTED


@pytest.mark.parametrize("seed", some(SEEDS, 7))
def test_a_suggestion_is_written_as_the_network_reads_it(seed):
    """What the report shows can be copied and run."""
    network, report = seeded(seed)
    for one in report.findings:
        edit = one.edit
        if edit is not None:
            written = eval(f"network.{edit}", {"network": network})
            assert written == applied(network, [edit])


def test_every_kind_is_seeded():
    """No kind is without a test."""
    assert {seed[0] for seed in SEEDS.values()} == set(KINDS)


def test_where_no_edit_is_safe_an_advice_stands_instead():
    """In words alone, so that nobody runs it unread."""
    for seed in some(SEEDS, 7):
        for one in seeded(seed)[1].findings:
            told = (one.edit, one.advice)
            assert any(told)
            assert "with" not in one.advice.replace("without it", "")


def test_of_two_rules_that_are_alike_one_may_go():
    """Each by itself changes nothing, both together do."""
    row = rule("bridge", "database", "tcp:5432")
    network = planted(row, row._replace(name="seeded-again"))
    report = lint(network=network)
    edits = [one.edit for one in report.findings if "seeded" in one.row]

    assert [edit.row for edit in edits] == ["seeded-again"]
    assert permitted(applied(network, edits)) == permitted(network)


@pytest.mark.parametrize(("action", "number"), [("deny", 1000), ("allow", 999)])
def test_the_priority_that_is_advised_lets_the_rule_decide(action, number):
    """Deny goes first at equal numbers, so it needs no lower one."""
    other = "allow" if action == "deny" else "deny"
    before = rule("bridge", "web", "tcp:9", name="before", action=other)
    unexpected = rule("bridge", "web", "tcp:9", priority=1200, action=action)
    network = planted(before, unexpected)
    (one,) = [one for one in lint(network=network).findings if one.row == "seeded"]

    assert f"a priority of {number} or less" in one.advice
    for priority, decides in ((number, True), (number + 1, False)):
        moved = network.with_rule_changed("seeded", priority=priority)
        place, scenario = ("application-network", "ingress"), moved.scenario()
        divided = shares(scenario.policies[place], scenario.scope(place))
        (share,) = [share for one, share in divided if one.name == "seeded"]
        assert (not share.empty) == decides


def test_what_only_reaches_itself_is_not_reached():
    """A packet from a host to itself meets no firewall."""
    network = planted(listener("nat", "tcp:8888"), rule("nat", "nat", "tcp:8888"))

    assert ("unreached", "seeded") in found(network)


def test_a_documented_rule_that_is_overruled_stays_and_the_other_is_named():
    """It is no suggestion to take away what the page states."""
    bar = rule("any", "web", "all", priority=10, action="deny")
    report = lint(network=planted(bar))
    (one,) = [one for one in report.findings if one.row == "tunnel-to-web"]

    assert (one.kind, one.edit) == ("conflict", None)
    assert "seeded" in one.advice


def test_tables_without_rules_or_listeners_are_looked_at_too():
    """Nothing is odd about rules that are not there."""
    bare = orocloud.tables.replaced(rules=(), listeners=(), claims=(), ambiguities=())

    assert lint(network=Network(bare)).clean


def test_what_is_odd_under_one_reading_says_so():
    """A listener on the NAT host is reached in one reading and not in the other."""
    report = lint(network=planted(listener("nat", "tcp:8888")))
    (one,) = [one for one in report.findings if one.kind == "unreached"]

    assert {reading for _, reading in one.under} == {"operational"}
    assert one.edit is None
    assert "rows of its own" in one.advice


ENDS = (
    "any",
    "internet",
    "bridge",
    "web",
    "application",
    "application-subnet",
    "10.10.0.11",
)
drawn = st.builds(
    rule,
    st.sampled_from(ENDS),
    st.sampled_from(ENDS),
    st.sampled_from(("all", "tcp:22", "tcp:22 icmp", "tcp:80 tcp:443")),
    priority=st.sampled_from((800, 900, 1000, 1100)),
    action=st.sampled_from(("allow", "deny")),
    direction=st.sampled_from(("ingress", "egress")),
)


@examples(0.4)
@given(st.lists(drawn, min_size=1, max_size=4))
def test_rules_that_lint_would_take_away_change_nothing(rows):
    """All of them at once, under every CDN and reading: no packet fares otherwise."""
    network = planted(*(row._replace(name=f"seeded-{k}") for k, row in enumerate(rows)))
    edits = [one.edit for one in lint(network=network).findings]

    assert permitted(applied(network, filter(None, edits))) == permitted(network)


def test_a_rule_is_idle_for_whatever_reason():
    """Under one CDN it is decided before, under the other it names nothing."""
    edge = {**ANYBODY, "services": "tcp:80", "network": "google-edge"}
    network = orocloud.with_rule("again", "allow", **edge, priority=2000)
    told = [one for one in lint(network=network).findings if one.row == "again"]

    assert {one.kind for one in told} == {"clutter", "silent"}
    assert {variant for one in told for variant in one.under} == {*variants()}
    assert {str(one.edit) for one in told} == {'without_rule("again")'}


def test_what_another_cdn_needs_stays_and_what_rests_on_it_goes():
    """Of two alike each can go by itself; a rule behind, of Google alone, covers both."""
    first = rule("bridge", "database", "tcp:5432", name="first", priority=900)
    second = first._replace(name="second", priority=901)
    behind = first._replace(name="behind", priority=902, cdn="google", source="bridge nat")
    network = planted(first, second, behind)
    report = lint(network=network)
    edits = [one.edit for one in report.findings if one.edit]

    assert [str(edit) for edit in edits] == ['without_rule("second")']
    assert permitted(applied(network, edits)) == permitted(network)


SPARE = {"role": "spare", "function": "application", "home": "application-subnet"}
ANYBODY = {"source": "any", "destination": "any", "services": "all"}


def moved_databases():
    """Give the documented tables with the databases in a subnet of their own."""
    network = orocloud.with_subnet(
        "data-subnet", network="data-network", cidr="10.30.0.0/24"
    )
    for name in ("database-1", "database-2"):
        at = {"subnet": "data-subnet", "address": f"10.30.0.3{name[-1]}"}
        network = network.with_node_changed(name, home="data-subnet")
        network = network.with_interface_changed(name, **at)
    return network


def own_network():
    """Give them rules of their own, the last of which denies the rest (case A2)."""
    ends = {"source": "web jobs", "destination": "database", "services": "tcp:5432"}
    here = {"network": "data-network", "direction": "ingress"}
    network = moved_databases().with_rule("data-in", "allow", **ends, **here)
    return network.with_rule("data-deny", "deny", **ANYBODY, **here, priority=65535)


def proposed_last():
    """Give the documented tables, the implied ingress rows as one's own (case A3)."""
    names = [
        row.name for row in orocloud.tables.rules if row.name.endswith("implied-ingress")
    ]
    assert names
    return functools.reduce(
        lambda network, name: network.with_rule_changed(name, basis="proposed"),
        names,
        orocloud,
    )


@pytest.mark.parametrize("make", [own_network, proposed_last])
def test_a_last_rule_is_taken_away_only_where_the_platform_denies_as_well(make):
    """Then nothing opens; and the finding says who would deny instead."""
    network = make()
    edits = [one.edit for one in lint(network=network).findings if one.edit]

    assert edits
    assert permitted(applied(network, edits)) == permitted(network)


def test_a_rule_with_an_empty_side_is_found_and_the_others_as_ever():
    """Beside rules of several spans, which share the arrays with it (case D5)."""
    spans = rule(
        "10.10.0.11 10.10.0.31", "web", "tcp:5000 tcp:6000", name="spans", priority=5
    )
    late = spans._replace(name="late", priority=1200, services="tcp:5000")
    before = found(planted(spans, late))
    node = FLAT._replace(name="spare-1", role="spare")
    empty = rule("spare-1", "web", "tcp:5000", name="empty", action="deny", priority=900)

    assert ("clutter", "late") in before
    assert found(planted(node, spans, late, empty)) == before | {("silent", "empty")}


NOBODY = FLAT._replace(name="spare-1", role="spare")
"""A node without an address: what names it alone has an empty side."""

SEVERAL = ("web", "10.10.0.11 10.10.0.31", "bridge nat 10.10.0.128/25", "spare-1 jobs")
sides = st.sampled_from((*ENDS, *SEVERAL, "spare-1", "spare-1"))
beside = st.builds(
    rule,
    sides,
    sides,
    st.sampled_from(("all", "tcp:22", "tcp:5000 tcp:6000 icmp", "tcp:80 udp:53")),
    priority=st.sampled_from((5, 900, 1000, 1001)),
    action=st.sampled_from(("allow", "deny")),
    direction=st.sampled_from(("ingress", "egress")),
)


def test_lint_survives_every_list_of_rules():
    """A rule with an empty side is silent, and all is found that is found without it."""
    seen = Counter()

    @examples(0.5)
    @given(st.lists(beside, min_size=1, max_size=5))
    def survives(rows):
        rows = [row._replace(name=f"seeded-{k}") for k, row in enumerate(rows)]
        empty = [row for row in rows if "spare-1" in (row.source, row.destination)]
        full = [row for row in rows if row not in empty]
        with_all = found(planted(NOBODY, *rows))

        assert with_all == found(planted(NOBODY, *full)) | {
            ("silent", r.name) for r in empty
        }
        spans = any(" " in row.source or " " in row.destination for row in full)
        idle = any(kind in ("clutter", "conflict") for kind, _ in with_all)
        shapes = {
            "empty": empty,
            "beside": empty and spans,
            "idle": empty and idle,
            "all": 1,
        }
        seen.update(name for name, met in shapes.items() if met)

    survives()
    print(dict(seen))  # noqa: T201
    assert rare(seen, seen["all"], ("empty", "beside", "idle")) == {}


def verdicts(network):
    """Give every verdict, under every CDN and reading."""
    return [
        (one.claim.claim, one.cdn, one.reading, one.verdict)
        for one in check(network=network)
    ]


def unchanged(before, after):
    """Assert that no packet, no way, no translation and no promise differs."""
    assert diff(before, after).empty
    assert verdicts(before) == verdicts(after)
    for one, other in zip(before.scenarios(), after.scenarios(), strict=True):
        assert one.translations == other.translations
        cells = Cells(one, other)
        assert fates(cells, one, other) == {}


@law(part=0.4)
def test_advice_is_safe(network):
    """Each advice by itself, all at once, and one after the other: no answer changes."""
    edits = [one.edit for one in lint(network=network).findings]
    edits = list(dict.fromkeys(filter(None, edits)))
    for edit in some(edits, 1):
        unchanged(network, edit.apply(network))
    unchanged(network, applied(network, edits))
    turned = network
    while edits:
        turned = edits[0].apply(turned)
        again = [one.edit for one in lint(network=turned).findings]
        edits = list(filter(None, again))
    unchanged(network, turned)


def run(capsys, *arguments):
    status = main(["lint", *arguments])
    return status, capsys.readouterr()


def test_the_command_exits_1_for_google_and_0_for_cloudflare(capsys):
    """The one finding speaks of the load balancer, which Cloudflare's variant has not."""
    assert run(capsys)[0] == 1
    assert run(capsys, "--cdn", "google")[0] == 1
    status, out = run(capsys, "--cdn", "cloudflare")

    assert status == 0
    assert out.out.startswith("0 findings, ")


def test_the_command_says_what_its_exit_status_means(capsys):
    """And what the documented tables give."""
    assert main(["lint", "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())

    assert "Exit status 0" in told
    assert "one finding, under google" in told


def test_the_command_gives_json(capsys):
    """With kind, severity, row, evidence and edit."""
    _, out = run(capsys, "--json")
    told = json.loads(out.out)
    (one,) = told["findings"]

    assert one["edit"] is None
    assert one["suggestion"].startswith("your choice")
    assert all(other["explained"] for other in told["explained"])


def test_the_command_reads_other_tables_and_refuses_bad_ones(capsys, tmp_path):
    """Findings are status 1, bad input is status 2."""
    planted(SEEDS["wide"][1]).save(tmp_path)
    status, out = run(capsys, "--tables", str(tmp_path))

    assert status == 1
    assert "name those alone who need it" in out.out
    assert run(capsys, "--tables", str(tmp_path / "none"))[0] == 2


def test_an_unknown_reading_is_refused():
    """With close matches."""
    with pytest.raises(UnknownNameError, match="literal"):
        lint(reading="litteral")


def test_the_report_is_a_table_in_a_notebook():
    """Text and HTML, the most severe first, and names are escaped."""
    report = lint(network=planted(SEEDS["wide"][1]))
    bundle = report._repr_mimebundle_()

    assert bundle["text/plain"] == repr(report)
    assert bundle["text/html"].count("<tr>") == len(report.frame) + 1
    assert report.frame["severity"].tolist()[:2] == ["high", "medium"]


def one_host(*rules, queue="10.10.0.11"):
    """Put a queue on the host of web-1, or on one of its own, with a listener."""
    network = orocloud.with_node(
        "queue", role="queue", function="application", home="application-subnet"
    )
    leg = {"node": "queue", "subnet": "application-subnet", "address": queue}
    network = network.with_interface("queue", **leg)
    network = network.with_listener("mq", node="queue", services="tcp:5672")
    rows = (*(row._replace(name=f"seeded-{at}") for at, row in enumerate(rules)),)
    return Network(network.tables.replaced(rules=(*network.tables.rules, *rows)))


def test_who_shares_a_host_reaches_what_listens_there():
    """No firewall stands between them; on a host of its own, it takes a rule."""
    shut = rule("any", "queue", "tcp:5672", action="deny", priority=0)

    assert ("unreached", "mq") not in found(one_host(shut))
    assert ("unreached", "mq") in found(one_host(shut, queue="10.10.0.99"))


ALONE = [
    (("web-1", "queue", "tcp:5672"), {"action": "deny"}),
    (("web-1", "queue", "tcp:5672"), {}),
    (("queue", "web-1", "tcp:9 tcp:22"), {"priority": 7}),
    (("web-1 queue", "web-1", "all"), {"action": "deny", "priority": 0}),
]


@pytest.mark.parametrize(("ends", "cells"), ALONE)
def test_a_host_by_itself_is_no_evidence(ends, cells):
    """Of what it sends to itself no rule is asked: such a rule speaks of no packet."""
    network = one_host(rule(*ends, **cells), rule("any", "web-1", "tcp:9", priority=5))
    told = lint(network=network)
    kinds = {one.kind for one in told.findings if one.row == "seeded-0"}

    assert kinds == {"silent"}
    for one in (*told.findings, *told.explained):
        assert "10.10.0.11 (web-1 and queue) → 10.10.0.11" not in one.evidence


def test_what_is_forwarded_is_no_answer_to_a_rule_of_every_network():
    """An edge outside listens; nobody does in the networks that the rule lets in to."""
    n = orocloud.with_listener(
        "edge-too", node="cloudflare", services="tcp:9999", cdn="cloudflare"
    )
    ends = {"source": "jobs", "destination": "web cloudflare", "services": "tcp:9999"}
    where = {"network": "every", "priority": 5, "basis": "platform", "cdn": "cloudflare"}
    n = n.with_rule("before-all", "allow", **ends, **where)
    found = {(one.kind, one.row) for one in lint(cdn="cloudflare", network=n).findings}

    assert ("no-listener", "before-all") in found
