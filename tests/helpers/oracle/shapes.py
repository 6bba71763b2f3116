"""The hard shapes of a deployment: what laws must have met to mean anything."""

import numpy as np
from oracle.firewall import told
from oracle.reading import SIX


def shapes(cloud):
    """Return each hard shape that a cloud has."""
    return [shape for shape, has in SHAPES.items() if has(cloud)]


def _inner(cloud):
    return cloud.space.addresses.mask(cloud.names.inside).nonzero()[0]


def _tied(rows):
    """Return whether a rule that allows and one that denies have one priority."""
    allows, denies = (
        {row.priority for row in rows if row.action == action and row.name}
        for action in ("allow", "deny")
    )
    return allows & denies


def _roles(cloud):
    return [row.role for row in cloud.names.nodes]


def _functions(cloud):
    return {row.function for row in cloud.names.nodes}


def _several(values):
    return len([*values]) > len({*values})


def _written(cloud):
    """Return the places whose implied rule stands in a row."""
    return {(row.network, row.direction) for row in cloud.names.rules if not told(row)}


def _handed(cloud):
    """Return all that somebody is handed to forward."""
    every = [cloud.space.none, *map(cloud.handed, cloud.names.networks)]
    return np.logical_or.reduce(every)


def _blocked(cloud):
    """Return whether the platform stops what goes out, and an edge is there."""
    first = (row for row in cloud.names.rules if row.network == "every")
    return cloud.names.edges and any("internet" in row.destination.split() for row in first)


def _kept(cloud):
    """Return whether a node may not send on some of what leaves through it."""
    passing = cloud.permitted & cloud.leaving
    parts = cloud.departures(passing)
    return any(route and not public for _, _, public, route in parts)


SHAPES = {
    "several interfaces": lambda c: _several([row.node for row in c.names.interfaces]),
    "several subnets": lambda c: len(c.names.subnets) > 2,
    "several nodes of a role": lambda c: _several(_roles(c)),
    "several roles of a host": lambda c: _several(
        row.address for row in c.names.interfaces if row.subnet
    ),
    "second gateway": lambda c: max(map(_roles(c).count, ("nat", "vpn-gateway"))) > 1,
    "outside node": lambda c: "outside" in _functions(c),
    "IPv6": lambda c: any(c.space.addresses.firsts[k] > SIX for k in _inner(c)),
    "ICMP": lambda c: any("icmp" in row.services for row in c.names.rules),
    "relay": lambda c: c.names.relays,
    "NAT": lambda c: c.names.routes,
    "forwarding let in": lambda c: (_handed(c) & c.permitted).any(),
    "forwarding refused": lambda c: (_handed(c) & c.denied).any(),
    "kept by who translates": _kept,
    "implied rules left out": lambda c: {*c.places} - _written(c),
    "implied rules written": _written,
    "asked before all": lambda c: any(row.network == "every" for row in c.names.rules),
    "blocked to an edge before all": _blocked,
    "roles missing": lambda c: {"web", "nat", "vpn-gateway", "bridge"} - {*_roles(c)},
    "no CDN": lambda c: "cdn" not in _functions(c),
    "empty side": lambda c: any(not c.speaks(row).any() for row in c.names.rules),
    "tie": lambda c: any(map(_tied, c.places.values())),
}
"""Each hard shape by its name, and what has it; one of twenty deployments must."""
