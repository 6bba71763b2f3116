"""Facts about the tables: what contradicts each of them, and what does not."""

import subprocess
import sys

import pytest

from orosec import orocloud
from orosec.claims.facts import REGISTRY, Contradiction, Evidence, fact
from orosec.errors import TableError
from orosec.model.scenario import Scenario
from orosec.model.tables import assemble

TABLES = orocloud.tables


def with_cells(table, name, **cells):
    """Give the tables with other cells in one row."""
    rows = getattr(TABLES, table)
    new = tuple(row._replace(**cells) if row[0] == name else row for row in rows)
    return TABLES.replaced(**{table: new})


def against(name, tables, cdn="google"):
    """Give the rows that contradict a fact."""
    scenario = Scenario(tables, cdn, "operational")
    return [row.row for row in REGISTRY[name].evidence(scenario).against]


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


ONE_PLACE = """
import sys
from orosec.model.tables import DOCUMENTED, assemble, read_tables

assert "orosec.claims.facts" not in sys.modules
tables = read_tables(DOCUMENTED)
row = next(row for row in tables.claims if row.verb == "fact")

from orosec.claims.facts import fact
from orosec.claims.verdict import judge
from orosec.model.scenario import Scenario

@fact("somebody-listens", "listeners")
def somebody_listens(scenario):
    return ((row.name, "") for row in scenario.listeners)

new = row._replace(claim=f"{row.sentence}-more", via="somebody-listens")
drafts = {**tables.by_name(), "claims": (*tables.claims, new)}
print(judge(new, Scenario(assemble(drafts), "google", "operational")).verdict)
"""


def test_a_fact_is_declared_in_one_place():
    """The tables read a claim that calls it, and it is judged: no list is to be kept."""
    done = subprocess.run(
        [sys.executable, "-c", ONE_PLACE], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("holds\n", "")


def test_a_claim_calls_a_fact_that_is_registered():
    """Another name is refused by the tables, with the nearest one that is."""
    row = next(row for row in TABLES.claims if row.via == "one-network")
    claims = (*TABLES.claims, row._replace(claim="X1-fact", via="one-netwrok"))

    with pytest.raises(TableError) as refused:
        assemble({**TABLES.by_name(), "claims": claims})

    (fault,) = refused.value.faults
    assert (fault.row, fault.column, fault.value) == (len(claims), "via", "one-netwrok")
    assert "one-network" in fault.hint


def test_no_two_facts_have_one_name():
    """The second is refused, and the first stays."""
    first = REGISTRY["one-cdn"]

    with pytest.raises(ValueError, match="one-cdn"):
        fact("one-cdn", "nodes")

    assert REGISTRY["one-cdn"] == first


def test_nobody_puts_a_fact_in_from_outside():
    """What is registered is read only: a fact comes by its decorator."""
    with pytest.raises(TypeError):
        REGISTRY["one-cdn"] = REGISTRY["one-network"]


@pytest.mark.parametrize(
    ("subjects", "against", "verdict"),
    [(True, False, "holds"), (True, True, "broken"), (False, False, "vacuous")],
)
def test_what_is_found_says_whether_the_fact_holds(subjects, against, verdict):
    """A fact that looked at nothing is never green."""
    looked = (("nodes", "web-1"),) * subjects
    contradictions = (Contradiction("nodes", "web-1", "is elsewhere"),) * against

    assert Evidence(looked, contradictions).verdict == verdict
