"""Statements about the tables: how many rows each looks at, and which are against it."""

from oracle.reading import ALL, ranges, services

APPLICATION, DMZ = "application-subnet", "maintenance-dmz"
HTTPS, SSH = services("tcp:443")[0], services("tcp:22")[0]


def _takes(row, service):
    return any(first <= service[0] <= last for first, last in services(row.services))


def _subnets(cloud, node):
    return sorted(row.subnet for row in cloud.names.attached(node.name) if row.subnet)


def _split(rows, wrong):
    """Return the names of some rows, and of those that are wrong."""
    return [row.name for row in rows], [row.name for row in rows if wrong(row)]


def exactly_two_subnets(cloud):
    """An application subnet and a maintenance DMZ, no other, none missing."""
    names = [row.name for row in cloud.names.subnets]
    return names, {*names} ^ {APPLICATION, DMZ}


def every_node_has_a_home(cloud):
    """A node is in the subnet it lives in alone; one on the border in every one, once."""
    subnets = sorted(row.name for row in cloud.names.subnets)
    rows = [row for row in cloud.names.nodes if row.home in (*subnets, "border")]
    homes = {"border": subnets}
    return _split(rows, lambda row: _subnets(cloud, row) != homes.get(row.home, [row.home]))


def one_network(cloud):
    """All subnets are of one network."""
    rows = cloud.names.subnets
    return _split(rows, lambda row: row.network != rows[0].network)


def bridge_joins_two_networks(cloud):
    """A host in several subnets has no two interfaces in one network."""

    def doubled(node):
        networks = [cloud.names.network(row) for row in cloud.names.attached(node.name)]
        return len(networks) != len({*networks})

    rows = [row for row in cloud.names.nodes if len(_subnets(cloud, row)) > 1]
    return _split(rows, doubled)


def data_stays(cloud):
    """Application nodes and stores are in the application subnet, and there alone."""
    rows = [
        row
        for row in cloud.names.nodes
        if row.function == "application" or row.stores == "yes"
    ]
    return _split(
        rows,
        lambda row: {one.subnet for one in cloud.names.attached(row.name)} != {APPLICATION},
    )


def one_cdn(cloud):
    """Only what belongs to the CDN stands in front."""
    own = {"google": ["load-balancer"], "cloudflare": ["cloudflare", "cloudflare-tunnel"]}
    rows = [row for row in cloud.names.nodes if row.function == "cdn"]
    return _split(rows, lambda row: row.role not in own[cloud.names.cdn])


def common_rules(cloud):
    """What is documented for every CDN is tied to none."""
    common = {row.sentence for row in cloud.names.sentences if row.section == "every-cdn"}
    rows = [
        row
        for row in (*cloud.names.rules, *cloud.names.routes)
        if row.basis == "documented" and common & {*row.cites.split()}
    ]
    return _split(rows, lambda row: row.cdn != "both")


def _inner(cloud):
    return [row for row in cloud.names.interfaces if row.subnet == APPLICATION]


def no_public_address(cloud):
    """Nothing in the application subnet has a public address."""
    return _split(_inner(cloud), lambda row: row.public)


def application_nodes_private(cloud):
    """No application node has a public address."""
    return _split(cloud.names.attached("application"), lambda row: row.public)


def only_nat_public(cloud):
    """In the application subnet, only one NAT node has a public address."""
    nat = cloud.names.members.get("nat", [])[:1]
    return _split(_inner(cloud), lambda row: row.public and row.node not in nat)


def one_front_address(cloud):
    """The load balancer has one public address in all."""
    rows = cloud.names.attached("load-balancer")
    words = [word for row in rows for word in row.public.split()]
    return rows, words[1:] if words else rows


def public_addresses_that_accept(cloud):
    """The internet reaches no public address of ours but the load balancer's."""
    names, box = cloud.names, cloud.space.box
    rows = [row for row in names.interfaces if row.public and names.network(row)]

    def reached(row):
        arriving = box(names.special["internet"], ranges(row.address), ALL)
        balances = names.node[row.node].role == "load-balancer"
        return not balances and (arriving & cloud.permitted).any()

    return _split(rows, reached)


def _listening(cloud, name):
    """Return the listeners of any node behind a name."""
    members = cloud.names.members
    nodes = {*members.get(name, [])}
    return [row for row in cloud.names.listeners if nodes & {*members.get(row.node, [])}]


def no_tls_on_web(cloud):
    """No web server ends HTTPS."""
    return _split(_listening(cloud, "web"), lambda row: _takes(row, HTTPS))


def tls_ends_at_the_edge(cloud):
    """The edge ends HTTPS, and no relay of it goes on in HTTPS."""
    edge = {"google": "load-balancer", "cloudflare": "cloudflare"}[cloud.names.cdn]
    rows = [row for row in cloud.names.relays if row.node == edge]
    looked, against = _split(rows, lambda row: _takes(row, HTTPS))
    ends = any(_takes(row, HTTPS) for row in _listening(cloud, edge))
    there = edge in cloud.names.members
    return looked, against + [edge] * (there and not ends)


def one_egress_address(cloud):
    """What application nodes send to the internet has one public address in all."""
    if "application" not in cloud.names.members:
        return [], []
    parts = cloud.departures(cloud.flow("application", "internet", "all"))
    carried = {public for _, _, public, _ in parts}
    return parts, [public for public in carried if len(carried) > 1 or not public]


def bridge_joins_the_two_subnets(cloud):
    """The one bridge has one interface in each subnet; no other node is in several."""
    subnets = sorted(row.name for row in cloud.names.subnets)
    bridges = [row for row in cloud.names.nodes if row.function == "bridge"][:1]
    others = [row for row in cloud.names.nodes if row not in bridges]
    looked, against = _split(
        bridges,
        lambda row: sorted(one.subnet for one in cloud.names.attached(row.name)) != subnets,
    )
    return looked, against + [r for r in others if len({*_subnets(cloud, r)}) > 1]


def ssh_everywhere(cloud):
    """Every application node listens on port 22."""
    rows = [row for row in cloud.names.nodes if row.function == "application"]

    def listens(node):
        return any(_takes(row, SSH) for row in _listening(cloud, node.name))

    return _split(rows, lambda row: not listens(row))


def only_gateway_attached(cloud):
    """Only VPN gateways have interfaces in the DMZ."""
    gateways = cloud.names.members.get("vpn-gateway", [])
    rows = [row for row in cloud.names.interfaces if row.subnet == DMZ]
    return _split(rows, lambda row: row.node not in gateways)


def only_gateway_lives(cloud):
    """One VPN gateway lives in the DMZ; else only the bridge on the border is there."""
    gateways = [row for row in cloud.names.nodes if row.function == "vpn"][:1]
    attached = {row.node for row in cloud.names.interfaces if row.subnet == DMZ}

    def wrong(row):
        bridges = row.function == "bridge" and row.home == "border"
        return row not in gateways and not bridges

    looked, against = _split([r for r in cloud.names.nodes if r.home == DMZ], wrong)
    others = [r for r in cloud.names.nodes if r.home != DMZ and r.name in attached]
    return looked, against + _split(others, wrong)[1]


FACTS = {
    "exactly-two-subnets": exactly_two_subnets,
    "every-node-has-a-home": every_node_has_a_home,
    "one-network": one_network,
    "bridge-joins-two-networks": bridge_joins_two_networks,
    "data-stays-in-the-application-subnet": data_stays,
    "one-cdn": one_cdn,
    "common-rules-are-common": common_rules,
    "no-public-address-in-the-application-subnet": no_public_address,
    "application-nodes-have-no-public-address": application_nodes_private,
    "only-the-nat-node-is-public": only_nat_public,
    "the-load-balancer-has-one-public-address": one_front_address,
    "public-addresses-that-accept": public_addresses_that_accept,
    "no-tls-on-web": no_tls_on_web,
    "tls-ends-at-the-edge": tls_ends_at_the_edge,
    "one-egress-address": one_egress_address,
    "bridge-joins-the-two-subnets": bridge_joins_the_two_subnets,
    "ssh-on-every-application-node": ssh_everywhere,
    "only-the-gateway-has-an-interface-in-the-dmz": only_gateway_attached,
    "only-the-gateway-lives-in-the-dmz": only_gateway_lives,
}
