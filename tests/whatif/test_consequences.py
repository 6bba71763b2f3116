"""Consequences: every promise before and after, by the same judge as ever."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from effort import examples
from hypothesis import given
from proposals import proposals

from orosec import check, orocloud
from orosec.errors import NotationError
from orosec.model.schema import CDNS
from orosec.whatif.consequences import KINDS, consequences

PROPOSAL = orocloud.with_rule(
    "dba", "allow", source="vpn-gateway", destination="database", services="tcp:5432"
)
DAY = date(2026, 8, 1)


def test_the_shortcut_breaks_the_promises_of_the_dmz():
    """The gateway shall reach no application node; the way round the bridge is open."""
    broken = consequences(orocloud, PROPOSAL).broken

    assert {"MD2-gateway", "TF0-google", "AC5-google"} <= {row.claim for row in broken}
    row = next(row for row in broken if row.claim == "MD2-gateway")
    assert (row.before, row.after, row.change) == ("holds", "broken", "broken")
    assert row.rule == "dba"
    assert row.witness.startswith("10.20.0.2 (vpn-1) → 10.10.0.31 (database-1) tcp:5432")
    assert row.notebook == "03-maintenance-dmz-subnet, MD2"


@examples(0.4)
@given(proposals, proposals)
def test_rows_are_the_verdicts_of_both_networks(one, other):
    """Each claim, CDN and reading once, with the verdicts that `check` gives."""
    rows = consequences(one, other).rows

    assert [row[:1] + row[2:4] + (row.after,) for row in rows] == [
        (each.claim.claim, each.cdn, each.reading, each.verdict)
        for each in check(network=other)
    ]
    assert [row.before for row in rows] == [each.verdict for each in check(network=one)]
    for row in rows:
        quiet = ("kept", "as before", "already broken")
        assert (row.before == row.after) == (row.change in quiet)
        assert (row.witness != "") == (row.after in ("broken", "vacuous"))


def test_nothing_changes_where_nothing_is_changed():
    """And it says so."""
    same = consequences(orocloud, orocloud)

    assert same.changed == same.broken == ()
    assert repr(same).startswith("Every promise is as it was")
    assert same.title.endswith(" not kept or not checkable, before and after.")
    assert {row.change for row in same.rows} == {"kept", "as before"}


@pytest.mark.parametrize(
    ("edit", "claim", "change"),
    [
        (
            lambda n: n.with_rule_changed("bridge-to-application", action="deny"),
            "TF2-open",
            "broken",
        ),
        (lambda n: n.without_listener("web-websocket"), "GL3-served", "broken"),
        (
            lambda n: n.with_listener("tls", node="web", services="tcp:443"),
            "TF1-served",
            "newly true",
        ),
        (lambda n: n.without_rule("load-balancer-to-web"), "GL3-alone", "kept"),
        (lambda n: n.without_rule("bridge-to-application"), "TF2-only", "became vacuous"),
    ],
)
def test_each_kind_of_change_has_its_name(edit, claim, change):
    """What held and does not, what did not and does, and what says nothing now."""
    rows = consequences(orocloud, edit(orocloud)).rows

    assert change in {row.change for row in rows if row.claim == claim}


def test_an_accepted_promise_is_not_among_the_broken_ones():
    """While the exception is valid; the day after, it is."""
    proposal = PROPOSAL.with_exception(
        "MD2-gateway", rationale="Trial.", owner="Ops", until=DAY
    )
    valid = consequences(orocloud, proposal, today=DAY)
    unexpected = consequences(orocloud, proposal, today=date(2026, 8, 2))

    assert {row.change for row in valid.rows if row.claim == "MD2-gateway"} == {"accepted"}
    assert "MD2-gateway" not in {row.claim for row in valid.broken}
    assert "MD2-gateway" in {row.claim for row in unexpected.broken}


def test_claims_that_come_or_go_are_named():
    """A promise that is no longer made is not kept."""
    claims = orocloud.claims
    fewer = orocloud.with_tables(
        claims=claims[~claims["claim"].isin(["GL2-visitor"])],
    )

    assert {row.change for row in consequences(orocloud, fewer).changed} == {"dropped"}
    assert {row.change for row in consequences(fewer, orocloud).changed} == {"added"}


def test_what_was_broken_before_is_told_apart_from_what_breaks():
    """C3: five promises, then seven more; the five are none of what the edit does."""
    base = orocloud
    for row in orocloud.tables.listeners[2:7]:
        base = base.without_listener(row.name)
    broken = {one.claim.claim: None for one in check(network=base).unexpected}
    ends = {"source": "vpn-gateway", "destination": "database", "services": "tcp:5432"}
    found = consequences(base, base.with_rule("dba", "allow", **ends))

    assert len(broken) == 5
    assert {row.claim for row in found.already_broken} == {*broken}
    assert {row.claim for row in found.broken}.isdisjoint(broken)
    assert "7 broken, 5 already broken, " in found.title
    assert f"Broken already, before the change: {' '.join(broken)}" in repr(found)
    same, back = consequences(base, base), consequences(base, orocloud)
    assert same.empty
    assert same.title.startswith("Every promise is as it was: 5 already broken, ")
    assert {row.change for row in back.changed} == {"mended"}


@examples(0.4)
@given(proposals, proposals)
def test_each_promise_is_counted_once(one, other):
    """Whatever becomes of it under this CDN and that reading: as the worst of it."""
    title = consequences(one, other).title

    assert sum(map(int, re.findall(r"\d+", title))) == len(orocloud.tables.claims)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"services": "all"}, "amended"),
        ({"expected": "vacuous"}, "amended"),
        ({"says": "Something else."}, "amended"),
        ({"verb": "allows", "services": "tcp:22"}, "broken"),
        ({"services": "all", "cdn": "google"}, "dropped"),
    ],
)
def test_a_claim_that_is_another_row_is_no_kept_promise(cells, kind):
    """C2: it said that every promise is as it was, 90 kept."""
    after = orocloud.with_claim_changed("TF5-ports", **cells)
    found = consequences(orocloud, after)

    assert not found.empty
    assert {row.claim for row in found.changed} == {"TF5-ports"}
    assert kind in {row.change for row in found.changed}
    assert found.title.startswith(f"Promises: 1 {kind}, ")
    assert 'edit: with_claim_changed("TF5-ports"' in repr(found)


def test_an_exception_that_comes_or_goes_is_told():
    """Also where no verdict changes."""
    after = orocloud.with_exception("TF1-open", rationale="No.", owner="Ops", until=DAY)

    for found in (consequences(orocloud, after), consequences(after, orocloud)):
        assert not found.empty
        assert "_exception(" in repr(found)


def test_two_deployments_are_compared():
    """C4: as by `diff` and `draw`, scenarios of one network or of two."""
    google, cloudflare = (orocloud.scenario(cdn) for cdn in CDNS)
    found = consequences(google, cloudflare)
    here = {row.claim for row in orocloud.tables.claims if google.applies_to(row)}
    there = {row.claim for row in orocloud.tables.claims if cloudflare.applies_to(row)}

    kinds = {kind: {r.claim for r in found.rows if r.change == kind} for kind in KINDS}
    assert kinds["dropped"] == here - there
    assert kinds["added"] == there - here
    assert found.broken == ()
    opened = PROPOSAL.scenario("cloudflare")
    assert {row.claim for row in consequences(cloudflare, opened).broken} == {
        row.claim
        for row in consequences(
            orocloud, PROPOSAL, cdn="cloudflare", reading="operational"
        ).broken
    }


@pytest.mark.parametrize("other", [None, "documented", orocloud.scenario()])
def test_unlike_things_are_not_compared(other):
    """As by `diff`."""
    with pytest.raises(NotationError, match="two networks or two scenarios"):
        consequences(orocloud, other)


def test_one_cdn_can_be_looked_at_alone():
    """Then no row speaks of the other one."""
    rows = consequences(orocloud, PROPOSAL, cdn=CDNS[0], reading="literal").rows

    assert {(row.cdn, row.reading) for row in rows} == {(CDNS[0], "literal")}


def test_every_promise_says_where_to_read_on():
    """In a notebook that has a heading for its sentence."""
    notebooks = Path(__file__).parents[2] / "notebooks"
    for row in consequences(orocloud, orocloud).rows:
        name, sentence = row.notebook.split(", ")
        cells = json.loads((notebooks / f"{name}.ipynb").read_text())["cells"]
        lines = [line for cell in cells for line in "".join(cell["source"]).splitlines()]
        assert any(line.startswith("#") and f" {sentence} " in f"{line} " for line in lines)


def test_consequences_look_the_same_each_time():
    """Text, HTML, a frame with every row, and plain values."""
    shown = [consequences(orocloud, PROPOSAL)._repr_mimebundle_() for _ in range(2)]
    found = consequences(orocloud, PROPOSAL)

    assert shown[0] == shown[1]
    assert len(found.frame) == len(found.rows)
    assert set(found.frame["change"]) <= set(KINDS)
    told = json.loads(json.dumps(found.as_dict()))["claims"]
    assert {"claim", "before", "after", "counterexample"} <= told[0].keys()


@pytest.mark.parametrize(
    ("cells", "change"),
    [
        ({"services": "all"}, "amended: ✔ holds"),
        ({"verb": "allows", "services": "tcp:22"}, "broken: ✔ holds → ✘ broken, amended"),
    ],
)
def test_the_row_of_an_amended_claim_says_so(cells, change):
    """Whatever became of it: another promise is judged now."""
    found = consequences(orocloud, orocloud.with_claim_changed("TF5-ports", **cells))

    assert change in {row[2] for row in found.sheet.rows}
