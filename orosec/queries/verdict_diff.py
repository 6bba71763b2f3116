"""What becomes of each claim from one scenario to another.

A claim is judged again only where its verdict may differ: as long as names, relays and
exits stay, a verdict depends on packets (`orosec.claims.verdict.concern`), and on which of
them change (`orosec.queries.packet_diff`).
"""

from __future__ import annotations

from typing import NamedTuple

from orosec.claims.verdict import concern, judge
from orosec.engine.decision_diagram import remembering
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import joined
from orosec.model.addressing import remembered
from orosec.model.page_rows import ClaimRow
from orosec.model.scenario import Scenario
from orosec.queries.packet_diff import changes, fabric


class VerdictPair(NamedTuple):
    """One claim, before and after.

    Attributes:
        claim: its row, as it is made after; as it was made where it is no more.
        scenario: where it is made so.
        before: the verdict before; empty where there was no such claim.
        after: the verdict after; empty where there is none any more.
    """

    claim: ClaimRow
    scenario: Scenario
    before: str
    after: str


def verdict_pairs(before: Scenario, after: Scenario) -> tuple[VerdictPair, ...]:
    """Return the verdicts of every claim that is made in either scenario.

    It is computed once; the answer is kept with *after*, and goes with it.
    """
    return _verdict_pairs(after, before)


@remembered
@remembering()
def _verdict_pairs(after: Scenario, before: Scenario) -> tuple[VerdictPair, ...]:
    was, now = (
        {row.claim: row for row in each.tables.claims if each.applies_to(row)}
        for each in (before, after)
    )
    changed = None  # where more than packets may be otherwise, all is judged again
    if fabric(before) == fabric(after):
        changed = joined(change.packets for change in changes(before, after))
    found = []
    for name in dict.fromkeys([*now, *was]):
        old, new = was.get(name), now.get(name)
        told = judge(old, before).verdict if old else ""
        if not new:
            found.append(VerdictPair(was[name], before, told, ""))
        elif old == new and changed is not None and _spared(new, before, changed):
            found.append(VerdictPair(new, after, told, told))
        else:
            found.append(VerdictPair(new, after, told, judge(new, after).verdict))
    return tuple(found)


def _spared(claim: ClaimRow, before: Scenario, changed: PacketSet) -> bool:
    """Return whether a verdict cannot differ: none of its packets is *changed*.

    What is said of tables rests on rows, so it is always judged again.
    """
    return claim.level != "tables" and concern(claim, before).isdisjoint(changed)
