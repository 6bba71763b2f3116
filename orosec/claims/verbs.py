"""Verbs: what a claim can say. Each is one class, declared here and nowhere else.

A verb tells what its claims fill in, at which levels they make sense, what they speak of,
and what speaks against them. English "only" is two claims, only from whom and only on
what; hence two verbs. `help` on this module lists them; a new one is one more class.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, TypeVar

from orosec.claims.facts import REGISTRY as FACTS
from orosec.claims.facts import Contradiction, Evidence
from orosec.engine.notation import ALL, service_text
from orosec.engine.packet_set import NOTHING, Packet, PacketSet
from orosec.engine.policy import joined
from orosec.errors import counted
from orosec.model.addressing import addresses_of
from orosec.model.names import describe
from orosec.model.page_rows import ClaimRow
from orosec.model.platform import by_default
from orosec.model.rows import row_number
from orosec.model.scenario import Departure, Scenario, from_anywhere

if TYPE_CHECKING:
    from orosec.model.journeys import Journey, JourneyGraph


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


_verbs: dict[str, type[Verb[Any]]] = {}
REGISTRY: Mapping[str, type[Verb[Any]]] = MappingProxyType(_verbs)
"""Every verb by the name that a claim calls it by, in the order of this module."""

_FLOW = ("source", "destination", "services")
_Against = TypeVar("_Against")


class Verb(Generic[_Against]):
    """What one claim says in one scenario.

    1. `found` says whether there is anything that the claim speaks of, and what of it is
       against the claim, or None; so a claim about nothing is never green.
    2. Evidence, example and rows are told to who asks; telling costs more than judging.

    Attributes:
        name: what claims call it by.
        needs: the cells that a claim must fill; the others stay empty.
        names: what the words of ``via`` name, if it is needed: nodes or a fact.
        levels: the levels at which a claim makes sense.
        of_nothing: the verdict where a claim speaks of nothing.
        claim: the row of the claim.
        scenario: where it is judged.
    """

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = _FLOW
    names: ClassVar[str] = "nodes"
    levels: ClassVar[tuple[str, ...]] = ("permitted", "served")
    of_nothing: ClassVar[str] = "vacuous"

    def __init_subclass__(cls, name: str = "") -> None:
        """Register a class that has a *name* as the verb that claims call so.

        Raises:
            ValueError: another verb has the name.
        """
        super().__init_subclass__()
        if name in _verbs:
            raise ValueError(f"there is a verb {name} already")
        if name:
            cls.name, _verbs[name] = name, cls

    def __init__(self, claim: ClaimRow, scenario: Scenario) -> None:
        self.claim, self.scenario = claim, scenario
        self.flow = claim.source, claim.destination, claim.services

    @abstractmethod
    def found(self) -> tuple[bool, _Against | None]:
        """Return whether the claim speaks of anything, and what is against it, if so."""

    @abstractmethod
    def evidence(self, against: _Against) -> Counterexample:
        """Tell what is against the claim."""

    @abstractmethod
    def example(self) -> str:
        """Say in plain words what shows the claim at work where it holds."""

    @property
    def scope(self) -> PacketSet:
        """The traffic that the claim speaks of, as far as rules are asked about it."""
        return self.scenario.asked(*self.flow)

    @property
    def nothing(self) -> str:
        """Why the claim speaks of nothing, where it does."""
        if not self.scope.empty:
            return "nothing of it gets there"
        there = not self.scenario.traffic(*self.flow).empty
        return f"{'no rule is asked about' if there else 'there is no'} such traffic"

    @property
    def violations(self) -> PacketSet:
        """Every packet against the claim, where its verdict rests on packets."""
        return NOTHING

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield (table, row, basis) of what the verdict rests on."""
        for decision in self.scenario.deciding(self.scope):
            name = decision.rule.name
            yield "rules", name, self.scenario.rule_rows[name].basis

    def fate(self, packets: PacketSet) -> Counterexample:
        """Tell what happens to a plausible packet of some, of which there is one."""
        scenario = self.scenario
        packet = scenario.witness(packets)
        assert packet is not None
        rules = [decision.rule for decision in scenario.decisions(packet)]
        barring = [rule.name for rule in rules if not rule.allows]
        rule = barring[0] if barring else rules[-1].name if rules else ""
        if barring:
            default = by_default(scenario.rule_rows[rule])
            fate = "is denied by default" if default else f"is kept out by {rule}"
        elif self.claim.level == "served":
            listens = "is served" if packet in scenario.served else "nothing listens there"
            fate = f"is let in by {rule}, and {listens}"
        else:
            fate = f"is let in by {rule}" if rule else "meets no rule of ours"
        return Counterexample(packet, rule, f"{packet_text(scenario, packet)} {fate}")


def packet_text(scenario: Scenario, packet: Packet) -> str:
    """Write a packet with the names of its ends."""
    source, destination = map(scenario.end_text, (packet.source, packet.destination))
    return f"{source} → {destination} {service_text(packet.protocol, packet.detail)}"


class OnPackets(Verb[PacketSet]):
    """What passes, or is served, and what does not."""

    @property
    def passing(self) -> PacketSet:
        """All that passes, or is served."""
        return self.scenario.level(self.claim.level)

    @abstractmethod
    def split(self) -> tuple[PacketSet, PacketSet]:
        """Return what the claim is about, and the part of it that is against the claim."""

    def shown(self) -> PacketSet:
        """Return the packets that show the claim at work."""
        return self.scope

    def evidence(self, against: PacketSet) -> Counterexample:
        """Tell what happens to one of the packets."""
        return self.fate(against)

    def found(self) -> tuple[bool, PacketSet | None]:
        """Return whether there are such packets, and those that are against the claim."""
        about, against = self.split()
        return not about.empty, None if against.empty else against

    @property
    def violations(self) -> PacketSet:
        """Every packet against the claim: none is a proof."""
        return self.split()[1]

    def example(self) -> str:
        """Tell what happens to a packet that shows the claim at work."""
        shown = self.shown()
        return "no packet against" if shown.empty else f"e.g. {self.fate(shown).says}"

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield the rules that decide, and the listeners where the claim asks for them."""
        yield from super().rows()
        for row in self.scenario.listeners if self.claim.level == "served" else ():
            heard = self.scenario.traffic("any", row.node, row.services)
            if not heard.isdisjoint(self.scope):
                yield "listeners", row.name, row.basis


class Allows(OnPackets, name="allows"):
    """All of the traffic passes."""

    def split(self) -> tuple[PacketSet, PacketSet]:
        """Return the traffic, and what of it does not pass."""
        return self.scope, self.scope - self.passing


class Denies(OnPackets, name="denies"):
    """None of the traffic passes."""

    def split(self) -> tuple[PacketSet, PacketSet]:
        """Return the traffic, and what of it passes."""
        return self.scope, self.scope & self.passing


class _Only(OnPackets):
    """A claim that says "only" is about what passes, and so vacuous where nothing does."""

    def split(self) -> tuple[PacketSet, PacketSet]:
        """Return what passes, and what of it the claim does not name."""
        met = self.scope & self.passing
        return met, met - self.scenario.traffic(*self.flow)

    def shown(self) -> PacketSet:
        """Return what is not named, and does not pass."""
        return self.scope - self.scenario.traffic(*self.flow) - self.passing


class OnlyFrom(_Only, name="only-from"):
    """On these services, the destination is reached from these sources only."""

    @property
    def scope(self) -> PacketSet:
        """What anybody may send there, on these services."""
        return self.scenario.asked("any", *self.flow[1:])


class OnlyOn(_Only, name="only-on"):
    """Between these ends nothing passes but these services."""

    @property
    def scope(self) -> PacketSet:
        """What the source may send there, on any service."""
        return self.scenario.asked(*self.flow[:2], ALL)


class OnJourneys(Verb[_Against]):
    """Chains of connections."""

    levels = ("journey",)

    @property
    def ways(self) -> JourneyGraph:
        """All ways from the source to the destination, on the services."""
        # Who reads tables reads the verbs, but need not wait for the graphs.
        from orosec.model.journeys import ways

        return ways(self.scenario, *self.flow)

    def example(self) -> str:
        """Tell the shortest way."""
        return f"way: {self.shown()[0]}"

    def shown(self) -> tuple[Journey, ...]:
        """Return the ways that show the claim at work, the shortest first."""
        return self.ways.journeys()

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield the rules that decide, and the relays and routes of all ways."""
        yield from super().rows()
        known = {row.name: ("relays", row.name, row.basis) for row in self.scenario.relays}
        known |= {row.name: ("routes", row.name, row.basis) for row in self.scenario.routes}
        for journey in self.ways.journeys():
            yield from (known[hop.relay] for hop in journey.hops if hop.relay)


class Reaches(OnJourneys[PacketSet], name="reaches"):
    """From every source, journeys lead to all of the destination, on every service."""

    def found(self) -> tuple[bool, PacketSet | None]:
        """Return whether there is such traffic, and what of it no journey carries."""
        missed = self.ways.missed()
        return not self.scope.empty, None if missed.empty else missed

    def evidence(self, against: PacketSet) -> Counterexample:
        """Tell what stops the last relay of such a packet, or else the packet itself."""
        from orosec.model.journeys import Journey

        here, missed = self.scenario, describe(self.scenario, against.destinations())
        hops = (
            here.traffic(row.exit, row.destination, row.services) for row in here.relays
        )
        last = joined(hops) & from_anywhere(against) & here.known - here.permitted
        stopped = self.fate(against if last.empty else last)
        there = f"to {missed}" if self.ways else "there"
        how = "directly" if last.empty else "from the last relay"
        says = f"no chain of connections leads {there}; {how}, {stopped.says}"
        return stopped._replace(says=says, journey=Journey(()))


class OnlyThrough(OnJourneys["Journey"], name="only-through"):
    """Every journey passes one of these chains."""

    needs = (*_FLOW, "via")

    def found(self) -> tuple[bool, Journey | None]:
        """Return whether there is any way, and one around the chains."""
        return bool(self.ways), self.ways.around(self.claim.via)

    def evidence(self, against: Journey) -> Counterexample:
        """Tell the way around, with a packet of its last connection."""
        last = self.fate(against.hops[-1].packets)
        return last._replace(says=f"{against} gets there another way", journey=against)


class TranslatedTo(OnJourneys[Departure], name="translated-to"):
    """All that leaves carries the public address of this node."""

    needs = (*_FLOW, "via")
    nothing = "nothing of it leaves or has a way out"

    def found(self) -> tuple[bool, Departure | None]:
        """Return whether anything really leaves, and what leaves with another address."""
        every = self.scenario.departures(self.scope & self.scenario.leaving)
        out = [part for part in every if part.public]
        parts = (part._replace(packets=self._astray(part)) for part in out)
        return bool(out), next((part for part in parts if not part.packets.empty), None)

    def _astray(self, part: Departure) -> PacketSet:
        """Return what leaves otherwise; where each leaves by itself, also as another."""
        rows = self.scenario.attached(self.claim.via)
        others = [row for row in rows if part.public not in row.public.split()]
        if len(others) == len(rows):
            return part.packets
        own = self.claim.source == self.claim.via
        return part.packets & PacketSet.box(sources=addresses_of(others if own else ()))

    def evidence(self, against: Departure) -> Counterexample:
        """Tell as whom such a packet leaves."""
        packet = self.scenario.witness(against.packets)
        assert packet is not None
        says = f"{packet_text(self.scenario, packet)} leaves as {against.public}"
        return Counterexample(packet, against.route, says)

    def shown(self) -> tuple[Journey, ...]:
        """Return the ways that end with a public address."""
        return tuple(way for way in super().shown() if way.hops[-1].public)


class StatesFact(Verb[Contradiction], name="fact"):
    """A named statement about the tables is true (`orosec.claims.facts`)."""

    needs = ("via",)
    names = "a fact"
    levels = ("tables",)
    scope = NOTHING
    nothing = "there is no row that it speaks of"

    @cached_property
    def _looked(self) -> Evidence:
        return FACTS[self.claim.via].evidence(self.scenario)

    def found(self) -> tuple[bool, Contradiction | None]:
        """Return whether there was anything to look at, and the first row against it."""
        return bool(self._looked.subjects), next(iter(self._looked.against), None)

    def evidence(self, against: Contradiction) -> Counterexample:
        """Tell what the row says."""
        says = f"{against.row} ({against.table}) {against.says}"
        return Counterexample(None, "", says, row=against)

    def example(self) -> str:
        """Tell how much was looked at."""
        tables = [table for table, _ in self._looked.subjects]
        kinds = (counted(tables.count(each), each[:-1]) for each in dict.fromkeys(tables))
        return f"checked on {' and '.join(kinds)}"

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield all that was looked at."""
        tables = self.scenario.tables
        for table, name in self._looked.subjects:
            yield table, name, getattr(tables, table)[row_number(tables, table, name)].basis


class Beyond(Verb[None], name="beyond"):
    """No firewall can show it; the claim says why."""

    needs = ()
    levels = ("tables",)
    of_nothing = "beyond"
    scope = NOTHING

    def found(self) -> tuple[bool, None]:
        """Return that there is nothing to look at."""
        return False, None

    def example(self) -> str:
        """Tell why it is beyond the model."""
        return self.claim.means
