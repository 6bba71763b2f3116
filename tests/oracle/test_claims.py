"""Verdicts: every verb and every fact, under every CDN and reading."""

from agreement import agree
from oracle.deployments import VARIANTS
from oracle.facts import FACTS
from oracle.verbs import VERBS, verdict

from orosec import check
from orosec.claims.facts import REGISTRY as PRODUCT_FACTS
from orosec.claims.verbs import REGISTRY as PRODUCT_VERBS


def test_the_oracle_knows_every_verb_and_fact():
    """A new one needs a meaning here, too."""
    assert {*VERBS} == {*PRODUCT_VERBS}
    assert {*FACTS} == {*PRODUCT_FACTS}


EVERY = [f"{verb} {word}" for verb in VERBS for word in ("holds", "broken")][: -4] + [
    f"{fact} broken" for fact in FACTS
]


def test_every_verdict():
    """The product's register and the oracle judge all claims alike."""

    def law(case):
        found = {
            (one.claim.claim, one.cdn, one.reading): one.verdict
            for one in check(network=case.network)
        }
        expected = {}
        for variant in VARIANTS:
            cloud = case.cloud(variant=variant)
            for claim in cloud.names.claims:
                expected[claim.claim, *variant] = verdict(cloud, claim)
                yield f"{claim.via if claim.verb == 'fact' else claim.verb} {expected[claim.claim, *variant]}"
        assert found == expected

    agree(law, *EVERY)
