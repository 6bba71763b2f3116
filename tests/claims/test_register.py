"""The register: every sentence has its row, every claim its recorded verdict."""

from collections import Counter

import pytest

from orosec import ambiguity, check, orocloud, scoreboard
from orosec.claims.register import laid_out
from orosec.errors import BrokenPromise
from orosec.model.schema import READINGS

TABLES = orocloud.tables


def test_the_page_has_46_sentences():
    """31 normative for the network, 3 procedural, 3 informative, 9 for navigation."""
    assert Counter(row.kind for row in TABLES.sentences) == {
        "normative-network": 31,
        "normative-procedural": 3,
        "informative": 3,
        "navigation": 9,
    }
    assert len(scoreboard().rows) == 46


def test_every_normative_sentence_has_a_claim():
    """A sentence on the network that nothing checks is a hole."""
    claimed = {row.sentence for row in TABLES.claims}
    normative = {r.sentence for r in TABLES.sentences if r.kind == "normative-network"}

    assert normative <= claimed


@pytest.mark.parametrize("claim", [row.claim for row in TABLES.claims])
def test_a_claim_has_its_recorded_verdict(claim):
    """Under every CDN and reading that it speaks of."""
    assert check(claim).as_expected


DOCUMENTED_RULES = [row for row in TABLES.rules if row.basis == "documented"]
OTHER = {"allow": "deny", "deny": "allow"}


@pytest.mark.parametrize("rule", DOCUMENTED_RULES, ids=lambda rule: rule.name)
def test_flipping_a_documented_rule_breaks_a_claim(rule):
    """And the failure names claim, witness and rule in at most 15 lines."""
    flipped = orocloud.with_rule_changed(rule.name, action=OTHER[rule.action])

    verdicts = check(network=flipped)

    assert verdicts.unexpected
    assert len(verdicts.failure.splitlines()) <= 15
    with pytest.raises(BrokenPromise):
        assert verdicts.as_expected


def test_the_ambiguities_are_numbered_without_holes():
    """36 that the reading of the page found, and two that the tables brought up."""
    assert [row.ambiguity for row in TABLES.ambiguities] == [f"C{n}" for n in range(1, 39)]


def test_each_known_contradiction_is_laid_out():
    """A claim that is recorded as broken is named by an ambiguity."""
    broken = {row.claim for row in TABLES.claims if row.expected == "broken"}
    named = {
        claim
        for row in TABLES.ambiguities
        for claim in f"{row.literal} {row.operational}".split()
    }

    assert broken <= named


CLAIMS = {row.claim: row for row in TABLES.claims}
READ = [(row, reading) for row in TABLES.ambiguities for reading in READINGS]


def of(case):
    """Name a case by its number and its reading."""
    return case.ambiguity if hasattr(case, "ambiguity") else case


@pytest.mark.parametrize(("row", "reading"), READ, ids=of)
def test_an_ambiguity_names_claims_of_its_own(row, reading):
    """Of its sentences, and judged under the reading that they stand for."""
    for name in getattr(row, reading).split():
        assert CLAIMS[name].sentence in row.sentences.split()
        assert CLAIMS[name].reading in ("both", reading)


@pytest.mark.parametrize("row", TABLES.ambiguities, ids=of)
def test_what_is_not_computed_is_said_and_has_a_reason(row):
    """In the evidence, for one reading or for both, and nowhere else."""
    missing = [
        reading for reading in ("literal", "operational") if not getattr(row, reading)
    ]
    reason = {
        (): "",
        ("literal",): "The literal reading is not computed: ",
        ("literal", "operational"): "Not computed: ",
    }[tuple(missing)]

    assert row.evidence.startswith(reason)
    assert ("not computed" in row.evidence.lower()) == bool(missing)


@pytest.mark.parametrize("row", TABLES.ambiguities, ids=of)
def test_the_authors_are_asked_for_one_change(row):
    """In at most 20 words."""
    assert len(row.proposal.split()) <= 20


@pytest.mark.parametrize(
    ("name", "literal", "operational"),
    [
        ("C1", "▲ known contradiction", "▲ known contradiction"),
        ("C2", "▲ known contradiction", "✔ holds"),
        ("C4", "? not computed", "✔ holds"),
        ("C12", "? not computed", "? not computed"),
        ("C16", "? not checkable", "? not checkable"),
        ("C8", "✔ holds", "▲ known contradiction"),
    ],
)
def test_each_reading_has_a_verdict(name, literal, operational):
    """One that is broken hides those that hold; what is not computed is never green."""
    assert [row[:2] for row in ambiguity(name).rows] == [
        ("literal", literal),
        ("operational", operational),
    ]


def test_an_ambiguity_tells_readings_reasons_promises_and_the_change():
    """Each in its place, the promises beside the literal reading and the evidence below."""
    sheet = ambiguity("C13")
    row = next(row for row in TABLES.ambiguities if row.ambiguity == "C13")
    literal, operational = sheet.records

    assert literal["taken to mean"] == row.literal_reading
    assert operational["taken to mean"] == row.operational_reading
    assert literal["because"].startswith("MD1-words: bridge-1")
    assert literal["behind it"].startswith("MD1: ")
    assert operational["behind it"] == row.evidence
    assert sheet.notes == (f"To the authors: {row.proposal}",)


@pytest.mark.parametrize("row", TABLES.ambiguities, ids=of)
def test_an_ambiguity_fits_one_screen(row):
    """Two verdicts and a request: all else is folded away."""
    sheet = ambiguity(row.ambiguity)

    assert [*sheet.columns[: -sheet.folded]] == ["reading", "verdict"]
    assert len(sheet.rows) == 2
    assert len(sheet.notes) == 1


def test_an_alarm_is_not_hidden_by_a_known_contradiction():
    """The report lays out what it finds: both are told, the alarm first."""
    row = next(row for row in TABLES.ambiguities if row.ambiguity == "C8")
    network = orocloud.with_rule(
        "shortcut", "allow", source="internet", destination="web", services="tcp:80"
    ).with_interface_changed("web-1", public="203.0.113.99")

    verdict = laid_out(row, network).rows[1][1]
    assert verdict.startswith("✘ alarm")
    assert verdict.endswith("▲ known contradiction")


def test_an_ambiguity_without_claims_does_not_judge_all_others():
    """So it can be read where other promises are broken; a broken one of its own cannot."""
    network = orocloud.with_rule_changed("bridge-to-application", action="deny")

    assert str(ambiguity("C12", network=network)) == str(ambiguity("C12"))
    with pytest.raises(BrokenPromise):
        ambiguity("C4", network=network)
