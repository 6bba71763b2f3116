"""What is asked of every program: the same rules, edits, packets and networks."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from classbench import read_filters
from synthetic import synthetic

from orosec.packets import ANY_SERVICE, PacketSet
from orosec.policy import Rule

EDITS = 20
NODES, SEGMENTS = 50, 10
"""Each segment has two tables of rules, one for what leaves and one for what arrives."""


def rules_of(size: int | str) -> tuple[Rule, ...]:
    """Give so many rules that nobody wrote, or those of a file of filters.

    ``widen:FILE`` leaves out source ports and TCP flags (see `classbench`).
    """
    if isinstance(size, int):
        return synthetic(size)
    return read_filters(size.removeprefix("widen:"), widen=size.startswith("widen:"))


class Edited(NamedTuple):
    """A list of rules, and the same list after one edit."""

    before: tuple[Rule, ...]
    after: tuple[Rule, ...]


def edits(rules: tuple[Rule, ...]) -> list[Edited]:
    """Make one-rule edits of every kind: flip, take away, put in, narrow, move."""
    random = Random(len(rules))
    fresh = synthetic(EDITS, seed=99)
    return [_edited(random, rules, fresh[number], number) for number in range(EDITS)]


def _edited(random: Random, rules: tuple[Rule, ...], fresh: Rule, number: int) -> Edited:
    place = random.randrange(len(rules))
    old = rules[place]
    kind = number % 5
    head, tail = rules[:place], rules[place + 1 :]
    if kind == 0:
        return Edited(rules, (*head, old._replace(allows=not old.allows), *tail))
    if kind == 1:
        return Edited(rules, (*head, *tail))
    if kind == 2:
        return Edited(rules, (*head, fresh._replace(name="fresh"), old, *tail))
    if kind == 3:
        first, last = old.sources[0]
        half = ((first, (first + last) // 2),)
        return Edited(rules, (*head, old._replace(sources=half), *tail))
    others = [*head, *tail]
    others.insert(random.randrange(len(rules)), old)
    return Edited(rules, tuple(others))


class Table(NamedTuple):
    """The rules that are asked about some packets of a network."""

    rules: tuple[Rule, ...]
    sources: tuple[tuple[int, int], ...]
    destinations: tuple[tuple[int, int], ...]

    @property
    def scope(self) -> PacketSet:
        """The packets that the rules are asked about."""
        return PacketSet.box(self.sources, self.destinations)


class Mesh(NamedTuple):
    """A network: nodes with their addresses, and tables of rules between them."""

    ends: dict[str, tuple[tuple[int, int], ...]]
    tables: list[Table]


EVERY_V4 = ((0, 2**32 - 1),)


def mesh(rules: int) -> Mesh:
    """Make a network of 50 nodes behind 20 tables with *rules* rules each."""
    random = Random(7)
    sites = [(10 << 24) + (number << 16) for number in range(SEGMENTS)]
    ends = {}
    for number in range(NODES):
        first = sites[number % SEGMENTS] + (random.getrandbits(9) << 7)
        ends[f"node-{number}"] = ((first, first + 15),)
    tables = []
    for number, site in enumerate(sites):
        segment = ((site, site + 65535),)
        leaving, arriving = (synthetic(rules, 2 * number + k, sites) for k in (0, 1))
        free = Rule("leave", rules, True, segment, EVERY_V4, ANY_SERVICE)
        tables.append(Table((*leaving[:-1], free), segment, EVERY_V4))
        tables.append(Table(arriving, EVERY_V4, segment))
    return Mesh(ends, tables)
