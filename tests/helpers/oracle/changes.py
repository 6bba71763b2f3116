"""What differs between two clouds of one space, packet by packet."""

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
    """Return the ways in and out: ends and address of each connection, and packets."""
    nodes = cloud.names.nodes
    ours = [row.role for row in nodes if row.function != "outside"]
    outer = [row.role for row in nodes if row.function == "outside"]
    edges = [row.role for row in nodes if row.home in cloud.names.networks]
    far = ("internet", "elsewhere")
    asked = {"in": ((*far, *outer), ours), "out": (ours, (*far, *edges))}
    return {
        kind: {
            (
                tuple((hop.source, hop.public, hop.destination) for hop in way.hops),
                tuple(hop.packets.tobytes() for hop in way.hops),
            )
            for start in dict.fromkeys(starts)
            for way in ways(cloud, start, " ".join(dict.fromkeys(ends)), "all")
        }
        for kind, (starts, ends) in asked.items()
    }


def ways_changed(before, after):
    """Return what surely came or went, and what may have: (kind, change) of each.

    A way that is there in both, with other packets, may be told as another one.
    """
    surely, maybe = set(), set()
    was, now = chains(before), chains(after)
    for kind in was:
        both = (("appeared", now[kind], was[kind]), ("vanished", was[kind], now[kind]))
        for change, here, there in both:
            names = {way for way, _ in here} - {way for way, _ in there}
            surely |= {(kind, change)} if names else set()
            maybe |= {(kind, change)} if here - there else set()
    return surely, maybe
