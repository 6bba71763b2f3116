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
from orosec.model.journeys import Journey, ways
from orosec.model.scenario import Departure, Deployment
from orosec.model.schema import ClaimRow

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


class Finding(NamedTuple):
    """What a verb found.

    Attributes:
        verdict: holds, broken, vacuous or beyond.
        evidence: gives the evidence where it is broken; told only to who asks, since
            telling costs more than judging.
    """

    verdict: str
    evidence: Callable[[], Counterexample] | None = None


_HOLDS, _VACUOUS, _BEYOND = Finding("holds"), Finding("vacuous"), Finding("beyond")


class Verdict:
    """A claim, judged in one deployment.

    Attributes:
        claim: the row of the claim.
        cdn: the CDN of the deployment.
        reading: the reading of the deployment.
        verdict: holds, broken, vacuous or beyond.
    """

    __slots__ = ("__dict__", "_deployment", "_evidence", "claim", "verdict")

    def __init__(self, claim: ClaimRow, deployment: Deployment) -> None:
        self.claim = claim
        self._deployment = deployment
        self.verdict, self._evidence = _VERBS[claim.verb](claim, deployment)

    @cached_property
    def counterexample(self) -> Counterexample | None:
        """Evidence where the claim is broken, else None."""
        return self._evidence() if self._evidence else None

    @property
    def cdn(self) -> str:
        """The CDN under which the claim was judged."""
        return self._deployment.cdn

    @property
    def reading(self) -> str:
        """The reading under which the claim was judged."""
        return self._deployment.reading

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
        return tuple(dict.fromkeys(_rows_behind(self.claim, self._deployment)))

    @cached_property
    def example(self) -> str:
        """In plain words, something that shows the claim at work where it holds."""
        return _example(self.claim, self._deployment)

    def rule_text(self, name: str) -> str:
        """Write the row of a rule or route as a sentence."""
        row = self._deployment.rule_rows.get(name)
        if row is None:
            return name
        return (
            f"{name}: {row.action} {row.source} → {row.destination} {row.services} "
            f"({row.direction} of {row.network}, {row.basis} {row.where})".replace(
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
        rows = self._deployment.rule_rows
        rules = [rows[row] for table, row, _ in self.rests_on if table == "rules"]
        ingress = [row for row in rules if row.direction == "ingress"]
        cited = ingress or rules
        written = [row for row in cited if row.basis != "platform"]
        others = {table for table, _, _ in self.rests_on} - {"rules"}
        own = self.claim.sentence
        return bool(written) and not others and all(own in row.where for row in written)


def judge(claim: ClaimRow, deployment: Deployment) -> Verdict:
    """Judge a claim in a deployment, once: the answer is kept with the deployment."""
    if claim not in deployment.kept:
        deployment.kept[claim] = Verdict(claim, deployment)
    verdict: Verdict = deployment.kept[claim]
    return verdict


def packet_text(deployment: Deployment, packet: Packet) -> str:
    """Write a packet with the names of its ends."""
    source, destination = map(deployment.end_text, packet[:2])
    return f"{source} → {destination} {service_text(packet.protocol, packet.detail)}"


def _packet_evidence(
    claim: ClaimRow, deployment: Deployment, bad: PacketSet
) -> Counterexample:
    """Tell what happens to a plausible packet of *bad*, which has at least one."""
    packet = deployment.witness(bad)
    assert packet is not None
    decisions = deployment.decisions(packet)
    barring = [one.rule.name for one in decisions if not one.rule.allows]
    rule = barring[0] if barring else decisions[-1].rule.name if decisions else ""
    if barring:
        fate = f"is kept out by {rule}"
    elif claim.level == "served":
        listens = "is served" if packet in deployment.served else "nothing listens there"
        fate = f"is let in by {rule}, and {listens}"
    else:
        fate = f"is let in by {rule}" if rule else "meets no rule of ours"
    return Counterexample(packet, rule, f"{packet_text(deployment, packet)} {fate}")


def scope_of(claim: ClaimRow, deployment: Deployment) -> PacketSet:
    """Give the traffic that a claim on packets speaks of."""
    source = "any" if claim.verb == "only-from" else claim.source
    services = ALL if claim.verb == "only-on" else claim.services
    return deployment.traffic(source, claim.destination, services)


def violations(claim: ClaimRow, deployment: Deployment) -> PacketSet:
    """Give every packet against a claim on packets: none is a proof.

    A claim of another kind has no such packets; its verdict rests on ways or rows.
    """
    if claim.level not in ("permitted", "served"):
        return NOTHING
    return _split(claim, deployment)[1]


def _split(claim: ClaimRow, deployment: Deployment) -> tuple[PacketSet, PacketSet]:
    """Give what a claim on packets is about, and the part that speaks against it.

    A claim that says "only" is about what passes; where nothing does, it is vacuous.
    """
    scope, passing = scope_of(claim, deployment), deployment.level(claim.level)
    if claim.verb == "allows":
        return scope, scope - passing
    if claim.verb == "denies":
        return scope, scope & passing
    named = deployment.traffic(claim.source, claim.destination, claim.services)
    met = scope & passing
    return met, met - named


def _on_packets(claim: ClaimRow, deployment: Deployment) -> Finding:
    about, bad = _split(claim, deployment)
    if about.empty:
        return _VACUOUS
    if bad.empty:
        return _HOLDS
    return Finding("broken", lambda: _packet_evidence(claim, deployment, bad))


def _reaches(claim: ClaimRow, deployment: Deployment) -> Finding:
    asked = (claim.source, claim.destination, claim.services)
    if deployment.traffic(*asked).empty:
        return _VACUOUS
    missed = ways(deployment, *asked).missed()
    if missed.empty:
        return _HOLDS

    def evidence() -> Counterexample:
        direct = _packet_evidence(claim, deployment, missed)
        says = f"no chain of connections leads there; directly, {direct.says}"
        return direct._replace(says=says, journey=Journey(()))

    return Finding("broken", evidence)


def _only_through(claim: ClaimRow, deployment: Deployment) -> Finding:
    every = ways(deployment, claim.source, claim.destination, claim.services)
    around = every.around(claim.via)
    if around is None:
        return _HOLDS if every else _VACUOUS

    def evidence() -> Counterexample:
        last = _packet_evidence(claim, deployment, around.hops[-1].packets)
        says = f"{around} gets there another way"
        return last._replace(says=says, journey=around)

    return Finding("broken", evidence)


def _translated(claim: ClaimRow, deployment: Deployment) -> Finding:
    traffic = deployment.traffic(claim.source, claim.destination, claim.services)
    attached = deployment.attached(claim.via)
    wanted = {public for row in attached for public in row.public.split()}
    leaving = deployment.departures(traffic & deployment.leaving)
    astray = next((one for one in leaving if one.public not in wanted), None)
    if astray is None:
        return _HOLDS if leaving else _VACUOUS
    return Finding("broken", lambda: _departure_evidence(deployment, astray))


def _departure_evidence(deployment: Deployment, astray: Departure) -> Counterexample:
    packet = deployment.witness(astray.packets)
    assert packet is not None
    who = f"as {astray.public}" if astray.public else "with no public address at all"
    says = f"{packet_text(deployment, packet)} leaves {who}"
    return Counterexample(packet, astray.route, says)


def _fact(claim: ClaimRow, deployment: Deployment) -> Finding:
    evidence = REGISTRY[claim.via](deployment)
    if evidence.against:
        first = evidence.against[0]
        says = f"{first.row} ({first.table}) {first.says}"
        return Finding("broken", lambda: Counterexample(None, "", says, row=first))
    return _HOLDS if evidence.subjects else _VACUOUS


def _beyond(_claim: ClaimRow, _deployment: Deployment) -> Finding:
    return _BEYOND


_VERBS: Mapping[str, Callable[[ClaimRow, Deployment], Finding]] = {
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


def _example(claim: ClaimRow, deployment: Deployment) -> str:
    if claim.verb == "beyond":
        return claim.means
    if claim.verb == "fact":
        looked = REGISTRY[claim.via](deployment).subjects
        return f"{counted(len(looked), 'row')} looked at, none against"
    if claim.level == "journey":
        asked = (claim.source, claim.destination, claim.services)
        every = ways(deployment, *asked).journeys()
        leaving = claim.verb == "translated-to"
        shown = next(way for way in every if way.hops[-1].public or not leaving)
        return f"way: {shown}"
    named = deployment.traffic(claim.source, claim.destination, claim.services)
    traffic = scope_of(claim, deployment)
    if claim.verb.startswith("only"):
        traffic = (traffic - named) - deployment.level(claim.level)
    if traffic.empty:
        return "no packet against"
    return f"e.g. {_packet_evidence(claim, deployment, traffic).says}"


def _rows_behind(claim: ClaimRow, deployment: Deployment) -> list[tuple[str, str, str]]:
    """Give (table, row, basis) of what a verdict rests on."""
    if claim.verb == "beyond":
        return []
    if claim.verb == "fact":
        subjects = REGISTRY[claim.via](deployment).subjects
        return [(table, row, _basis(deployment, table, row)) for table, row in subjects]
    rows = _rule_rows(claim, deployment)
    if claim.level == "served":
        rows += _listener_rows(claim, deployment)
    if claim.level == "journey":
        rows += _journey_rows(claim, deployment)
    return rows


def _rule_rows(claim: ClaimRow, deployment: Deployment) -> list[tuple[str, str, str]]:
    found = deployment.deciding(scope_of(claim, deployment))
    names = [one.rule.name for one in found]
    return [("rules", name, deployment.rule_rows[name].basis) for name in names]


def _listener_rows(claim: ClaimRow, deployment: Deployment) -> list[tuple[str, str, str]]:
    scope = scope_of(claim, deployment)
    return [
        ("listeners", row.name, row.basis)
        for row in deployment.listeners
        if not deployment.traffic("any", row.node, row.services).isdisjoint(scope)
    ]


def _journey_rows(claim: ClaimRow, deployment: Deployment) -> list[tuple[str, str, str]]:
    relays = {row.name: ("relays", row.name, row.basis) for row in deployment.relays}
    routes = {row.name: ("routes", row.name, row.basis) for row in deployment.routes}
    known = {**relays, **routes}
    every = ways(deployment, claim.source, claim.destination, claim.services)
    names = [hop.relay for journey in every.journeys() for hop in journey.hops if hop.relay]
    return [known[name] for name in names]


def _basis(deployment: Deployment, table: str, row: str) -> str:
    for name in table.split(" and "):
        for one in getattr(deployment.tables, name):
            if one.name == row:
                return str(one.basis)
    return "assumed"
