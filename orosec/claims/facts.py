"""Statements about the tables themselves: each fact gives the rows that contradict it.

A fact is a small function from a scenario to contradictions. An empty answer means
that the fact holds; a fact that has nothing to look at says so (see `Evidence.subjects`),
so that it is called vacuous and never green.

Each fact says its name where it is defined, and nowhere else: `fact` registers it, and
what checks the tables asks here which facts a claim may call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from orosec.engine.decision_diagram import TCP
from orosec.engine.notation import range_intervals, read_services
from orosec.engine.packet_set import PacketSet, has_service
from orosec.model.addressing import INTERNET
from orosec.model.rows import InterfaceRow, NodeRow, RouteRow, RuleRow
from orosec.model.scenario import Scenario

APPLICATION, MAINTENANCE = "application-subnet", "maintenance-dmz"
_FRONTS = {"google": ("load-balancer",), "cloudflare": ("cloudflare", "cloudflare-tunnel")}
HTTPS = 443
SSH = 22


class Contradiction(NamedTuple):
    """A row that contradicts a fact.

    Attributes:
        table: name of the table.
        row: name of the row.
        says: what it says against the fact.
    """

    table: str
    row: str
    says: str


class Evidence(NamedTuple):
    """What a fact found.

    Attributes:
        subjects: (table, row) of everything that was looked at.
        against: the rows that contradict the fact.
    """

    subjects: tuple[tuple[str, str], ...]
    against: tuple[Contradiction, ...]

    @property
    def verdict(self) -> str:
        """Holds, broken, or vacuous where there was nothing to look at."""
        if self.against:
            return "broken"
        return "holds" if self.subjects else "vacuous"


Finder: TypeAlias = Callable[[Scenario], Evidence]


class NamedFact(NamedTuple):
    """A fact as it is registered.

    Attributes:
        evidence: finds what a scenario says of it.
        tables: what it looks at beside subnets, nodes and interfaces.
    """

    evidence: Finder
    tables: tuple[str, ...]


_registry: dict[str, NamedFact] = {}
REGISTRY: Mapping[str, NamedFact] = MappingProxyType(_registry)
"""Every fact by the name that a claim calls it by."""


def fact(name: str, *tables: str) -> Callable[[Finder], Finder]:
    """Register a function as the fact that claims call by *name*.

    Args:
        name: small letters and hyphens, as in the column ``via``.
        tables: what it looks at beside subnets, nodes and interfaces.

    Raises:
        ValueError: another fact has the name.
    """
    if name in _registry:
        raise ValueError(f"there is a fact {name} already")

    def registered(finder: Finder) -> Finder:
        _registry[name] = NamedFact(finder, tables)
        return finder

    return registered


def _evidence(
    table: str, rows: Iterable[str], against: Iterable[tuple[str, str]]
) -> Evidence:
    return Evidence(
        tuple((table, row) for row in rows),
        tuple(Contradiction(table, row, says) for row, says in against),
    )


def _subnets_of(scenario: Scenario, node: NodeRow) -> list[str]:
    return [row.subnet for row in scenario.attached(node.name) if row.subnet]


@fact("exactly-two-subnets")
def exactly_two_subnets(scenario: Scenario) -> Evidence:
    """There is an application subnet, a maintenance DMZ, and no other subnet."""
    names = [row.name for row in scenario.tables.subnets]
    wanted = (APPLICATION, MAINTENANCE)
    against = [(name, "is a further subnet") for name in names if name not in wanted]
    against += [(name, "is missing") for name in wanted if name not in names]
    return _evidence("subnets", names, against)


@fact("every-node-has-a-home")
def every_node_has_a_home(scenario: Scenario) -> Evidence:
    """A node is attached to the subnet it lives in alone; one on the border to both."""
    nodes = [row for row in scenario.nodes if row.home in (*scenario.subnets, "border")]
    against = []
    for node in nodes:
        found = sorted(_subnets_of(scenario, node))
        right = sorted(scenario.subnets) if node.home == "border" else [node.home]
        if found != right:
            seen = " ".join(found) or "nothing"
            against.append((node.name, f"lives in {node.home}, is attached to {seen}"))
    return _evidence("nodes", [node.name for node in nodes], against)


@fact("one-network")
def one_network(scenario: Scenario) -> Evidence:
    """All subnets are parts of one network."""
    rows = scenario.tables.subnets
    against = [
        (row.name, f"is network {row.network}, not {rows[0].network}")
        for row in rows[1:]
        if row.network != rows[0].network
    ]
    return _evidence("subnets", [row.name for row in rows], against)


@fact("bridge-joins-two-networks")
def bridge_joins_two_networks(scenario: Scenario) -> Evidence:
    """The interfaces of one host are all in different networks (Google Cloud's rule)."""
    several = {
        node.name: [scenario.network_of(row) for row in scenario.attached(node.name)]
        for node in scenario.nodes
        if len(_subnets_of(scenario, node)) > 1
    }
    against = [
        (name, f"has two interfaces in {max(networks, key=networks.count)}")
        for name, networks in several.items()
        if len(set(networks)) < len(networks)
    ]
    return _evidence("nodes", several, against)


@fact("data-stays-in-the-application-subnet")
def data_stays(scenario: Scenario) -> Evidence:
    """Application nodes and data stores are in the application subnet, nowhere else."""
    nodes = [
        row
        for row in scenario.nodes
        if row.function == "application" or row.stores == "yes"
    ]
    against = []
    for node in nodes:
        places = {row.subnet or "the outside" for row in scenario.attached(node.name)}
        if places != {APPLICATION}:
            seen = " and ".join(sorted(places)) or "nothing"
            against.append((node.name, f"is attached to {seen}"))
    return _evidence("nodes", [node.name for node in nodes], against)


@fact("one-cdn")
def one_cdn(scenario: Scenario) -> Evidence:
    """One CDN stands in front, and no node of the variant belongs to the other one."""
    fronts = [row for row in scenario.nodes if row.function == "cdn"]
    against = [
        (row.name, f"stands in front beside the {scenario.cdn} CDN")
        for row in fronts
        if row.role not in _FRONTS[scenario.cdn]
    ]
    return _evidence("nodes", [row.name for row in fronts], against)


@fact("common-rules-are-common", "rules", "routes")
def common_rules(scenario: Scenario) -> Evidence:
    """No documented row of the rules for every CDN is tied to one CDN."""
    common = {
        row.sentence for row in scenario.tables.sentences if row.section == "every-cdn"
    }
    every: tuple[RuleRow | RouteRow, ...] = (*scenario.rules, *scenario.routes)
    rows = [
        row
        for row in every
        if row.basis == "documented" and common & set(row.cites.split())
    ]
    against = [
        (row.name, f"holds under {row.cdn} only") for row in rows if row.cdn != "both"
    ]
    return _evidence("rules and routes", [row.name for row in rows], against)


def _in_application_subnet(scenario: Scenario) -> list[InterfaceRow]:
    return [row for row in scenario.interfaces if row.subnet == APPLICATION]


def _without_public(
    looked_at: Iterable[InterfaceRow], private: Iterable[InterfaceRow]
) -> Evidence:
    """Look at some interfaces, of which the *private* ones may have no public address."""
    against = [
        (row.name, f"has the public address {row.public}") for row in private if row.public
    ]
    return _evidence("interfaces", [row.name for row in looked_at], against)


@fact("no-public-address-in-the-application-subnet")
def no_public_address(scenario: Scenario) -> Evidence:
    """No interface in the application subnet has a public address."""
    rows = _in_application_subnet(scenario)
    return _without_public(rows, rows)


@fact("application-nodes-have-no-public-address")
def application_nodes_private(scenario: Scenario) -> Evidence:
    """No interface of an application node has a public address."""
    rows = scenario.attached("application")
    return _without_public(rows, rows)


@fact("only-the-nat-node-is-public")
def only_nat_public(scenario: Scenario) -> Evidence:
    """In the application subnet, no interface but the NAT node's has a public address."""
    rows = _in_application_subnet(scenario)
    nat = set(scenario.members.get("nat", ()))
    return _without_public(rows, [row for row in rows if row.node not in nat])


@fact("the-load-balancer-has-one-public-address")
def one_front_address(scenario: Scenario) -> Evidence:
    """The load balancer has one public address in all."""
    rows = scenario.attached("load-balancer")
    public = [(row.name, word) for row in rows for word in row.public.split()]
    against = [(name, f"has a further one, {word}") for name, word in public[1:]]
    if not public:
        against = [(row.name, "has none") for row in rows]
    return _evidence("interfaces", [row.name for row in rows], against)


@fact("public-addresses-that-accept", "rules")
def public_addresses_that_accept(scenario: Scenario) -> Evidence:
    """The internet reaches no public address of ours but the load balancer's."""
    rows = [row for row in scenario.interfaces if row.public and scenario.network_of(row)]
    internet = scenario.special[INTERNET]
    against = []
    for row in rows:
        accepted = scenario.permitted & PacketSet.box(
            internet, range_intervals(row.address)
        )
        if scenario.node_of[row.node].role != "load-balancer" and not accepted.empty:
            says = f"takes connections from the internet at {row.public}"
            against.append((row.name, says))
    return _evidence("interfaces", [row.name for row in rows], against)


def _listens(scenario: Scenario, name: str, protocol: int, port: int) -> list[str]:
    """Return the listener rows that answer on a port of any node behind *name*."""
    nodes = set(scenario.members.get(name, ()))
    return [
        row.name
        for row in scenario.listeners
        if nodes & set(scenario.members.get(row.node, ()))
        and has_service(read_services(row.services), protocol, port)
    ]


@fact("no-tls-on-web", "listeners")
def no_tls_on_web(scenario: Scenario) -> Evidence:
    """No web server listens on port 443."""
    rows = [
        row.name
        for row in scenario.listeners
        if set(scenario.members.get("web", ())) & set(scenario.members.get(row.node, ()))
    ]
    stale = _listens(scenario, "web", TCP, HTTPS)
    return _evidence(
        "listeners", rows, [(row, "ends HTTPS on a web node") for row in stale]
    )


@fact("tls-ends-at-the-edge", "listeners", "relays")
def tls_ends_at_the_edge(scenario: Scenario) -> Evidence:
    """The edge listens on 443, and every relay to the web servers goes on without it."""
    edge = {"google": "load-balancer", "cloudflare": "cloudflare"}[scenario.cdn]
    relays = [row for row in scenario.relays if row.node == edge]
    against = [
        (row.name, "goes on in HTTPS")
        for row in relays
        if has_service(read_services(row.services), TCP, HTTPS)
    ]
    if not _listens(scenario, edge, TCP, HTTPS):
        against.append((edge, "does not listen on 443"))
    return _evidence("relays", [row.name for row in relays], against)


@fact("one-egress-address", "rules", "routes")
def one_egress_address(scenario: Scenario) -> Evidence:
    """What application nodes send to the internet carries one public address in all."""
    if "application" not in scenario.members:
        return _evidence("routes", [], [])
    leaving = scenario.departures(scenario.traffic("application", INTERNET, "all"))
    known = [departure.public for departure in leaving if departure.public]
    against = [
        (
            departure.route or departure.via or "unrouted",
            f"leaves as {departure.public or 'nobody'}",
        )
        for departure in leaving
        if not departure.public or departure.public != known[0]
    ]
    return _evidence("routes", [departure.route for departure in leaving], against)


@fact("bridge-joins-the-two-subnets")
def bridge_joins_the_two_subnets(scenario: Scenario) -> Evidence:
    """The bridge has one interface in each subnet; no other node is in both."""
    against = []
    for node in scenario.nodes:
        found = sorted(_subnets_of(scenario, node))
        every = len(scenario.attached(node.name))
        if node.function == "bridge" and (
            found != sorted(scenario.subnets) or every != len(found)
        ):
            seen = " ".join(found) or "no subnet"
            against.append((node.name, f"has {every} interfaces, in {seen}"))
        if node.function != "bridge" and len(set(found)) > 1:
            against.append((node.name, "is in both subnets as well"))
    bridges = [row.name for row in scenario.nodes if row.function == "bridge"]
    return _evidence("nodes", bridges, against)


@fact("ssh-on-every-application-node", "listeners")
def ssh_everywhere(scenario: Scenario) -> Evidence:
    """Every application node listens on port 22."""
    nodes = [row.name for row in scenario.nodes if row.function == "application"]
    listening = {
        name
        for row in scenario.listeners
        if has_service(read_services(row.services), TCP, SSH)
        for name in scenario.members.get(row.node, ())
    }
    no_listener = [name for name in nodes if name not in listening]
    return _evidence(
        "nodes", nodes, [(name, "does not listen on 22") for name in no_listener]
    )


@fact("only-the-gateway-has-an-interface-in-the-dmz")
def only_gateway_attached(scenario: Scenario) -> Evidence:
    """Every interface in the DMZ belongs to the VPN gateway."""
    rows = [row for row in scenario.interfaces if row.subnet == MAINTENANCE]
    gateways = set(scenario.members.get("vpn-gateway", ()))
    against = [
        (row.name, f"attaches {row.node} to the DMZ")
        for row in rows
        if row.node not in gateways
    ]
    return _evidence("interfaces", [row.name for row in rows], against)


@fact("only-the-gateway-lives-in-the-dmz")
def only_gateway_lives(scenario: Scenario) -> Evidence:
    """Every node in the DMZ is a VPN gateway, or the bridge on the border."""
    attached = {row.node for row in scenario.interfaces if row.subnet == MAINTENANCE}
    nodes = [
        row for row in scenario.nodes if row.home == MAINTENANCE or row.name in attached
    ]
    against = [
        (row.name, f"has the duty {row.function}")
        for row in nodes
        if row.function not in ("vpn", "bridge")
        or (row.function == "bridge" and row.home != "border")
    ]
    lives = [row.name for row in nodes if row.home == MAINTENANCE]
    return _evidence("nodes", lives, against)
