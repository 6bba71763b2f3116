"""What a change does to the arrows: which open, which close, which stay, what breaks.

What opens and closes is told by `orosec.queries.packet_diff`, packet by packet; here it is
only laid along the arrows. Where an end of a packet is somebody else's after the change
(another CDN, a host that moved), packets are compared by the names of their ends, as a
person would: a gateway that the internet reached before and reaches now is as before,
although the internet has lost the addresses of an edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orosec.claims.verdict import judge, violations
from orosec.diagrams.arrows import Arrow, arrows, label
from orosec.diagrams.views import View
from orosec.engine.decision_diagram import ANY_ADDRESS, remembering
from orosec.engine.intervals import subtract, union
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.engine.policy import joined
from orosec.model.addressing import joined_by
from orosec.model.journeys import ways
from orosec.model.rows import ClaimRow
from orosec.model.scenario import Scenario
from orosec.queries.packet_diff import addresses_behind, changes, total
from orosec.queries.verdict_diff import verdict_pairs


@remembering()
def changed(
    before: Scenario, after: Scenario, view: View
) -> tuple[list[Arrow], tuple[str, ...]]:
    """Return the arrows of a view as opened, closed or unchanged, in a fixed order.

    Returns:
        The arrows, each with the promises that it breaks; and those promises that
        break on none of them.
    """
    against = _newly_against(before, after)
    marked = []
    for arrow in _moved(before, after, view):
        suspects = against.items() if arrow.kind != "unchanged" else ()
        broken = (name for name, bad in suspects if not bad.isdisjoint(arrow.packets))
        marked.append(arrow._replace(breaks=tuple(broken)))
    seen = {claim for arrow in marked for claim in arrow.breaks}
    return marked, tuple(claim for claim in against if claim not in seen)


def _moved(before: Scenario, after: Scenario, view: View) -> Iterator[Arrow]:
    """Yield each arrow of either scenario, once for each thing that became of it."""
    was, now = _gathered(before, view), _gathered(after, view)
    found = changes(before, after)
    steady, rerouted = _steady(before, after, view), _rerouted(before, after)
    opens = (total(found, "opened") | rerouted) & steady
    closes = (total(found, "closed") | rerouted) & steady
    for key in dict.fromkeys([*now, *was]):
        if key.kind == "tunnel":  # a row of the tables, whatever passes
            kind = "opened" if key not in was else "unchanged" if key in now else "closed"
            yield key._replace(kind=kind, label=(key.note,))
            continue
        old, new = was.get(key, NOTHING), now.get(key, NOTHING)
        opened = ((new & opens) - old) | _new_by_name(new - steady, old)
        closed = ((old & closes) - new) | _new_by_name(old - steady, new)
        for kind, packets, scenario in (
            ("unchanged", new - opened, after),
            ("closed", closed, before),
            ("opened", opened, after),
        ):
            if not packets.empty:
                lines = tuple(_lines(scenario, packets, key))
                yield key._replace(kind=kind, packets=packets, label=lines)


def _gathered(scenario: Scenario, view: View) -> Mapping[Arrow, PacketSet]:
    """Return the packets between two boxes, served or not; leaving ones by address."""
    families = {"served": "arriving", "unserved": "arriving"}
    return joined_by(
        (Arrow(*each.ends, families.get(each.kind, each.kind), each.note), each.packets)
        for each in arrows(scenario, view)
    )


def _steady(before: Scenario, after: Scenario, view: View) -> PacketSet:
    """Return the packets whose two ends stand in the boxes that they stood in."""
    moved = union(
        span
        for name in view.boxes
        for here, there in ((before, after), (after, before))
        for span in subtract(addresses_behind(here, name), addresses_behind(there, name))
    )
    still = subtract(ANY_ADDRESS, moved)
    return PacketSet.box(still, still)


def _rerouted(before: Scenario, after: Scenario) -> PacketSet:
    """Return what may pass as before and yet leave another way."""
    if (before.routes, before.publics) == (after.routes, after.publics):
        return NOTHING
    return before.leaving | after.leaving


def _new_by_name(packets: PacketSet, before: PacketSet) -> PacketSet:
    """Return those of an arrow's *packets* whose service it did not carry *before*."""
    if packets.empty or before.empty:
        return packets
    return packets - PacketSet.box(services=before.services())


def _lines(scenario: Scenario, packets: PacketSet, arrow: Arrow) -> Iterator[str]:
    """Say which services, and what of them nobody would answer."""
    arriving = arrow.kind == "arriving"
    served = packets & scenario.listening if arriving else packets
    silent = packets - served
    if not served.empty:
        yield label(served, arrow.note)
    if not silent.empty:
        yield f"{label(silent, arrow.note, served)} (nothing listens)"


def _newly_against(before: Scenario, after: Scenario) -> dict[str, PacketSet]:
    """Return each promise that the change breaks, with the packets that break it."""
    return {
        pair.claim.claim: _against(pair.claim, before, after)
        for pair in verdict_pairs(before, after)
        if pair.before not in ("", "broken") and pair.after == "broken"
    }


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
