"""``orosec suggest``: the edits that reach a goal."""

from click import Argument, Choice

import orosec
from orosec.cli.options import COMMON, TRAFFIC, Common, Words, command
from orosec.cli.terminal import bar

ACTION = Argument(["action"], metavar="allow|deny", type=Choice(("allow", "deny")))


@command("whatif", ACTION, *TRAFFIC, *COMMON, example="deny bridge web tcp:22")
def suggest(
    common: Common, action: str, source: str, destination: str, service: Words
) -> bool:
    """Find the edits that allow or deny some traffic.

    Each is an edit of one rule. At most 30 are judged by the harm that they do, and the
    least harmful of these comes first; where more are left, it says how many.

    Exit status 0 where there is one, or where it is so already; 1 where there is none, 3
    where neither end stands in a network of ours.

    Where --cdn is left out, it is asked under google, or the one CDN that the tables have;
    where --reading is, under operational.
    """
    ask = orosec.what_would_allow if action == "allow" else orosec.what_would_deny
    found = ask(source, destination, " ".join(service), progress=bar, **common.scenario)
    common.show(found)
    return found.reached or len(found) > 0
