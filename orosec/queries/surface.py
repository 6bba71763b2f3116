"""Two plain looks at the model: what stands in the open, and the rows of a table."""

from __future__ import annotations

from orosec.engine.notation import range_intervals, services_summary
from orosec.engine.packet_set import PacketSet
from orosec.errors import UnknownNameError, did_you_mean
from orosec.model.network import Network, documented
from orosec.model.scenario import INTERNET, Scenario
from orosec.model.schema import CDNS, TABLES
from orosec.results import Sheet


def surface(*, network: Network | None = None) -> Sheet:
    """List every public address of each variant, and what it takes from the internet."""
    tables = documented() if network is None else network
    rows = [row for cdn in CDNS for row in _surface_rows(tables.scenario(cdn))]
    columns = ("CDN", "who", "public address", "takes from the internet", "answers on")
    return Sheet("", columns, rows)


def _surface_rows(scenario: Scenario) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    internet = PacketSet.box(sources=scenario.special[INTERNET])
    for interface in scenario.interfaces:
        node = scenario.node_of[interface.node]
        public = interface.public or ("" if interface.subnet else interface.address)
        if not public or node.function == "outside" or interface.carries == "departures":
            continue
        to_it = PacketSet.box(destinations=range_intervals(interface.address))
        passed = scenario.permitted & internet & to_it
        served = scenario.served & passed
        found.append(
            (
                scenario.cdn,
                node.role,
                public,
                services_summary(passed.services()) or "nothing",
                services_summary(served.services()) or "nothing",
            )
        )
    return found


def rows(
    table: str,
    *columns: str,
    only: str = "",
    without: str = "",
    network: Network | None = None,
) -> Sheet:
    """Show the rows of a table.

    Args:
        table: its name.
        columns: the columns to show; all where left out.
        only: keep to the rows that have a cell with just this text.
        without: columns to leave out, with spaces between them.
        network: the tables to show; the documented ones where left out.

    Raises:
        UnknownNameError: no such table or column, or no row with such a cell.
    """
    tables = documented() if network is None else network
    if table not in TABLES:
        raise UnknownNameError(table, "table", did_you_mean(table, TABLES))
    known = list(TABLES[table].columns)
    for column in (*columns, *without.split()):
        if column not in known:
            what = f"column of {table}"
            raise UnknownNameError(column, what, did_you_mean(column, known))
    every = getattr(tables.tables, table)
    chosen = [row for row in every if not only or only in row]
    if only and not chosen:
        cells = {str(cell) for row in every for cell in row}
        raise UnknownNameError(only, f"cell of {table}", did_you_mean(only, cells))
    shown = [one for one in columns or known if one not in without.split()]
    cells_of = [[str(getattr(row, column)) for column in shown] for row in chosen]
    return Sheet("", shown, cells_of)
