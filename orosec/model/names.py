"""Addresses told by name: by as few words as there are, and never by more than is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from operator import itemgetter

from orosec.engine.decision_diagram import ANY_ADDRESS
from orosec.engine.intervals import Intervals, intersect, subtract
from orosec.engine.notation import address_text, prefixes, span_text
from orosec.model.addressing import alike, grouped, remembered
from orosec.model.scenario import Scenario

_Named = tuple[str, Intervals]


@remembered
def describe(
    scenario: Scenario,
    addresses: Intervals,
    side: str = "destination",
    near: frozenset[str] = frozenset(),
    *,
    whole: bool = False,
) -> str:
    """Name *addresses*: special ends, subnets, groups, roles, nodes, then ranges.

    What is nearly all of something big is told as ``any but web``, where that is shorter.
    Where all addresses are of one family, a name stands for its part of that family,
    unless it shall stand for all that it means.

    Args:
        scenario: who has which address.
        addresses: what to name; an empty text is given for none.
        side: ``source`` or ``destination``; some nodes send from other addresses than
            they receive on.
        near: the networks in which names are read, as in a rule of that network.
        whole: whether a name stands for all of its addresses, in both families.
    """
    if not addresses:
        return ""
    families = ANY_ADDRESS if whole else alike(ANY_ADDRESS, addresses)
    named = _nameable(scenario, side, near, families)
    for name, spans in named:
        if spans == addresses:
            return name
    words = partial(_words, named, partial(_told, scenario))
    plain = words(addresses)
    choices = [(len(plain), plain)]
    big = {*scenario.special, *scenario.subnets, "application"}
    for name, spans in (each for each in named if each[0] in big):
        missing = subtract(spans, addresses)
        if missing and missing != spans:
            left_out, others = words(missing), words(subtract(addresses, spans))
            told = [*others, f"{name} but {' and '.join(left_out)}"]
            choices.append((len(told) + len(left_out), told))
    return ", ".join(min(choices, key=itemgetter(0))[1])


def ends(
    scenario: Scenario, sources: Intervals, destinations: Intervals, near: frozenset[str]
) -> tuple[str, str]:
    """Name both ends of packets; read together, the names are exactly these ends.

    No packet goes from one family to the other. So one end may be named by its part of a
    family (as `describe` does) where the other end has no more than that family.
    """
    tell = partial(describe, scenario, near=near)
    one = tell(sources, "source"), tell(destinations, whole=True)
    other = tell(sources, "source", whole=True), tell(destinations)
    return min(one, other, key=lambda pair: len("".join(pair)))


def as_cell(
    scenario: Scenario, addresses: Intervals, side: str, near: frozenset[str]
) -> str:
    """Write *addresses* as a cell of a table: names, then ranges with prefixes.

    Read in a rule of the networks *near*, the cell is exactly these addresses; but where
    one of our own public addresses stands alone, a cell means the host behind it.
    """
    every = _nameable(scenario, side, near, ANY_ADDRESS)
    named = [each for each in every if " " not in each[0]]
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
def _nameable(
    scenario: Scenario, side: str, near: frozenset[str], families: Intervals
) -> tuple[_Named, ...]:
    """Return the names with their addresses in some families, one name for each part.

    The big ones come first, roles before nodes, and what is unassigned last. Of names that
    have the same part it is the one with the least besides.
    """
    members, nodes = scenario.members, scenario.node_of
    groups = sorted(members, key=lambda name: (-len(members[name]), name in nodes))
    names = (*scenario.special, *scenario.subnets, *groups)
    named = [(name, scenario.addresses(name, side, near)) for name in names]
    named += (
        (f"unassigned in {name}", subtract(spans, scenario.assigned))
        for name, spans in scenario.subnets.items()
    )
    parts = grouped((intersect(each[1], families), each) for each in named)
    return tuple((min(same, key=_size)[0], part) for part, same in parts.items())


def _size(named: _Named) -> int:
    return sum(last - first + 1 for first, last in named[1])
