"""Drift: what rests on a change, what to do, and the command."""

import io
import json
import sys

import pytest
from stand_in import LINES, NETWORK, SENTENCES, forms, plain, with_after, with_changed

from orosec import orocloud
from orosec.cli.main import main
from orosec.drift.report import drift
from orosec.errors import PageError


@pytest.fixture
def copy(tmp_path):
    def write(text, name="copy.txt"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


@pytest.fixture
def run(capsys, monkeypatch):
    """Run the command on the register of the stand-in page."""
    monkeypatch.setattr("orosec.orocloud", NETWORK)

    def called(*arguments):
        status = main(["drift", *arguments])
        return status, capsys.readouterr()

    return called


CHANGED = with_changed("TF1", SENTENCES["TF1"].replace("443", "444"))


def test_what_rests_on_a_change_is_named(copy):
    """Claims, rules, rows, findings, requirements and cells, by the tables."""
    found = drift(copy(plain(CHANGED)), network=NETWORK)
    ((_, rests, _),) = found.reports

    claims = tuple(r.claim for r in orocloud.tables.claims if r.sentence == "TF1")
    assert rests.claims == claims
    assert "load-balancer-to-web" in rests.rules
    assert rests.ambiguities == ("C1", "C2", "C33", "C35")
    assert "1.2.5" in rests.requirements
    assert any(cell.startswith("04-traffic") for cell in rests.notebooks)


def test_the_steps_name_what_to_write(copy):
    """The command to judge the claims, and the cells that recognise the new text."""
    found = drift(copy(plain(CHANGED)), network=NETWORK)
    steps = "\n".join(found.reports[0].steps)
    (change,) = found.as_dict()["changes"]

    assert "orosec check TF1" in steps
    assert change["recognition"]["fingerprint"] in steps
    assert change["recognition"]["words"] == len(SENTENCES["TF1"].split())


def test_the_recognition_that_is_told_would_be_no_drift(copy):
    """Writing it into the register ends the drift."""
    path = copy(plain(CHANGED))
    (change,) = drift(path, network=NETWORK).as_dict()["changes"]
    rows = tuple(
        row._replace(**change["recognition"]) if row.part == "TF1" else row
        for row in NETWORK.tables.fingerprints
    )
    mended = type(NETWORK)(NETWORK.tables.replaced(fingerprints=rows))

    assert not drift(path, network=mended).drifted


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        (with_changed("TF1", None), "out of sentences.csv"),
        (with_changed("cloudflare", None), "out of sections.csv"),
        (with_after("TF2", ("NEW", "From the gulls: by air")), "give it a row"),
        ((*LINES[:4], LINES[5], LINES[4], *LINES[6:]), "move its row"),
    ],
)
def test_each_kind_of_change_has_steps_of_its_own(copy, lines, word):
    """Gone, new, moved."""
    found = drift(copy(plain(lines)), network=NETWORK)

    assert any(word in step for step in found.reports[0].steps)
    assert found.reports[0].steps[-1].endswith("make test")


def test_the_command_says_0_1_and_2(run, copy):
    """No drift, drift, and what cannot be read."""
    assert run(copy(plain()))[0] == 0
    assert run(copy(plain(CHANGED)))[0] == 1
    assert run(copy(b"\0\0"))[0] == 2
    assert run("/no/such/file")[0] == 2


@pytest.mark.parametrize(
    ("label", "raw", "form"), forms(), ids=lambda value: str(value)[:20]
)
def test_the_command_reads_every_form(run, copy, label, raw, form):
    """By the ending of the file."""
    status, out = run(copy(raw, f"copy.{form}"))

    assert status == 0, label
    assert out.out.startswith("no drift")


def test_the_command_reads_standard_input(run, monkeypatch):
    """In the form that --as names."""
    stdin = io.TextIOWrapper(io.BytesIO(b"<p>\n" + plain().encode()))
    monkeypatch.setattr(sys, "stdin", stdin)

    assert run("-", "--as", "txt", "--json")[0] == 0


def test_json_says_what_the_text_says(run, copy):
    """Every change, with what rests on it."""
    path = copy(plain(CHANGED))
    _, text = run(path)
    _, values = run(path, "--json")
    found = json.loads(values.out)

    assert found["drift"] is True
    assert [change["sentence"] for change in found["changes"]] == ["TF1"]
    assert "changed TF1" in text.out
    assert "1 changed" in text.out


def test_text_of_a_copy_cannot_steer_a_terminal(copy):
    """What cannot be printed is replaced, and what is long is cut."""
    text = plain(with_after("TF2", ("NEW", "Red \x9b31m gate " + "very " * 100 + "big.")))
    found = drift(copy(text), network=NETWORK)

    assert "\x9b" not in str(found)
    assert max(map(len, str(found).splitlines())) < 400
    assert "\x9b" not in repr(found)


def test_another_page_is_refused(copy):
    """It is not drift where no sentence is known at all."""
    with pytest.raises(PageError, match="no sentence"):
        drift(copy("Nothing of it. Nothing at all."), network=NETWORK)


def test_the_stand_in_page_is_not_the_documented_one(copy):
    """So that this file tests what it seems to."""
    with pytest.raises(PageError):
        drift(copy(plain()))
