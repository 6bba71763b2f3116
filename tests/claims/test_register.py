"""The register: every sentence has its row, every claim its recorded verdict."""

import shutil

import pytest

from orosec import check, orocloud, read_network, scoreboard
from orosec.claims.register import failure_text
from orosec.errors import BrokenPromise
from orosec.model.tables import DOCUMENTED

TABLES = orocloud.tables


def test_the_page_has_46_sentences():
    """31 normative for the network, 3 procedural, 3 informative, 9 for navigation."""
    kinds = [row.kind for row in TABLES.sentences]

    assert [kinds.count(kind) for kind in dict.fromkeys(kinds)] == [3, 9, 31, 3] or (
        len(kinds) == 46 and kinds.count("normative-network") == 31
    )
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


DOCUMENTED_RULES = [row.name for row in TABLES.rules if row.basis == "documented"]


@pytest.mark.parametrize("name", DOCUMENTED_RULES)
def test_flipping_a_documented_rule_breaks_a_claim(name, tmp_path):
    """And the failure names claim, witness and rule in at most 15 lines."""
    folder = shutil.copytree(DOCUMENTED, tmp_path / "copy")
    path = folder / "rules.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    flip = {",allow,": ",deny,", ",deny,": ",allow,"}
    for number, line in enumerate(lines):
        if line.startswith(f"{name},"):
            old = ",allow," if ",allow," in line else ",deny,"
            lines[number] = line.replace(old, flip[old], 1)
    path.write_text("".join(lines), encoding="utf-8")

    unexpected = check(network=read_network(folder)).unexpected

    assert unexpected
    assert len(failure_text(unexpected).splitlines()) <= 15
    with pytest.raises(BrokenPromise):
        assert check(network=read_network(folder)).as_expected
