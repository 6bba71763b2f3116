"""What can be wrong with where things stand: subnets, nodes and interfaces.

Beside rows that are missing or misplaced there are the bypasses: a public address on an
application node, an exit of its own, a second interface in the other subnet, a host that
nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from orosec.engine.intervals import contains, intersect, union
from orosec.engine.notation import address_text, range_intervals
from orosec.model.network import Network
from orosec.model.rows import InterfaceRow, NodeRow, SubnetRow, Tables, row_with
from orosec.model.schema import CDNS, variants_of
from orosec.model.validation import crosscheck
from orosec.mutation.mutant import (
    Mutant,
    add,
    fresh,
    joined_by,
    missing,
    names,
    put,
    rewritten,
)

_PUBLIC_RANGE = "203.0.113.0/24"
_FREE_RANGES = ("10.30.0.0/24", "10.130.0.0/24", "172.31.0.0/24", "192.168.230.0/24")
_ASSUMED = {"basis": "assumed", "rationale": "Not in the documented tables."}


def wrong_subnets(network: Network) -> Iterator[Mutant]:
    """Yield a subnet too many, two subnets in one network, and hosts that nobody knows."""
    tables = network.tables
    for row in tables.subnets:
        yield from _further_subnet(tables, row)
        for other in tables.subnets:
            if row.network != other.network:
                yield _united(tables, row, other)
        for function in ("egress", "application"):
            yield from _stray(tables, row, function, row.name)
    for row in tables.subnets[1:]:
        for function in ("egress", "application"):
            yield from _stray(tables, row, function, "border")


def _further_subnet(tables: Tables, row: SubnetRow) -> Iterator[Mutant]:
    known = union(
        span
        for text in (*(one.cidr for one in tables.subnets), *_addresses(tables))
        for span in range_intervals(text)
    )
    for cidr in _FREE_RANGES:
        if not intersect(range_intervals(cidr), known):
            name = fresh("further-subnet", [*names(tables.subnets), *_node_names(tables)])
            cells = {"network": row.network, "cidr": cidr}
            new = row_with(SubnetRow, name=name, **cells, **_ASSUMED)
            mistake = f"a further subnet beside it, in {row.network}"
            yield joined_by(tables, "subnets", row, "further", mistake, new)
            return


def _united(tables: Tables, row: SubnetRow, other: SubnetRow) -> Mutant:
    """Take the subnet *row*, with its rules, into the network of *other*."""
    rules = [
        rule._replace(network=other.network) if rule.network == row.network else rule
        for rule in tables.rules
    ]
    new = put(tables, "subnets", row, row._replace(network=other.network))
    mistake = f"in one network with {other.name}"
    return Mutant("subnets", row.name, "unite", mistake, new.replaced(rules=tuple(rules)))


def _stray(tables: Tables, row: SubnetRow, function: str, home: str) -> Iterator[Mutant]:
    """Put a host that nobody knows into a subnet, or into it and the ones before it."""
    name = fresh("stray", [*names(tables.subnets), *_node_names(tables)])
    cells = {"role": name, "function": function, "home": home, "stores": "no"}
    node = row_with(NodeRow, name=name, cdn="both", **cells, **_ASSUMED)
    subnets = [row] if home == row.name else tables.subnets[: tables.subnets.index(row) + 1]
    new = add(tables, "nodes", node)
    for subnet in subnets:
        interface = _interface(new, name, subnet.name, "both")
        if interface is None:
            return
        new = add(new, "interfaces", interface)
    where = " and ".join(names(subnets))
    mistake = f"an unknown host in {where}, counted as {function}"
    yield Mutant("subnets", row.name, "stray", mistake, new)


def wrong_nodes(network: Network) -> Iterator[Mutant]:
    """Yield nodes that are missing, misplaced, or left over from the other CDN."""
    tables = network.tables
    for row in tables.nodes:
        if _redundant(tables, row):
            kept = [one for one in tables.interfaces if one.node != row.name]
            mutant = missing(tables, "nodes", row)
            new = mutant.tables.replaced(interfaces=tuple(kept))
            yield mutant._replace(tables=new)
        if row.home in (*names(tables.subnets), "border"):
            yield from _misplaced(tables, row)
        if row.cdn != "both":
            yield from _left_over(tables, row)


def _redundant(tables: Tables, row: NodeRow) -> bool:
    """Return whether another node answers for the role, and no row names this one."""
    peers = [
        peer
        for peer in tables.nodes
        if peer.role == row.role and {*variants_of(row)}.issubset(variants_of(peer))
    ]
    naming = (tables.listeners, tables.rules, tables.routes, tables.relays, tables.claims)
    named = {
        word
        for rows in naming
        for one in rows
        for cell in one
        for word in str(cell).replace(">", " ").split()
    }
    return len(peers) > 1 and row.name not in named


def _misplaced(tables: Tables, row: NodeRow) -> Iterator[Mutant]:
    """Yield a node with another home or function, or with another word on its data."""
    for home in (*names(tables.subnets), "border"):
        if home != row.home:
            mistake = f"home {home} instead of {row.home}"
            yield rewritten(tables, "nodes", row, "home", mistake, home=home)
    function = "egress" if row.function == "application" else "application"
    if sum(one.function == "application" for one in tables.nodes) > 1:
        mistake = f"counted as {function} instead of {row.function}"
        yield rewritten(tables, "nodes", row, "function", mistake, function=function)
    stores = {"yes": "no", "no": "yes"}[row.stores]
    mistake = f"stores data: {stores} instead of {row.stores}"
    yield rewritten(tables, "nodes", row, "stores", mistake, stores=stores)


def _left_over(tables: Tables, row: NodeRow) -> Iterator[Mutant]:
    """Keep a node of one CDN, with its interfaces, under the other one, too."""
    (other,) = (cdn for cdn in CDNS if cdn != row.cdn)
    mutant = rewritten(
        tables, "nodes", row, "left-over", f"left over under {other}", cdn="both"
    )
    interfaces = [
        one._replace(cdn="both") if one.node == row.name else one
        for one in tables.interfaces
    ]
    new = mutant.tables.replaced(interfaces=tuple(interfaces))
    if not any(crosscheck(new)):
        yield mutant._replace(tables=new)


def wrong_interfaces(network: Network) -> Iterator[Mutant]:
    """Yield interfaces that are missing, moved, doubled, private or public."""
    tables = network.tables
    for row in tables.interfaces:
        mutant = missing(tables, "interfaces", row)
        yield mutant._replace(tables=_unrouted(mutant.tables, row))
        if row.public:
            yield _private(tables, row)
        elif row.subnet:
            yield from _public(tables, row)
        if row.subnet:
            yield from _elsewhere(tables, row)


def _unrouted(tables: Tables, row: InterfaceRow) -> Tables:
    """Take away the routes that leave with the public address of *row*."""
    lost = row.public.split()
    kept = [route for route in tables.routes if route.public not in lost]
    return tables.replaced(routes=tuple(kept))


def _private(tables: Tables, row: InterfaceRow) -> Mutant:
    mistake = f"without the public address {row.public}"
    mutant = rewritten(tables, "interfaces", row, "private", mistake, public="")
    return mutant._replace(tables=_unrouted(mutant.tables, row))


def _public(tables: Tables, row: InterfaceRow) -> Iterator[Mutant]:
    """Return a private interface a public address, then an exit of its own as well."""
    known = [word for one in tables.interfaces for word in one.public.split()]
    public = _unused(_PUBLIC_RANGE, [*_addresses(tables), *known])
    if public is None:
        return
    mistake = f"with the public address {public}"
    mutant = rewritten(tables, "interfaces", row, "public", mistake, public=public)
    yield mutant
    first = min(tables.routes, key=lambda route: route.priority, default=None)
    if first is not None and first.priority > 0:
        route = first._replace(
            name=fresh(f"{row.name}-exit", names(tables.routes)),
            cdn=row.cdn,
            priority=first.priority - 1,
            source=row.node,
            destination="internet",
            via=row.node,
            public=public,
        )
        new = add(mutant.tables, "routes", route)
        mistake = f"leaving by itself, as {public}"
        yield Mutant("interfaces", row.name, "own-exit", mistake, new)


def _elsewhere(tables: Tables, row: InterfaceRow) -> Iterator[Mutant]:
    """Attach a node to another subnet, instead or as well."""
    attached = {one.subnet for one in tables.interfaces if one.node == row.node}
    for subnet in (one.name for one in tables.subnets if one.name not in attached):
        second = _interface(tables, row.node, subnet, row.cdn)
        if second is not None:
            mistake = f"in {subnet} instead of {row.subnet}"
            cells = {"subnet": subnet, "address": second.address}
            yield rewritten(tables, "interfaces", row, "move", mistake, **cells)
            mistake = f"a second one of {row.node} beside it, in {subnet}"
            yield joined_by(tables, "interfaces", row, "second", mistake, second)


def _interface(tables: Tables, node: str, subnet: str, cdn: str) -> InterfaceRow | None:
    """Make an interface with a free address of a subnet, where there is one."""
    (cidr,) = (row.cidr for row in tables.subnets if row.name == subnet)
    address = _unused(cidr, _addresses(tables))
    if address is None:
        return None
    name = fresh(f"{node}-further", names(tables.interfaces))
    ends = {"node": node, "subnet": subnet, "address": address}
    row: InterfaceRow = row_with(
        InterfaceRow, name=name, cdn=cdn, carries="both", **ends, **_ASSUMED
    )
    return row


def _unused(cidr: str, texts: Iterable[str]) -> str | None:
    """Return the highest address of a range, but its last, that is not in *texts*."""
    taken = union(span for text in texts for span in range_intervals(text))
    first, last = range_intervals(cidr)[0]
    numbers = range(last - 1, first, -1)
    free = next((number for number in numbers if not contains(taken, number)), None)
    return None if free is None else address_text(free)


def _addresses(tables: Tables) -> list[str]:
    return [row.address for row in tables.interfaces]


def _node_names(tables: Tables) -> list[str]:
    return [name for row in tables.nodes for name in (row.name, row.role)]
