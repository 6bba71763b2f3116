"""What is true instead: of a flow, a way or a place that prose states, in one scenario.

A flow is judged as the claims of the register are, by looking for a packet against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product
from typing import NamedTuple

from orosec.claims.verdict import Verdict
from orosec.engine.intervals import subtract
from orosec.engine.notation import (
    ALL,
    address_text,
    range_intervals,
    read_services,
    service_text,
)
from orosec.engine.packet_set import PacketSet, services_intersection
from orosec.engine.policy import joined
from orosec.engine.summary import services_summary
from orosec.errors import UnknownNameError, did_you_mean
from orosec.model.journeys import Journey, ways
from orosec.model.page_rows import ClaimRow
from orosec.model.rows import row_with
from orosec.model.scenario import Scenario
from orosec.prose.statements import (
    DENIED,
    PERMITTED,
    UNSERVED,
    WAY,
    FlowStatement,
    PlaceStatement,
)
from orosec.queries.decide import Answer

_MOST_WAYS = 3
_ALLOWED = ("allows", "permitted")
_PROMISES = {
    PERMITTED: (_ALLOWED,),
    DENIED: (("denies", "permitted"),),
    UNSERVED: (_ALLOWED, ("denies", "served")),
}
"""The claims, as verb and level, that each arrow makes."""


class Correction(NamedTuple):
    """What is true instead of a statement.

    Attributes:
        under: the CDN and reading; empty where it does not depend on them.
        instead: what is true.
        witness: a packet or a row that shows it; empty where there is none.
        rule: the rule that decides the packet, as a sentence.
        claims: claims that speak of the same.
        unless: how to write what states nothing; empty where it does state something.
    """

    under: str
    instead: str
    witness: str = ""
    rule: str = ""
    claims: str = ""
    unless: str = ""


def correct(said: FlowStatement | PlaceStatement, scenario: Scenario) -> Correction | None:
    """Say what is true instead of a flow, a way or a place, or None where it is true.

    Raises:
        UnknownNameError: an end is no name here, or a stop of a way no host.
        NotationError: an end, an address or the services cannot be read.
    """
    if isinstance(said, PlaceStatement):
        return _correct_place(said, scenario)
    return (_correct_way if said.arrow == WAY else _correct_flow)(said, scenario)


def _correct_flow(said: FlowStatement, scenario: Scenario) -> Correction | None:
    (source, destination), services = said.stops, said.services or ALL
    for pair in product(source.split(), destination.split()):
        traffic, ends = scenario.traffic(*pair, services), f" {PERMITTED} ".join(pair)
        if traffic.empty:
            return _correction(scenario, f"there is no traffic {ends} at all")
        if not traffic <= scenario.known:
            return _correction(scenario, f"no rule of ours meets all of {ends}")
        if traffic <= scenario.itself:
            return _correction(
                scenario, f"a host is both ends of {ends}, and no firewall in between"
            )
    for promise in _PROMISES[said.arrow]:
        verdict = _judged(scenario, *promise, source, destination, services)
        if verdict.counterexample is not None:
            return _by_packet(scenario, verdict)
    return None


def _correct_way(said: FlowStatement, scenario: Scenario) -> Correction | None:
    """Correct a way.

    It is true when connections lead from every host of the source over just these
    hosts, and the last one to every host of the destination on all of the services.
    """
    source, *via, destination = said.stops
    for name in via:
        if name not in scenario.members:
            hint = did_you_mean(name, scenario.members)
            raise UnknownNameError(name, "node or role that connections pass", hint)
    pairs = product(source.split(), destination.split())
    corrections = (_correct_pair(scenario, *pair, said.services, via) for pair in pairs)
    return next(filter(None, corrections), None)


def _correct_place(said: PlaceStatement, scenario: Scenario) -> Correction | None:
    scenario.check_end(said.name)
    cidrs = [row.cidr for row in scenario.tables.subnets if row.name == said.name]
    rows = scenario.attached(said.name)
    texts = " ".join([*cidrs, *(f"{row.address} {row.public}" for row in rows)]).split()
    places = {*map(range_intervals, texts)}
    if all(range_intervals(address) in places for address in said.addresses):
        return None
    where = " ".join(dict.fromkeys(texts)) or "no address of its own"
    return _correction(scenario, f"{said.name} at {where}")


def _correction(scenario: Scenario, instead: str) -> Correction:
    return Correction(f"{scenario.cdn}, {scenario.reading}", instead)


def _judged(scenario: Scenario, *cells: str) -> Verdict:
    """Judge a flow as a claim with a verb and a level."""
    columns = ("verb", "level", "source", "destination", "services")
    claim = row_with(ClaimRow, **dict(zip(columns, cells, strict=True)))
    return Verdict(claim, scenario)


def _by_packet(scenario: Scenario, verdict: Verdict, instead: str = "") -> Correction:
    """Correct a flow that was judged, by the packet that speaks against it."""
    found, flow = verdict.counterexample, verdict.claim
    answer = Answer(scenario, flow.source, flow.destination, flow.services)
    return _correction(scenario, instead or _in_notation(answer))._replace(
        witness=found.says if found else "",
        rule=verdict.rule_text(found.rule) if found else "",
        claims=" ".join(answer.claims),
    )


def _in_notation(answer: Answer) -> str:
    """Write what happens to all of the traffic, as a flow where one can tell it."""
    flow = f"{answer.source} {{}} {answer.destination} {answer.services}"
    if answer.verdict == "denied":
        return flow.format(DENIED)
    if answer.verdict == "permitted":
        if answer.served is False:
            return flow.format(UNSERVED)
        answers = "all" if answer.served else "part"
        return f"{flow.format(PERMITTED)}, and {answers} of it is answered"
    passing, stopped = answer.permitted.services(), answer.denied.services()
    if services_intersection(passing, stopped):
        return "some is permitted and some is denied, it depends on the address"
    return f"only {services_summary(passing)} is permitted"


def _correct_pair(
    scenario: Scenario, source: str, destination: str, services: str, via: Sequence[str]
) -> Correction | None:
    asked = (source, destination, services or ALL)
    every = ways(scenario, *asked).journeys()
    found = [journey for journey in every if _passes(journey, via, scenario)]
    if found:
        packet = scenario.witness(_missing(scenario, found, source, destination, services))
        if packet is None:
            return None
        source, destination = map(address_text, (packet.source, packet.destination))
        asked = (source, destination, service_text(packet.protocol, packet.detail))
        instead = "the way is open in part"
    elif every:
        instead = f"ways there: {'; '.join(map(str, every[:_MOST_WAYS]))}"
    else:
        instead = "no chain of connections leads there"
    return _by_packet(scenario, _judged(scenario, *_ALLOWED, *asked), instead)


def _missing(
    scenario: Scenario, found: list[Journey], source: str, destination: str, services: str
) -> PacketSet:
    """Return what one would expect journeys to carry at their two ends, and is not.

    At the first connection: from every host of the source. At the last one: from each
    host that speaks there, to every host of the destination, on all of the services.
    """
    first, last = (
        joined(journey.hops[end].packets for journey in found) for end in (0, -1)
    )
    hops, near = found[0].hops, scenario.networks_of
    opening = scenario.addresses(source, "source", near(hops[0].destination))
    ending = scenario.addresses(destination, "destination", near(hops[-1].source))
    asked = read_services(services) if services else last.services()
    silent = subtract(opening, first.sources())
    unopened = PacketSet.box(silent, first.destinations(), first.services())
    return (PacketSet.box(last.sources(), ending, asked) - last) | unopened


def _passes(journey: Journey, via: Sequence[str], scenario: Scenario) -> bool:
    """Return whether a journey passes just the hosts *via*, one after the other.

    Where a relay goes on from another host (a tunnel does), that host may be left out.
    """
    stops = [(hop.destination, after.source) for hop, after in pairwise(journey.hops)]
    relays = [arrived for arrived, _ in stops]
    hosts = [host for stop in stops for host in dict.fromkeys(stop)]
    members = scenario.members
    meant = [{*members[name]} for name in via]
    return any(
        len(passed) == len(meant)
        and all(map(set.issuperset, meant, (members[host] for host in passed)))
        for passed in (relays, hosts)
    )
