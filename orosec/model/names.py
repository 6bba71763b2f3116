"""Addresses told by name: by as few words as there are, and never by more than is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from orosec.engine.decision_diagram import ANY_ADDRESS
from orosec.engine.intervals import Intervals, intersect, subtract
from orosec.engine.notation import address_text, prefixes, span_text
from orosec.model.addressing import alike, remembered
from orosec.model.scenario import Scenario

_Named = tuple[str, Intervals]


def describe(
    scenario: Scenario,
    addresses: Intervals,
    side: str = "destination",
    near: frozenset[str] = frozenset(),
) -> str:
    """Name *addresses*: special ends, subnets, groups, roles, nodes, then ranges.

    What is nearly all of something big is told as ``any but web``, where that is shorter.
    Where all addresses are of one family, a name stands for its part of that family: no
    packet goes from one family to the other.

    Args:
        scenario: who has which address.
        addresses: what to name; an empty text is given for none.
        side: ``source`` or ``destination``; some nodes send from other addresses than
            they receive on.
        near: the networks in which names are read, as in a rule of that network.
    """
    if not addresses:
        return ""
    named = _of_families(scenario, side, near, alike(ANY_ADDRESS, addresses))
    for name, spans in named:
        if spans == addresses:
            return name
    words = partial(_words, named, partial(_told, scenario))
    best = words(addresses)
    shortest = len(best)
    big = {*scenario.special, *scenario.subnets, "application"}
    for name, spans in named:
        missing = subtract(spans, addresses) if name in big else ()
        if not missing or missing == spans:
            continue
        left_out = words(missing)
        others = words(subtract(addresses, spans))
        if 1 + len(left_out) + len(others) < shortest:
            best = [*others, f"{name} but {' and '.join(left_out)}"]
            shortest = 1 + len(left_out) + len(others)
    return ", ".join(best)


def as_cell(
    scenario: Scenario, addresses: Intervals, side: str, near: frozenset[str]
) -> str:
    """Write *addresses* as a cell of a table: names, then ranges with prefixes.

    Read in a rule of the networks *near*, the cell is exactly these addresses; but where
    one of our own public addresses stands alone, a cell means the host behind it.
    """
    named = _nameable(scenario, side, near)[: -len(scenario.subnets) or None]
    return " ".join(_words(named, prefixes, addresses))


def _words(
    named: Iterable[_Named],
    spell: Callable[[int, int], Iterable[str]],
    addresses: Intervals,
) -> list[str]:
    """Take names while they fit, then ranges; together they are exactly *addresses*."""
    words: list[str] = []
    for name, spans in named:
        if spans and intersect(spans, addresses) == spans:
            words.append(name)
            addresses = subtract(addresses, spans)
    return [*words, *(text for span in addresses for text in spell(*span))]


def _told(scenario: Scenario, first: int, last: int) -> Iterator[str]:
    owner = scenario.names.get(first) if first == last else None
    yield f"{address_text(first)} ({owner})" if owner else span_text(first, last)


@remembered
def _of_families(
    scenario: Scenario, side: str, near: frozenset[str], whole: Intervals
) -> tuple[_Named, ...]:
    """Return every name with its addresses in some families, each of them *whole*."""
    every = _nameable(scenario, side, near)
    return tuple((name, intersect(spans, whole)) for name, spans in every)


@remembered
def _nameable(scenario: Scenario, side: str, near: frozenset[str]) -> tuple[_Named, ...]:
    """Return every name with its addresses, the big ones first, roles before nodes."""
    members, nodes = scenario.members, scenario.node_of
    groups = sorted(members, key=lambda name: (-len(members[name]), name in nodes))
    names = (*scenario.special, *scenario.subnets, *groups)
    named = [(name, scenario.addresses(name, side, near)) for name in names]
    free = [
        (f"unassigned in {name}", subtract(spans, scenario.assigned))
        for name, spans in scenario.subnets.items()
    ]
    return (*named, *free)
