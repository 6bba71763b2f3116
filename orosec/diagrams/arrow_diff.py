"""What a change does to the arrows: which open, which close, which stay, what breaks.

What changes is told by `orosec.queries.packet_diff`, packet by packet; here it is only laid
along the arrows, and what finds no arrow is told from whom to whom. Where an end of a
packet is somebody else's after the change (another CDN, a host that moved), arrows are
compared by the names of their ends, as a person would: a gateway that the internet reached
before and reaches now is as before, although the internet lost the addresses of an edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from orosec.claims.verdict import judge, violations
from orosec.diagrams.arrows import SILENT, Arrow, arrows, known, label, who
from orosec.diagrams.views import View, ends
from orosec.engine.decision_diagram import remembering
from orosec.engine.intervals import Intervals, intersect, union
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.engine.policy import joined
from orosec.engine.summary import services_summary
from orosec.model.addressing import joined_by
from orosec.model.journeys import ways
from orosec.model.page_rows import ClaimRow
from orosec.model.scenario import Scenario
from orosec.queries.packet_diff import changes, total
from orosec.queries.verdict_diff import verdict_pairs

# How an arrow is marked, by what became of its packets (`PacketChange.kind`).
MARKS = {"opened": "opened", "closed": "closed", "served": "heard", "unserved": "unheard"}


@remembering()
def changed(
    before: Scenario, after: Scenario, view: View
) -> tuple[list[Arrow], tuple[str, ...]]:
    """Return the arrows of a view as unchanged or one of `MARKS`, in a fixed order.

    Returns:
        The arrows, each with the promises that it breaks; and those promises that
        break on none of them.
    """
    against = {
        pair.claim.claim: _against(pair.claim, before, after)
        for pair in verdict_pairs(before, after)
        if pair.before not in ("", "broken") and pair.after == "broken"
    }
    marked = []
    for arrow in _moved(before, after, view):
        suspects = against.items() if arrow.kind != "unchanged" else ()
        broken = (name for name, bad in suspects if not bad.isdisjoint(arrow.packets))
        marked.append(arrow._replace(breaks=tuple(broken)))
    seen = {claim for arrow in marked for claim in arrow.breaks}
    return marked, tuple(claim for claim in against if claim not in seen)


def untold(before: Scenario, after: Scenario, marked: Sequence[Arrow]) -> Iterator[Arrow]:
    """Yield the changed packets that no arrow marks, as arrows with ends in words."""
    for kind, mark in MARKS.items():
        whole = "opened" if kind in ("opened", "served") else "closed"
        told = joined(arrow.packets for arrow in marked if arrow.kind in (mark, whole))
        here = before if kind == "closed" else after
        for block in (total(changes(before, after), kind) - told).products():
            pair = who(here, block[0], "source"), who(here, block[1])
            words = (services_summary(block[2]),)
            yield Arrow(*pair, mark, "", PacketSet.box(*block), words)


def _moved(before: Scenario, after: Scenario, view: View) -> Iterator[Arrow]:
    """Yield each arrow of either scenario, once for each thing that became of it.

    A region that no rule speaks of has its box where something changes there, no more. At a
    box that is new nothing is as before: who was not there took no connection.
    """
    both = before, after
    shown = {arrow.ends for each in both for arrow in arrows(each, view)}
    whole = view._replace(whole=True)
    was, now = (_gathered(each, whole) for each in both)
    steady = _steady(before, after, whole)
    left, sent = before.translations, after.translations
    every = {**left, **sent}
    rerouted = joined(left.get(by, NOTHING) ^ sent.get(by, NOTHING) for by in every)
    opens, closes, hears, loses = (total(changes(before, after), kind) for kind in MARKS)
    opens, closes = opens | rerouted, closes | rerouted
    heard, unheard = (found & steady - after.leaving for found in (hears, loses))
    for key in dict.fromkeys([*now, *was]):
        if key.kind == "tunnel":  # a row of the tables, whatever passes
            kind = "opened" if key not in was else "unchanged" if key in now else "closed"
            yield key._replace(kind=kind, label=(key.note,))
            continue
        old, new = was.get(key, NOTHING), now.get(key, NOTHING)
        told, tells = (PacketSet.box(services=x.services()) - steady for x in (old, new))
        opened, closed = (new & opens) - old - told, (old & closes) - new - tells
        if key.ends in shown:
            comes, goes = (not all(known(one, end) for end in key.ends) for one in both)
            opened, closed = new if comes else opened, old if goes else closed
        for kind, packets, scenario in (
            ("unchanged", new - opened - heard - unheard, after),
            ("closed", closed, before),
            ("opened", opened, after),
            ("heard", new & heard, after),
            ("unheard", new & unheard, after),
        ):
            if not packets.empty and (kind != "unchanged" or key.ends in shown):
                lines = tuple(_lines(scenario, packets, key))
                yield key._replace(kind=kind, packets=packets, label=lines)


def _gathered(scenario: Scenario, view: View) -> Mapping[Arrow, PacketSet]:
    """Return the packets between two boxes, served or not; leaving ones by address."""
    return joined_by(
        (Arrow(*each.ends, each.kind if each.note else "arriving", each.note), each.packets)
        for each in arrows(scenario, view)
    )


def _steady(before: Scenario, after: Scenario, view: View) -> PacketSet:
    """Return the packets whose two ends stand in the boxes that they stood in."""

    def kept(side: str) -> Intervals:
        was, now = (dict(ends(each, view, side)) for each in (before, after))
        return union(span for k in was for span in intersect(was[k], now.get(k, ())))

    return PacketSet.box(kept("source"), kept("destination"))


def _lines(scenario: Scenario, packets: PacketSet, arrow: Arrow) -> Iterator[str]:
    """Say which services, and what of them nobody would answer."""
    served = packets & scenario.listening if arrow.kind == "arriving" else packets
    for part, what in ((served, ""), (packets - served, SILENT)):
        if not part.empty:
            yield label(scenario, arrow._replace(packets=part)) + what


def _against(claim: ClaimRow, before: Scenario, after: Scenario) -> PacketSet:
    """Return the packets that break a claim: forbidden ones, or those of a way.

    A claim that something is reached breaks by what closed: the connections of the
    ways that led there before. Any other one breaks by what is there now.
    """
    if claim.level in ("permitted", "served"):
        return violations(claim, after)
    if claim.verb == "reaches":
        every = ways(before, claim.source, claim.destination, claim.services)
        return joined(hop.packets for way in every.journeys() for hop in way.hops)
    found = judge(claim, after).counterexample
    if found is None or found.packet is None:
        return NOTHING
    if found.journey is not None:
        return joined(hop.packets for hop in found.journey.hops)
    return after.leaving & after.traffic(claim.source, claim.destination, claim.services)
