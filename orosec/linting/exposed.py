"""What is opened to nobody, or to too many: rules, listeners and addresses together.

A door to the public is explained: it is as wide as it has to be, where whoever it leads
to is there for the public (its function is cdn or vpn), and all that it opens is answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import product

from orosec.claims.verbs import packet_text
from orosec.engine.decision_diagram import V6
from orosec.engine.intervals import Intervals, subtract, union
from orosec.engine.notation import read_services
from orosec.engine.packet_set import NOTHING, Packet, PacketSet
from orosec.engine.policy import joined
from orosec.linting.finding import (
    Asked,
    LintFinding,
    Words,
    asked,
    does,
    foreign_words,
)
from orosec.linting.redundant import idle_at, passing
from orosec.model.addressing import addresses_of
from orosec.model.edit import Edit
from orosec.model.rows import ListenerRow
from orosec.model.scenario import Scenario

WIDE = 2**16
"""A source with more addresses than this that stand in no table is wide: over a /16. Of
IPv6, ranges of /64 are counted: over a /48."""

PUBLIC_FUNCTIONS = ("cdn", "vpn")


def _let_in(scenario: Scenario) -> Iterator[Asked]:
    """Yield the rules that let packets in."""
    for here in asked(scenario):
        if here.rule.allows and here.place[1] == "ingress":
            yield here


def _unanswered(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules that let in what nothing listens for, where any such packet passes.

    Every word of a rule's services must find a listener at one of its destinations at
    least. So ``all`` promises little, and a port that is named promises a listener.
    Where no such packet passes, another kind tells more. What is only forwarded is for
    somebody else to hear.
    """
    for here in _let_in(scenario):
        arriving = here.speaks_of - scenario.forwarded.get(here.row.network, NOTHING)
        unheard = _unmet(arriving, here.row.services, scenario.listening)
        opened = {word: packets for word, packets in unheard.items() if not packets.empty}
        sent = joined(opened.values())
        if any(packet in sent for packet, _ in passing(here)) or not sent.isdisjoint(
            scenario.permitted
        ):
            yield here.finding(
                "no-listener", partial(_unheard, here, " ".join(opened), sent)
            )


def _unheard(here: Asked, words: str, sent: PacketSet) -> Words:
    scenario = here.scenario
    packet = scenario.witness(sent & scenario.permitted)
    assert packet is not None, "some of it passes"
    return Words(
        f"opens {words} to {here.row.destination}, where nothing listens on it",
        f"{packet_text(scenario, packet)} passes, and nothing answers",
        f"your choice: take {words} out, or add the listener that is missing",
    )


def _unreached(scenario: Scenario) -> Iterator[LintFinding]:
    """Listeners that no rule lets anybody else reach."""
    for row in scenario.listeners:
        sent = _from_others(scenario.addresses(row.node, "destination", frozenset()))
        lone = _unmet(sent, row.services, scenario.permitted)
        if lone:
            rest = " ".join(word for word in row.services.split() if word not in lone)
            edit = Edit.of_row("listeners", row.name, (("services", rest),) * bool(rest))
            words = partial(_unasked, scenario, row, lone)
            yield LintFinding("unreached", "listeners", row.name, words, edit)


def _unasked(scenario: Scenario, row: ListenerRow, lone: Mapping[str, PacketSet]) -> Words:
    packet = scenario.witness(joined(lone.values()))
    says = f"listens on {' '.join(lone)} at {row.node}; no rule lets anybody reach it"
    evidence = _fate(scenario, packet) if packet else ""
    return Words(says, evidence, "or add a rule for whoever needs it")


def _unmet(sent: PacketSet, services: str, met: PacketSet) -> dict[str, PacketSet]:
    """Return each word of *services* with what is sent on it, if *met* has none of that."""
    words = services.split()
    spoken = {word: sent & PacketSet.box(services=read_services(word)) for word in words}
    return {word: packets for word, packets in spoken.items() if packets.isdisjoint(met)}


def _fate(scenario: Scenario, packet: Packet) -> str:
    """Show a packet that does not pass, with all that stops it."""
    rules = (decision.rule for decision in scenario.decisions(packet))
    barring = " and ".join(does(rule) for rule in rules if not rule.allows)
    return f"{packet_text(scenario, packet)} {barring}"


def _from_others(hosts: Intervals) -> PacketSet:
    """Return what others send to the *hosts*: what one sends to itself meets no rule."""
    selves = (PacketSet.box((span,), (span,)) for span in hosts if span[0] == span[1])
    return PacketSet.box(destinations=hosts) - joined(selves)


def _foreign(scenario: Scenario) -> Iterator[LintFinding]:
    """Private addresses that no subnet holds."""
    for table in ("rules", "routes", "relays"):
        for row, column in product(getattr(scenario, table), ("source", "destination")):
            words = foreign_words(scenario, getattr(row, column, ""))  # relays: no source
            foreign = " ".join(words)
            if foreign and row.basis != "platform":
                says = f"names {foreign} as its {column}, which no subnet holds"
                advice = "your choice: take it out, add the subnet, or correct the address"
                told = partial(Words, says, foreign, advice)
                yield LintFinding("foreign", table, row.name, told)
    for row in scenario.interfaces:
        if not row.subnet and foreign_words(scenario, row.address):
            says = f"has the private address {row.address}, which no subnet holds"
            advice = "name its subnet and take an address there, or a public address"
            told = partial(Words, says, row.address, advice)
            yield LintFinding("foreign", "interfaces", row.name, told)


def _wide(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules that let in far more addresses than stand in any table."""
    known = union((*scenario.inside, *scenario.edges))
    answered = scenario.listening & PacketSet.box(destinations=_public_edges(scenario))
    for here in _let_in(scenario):
        near = frozenset((here.row.network,))
        strangers = {
            word: subtract(scenario.addresses(word, "source", near), known)
            for word in here.row.source.split()
        }
        broad = {word: spans for word, spans in strangers.items() if _size(spans) > WIDE}
        if not broad or here.rule in idle_at(scenario, here.place)[0]:
            continue
        sources = union(span for spans in broad.values() for span in spans)
        sent = here.speaks_of & PacketSet.box(sources=sources)
        mine = [one for one, by in passing(here) if by is here.rule and one in sent]
        if all(packet in answered for packet in mine):
            sent = sent & here.share & scenario.permitted
        door = (sent - answered).empty
        if mine or not sent.empty:
            reason = (
                f"a door to the public: {here.row.destination} is there for it, and answers"
            )
            words = partial(_broad, here, " ".join(broad), sources, door)
            yield here.finding("wide", words, explained=reason if door else "")


def _broad(here: Asked, broad: str, sources: Intervals, door: bool) -> Words:
    says = (
        f"lets {broad} in to {here.row.destination} on {here.row.services}: "
        f"more than {WIDE} addresses that stand in no table"
    )
    sent = here.share & PacketSet.box(sources=sources)
    evidence = here.decided(sent & here.scenario.permitted)
    return Words(
        says, evidence, "" if door else "your choice: name those alone who need it"
    )


def _public_edges(scenario: Scenario) -> Intervals:
    """Return the public addresses of those who are there for the public."""
    return addresses_of(
        row
        for row in scenario.interfaces
        if row.public or not row.subnet
        if scenario.node_of[row.node].function in PUBLIC_FUNCTIONS
    )


def _size(spans: Intervals) -> int:
    """Count addresses; of IPv6, ranges of /64, which is what one link has."""
    return sum(
        (last >> 64) - (first >> 64) + 1 if first >= V6 else last - first + 1
        for first, last in spans
    )


LOOKS = (_unanswered, _unreached, _foreign, _wide)
