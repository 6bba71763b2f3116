"""Verdicts by walking the rules packet by packet: slow, and too simple to be wrong.

No packet set is built here. Rules cannot tell two packets apart that lie between the
same bounds, so one packet between each two bounds stands for all of them.
"""

from functools import lru_cache
from itertools import chain, product

from orosec.engine.decision_diagram import DETAIL_TOPS, V6
from orosec.engine.intervals import contains
from orosec.engine.notation import range_intervals, read_services
from orosec.engine.packet_set import Packet, has_service


def bounds(intervals):
    """Where an interval begins, and where the next one may."""
    return {bound for first, last in intervals for bound in (first, last + 1)}


def within(intervals, cuts):
    """One number from each part of *intervals* between two of the *cuts*."""
    return sorted(
        {first for first, _ in intervals}
        | {cut for first, last in intervals for cut in cuts if first < cut <= last}
    )


class Walk:
    """One scenario, asked packet by packet."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.true = lru_cache(maxsize=None)(self._true)
        rules = [rule for rules in scenario.policies.values() for rule in rules]
        self.listeners = [
            (
                scenario.addresses(row.node, "destination", frozenset()),
                read_services(row.services),
            )
            for row in scenario.listeners
        ]
        asked = [scenario.scope(place) for place in scenario.policies]
        places = [*(hosts for hosts, _ in self.listeners)]
        places += [ends for one in asked for ends in (one.sources(), one.destinations())]
        places += [range_intervals(row.address) for row in scenario.interfaces]
        held = {
            (row.node, first)
            for row in scenario.interfaces
            for first, last in range_intervals(row.address)
            if first == last and row.subnet
        }
        self.itself = {
            (one, other) for name, one in held for same, other in held if name == same
        }
        self.source_cuts = bounds(chain(*(rule.sources for rule in rules), *places))
        self.destination_cuts = bounds(
            chain(*(rule.destinations for rule in rules), *places)
        )
        runs = [run for rule in rules for run in rule.services]
        runs += [run for _, services in self.listeners for run in services]
        apart = [run[:2] for run in runs] + [(own, own) for own in DETAIL_TOPS]
        self.protocol_cuts = bounds(apart)
        self.detail_cuts = bounds(chain(*(details for *_, details in runs)))

    def knows(self, name):
        """Whether the scenario has such an end."""
        ask = self.scenario
        return any(name in known for known in (ask.special, ask.subnets, ask.members))

    def services(self, text):
        """(protocol, detail) pairs that stand for the services in *text*."""
        return [
            (protocol, detail)
            for first, last, details in read_services(text)
            for protocol in within([(first, last)], self.protocol_cuts)
            for detail in within(details, self.detail_cuts)
            if detail <= DETAIL_TOPS.get(protocol, 0)
        ]

    def packets(self, source, destination, services):
        """Packets that stand for all traffic between two lists of names, but of no host
        to itself: these meet no firewall."""
        ask = self.scenario
        for one, other in product(source.split(), destination.split()):
            near, far = ask.networks_of(other), ask.networks_of(one)
            senders = within(ask.addresses(one, "source", near), self.source_cuts)
            takers = within(ask.addresses(other, "destination", far), self.destination_cuts)
            pairs = (pair for pair in product(senders, takers) if pair not in self.itself)
            for (sender, taker), on in product(pairs, self.services(services)):
                if (sender < V6) == (taker < V6):  # else there is no such packet
                    yield Packet(sender, taker, *on)

    def permitted(self, packet):
        """Whether it passes; None where no rules are asked, and nobody can say."""
        walked = self.scenario.decisions(packet)
        return all(decision.rule.allows for decision in walked) if walked else None

    def served(self, packet):
        return self.permitted(packet) and any(
            contains(hosts, packet.destination)
            and has_service(services, packet.protocol, packet.detail)
            for hosts, services in self.listeners
        )

    def _true(self, source, arrow, destination, services):
        """Whether a flow is true, by the meaning of its arrow; of no traffic, none is."""
        fits = {
            "→": self.permitted,
            "↛": lambda packet: self.permitted(packet) is False,
            "⇢": lambda packet: self.permitted(packet) and not self.served(packet),
        }[arrow]
        packets = self.packets(source, destination, services)
        first = next(packets, None)
        return first is not None and bool(fits(first)) and all(map(fits, packets))

    def passes(self, source, destination, services):
        """Whether anything at all passes."""
        return any(map(self.permitted, self.packets(source, destination, services)))
