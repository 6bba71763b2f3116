"""What becomes of claims, held against judging every claim twice."""

import itertools

import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from proposals import proposals

import orosec.queries.verdict_diff
from orosec import orocloud
from orosec.claims.verdict import judge
from orosec.model.schema import CDNS, READINGS
from orosec.queries.verdict_diff import verdict_pairs

VARIANTS = list(itertools.product(CDNS, READINGS))
variants = st.sampled_from(VARIANTS)


def verdicts(scenario):
    claims = filter(scenario.applies_to, scenario.tables.claims)
    return {row.claim: judge(row, scenario).verdict for row in claims}


def agree(before, after):
    """Each claim of either scenario is told once, with the verdicts of both."""
    found = verdict_pairs(before, after)
    was = {pair.claim.claim: pair.before for pair in found if pair.before}
    now = {pair.claim.claim: pair.after for pair in found if pair.after}

    assert (was, now) == (verdicts(before), verdicts(after))
    assert len(found) == len(was.keys() | now.keys())


@examples(1.5)
@given(proposals, proposals, variants)
def test_pairs_hold_the_verdicts_of_both_scenarios(one, other, variant):
    """Also those of claims that are not judged again."""
    agree(one.scenario(*variant), other.scenario(*variant))


@pytest.mark.parametrize(("one", "other"), [*itertools.permutations(VARIANTS, 2)])
def test_scenarios_of_one_network_may_be_compared(one, other):
    """What is promised under one CDN or reading alone comes or goes."""
    agree(orocloud.scenario(*one), orocloud.scenario(*other))


def test_only_claims_that_an_edit_may_concern_are_judged_again(monkeypatch):
    """One rule for web: promises on the stores and on the VPN stay as they are."""
    after = orocloud.with_rule(
        "more", "allow", source="bridge", destination="web", services="tcp:9"
    ).scenario()
    again = []

    def noted(claim, scenario):
        again.extend([claim] if scenario is after else [])
        return judge(claim, scenario)

    monkeypatch.setattr(orosec.queries.verdict_diff, "judge", noted)
    found = verdict_pairs(orocloud.scenario(), after)

    assert {pair.claim.claim for pair in found if pair.before != pair.after}
    assert len([row for row in again if row.verb != "fact"]) < len(found) / 3
