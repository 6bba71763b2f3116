"""What differs between two clouds of one space, packet by packet."""

from oracle.firewall import told


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
