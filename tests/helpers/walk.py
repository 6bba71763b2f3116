"""The oracle for whole scenarios: one packet for every combination of cells, walked.

Every boundary that any rule, territory or listener draws cuts a field into cells. All
packets of a combination of cells share their fate, so one of each is enough, and what
the walk says of them it says of every packet there is. No packet set is used.
"""

import itertools

import numpy as np

from orosec.engine.decision_diagram import ANY_ADDRESS, DETAIL_TOPS, V6
from orosec.engine.intervals import contains
from orosec.engine.notation import read_services
from orosec.engine.packet_set import Packet, has_service
from orosec.engine.policy import Rule


def hears(scenario, row):
    """Give the addresses and services of a listener."""
    hosts = scenario.addresses(row.node, "destination", frozenset())
    return hosts, read_services(row.services)


class Cells:
    """One packet for each combination of cells of some scenarios."""

    def __init__(self, *scenarios):
        rules = [r for d in scenarios for policy in d.policies.values() for r in policy]
        asked = [d.scope(place) for d in scenarios for place in d.policies]
        places = [ends for one in asked for ends in (one.sources(), one.destinations())]
        heard = [hears(d, row) for d in scenarios for row in d.listeners]
        self.sources = cuts([r.sources for r in rules] + places)
        hosts = [r.destinations for r in rules] + [hosts for hosts, _ in heard]
        self.destinations = cuts(hosts + places)
        self.services = pairs([r.services for r in rules] + [spoken for _, spoken in heard])
        self.shape = (len(self.sources), len(self.destinations), len(self.services))

    def packet(self, index):
        source, destination, service = index
        ends = self.sources[source], self.destinations[destination]
        return Packet(*ends, *self.services[service])

    def walk(self, scenario):
        """Give, for each packet, whether it passes, whether it is heard, and who decides.

        The deciding rule of a place is the first that matches; so the rules are painted
        from the last to the first, each by its number, over what later ones painted.
        """
        passes = self.exist()
        asked = np.zeros(self.shape, bool)  # two strangers are asked nowhere
        deciders = {}
        for place, policy in scenario.policies.items():
            number = np.full(self.shape, len(policy))
            for k, rule in reversed(list(enumerate(policy))):
                number[self.where(rule)] = k
            here = np.zeros(self.shape, bool)
            for box in scenario.scope(place).products():
                here[self.where(Rule("", 0, True, *box))] = True
            number[~here] = len(policy)
            asked |= here
            stops = np.array([not rule.allows for rule in policy] + [False])
            passes &= ~stops[number]
            names = np.array([rule.name for rule in policy] + [""], object)
            deciders[place] = names[number], stops[number]
        return passes & asked, self.heard(scenario), deciders

    def exist(self):
        """Say which packets there are: none goes from one family to the other."""
        families = [np.array(ends) >= V6 for ends in (self.sources, self.destinations)]
        alike = families[0][:, None] == families[1][None, :]
        return np.repeat(alike[:, :, None], len(self.services), axis=2)

    def heard(self, scenario):
        found = np.zeros(self.shape, bool)
        for row in scenario.listeners:
            hosts, services = hears(scenario, row)
            at = mask(self.destinations, hosts)[None, :, None]
            found |= at & self.speaks(services)[None, None, :]
        return found

    def where(self, rule):
        ends = mask(self.sources, rule.sources), mask(self.destinations, rule.destinations)
        return np.ix_(*ends, self.speaks(rule.services))

    def speaks(self, services):
        return np.array([has_service(services, *one) for one in self.services])


def mask(values, intervals):
    return np.array([any(a <= value <= b for a, b in intervals) for value in values])


def cuts(many):
    """Give the first value of each cell."""
    starts = {0, V6}
    for first, last in itertools.chain.from_iterable(many):
        starts |= {first, last + 1}
    return sorted(start for start in starts if contains(ANY_ADDRESS, start))


def pairs(many):
    """Give the first (protocol, detail) of each cell."""
    runs = list(itertools.chain.from_iterable(many))
    firsts = {0, *DETAIL_TOPS, *(protocol + 1 for protocol in DETAIL_TOPS)}
    firsts |= {start for first, last, _ in runs for start in (first, last + 1)}
    cells = []
    for protocol in sorted(one for one in firsts if one <= 255):
        mine = [spans for first, last, spans in runs if first <= protocol <= last]
        details = {0} | {start for spans in mine for a, b in spans for start in (a, b + 1)}
        top = DETAIL_TOPS.get(protocol, 0)
        cells += [(protocol, detail) for detail in sorted(details) if detail <= top]
    return cells


def fates(cells, before, after):
    """Say of each packet whose fate differs what became of it, and who decided."""
    passed, heard, decided = cells.walk(before)
    passes, hears_now, decides = cells.walk(after)
    asked = {
        now: sorted(stopping, key=lambda place: (place[1] != "egress", place))
        for now, stopping in ((True, decided), (False, decides))
    }
    found = {}
    for index in zip(*np.nonzero(passed != passes), strict=True):
        stopping = decided if passes[index] else decides
        places = asked[bool(passes[index])]
        stops = [one for one in places if stopping[one][1][index]]
        if not stops:  # outside the model in one of the two: told where the other is asked
            named = decides if passes[index] else decided
            stops = [p for p in asked[not passes[index]] if named[p][0][index]]
        place = stops[0]
        kind = "opened" if passes[index] else "closed"
        names = [one[place][0][index] if place in one else "" for one in (decided, decides)]
        found[cells.packet(index)] = (kind, *names)
    for index in zip(*np.nonzero(passed & passes & (heard != hears_now)), strict=True):
        found[cells.packet(index)] = ("served" if hears_now[index] else "unserved",)
    return found
