"""Differences: each changed packet is told, by what was and is decided, and no other."""

import numpy as np
from agreement import BASE, agree, clouds_of, flags, read
from oracle.changes import changes, decided, ways_changed
from oracle.deployments import Deployment
from oracle.edits import edited, shut
from oracle.firewall import told

from orosec import diff


def compared(case, other, *, back=False):
    """Return the difference of the product, or that back, and the clouds of the oracle."""
    both = [(case.network, case.tables), other][:: -1 if back else 1]
    networks, tables = zip(*both, strict=True)
    return diff(*networks, **case.under), clouds_of(*tables, case.variant)


def agreed(found, before, after):
    """Compare all packets, kind by kind, and who decides them; yield those kinds.

    What a host sends to itself may be told beside others, and never alone.
    """
    expected, space = changes(before, after), before.space
    others = ~(before.itself | after.itself)
    (pair,) = found.pairs
    for kind, packets in expected.items():
        mine = [change for change in pair.changes if change.kind == kind]
        parts = [flags(space, change.packets) for change in mine]
        told = np.logical_or.reduce([space.none, *parts])
        assert (told & others == packets & others).all()
        assert not (told & ~packets).any()
        assert all((part & others).any() for part in parts)
        assert (np.sum([space.none, *parts], axis=0) <= 1).all()
        for change, part in zip(mine, parts, strict=True):
            if kind in ("opened", "closed"):
                assert part[~deciding(before, after, change)].sum() == 0
        if packets.any():
            yield kind
    if found.empty:
        assert not any((packets & others).any() for packets in expected.values())


def deciding(before, after, change):
    """Return the packets that the rules named by a change decide, where it says."""
    stopping = before if change.kind == "opened" else after
    every = before.space.every
    shares = []
    for direction in ("egress", "ingress"):
        place, both = (change.network, direction), every
        for cloud, name in ((before, change.before), (after, change.after)):
            own = {told(row) for row in cloud.names.rules}
            asked = cloud.asked(*place)
            share = decided(cloud, place).get(name * (name in own), cloud.space.none)
            both = both & (share if name else share | ~asked)
        stopped = decided_against(stopping, place) | ~stopping.known
        shares.append(both & stopped)
    return np.logical_or.reduce(shares)


def decided_against(cloud, place):
    """Return the packets that a place stops, or that it is not asked about."""
    rows = cloud.places.get(place, ())
    return ~cloud.lets(place, rows) if rows else cloud.space.every


def test_the_difference_of_an_edit():
    """A few rows are added, changed or gone."""

    def law(case):
        other = read(edited(case.deployment))
        found, pair = compared(case, other)
        yield from agreed(found, *pair)

    agree(law, "opened", "closed", "served", "unserved")


def test_the_difference_of_any_two():
    """Two deployments that have nothing to do with each other."""

    def law(case):
        other = read(Deployment(case.deployment.seed + 1, BASE))
        found, pair = compared(case, other)
        yield from agreed(found, *pair)

    agree(law, "opened", "closed", "served", "unserved")


def test_ways_that_come_or_go_are_told():
    """In, out or through, come or gone, wider or narrower: told where one is, only then."""

    def law(case):
        edit, back = (
            case.deployment.draw.choice(each) for each in ((edited, shut), (0, 1))
        )
        other = read(edit(case.deployment))
        found, pair = compared(case, other, back=back)
        surely, maybe = ways_changed(*pair)
        maybe |= surely
        told_of = {(way.kind, way.change) for way in found.journeys}
        assert surely <= told_of
        assert told_of - maybe <= {
            ("translations", "appeared"),
            ("translations", "vanished"),
        }
        yield from (" ".join(each) for each in surely)
        yield from (kind for kind, _ in surely)

    fates = "appeared", "vanished", "widened", "narrowed"
    shapes = (f"{kind} {fate}" for kind in ("in", "out") for fate in fates)
    agree(law, *shapes, "through")
