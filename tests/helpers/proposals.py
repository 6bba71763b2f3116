"""Proposals at random: the documented network after a few edits that are not refused."""

from hypothesis import strategies as st

from orosec import orocloud
from orosec.errors import OrosecError

ENDS = [
    "any", "internet", "elsewhere", "application", "web", "database", "bridge", "nat",
    "vpn-gateway", "application-subnet", "maintenance-dmz", "web-1", "support",
    "10.10.0.0/25", "10.10.0.31", "0.0.0.0/0", "203.0.113.0/24", "web jobs",
]  # fmt: skip
SERVICES = [
    "all",
    "tcp",
    "tcp:22",
    "tcp:5432",
    "udp:31194",
    "tcp:1-1024",
    "icmp",
    "icmp:8",
    "esp",
    "tcp:80 udp:53",
]
NETWORKS = ["application-network", "maintenance-network", "google-edge"]
CDNS, READINGS = ["both", "google", "cloudflare"], ["both", "operational", "literal"]
RULES = [row.name for row in orocloud.tables.rules]

DATABASE = {"role": "database", "function": "application", "home": "application-subnet"}
ATTACHED = {"node": "db-3", "subnet": "application-subnet", "address": "10.10.0.33"}
BACK = {"node": "balancer", "address": "10.10.0.200", "cdn": "google"}

cells = st.fixed_dictionaries(
    {},
    optional={
        "source": st.sampled_from(ENDS),
        "destination": st.sampled_from(ENDS),
        "services": st.sampled_from(SERVICES),
        "action": st.sampled_from(["allow", "deny"]),
        "direction": st.sampled_from(["ingress", "egress"]),
        "priority": st.sampled_from([0, 899, 900, 1000, 1001, 65535]),
        "network": st.sampled_from(NETWORKS),
        "cdn": st.sampled_from(CDNS),
        "reading": st.sampled_from(READINGS),
    },
)
added = st.builds(
    lambda more: (
        lambda network: network.with_rule(
            **{
                "name": f"rule-{len(network.tables.rules)}",
                "action": "allow",
                "source": "internet",
                "destination": "database",
                "services": "tcp:5432",
                "network": "application-network",
                **more,
            }
        )
    ),
    cells,
)
changed = st.builds(
    lambda name, more: lambda network: network.with_rule_changed(name, **more),
    st.sampled_from(RULES),
    cells,
)
taken = st.builds(
    lambda name: lambda network: network.without_rule(name), st.sampled_from(RULES)
)
moved = st.builds(
    lambda name, other: lambda network: network.with_rule_moved(name, before=other),
    st.sampled_from(RULES),
    st.sampled_from(RULES),
)
others = st.sampled_from(
    [
        lambda n: n.without_listener("database-postgresql"),
        lambda n: n.with_listener("telnet", node="web", services="tcp:23"),
        lambda n: n.with_listener_changed("bridge-ssh", services="tcp:22 tcp:2222"),
        lambda n: n.with_interface_changed("web-1", address="10.10.0.99"),
        lambda n: n.with_interface_changed("database-1", address="10.10.0.64/26"),
        lambda n: n.with_node("db-3", **DATABASE).with_interface("db-3", **ATTACHED),
        lambda n: n.with_subnet_changed("maintenance-dmz", cidr="10.20.0.0/25"),
        lambda n: n.with_subnet("lab", network="application-network", cidr="10.30.0.0/24"),
        lambda n: n.without_route("maintenance-own-address"),
        lambda n: n.with_relay_changed("vpn", accepts="udp:31195"),
        lambda n: n.without_relay("ssh-hop"),
        lambda n: n.with_interface("back", **BACK),
    ]
)
edits = st.one_of(added, added, changed, taken, moved, others)


def edited(network, steps):
    for step in steps:
        try:
            network = step(network)
        except OrosecError:
            continue
    return network


proposals = st.lists(edits, max_size=3).map(lambda steps: edited(orocloud, steps))
