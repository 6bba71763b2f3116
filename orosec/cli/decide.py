"""``orosec decide``: whether some traffic passes."""

import orosec
from orosec.cli.options import COMMON, TRAFFIC, Common, Words, command


@command("queries", *TRAFFIC, *COMMON, example="load-balancer web tcp:443")
def decide(common: Common, source: str, destination: str, service: Words) -> bool | None:
    """Say what happens to some traffic.

    Exit status 0 where all of it is permitted, 1 where it is denied or only partly, 3 where
    neither end stands in a network of ours, or there is no such traffic.

    Where --cdn is left out, it is asked under google, or the one CDN that the tables have;
    where --reading is, under operational.
    """
    answer = orosec.decide(source, destination, " ".join(service), **common.scenario)
    common.show(answer)
    if answer.claims:
        common.remark(f"Claims that speak of it: {' '.join(answer.claims)}")
    return answer.passes
