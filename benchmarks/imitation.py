r"""Filter sets in the shape of ClassBench's: imitations, where its seeds are not at hand.

ClassBench is free for research and teaching, not for all use, so nothing of it is kept
here. What three of its seeds make was looked at and is written down below, rounded:
protocols, classes of ports, prefix lengths, and how many addresses there are. The rest is
drawn. These sets stress a program much as ClassBench's do, and are not ClassBench's.
Whoever has the seeds (they come with the program, as in ``classbench-ng`` on GitHub) makes
sets with its ``db_generator`` and gives them to ``run.py --filters widen:FILE``.

- *acl1*: narrow sources, one destination, mostly one port of tcp.
- *fw1*: one end is narrow and the other nearly all addresses; many source ports.
- *ipc1*: both ends narrow or middling, and a bit of everything.

The shapes: D. E. Taylor and J. S. Turner, *ClassBench: A Packet Classification Benchmark*
(IEEE/ACM Transactions on Networking 15, 2007). Usage: imitation.py KIND COUNT > FILE
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from random import Random
from typing import NamedTuple, TypeAlias

Weights: TypeAlias = Mapping[str, int]

ALL, HIGH = "0 : 65535", "1024 : 65535"
PROTOCOLS = {"any": "0x00/0x00", "icmp": "0x01/0xFF", "tcp": "0x06/0xFF"}
PROTOCOLS |= {"udp": "0x11/0xFF", "gre": "0x2f/0xFF"}
PORTS = (22, 25, 53, 80, 123, 21, 23, 37, 69, 88, 110, 161, 179, 443, 544, 750, 2105, 7648)
RANGES = ((1300, 1349), (1600, 1649), (2200, 2210), (7500, 7599), (33434, 33600))


class Shape(NamedTuple):
    """What a kind of sets is drawn from; each choice has its weight.

    Attributes:
        traffic: protocol, source ports and ports: ``*``, ``high``, a ``range``, or ``one``.
        lengths: prefix lengths of source and destination, each one or a range.
        hosts: how many addresses an end has in a small set.
        doubling: after how many more filters there are twice as many addresses.
    """

    traffic: Weights
    lengths: Weights
    hosts: int
    doubling: int


SHAPES = {
    "acl1": Shape(
        {"tcp * one": 57, "tcp * *": 19, "tcp * range": 11, "any * *": 9, "icmp * *": 3}
        | {"udp * one": 1},
        {
            "23 32": 12,
            "32 32": 58,
            "31 32": 9,
            "28-30 28-32": 10,
            "23 23-32": 8,
            "0-8 0-8": 1,
        },
        hosts=150,
        doubling=1200,
    ),
    "fw1": Shape(
        {"tcp * one": 28, "tcp * *": 17, "tcp high high": 6, "udp * one": 12}
        | {"udp one *": 14, "udp one one": 3, "udp one high": 4, "udp high one": 3}
        | {"udp high high": 3, "icmp * *": 5, "gre * *": 4, "any * *": 1},
        {"0 30-32": 30, "1-2 32": 14, "30-32 0": 20, "32 1-2": 9, "16-29 0": 9}
        | {"30-32 30-32": 7, "28-32 20-31": 4, "22-28 1": 3, "0-2 0-1": 4},
        hosts=20,
        doubling=400,
    ),
    "ipc1": Shape(
        {"tcp * one": 22, "udp * one": 22, "udp one *": 10, "tcp one *": 8}
        | {"udp * high": 12, "tcp * *": 8, "any * *": 8, "icmp * *": 5, "gre * *": 3}
        | {"udp high *": 2},
        {"32 32": 28, "20-25 24-32": 20, "24-32 20-26": 18, "28-32 28-32": 12}
        | {"15-17 28-32": 7, "28-32 15-17": 6, "0-1 31-32": 5, "31-32 0-1": 4},
        hosts=100,
        doubling=2500,
    ),
}


def imitation(kind: str, count: int, seed: int = 1) -> list[str]:
    """Make *count* different filters of a *kind*, the specific ones first, as lines."""
    random, shape = Random(seed), SHAPES[kind]
    most = min(count, shape.hosts << count // shape.doubling)
    ends = [[random.getrandbits(32) for _ in range(most)] for _ in range(2)]
    drawn: dict[str, float] = {}
    while len(drawn) < count:
        line, free = _filter(random, shape, ends)
        drawn.setdefault(line, free)
    return sorted(drawn, key=lambda line: drawn[line])


def _filter(
    random: Random, shape: Shape, ends: Sequence[Sequence[int]]
) -> tuple[str, float]:
    """Draw a filter: its line, and how many bits of a packet it leaves free."""
    protocol, *sides = _choice(random, shape.traffic).split()
    ports, spare = zip(*(_ports(random, side) for side in sides), strict=True)
    spans = [span.partition("-") for span in _choice(random, shape.lengths).split()]
    lengths = [random.randint(int(low), int(high or low)) for low, _, high in spans]
    hosts = [random.choice(end) for end in ends]
    for short, other in ((0, 1), (1, 0)):
        if lengths[short] < 3:  # the half or quarter where the other end is not
            hosts[short] = ~hosts[other] & 0xFFFFFFFF
    prefixes = [_prefix(*end) for end in zip(hosts, lengths, strict=True)]
    free = 64 - sum(lengths) + sum(spare) + 8 * (protocol == "any")
    return "\t".join(["@" + prefixes[0], prefixes[1], *ports, PROTOCOLS[protocol]]), free


def _choice(random: Random, weights: Weights) -> str:
    (chosen,) = random.choices(list(weights), list(weights.values()))
    return chosen


def _ports(random: Random, kind: str) -> tuple[str, int]:
    """Draw ports, and give the bits that they leave free."""
    if kind in ("*", "high"):
        return (ALL, 16) if kind == "*" else (HIGH, 15)
    if kind == "range":
        first, last = random.choice(RANGES)
        return f"{first} : {last}", 6
    place = min(int(random.expovariate(0.2)), len(PORTS) - 1)
    return f"{PORTS[place]} : {PORTS[place]}", 0


def _prefix(host: int, length: int) -> str:
    first = host >> 32 - length << 32 - length
    return ".".join(str(first >> shift & 255) for shift in (24, 16, 8, 0)) + f"/{length}"


if __name__ == "__main__":
    print("\n".join(imitation(sys.argv[1], int(sys.argv[2]))))
