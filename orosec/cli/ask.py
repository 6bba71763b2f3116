"""Questions about some traffic: ``decide``, ``explain``, ``suggest``."""

from click import Argument, Choice

import orosec
from orosec.cli import NO, YES
from orosec.cli.options import COMMON, ENDS, Common, Words, command, words
from orosec.cli.terminal import say

SERVICES = "What it asks for: tcp:443, icmp, all, or several."
TRAFFIC = (*ENDS, words("service", SERVICES, required=True))
ANY_TRAFFIC = (*ENDS, words("service", f"{SERVICES} All if left out."))
ACTION = Argument(["action"], metavar="allow|deny", type=Choice(("allow", "deny")))


@command("decide", *TRAFFIC, *COMMON, example="load-balancer web tcp:443")
def decide(common: Common, source: str, destination: str, service: Words) -> int:
    """Exit status 0 where all of it is permitted, 1 where it is denied or only partly.

    It is asked under google and operational where --cdn and --reading are left out.
    """
    asked = source, destination, " ".join(service)
    answer = orosec.decide(*asked, network=common.network(), **common.variant)
    common.show(answer, answer.as_dict())
    if not common.json and answer.claims:
        say(f"Claims that speak of it: {' '.join(answer.claims)}")
    return YES if answer.verdict == "permitted" else NO


@command("explain", *ANY_TRAFFIC, *COMMON, example="customer-it web tcp:22")
def explain(common: Common, source: str, destination: str, service: Words) -> int:
    """Exit status 0 where all of it is permitted, 1 where it is denied or only partly.

    It is asked under google and operational where --cdn and --reading are left out.
    """
    asked = source, destination, " ".join(service or ("all",))
    story = orosec.explain(*asked, network=common.network(), **common.variant)
    common.show(story, story.as_dict())
    return YES if story.there.verdict == "permitted" else NO


@command("suggest", ACTION, *TRAFFIC, *COMMON, example="deny bridge web tcp:22")
def suggest(
    common: Common, action: str, source: str, destination: str, service: Words
) -> int:
    """Each is an edit of one rule.

    Exit status 0 where there is one, or where it is so already; 1 where there is none.

    It is asked under google and operational where --cdn and --reading are left out.
    """
    ask = orosec.what_would_allow if action == "allow" else orosec.what_would_deny
    asked = source, destination, " ".join(service)
    found = ask(*asked, network=common.network(), **common.variant)
    common.show(found, found.as_dict())
    return YES if found.reached or len(found) else NO
