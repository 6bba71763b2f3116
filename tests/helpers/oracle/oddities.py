"""What is odd about the rows of one cloud: each kind from its meaning, packet by packet."""

import numpy as np
from oracle.firewall import told
from oracle.names import addresses
from oracle.reading import (
    ALL,
    EVERY_ADDRESS,
    SIX,
    is_range,
    merged,
    ranges,
    services,
    without,
)

WIDE = 2**16


class Oddities:
    """The rules of one cloud, each where it is asked.

    Attributes:
        rules: (place, row, what it speaks of there, what it decides there) of each.
    """

    def __init__(self, cloud):
        self.cloud = cloud
        self.rules = [
            (
                place,
                row,
                cloud.speaks(row) & cloud.asked(*place) & ~cloud.itself,
                (cloud.deciding[place] == k) & ~cloud.itself,
            )
            for place, rows in cloud.places.items()
            for k, row in enumerate(rows)
            if row.name
        ]

    def found(self):
        """Return (kind, row, explained) of all but what is redundant."""
        looks = (self.dark, self.silent, self.tied, self.unheard, self.unreached)
        more = (self.foreign, self.wide)
        return {one for look in (*looks, *more) for one in look()}

    def dark(self):
        """Rules that decide nothing of what they say; in conflict where others differ."""
        for place, row, speaks, share in self.rules:
            if row.basis != "platform" and speaks.any() and not share.any():
                actions = np.array([one.action for one in self.cloud.places[place]])
                against = (actions[self.cloud.deciding[place][speaks]] != row.action).any()
                stated = row.basis == "documented"
                yield "conflict" if against else "clutter", row.name, stated and not against

    def removable(self, but=frozenset()):
        """Return the rules without which, and some others, no packet fares otherwise.

        A row that says what is implied is left out: it is there, a row or not.
        """
        found = set()
        for place, row, speaks, _ in self.rules:
            if row.basis != "platform" and speaks.any() and told(row) not in {"", *but}:
                rows = self.cloud.places[place]
                kept = [one for one in rows if one.name not in but]
                fewer = [one for one in kept if one.name != row.name]
                lets = (self.cloud.lets(place, rows) for rows in (kept, fewer))
                if (np.equal(*lets) | self.cloud.itself).all():
                    found.add(row.name)
        return found

    def tied(self):
        """Deny rules that decide what a live allow rule of the same priority speaks of."""
        for place, row, _, share in self.rules:
            if row.action == "deny" and any(self._rivals(place, row, share)):
                yield "tie", row.name, False

    def _rivals(self, place, row, share):
        """Say of each allow rule beside it; those of every network are asked before."""
        beside = (row.network, row.priority, "allow")
        for k, one in enumerate(self.cloud.places[place]):
            if (one.network, one.priority, one.action) == beside:
                decided = (self.cloud.deciding[place] == k) & ~self.cloud.itself
                live = decided.any()
                yield live and (share & self.cloud.speaks(one)).any()

    def silent(self):
        """Rules that speak of nothing, though all their addresses have a place."""
        for _, row, speaks, _ in self.rules:
            strange = self.strange(f"{row.source} {row.destination}")
            if not speaks.any() and not strange and row.basis != "platform":
                yield "silent", row.name, False

    def strange(self, cell):
        """Return the ranges of a cell that are neither public nor of a subnet."""
        elsewhere = self.cloud.names.special["elsewhere"]
        words = filter(is_range, cell.split())
        return [word for word in words if not without(ranges(word), elsewhere)]

    def foreign(self):
        """Rows that name such ranges, or have such an address outside of all subnets."""
        names = self.cloud.names
        for row in (*names.rules, *names.routes, *names.relays):
            for side in ("source", "destination"):
                if row.basis != "platform" and self.strange(getattr(row, side, "")):
                    yield "foreign", row.name, False
        for row in names.interfaces:
            if not row.subnet and self.strange(row.address):
                yield "foreign", row.name, False

    def _let_in(self):
        return [
            one for one in self.rules if (one[0][1], one[1].action) == ("ingress", "allow")
        ]

    def _unmet(self, sent, cell, met):
        """Return what is sent on each word of some services, where none of it is met."""
        parts = [sent & self.spoken(word) for word in cell.split()]
        return [part for part in parts if not (part & met).any()]

    def spoken(self, cell):
        return self.cloud.space.box(EVERY_ADDRESS, EVERY_ADDRESS, services(cell))

    def unheard(self):
        """Rules that let in what nobody listens for, word by word."""
        for place, row, speaks, _ in self._let_in():
            arriving = speaks & ~self.cloud.handed(place[0])
            unmet = self._unmet(arriving, row.services, self.cloud.listening)
            if any((part & self.cloud.permitted).any() for part in unmet):
                yield "no-listener", row.name, False

    def unreached(self):
        """Listeners that no rule lets anybody else reach, word by word.

        Who shares the host reaches them without a rule.
        """
        box, shared = self.cloud.space.box, self._shared()
        for row in self.cloud.names.listeners:
            hosts = self.cloud.end(row.node, "destination", set())
            sent = box(EVERY_ADDRESS, hosts, ALL) & ~self.cloud.itself
            near = any(first <= at <= last for first, last in hosts for at in shared)
            if not near and self._unmet(sent, row.services, self.cloud.permitted):
                yield "unreached", row.name, False

    def _shared(self):
        """Return the addresses in subnets at which several nodes stand."""
        held = {}
        for row in self.cloud.names.interfaces:
            for first, last in ranges(row.address) if row.subnet else ():
                if first == last:
                    held.setdefault(first, set()).add(row.node)
        return {at for at, nodes in held.items() if len(nodes) > 1}

    def wide(self):
        """Rules that let in very many addresses which stand in no table."""
        names, box = self.cloud.names, self.cloud.space.box
        known = merged((*names.inside, *names.edges))
        for _, row, _, share in self._let_in():
            words = (
                names.addresses(w, "source", {row.network}) for w in row.source.split()
            )
            strangers = [without(spans, known) for spans in words]
            broad = merged(s for spans in strangers if _size(spans) > WIDE for s in spans)
            passing = share & self.cloud.permitted & box(broad, EVERY_ADDRESS, ALL)
            if passing.any():
                yield "wide", row.name, self._is_door(passing)

    def _is_door(self, passing):
        """Return whether all that passes goes to public edges that answer it."""
        names = self.cloud.names
        edges = addresses(
            row
            for row in names.interfaces
            if (row.public or not row.subnet)
            if names.node[row.node].function in ("cdn", "vpn")
        )
        there = self.cloud.space.box(EVERY_ADDRESS, edges, ALL) & self.cloud.listening
        return not (passing & ~there).any()


def _size(spans):
    """Count addresses; of IPv6, networks of 64 bits."""
    return sum((b >> 64) - (a >> 64) + 1 if a >= SIX else b - a + 1 for a, b in spans)
