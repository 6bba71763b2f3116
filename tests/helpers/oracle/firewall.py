"""What a firewall lets through, and who decides: the rules walked, the last one first."""

from functools import cache, cached_property
from types import SimpleNamespace

import numpy as np
from oracle.names import addresses
from oracle.names import public as global_addresses
from oracle.reading import (
    ALL,
    EVERY_ADDRESS,
    SIX,
    common,
    is_range,
    merged,
    of_family,
    ranges,
    services,
    without,
)
from oracle.space import Space

IMPLIED = {"egress": "allow", "ingress": "deny"}
"""What every network does in the end, whether a row says so or not."""


def clouds(every, questions=()):
    """Return clouds in one space, in which some questions can be told as well.

    Args:
        every: the names of each.
        questions: a source, a destination and services each.
    """
    words = [spans for names in every for spans in names.words]
    spoken = [spans for names in every for spans in names.spoken]
    ends = [word for one, other, _ in questions for word in f"{one} {other}".split()]
    words += [ranges(word) for word in ends if is_range(word)]
    spoken += [services(word) for *_, on in questions for word in on.split()]
    space = Space(words, spoken)
    return [Cloud(names, space) for names in every]


class Cloud:
    """All packets of a space, judged under one CDN and one reading."""

    def __init__(self, names, space):
        self.names, self.space = names, space
        self.flow = cache(self._flow)
        self.asked = cache(self._asked)
        self._matches = cache(self._matched)

    def _flow(self, source, destination, on):
        """Return the packets from some names to others on some services."""
        names, spoken = self.names, services(on)
        found = self.space.none
        for one in names.apart(source):
            for other in names.apart(destination):
                for side in ("destination", "called"):
                    near = names.near(one) & names.near(other, side)
                    senders = names.addresses(one, "source", near)
                    cut = common if side == "called" else without
                    takers = names.addresses(other, side, near)
                    some = cut(senders, names.inside)
                    found = found | self.space.box(some, takers, spoken)
        return found

    def end(self, cell, side, near):
        """Return the addresses of all words of a cell."""
        every = (self.names.addresses(word, side, near) for word in cell.split())
        return merged(span for spans in every for span in spans)

    @cached_property
    def places(self):
        """The ordered rules of each network's egress and ingress.

        Rules of the network `every` are asked first wherever there is a subnet.
        """
        found = {}
        inner = {row.network for row in self.names.subnets}
        for network in self.names.networks:
            for direction, action in IMPLIED.items():
                rows = [
                    r
                    for r in self.names.rules
                    if r.direction == direction
                    if r.network == network or (r.network == "every" and network in inner)
                ]
                rows.append(implied(network, direction, action))
                found[network, direction] = sorted(
                    rows,
                    key=lambda row: (
                        row.network != "every",
                        row.priority,
                        row.action == "allow",
                    ),
                )
        return found

    def _matched(self, name):
        row = next(row for row in self.names.rules if row.name == name)
        here, spoken = {row.network}, services(row.services)
        taker = {"egress": "called", "ingress": "destination"}[row.direction]
        ends = [
            self.end(row.source, "source", here),
            self.end(row.destination, taker, here),
        ]
        if row.network == "every":
            cells = [row.source.split(), row.destination.split()]
            ends = [
                merged((*end, *self.names.strangers)) if "internet" in cell else end
                for end, cell in zip(ends, cells, strict=True)
            ]
        return self.space.box(*ends, spoken)

    def speaks(self, row):
        """Return what a rule speaks of; an implied one speaks of everything."""
        return self._matches(row.name) if row.name else self.space.every

    def _asked(self, network, direction):
        """Return the packets that a network is asked about, where they leave or arrive."""
        serving = {"egress": "departures", "ingress": "arrivals"}[direction]
        spans = [
            s for r in self.names.subnets if r.network == network for s in ranges(r.cidr)
        ]
        spans += addresses(
            row
            for row in self.names.interfaces
            if not row.subnet and row.carries in ("both", serving)
            if self.names.network(row) == network
        )
        here = self.space.addresses.mask(merged(spans))
        if direction == "egress":
            return self.space.every & here[:, None, None]
        return (self.space.every & here[None, :, None]) | self.handed(network)

    def handed(self, network):
        """Return what somebody in a network is handed by others to leave for them.

        It goes through who shares a network with them, where anybody does; else through
        all. The firewall asks the ingress rules of who forwards.
        """
        names, found = self.names, self.space.none
        for row in names.routes:
            through, via = names.near(row.via), addresses(names.attached(row.via))
            others = self.space.box(without(EVERY_ADDRESS, via), EVERY_ADDRESS, ALL)
            family = of_family(EVERY_ADDRESS, ranges(row.public))
            others = others & self.space.box(family, family, ALL) & self.leaving
            for word in row.source.split():
                shared = names.near(word) & through
                if network in (shared or through):
                    found = found | (self.flow(word, row.destination, "all") & others)
        return found

    @cached_property
    def deciding(self):
        """The place in the list of each place's deciding rule; -1 where it is not asked."""
        return {place: self.first_match(place, rows) for place, rows in self.places.items()}

    def first_match(self, place, rows):
        """Return which of the ordered rules decides each packet that a place is asked."""
        number = np.full(self.space.shape, -1)
        for k in reversed(range(len(rows))):
            number[self.speaks(rows[k])] = k
        number[~self.asked(*place)] = -1
        return number

    def lets(self, place, rows):
        """Return the packets that a place lets pass, or is not asked about."""
        allows = np.array([row.action == "allow" for row in rows] + [True])
        return allows[self.first_match(place, rows)]

    @cached_property
    def known(self):
        """The packets that some place is asked about: the others are outside the model."""
        return np.logical_or.reduce(
            [self.space.none, *(self.asked(*one) for one in self.places)]
        )

    @cached_property
    def itself(self):
        """The packets that a host in a subnet sends to itself: they meet no firewall."""
        held = {}
        for row in self.names.interfaces:
            single = [(a, b) for a, b in ranges(row.address) if row.subnet and a == b]
            held[row.node] = merged((*held.get(row.node, ()), *single))
        hosts = [self.space.box(own, own, ALL) for own in held.values()]
        return np.logical_or.reduce([self.space.none, *hosts])

    @cached_property
    def unsent(self):
        """The packets that nobody on the internet can send: no public address leads there.

        Whoever stands there calls a host by a public address of its interface. So does who
        is written down, with a public address, outside all subnets, and is no CDN's.
        """
        names = self.names
        cdn = {row.name for row in names.nodes if row.function == "cdn"}
        senders = without(
            (*names.special["internet"], *common(names.edges, global_addresses())),
            addresses(row for row in names.interfaces if row.node in cdn),
        )
        reached = []
        for row in names.interfaces:
            for word in row.public.split():
                own = word in row.address.split()
                reached += (
                    ranges(word) if own else of_family(ranges(row.address), ranges(word))
                )
        return self.space.box(senders, without(names.inside, merged(reached)), ALL)

    def passing(self, traffic):
        """Return what of some traffic passes: all where no firewall stands in between."""
        asked = traffic & ~self.itself
        return asked & self.permitted if asked.any() else traffic

    @cached_property
    def permitted(self):
        """The packets that every place lets pass that is asked, one at least."""
        lets = (self.lets(place, rows) for place, rows in self.places.items())
        return np.logical_and.reduce([self.known, *lets])

    @cached_property
    def denied(self):
        """The packets that some place stops."""
        return self.known & ~self.permitted

    @cached_property
    def listening(self):
        """The packets that find somebody who listens where they go."""
        return np.logical_or.reduce(
            [self.space.none, *map(self.heard, self.names.listeners)]
        )

    def heard(self, row):
        """Return the packets that a listener answers."""
        hosts = self.end(row.node, "destination", set())
        return self.space.box(EVERY_ADDRESS, hosts, services(row.services))

    @cached_property
    def served(self):
        """The permitted packets that are heard."""
        return self.permitted & self.listening

    def level(self, name):
        """Return the packets of a level."""
        return self.served if name == "served" else self.permitted

    def decides(self, traffic):
        """Return each (direction, rule) that decides some traffic at one of its ends."""
        return {
            (place[1], told(rows[k]))
            for place, rows in self.places.items()
            for k in np.unique(self.deciding[place][traffic])
            if k >= 0
        }

    def blocks(self, traffic):
        """Yield each rule that stands in the way of some traffic: direction, name, of what.

        A rule does where no allow rule before it lets the packet pass.
        """
        for place, rows in self.places.items():
            left = traffic & self.asked(*place)
            for row in rows:
                met = left & self.speaks(row)
                if row.action == "allow":
                    left = left & ~met
                elif met.any():
                    yield place[1], told(row), met

    # What leaves

    @cached_property
    def leaving(self):
        """The packets from a subnet to a public address."""
        names = self.names
        outside = merged([*names.special["internet"], *names.edges])
        return self.space.box(names.inside, outside, ALL)

    def departures(self, traffic):
        """Return each way to leave of permitted traffic: (packets, via, public, route).

        Each route that takes a packet may translate it: a later one stands by, and one of
        equal priority shares the load. What none takes has the public address of its own
        interface, or none, and then no way out. A way is told by the first route to it. A
        packet that some way takes out has one, whatever other ways keep it.
        """
        passing = left = traffic & self.permitted
        ways, found = {}, []
        for packets, via, public, route in self._exits:
            known = ways.get((via, public), self.space.none)
            part = (passing if route else left) & packets & ~known
            if part.any():
                ways[via, public] = known | part
                found.append((part, via, public, route))
                left = left & ~part
        out = [self.space.none, *(part for part, _, public, _ in found if public)]
        rest = ~np.logical_or.reduce(out)
        told = [(part if end[1] else part & rest, *end) for part, *end in found]
        return [each for each in told if each[0].any()]

    def stuck(self, traffic):
        """Yield what of permitted traffic cannot leave: at whom it stays, if at anybody."""
        via = {"": "", **{row.name: row.via for row in self.names.routes}}
        for packets, _, public, route in self.departures(traffic & self.leaving):
            if not public:
                yield via[route], packets

    @cached_property
    def _exits(self):
        names, box, found = self.names, self.space.box, []
        for row in sorted(names.routes, key=lambda row: row.priority):
            family = of_family(EVERY_ADDRESS, ranges(row.public))
            whole = self.flow(row.source, row.destination, "all")
            whole = whole & box(family, family, ALL)
            kept = self.kept(row)
            found.append((whole & ~kept, row.via, row.public, row.name))
            found.append((whole & kept, "", "", row.name))
        for row in names.interfaces:
            for public in row.public.split():
                own = of_family(ranges(row.address), ranges(public))
                found.append((box(own, EVERY_ADDRESS, ALL), "", public, ""))
        return [*found, (self.space.every, "", "", "")]

    def kept(self, route):
        """Return what the node of a route may not send on, whoever handed it over.

        It is sent on by an address that has the route's public one, and stays where that
        address's network lets none of them send it; where no network is asked, all goes.
        """
        kept = self.space.none.copy()
        rows = self.names.attached(route.via)
        (own, *_) = [r for r in rows if route.public in r.public.split()] or [None]
        place = own and (self.names.network(own), "egress")
        if place not in self.places:
            return kept
        speaking = self.space.addresses.mask(ranges(own.address))
        lets, asked = self.lets(place, self.places[place]), self.asked(*place)
        for here in range(len(speaking)):
            speakers = np.flatnonzero(speaking & self._relatives(here))
            speakers = [k for k in speakers if asked[k].any()]
            if speakers:
                kept[here] = np.logical_and.reduce([~lets[k] for k in speakers])
        return kept & self.space.every

    def _relatives(self, here):
        """Return the addresses of the same family as one of them."""
        six = np.array([first >= SIX for first in self.space.addresses.firsts])
        return six == six[here]


def told(row):
    """Return the name of a rule; a row that says what is implied has none, either."""
    says = row.priority == 65535 and row.action == IMPLIED[row.direction]
    everything = row.name and (row.source, row.destination, row.services) == EVERYTHING
    return "" if says and everything else row.name


EVERYTHING = ("any", "any", "all")


def implied(network, direction, action):
    """Return the rule that every network has: it comes at the last priority."""
    return SimpleNamespace(
        name="", network=network, direction=direction, priority=65535, action=action
    )
