"""What the platform does, whatever the tables say: implied rules and kept addresses.

Google Cloud gives each VPC network two rules that no list shows and nobody can take away:
everything may leave, nothing may enter. They have the lowest priority there is (Google
Cloud, VPC firewall rules, "Implied rules"). So every network has them here, a row or not,
and a packet that is asked about anywhere always has a deciding rule with a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from operator import attrgetter

from orosec.engine.decision_diagram import V6
from orosec.engine.intervals import Intervals, union
from orosec.model.rows import RuleRow, row_with
from orosec.model.schema import EVERY

_LAST = 65535
_IMPLIED = {
    ("egress", "allow"): "Google Cloud lets everything out unless a rule says otherwise.",
    ("ingress", "deny"): "Google Cloud lets nothing in unless a rule says otherwise.",
}


def kept_addresses(subnet: Intervals) -> Intervals:
    """Return the addresses of a subnet that no host can have: four of an IPv4 range.

    Google Cloud keeps the first two and the last two (VPC, "Unusable addresses in IPv4
    subnet ranges").
    """
    return union(end for a, z in subnet if a < V6 for end in ((a, a + 1), (z - 1, z)))


def place_of(row: RuleRow) -> str:
    """Say where a rule is asked: what the platform asks comes before all others."""
    first = "every network, before its own rules"
    return f"{row.direction} of {first if row.network == EVERY else row.network}"


def by_default(row: RuleRow) -> bool:
    """Return whether a rule says what happens to all that no other rule speaks of."""
    everything = (row.source, row.destination, row.services) == ("any", "any", "all")
    return everything and row.priority == _LAST


_says = attrgetter(
    *("network", "direction", "priority", "action", "source", "destination", "services")
)


def implied(networks: Iterable[str], written: Iterable[RuleRow]) -> Iterator[RuleRow]:
    """Yield the implied rules of *networks*, but for those that a *written* row says.

    No row can have the name of one: names in tables have no spaces.
    """
    said = {_says(row) for row in written}
    always = {"source": "any", "destination": "any", "services": "all", "basis": "platform"}
    always |= {"cdn": "both", "reading": "both"}
    for network, ((direction, action), why) in product(networks, _IMPLIED.items()):
        here = {"network": network, "direction": direction, "action": action, **always}
        name = f"implied {direction} of {network}"
        row = row_with(RuleRow, name=name, priority=_LAST, rationale=why, **here)
        if _says(row) not in said:
            yield row
