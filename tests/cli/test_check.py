"""``orosec check``: its exit status follows verdicts and exceptions."""

import json
import os
import subprocess
import sys

import pytest
from effort import later, some

from orosec import Network, check, orocloud
from orosec.claims import register
from orosec.cli.main import main
from orosec.model.network import PROPOSAL
from orosec.model.schema import TABLES

DENIED = orocloud.with_rule_changed("bridge-to-application", action="deny")
CLAIM = "TF2-open"
OWNED = {"rationale": "Rebuilt in autumn.", "owner": "Ops", "until": "2026-08-01"}


def accepted(network=DENIED, claim=CLAIM, **more):
    return network.with_exception(claim, **{**OWNED, **more})


@pytest.mark.parametrize(
    ("more", "day", "status"),
    [
        ({}, "2026-08-01", 0),
        ({}, "2026-08-02", 1),
        ({"claim": "TF1-served"}, "2026-08-01", 0),
        ({"claim": "TF1-open"}, "2026-08-01", 1),
        ({"claim": "XX1"}, "2026-08-01", 1),
        ({}, "yesterday", 2),
    ],
)
def test_check_exits_by_how_exceptions_stand(tmp_path, capsys, more, day, status):
    """0 while every one is valid, 1 where one is stale, 2 where the day is none."""
    broken = "claim" not in more
    network = accepted(DENIED if broken else orocloud, **more)
    network.save(tmp_path)
    arguments = ["check", "TF2-open"] if broken else ["check"]

    assert main([*arguments, "--tables", str(tmp_path), "--today", day]) == status
    assert capsys.readouterr().err.count("\n") == (status == 2)


def test_check_tells_in_json(tmp_path, capsys):
    """Each accepted verdict has its exception; each exception has its state."""
    accepted().save(tmp_path)
    arguments = ["check", CLAIM, "--json", "--today", "2026-08-01"]

    assert main([*arguments, "--tables", str(tmp_path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {claim["accepted"]["owner"] for claim in told["claims"]} == {"Ops"}
    assert [row["state"] for row in told["exceptions"]] == ["valid"]


@pytest.mark.parametrize("more", some([[], ["--json"]], 1))
def test_a_promise_without_a_claim_is_an_alarm(tmp_path, monkeypatch, capsys, more):
    """Normative sentences alone; asked for by name, others are judged without it."""
    tables, silent = orocloud.tables, ("AC3", "VP3", "WN1")
    kept = tuple(row for row in tables.claims if row.sentence not in silent)
    Network(tables.replaced(claims=kept)).save(tmp_path)
    monkeypatch.setattr(register, "amendments", lambda *_: ())
    options = [*more, "--tables", str(tmp_path)]

    assert main(["check", *options]) == 1
    said = capsys.readouterr().out
    named = json.loads(said)["without_claims"] if more else said.split()[-2:]
    assert named == ["AC3", "VP3"]
    assert main(["check", "TF6", *options]) == 0


def test_a_vacuous_claim_recorded_as_held_is_an_alarm(tmp_path, capsys):
    """What it speaks of is gone: that keeps no promise."""
    orocloud.without_listener("vpn-openvpn").save(tmp_path)

    assert main(["check", "VP1-through", "--tables", str(tmp_path)]) == 1
    assert "vacuous, recorded as holds" in capsys.readouterr().out


def test_check_judges_both_cdns_and_exits_0(capsys):
    """Without --cdn every variant is judged."""
    assert main(["check", "--json"]) == 0
    claims = json.loads(capsys.readouterr().out)["claims"]

    assert {claim["cdn"] for claim in claims} == {"google", "cloudflare"}
    assert all(claim["verdict"] == claim["expected"] for claim in claims)


REASON = {"basis": "proposed", "means": "The new gateway speaks more protocols."}
NOTHING = {name: [] for name in TABLES}
WITHOUT_CLAIMS = {"claims": []} | {
    name: []
    for name, table in TABLES.items()
    if "claims" in {column.names for column in table.columns.values()}
}


def changed(**cells):
    return orocloud.with_claim_changed("TF5-ports", **cells)


def status(network, folder, *arguments):
    return main(["check", *arguments, "--tables", str(network.save(folder))])


@pytest.mark.parametrize(
    ("network", "told"),
    [
        (changed(services="all"), 'TF5-ports", services="all"'),
        (changed(expected="vacuous"), 'TF5-ports", expected="vacuous"'),
        (orocloud.with_tables(**WITHOUT_CLAIMS), "NS1 has no claim left"),
        (orocloud.without_claim("GL2-visitor"), 'without_claim("GL2-visitor")'),
    ],
    ids=["loosened", "re-expected", "all deleted", "one deleted"],
)
def test_check_exits_1_where_the_register_was_weakened(tmp_path, capsys, network, told):
    """C2: it was 90 kept, or 0 claims, and exit status 0."""
    assert status(network, tmp_path) == 1
    out = capsys.readouterr().out
    assert told in out
    assert " undeclared\n" in out


def test_what_is_expected_cannot_be_made_what_is_computed(tmp_path, capsys):
    """C2: a rule that breaks promises, and a register that is edited to say so."""
    opened = orocloud.with_rule(
        "dba", "allow", source="vpn-gateway", destination="database", services="tcp:5432"
    )
    broken = {one.claim.claim for one in check(network=opened).unexpected}
    for name in broken:
        opened = opened.with_claim_changed(name, expected="broken")

    assert check(network=opened).unexpected == ()
    assert status(opened, tmp_path) == 1
    out = capsys.readouterr().out
    assert [name for name in broken if f'with_claim_changed("{name}"' not in out] == []


def test_check_exits_0_where_everything_is_declared(tmp_path, capsys):
    """It is listed, and does not fail."""
    row = next(row for row in orocloud.tables.claims if row.claim == "TF5-ports")
    cells = row._asdict() | {"claim": "TF5-ssh", **REASON}
    network = changed(services="all", **REASON).with_claim(**cells)

    assert status(network, tmp_path) == 0
    out = capsys.readouterr().out
    assert 'amended: with_claim("TF5-ssh"' in out
    assert f"\n{len(network.tables.claims)} claims, " in out
    assert " verdicts, 0 not as recorded; 2 amendments, 0 undeclared\n" in out


@pytest.mark.parametrize("arguments", [[], ["GL3"]])
def test_check_exits_3_where_nothing_is_promised(tmp_path, capsys, arguments):
    """No sentence and no claim: nothing can be said, so it is not yes."""
    nothing = orocloud.with_tables(**NOTHING)

    assert status(nothing, tmp_path, *arguments) == 3
    assert capsys.readouterr().err == (
        "orosec: no claim is made here, so there is nothing to judge\n"
    )


@pytest.mark.parametrize(
    ("arguments", "silent", "code"),
    [
        (["GL3-ports", "--cdn", "cloudflare"], None, 3),
        (["GL3-ports", "TF2-open", "--cdn", "cloudflare"], "GL3-ports", 3),
        (["GL3", "TF2", "--cdn", "google"], None, 0),
    ],
)
def test_a_claim_that_is_not_judged_as_asked_is_told(capsys, arguments, silent, code):
    """What is green is green about each that was named; else it is status 3."""
    assert main(["check", *arguments]) == code

    err = capsys.readouterr().err
    if silent is not None:
        assert err == f"orosec: nothing is judged here for {silent}\n"


@later
def test_the_shipped_register_counts_whatever_tables_are_named(tmp_path):
    """Also where a variable names the proposal: it is not compared with itself."""
    changed(services="all").save(tmp_path)
    environment = os.environ | {PROPOSAL: str(tmp_path)}
    for arguments, code in {("check",): 1, ("check", "GL3"): 0}.items():
        command = [sys.executable, "-m", "orosec", *arguments]
        done = subprocess.run(command, capture_output=True, check=False, env=environment)
        assert done.returncode == code
