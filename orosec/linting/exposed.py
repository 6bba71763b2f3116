"""What is opened to nobody, or to too many: rules, listeners and addresses together.

A door to the public is explained: it is as wide as it has to be, where whoever it leads
to is there for the public (its function is cdn or vpn), and all that it opens is answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from orosec.claims.verbs import packet_text
from orosec.engine.decision_diagram import V6
from orosec.engine.intervals import Intervals, intersect, subtract, union
from orosec.engine.notation import address_text, read_services
from orosec.engine.packet_set import Packet, PacketSet
from orosec.engine.policy import joined
from orosec.linting.finding import Asked, LintFinding, asked, does, foreign_words, without
from orosec.model.addressing import addresses_of
from orosec.model.edit import Edit
from orosec.model.platform import kept_addresses
from orosec.model.rows import InterfaceRow
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
    Where no such packet passes, another kind tells more.
    """
    for here in _let_in(scenario):
        row = here.row
        unheard = _unmet(here.speaks_of, row.services, scenario.listening)
        opened = {word: packets for word, packets in unheard.items() if not packets.empty}
        packet = scenario.witness(joined(opened.values()) & scenario.permitted)
        if packet is not None:
            words = " ".join(opened)
            says = f"opens {words} to {row.destination}, where nothing listens on it"
            evidence = f"{packet_text(scenario, packet)} passes, and nothing answers"
            edit = without("rules", row, "services", opened)
            advice = "or add the listener that is missing"
            yield here.finding("no-listener", says, evidence, edit=edit, advice=advice)


def _unreached(scenario: Scenario) -> Iterator[LintFinding]:
    """Listeners that no rule lets anybody else reach."""
    for row in scenario.listeners:
        sent = _from_others(scenario.addresses(row.node, "destination", frozenset()))
        lone = _unmet(sent, row.services, scenario.permitted)
        if lone:
            packet = scenario.witness(joined(lone.values()))
            words = " ".join(lone)
            says = f"listens on {words} at {row.node}; no rule lets anybody reach it"
            evidence = _fate(scenario, packet) if packet else ""
            edit = without("listeners", row, "services", lone)
            advice = "or add a rule for whoever needs it"
            what = "unreached", "listeners", row.name
            yield LintFinding(*what, says, evidence, edit, advice)


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
            if foreign:
                says = f"names {foreign} as its {column}, which no subnet holds"
                edit = without(table, row, column, words)
                advice = "or add the subnet, or correct the address"
                yield LintFinding("foreign", table, row.name, says, foreign, edit, advice)
    for row in scenario.interfaces:
        name, address = row.name, row.address
        if not row.subnet and foreign_words(scenario, address):
            says = f"has the private address {address}, which no subnet holds"
            home = _housed(scenario, row)
            advice = "name its subnet and take an address there, or a public address"
            yield LintFinding("foreign", "interfaces", name, says, address, home, advice)


def _housed(scenario: Scenario, row: InterfaceRow) -> Edit | None:
    """Return what gives an interface a free address in the home subnet of its node."""
    home = scenario.node_of[row.node].home
    taken = addresses_of(scenario.tables.interfaces)
    whole = scenario.subnets.get(home, ())
    free = subtract(subtract(whole, kept_addresses(whole)), taken)
    if not free or " " in row.address:
        return None
    address = address_text(free[0][0])
    return Edit.of_row("interfaces", row.name, (("subnet", home), ("address", address)))


def _wide(scenario: Scenario) -> Iterator[LintFinding]:
    """Rules that let in far more addresses than stand in any table."""
    known = union((*scenario.inside, *scenario.edges))
    for here in _let_in(scenario):
        near = frozenset((here.row.network,))
        strangers = {
            word: subtract(scenario.addresses(word, "source", near), known)
            for word in here.row.source.split()
        }
        broad = {word: spans for word, spans in strangers.items() if _size(spans) > WIDE}
        sources = union(span for spans in broad.values() for span in spans)
        passing = here.share & scenario.permitted & PacketSet.box(sources=sources)
        if not passing.empty:
            yield _broad(here, broad, passing)


def _broad(here: Asked, broad: Mapping[str, Intervals], passing: PacketSet) -> LintFinding:
    scenario, row = here.scenario, here.row
    says = (
        f"lets {' '.join(broad)} in to {row.destination} on {row.services}: "
        f"more than {WIDE} addresses that stand in no table"
    )
    words = "wide", says, here.decided(passing)
    if _is_door(scenario, passing):
        reason = f"a door to the public: {row.destination} is there for it, and answers"
        return here.finding(*words, explained=reason)
    ours = scenario.subnets.items()
    inside = [name for name, spans in ours if intersect(spans, here.rule.sources)]
    edit = without("rules", row, "source", broad, instead=inside)
    return here.finding(*words, edit=edit, advice="or name those who need it")


def _is_door(scenario: Scenario, passing: PacketSet) -> bool:
    """Return whether all that passes goes to public edges that answer it."""
    edges = addresses_of(
        row
        for row in scenario.interfaces
        if row.public or not row.subnet
        if scenario.node_of[row.node].function in PUBLIC_FUNCTIONS
    )
    return not subtract(passing.destinations(), edges) and passing <= scenario.listening


def _size(spans: Intervals) -> int:
    """Count addresses; of IPv6, ranges of /64, which is what one link has."""
    return sum(
        (last >> 64) - (first >> 64) + 1 if first >= V6 else last - first + 1
        for first, last in spans
    )


LOOKS = (_unanswered, _unreached, _foreign, _wide)
