"""What can be wrong with a firewall rule.

The operators are those of the literature on policy mutation: the action flipped, the rule
missing, overruled, out of order or tied with its neighbour, an end or a service too wide
or too narrow, the direction reversed, the rule kept for one CDN only.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import groupby, pairwise

from orosec.engine.notation import looks_like_range
from orosec.model.network import Network
from orosec.model.rows import RuleRow, Tables, applying
from orosec.model.scenario import Scenario
from orosec.model.schema import CDNS, variants, variants_of
from orosec.model.validation import known_ends
from orosec.mutation.mutant import (
    Mutant,
    fresh,
    joined_by,
    missing,
    names,
    one_cdn,
    put,
    rewritten,
    variant_of,
)
from orosec.mutation.spellings import ranges_text, wrong_ends, wrong_services

OPPOSITE = {"allow": "deny", "deny": "allow"}
OTHER_WAY = {"ingress": "egress", "egress": "ingress"}


def wrong_rules(network: Network) -> Iterator[Mutant]:
    """Yield every mutant of the rules: row by row, then what is out of order."""
    tables = network.tables
    for row in tables.rules:
        yield _flipped(tables, row)
        yield missing(tables, "rules", row)
        yield from _opposed(tables, row)
        yield from _respelled(network, row)
        yield _turned(tables, row)
        yield from one_cdn(tables, "rules", row)
        yield from _left_over(network, row)
    for first, second in _neighbours(tables):
        yield from _reordered(tables, first, second)


def _flipped(tables: Tables, row: RuleRow) -> Mutant:
    other = OPPOSITE[row.action]
    mistake = f"{other} instead of {row.action}"
    return rewritten(tables, "rules", row, "flip", mistake, action=other)


def _turned(tables: Tables, row: RuleRow) -> Mutant:
    other = OTHER_WAY[row.direction]
    mistake = f"{other} instead of {row.direction}"
    return rewritten(tables, "rules", row, "direction", mistake, direction=other)


def _opposed(tables: Tables, row: RuleRow) -> Iterator[Mutant]:
    """Put a copy with the opposite action above the rule, then beside it."""
    name = fresh(f"{row.name}-opposed", names(tables.rules))
    twin = row._replace(name=name, action=OPPOSITE[row.action])
    if row.priority > 0:
        above = twin._replace(priority=row.priority - 1)
        mistake = f"overruled by its opposite at priority {above.priority}"
        yield joined_by(tables, "rules", row, "oppose", mistake, above)
    mistake = f"tied with its opposite at priority {row.priority}"
    yield joined_by(tables, "rules", row, "tie", mistake, twin)


def _respelled(network: Network, row: RuleRow) -> Iterator[Mutant]:
    """Write the ends and the services a little wrong."""
    scenario = variant_of(network, row.cdn, row.reading)
    cells = {
        "source": wrong_ends(row.source, "source", {row.network}, scenario),
        "destination": wrong_ends(row.destination, "destination", {row.network}, scenario),
        "services": wrong_services(row.services),
    }
    for column, spellings in cells.items():
        for operator, mistake, text in spellings:
            new = {column: text}
            yield rewritten(network.tables, "rules", row, operator, mistake, **new)


def _left_over(network: Network, row: RuleRow) -> Iterator[Mutant]:
    """Keep a rule of one CDN under the other one, with addresses for names gone there."""
    for other in {*CDNS} - {cdn for cdn, _ in variants_of(row)}:
        known = known_ends(network.tables, other)
        scenario = variant_of(network, row.cdn, row.reading)
        source, destination = (
            _without_names(getattr(row, side), side, row, known, scenario)
            for side in ("source", "destination")
        )
        if source and destination:
            name = fresh(f"{row.name}-left-over", names(network.tables.rules))
            new = row._replace(name=name, cdn=other, source=source, destination=destination)
            mistake = f"left over under {other}"
            yield joined_by(network.tables, "rules", row, "left-over", mistake, new)


def _without_names(
    text: str, side: str, row: RuleRow, known: Container[str], scenario: Scenario
) -> str:
    """Write an end with the addresses of every name that is not *known*."""
    here = frozenset((row.network,))
    words = (
        word
        if word in known or looks_like_range(word)
        else ranges_text(scenario.addresses(word, side, here))
        for word in text.split()
    )
    return " ".join(words)


def _neighbours(tables: Tables) -> list[tuple[RuleRow, RuleRow]]:
    """Return every two rules in a row, at unequal priority, in some scenario."""
    found: dict[tuple[RuleRow, RuleRow], None] = {}
    for variant in variants():
        rows = list(applying(tables, "rules", *variant))
        rows.sort(key=lambda row: (_place(row), row.priority, row.action == "allow"))
        for _, group in groupby(rows, key=_place):
            found |= dict.fromkeys(pairwise(group))
    return [pair for pair in found if pair[0].priority != pair[1].priority]


def _place(row: RuleRow) -> tuple[str, str]:
    return row.network, row.direction


def _reordered(tables: Tables, first: RuleRow, second: RuleRow) -> Iterator[Mutant]:
    """Swap the priorities of two neighbours; raise the second to a tie with the first."""
    swapped = put(tables, "rules", first, first._replace(priority=second.priority))
    swapped = put(swapped, "rules", second, second._replace(priority=first.priority))
    mistake = f"swapped in order with {second.name}"
    yield Mutant("rules", first.name, "swap", mistake, swapped)
    if first.action != second.action:
        mistake = f"tied with {first.name} at priority {first.priority}"
        priority = first.priority
        yield rewritten(tables, "rules", second, "tie", mistake, priority=priority)
