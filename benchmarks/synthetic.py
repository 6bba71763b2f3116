"""Rules that nobody wrote: seeded, so that every run measures the same ones.

"syn N" is a list of N first-match rules, as a firewall of that size tends to be: most of
them narrow, some wide, the narrow ones mostly first, three of four let traffic in, and
what no rule matches is denied. Addresses come from a few sites, so that rules overlap.
Some rules repeat or narrow an earlier one, and some sum up two earlier halves, as lists
that grew over years do; about one in seven decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import numpy as np

from orosec.engine.decision_diagram import DETAIL_TOP, ICMP, TCP, UDP, Services
from orosec.engine.packet_set import ANY_SERVICE, service
from orosec.engine.policy import Rule

LENGTHS = {0: 6, 8: 3, 16: 14, 20: 10, 24: 32, 28: 11, 32: 24}
"""Prefix lengths with their weights."""

PORTS = (22, 25, 53, 80, 123, 443, 3306, 5432, 6379, 8080, 9200, 27017)
KINDS = {"tcp": 60, "udp": 22, "icmp": 12, "any": 6}
NOISE = 12
"""How far, in bits, a rule may stand from where its breadth would put it."""


class Prefix(NamedTuple):
    """A range of addresses: its first one, and how many bits are fixed."""

    first: int
    bits: int

    @property
    def span(self) -> tuple[int, int]:
        return self.first, self.first + (1 << 32 - self.bits) - 1

    def half(self, which: int) -> Prefix:
        return Prefix(self.first + (which << 31 - self.bits), self.bits + 1)


class Draft(NamedTuple):
    """A rule before it has a place."""

    source: Prefix
    destination: Prefix
    services: Services
    breadth: int
    allows: bool

    @property
    def size(self) -> int:
        """How many bits of a packet the rule leaves free."""
        return 64 - self.source.bits - self.destination.bits + self.breadth


def synthetic(
    count: int, seed: int = 1, sites: Sequence[int] | None = None
) -> tuple[Rule, ...]:
    """Make *count* rules in their order: the same ones for the same *seed*.

    Args:
        count: how many.
        seed: what to draw them from.
        sites: where most addresses lie (each a range of /16); drawn, where left out.
    """
    random = Random(seed)
    if sites is None:
        sites = sites_of(random, count)
    placed: list[tuple[float, Draft]] = []
    while len(placed) < count:
        placed.extend(_grown(random, sites, placed))
    placed = sorted(placed[:count], key=lambda one: one[0])
    return tuple(_rule(place, draft) for place, (_, draft) in enumerate(placed))


def _grown(random: Random, sites: Sequence[int], placed) -> list[tuple[float, Draft]]:
    """Draw the next one to three rules, each with the place that it would like."""
    fate = random.random()
    draft = draft_of(random, sites)
    order = draft.size + random.gauss(0, NOISE)
    if fate < 0.1 and placed:
        before, old = random.choice(placed)
        source = (
            old.source.half(random.getrandbits(1)) if old.source.bits < 32 else old.source
        )
        return [
            (
                before + random.random() * 40,
                old._replace(source=source, allows=draft.allows),
            )
        ]
    if fate < 0.13 and draft.destination.bits < 32:
        halves = [
            draft._replace(destination=draft.destination.half(side)) for side in (0, 1)
        ]
        return [*((order, half) for half in halves), (order + random.random() * 20, draft)]
    return [(order, draft)]


def sites_of(random: Random, count: int) -> list[int]:
    """Draw where the addresses of so many rules lie."""
    return [random.getrandbits(16) << 16 for _ in range(3 + count // 100)]


def draft_of(random: Random, sites: Sequence[int]) -> Draft:
    """Draw a rule."""
    services, breadth = _services(random)
    ends = _prefix(random, sites), _prefix(random, sites)
    return Draft(*ends, services, breadth, random.random() < 0.75)


def _prefix(random: Random, sites: Sequence[int]) -> Prefix:
    (bits,) = random.choices(list(LENGTHS), list(LENGTHS.values()))
    address = random.choice(sites) | random.getrandbits(9) << 7 | random.getrandbits(5)
    return Prefix(address >> 32 - bits << 32 - bits, bits)


def _services(random: Random) -> tuple[Services, int]:
    """Draw services, and how many bits of the packet they leave free."""
    (kind,) = random.choices(list(KINDS), list(KINDS.values()))
    if kind == "any":
        return ANY_SERVICE, 24
    if kind == "icmp":
        number = random.choice((None, 0, 3, 8))
        return (service(ICMP, 0, 255), 8) if number is None else (_one(ICMP, number), 0)
    protocol = TCP if kind == "tcp" else UDP
    shape = random.random()
    if shape < 0.1:
        return service(protocol, 0, DETAIL_TOP), 16
    if shape < 0.25:
        first = random.randrange(1024, 60000)
        return service(protocol, first, first + random.randrange(1, 4096)), 11
    number = random.choice(PORTS) if shape < 0.75 else random.randrange(1, 65536)
    return _one(protocol, number), 0


def _one(protocol: int, detail: int) -> Services:
    return service(protocol, detail, detail)


def _rule(place: int, draft: Draft) -> Rule:
    ends = (draft.source.span,), (draft.destination.span,)
    return Rule(f"rule-{place}", place, draft.allows, *ends, draft.services)


def packets(rules: Sequence[Rule], count: int, seed: int = 1) -> tuple[np.ndarray, ...]:
    """Draw packets, most of them inside some rule: sources, destinations, and so on."""
    draw = np.random.default_rng(seed)
    chosen = draw.integers(0, len(rules), count)
    runs = [rule.services[draw.integers(len(rule.services))] for rule in rules]
    spans = np.array(
        [
            (*rule.sources[0], *rule.destinations[0], run[0], run[1], *run[2][0])
            for rule, run in zip(rules, runs, strict=True)
        ],
        np.int64,
    )[chosen]
    fields = [draw.integers(spans[:, low], spans[:, low + 1] + 1) for low in (0, 2, 4, 6)]
    wild = draw.random(count) < 0.3
    fields[1][wild] = draw.permutation(fields[1])[wild]
    return tuple(fields)
