"""Statements about the tables themselves: each fact gives the rows that contradict it.

A fact is a small function that looks at rows and says what contradicts it. Nothing said
means that the fact holds; a fact that has nothing to look at says so (see
`Evidence.subjects`), so that it is called vacuous and never green.

Each fact says its name where it is defined, and nowhere else: `fact` registers it, and
what checks the tables asks here which facts a claim may call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from orosec.engine.decision_diagram import TCP
from orosec.engine.intervals import intersect
from orosec.engine.notation import range_intervals, read_services
from orosec.engine.packet_set import PacketSet, has_service
from orosec.model.addressing import INTERNET
from orosec.model.rows import InterfaceRow, ListenerRow, NodeRow, RouteRow, RuleRow
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


Looks: TypeAlias = Iterator[tuple[str, str | bool]]
"""Each row that a fact speaks of, with what it says against the fact, empty or False where
that is nothing; and whatever else is against the fact."""

Finder: TypeAlias = Callable[[Scenario], Looks]


class NamedFact(NamedTuple):
    """A fact as it is registered.

    Attributes:
        find: looks at the rows of a scenario.
        subject: the table, or tables, whose rows it looks at.
        tables: those that it depends on, beside subnets, nodes and interfaces.
    """

    find: Finder
    subject: str
    tables: tuple[str, ...]

    def evidence(self, scenario: Scenario) -> Evidence:
        """Return what a scenario says of the fact."""
        first, *_ = names = self.subject.split(" and ")
        rows = ((row[0], name) for name in names for row in getattr(scenario.tables, name))
        table, looks = dict(rows), [*self.find(scenario)]
        against = ((table.get(row, first), row, str(says)) for row, says in looks if says)
        return Evidence(
            tuple((table[row], row) for row, _ in looks if row in table),
            tuple(Contradiction(*one) for one in against),
        )


_registry: dict[str, NamedFact] = {}
REGISTRY: Mapping[str, NamedFact] = MappingProxyType(_registry)
"""Every fact by the name that a claim calls it by."""


def fact(name: str, subject: str, *beside: str) -> Callable[[Finder], Finder]:
    """Register a function as the fact that claims call by *name*.

    Args:
        name: small letters and hyphens, as in the column ``via``.
        subject: the table, or tables, whose rows it looks at.
        beside: other tables that it depends on, but for subnets, nodes and interfaces.

    Raises:
        ValueError: another fact has the name.
    """
    if name in _registry:
        raise ValueError(f"there is a fact {name} already")

    def registered(finder: Finder) -> Finder:
        _registry[name] = NamedFact(finder, subject, (*subject.split(" and "), *beside))
        return finder

    return registered


def _subnets_of(scenario: Scenario, node: NodeRow) -> list[str]:
    return sorted(row.subnet for row in scenario.attached(node.name) if row.subnet)


def _lacking(found: list[str], right: list[str]) -> str:
    lacking = " ".join(name for name in right if name not in found)
    return lacking and f", not to {lacking}"


@fact("exactly-two-subnets", "subnets")
def exactly_two_subnets(scenario: Scenario) -> Looks:
    """There is an application subnet, a maintenance DMZ, and no other subnet."""
    names = [row.name for row in scenario.tables.subnets]
    wanted = (APPLICATION, MAINTENANCE)
    for name in dict.fromkeys((*names, *wanted)):
        further = name not in wanted and "is a further subnet"
        yield name, (name not in names and "is missing") or further


@fact("every-node-has-a-home", "nodes")
def every_node_has_a_home(scenario: Scenario) -> Looks:
    """A node is attached to the subnet it lives in alone; one on the border to both."""
    for node in scenario.nodes:
        if node.home in (*scenario.subnets, "border"):
            found = _subnets_of(scenario, node)
            right = sorted(scenario.subnets) if node.home == "border" else [node.home]
            seen = " ".join(found) or "nothing"
            says = f"lives in {node.home}, is attached to {seen}{_lacking(found, right)}"
            yield node.name, found != right and says


@fact("one-network", "subnets")
def one_network(scenario: Scenario) -> Looks:
    """All subnets are parts of one network."""
    rows = scenario.tables.subnets
    for row in rows:
        first = rows[0].network
        says = row.network != first and f"is network {row.network}, not {first}"
        yield row.name, says


@fact("bridge-joins-two-networks", "nodes")
def bridge_joins_two_networks(scenario: Scenario) -> Looks:
    """The interfaces of one host are all in different networks (Google Cloud's rule)."""
    for node in scenario.nodes:
        if len(_subnets_of(scenario, node)) > 1:
            networks = [scenario.network_of(row) for row in scenario.attached(node.name)]
            twice = max(networks, key=networks.count)
            alike = networks.count(twice) > 1
            yield node.name, alike and f"has two interfaces in {twice}"


@fact("data-stays-in-the-application-subnet", "nodes")
def data_stays(scenario: Scenario) -> Looks:
    """Application nodes and data stores are in the application subnet, nowhere else."""
    for node in scenario.nodes:
        if node.function == "application" or node.stores == "yes":
            places = {row.subnet or "the outside" for row in scenario.attached(node.name)}
            seen = " and ".join(sorted(places)) or "nothing"
            yield node.name, places != {APPLICATION} and f"is attached to {seen}"


@fact("one-cdn", "nodes")
def one_cdn(scenario: Scenario) -> Looks:
    """One CDN stands in front, and no node of the variant belongs to the other one."""
    says = f"stands in front beside the {scenario.cdn} CDN"
    for row in scenario.nodes:
        if row.function == "cdn":
            yield row.name, row.role not in _FRONTS[scenario.cdn] and says


@fact("common-rules-are-common", "rules and routes")
def common_rules(scenario: Scenario) -> Looks:
    """No documented row of the rules for every CDN is tied to one CDN."""
    sentences = scenario.tables.sentences
    common = {row.sentence for row in sentences if row.section == "every-cdn"}
    every: tuple[RuleRow | RouteRow, ...] = (*scenario.rules, *scenario.routes)
    for row in every:
        if row.basis == "documented" and common & set(row.cites.split()):
            yield row.name, row.cdn != "both" and f"holds under {row.cdn} only"


def _in_application_subnet(scenario: Scenario) -> list[InterfaceRow]:
    return [row for row in scenario.interfaces if row.subnet == APPLICATION]


def _without_public(rows: Iterable[InterfaceRow], but: Iterable[str] = ()) -> Looks:
    """Look at interfaces, which have no public address *but* at some nodes."""
    for row in rows:
        public = row.public if row.node not in but else ""
        yield row.name, public and f"has the public address {public}"


@fact("no-public-address-in-the-application-subnet", "interfaces")
def no_public_address(scenario: Scenario) -> Looks:
    """No interface in the application subnet has a public address."""
    return _without_public(_in_application_subnet(scenario))


@fact("application-nodes-have-no-public-address", "interfaces")
def application_nodes_private(scenario: Scenario) -> Looks:
    """No interface of an application node has a public address."""
    return _without_public(scenario.attached("application"))


@fact("only-the-nat-node-is-public", "interfaces")
def only_nat_public(scenario: Scenario) -> Looks:
    """In the application subnet, no interface but of one NAT node has a public address."""
    return _without_public(
        _in_application_subnet(scenario), but=scenario.members.get("nat", ())[:1]
    )


@fact("the-load-balancer-has-one-public-address", "interfaces")
def one_front_address(scenario: Scenario) -> Looks:
    """The load balancer has one public address in all."""
    rows = scenario.attached("load-balancer")
    public = [(row.name, word) for row in rows for word in row.public.split()]
    for row in rows:
        yield row.name, not public and "has none"
    for name, word in public[1:]:
        yield name, f"has a further one, {word}"


@fact("public-addresses-that-accept", "interfaces", "rules")
def public_addresses_that_accept(scenario: Scenario) -> Looks:
    """The internet reaches no public address of ours but the load balancer's."""
    internet = scenario.special[INTERNET]
    for row in scenario.interfaces:
        if row.public and scenario.network_of(row):
            arriving = PacketSet.box(internet, range_intervals(row.address))
            behind = scenario.node_of[row.node].role != "load-balancer"
            accepted = behind and not scenario.permitted.isdisjoint(arriving)
            says = accepted and f"takes connections from the internet at {row.public}"
            yield row.name, says


def _listeners_of(scenario: Scenario, name: str) -> list[ListenerRow]:
    """Return the listeners of any node behind *name*."""
    nodes = set(scenario.members.get(name, ()))
    return [
        row
        for row in scenario.listeners
        if not nodes.isdisjoint(scenario.members.get(row.node, ()))
    ]


def _takes(services: str, port: int) -> bool:
    return has_service(read_services(services), TCP, port)


@fact("no-tls-on-web", "listeners")
def no_tls_on_web(scenario: Scenario) -> Looks:
    """No web server listens on port 443."""
    for row in _listeners_of(scenario, "web"):
        yield row.name, _takes(row.services, HTTPS) and "ends HTTPS on a web node"


@fact("tls-ends-at-the-edge", "relays and nodes", "listeners")
def tls_ends_at_the_edge(scenario: Scenario) -> Looks:
    """The edge listens on 443, and every relay to the web servers goes on without it."""
    edge = {"google": "load-balancer", "cloudflare": "cloudflare"}[scenario.cdn]
    for row in scenario.relays:
        if row.node == edge:
            yield row.name, _takes(row.services, HTTPS) and "goes on in HTTPS"
    heard = [_takes(row.services, HTTPS) for row in _listeners_of(scenario, edge)]
    for node in scenario.members.get(edge, ())[: not any(heard)]:
        yield node, "does not listen on 443"


@fact("one-egress-address", "routes and nodes", "rules")
def one_egress_address(scenario: Scenario) -> Looks:
    """What application nodes send to the internet carries one public address in all."""
    if "application" not in scenario.members:
        return
    leaving = scenario.departures(scenario.traffic("application", INTERNET, "all"))
    known = [departure.public for departure in leaving if departure.public]
    for packets, _, public, route in leaving:
        sent = packets.sources()
        rows = scenario.attached("application")
        by = (row.node for row in rows if intersect(range_intervals(row.address), sent))
        other = not public or public != known[0]
        yield route or next(by), other and f"leaves as {public or 'nobody'}"


@fact("bridge-joins-the-two-subnets", "nodes")
def bridge_joins_the_two_subnets(scenario: Scenario) -> Looks:
    """The bridge has one interface in each subnet; no other node is in both."""
    first = next((row for row in scenario.nodes if row.function == "bridge"), None)
    for node in scenario.nodes:
        found, right = _subnets_of(scenario, node), sorted(scenario.subnets)
        every = len(scenario.attached(node.name))
        if node == first:
            where = " ".join(found) or "no subnet"
            says = f"has {every} interfaces, in {where}{_lacking(found, right)}"
            yield node.name, (found != right or every != len(found)) and says
        elif len(set(found)) > 1:
            yield node.name, "is in both subnets as well"


@fact("ssh-on-every-application-node", "nodes", "listeners")
def ssh_everywhere(scenario: Scenario) -> Looks:
    """Every application node listens on port 22."""
    listening = {
        name
        for row in scenario.listeners
        if _takes(row.services, SSH)
        for name in scenario.members.get(row.node, ())
    }
    for node in scenario.nodes:
        if node.function == "application":
            yield node.name, node.name not in listening and "does not listen on 22"


@fact("only-the-gateway-has-an-interface-in-the-dmz", "interfaces")
def only_gateway_attached(scenario: Scenario) -> Looks:
    """Every interface in the DMZ belongs to the VPN gateway."""
    gateways = scenario.members.get("vpn-gateway", ())
    for row in scenario.interfaces:
        if row.subnet == MAINTENANCE:
            strange = row.node not in gateways
            yield row.name, strange and f"attaches {row.node} to the DMZ"


@fact("only-the-gateway-lives-in-the-dmz", "nodes")
def only_gateway_lives(scenario: Scenario) -> Looks:
    """The one node in the DMZ is a VPN gateway, beside the bridge on the border."""
    attached = {row.node for row in scenario.interfaces if row.subnet == MAINTENANCE}
    first = next((row for row in scenario.nodes if row.function == "vpn"), None)
    for row in scenario.nodes:
        bridges = row.function == "bridge" and row.home == "border"
        says = not bridges and row != first and f"is there with the function {row.function}"
        if row.home == MAINTENANCE or (row.name in attached and says):
            yield row.name, says
