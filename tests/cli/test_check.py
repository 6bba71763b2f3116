"""``orosec check``: its exit status follows verdicts and exceptions."""

import json

import pytest

from orosec import orocloud
from orosec.cli.main import main

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


def test_check_judges_both_cdns_and_exits_0(capsys):
    """Without --cdn every variant is judged."""
    assert main(["check", "--json"]) == 0
    claims = json.loads(capsys.readouterr().out)["claims"]

    assert {claim["cdn"] for claim in claims} == {"google", "cloudflare"}
    assert all(claim["verdict"] == claim["expected"] for claim in claims)
