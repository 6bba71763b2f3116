"""The hard shapes of a deployment: what laws must have met to mean anything."""

from oracle.firewall import told
from oracle.reading import SIX


def shapes(cloud):
    """Yield each hard shape that a cloud has."""
    names = cloud.names
    interfaces = [row.node for row in names.interfaces]
    roles = [row.role for row in names.nodes]
    if any(interfaces.count(node) > 1 for node in interfaces):
        yield "several interfaces"
    if len(names.subnets) > 2:
        yield "several subnets"
    if any(roles.count(role) > 1 for role in roles):
        yield "several nodes of a role"
    if roles.count("vpn-gateway") > 1 or roles.count("nat") > 1:
        yield "second gateway"
    if any(row.function == "outside" for row in names.nodes):
        yield "outside node"
    if any(cloud.space.addresses.firsts[k] > SIX for k in _inner(cloud)):
        yield "IPv6"
    if any("icmp" in row.services for row in names.rules):
        yield "ICMP"
    if names.relays:
        yield "relay"
    if names.routes:
        yield "NAT"
    written = {(r.network, r.direction) for r in names.rules if not told(r)}
    if not {*cloud.places} <= written:
        yield "implied rules left out"
    if {*cloud.places} & written:
        yield "implied rules written"
    if not {"web", "nat", "vpn-gateway", "bridge"} <= {*roles}:
        yield "roles missing"
    if not any(row.function == "cdn" for row in names.nodes):
        yield "no CDN"
    if any(not cloud.speaks(row).any() for row in names.rules):
        yield "empty side"
    if any(_tied(rows) for rows in cloud.places.values()):
        yield "tie"


def _inner(cloud):
    return cloud.space.addresses.mask(cloud.names.inside).nonzero()[0]


def _tied(rows):
    """Return whether a rule that allows and one that denies have one priority."""
    allows, denies = (
        {row.priority for row in rows if row.action == action and row.name}
        for action in ("allow", "deny")
    )
    return allows & denies


HARD = (
    "several interfaces", "several subnets", "several nodes of a role", "second gateway",
    "outside node", "IPv6", "ICMP", "relay", "NAT", "implied rules left out",
    "implied rules written", "roles missing", "no CDN", "empty side", "tie",
)  # fmt: skip
"""Every hard shape; each must be met in one of twenty deployments."""
