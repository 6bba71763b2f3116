"""What can be wrong with what answers and hands on: listeners, routes and relays.

The bypasses are here, too: a listener on a new port, a way out past the NAT node, a relay
that skips the bridge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from orosec.engine.decision_diagram import TCP
from orosec.engine.notation import read_services
from orosec.engine.packet_set import has_service
from orosec.model.network import Network
from orosec.model.rows import ListenerRow, RelayRow, RouteRow, Tables
from orosec.model.schema import CDNS, variants_of
from orosec.mutation.mutant import (
    Mutant,
    fresh,
    joined_by,
    missing,
    names,
    one_cdn,
    rewritten,
    variant_of,
)
from orosec.mutation.spellings import Spelling, wrong_ends, wrong_services

NEW_PORTS = (443, 3389)
"""Ports that a further listener opens: HTTPS, and a remote desktop."""


def wrong_listeners(network: Network) -> Iterator[Mutant]:
    """Yield listeners that are missing, on other ports, or on ports too many."""
    tables = network.tables
    for row in tables.listeners:
        yield missing(tables, "listeners", row)
        spellings = wrong_services(row.services)
        yield from _respelled(tables, "listeners", row, "services", spellings)
        yield from one_cdn(tables, "listeners", row)
        if row == next(one for one in tables.listeners if one.node == row.node):
            yield from _new_ports(tables, row)


def _new_ports(tables: Tables, row: ListenerRow) -> Iterator[Mutant]:
    heard = [
        read_services(one.services) for one in tables.listeners if one.node == row.node
    ]
    for port in NEW_PORTS:
        if not any(has_service(services, TCP, port) for services in heard):
            name = fresh(f"{row.node}-further", names(tables.listeners))
            new = row._replace(name=name, services=f"tcp:{port}")
            mistake = f"a further one of {row.node} beside it, on tcp:{port}"
            yield joined_by(tables, "listeners", row, "new-port", mistake, new)


def _respelled(
    tables: Tables, name: str, row: Any, column: str, spellings: Iterable[Spelling]
) -> Iterator[Mutant]:
    for operator, mistake, text in spellings:
        cells = {column: text}
        yield rewritten(tables, name, row, operator, mistake, **cells)


def wrong_routes(network: Network) -> Iterator[Mutant]:
    """Yield routes that are missing, too narrow or too wide, and ways out past them."""
    tables = network.tables
    for row in tables.routes:
        yield missing(tables, "routes", row)
        yield from _wrong_end(network, "routes", row, "source", row.destination)
        yield from _wrong_end(network, "routes", row, "destination", row.source)
        yield from _past(tables, row)
        yield from one_cdn(tables, "routes", row)


def _wrong_end(
    network: Network, name: str, row: Any, column: str, other: str
) -> Iterator[Mutant]:
    """Write an end of a route or relay a little wrong; *other* is its other end."""
    scenario = variant_of(network, row.cdn)
    near = {place for end in other.split() for place in scenario.networks_of(end)}
    spellings = wrong_ends(getattr(row, column), column, near, scenario)
    yield from _respelled(network.tables, name, row, column, spellings)


def _past(tables: Tables, row: RouteRow) -> Iterator[Mutant]:
    """Lead the same traffic out through every other node of ours with a public address."""
    ours = {one.name for one in tables.nodes if one.function != "outside"}
    exits = [
        (one, public)
        for one in tables.interfaces
        for public in one.public.split()
        if one.node in ours and public != row.public
    ]
    for one, public in exits if row.priority else ():
        cdn = row.cdn if one.cdn == "both" else one.cdn
        if not {*variants_of(row)}.isdisjoint(variants_of(one)):
            name = fresh(f"{row.name}-past", names(tables.routes))
            cells = {"cdn": cdn, "via": one.node, "public": public}
            route = row._replace(name=name, priority=row.priority - 1, **cells)
            mistake = f"overtaken by a way out through {one.node}, as {public}"
            yield joined_by(tables, "routes", row, "past", mistake, route)


def wrong_relays(network: Network) -> Iterator[Mutant]:
    """Yield relays that are missing, too narrow or too wide, and ways around the next."""
    tables = network.tables
    for row in tables.relays:
        yield missing(tables, "relays", row)
        for column in ("accepts", "services"):
            spellings = wrong_services(getattr(row, column), column)
            yield from _respelled(tables, "relays", row, column, spellings)
        yield from _wrong_end(network, "relays", row, "destination", row.exit)
        if row.carrier:
            mistake = "without its carrier"
            yield rewritten(tables, "relays", row, "no-carrier", mistake, carrier="")
        for following in tables.relays:
            yield from _around(network, row, following)
        yield from one_cdn(tables, "relays", row)


def _around(network: Network, row: RelayRow, following: RelayRow) -> Iterator[Mutant]:
    """Skip the relay after this one: go where that one leads, from either of them."""
    cdn = following.cdn if row.cdn == "both" else row.cdn
    if {row.cdn, following.cdn} == {*CDNS} or row == following:
        return
    scenario = variant_of(network, cdn)
    mine = scenario.traffic(row.exit, row.destination, row.services)
    theirs = scenario.traffic(row.exit, following.node, following.accepts)
    if mine.isdisjoint(theirs):
        return
    for place in dict.fromkeys((row.exit, following.exit)):
        new = row._replace(
            name=fresh(f"{row.name}-around", names(network.tables.relays)),
            cdn=cdn,
            exit=place,
            destination=following.destination,
            services=following.services,
            carrier="",
        )
        mistake = f"a way around {following.node} beside it, leaving from {place}"
        yield joined_by(network.tables, "relays", row, "around", mistake, new)
