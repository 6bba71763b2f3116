"""Verdicts: those of a walk over packets, with evidence that is against the claim."""

import pytest
from effort import some
from fact_walk import Walk

from orosec import orocloud
from orosec.claims.register import evidence_text
from orosec.claims.verdict import Verdict, judge
from orosec.model.schema import CDNS, READINGS

CROSSED = [*zip(CDNS, READINGS, strict=True)]
"""Both CDNs and both readings, in two scenarios."""
JUDGED = [
    judge(claim, scenario)
    for scenario in orocloud.scenarios()
    for claim in filter(scenario.applies_to, orocloud.tables.claims)
]
ARROWS = {"allows": "→", "denies": "↛"}


@pytest.mark.parametrize("variant", some(CROSSED, 1))
def test_what_is_allowed_or_denied_is_so_by_a_walk(variant):
    """Packet by packet, rule by rule, without any set of packets."""
    walk = Walk(orocloud.scenario(*variant))
    own = [one for one in JUDGED if (one.cdn, one.reading) == variant]
    tried = 0
    for one in some(own, 40):
        claim = one.claim
        if claim.verb in ARROWS and claim.level == "permitted" and one.verdict != "vacuous":
            ends = claim.source, ARROWS[claim.verb], claim.destination
            assert (one.verdict == "holds") == walk.true(*ends, claim.services), claim.claim
            tried += 1

    assert tried > 5


def test_where_a_claim_is_broken_there_is_evidence_and_nowhere_else():
    """In words, with the packet where packets are what it speaks of."""
    for one in JUDGED:
        assert (one.counterexample is not None) == (one.verdict == "broken")
        if one.counterexample:
            assert one.counterexample.says
        if one.verdict == "broken" and one.claim.level in ("permitted", "served"):
            assert one.counterexample.packet is not None


def test_a_claim_is_judged_once_in_a_scenario():
    """Judged afresh it is the same."""
    scenario = orocloud.scenario()
    for claim in filter(scenario.applies_to, orocloud.tables.claims):
        assert judge(claim, scenario) is judge(claim, scenario)
        assert Verdict(claim, scenario).verdict == judge(claim, scenario).verdict


def test_a_verdict_rests_on_rows_that_there_are():
    """Each by its table, its name and its basis."""
    every = orocloud.tables.by_name().values()
    known = {(row[0], row.basis) for rows in every for row in rows}
    for one in JUDGED:
        assert {(row, basis) for _, row, basis in one.rests_on} <= known
        assert {*one.bases} == {basis for _, _, basis in one.rests_on}


def test_traffic_that_does_not_exist_makes_a_claim_vacuous():
    """It is neither kept nor broken."""
    scenario = orocloud.without_interface("support-1").scenario()
    kinds = {
        judge(claim, scenario).verdict
        for claim in filter(scenario.applies_to, orocloud.tables.claims)
        if claim.verb in ARROWS and claim.source == "support"
    }

    assert kinds == {"vacuous"}


@pytest.mark.parametrize(
    ("verb", "flow", "via", "reason"),
    [
        ("denies", "2001:db8::1 web tcp:80", "", "there is no such traffic"),
        ("denies", "internet elsewhere all", "", "no rule is asked about such traffic"),
        ("reaches", "support internet tcp:22", "", "no rule is asked about such traffic"),
        ("only-from", "support nat tcp:80", "", "nothing of it gets there"),
        ("only-on", "support database tcp:80", "", "nothing of it gets there"),
        ("only-through", "jobs vpn-gateway icmp", "nat", "nothing of it gets there"),
        ("translated-to", "web jobs tcp:22", "nat", "nothing of it leaves"),
        ("fact", "", "bridge-joins-two-networks", "there is no row that it speaks of"),
    ],
)
def test_a_vacuous_claim_has_the_reason_that_is_true(verb, flow, via, reason):
    """Whether there is no traffic, nobody to ask, nothing that passes, no way or no row."""
    source, destination, services = flow.split() or ("", "", "")
    row = next(row for row in orocloud.tables.claims if row.verb == verb)._replace(
        source=source, destination=destination, services=services, via=via
    )
    alone = orocloud.without_interface("bridge-1-maintenance").scenario()
    one = judge(row, alone)

    assert one.verdict == "vacuous"
    assert evidence_text(one).startswith(reason)
