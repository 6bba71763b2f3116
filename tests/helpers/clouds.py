"""Clouds at random, of every hard shape; and laws that show how often each occurred."""

from collections import Counter
from functools import reduce, wraps

from effort import examples, rare
from hypothesis import given
from hypothesis import strategies as st
from proposals import edited, edits

from orosec import orocloud

NETWORK, DMZ = "application-network", "maintenance-dmz"
WRITTEN = [row.name for row in orocloud.tables.rules if row.priority == 65535]


def _moved_databases(n):
    n = n.with_subnet("data-subnet", network="data-network", cidr="10.30.0.0/24")
    for name, address in (("database-1", "10.30.0.31"), ("database-2", "10.30.0.32")):
        n = n.with_node_changed(name, home="data-subnet")
        n = n.with_interface_changed(name, subnet="data-subnet", address=address)
    return n


def _second_gateway(n):
    node = {"role": "vpn-gateway", "function": "vpn", "home": DMZ}
    leg = {"node": "vpn-2", "subnet": DMZ, "address": "10.20.0.6", "public": "203.0.113.21"}
    return n.with_node("vpn-2", **node).with_interface("vpn-2", **leg)


def _second_nat(n):
    node = {"role": "nat", "function": "egress", "home": "application-subnet"}
    leg = {"node": "nat-2", "subnet": "application-subnet", "address": "10.10.0.5"}
    n = n.with_node("nat-2", **node).with_interface("nat-2", **leg, public="203.0.113.31")
    ends = {"source": "jobs", "destination": "any", "via": "nat", "public": "203.0.113.31"}
    return n.with_route("jobs-through-nat-2", **ends, priority=900)


def _dual_stack(n):
    both = "10.10.0.0/24 2001:db8:10::/64", "10.10.0.11 2001:db8:10::11"
    n = n.with_subnet_changed("application-subnet", cidr=both[0])
    n = n.with_interface_changed("web-1", address=both[1])
    ends = {"source": "2001:db8:99::/48", "destination": "web", "network": NETWORK}
    return n.with_rule("six", "allow", **ends, services="tcp:443 icmpv6")


def _third_leg(n):
    n = n.with_subnet("lab", network="lab-network", cidr="10.40.0.0/24")
    leg = {"node": "bridge-1", "subnet": "lab", "address": "10.40.0.4"}
    ends = {"source": "bridge", "destination": "lab", "services": "icmp"}
    return n.with_interface("bridge-1-lab", **leg).with_rule("lab-in", "allow", **ends)


def _tie(n):
    ends = {"source": "bridge", "destination": "application", "services": "tcp:22 icmp:8"}
    return n.with_rule("tie", "deny", **ends, network=NETWORK, priority=1000)


def _empty_side(n):
    node = {"role": "spare", "function": "application", "home": "application-subnet"}
    n = n.with_node("spare-1", **node)
    ends = {"source": "spare-1", "destination": "web", "services": "tcp:5000"}
    return n.with_rule("spare", "deny", **ends, network=NETWORK)


def _foreign(n):
    ends = {"source": "192.168.0.0/16 elsewhere", "destination": "database"}
    return n.with_rule("office", "allow", **ends, services="tcp:5432", network=NETWORK)


def _bare(n):
    """Take every row of an implied rule away."""
    return reduce(lambda one, name: one.without_rule(name), WRITTEN, n)


def _own(n):
    """Write the implied rules of the application network once more, as one's own."""
    ends = {"source": "any", "destination": "any", "services": "all"}
    return n.with_rule("own", "deny", **ends, network=NETWORK, priority=65535)


def _relayed(n):
    cells = {"accepts": "tcp:8443", "exit": "web", "services": "tcp:5432"}
    n = n.with_relay("pool", node="web", destination="database", **cells)
    return n.with_listener("pool", node="web", services="tcp:8443")


SHAPES = {
    "a further network": _moved_databases,
    "a second gateway": _second_gateway,
    "a second NAT node": _second_nat,
    "IPv6": _dual_stack,
    "three interfaces": _third_leg,
    "a tie": _tie,
    "an empty side": _empty_side,
    "a foreign range": _foreign,
    "no implied rows": _bare,
    "implied rules as one's own": _own,
    "a further relay": _relayed,
    "an exempt project": lambda n: n.without_rule("no-mail-out"),
}
"""Each hard shape by its name, and an edit of the documented tables that makes it."""


@st.composite
def shaped(draw):
    """Draw a cloud, with the names of the hard shapes that it has."""
    chosen = [name for name in SHAPES if draw(st.integers(0, 3)) == 0]
    network = edited(orocloud, [SHAPES[name] for name in chosen])
    return edited(network, draw(st.lists(edits, max_size=2))), chosen


clouds = shaped().map(lambda one: one[0])


def law(part=1.0, *, drawn=shaped, shapes=tuple(SHAPES), **also):
    """Make a test of a cloud a law over clouds, which shows that hard shapes occurred.

    Args:
        part: the part of the examples that it gets (`effort.examples`).
        drawn: gives the strategy of clouds, each with the names of its shapes.
        shapes: the names of all shapes that have to occur.
        also: further strategies, by the names of arguments.
    """

    def make(test):
        seen = Counter()

        @examples(part)
        @given(one=drawn(), more=st.fixed_dictionaries(also))
        def each(one, more):
            network, found = one
            seen.update([*found, "all"])
            test(network, **more)

        @wraps(test)
        def whole():
            seen.clear()
            each()
            every = seen.pop("all")
            print(test.__name__, every, "clouds, of them", dict(seen))  # noqa: T201
            assert rare(seen, every, shapes) == {}

        del whole.__wrapped__  # pytest would look for fixtures of its names
        return whole

    return make
