"""What differs between two clouds of one space, packet by packet."""

from itertools import product

from oracle.firewall import told
from oracle.ways import ways


def changes(before, after):
    """Return the packets of each kind of change."""
    both = before.permitted & after.permitted
    return {
        "opened": after.permitted & ~before.permitted,
        "closed": before.permitted & ~after.permitted,
        "served": both & after.listening & ~before.listening,
        "unserved": both & before.listening & ~after.listening,
    }


def decided(cloud, place):
    """Return the packets that each rule of a place decides, by its name."""
    found = {}
    for k, row in enumerate(cloud.places.get(place, ())):
        share = cloud.deciding[place] == k
        found[told(row)] = found.get(told(row), cloud.space.none) | share
    return found


def chains(cloud):
    """Return the ways in, out and through: by their hosts, the packets of each hop.

    Through leads from ours to ours that are no edge, over a relay at least.
    """
    nodes = cloud.names.nodes
    ours = [row.role for row in nodes if row.function != "outside"]
    outer = [row.role for row in nodes if row.function == "outside"]
    edges = [row.role for row in nodes if row.home in cloud.names.networks]
    far = ("internet", "elsewhere")
    inner = [role for role in ours if role not in edges]
    asked = {"in": ((*far, *outer), ours), "out": (ours, (*far, *edges))}
    asked["through"] = ours, inner
    relays = {row.name for row in cloud.names.relays}
    found = {}
    for kind, (starts, ends) in asked.items():
        found[kind] = {}
        for start in dict.fromkeys(starts):
            for way in ways(cloud, start, " ".join(dict.fromkeys(ends)), "all"):
                if kind == "through" and not any(hop.by in relays for hop in way.hops):
                    continue
                hosts = (start, *passed(cloud, way), way.hops[-1].destination)
                packets = tuple(hop.packets for hop in way.hops)
                key = tuple(each.tobytes() for each in packets)
                found[kind].setdefault(hosts, {})[key] = packets
    return found


def passed(cloud, way):
    """Yield what each connection carries and who hands on, by the hosts where it relays."""
    relays = [row.name for row in cloud.names.relays]
    for hop, following in zip(way.hops, (*way.hops[1:], None), strict=True):
        yield hop.public
        if following:
            alone = hop.by in relays and hop.destination == following.source
            hosts = cloud.names.members[hop.destination] if alone else [hop.destination]
            yield (*hosts, following.source * (not alone))


def ways_changed(before, after):
    """Return what surely became of some way, and what may have: (kind, change) of each.

    A way of the same hosts is narrowed or widened where it lies within the other one, hop
    by hop; the product tells that where it shows in names or services. A way that is
    there in both, with other packets, may be told as another one.
    """
    surely, maybe = set(), set()
    was, now = chains(before), chains(after)
    for kind in was:
        for hosts in was[kind].keys() | now[kind].keys():
            old, new = (each[kind].get(hosts, {}) for each in (was, now))
            sides = (("appeared", new, old, "narrowed"), ("vanished", old, new, "widened"))
            for change, mine, others, less in sides:
                surely |= set() if others else {(kind, change)}
                for one in mine.keys() - others.keys():
                    if not any(comparable(mine[one], each) for each in others.values()):
                        maybe.add((kind, change))
                smaller = {
                    (a, b)
                    for a, b in product(mine, others)
                    if a != b and within(mine[a], others[b])
                }
                if any(a not in others or b not in mine for a, b in smaller):
                    maybe.add((kind, less))
                if len(old) == len(new) == 1 and any(
                    carries(mine[a]) != carries(others[b]) for a, b in smaller
                ):
                    surely.add((kind, less))
    return surely, maybe


def within(one, other):
    """Return whether each hop of a way carries nothing but what that of another does."""
    return all(not (a & ~b).any() for a, b in zip(one, other, strict=True))


def comparable(one, other):
    """Return whether one of two ways lies within the other."""
    return within(one, other) or within(other, one)


def carries(packets):
    """Return the services of each hop."""
    return [each.any(axis=(0, 1)).tobytes() for each in packets]
