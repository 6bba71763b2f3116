"""What can be wrong with what answers and hands on: listeners, routes and relays.

The bypasses are here, too: a listener on a new port, a way out past the NAT node, a relay
that skips the bridge.
"""

from __future__ import annotations

from collections.abc import Iterator

from orosec.engine.decision_diagram import TCP
from orosec.engine.notation import read_services
from orosec.engine.packet_set import has_service
from orosec.model.network import Network
from orosec.model.rows import RelayRow
from orosec.model.schema import variants_of
from orosec.mutation.mutant import Mutant, Slip, scenario_of, slips
from orosec.mutation.spellings import respelled

NEW_PORTS = (443, 3389)
"""Ports that a further listener opens: HTTPS, and a remote desktop."""


def wrong_listeners(network: Network) -> Iterator[Mutant]:
    """Yield listeners that are missing, on other ports, or on ports too many."""
    for slip in slips(network.tables, "listeners"):
        yield slip.missing()
        yield from respelled(network, slip, "services")
        yield from slip.one_cdn()
        yield from _new_ports(slip)


def _new_ports(slip: Slip) -> Iterator[Mutant]:
    """Let a node answer on a further port, beside the first of its listeners."""
    node = slip.row.node
    own = [row for row in slip.tables.listeners if row.node == node]
    heard = [read_services(row.services) for row in own]
    for port in NEW_PORTS if slip.row == own[0] else ():
        if not any(has_service(services, TCP, port) for services in heard):
            name, services = f"{node}-further", f"tcp:{port}"
            mistake = f"a further one of {node} beside it, on {services}"
            yield slip.joined_by("new-port", mistake, name, services=services)


def wrong_routes(network: Network) -> Iterator[Mutant]:
    """Yield routes that are missing, too narrow or too wide, and ways out past them."""
    for slip in slips(network.tables, "routes"):
        yield slip.missing()
        yield from respelled(network, slip, "source", "destination")
        yield from _past(slip)
        yield from slip.one_cdn()


def _past(slip: Slip) -> Iterator[Mutant]:
    """Lead the same traffic out through every other node of ours with a public address."""
    row = slip.row
    ours = {node.name for node in slip.tables.nodes if node.function != "outside"}
    exits = [
        (interface, public)
        for interface in slip.tables.interfaces
        for public in interface.public.split()
        if interface.node in ours and public != row.public
    ]
    for interface, public in exits if row.priority else ():
        if not {*variants_of(row)}.isdisjoint(variants_of(interface)):
            name, via = f"{row.name}-past", interface.node
            cells = {"via": via, "public": public, "priority": row.priority - 1}
            cells |= {"cdn": row.cdn if interface.cdn == "both" else interface.cdn}
            mistake = f"overtaken by a way out through {via}, as {public}"
            yield slip.joined_by("past", mistake, name, **cells)


def wrong_relays(network: Network) -> Iterator[Mutant]:
    """Yield relays that are missing, too narrow or too wide, and ways around the next."""
    for slip in slips(network.tables, "relays"):
        yield slip.missing()
        yield from respelled(network, slip, "accepts", "services", "destination")
        if slip.row.carrier:
            yield slip.rewritten("no-carrier", "without its carrier", carrier="")
        for following in network.tables.relays:
            yield from _around(network, slip, following)
        yield from slip.one_cdn()


def _around(network: Network, slip: Slip, following: RelayRow) -> Iterator[Mutant]:
    """Skip the relay after this one: go where that one leads, from either of them."""
    row = slip.row
    if row == following or {*variants_of(row)}.isdisjoint(variants_of(following)):
        return
    new = row._replace(
        name=slip.fresh(f"{row.name}-around"),
        cdn=following.cdn if row.cdn == "both" else row.cdn,
        destination=following.destination,
        services=following.services,
        carrier="",
    )
    scenario = scenario_of(network, new)
    mine = scenario.traffic(row.exit, row.destination, row.services)
    if not mine.isdisjoint(scenario.traffic(row.exit, following.node, following.accepts)):
        for place in dict.fromkeys((row.exit, following.exit)):
            mistake = f"a way around {following.node} beside it, leaving from {place}"
            yield slip.beside("around", mistake, new._replace(exit=place))
