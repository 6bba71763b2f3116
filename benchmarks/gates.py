"""A network that nobody built: hosts in ranges of their own, behind tables of rules.

Seeded, like `synthetic`. Half of the tables are asked about what arrives at their hosts,
half about what leaves them. ``all_pairs(*walled())`` is the work to be measured.
"""

from __future__ import annotations

from random import Random

from pairs import Gate
from synthetic import KINDS, PORTS

from orosec.engine.decision_diagram import ANY_ADDRESS, ICMP, TCP, UDP, Services
from orosec.engine.intervals import Intervals, union
from orosec.engine.packet_set import ANY_SERVICE, PacketSet, service
from orosec.engine.policy import Rule

BASE = 10 << 24
SIZES = (1, 1, 2, 4, 8, 16, 32, 64, 256, 256, 256, 512, 1024, 2048, 4096)
"""How many addresses a rule names: a host, a part of a range, some ranges."""


def walled(
    nodes: int = 50, tables: int = 20, rules: int = 200, seed: int = 1
) -> tuple[dict[str, Intervals], list[Gate]]:
    """Make the ends of a network and the gates before them."""
    random = Random(seed)
    firsts = [BASE + 256 * k for k in range(nodes)]
    ends = {f"node-{k}": ((first, first + 255),) for k, first in enumerate(firsts)}
    own: list[list[tuple[int, int]]] = [[] for _ in range(tables)]
    for k, spans in enumerate(ends.values()):
        own[k % tables].extend(spans)
    gates = []
    for place, spans in enumerate(own):
        side = "destinations" if place % 2 else "sources"
        scope = PacketSet.box(**{side: union(spans)})
        gates.append(Gate(_table(random, nodes, rules), scope))
    return ends, gates


def _table(random: Random, nodes: int, rules: int) -> tuple[Rule, ...]:
    """Draw a table; what no rule matches is denied."""
    return tuple(
        Rule(
            f"rule-{place}",
            place,
            random.random() < 0.75,
            _addresses(random, nodes),
            _addresses(random, nodes),
            _services(random),
        )
        for place in range(rules)
    )


def _addresses(random: Random, nodes: int) -> Intervals:
    if random.random() < 0.15:
        return ANY_ADDRESS
    size = random.choice(SIZES)
    first = (BASE + random.randrange(256 * nodes)) // size * size
    return ((first, first + size - 1),)


def _services(random: Random) -> Services:
    (kind,) = random.choices([*KINDS], [*KINDS.values()])
    if kind == "any":
        return ANY_SERVICE
    if kind == "icmp":
        return service(ICMP, 8, 8)
    protocol = TCP if kind == "tcp" else UDP
    if random.random() < 0.8:
        port = random.choice(PORTS)
        return service(protocol, port, port)
    first = random.randrange(1024, 60000)
    return service(protocol, first, first + random.randrange(5000))
