"""What can be wrong with a firewall rule.

The operators are those of the literature on policy mutation: the action flipped, the rule
missing, overruled, out of order or tied with its neighbour, an end or a service too wide
or too narrow, the direction reversed, the rule kept for one CDN only.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from orosec.engine.notation import looks_like_range
from orosec.model.network import Network
from orosec.model.rows import RuleRow, Tables, applying
from orosec.model.scenario import Scenario
from orosec.model.schema import CDNS, variants, variants_of
from orosec.model.validation import known_ends
from orosec.mutation.mutant import Mutant, Slip, scenario_of, slips
from orosec.mutation.spellings import ranges_text, respelled

OPPOSITE = {"allow": "deny", "deny": "allow"}
OTHER_WAY = {"ingress": "egress", "egress": "ingress"}


def wrong_rules(network: Network) -> Iterator[Mutant]:
    """Yield every mutant of the rules: row by row, then what is out of order."""
    for slip in slips(network.tables, "rules"):
        row = slip.row
        yield slip.instead("flip", "action", OPPOSITE[row.action])
        yield slip.missing()
        yield from _opposed(slip)
        yield from respelled(network, slip, "source", "destination", "services")
        yield slip.instead("direction", "direction", OTHER_WAY[row.direction])
        yield from slip.one_cdn()
        yield from _left_over(slip, scenario_of(network, row))
    for first, second in _neighbours(network.tables):
        yield from _reordered(Slip(network.tables, "rules", first), second)


def _opposed(slip: Slip) -> Iterator[Mutant]:
    """Put a copy with the opposite action above the rule, then beside it."""
    row, name = slip.row, f"{slip.row.name}-opposed"
    other = OPPOSITE[row.action]
    if row.priority > 0:
        above = row.priority - 1
        mistake = f"overruled by its opposite at priority {above}"
        yield slip.joined_by("oppose", mistake, name, action=other, priority=above)
    mistake = f"tied with its opposite at priority {row.priority}"
    yield slip.joined_by("tie", mistake, name, action=other)


def _left_over(slip: Slip, scenario: Scenario) -> Iterator[Mutant]:
    """Keep a rule of one CDN under the other one, with addresses for names gone there."""
    row, here = slip.row, frozenset((slip.row.network,))
    for other in {*CDNS} - {cdn for cdn, _ in variants_of(row)}:
        known, ends = known_ends(slip.tables, other), {}
        for side in ("source", "destination"):
            words = (
                word
                if word in known or looks_like_range(word)
                else ranges_text(scenario.addresses(word, side, here))
                for word in getattr(row, side).split()
            )
            ends[side] = " ".join(words)
        if all(ends.values()):
            name, mistake = f"{row.name}-left-over", f"left over under {other}"
            yield slip.joined_by("left-over", mistake, name, cdn=other, **ends)


def _neighbours(tables: Tables) -> list[tuple[RuleRow, RuleRow]]:
    """Return every two rules in a row, at unequal priority, in some scenario."""
    found: dict[tuple[RuleRow, RuleRow], None] = {}
    for variant in variants():
        rows = sorted(applying(tables, "rules", *variant), key=_order)
        found |= dict.fromkeys(pairwise(rows))
    return [
        (first, second)
        for first, second in found
        if _order(first)[:2] == _order(second)[:2] and first.priority != second.priority
    ]


def _order(row: RuleRow) -> tuple[object, ...]:
    return row.network, row.direction, row.priority, row.action == "allow"


def _reordered(slip: Slip, second: RuleRow) -> Iterator[Mutant]:
    """Swap the priorities of two neighbours; raise the second to a tie with the first."""
    first, other = slip.row, slip._replace(row=second)
    raised = other.rewritten(
        "tie",
        f"tied with {first.name} at priority {first.priority}",
        priority=first.priority,
    )
    swapped = Slip(raised.tables, "rules", first)
    yield swapped.rewritten(
        "swap", f"swapped in order with {second.name}", priority=second.priority
    )
    if first.action != second.action:
        yield raised
