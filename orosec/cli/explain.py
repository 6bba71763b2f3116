"""``orosec explain``: which way some traffic takes."""

import orosec
from orosec.cli.options import COMMON, ENDS, SERVICES, Common, Words, command, words

SERVICE = words("service", f"{SERVICES} All if left out.")


@command("queries", *ENDS, SERVICE, *COMMON, example="customer-it web tcp:22")
def explain(common: Common, source: str, destination: str, service: Words) -> bool | None:
    """Tell the way of some traffic, with every rule.

    Exit status 0 where all of it is permitted, 1 where it is denied or only partly, 3 where
    neither end stands in a network of ours, or there is no such traffic.

    Where --cdn is left out, it is asked under google, or the one CDN that the tables have;
    where --reading is, under operational.
    """
    services = " ".join(service) or "all"
    story = orosec.explain(source, destination, services, **common.scenario)
    common.show(story)
    return story.there.passes
