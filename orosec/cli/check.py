"""``orosec check``: whether the claims are as recorded."""

from __future__ import annotations

import orosec
from orosec.cli.options import COMMON, TODAY, Common, Words, command, words
from orosec.cli.terminal import complain
from orosec.errors import NoAnswer, counted

CLAIMS = words("claim", "Claims or sentences; all if left out.")


@command("claims", CLAIMS, *COMMON, TODAY, example="GL3-ports-words")
def check(common: Common, claim: Words) -> bool | None:
    """Judge every claim, or some.

    Without --cdn and --reading, it is judged under every one of them. Claims that were
    changed or removed are told, and count unless they are declared.

    Exit status 0 where all are as recorded or accepted, no exception is stale, and, where
    no claim is named, each normative sentence has a claim; else 1. 3 where one that was
    asked for is not judged.
    """
    from orosec.claims.register import unclaimed

    judged = orosec.check(*claim, **common.scenario, today=common.day)
    heard = {name for one in judged for name in (one.claim.claim, one.claim.sentence)}
    heard |= {name for one in judged.amendments for name in (one.name, one.sentence)}
    if not heard:
        raise NoAnswer("no claim is made here, so there is nothing to judge")
    bare = [] if claim else unclaimed(common.network.tables)
    common.show(judged, {**judged.as_dict(), "without_claims": bare})
    claims = len({verdict.claim.claim for verdict in judged})
    bad = len(judged.unexpected)
    count = f"{claims} claims, {len(judged)} verdicts, {bad} not as recorded"
    if judged.amendments:
        amended = counted(len(judged.amendments), "amendment")
        count += f"; {amended}, {len(judged.undeclared)} undeclared"
    common.remark(f"\n{count}")
    if judged.failure:
        common.remark(judged.failure)
    if bare:
        common.remark(f"normative, and no claim says so: {' '.join(bare)}")
    if silent := [name for name in claim if name not in heard]:
        complain(f"nothing is judged here for {' '.join(silent)}")
    return False if judged.failure or bare else None if silent else True
