"""Between rows: names that are doubled, strange or free."""

import pytest

from orosec import orocloud
from orosec.model.validation import crosscheck, known_ends

TABLES = orocloud.tables


def with_first(table, **cells):
    """Return the documented tables with other cells in the first row of one, unchecked."""
    first, *others = getattr(TABLES, table)
    return TABLES.replaced(**{table: (first._replace(**cells), *others)})


def test_nothing_is_wrong_between_the_documented_rows():
    """Or nothing could be read."""
    assert list(crosscheck(TABLES)) == []


STRANGE = [
    ("rules", "source", "wbe"),
    ("rules", "destination", "vpn"),
    ("rules", "network", "no-network"),
    ("nodes", "home", "nowhere"),
    ("nodes", "name", TABLES.nodes[1].name),
    ("interfaces", "subnet", "maintenance-dmx"),
    ("interfaces", "address", "10.30.0.11"),
    ("interfaces", "address", TABLES.interfaces[1].address),
    ("subnets", "cidr", TABLES.subnets[1].cidr),
    ("listeners", "node", "wbe"),
    ("routes", "via", "tan"),
    ("relays", "exit", "load-balancre"),
    ("claims", "sentence", "XX1"),
    ("sentences", "section", "no-section"),
]


@pytest.mark.parametrize(("table", "column", "value"), STRANGE)
def test_a_cell_that_fits_to_no_other_row_is_a_fault_of_its_place(table, column, value):
    """With its value, and a hint."""
    found = list(crosscheck(with_first(table, **{column: value})))
    places = {(one.file, one.column) for one in found}

    assert (f"{table}.csv", column) in places
    assert all(one.hint and one.problem for one in found)


def test_the_ends_that_are_known_depend_on_the_cdn():
    """Nodes, roles, subnets and the special ends."""
    google, cloudflare = (known_ends(TABLES, cdn) for cdn in ("google", "cloudflare"))

    assert {"any", "internet", "web", "web-1", "application-subnet"} <= google & cloudflare
    assert "load-balancer" in google - cloudflare
    assert "cloudflare-tunnel" in cloudflare - google
