"""Contents: what the panel shows of a proposal, and that its parts agree."""

import pytest

import orosec.diagrams.arrow_diff
import orosec.queries.packet_diff
from orosec import diff, draw, orocloud
from orosec.panels.contents import panes
from orosec.panels.proposal import Proposal

RULE = "bridge-to-application"


def edited(text):
    return Proposal(orocloud, orocloud).with_cell(RULE, "services", text)


def test_the_rows_and_the_picture_share_one_computation_of_what_changed(monkeypatch):
    """All that is shown compares as many lists of rules as the rows alone."""
    compared = []
    difference = orosec.queries.packet_diff.difference

    def noted(*lists):
        compared.append(lists)
        return difference(*lists)

    monkeypatch.setattr(orosec.queries.packet_diff, "difference", noted)
    rows = diff(orocloud, edited("tcp:2222").network).rows
    alone = len(compared)
    shown = panes(edited("tcp:2222"), "google", "operational")

    assert rows
    assert any("opened by the change" in line for line in shown["words"])
    assert len(compared) - alone == alone > 0


def test_the_picture_knows_of_no_change_but_those_packets(monkeypatch):
    """Where the one computation finds nothing, no arrow opens and none closes."""
    network = edited("tcp:2222").network
    monkeypatch.setattr(orosec.diagrams.arrow_diff, "changes", lambda *_: ())

    assert not any("by the change" in line for line in draw(orocloud, network).words)


@pytest.mark.parametrize("waiting", [0, 1])
def test_a_refused_cell_is_shown_and_changes_nothing(waiting):
    """It is counted, and neither rows nor picture know of it."""
    shown = panes(edited("tcp:99999" if waiting else "tcp:22 icmp"), "google", "literal")

    assert ("Not taken yet: 1 cell" in shown["summary"]) == bool(waiting)
    assert "No difference" in shown["difference"]["title"]
    assert "no arrow changes" in shown["words"][0]


def test_amendments_stand_below_the_promises():
    """Also where the panel started from them, so that nothing changes."""
    amended = orocloud.with_claim_changed("TF5-ports", services="all")
    said = 'NOT AS RECORDED: with_claim_changed("TF5-ports", services="all")'

    for base in (orocloud, amended):
        shown = panes(Proposal(base, amended), "google", "operational")["consequences"]
        assert said in shown["notes"]
    shown = panes(Proposal(orocloud, orocloud), "google", "operational")["consequences"]
    assert shown["notes"] == ()
