"""Who reaches whom: every pair of a network behind lists of rules, exactly.

Nothing is built that no pair asks about: each list is judged only for packets between
the ends, once, and each source then keeps what every list lets through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from orosec.engine.decision_diagram import ANY_ADDRESS, budget
from orosec.engine.intervals import Intervals, union
from orosec.engine.packet_set import ANY_SERVICE, PacketSet
from orosec.engine.policy import Rule, denied

REST = Rule("rest", 65536, False, ANY_ADDRESS, ANY_ADDRESS, ANY_SERVICE)
"""What stands behind a list: what no rule of it matches is denied."""


class Gate(NamedTuple):
    """A list of rules that some packets must pass.

    Attributes:
        rules: the rules, in order; what none of them matches is denied.
        scope: the packets that are asked, such as all that arrive in a network.
    """

    rules: tuple[Rule, ...]
    scope: PacketSet


Reach: TypeAlias = dict[tuple[str, str], PacketSet]
"""The packets that pass from one end (first) to another (second); empty is a proof."""


@budget()
def all_pairs(ends: Mapping[str, Intervals], gates: Iterable[Gate]) -> Reach:
    """Give what passes every one of the *gates*, for each pair of different *ends*.

    Args:
        ends: the addresses of each end, by its name.
        gates: lists of rules; a packet passes those that it is in the scope of.
    """
    everyone = union(span for addresses in ends.values() for span in addresses)
    between = PacketSet.box(everyone, everyone)
    barred = [_denied(gate, between & gate.scope) for gate in gates]
    found: Reach = {}
    for source, addresses in ends.items():
        passing = PacketSet.box(addresses, everyone)
        for stopped in barred:
            passing = passing - stopped
        for destination, others in ends.items():
            if destination != source:
                pair = passing & PacketSet.box(addresses, others)
                found[source, destination] = pair
    return found


def _denied(gate: Gate, asked: PacketSet) -> PacketSet:
    """Give what of the packets that are *asked* a gate does not permit."""
    return denied((*gate.rules, REST), asked)
