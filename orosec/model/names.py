"""Addresses told by name: by as few words as there are, and never by more than is there."""

from __future__ import annotations

from itertools import compress

from orosec.engine.decision_diagram import FAMILIES
from orosec.engine.intervals import Intervals, intersect, subtract
from orosec.engine.notation import address_text, prefixes, span_text
from orosec.model.addressing import remembered
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
    families = tuple(bool(intersect(family, addresses)) for family in FAMILIES)
    named = _of_families(scenario, side, near, families)
    for name, spans in named:
        if spans == addresses:
            return name
    best = _words(scenario, addresses, named)
    shortest = len(best)
    for name, spans in _big(scenario, named):
        missing = subtract(spans, addresses)
        if missing == spans or not missing:
            continue
        left_out = _words(scenario, missing, named)
        others = _words(scenario, subtract(addresses, spans), named)
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
    names, rest = _covered(addresses, named)
    return " ".join([*names, *(text for span in rest for text in prefixes(*span))])


def _words(
    scenario: Scenario, addresses: Intervals, named: tuple[_Named, ...]
) -> list[str]:
    """Take names while they fit, then ranges; together they are exactly *addresses*."""
    names, rest = _covered(addresses, named)
    return [*names, *(_span(scenario, *span) for span in rest)]


def _covered(
    addresses: Intervals, named: tuple[_Named, ...]
) -> tuple[list[str], Intervals]:
    names: list[str] = []
    for name, spans in named:
        if spans and intersect(spans, addresses) == spans:
            names.append(name)
            addresses = subtract(addresses, spans)
    return names, addresses


def _span(scenario: Scenario, first: int, last: int) -> str:
    owner = scenario.names.get(first)
    if first == last and owner:
        return f"{address_text(first)} ({owner})"
    return span_text(first, last)


@remembered
def _of_families(
    scenario: Scenario, side: str, near: frozenset[str], families: tuple[bool, ...]
) -> tuple[_Named, ...]:
    """Return every name with its addresses in some families."""
    held = compress(FAMILIES, families)
    whole = tuple(span for family in held for span in family)
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


def _big(scenario: Scenario, named: tuple[_Named, ...]) -> tuple[_Named, ...]:
    """Return the names that may stand before ``but``."""
    big = {*scenario.special, *scenario.subnets, "application"}
    return tuple((name, spans) for name, spans in named if name in big)
