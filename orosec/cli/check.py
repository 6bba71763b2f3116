"""``orosec check``: whether the claims are as recorded."""

import orosec
from orosec.cli.options import COMMON, TODAY, Common, Words, command, words

CLAIMS = words("claim", "Claims or sentences; all if left out.")


@command("claims", CLAIMS, *COMMON, TODAY, example="GL3-ports-words")
def check(common: Common, claim: Words) -> bool:
    """Judge every claim, or some.

    Without --cdn and --reading, it is judged under every one of them.

    Exit status 0 where all are as recorded or accepted and no exception is stale, else 1.
    """
    from orosec.claims.register import failure_text

    judged = orosec.check(*claim, **common.scenario, today=common.day)
    unexpected, stale = judged.unexpected, judged.stale
    common.show(judged)
    claims = len({verdict.claim.claim for verdict in judged})
    count = f"{claims} claims, {len(judged)} verdicts, {len(unexpected)} not as recorded"
    common.remark(f"\n{count}")
    if unexpected or stale:
        common.remark(failure_text(unexpected, stale))
    return not (unexpected or stale)
