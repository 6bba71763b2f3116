"""Every packet there is, by kinds: no set that anybody names tells two of a kind apart.

Each field is cut into classes at every border that a cell draws. What is true of one
packet of a class is true of all of them, so a walk over one of each is exact.
"""

from bisect import bisect_right
from functools import cached_property
from itertools import pairwise

import numpy as np
from oracle.reading import FAMILIES, SIX


class Axis:
    """The classes of one field.

    Attributes:
        firsts: one value of each class.
    """

    def __init__(self, sets):
        toggles = {}
        for bit, spans in enumerate(dict.fromkeys(sets)):
            for first, last in spans:
                toggles[first] = toggles.get(first, 0) ^ (1 << bit)
                toggles[last + 1] = toggles.get(last + 1, 0) ^ (1 << bit)
        self._starts, self._class_of, self._masks = sorted(toggles), [], {}
        self.firsts, self._sizes, classes, here = [], [], {}, 0
        for start, end in pairwise([*self._starts, None]):
            here ^= toggles[start]
            if here and here not in classes:
                classes[here] = len(classes)
                self.firsts.append(start)
                self._sizes.append(0)
            self._class_of.append(classes.get(here, -1))
            if here:
                self._sizes[classes[here]] += end - start

    def __len__(self):
        return len(self.firsts)

    def mask(self, spans):
        """Say of each class whether a set holds it; refuse a set that cuts one in two."""
        if spans not in self._masks:
            self._masks[spans] = self._mask(spans)
        return self._masks[spans]

    def _mask(self, spans):
        held = [0] * len(self)
        for first, last in spans:
            place = bisect_right(self._starts, first) - 1
            while place < len(self._starts) and self._starts[place] <= last:
                which = self._class_of[place]
                assert which >= 0, f"{first}-{last} holds what there is not"
                end = self._starts[place + 1] - 1
                held[which] += min(last, end) - max(first, self._starts[place]) + 1
                place += 1
        cut = [k for k, size in enumerate(self._sizes) if held[k] not in (0, size)]
        assert not cut, f"{spans} tells packets apart that nothing tells apart"
        return np.array(held, object) > 0


class Space:
    """One packet of each kind: a source, a destination, a service.

    A set of packets is an array of flags in that order.
    """

    def __init__(self, addresses, services):
        self.addresses = Axis([*FAMILIES, *addresses])
        self.services = Axis(services)
        self.shape = (len(self.addresses), len(self.addresses), len(self.services))

    @cached_property
    def every(self):
        """The packets that there are: none goes from one family to the other."""
        six = np.array([first >= SIX for first in self.addresses.firsts])
        return np.broadcast_to((six[:, None] == six[None, :])[:, :, None], self.shape)

    @cached_property
    def none(self):
        """No packet."""
        return np.zeros(self.shape, bool)

    def box(self, sources, destinations, services):
        """Return the packets from some addresses to others on some services."""
        ends = self.addresses.mask(sources), self.addresses.mask(destinations)
        spoken = self.services.mask(services)
        whole = ends[0][:, None, None] & ends[1][None, :, None] & spoken[None, None, :]
        return whole & self.every

    def packets(self, flags):
        """Yield (source, destination, service) of one packet of each kind."""
        firsts = self.addresses.firsts
        for a, b, c in zip(*np.nonzero(flags), strict=True):
            yield firsts[a], firsts[b], self.services.firsts[c]
