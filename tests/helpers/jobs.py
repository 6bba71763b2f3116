"""Jobs of an architect: each a few edits of the documented tables, written as one would."""

import orosec
from orosec import orocloud
from orosec.model.schema import TABLES
from orosec.results import under

APP, DMZ = "application-subnet", "maintenance-dmz"
NOTHING = orocloud.with_tables(**dict.fromkeys(TABLES, ()))
"""Tables without a row: what a cloud of one's own starts from."""


def attached(n, name, role, function, home, address, public=""):
    """Add a node with one interface in the subnet that it lives in."""
    n = n.with_node(name, role=role, function=function, home=home)
    where = {"node": name, "subnet": home, "address": address, "public": public}
    return n.with_interface(name, **where)


def sftp():
    """An SFTP server in the DMZ for two customers."""
    n = attached(orocloud, "sftp-1", "sftp", "other", DMZ, "10.20.0.8", "203.0.113.22")
    n = n.with_listener("sftp-ssh", node="sftp", services="tcp:22")
    customers = {"source": "customer-it 198.51.100.40", "destination": "sftp"}
    return n.with_rule("sftp-in", "allow", **customers, services="tcp:22")


def moved_databases(network):
    """Databases in a subnet of their own, which is a part of some network."""
    n = orocloud.with_subnet("data-subnet", network=network, cidr="10.30.0.0/24")
    for number in "12":
        name, place = f"database-{number}", f"10.30.0.3{number}"
        n = n.with_node_changed(name, home="data-subnet")
        n = n.with_interface_changed(name, subnet="data-subnet", address=place)
    ends = {"source": "data-subnet", "destination": "any"}
    n = n.with_route("data-through-nat", **ends, via="nat", public="203.0.113.30")
    return forwards(n, "data", "data-subnet")


def forwards(network, name, source):
    """Let the NAT node forward what some source sends, as `nat-forwards` does."""
    for cdn, where in FORWARDED.items():
        ends = {"source": source, "destination": where, "network": "application-network"}
        new = f"{name}-forwards-{cdn}"
        network = network.with_rule(new, "allow", **ends, services="all", cdn=cdn)
    return network


FORWARDED = {
    "both": "internet",
    "google": "load-balancer 130.211.0.0/22 35.191.0.0/16",
    "cloudflare": "cloudflare",
}
"""Where the NAT node sends, under each CDN."""


def databases():
    """Databases in a subnet and a network of their own, where a door is a rule."""
    n = moved_databases("data-network")
    to = {"action": "allow", "destination": "database"}
    n = n.with_rule("data-in", **to, source="web jobs", services="tcp:5432")
    return n.with_rule("data-maintenance", **to, source="bridge", services="tcp:22 icmp")


def recovery():
    """A second gateway that shares the work, and a second NAT node that stands by."""
    n = attached(orocloud, "vpn-2", "vpn-gateway", "vpn", DMZ, "10.20.0.6", "203.0.113.21")
    n = n.with_route_changed("maintenance-own-address", source="vpn-1")
    own = {"source": "vpn-2", "destination": "internet", "via": "vpn-2"}
    n = n.with_route("vpn-2-own-address", **own, public="203.0.113.21")
    n = attached(n, "nat-2", "nat", "egress", APP, "10.10.0.5", "203.0.113.31")
    ends = {"source": APP, "destination": "any", "via": "nat", "public": "203.0.113.31"}
    return n.with_route("nat-2-stands-by", **ends, priority=1100)


def operations():
    """An SMTP relay and a configuration master, in a network of their own."""
    n = orocloud.with_subnet("ops", network="ops-network", cidr="10.50.0.0/24")
    n = attached(n, "smtp-1", "smtp-relay", "other", "ops", "10.50.0.11", "203.0.113.40")
    n = attached(n, "master-1", "configuration-master", "other", "ops", "10.50.0.12")
    for role, services in (("smtp-relay", "tcp:587"), ("configuration-master", "tcp:8140")):
        n = n.with_listener(role, node=role, services=services)
        ends = {"source": "application", "destination": role}
        n = n.with_rule(f"{role}-in", "allow", **ends, services=services)
    mail = {"accepts": "tcp:587", "destination": "internet", "services": "tcp:587"}
    return n.with_relay("mail", node="smtp-relay", exit="smtp-relay", **mail)


def egress():
    """The application subnet closed towards outside but for 443 and 587.

    Who opens the tunnel may leave for it, and so may the NAT node, which sends it on.
    """
    out = {"source": APP, "direction": "egress"}
    inside = {**out, "destination": APP, "services": "all"}
    n = orocloud.with_rule("out-inside", "allow", **inside, priority=900)
    left = {**out, "destination": "any", "services": "tcp:443 tcp:587"}
    n = n.with_rule("out-allowed", "allow", **left, priority=900)
    ends = {"source": "cloudflare-tunnel nat", "destination": "cloudflare"}
    tunnel = {**out, **ends, "services": "tcp:7844 udp:7844", "cdn": "cloudflare"}
    n = n.with_rule("out-tunnel", "allow", **tunnel, priority=900)
    rest = {**out, "destination": "any", "services": "all"}
    return n.with_rule("out-closed", "deny", **rest, priority=910)


def dual_stack():
    """IPv6 beside IPv4, from the visitors to the web servers and from these outwards."""
    n = orocloud.with_subnet_changed(APP, cidr="10.10.0.0/24 fd20:10::/64")
    for name, last in (("web-1", "11"), ("web-2", "12"), ("tunnel-1", "8")):
        n = n.with_interface_changed(name, address=f"10.10.0.{last} fd20:10::{last}")
    front = {"address": "203.0.113.10 2001:db8:1::10"}
    n = n.with_interface_changed("balancer-front", **front, public=front["address"])
    back = {"node": "balancer", "address": "2600:2d00:1:1::/64", "carries": "departures"}
    n = n.with_interface("balancer-back-six", cdn="google", **back)
    own = {"address": "10.10.0.3 fd20:10::3", "public": "203.0.113.30 2001:db8:30::30"}
    n = n.with_interface_changed("nat-1", **own)
    ends = {"source": APP, "destination": "2600:2d00:1:1::/64", "services": "all"}
    ends |= {"network": "application-network", "cdn": "google"}
    n = n.with_rule("six-forwards", "allow", **ends)
    ends = {"source": APP, "destination": "any", "via": "nat"}
    return n.with_route("six-through-nat", **ends, public="2001:db8:30::30")


def staging():
    """All of a shop on one host, for the office alone: seven rows."""
    n = NOTHING.with_subnet("staging-subnet", network="staging", cidr="10.60.0.0/24")
    host = {"role": "shop", "function": "application", "home": "staging-subnet"}
    n = n.with_node("shop-1", **host, stores="yes")
    leg = {"subnet": "staging-subnet", "address": "10.60.0.2", "public": "203.0.113.60"}
    n = n.with_interface("shop-1", node="shop-1", **leg)
    for name, services in (("https", "tcp:443"), ("ssh", "tcp:22")):
        n = n.with_listener(name, node="shop", services=services)
        office = {"source": "198.51.100.0/24", "destination": "shop"}
        n = n.with_rule(f"office-{name}", "allow", **office, services=services)
    return n


def promised(n):
    """Add what the staging host promises, in one's own words: three rows."""
    n = n.with_section("staging", kind="lead-in", notebook="", gist="Staging.")
    office = {"kind": "normative-network", "gist": "For the office alone."}
    n = n.with_sentence("ST1", section="staging", **office)
    alone = {"source": "198.51.100.0/24", "destination": "shop", "services": "all"}
    told = {"says": "The office alone gets in.", "means": "Nobody else sees it."}
    judged = {"level": "permitted", "verb": "only-from", "expected": "holds"}
    return n.with_claim("ST1-office", sentence="ST1", **judged, **alone, **told)


# What is asked of each


def rows(before, after):
    """Give the rows of a difference in words, by the variants in which they are so."""
    found = {}
    for row in orosec.diff(before, after).rows:
        deciders = f"{row.before or 'nothing'} → {row.after or 'nothing'}"
        ends = f"{row.source} → {row.destination} {row.services}"
        line = f"{row.change}: {ends} ({deciders})"
        found.setdefault(under(row.under), set()).add(line)
    return found


def ways(before, after, *kinds):
    """Give the ways of some kinds that came or went, likewise."""
    found = {}
    for way in orosec.diff(before, after).journeys:
        if way.kind in kinds:
            found.setdefault(under(way.under), set()).add(str(way))
    return found


def changed(before, after):
    """Give what became of each promise that is not as it was, with the evidence."""
    found = orosec.consequences(before, after).changed
    return {f"{row.change} {row.claim}": row.witness for row in found}


def odd(network):
    """Give what lint finds, by severity, kind and row."""
    every = orosec.lint(network=network).findings
    return [(one.severity, one.kind, one.row) for one in every]
