"""What a change does to the arrows: which open, which close, which stay, what breaks.

Packets are compared one by one, exactly. Only where an address belongs to somebody
else after the change (another CDN, a host that moved) are its packets compared by the
names of their ends, as a person would: a gateway that the internet reached before and
reaches now is as before, although the internet has lost the addresses of an edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_

from orosec.claims.verdict import judge, violations
from orosec.diagrams.arrows import Arrow, arrows, label
from orosec.diagrams.views import View
from orosec.engine.decision_diagram import ANY_ADDRESS
from orosec.engine.intervals import Intervals, subtract, union
from orosec.engine.notation import range_intervals
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.model.journeys import ways
from orosec.model.rows import ClaimRow
from orosec.model.scenario import Scenario

_Key = tuple[str, str, str, str]


def changed(
    before: Scenario, after: Scenario, view: View
) -> tuple[list[Arrow], tuple[str, ...]]:
    """Return the arrows of a view as opened, closed or unchanged, in a fixed order.

    Returns:
        The arrows, each with the promises that it breaks; and those promises that
        break on none of them.
    """
    steady = _steady(before, after)
    was, now = _gathered(before, view), _gathered(after, view)
    found = [
        arrow
        for key in dict.fromkeys([*now, *was])
        for arrow in _moved(key, was.get(key), now.get(key), steady, before, after)
    ]
    against = _newly_against(before, after)
    marked = [arrow._replace(breaks=_broken_by(arrow, against)) for arrow in found]
    seen = {claim for arrow in marked for claim in arrow.breaks}
    return marked, tuple(claim for claim in against if claim not in seen)


def _gathered(scenario: Scenario, view: View) -> dict[_Key, PacketSet]:
    """Return the packets between two boxes, served or not; leaving ones by address."""
    found: dict[_Key, PacketSet] = {}
    for arrow in arrows(scenario, view):
        family = "arriving" if arrow.kind in ("served", "unserved") else arrow.kind
        key = (arrow.source, arrow.destination, family, arrow.note)
        found[key] = found.get(key, NOTHING) | arrow.packets
    return found


def _steady(before: Scenario, after: Scenario) -> PacketSet:
    """Return the packets whose two ends are whose they were."""
    old, new = _owned(before), _owned(after)
    moved = union(
        span
        for node in {*old, *new}
        for one, other in ((old, new), (new, old))
        for span in subtract(one.get(node, ()), other.get(node, ()))
    )
    still = subtract(ANY_ADDRESS, moved)
    return PacketSet.box(still, still)


def _owned(scenario: Scenario) -> dict[str, Intervals]:
    owned: dict[str, list[tuple[int, int]]] = {}
    for row in scenario.interfaces:
        owned.setdefault(row.node, []).extend(range_intervals(row.address))
    return {node: union(spans) for node, spans in owned.items()}


def _moved(
    key: _Key,
    was: PacketSet | None,
    now: PacketSet | None,
    steady: PacketSet,
    before: Scenario,
    after: Scenario,
) -> Iterator[Arrow]:
    source, destination, family, note = key
    if family == "tunnel":
        kind = "opened" if was is None else "closed" if now is None else "unchanged"
        yield Arrow(source, destination, kind, note, label=(note,))
        return
    old, new = was or NOTHING, now or NOTHING
    opened, closed = _only(new, old, steady), _only(old, new, steady)
    for kind, packets, scenario in (
        ("unchanged", new - opened, after),
        ("closed", closed, before),
        ("opened", opened, after),
    ):
        if not packets.empty:
            lines = tuple(_lines(scenario, packets, family, note))
            yield Arrow(source, destination, kind, note, packets, lines)


def _only(one: PacketSet, other: PacketSet, steady: PacketSet) -> PacketSet:
    """Return what is in *one* only: by packet where steady, else by service."""
    by_service = PacketSet.box(services=other.services()) if not other.empty else NOTHING
    return ((one - other) & steady) | ((one - steady) - by_service)


def _lines(scenario: Scenario, packets: PacketSet, family: str, note: str) -> Iterator[str]:
    """Say which services, and what of them nobody would answer."""
    if family != "arriving":
        yield label(packets, note)
        return
    served = packets & scenario.listening
    silent = packets - served
    if not served.empty:
        yield label(served, note)
    if not silent.empty:
        yield f"{label(silent, note, served)} (nothing listens)"


def _newly_against(before: Scenario, after: Scenario) -> dict[str, PacketSet]:
    """Return each promise that the change breaks, with the packets that break it."""
    broken: dict[str, PacketSet] = {}
    for claim in after.tables.claims:
        if before.applies_to(claim) and after.applies_to(claim):
            verdicts = [judge(claim, one).verdict for one in (before, after)]
            if verdicts[0] != "broken" == verdicts[1]:
                broken[claim.claim] = _against(claim, before, after)
    return broken


def _against(claim: ClaimRow, before: Scenario, after: Scenario) -> PacketSet:
    """Return the packets that break a claim: forbidden ones, or those of a way.

    A claim that something is reached breaks by what closed: the connections of the
    ways that led there before. Any other one breaks by what is there now.
    """
    if claim.level in ("permitted", "served"):
        return violations(claim, after)
    if claim.verb == "reaches":
        every = ways(before, claim.source, claim.destination, claim.services)
        return _joined(hop.packets for way in every.journeys() for hop in way.hops)
    found = judge(claim, after).counterexample
    if found is None or found.packet is None:
        return NOTHING
    if found.journey is not None:
        return _joined(hop.packets for hop in found.journey.hops)
    return after.leaving & after.traffic(claim.source, claim.destination, claim.services)


def _broken_by(arrow: Arrow, against: Mapping[str, PacketSet]) -> tuple[str, ...]:
    if arrow.kind == "unchanged":
        return ()
    return tuple(
        claim for claim, packets in against.items() if not packets.isdisjoint(arrow.packets)
    )


def _joined(sets: Iterable[PacketSet]) -> PacketSet:
    return reduce(or_, sets, NOTHING)
