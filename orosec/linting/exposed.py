"""What is opened to nobody, or to too many: rules, listeners and addresses together.

A door to the public is explained: it is as wide as it has to be, where whoever it leads
to is there for the public (its function is cdn or vpn), and all that it opens is answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain, product

from orosec.claims.verbs import packet_text
from orosec.engine.decision_diagram import V6
from orosec.engine.intervals import Intervals, intersect, subtract, union
from orosec.engine.notation import read_services
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.linting.finding import Asked, LintFinding, Words, does, foreign_words
from orosec.model.addressing import addresses_of, grouped
from orosec.model.edit import Edit
from orosec.model.rows import ListenerRow
from orosec.model.scenario import Scenario

WIDE = 2**16
"""A source with more addresses than this that stand in no table is wide: over a /16. Of
IPv6, ranges of /64 are counted: over a /48."""

PUBLIC_FUNCTIONS = ("cdn", "vpn")


def _let_in(every: Iterable[Asked]) -> Iterator[Asked]:
    """Yield the rules that let packets in."""
    return (one for one in every if one.rule.allows and one.place[1] == "ingress")


def _unanswered(scenario: Scenario, every: Sequence[Asked]) -> Iterator[LintFinding]:
    """Rules that let in what nothing listens for, where any such packet passes.

    Every word of a rule's services must find a listener at one of its destinations at
    least. So ``all`` promises little, and a port that is named promises a listener.
    Where no such packet passes, another kind tells more. What is only forwarded is for
    somebody else to hear.
    """
    for here in _let_in(every):
        packets = here.speaks_of - scenario.forwarded.get(here.place[0], NOTHING)
        hosts = PacketSet.box(destinations=packets.destinations())  # whoever sends it
        words = _unmet(hosts, here.row.services, scenario.listening)
        sent = packets & _spoken(words)
        if any(here.passing(sent)) or not sent.isdisjoint(scenario.permitted):
            yield here.finding("no-listener", partial(_unheard, here, words, sent))


def _unheard(here: Asked, words: str, sent: PacketSet) -> Words:
    scenario = here.scenario
    packet = scenario.witness(sent & scenario.permitted)
    assert packet is not None, "some of it passes"
    return Words(
        f"opens {words} to {here.row.destination}, where nothing listens on it",
        f"{packet_text(scenario, packet)} passes, and nothing answers",
        f"your choice: take {words} out, or add the listener that is missing",
    )


def _unreached(scenario: Scenario, _every: Sequence[Asked]) -> Iterator[LintFinding]:
    """Listeners that no rule lets anybody else reach, nor another node of the same host."""
    nodes = grouped(((at, at), row.node) for at, row in scenario.single if row.subnet)
    shared = union(at for at, names in nodes.items() if {*names} != {names[0]})
    others = scenario.known - scenario.itself  # what one sends to itself meets no rule
    for row in scenario.listeners:
        hosts = scenario.addresses(row.node, "destination", frozenset())
        if intersect(hosts, shared):
            continue
        sent = others & PacketSet.box(destinations=hosts)
        lone = _unmet(sent, row.services, scenario.permitted)
        if lone:
            kept = [word for word in row.services.split() if word not in lone.split()]
            cells = (("services", " ".join(kept)),) if kept else ()
            edit = Edit.of_row("listeners", row.name, cells)
            words = partial(_unasked, scenario, row, lone, sent & _spoken(lone))
            yield LintFinding("unreached", "listeners", row.name, words, edit)


def _unasked(scenario: Scenario, row: ListenerRow, lone: str, sent: PacketSet) -> Words:
    """Tell of a listener, with a packet that does not pass, and all that stops it."""
    evidence = ""
    if packet := scenario.witness(sent):
        rules = (decision.rule for decision in scenario.decisions(packet))
        barring = " and ".join(does(rule) for rule in rules if not rule.allows)
        evidence = f"{packet_text(scenario, packet)} {barring}"
    says = f"listens on {lone} at {row.node}; no rule lets anybody reach it"
    return Words(says, evidence, "or add a rule for whoever needs it")


@lru_cache(maxsize=8192)
def _unmet(sent: PacketSet, services: str, met: PacketSet) -> str:
    """Return the words of *services* on which *met* has nothing that is sent."""
    words = services.split()
    return " ".join(word for word in words if (sent & _spoken(word)).isdisjoint(met))


def _spoken(services: str) -> PacketSet:
    return PacketSet.box(services=read_services(services)) if services else NOTHING


def _foreign(scenario: Scenario, _every: Sequence[Asked]) -> Iterator[LintFinding]:
    """Private addresses that no subnet holds."""
    for table in ("rules", "routes", "relays", "interfaces"):
        for row, column in product(
            getattr(scenario, table), ("source", "destination", "address")
        ):
            words = foreign_words(scenario, getattr(row, column, ""))  # few have all three
            if words and row.basis != "platform" and not getattr(row, "subnet", ""):
                told = partial(_outside, " ".join(words), column)
                yield LintFinding("foreign", table, row.name, told)


def _outside(foreign: str, column: str) -> Words:
    """Tell of addresses that a row names, or that an interface has."""
    if column == "address":
        says = f"has the private address {foreign}, which no subnet holds"
        advice = "name its subnet and take an address there, or a public address"
    else:
        says = f"names {foreign} as its {column}, which no subnet holds"
        advice = "your choice: take it out, add the subnet, or correct the address"
    return Words(says, foreign, advice)


def _wide(scenario: Scenario, every: Sequence[Asked]) -> Iterator[LintFinding]:
    """Rules that let in far more addresses than stand in any table."""
    known = union((*scenario.inside, *scenario.edges))
    answered = scenario.listening & PacketSet.box(destinations=_public_edges(scenario))
    for here in _let_in(every):
        near = frozenset((here.row.network,))
        broad = {
            word: strangers
            for word in here.row.source.split()
            if (strangers := subtract(scenario.addresses(word, "source", near), known))
            if _size(strangers) > WIDE
        }
        if not broad or here.standing.shadow:
            continue
        sent = here.speaks_of & PacketSet.box(sources=union(chain(*broad.values())))
        loose = sent - answered
        if here.rule.name not in here.passing(loose):
            sent = here.share(sent) & scenario.permitted
            loose = sent - answered
        if not sent.empty:
            words = partial(_broad, here, " ".join(broad), sent, loose.empty)
            who = here.row.destination
            door = f"a door to the public: {who} is there for it, and answers"
            yield here.finding("wide", words, explained=door if loose.empty else "")


def _broad(here: Asked, broad: str, sent: PacketSet, door: bool) -> Words:
    says = (
        f"lets {broad} in to {here.row.destination} on {here.row.services}: "
        f"more than {WIDE} addresses that stand in no table"
    )
    evidence = here.decided(here.share(sent) & here.scenario.permitted)
    advice = "" if door else "your choice: name those alone who need it"
    return Words(says, evidence, advice)


def _public_edges(scenario: Scenario) -> Intervals:
    """Return the public addresses of those who are there for the public."""
    there = {row.name for row in scenario.nodes if row.function in PUBLIC_FUNCTIONS}
    own = (row for row in scenario.interfaces if row.node in there)
    return addresses_of(row for row in own if row.public or not row.subnet)


def _size(spans: Intervals) -> int:
    """Count addresses; of IPv6, ranges of /64, which is what one link has."""
    counted = ((first, last, 64 if first >= V6 else 0) for first, last in spans)
    return sum((last >> bits) - (first >> bits) + 1 for first, last, bits in counted)


LOOKS = (_unanswered, _unreached, _foreign, _wide)
