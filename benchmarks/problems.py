"""What is asked of every program: the same rules, edits, packets and networks."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import NamedTuple

from classbench import read_filters, rules_from
from imitation import SHAPES, imitation
from pairs import Gate
from synthetic import synthetic

from orosec.engine.decision_diagram import FAMILIES
from orosec.engine.intervals import Intervals, intersect
from orosec.engine.policy import Rule

EDITS = 20


def rules_of(size: int | str) -> tuple[Rule, ...]:
    """Give so many rules that nobody wrote, or those of a file of filters.

    ``widen:FILE`` leaves out source ports and TCP flags (see `classbench`); ``fw1:1000``
    is an imitation of a kind of sets, widened (see `imitation`).
    """
    if isinstance(size, int):
        return synthetic(size)
    kind, _, count = size.partition(":")
    if kind in SHAPES:
        return rules_from(size, imitation(kind, int(count)), widen=True)
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
    """The rules that are asked about some packets of a network, in IPv4 alone.

    Its hosts have no other addresses, and the peers know no others.
    """

    rules: tuple[Rule, ...]
    sources: Intervals
    destinations: Intervals


def tables_of(gates: Iterable[Gate]) -> list[Table]:
    """Write the gates of a network plainly, for the peers."""
    return [
        Table(
            tuple(map(_plain, gate.rules)),
            intersect(gate.scope.sources(), FAMILIES[0]),
            intersect(gate.scope.destinations(), FAMILIES[0]),
        )
        for gate in gates
    ]


def _plain(rule: Rule) -> Rule:
    sources = intersect(rule.sources, FAMILIES[0])
    return rule._replace(
        sources=sources, destinations=intersect(rule.destinations, FAMILIES[0])
    )
