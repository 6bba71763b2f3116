"""What can be wrong with where things stand: subnets, nodes and interfaces.

Beside rows that are missing or misplaced there are the bypasses: a public address on an
application node, an exit of its own, a second interface in the other subnet, a host that
nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from orosec.engine.intervals import Intervals, contains, intersect, union
from orosec.engine.notation import address_text, range_intervals
from orosec.model.network import Network
from orosec.model.platform import kept_addresses
from orosec.model.rows import InterfaceRow, NodeRow, SubnetRow, Tables, row_with
from orosec.model.schema import CDNS
from orosec.model.validation import crosscheck
from orosec.mutation.mutant import Mutant, Slip, add, fresh, names, slips

_PUBLIC_RANGE = "203.0.113.0/24"
_FREE_RANGES = ("10.30.0.0/24", "10.130.0.0/24", "172.31.0.0/24", "192.168.230.0/24")
_ASSUMED = {"basis": "assumed", "rationale": "Not in the documented tables."}
_STRAYS = ("egress", "application")
"""What a host that nobody knows is counted as."""


def wrong_subnets(network: Network) -> Iterator[Mutant]:
    """Yield a subnet too many, two subnets in one network, and hosts that nobody knows."""
    every = list(slips(network.tables, "subnets"))
    for slip in every:
        yield from _further_subnet(slip)
        for other in network.tables.subnets:
            if slip.row.network != other.network:
                yield _united(slip, other)
        for function in _STRAYS:
            yield from _stray(slip, function, slip.row.name)
    for slip in every[1:]:
        for function in _STRAYS:
            yield from _stray(slip, function, "border")


def _further_subnet(slip: Slip) -> Iterator[Mutant]:
    """Put a subnet beside it, in the first range that is free."""
    known = _union([*(row.cidr for row in slip.tables.subnets), *_addresses(slip.tables)])
    free = [cidr for cidr in _FREE_RANGES if not intersect(range_intervals(cidr), known)]
    for cidr in free[:1]:
        name, home = _unknown("further-subnet", slip.tables), slip.row.network
        new = row_with(SubnetRow, name=name, network=home, cidr=cidr, **_ASSUMED)
        yield slip.beside("further", f"a further subnet beside it, in {home}", new)


def _united(slip: Slip, other: SubnetRow) -> Mutant:
    """Take the subnet, with its rules, into the network of *other*."""
    rules = [
        rule._replace(network=other.network) if rule.network == slip.row.network else rule
        for rule in slip.tables.rules
    ]
    mistake = f"in one network with {other.name}"
    return slip.rewritten("unite", mistake, network=other.network).along("rules", rules)


def _stray(slip: Slip, function: str, home: str) -> Iterator[Mutant]:
    """Put a host that nobody knows into a subnet, or into it and the ones before it."""
    subnets, name = slip.tables.subnets, _unknown("stray", slip.tables)
    cells = {"name": name, "role": name, "function": function, "home": home}
    node = row_with(NodeRow, cdn="both", stores="no", **cells, **_ASSUMED)
    new = add(slip.tables, "nodes", node)
    into = [slip.row] if home == slip.row.name else subnets[: subnets.index(slip.row) + 1]
    for subnet in into:
        new = add(new, "interfaces", *_interface(new, name, subnet, "both"))
    if len(new.interfaces) == len(slip.tables.interfaces) + len(into):
        where = " and ".join(names(into))
        mistake = f"an unknown host in {where}, counted as {function}"
        yield slip.makes("stray", mistake, new)


def wrong_nodes(network: Network) -> Iterator[Mutant]:
    """Yield nodes that are missing, misplaced, or left over from the other CDN."""
    for slip in slips(network.tables, "nodes"):
        others = [row for row in slip.tables.interfaces if row.node != slip.row.name]
        yield from _readable(slip.missing().along("interfaces", others))
        if slip.row.home in _homes(slip.tables):
            yield from _misplaced(slip)
        if slip.row.cdn != "both":
            yield from _left_over(slip)


def _homes(tables: Tables) -> list[str]:
    return [*names(tables.subnets), "border"]


def _readable(mutant: Mutant) -> Iterator[Mutant]:
    """Yield a mutant whose tables fit together: no row names what is not there."""
    if not any(crosscheck(mutant.tables)):
        yield mutant


def _misplaced(slip: Slip) -> Iterator[Mutant]:
    """Yield a node with another home or function, or with another word on its data."""
    for home in _homes(slip.tables):
        if home != slip.row.home:
            yield slip.instead("home", "home", home, "home ")
    function = "egress" if slip.row.function == "application" else "application"
    if sum(node.function == "application" for node in slip.tables.nodes) > 1:
        yield slip.instead("function", "function", function, "counted as ")
    stores = {"yes": "no", "no": "yes"}[slip.row.stores]
    yield slip.instead("stores", "stores", stores, "stores data: ")


def _left_over(slip: Slip) -> Iterator[Mutant]:
    """Keep a node of one CDN, with its interfaces, under the other one, too."""
    (other,) = (cdn for cdn in CDNS if cdn != slip.row.cdn)
    interfaces = [
        row._replace(cdn="both") if row.node == slip.row.name else row
        for row in slip.tables.interfaces
    ]
    kept = slip.rewritten("left-over", f"left over under {other}", cdn="both")
    yield from _readable(kept.along("interfaces", interfaces))


def wrong_interfaces(network: Network) -> Iterator[Mutant]:
    """Yield interfaces that are missing, moved, doubled, private or public."""
    for slip in slips(network.tables, "interfaces"):
        public = slip.row.public
        routes = [row for row in slip.tables.routes if row.public not in public.split()]
        yield slip.missing().along("routes", routes)
        if public:
            mistake = f"without the public address {public}"
            yield slip.rewritten("private", mistake, public="").along("routes", routes)
        elif slip.row.subnet:
            yield from _public(slip)
        if slip.row.subnet:
            yield from _elsewhere(slip)


def _public(slip: Slip) -> Iterator[Mutant]:
    """Give a private interface a public address, then an exit of its own as well."""
    tables, row = slip.tables, slip.row
    known = [word for other in tables.interfaces for word in other.public.split()]
    for public in _unused(_PUBLIC_RANGE, [*_addresses(tables), *known]):
        mistake = f"with the public address {public}"
        mutant = slip.rewritten("public", mistake, public=public)
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
            yield slip.makes("own-exit", f"leaving by itself, as {public}", new)


def _elsewhere(slip: Slip) -> Iterator[Mutant]:
    """Attach a node to another subnet, instead or as well."""
    tables, node = slip.tables, slip.row.node
    attached = {row.subnet for row in tables.interfaces if row.node == node}
    for subnet in tables.subnets:
        if subnet.name not in attached:
            for second in _interface(tables, node, subnet, slip.row.cdn):
                mistake = f"in {subnet.name} instead of {slip.row.subnet}"
                cells = {"subnet": subnet.name, "address": second.address}
                yield slip.rewritten("move", mistake, **cells)
                mistake = f"a second one of {node} beside it, in {subnet.name}"
                yield slip.beside("second", mistake, second)


def _interface(
    tables: Tables, node: str, subnet: SubnetRow, cdn: str
) -> Iterator[InterfaceRow]:
    """Yield an interface with a free address of a subnet, where there is one."""
    name = fresh(f"{node}-further", names(tables.interfaces))
    cells = {"name": name, "cdn": cdn, "node": node, "subnet": subnet.name}
    for address in _unused(subnet.cidr, _addresses(tables)):
        yield row_with(InterfaceRow, address=address, carries="both", **cells, **_ASSUMED)


def _unused(cidr: str, texts: Iterable[str]) -> Iterator[str]:
    """Yield the highest address that a host can have in a range, if not in *texts*."""
    ((first, last),) = spans = range_intervals(cidr)[:1]
    taken = union((*_union(texts), *kept_addresses(spans)))
    free = (number for number in range(last, first, -1) if not contains(taken, number))
    return map(address_text, islice(free, 1))


def _union(texts: Iterable[str]) -> Intervals:
    return union(span for text in texts for span in range_intervals(text))


def _addresses(tables: Tables) -> list[str]:
    return [row.address for row in tables.interfaces]


def _unknown(name: str, tables: Tables) -> str:
    """Return a name like *name* that no subnet, node or role has."""
    nodes = [name for row in tables.nodes for name in (row.name, row.role)]
    return fresh(name, [*names(tables.subnets), *nodes])
