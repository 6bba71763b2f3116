"""Verdicts: every verb and every fact, under every CDN and reading."""

from agreement import agree
from oracle.facts import FACTS
from oracle.reading import present
from oracle.verbs import VERBS, verdict

from orosec import check
from orosec.claims.facts import REGISTRY as PRODUCT_FACTS
from orosec.claims.verbs import REGISTRY as PRODUCT_VERBS


def test_the_oracle_knows_every_verb_and_fact():
    """A new one needs a meaning here, too."""
    assert {*VERBS} == {*PRODUCT_VERBS}
    assert {*FACTS} == {*PRODUCT_FACTS}


EVERY = [
    *(f"{verb} {word}" for verb in VERBS for word in ("holds", "broken", "vacuous")),
    *(f"{fact} {word}" for fact in FACTS for word in ("holds", "broken")),
]
"""What claims shall come to: each verb in three ways, each fact in two."""
HARD = [one for one in EVERY if one.split()[0] not in ("fact", "beyond")]


def test_every_verdict():
    """The product's register and the oracle judge all claims alike."""

    def law(case):
        judged = {
            (one.claim.claim, one.cdn, one.reading): one.verdict
            for one in check(network=case.network)
        }
        expected = {}
        for variant in present(case.tables):
            cloud = case.cloud(variant=variant)
            for claim in cloud.names.claims:
                expected[claim.claim, *variant] = found = verdict(cloud, claim)
                yield f"{claim.via if claim.verb == 'fact' else claim.verb} {found}"
        assert judged == expected

    agree(law, *HARD)
