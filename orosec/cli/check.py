"""``orosec check``: whether the claims are as recorded."""

import orosec
from orosec.cli.options import COMMON, TODAY, Common, Words, command, words
from orosec.errors import NoAnswer, counted
from orosec.model.rows import Tables
from orosec.model.schema import CLASSES

NORMATIVE = CLASSES[:2]
CLAIMS = words("claim", "Claims or sentences; all if left out.")


@command("claims", CLAIMS, *COMMON, TODAY, example="GL3-ports-words")
def check(common: Common, claim: Words) -> bool:
    """Judge every claim, or some.

    Without --cdn and --reading, it is judged under every one of them. Claims that were
    changed or removed are told, and count unless they are declared.

    Exit status 0 where all are as recorded or accepted, no exception is stale, and, where
    no claim is named, each normative sentence has a claim; else 1. 3 where there is no
    claim to judge.
    """
    judged = orosec.check(*claim, **common.scenario, today=common.day)
    if not (len(judged) or judged.amendments):
        raise NoAnswer("no claim is made here, so there is nothing to judge")
    silent = [] if claim else _without_claims(common.network.tables)
    common.show(judged, {**judged.as_dict(), "without_claims": silent})
    claims = len({verdict.claim.claim for verdict in judged})
    bad = len(judged.unexpected)
    count = f"{claims} claims, {len(judged)} verdicts, {bad} not as recorded"
    if judged.amendments:
        amended = counted(len(judged.amendments), "amendment")
        count += f"; {amended}, {len(judged.undeclared)} undeclared"
    common.remark(f"\n{count}")
    if judged.failure:
        common.remark(judged.failure)
    if silent:
        common.remark(f"normative, and no claim says so: {' '.join(silent)}")
    return not (judged.failure or silent)


def _without_claims(tables: Tables) -> list[str]:
    """Return the sentences that make a promise of which the register makes no claim."""
    claimed = {row.sentence for row in tables.claims}
    promising = (row.sentence for row in tables.sentences if row.kind in NORMATIVE)
    return [sentence for sentence in promising if sentence not in claimed]
