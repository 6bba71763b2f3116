"""The register: every sentence has its row, every claim its recorded verdict."""

from collections import Counter

import pytest

from orosec import check, orocloud, scoreboard
from orosec.errors import BrokenPromise

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
