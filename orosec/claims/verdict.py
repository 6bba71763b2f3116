"""What a claim means: each verb gives its counterexamples, and none is a proof.

========== ==================================================================
allows     all of the traffic passes
denies     none of it passes
only-from  on these services, the destination is reached from these sources only
only-on    between these ends nothing passes but these services
reaches    from every source, journeys lead to all of the destination, on every service
only-through  every journey passes one of these chains
translated-to  all that leaves carries the public address of this node
fact       a named statement about the tables (`orosec.claims.facts`)
beyond     outside the model; the claim says why
========== ==================================================================

English "only" is two claims, only from whom and only on what; hence two verbs.
A claim about nothing (no such traffic, nothing that arrives) is *vacuous*, not green.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import NamedTuple

from orosec.claims.facts import REGISTRY, Contradiction
from orosec.engine.notation import service_text
from orosec.engine.packet_set import NOTHING, Packet, PacketSet
from orosec.errors import counted
from orosec.model.addressing import remembered
from orosec.model.journeys import Journey, watched, ways
from orosec.model.rows import ClaimRow
from orosec.model.scenario import Departure, Scenario
from orosec.values import Value

ALL = "all"


class Counterexample(NamedTuple):
    """Evidence against a claim: a packet, a journey, or a row.

    Attributes:
        packet: a plausible packet, or None where the evidence is of another kind.
        rule: the rule that decides it; empty where no rule does.
        says: in plain words, what happens to the packet, or what the row says.
        journey: the way, where the claim speaks of journeys.
        row: the contradicting row, where the claim is a fact.
    """

    packet: Packet | None
    rule: str
    says: str
    journey: Journey | None = None
    row: Contradiction | None = None


class Judgement(NamedTuple):
    """What a verb found.

    Attributes:
        verdict: holds, broken, vacuous or beyond.
        evidence: gives the evidence where it is broken; told only to who asks, since
            telling costs more than judging.
    """

    verdict: str
    evidence: Callable[[], Counterexample] | None = None


_HOLDS, _VACUOUS, _BEYOND = Judgement("holds"), Judgement("vacuous"), Judgement("beyond")


class Verdict(Value):
    """A claim, judged in one scenario.

    Attributes:
        claim: the row of the claim.
        cdn: the CDN of the scenario.
        reading: the reading of the scenario.
        verdict: holds, broken, vacuous or beyond.
    """

    claim: ClaimRow
    verdict: str
    _scenario: Scenario
    _evidence: Callable[[], Counterexample] | None

    def __init__(self, claim: ClaimRow, scenario: Scenario) -> None:
        verdict, evidence = _VERBS[claim.verb](claim, scenario)
        own = {"claim": claim, "verdict": verdict}
        vars(self).update(own, _scenario=scenario, _evidence=evidence)

    @cached_property
    def counterexample(self) -> Counterexample | None:
        """Evidence where the claim is broken, else None."""
        return self._evidence() if self._evidence else None

    @property
    def cdn(self) -> str:
        """The CDN under which the claim was judged."""
        return self._scenario.cdn

    @property
    def reading(self) -> str:
        """The reading under which the claim was judged."""
        return self._scenario.reading

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the one that the register stands by."""
        return self.verdict == self.claim.expected

    @cached_property
    def rests_on(self) -> tuple[tuple[str, str, str], ...]:
        """The rows that the verdict rests on, as (table, row, basis), in table order.

        Addresses are left out: every one of them is ours, and no verdict depends on
        which were chosen (a test renumbers them all).
        """
        return tuple(dict.fromkeys(_rows_behind(self.claim, self._scenario)))

    @cached_property
    def example(self) -> str:
        """In plain words, something that shows the claim at work where it holds."""
        return _example(self.claim, self._scenario)

    def rule_text(self, name: str) -> str:
        """Write the row of a rule or route as a sentence."""
        row = self._scenario.rule_rows.get(name)
        if row is None:
            return name
        return (
            f"{name}: {row.action} {row.source} → {row.destination} {row.services} "
            f"({row.direction} of {row.network}, {row.basis} {row.cites})".replace(
                " )", ")"
            )
        )

    @property
    def bases(self) -> tuple[str, ...]:
        """The kinds of basis among the rows that the verdict rests on."""
        return tuple(sorted({basis for _, _, basis in self.rests_on}))

    @property
    def by_construction(self) -> bool:
        """Whether it holds only because a rule was transcribed from the same sentence."""
        if self.verdict != "holds":
            return False
        rows = self._scenario.rule_rows
        rules = [rows[row] for table, row, _ in self.rests_on if table == "rules"]
        ingress = [row for row in rules if row.direction == "ingress"]
        cited = ingress or rules
        written = [row for row in cited if row.basis != "platform"]
        others = {table for table, _, _ in self.rests_on} - {"rules"}
        own = self.claim.sentence
        return bool(written) and not others and all(own in row.cites for row in written)


def judge(claim: ClaimRow, scenario: Scenario) -> Verdict:
    """Judge a claim in a scenario, once: the answer is kept with the scenario."""
    return _judged(scenario, claim)


@remembered
def _judged(scenario: Scenario, claim: ClaimRow) -> Verdict:
    return Verdict(claim, scenario)


def packet_text(scenario: Scenario, packet: Packet) -> str:
    """Write a packet with the names of its ends."""
    source, destination = map(scenario.end_text, (packet.source, packet.destination))
    return f"{source} → {destination} {service_text(packet.protocol, packet.detail)}"


def _packet_evidence(claim: ClaimRow, scenario: Scenario, bad: PacketSet) -> Counterexample:
    """Tell what happens to a plausible packet of *bad*, which has at least one."""
    packet = scenario.witness(bad)
    assert packet is not None
    decisions = scenario.decisions(packet)
    barring = [one.rule.name for one in decisions if not one.rule.allows]
    rule = barring[0] if barring else decisions[-1].rule.name if decisions else ""
    if barring:
        fate = f"is kept out by {rule}"
    elif claim.level == "served":
        listens = "is served" if packet in scenario.served else "nothing listens there"
        fate = f"is let in by {rule}, and {listens}"
    else:
        fate = f"is let in by {rule}" if rule else "meets no rule of ours"
    return Counterexample(packet, rule, f"{packet_text(scenario, packet)} {fate}")


def scope_of(claim: ClaimRow, scenario: Scenario) -> PacketSet:
    """Return the traffic that a claim on packets speaks of."""
    source = "any" if claim.verb == "only-from" else claim.source
    services = ALL if claim.verb == "only-on" else claim.services
    return scenario.traffic(source, claim.destination, services)


def concern(claim: ClaimRow, scenario: Scenario) -> PacketSet:
    """Return the packets that the verdict of a claim depends on.

    As long as names, relays and routes stay, and each of these packets passes and is served
    where it was, the verdict is what it was. A fact rests on rows, so no packet is its
    concern, nor is any that of a claim beyond the model.
    """
    if claim.verb in ("fact", "beyond"):
        return NOTHING
    if claim.level == "journey":
        return watched(scenario, claim.source, claim.destination, claim.services)
    return scope_of(claim, scenario)


def violations(claim: ClaimRow, scenario: Scenario) -> PacketSet:
    """Return every packet against a claim on packets: none is a proof.

    A claim of another kind has no such packets; its verdict rests on ways or rows.
    """
    if claim.level not in ("permitted", "served"):
        return NOTHING
    return _split(claim, scenario)[1]


def _split(claim: ClaimRow, scenario: Scenario) -> tuple[PacketSet, PacketSet]:
    """Return what a claim on packets is about, and the part that speaks against it.

    A claim that says "only" is about what passes; where nothing does, it is vacuous.
    """
    scope, passing = scope_of(claim, scenario), scenario.level(claim.level)
    if claim.verb == "allows":
        return scope, scope - passing
    if claim.verb == "denies":
        return scope, scope & passing
    named = scenario.traffic(claim.source, claim.destination, claim.services)
    met = scope & passing
    return met, met - named


def _on_packets(claim: ClaimRow, scenario: Scenario) -> Judgement:
    about, bad = _split(claim, scenario)
    if about.empty:
        return _VACUOUS
    if bad.empty:
        return _HOLDS
    return Judgement("broken", lambda: _packet_evidence(claim, scenario, bad))


def _reaches(claim: ClaimRow, scenario: Scenario) -> Judgement:
    asked = (claim.source, claim.destination, claim.services)
    if scenario.traffic(*asked).empty:
        return _VACUOUS
    missed = ways(scenario, *asked).missed()
    if missed.empty:
        return _HOLDS

    def evidence() -> Counterexample:
        direct = _packet_evidence(claim, scenario, missed)
        says = f"no chain of connections leads there; directly, {direct.says}"
        return direct._replace(says=says, journey=Journey(()))

    return Judgement("broken", evidence)


def _only_through(claim: ClaimRow, scenario: Scenario) -> Judgement:
    every = ways(scenario, claim.source, claim.destination, claim.services)
    around = every.around(claim.via)
    if around is None:
        return _HOLDS if every else _VACUOUS

    def evidence() -> Counterexample:
        last = _packet_evidence(claim, scenario, around.hops[-1].packets)
        says = f"{around} gets there another way"
        return last._replace(says=says, journey=around)

    return Judgement("broken", evidence)


def _translated(claim: ClaimRow, scenario: Scenario) -> Judgement:
    traffic = scenario.traffic(claim.source, claim.destination, claim.services)
    attached = scenario.attached(claim.via)
    wanted = {public for row in attached for public in row.public.split()}
    leaving = scenario.departures(traffic & scenario.leaving)
    astray = next((one for one in leaving if one.public not in wanted), None)
    if astray is None:
        return _HOLDS if leaving else _VACUOUS
    return Judgement("broken", lambda: _departure_evidence(scenario, astray))


def _departure_evidence(scenario: Scenario, astray: Departure) -> Counterexample:
    packet = scenario.witness(astray.packets)
    assert packet is not None
    who = f"as {astray.public}" if astray.public else "with no public address at all"
    says = f"{packet_text(scenario, packet)} leaves {who}"
    return Counterexample(packet, astray.route, says)


def _fact(claim: ClaimRow, scenario: Scenario) -> Judgement:
    evidence = REGISTRY[claim.via].evidence(scenario)
    if not evidence.against:
        return Judgement(evidence.verdict)
    first = evidence.against[0]
    says = f"{first.row} ({first.table}) {first.says}"
    return Judgement("broken", lambda: Counterexample(None, "", says, row=first))


def _beyond(_claim: ClaimRow, _scenario: Scenario) -> Judgement:
    return _BEYOND


_VERBS: Mapping[str, Callable[[ClaimRow, Scenario], Judgement]] = {
    "allows": _on_packets,
    "denies": _on_packets,
    "only-from": _on_packets,
    "only-on": _on_packets,
    "reaches": _reaches,
    "only-through": _only_through,
    "translated-to": _translated,
    "fact": _fact,
    "beyond": _beyond,
}


def _example(claim: ClaimRow, scenario: Scenario) -> str:
    if claim.verb == "beyond":
        return claim.means
    if claim.verb == "fact":
        looked = REGISTRY[claim.via].evidence(scenario).subjects
        return f"{counted(len(looked), 'row')} looked at, none against"
    if claim.level == "journey":
        asked = (claim.source, claim.destination, claim.services)
        every = ways(scenario, *asked).journeys()
        leaving = claim.verb == "translated-to"
        shown = next(way for way in every if way.hops[-1].public or not leaving)
        return f"way: {shown}"
    named = scenario.traffic(claim.source, claim.destination, claim.services)
    traffic = scope_of(claim, scenario)
    if claim.verb.startswith("only"):
        traffic = (traffic - named) - scenario.level(claim.level)
    if traffic.empty:
        return "no packet against"
    return f"e.g. {_packet_evidence(claim, scenario, traffic).says}"


def _rows_behind(claim: ClaimRow, scenario: Scenario) -> list[tuple[str, str, str]]:
    """Give (table, row, basis) of what a verdict rests on."""
    if claim.verb == "beyond":
        return []
    if claim.verb == "fact":
        subjects = REGISTRY[claim.via].evidence(scenario).subjects
        return [(table, row, _basis(scenario, table, row)) for table, row in subjects]
    rows = _rule_rows(claim, scenario)
    if claim.level == "served":
        rows += _listener_rows(claim, scenario)
    if claim.level == "journey":
        rows += _journey_rows(claim, scenario)
    return rows


def _rule_rows(claim: ClaimRow, scenario: Scenario) -> list[tuple[str, str, str]]:
    found = scenario.deciding(scope_of(claim, scenario))
    names = [one.rule.name for one in found]
    return [("rules", name, scenario.rule_rows[name].basis) for name in names]


def _listener_rows(claim: ClaimRow, scenario: Scenario) -> list[tuple[str, str, str]]:
    scope = scope_of(claim, scenario)
    return [
        ("listeners", row.name, row.basis)
        for row in scenario.listeners
        if not scenario.traffic("any", row.node, row.services).isdisjoint(scope)
    ]


def _journey_rows(claim: ClaimRow, scenario: Scenario) -> list[tuple[str, str, str]]:
    relays = {row.name: ("relays", row.name, row.basis) for row in scenario.relays}
    routes = {row.name: ("routes", row.name, row.basis) for row in scenario.routes}
    known = {**relays, **routes}
    every = ways(scenario, claim.source, claim.destination, claim.services)
    names = [hop.relay for journey in every.journeys() for hop in journey.hops if hop.relay]
    return [known[name] for name in names]


def _basis(scenario: Scenario, table: str, row: str) -> str:
    for name in table.split(" and "):
        for one in getattr(scenario.tables, name):
            if one.name == row:
                return str(one.basis)
    return "assumed"
