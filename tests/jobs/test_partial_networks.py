"""Networks of which a part is missing are good tables: what can be judged is.

Of what is gone nothing is claimed, or a claim says that there is nothing to look at.
"""

from contextlib import suppress
from functools import partial

import clouds
import pandas as pd
import pytest
from effort import later
from folders import set_cells, write_table
from hypothesis import strategies as st
from jobs import staging
from partial import without

import orosec
from orosec import (
    BrokenPromise,
    TableError,
    UnknownNameError,
    check,
    consequences,
    decide,
    diff,
    draw,
    explain,
    lint,
    orocloud,
    read_network,
    safe_change,
    scoreboard,
    summary,
)
from orosec.claims.register import evidence_text
from orosec.cli.main import main
from orosec.diagrams.views import VIEWS
from orosec.engine.notation import address_number
from orosec.model.schema import CDNS, TABLES

ROLES = sorted({row.role for row in orocloud.tables.nodes})
CLAIMS = [row.claim for row in orocloud.tables.claims]
GROUPS = {
    "no VPN": ["vpn"],
    "no NAT": ["egress"],
    "no bridge": ["bridge"],
    "no CDN at all": ["cdn"],
    "nobody outside": ["outside"],
    "no application": ["application"],
    "no routes": [row.name for row in orocloud.tables.routes],
    "no relays": [row.name for row in orocloud.tables.relays],
    "no claims": CLAIMS,
    "no DMZ": ["maintenance-dmz"],
}
"""What may be gone as a whole, beside a CDN, single roles and single claims."""
SHAPES = (*GROUPS, "one CDN alone", "a role less", "a claim less")


@st.composite
def partials(draw):
    """Draw a part of the documented tables, with the shapes that it has."""
    shapes = [name for name in GROUPS if draw(st.integers(0, 2)) == 0]
    cdn = draw(st.sampled_from(["", "", *CDNS]))
    roles = draw(st.lists(st.sampled_from(ROLES), max_size=2))
    claims = draw(st.lists(st.sampled_from(CLAIMS), max_size=3))
    given = ("one CDN alone", cdn), ("a role less", roles), ("a claim less", claims)
    shapes += [name for name, some in given if some]
    gone = [one for name in shapes for one in GROUPS.get(name, ())]
    return without(orocloud, *gone, *roles, *claims, cdn=cdn), shapes


law = partial(clouds.law, drawn=partials, shapes=SHAPES)
"""A law over partial networks, which shows its hard shapes."""


def answers(network):
    """Yield what each command says, of somebody inside: strangers are another matter."""
    for cdn in CDNS:
        ours = [row for row in network.scenario(cdn).nodes if row.function != "outside"]
        end = ours[-1].role if ours else network.tables.subnets[0].name
        for flow in ("internet", end, "tcp:443"), (end, "internet", "tcp:22 icmp"):
            for ask in ("decide", "explain", "what_would_allow", "what_would_deny"):
                yield getattr(orosec, ask)(*flow, cdn=cdn, network=network)
        flows = pd.DataFrame([("10.10.0.11", "10.10.0.31", "tcp", 5432)])
        flows.columns = ["source", "destination", "protocol", "port"]
        yield orosec.decide_many(flows, cdn=cdn, network=network)
        for view in VIEWS:
            yield draw(network, view, cdn=cdn)
        yield draw(orocloud, network, cdn=cdn)
    for ask in ("check", "scoreboard", "summary", "compliance", "trace", "lint"):
        yield getattr(orosec, ask)(network=network)
    yield orosec.surface(network=network)
    for pair in (orocloud, network), (network, orocloud):
        yield diff(*pair)
        yield consequences(*pair)
        yield safe_change(*pair, ("internet", "10.10.0.11", "tcp:22"))
    yield orosec.panel(network=network)


def proofs(network):
    """Yield how each command is asked that says no by an error."""
    every = check(network=network)
    for row in network.tables.ambiguities[:2]:
        own = {*row.literal.split(), *row.operational.split()}
        wrong = [one for one in every.unexpected if one.claim.claim in own]
        if all(one.verdict == "vacuous" for one in wrong):
            assert str(orosec.ambiguity(row.ambiguity, network=network))
    yield partial(orosec.prove, "AC2", network=network)


@law(0.5)
def test_every_command_answers(network):
    """Whatever is gone, there is an answer, and it can be read."""
    for answer in answers(network):
        assert str(answer).strip()
    for proof in proofs(network):
        with suppress(BrokenPromise, UnknownNameError):  # a sentence may have no claim left
            assert str(proof()).strip()


def told(network):
    """Give what became of each claim, with the evidence."""
    every = check(network=network)
    return {
        (one.claim.claim, one.cdn, one.reading): (one, evidence_text(one)) for one in every
    }


ABOUT = {
    "vpn": "MD1-rest MD1-lives TF5-ports",
    "bridge": "AC6-two NS2-two-networks",
    "cdn": "AS2-one-cdn GL2-front",
    "application": "AS1-data GL1-application GL4-clear CF4-clear AC3-one AC7-everywhere",
}
"""Facts and "only" that speak of the nodes of a function, and name none of them."""


@law(1.0)
def test_of_what_is_gone_nothing_is_claimed(network):
    """A claim about it is absent, or vacuous with a reason."""
    there = {row.function for row in network.tables.nodes}
    gone = {one for name, ids in ABOUT.items() if name not in there for one in ids.split()}
    for (claim, _, _), (one, reason) in told(network).items():
        if claim in gone:
            assert (claim, one.verdict) == (claim, "vacuous")
        assert reason


@law(1.0)
def test_evidence_is_there(network):
    """A row that breaks a claim stands in these tables, or is told as missing."""
    for one, reason in told(network).values():
        found = one.verdict == "broken" and one.counterexample.row
        if found:
            assert one.counterexample.row.row in reason
            assert found.row in names(network, found.table) | missing(found)


def names(network, table):
    """Give the names of all rows of a table, or of two."""
    rows = network.tables.by_name()
    return {row[0] for name in table.split(" and ") for row in rows[name]}


def missing(found):
    return {found.row} if found.says == "is missing" else set()


@pytest.mark.parametrize("cdn", CDNS)
def test_one_cdn_alone_is_as_recorded(cdn):
    """What is claimed of the other is absent, listed so, and nothing is judged there."""
    (other,) = {*CDNS} - {cdn}
    network = without(orocloud, cdn=other)
    judged = orosec.prove(network=network)
    absent = [one for one in judged.amendments if one.name.startswith(("CF", "GL"))]

    assert judged.as_expected
    assert {one.cdn for one in judged} == {cdn}
    assert {one.name for one in judged.amendments} == {
        row.claim for row in orocloud.tables.claims if row.cdn == other
    }
    assert all(one.says.startswith(f"absent, no row of {other}: ") for one in absent)
    assert other not in scoreboard(network=network).columns
    assert cdn in scoreboard(network=network).columns
    assert {row[0] for row in summary(network=network).rows} == {cdn}


@pytest.mark.parametrize("cdn", CDNS)
@pytest.mark.parametrize("left", ["a listener", "a rule", "a claim", "a node of both"])
def test_a_cdn_that_leaves_a_row_is_promised_all(cdn, left):
    """While one row of it is there, each claim that is gone counts."""
    network = without(orocloud, cdn=cdn)
    row = {"source": "web", "destination": "jobs", "services": "tcp:1"}
    network = {
        "a listener": partial(network.with_listener, "x", node="web", services="tcp:1"),
        "a rule": partial(network.with_rule, "x", "deny", **row),
        "a claim": partial(
            network.with_claim, **network.tables.claims[0]._asdict() | {"claim": "AS1-x"}
        ),
        "a node of both": partial(
            network.with_node, "x", role="x", function="cdn", home="internet"
        ),
    }[left](cdn="both" if "both" in left else cdn)
    undeclared = {one.name for one in check(network=network).undeclared}

    assert undeclared >= {row.claim for row in orocloud.tables.claims if row.cdn == cdn}


@pytest.mark.parametrize("change", ["with_claim", "with_exception", "without_claim"])
def test_what_is_of_both_cdns_is_not_absent(change):
    """Nor is another edit that names a claim of the CDN that is gone."""
    network = without(orocloud, cdn="cloudflare")
    owned = {"rationale": "x", "owner": "x", "until": "9999-12-31", "basis": "assumed"}
    edited = {
        "with_claim": lambda: network.with_claim(
            **network.tables.claims[0]._asdict() | {"claim": "CF2-out"}
        ),
        "with_exception": lambda: network.with_exception("CF2-out", **owned),
        "without_claim": lambda: network.without_claim("VP3-asked"),
    }[change]()
    (one,) = check(network=edited).undeclared

    assert one.name == ("VP3-asked" if change == "without_claim" else "CF2-out")


@pytest.mark.parametrize(
    ("gone", "claim"), [("load-balancer", "GL4"), ("cloudflare", "CF4")]
)
def test_an_edge_that_is_gone_is_no_fault(gone, claim):
    """Where no edge stands in front, nothing is said of where HTTPS ends."""
    (verdict,) = {
        one.verdict
        for one in check(claim, network=without(orocloud, gone))
        if one.claim.via == "tls-ends-at-the-edge"
    }
    assert verdict == "vacuous"


def test_what_leaves_as_nobody_is_shown():
    """Without a NAT node all that leaves has no address outside: a packet shows it."""
    network = without(orocloud, "egress")
    (evidence,) = {
        one.counterexample
        for one in check("AC3", cdn="google", reading="literal", network=network)
        if one.verdict == "broken"
    }
    assert evidence.row.row in names(network, evidence.row.table)


def test_a_fact_without_rows_says_so():
    """A fact looks at rows; where there are none, traffic is not the reason."""
    network = without(orocloud, "bridge")
    (reason,) = {
        text for one, text in told(network).values() if one.claim.claim == "AC6-two"
    }
    assert "traffic" not in reason


# A cloud of ten rows


TEN = {
    "subnets": [("shop-subnet", "shop-network", "10.60.0.0/24")],
    "nodes": [
        ("shop-1", "shop", "application", "shop-subnet", "yes"),
        ("office-1", "office", "outside", "internet", "no"),
    ],
    "interfaces": [
        ("shop-1", "shop-1", "shop-subnet", "10.60.0.2", "203.0.113.60"),
        ("office-1", "office-1", "", "198.51.100.0/24", ""),
    ],
    "listeners": [("shop-https", "shop", "tcp:443"), ("shop-ssh", "shop", "tcp:22")],
    "rules": [
        ("office-in", "ingress", "allow", "office", "shop", "tcp:443 tcp:22"),
        ("mail-out", "egress", "allow", "shop", "internet", "tcp:587"),
        ("shut", "egress", "deny", "shop", "any", "all"),
    ],
}
COLUMNS = {
    "subnets": "name network cidr",
    "nodes": "name role function home stores",
    "interfaces": "name node subnet address public",
    "listeners": "name node services",
    "rules": "name direction action source destination services",
}
ALIKE = {"cdn": "both", "reading": "both", "carries": "both", "network": "shop-network"}
ALIKE |= {"priority": "1000", "basis": "assumed", "rationale": "One host."}


BOX = address_number("10.60.0.2")


def ten_rows(folder):
    """Write ten rows as CSV files, each with all its columns; the other files are empty."""
    for name, table in TABLES.items():
        given = [
            dict(zip(COLUMNS[name].split(), cells, strict=True))
            for cells in TEN.get(name, ())
        ]
        rows = [
            {label: {**ALIKE, **row}.get(label, "") for label in table.columns}
            for row in given
        ]
        write_table(folder, name, list(table.columns), rows)
    mail = {"priority": "900"}
    set_cells(folder, "rules", "mail-out", **mail)
    return read_network(folder)


def test_ten_rows_are_a_cloud(tmp_path):
    """The office gets in, mail gets out, and nothing else does; every command answers."""
    network = ten_rows(tmp_path)
    assert sum(map(len, network.tables.by_name().values())) == 10

    asked = {
        ("office", "shop", "tcp:443"): ("permitted", "office-in"),
        ("internet", "shop", "tcp:443"): ("partly", "implied ingress of shop-network"),
        ("8.8.8.8", "shop", "tcp:22"): ("denied", "implied ingress of shop-network"),
        ("shop", "8.8.8.8", "tcp:587"): ("permitted", "mail-out"),
        ("shop", "8.8.8.8", "tcp:443"): ("denied", "shut"),
    }
    for flow, (verdict, rule) in asked.items():
        answer = decide(*flow, network=network)
        assert answer.verdict == verdict
        assert rule in str(answer)
    assert all(isinstance(str(answer), str) for answer in answers(network))
    assert str(lint(network=network)) == "0 findings, 0 explained"


@pytest.mark.parametrize("ask", ["check", "scoreboard", "compliance", "trace", "surface"])
def test_what_finds_nothing_says_so(tmp_path, ask):
    """An empty cell below a question is no answer."""
    network = ten_rows(tmp_path).with_interface_changed("shop-1", public="")
    assert str(getattr(orosec, ask)(network=network)).strip()


def one_host(**cells):
    """Give the staging host as a database and a mail relay, too."""
    network = staging()
    for role, function, port in ("database", "application", 5432), ("mail", "other", 25):
        node = {"role": role, "function": function, "home": "staging-subnet"} | cells
        network = network.with_node(f"{role}-1", **node)
        leg = {"node": f"{role}-1", "subnet": "staging-subnet", "address": "10.60.0.2"}
        network = network.with_interface(f"{role}-1", **leg)
        network = network.with_listener(role, node=role, services=f"tcp:{port}")
    return network


@later
def test_one_host_has_several_roles():
    """It answers to each name, and what listens there is the union."""
    network = one_host()
    for role in "shop", "database", "mail":
        assert decide("198.51.100.7", role, "tcp:22", network=network).served is True
        assert decide("8.8.8.8", role, "tcp:22", network=network).verdict == "denied"
        assert network.scenario().level("served").destinations() == ((BOX, BOX),)
    opened = network.with_rule(
        "sql", "allow", source="198.51.100.0/24", destination="shop", services="tcp:5432"
    )
    for role in "shop", "database":
        assert decide("198.51.100.7", role, "tcp:5432", network=opened).served is True
    assert {
        change.kind for pair in diff(network, opened).pairs for change in pair.changes
    } == {"opened"}
    assert all(str(answer) for answer in answers(network))


def test_one_host_has_all_its_names():
    """In words, and in the picture: one box for application roles that fare alike."""
    network = one_host()
    (example,) = decide("198.51.100.7", "mail", "tcp:22", network=network).parts
    assert "10.60.0.2 (shop-1 and database-1 and mail-1)" in example[2]
    assert "internet → shop, database: tcp:22" in str(draw(network))
    assert "internet → mail: tcp:22" in str(draw(network))


@pytest.mark.parametrize(
    ("source", "destination"), [("shop", "database"), ("mail", "shop")]
)
def test_a_host_reaches_itself_past_every_rule(source, destination):
    """No rule is asked, whatever it says; nobody claims anything of it."""
    network = one_host()
    shut = {"source": "any", "destination": "any", "services": "all"}
    network = network.with_rule("shut", "deny", network="staging", **shut, priority=0)
    answer = decide(source, destination, "tcp:443 tcp:9", network=network)

    assert (answer.verdict, answer.passes, answer.served) == ("permitted", True, None)
    assert (answer.steps, answer.claims, answer.blockers) == ((), (), ())
    assert "A host sends it to itself, where no firewall stands." in str(answer)
    assert "no chain" not in str(explain(source, destination, network=network))
    assert decide("any", destination, "tcp:9", network=network).verdict == "denied"


@pytest.mark.parametrize(
    ("node", "leg"),
    [
        ({"home": "staging"}, {}),
        ({"role": "shop"}, {}),
        ({}, {"address": "10.60.0.0/30"}),
        ({}, {"subnet": ""}),
    ],
)
def test_two_hosts_have_no_address_in_common(node, leg):
    """Another home or subnet, one role twice, a part of a range: that is a mistake."""
    node = {"role": "x", "function": "other", "home": "staging-subnet"} | node
    leg = {"subnet": "staging-subnet", "address": "10.60.0.2"} | leg
    alone = staging().with_node("x-1", **node)
    with pytest.raises(TableError, match="is an address of shop-1 already"):
        alone.with_interface("x-1", node="x-1", **leg)


def test_a_folder_without_fingerprints_is_of_its_own(tmp_path):
    """Who writes a cloud of one's own need not write that no page is recognised by it."""
    ten_rows(tmp_path)
    for name, table in TABLES.items():
        if table.wing:
            (tmp_path / f"{name}.csv").unlink()
    assert len(read_network(tmp_path).tables.rules) == 3


# Where no CDN is named

FRONTS = {"google": "35.191.0.1", "cloudflare": "cloudflare-tunnel"}
"""Who sends to the application, where that CDN stands in front."""


@pytest.mark.parametrize(
    ("gone", "left"), [("google", "cloudflare"), ("cloudflare", "google")]
)
def test_the_one_cdn_that_is_there_is_asked(gone, left, tmp_path, capsys):
    """Nothing is judged under a CDN of which there is no row."""
    network = without(orocloud, cdn=gone)
    to_web = ("bridge", "web", "tcp:22")
    flow = {"source": [FRONTS[left]], "destination": ["web-1"], "service": ["tcp:80"]}
    edit = network.without_rule("bridge-to-application")
    told = diff(network, edit)
    network.save(tmp_path / "one")

    assert decide(*to_web, network=network).cdn == left
    assert explain(*to_web, network=network).there.cdn == left
    for ask in (orosec.what_would_allow, orosec.what_would_deny):
        assert (
            f"[{left}, operational]" in ask("internet", *to_web[1:], network=network).goal
        )
    assert draw(network).words == draw(network, cdn=left).words
    assert draw(network, edit).words == draw(network, edit, cdn=left).words
    assert orosec.panel(network=network).shown["cdn"] == left
    assert {cdn for pair in told.pairs for cdn in pair.variant[:1]} == {left}
    assert {row.cdn for row in consequences(network, edit).rows} == {left}
    assert {row[0] for row in orosec.surface(network=network).rows} == {left}
    many = orosec.decide_many(pd.DataFrame(flow), network=network)
    assert many.verdict.tolist() == ["permitted"]
    assert main(["decide", *to_web, "--tables", str(tmp_path / "one"), "--json"]) == 0
    assert f'"cdn": "{left}"' in capsys.readouterr().out


def test_of_two_networks_a_cdn_counts_that_either_has():
    """What goes with a CDN is told of that CDN; a picture says that it changes."""
    network = without(orocloud, cdn="google")
    assert {pair.variant[0] for pair in diff(orocloud, network).pairs} == {*CDNS}
    assert "from google to cloudflare" in draw(orocloud, network).words[0]
