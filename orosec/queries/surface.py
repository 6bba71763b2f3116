"""What stands in the open: public addresses, and what they take from the internet."""

from __future__ import annotations

from collections.abc import Iterator

from orosec.engine.notation import range_intervals
from orosec.engine.packet_set import PacketSet
from orosec.engine.summary import services_summary
from orosec.model.addressing import INTERNET
from orosec.model.network import Network, given
from orosec.model.scenario import Scenario
from orosec.model.telling import told_of
from orosec.results import Sheet


def surface(*, network: Network | None = None) -> Sheet:
    """List every public address of each variant, and what it takes from the internet."""
    tables = given(network)
    every = map(tables.scenario, tables.tables.cdns)
    rows = [row for scenario in every for row in _surface_rows(scenario)]
    columns = ("CDN", "who", "public address", "takes from the internet", "answers on")
    return Sheet("", columns, rows, words=told_of(tables.tables))


def _surface_rows(scenario: Scenario) -> Iterator[tuple[str, ...]]:
    internet = PacketSet.box(sources=scenario.special[INTERNET])
    for interface in scenario.interfaces:
        node = scenario.node_of[interface.node]
        public = interface.public or ("" if interface.subnet else interface.address)
        if not public or node.function == "outside" or interface.carries == "departures":
            continue
        to_it = PacketSet.box(destinations=range_intervals(interface.address))
        passed = scenario.permitted & internet & to_it
        served = scenario.served & passed
        told = (services_summary(each.services()) or "nothing" for each in (passed, served))
        yield (scenario.cdn, node.role, public, *told)
