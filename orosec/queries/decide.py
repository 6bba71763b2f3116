"""What happens to traffic: the verdict, the rules at both ends, and every blocker."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from orosec.claims.verbs import packet_text
from orosec.claims.verdict import scope_of
from orosec.engine.intervals import contains, union
from orosec.engine.notation import (
    address_text,
    looks_like_range,
    range_intervals,
    read_services,
    services_text,
)
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.engine.policy import Rule, blockers
from orosec.engine.summary import services_summary
from orosec.errors import text_only
from orosec.model.journeys import Journey, ways
from orosec.model.network import Network, given
from orosec.model.rows import RuleRow
from orosec.model.scenario import Scenario
from orosec.model.schema import EVERY
from orosec.model.telling import told_of
from orosec.results import Sheet, Shown
from orosec.values import Value


class DecidingRule(NamedTuple):
    """A rule that decides some of the traffic at one of its ends.

    Attributes:
        direction: egress at the source, ingress at the destination.
        row: the row of the rule.
        services: what of the traffic it decides, for people.
        at: what it decides about, for people: leaving, arriving, or forwarding by whom.
            Who forwards is asked at its own ingress, with the packet's own destination.
    """

    direction: str
    row: RuleRow
    services: str
    at: str

    def __str__(self) -> str:
        row = self.row
        out = (self.direction == "egress") == (row.action == "allow")
        verb = ("lets" if row.action == "allow" else "keeps") + (" out" if out else " in")
        source = f"{row.basis} {row.cites}".strip()
        first = row.network == EVERY and "before every network's own rules"
        return (
            f"{row.name} {verb} {self.services} "
            f"({row.action} {row.source} → {row.destination} {row.services}, "
            f"{first or f'priority {row.priority}'}, {source})"
        )


class Answer(Shown):
    """What happens to all traffic from one end to another on some services.

    Attributes:
        source: the end that opens the connection.
        destination: the end that shall take it.
        services: the services asked about, in canonical spelling.
        cdn: the CDN of the scenario that was asked.
        reading: the reading of the scenario that was asked.
    """

    def __init__(
        self, scenario: Scenario, source: str, destination: str, services: str
    ) -> None:
        text_only(source, destination, services)
        self._scenario = scenario
        self.source, self.destination = source, destination
        self.services = services_text(read_services(services))
        self.cdn, self.reading = scenario.cdn, scenario.reading
        self.traffic = scenario.traffic(source, destination, self.services)
        self.asked = self.traffic - scenario.itself

    @cached_property
    def permitted(self) -> PacketSet:
        """The part that the firewall lets through; all where none stands in between."""
        return self.traffic if self.asked.empty else self.asked & self._scenario.permitted

    @cached_property
    def denied(self) -> PacketSet:
        """The part of the traffic that some rule stops."""
        return (self.asked & self._scenario.known) - self.permitted

    @cached_property
    def unknown(self) -> PacketSet:
        """The part of the traffic that goes from stranger to stranger: nobody can say."""
        return self.asked - self._scenario.known

    @property
    def verdict(self) -> str:
        """Permitted, denied or unknown; partly where not all packets fare alike.

        Of traffic that cannot exist, as from IPv4 to IPv6, it is unknown.
        """
        found = [name for name, *_ in self._fates]
        return "partly" if len(found) > 1 else "".join(found) or "unknown"

    @property
    def passes(self) -> bool | None:
        """Whether all of it is permitted; None where nobody can say."""
        if not self.denied.empty:
            return False
        return None if self.traffic.empty or not self.unknown.empty else True

    @property
    def served(self) -> bool | None:
        """Whether something listens for what is permitted; None where it does in part."""
        answered = self.permitted & self._scenario.listening
        if answered.empty:
            return False
        return True if answered == self.permitted else None

    @cached_property
    def steps(self) -> tuple[DecidingRule, ...]:
        """Every rule that decides some of the traffic, at the source's end first."""
        return tuple(
            self._step(place, rule, share)
            for (*place, rule), share in self._scenario.divided(self.asked)
        )

    def _step(self, place: Iterable[str], rule: Rule, packets: PacketSet) -> DecidingRule:
        here, (network, direction) = self._scenario, place
        at = {"egress": "Leaving", "ingress": "Arriving"}[direction]
        if direction == "ingress" and packets <= here.forwarded.get(network, NOTHING):
            handed = (
                row.via for row in here.routes if not packets.isdisjoint(here.routed(row))
            )
            at = f"Forwarding by {' or '.join(dict.fromkeys(handed))}"
        services = services_summary(packets.services())
        return DecidingRule(direction, here.rule_rows[rule.name], services, at)

    @cached_property
    def blockers(self) -> tuple[DecidingRule, ...]:
        """Every rule, at either end, that keeps some of the traffic from passing."""
        here = self._scenario
        return tuple(
            self._step(place, rule, kept)
            for place, rules in here.policies.items()
            for rule, kept in blockers(rules, self.asked & here.scope(place))
        )

    @cached_property
    def journeys(self) -> tuple[Journey, ...]:
        """Every chain of connections that leads there, the shortest first."""
        return ways(self._scenario, self.source, self.destination, self.services).journeys()

    @cached_property
    def claims(self) -> tuple[str, ...]:
        """The claims that speak of some of this traffic."""
        return tuple(
            claim.claim
            for claim in self._scenario.tables.claims
            if self._scenario.applies_to(claim)
            and not scope_of(claim, self._scenario).isdisjoint(self.asked)
        )

    @property
    def parts(self) -> tuple[tuple[str, str, str], ...]:
        """What fares alike: (verdict, services, a packet as example)."""
        return tuple(
            (name, services_summary(packets.services()), self._example(packets))
            for name, packets in self._fates
        )

    @property
    def _fates(self) -> tuple[tuple[str, PacketSet], ...]:
        names = ("permitted", "denied", "unknown")
        parts = ((name, getattr(self, name)) for name in names)
        return tuple((name, packets) for name, packets in parts if not packets.empty)

    def _example(self, packets: PacketSet) -> str:
        packet = self._scenario.witness(packets)
        assert packet is not None
        return packet_text(self._scenario, packet)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know beside the verdict."""
        lines = []
        if self.traffic.empty:
            lines.append(
                "There is no such traffic: one of the ends has no address here, "
                "or one is IPv4 and the other IPv6."
            )
        elif not self.unknown.empty:
            which = "It goes" if self.verdict == "unknown" else "Some of it goes"
            lines.append(f"{which} from stranger to stranger, which no rule of ours meets.")
        elif self.asked.empty:
            lines.append("A host sends it to itself, where no firewall stands.")
        if self.served is False and not self.permitted.empty:
            lines.append("Nothing listens there: permitted, not served.")
        elif self.served is None:
            answered = (self.permitted & self._scenario.listening).services()
            lines.append(f"Something listens on {services_summary(answered)} only.")
        return (*lines, *self.departing)

    @cached_property
    def departing(self) -> tuple[str, ...]:
        """What keeps what is let through from leaving, and where it comes back to us."""
        here, leaving = self._scenario, self.permitted & self._scenario.leaving
        via, lines = {row.name: row.via for row in here.routes}, list[str]()
        for part in (part for part in here.departures(leaving) if not part.public):
            which = "It is" if part.packets == self.permitted else "Some of it is"
            at = f"the egress rules of its network keep it at {via.get(part.route)}"
            why = at if part.route else "no route takes it"
            lines.append(f"{which} let through, and has no way out: {why}.")
        ranges = filter(looks_like_range, self.destination.split())
        asked = union(span for end in ranges for span in range_intervals(end))
        for number in sorted(one for one in here.translated if contains(asked, one)):
            end, only = address_text(number), ((number, number),)
            own = here.addresses(end, "destination", frozenset())
            if own == only:
                continue  # it is no other host behind it
            out = here.departures(leaving & PacketSet.box(destinations=only))
            for public in dict.fromkeys(way.public for way in out if way.public):
                back = Answer(here, public, end, self.services)
                lines.append(
                    f"It leaves as {public}, for {end}, an address of "
                    f"{here.name_of(own[0][0])}. Whether it comes in there is asked anew, "
                    f"with that address: {back.verdict}{_served_text(back)}."
                )
        return tuple(dict.fromkeys(lines))

    @property
    def sheet(self) -> Sheet:
        """The answer as a table: what passes, what does not, and by which rule."""
        title = (
            f"{self.source} → {self.destination} {self.services}: {self.verdict}"
            f"{_served_text(self)}   [{self.cdn}, {self.reading}]"
        )
        rows = [(step.direction, str(step)) for step in self.steps]
        examples = [f"For example {name}: {packet}" for name, _, packet in self.parts]
        notes, words = [*self.notes, *examples], told_of(self._scenario.tables)
        return Sheet(title, ("at", "deciding rule"), rows, notes, words=words)

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, for JSON."""
        names = ("source", "destination", "services", "cdn", "reading", "verdict", "served")
        parts = ("verdict", "services", "example")
        return {
            **{name: getattr(self, name) for name in names},
            "rules": [step.row.name for step in self.steps],
            "parts": [dict(zip(parts, part, strict=True)) for part in self.parts],
            "claims": list(self.claims),
        }


def _served_text(answer: Answer) -> str:
    words = {True: ", served", False: ", not served", None: ", served in part"}
    return "" if answer.permitted.empty else words[answer.served]


class Explanation(Value):
    """The whole story of some traffic: its way, every rule, every blocker, both ways."""

    def __init__(self, there: Answer, back: Answer) -> None:
        self.there, self.back = there, back

    @property
    def lines(self) -> tuple[str, ...]:
        """The story, a sentence a line."""
        there, back = self.there, self.back
        head = f"{there.source} → {there.destination} {there.services}"
        lines = [f"{head}: {there.verdict}{_served_text(there)}", *there.notes]
        lines += [f"{step.at}: {step}" for step in there.steps]
        if not there.denied.empty:
            lines += [f"Blocker: {step}" for step in there.blockers]
        if not there.permitted.empty:
            lines.append("Replies: pass, they belong to a connection that was let in.")
        lines += [f"Way: {way}" for way in there.journeys]
        if not (there.journeys or there.asked.empty):
            lines.append("Way: no chain of connections leads there.")
        lines.append(f"The other way round, opening a connection: {back.verdict}")
        lines += [f"  {step.direction}: {step}" for step in back.steps]
        return tuple(lines)

    def __repr__(self) -> str:
        return "\n".join(self.lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        head, *lines = self.lines
        cut = (line.strip().partition(": ") for line in lines)
        pairs = [(what, how) if colon else ("note", what) for what, colon, how in cut]
        words = self.there.sheet.words
        sheet = Sheet(head, ("what", "how"), pairs, words=words)
        return {"text/plain": repr(self), "text/html": sheet._repr_html_()}

    def as_dict(self) -> dict[str, Any]:
        """Return the story as plain values, for JSON."""
        there, back = self.there, self.back
        return {
            **there.as_dict(),
            "path": [*map(_step_dict, there.steps)],
            "blockers": [*map(_step_dict, there.blockers)],
            "journeys": [*map(str, there.journeys)],
            "reverse": {"verdict": back.verdict, "path": [*map(_step_dict, back.steps)]},
        }


def _step_dict(step: DecidingRule) -> dict[str, Any]:
    row, own = step.row, ("network", "action", "priority", "basis")
    decided = {"direction": step.direction, "rule": row.name, "services": step.services}
    cells = {name: getattr(row, name) for name in own}
    return {**decided, **cells, "where": row.cites, "says": str(step)}


def decide(
    source: str,
    destination: str,
    services: str,
    *,
    cdn: str | None = None,
    reading: str = "operational",
    network: Network | None = None,
) -> Answer:
    """Say what happens to all traffic from *source* to *destination* on *services*.

    What a host sends to itself meets no firewall; it is spoken of where there is no other.

    Args:
        source: a node, role, subnet, address, range, ``internet``, ``elsewhere``, ``any``.
        destination: the same.
        services: such as ``tcp:443`` or ``tcp:80 icmp`` or ``all``.
        cdn: ``google`` or ``cloudflare``; where left out, google, or the one that is there.
        reading: ``operational`` or ``literal``.
        network: the tables to ask; the documented ones where left out.

    >>> decide("internet", "web", "tcp:443").verdict
    'denied'

    Raises:
        UnknownNameError: an end, the CDN or the reading is no known name.
        NotationError: an address, a range or the services cannot be read.
    """
    return Answer(given(network).scenario(cdn, reading), source, destination, services)


def explain(
    source: str,
    destination: str,
    services: str = "all",
    *,
    cdn: str | None = None,
    reading: str = "operational",
    network: Network | None = None,
) -> Explanation:
    """Tell the whole story of some traffic; arguments and errors as for `decide`."""
    scenario = given(network).scenario(cdn, reading)
    there = Answer(scenario, source, destination, services)
    return Explanation(there, Answer(scenario, destination, source, services))
