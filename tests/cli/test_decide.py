"""``orosec decide``, ``explain``, ``suggest``: verdicts, exit statuses, errors."""

import json

import pytest

from orosec.cli.main import main


def run(capsys, *arguments):
    status = main(arguments)
    return status, capsys.readouterr()


CASES = [
    (["internet", "web", "tcp:443"], [], "denied", False),
    (["load-balancer", "web", "tcp:443"], [], "permitted", False),
    (["bridge", "database", "tcp:5432"], [], "denied", False),
    (["bridge", "web", "tcp:22"], [], "permitted", True),
    (["bridge", "web", "icmp"], [], "permitted", True),
    (["bridge", "web", "tcp:22", "tcp:80"], [], "partly", True),
    (["internet", "vpn-gateway", "udp:31194"], [], "permitted", True),
    (["internet", "vpn-gateway", "udp:31194"], ["--reading", "literal"], "denied", False),
    (["cloudflare-tunnel", "web", "tcp:80"], ["--cdn", "cloudflare"], "permitted", True),
    (["internet", "application-subnet", "all"], ["--cdn", "cloudflare"], "denied", False),
    (["internet", "203.0.113.20", "udp:31194"], [], "permitted", True),
]


@pytest.mark.parametrize(("question", "options", "verdict", "served"), CASES)
def test_decide_answers(capsys, question, options, verdict, served):
    """Exit 0 for permitted, 1 for denied and partly; JSON says the same."""
    status, out = run(capsys, "decide", *question, *options, "--json")
    answer = json.loads(out.out)

    assert (answer["verdict"], answer["served"]) == (verdict, served)
    assert status == (0 if verdict == "permitted" else 1)


def test_a_name_of_the_other_variant_comes_with_a_hint(capsys):
    """The load balancer is a name of the Google variant only."""
    question = ("decide", "load-balancer", "web", "tcp:80", "--cdn", "cloudflare")
    status, out = run(capsys, *question)

    assert status == 2
    assert "google variant" in out.err


@pytest.mark.parametrize(
    ("question", "hint"),
    [
        (("wbe", "web", "tcp:80"), "did you mean 'web'"),
        (("web", "web", "tcp:70000"), "65535"),
        (("10.0.0.1/8", "web", "tcp:80"), "10.0.0.0/8"),
        (("web", "web", "http"), "names no protocol"),
    ],
)
def test_bad_input_is_one_line_and_status_2(capsys, question, hint):
    """The line says what to write instead."""
    status, out = run(capsys, "decide", *question)

    assert status == 2
    assert hint in out.err
    assert len(out.err.splitlines()) == 1


def test_explain_names_every_blocker(capsys):
    """Both ends of a denied connection are told of."""
    status, out = run(capsys, "explain", "web", "vpn-gateway", "tcp:22", "--json")
    story = json.loads(out.out)

    assert status == 1
    assert [rule["rule"] for rule in story["blockers"]] == ["maintenance-implied-ingress"]


def test_an_answer_beyond_the_budget_is_one_line_and_status_3(capsys, monkeypatch):
    """The input is good: it says what to ask instead, and nothing half done is printed."""
    monkeypatch.setattr("orosec.engine.decision_diagram.BUDGET", 3)
    question = ("198.51.100.128/25", "10.10.0.0/25", "tcp:1-500 udp:9 icmp:1-7")
    status, out = run(capsys, "decide", *question)

    assert (status, out.out) == (3, "")
    assert "ask about fewer" in out.err
    assert len(out.err.splitlines()) == 1


@pytest.mark.parametrize("command", ["decide", "explain"])
def test_what_cannot_exist_is_unknown_and_status_3(capsys, command):
    """From IPv4 to IPv6 there is no packet: neither yes nor no would be true of it."""
    status, out = run(capsys, command, "2001:db8::1", "10.10.0.11", "tcp:443")

    assert (status, out.err) == (3, "")
    assert "2001:db8::1 → 10.10.0.11 tcp:443: unknown" in out.out
    assert "There is no such traffic" in out.out
