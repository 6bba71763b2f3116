"""The scoreboard and the short answer: each sentence once, and numbers that add up."""

import re

import pytest

from orosec import check, orocloud, scoreboard, summary

SENTENCES = [row.sentence for row in orocloud.tables.sentences]


def counts(network=orocloud):
    return {row[0]: (int(row[1]), row[2].split()) for row in summary(network=network).rows}


def test_each_sentence_has_one_verdict_and_the_numbers_add_up():
    """In the table, and in the paragraph above it."""
    found = counts()
    every = [name for _, names in found.values() for name in names]
    whole, promising, *parts = map(int, re.findall(r"\d+", summary().title))

    assert sorted(every) == sorted(SENTENCES)
    assert all(count == len(names) for count, names in found.values())
    assert whole == len(SENTENCES)
    assert sum(parts) == promising == whole - found["promises nothing"][0]


@pytest.mark.parametrize(
    ("fate", "sentences"),
    [
        ("▲ contradicted", "GL2 CF1 TF1 TF3 TF6"),
        ("? not checkable", "MD4 VP2 VP3 DD1"),
    ],
)
def test_what_does_not_hold_is_named(fate, sentences):
    """Worked out by hand from the verdicts of the claims."""
    assert counts()[fate][1] == sentences.split()


def test_a_sentence_is_as_bad_as_its_worst_claim():
    """Under any CDN, as we take it before the literal reading."""
    for row in orocloud.tables.sentences:
        own = [one for one in check() if one.claim.sentence == row.sentence]
        broken = {one.reading for one in own if one.verdict == "broken"}
        (fate,) = [fate for fate, (_, names) in counts().items() if row.sentence in names]
        if "operational" in broken:
            assert fate == "▲ contradicted"
        elif broken:
            assert fate == "△ only if not taken literally"
        else:
            assert fate[0] not in "▲△"


def test_an_alarm_comes_before_all_else():
    """With the claims that raise it, and no contradiction hides it."""
    shortcut = {"source": "vpn-gateway", "destination": "database", "services": "tcp:5432"}
    proposal = orocloud.with_rule("dba", "allow", **shortcut)
    rows = {row[0]: row[2:] for row in scoreboard(network=proposal).rows}

    assert "AC1" in counts(proposal)["✘ alarm"][1]
    assert "alarm" in summary(network=proposal).title
    assert rows["AC1"][0] == "✘ alarm: AC1-stores"
    assert rows["MD2"][0] == "✘ alarm: MD2-gateway"


def test_the_scoreboard_has_a_column_for_each_scenario():
    """A contradiction leads to its number; what is not promised is said so."""
    board = scoreboard()
    rows = {row[0]: row[2:] for row in board.rows}

    assert [*rows] == SENTENCES
    assert rows["GL3"] == ("✔ holds", "▲ C23 C1", "other CDN", "other CDN")
    assert rows["VP2"] == ("? not checkable",) * 4
    assert rows["B1"] == ("no promise",) * 4
    assert 'href="08-open-questions.ipynb#C1-' in board._repr_html_()
