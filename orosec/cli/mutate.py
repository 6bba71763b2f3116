"""``orosec mutate``: which mistakes in the tables a claim sees."""

import orosec
from orosec.cli.options import COMMON, Common, command
from orosec.cli.terminal import bar


@command("mutation", *COMMON, example="--cdn google --reading literal")
def mutate(common: Common) -> bool:
    """Try every mistake, count those a claim sees.

    Without --cdn and --reading, every variant is tried.

    Exit status 0 where every mistake is seen or explained, 1 where one is not.
    """
    mutation = orosec.mutate(**common.scenario, progress=bar)
    common.show(mutation)
    for sheet in (mutation.suppressions, mutation.pins, mutation.redundant):
        common.remark(f"\n{sheet}")
    return not mutation.alarms
