"""Facts about the tables: what contradicts each of them, and what does not."""

import pytest

from orosec import orocloud
from orosec.claims.facts import REGISTRY
from orosec.model.scenario import Scenario

TABLES = orocloud.tables


def with_cells(table, name, **cells):
    """Give the tables with other cells in one row."""
    rows = getattr(TABLES, table)
    new = tuple(row._replace(**cells) if row[0] == name else row for row in rows)
    return TABLES._replace(**{table: new})


def against(fact, tables, cdn="google"):
    """Give the rows that contradict a fact."""
    return [one.row for one in REGISTRY[fact](Scenario(tables, cdn, "operational")).against]


@pytest.mark.parametrize(
    ("name", "found"),
    [("web-1", ["web-1"]), ("bridge-1-application", ["bridge-1-application"])],
)
def test_the_nat_node_alone_is_public_in_the_application_subnet(name, found):
    """The bridge is no application node, and still it may have no public address."""
    fact = "only-the-nat-node-is-public"
    tables = with_cells("interfaces", name, public="203.0.113.99")

    assert against(fact, TABLES) == []
    assert against(fact, tables) == found


def test_the_load_balancer_has_one_public_address():
    """Neither none nor a second one, be it of the other family."""
    fact = "the-load-balancer-has-one-public-address"
    none = with_cells("interfaces", "balancer-front", public="")
    two = with_cells("interfaces", "balancer-front", public="203.0.113.10 2001:db8::10")

    assert against(fact, TABLES) == []
    assert against(fact, none) == ["balancer-front", "balancer-back-a", "balancer-back-b"]
    assert against(fact, two) == ["balancer-front"]


@pytest.mark.parametrize("name", ["balancer", "tunnel-1", "cloudflare-edge-1"])
def test_nothing_of_the_other_cdn_is_left_over(name):
    """Not its front, not its tunnel, and not its edge."""
    other = "cloudflare" if name == "balancer" else "google"
    tables = with_cells("nodes", name, cdn="both")

    assert against("one-cdn", TABLES, other) == []
    assert against("one-cdn", tables, other) == [name]
