"""Edits: new values from old ones, refused whole with every fault."""

import pickle
from contextlib import suppress

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orosec import check, orocloud
from orosec.errors import TableError, UnknownNameError
from orosec.model.schema import TABLES
from orosec.model.validation import crosscheck

KINDS = {
    "rule": "rules",
    "node": "nodes",
    "interface": "interfaces",
    "listener": "listeners",
    "route": "routes",
    "relay": "relays",
    "subnet": "subnets",
}


def faults(edit):
    with pytest.raises(TableError) as caught:
        edit()
    return caught.value.faults


def dba(**more):
    cells = {"source": "vpn-gateway", "destination": "database", "services": "tcp:5432"}
    return orocloud.with_rule("dba", "allow", **{**cells, **more})


def test_an_edit_gives_a_new_network_and_leaves_the_old_one():
    """The documented network is the same value before and after."""
    before = pickle.dumps(orocloud.tables)
    proposal = dba()

    assert proposal != orocloud
    assert [row.name for row in proposal.tables.rules][-1] == "dba"
    assert pickle.dumps(orocloud.tables) == before


@pytest.mark.parametrize(("kind", "table"), KINDS.items())
def test_every_row_can_be_changed_and_changed_back(kind, table):
    """Writing a cell anew and writing the old text again gives an equal network."""
    row = getattr(orocloud.tables, table)[0]
    change = getattr(orocloud, f"with_{kind}_changed")
    proposal = change(row.name, rationale="Another reason.")

    assert proposal != orocloud
    assert (
        getattr(proposal, f"with_{kind}_changed")(row.name, rationale=row.rationale)
        == orocloud
    )


@pytest.mark.parametrize(("kind", "table"), KINDS.items())
def test_what_is_added_can_be_taken_away(kind, table):
    """A copy of the last row under another name comes and goes."""
    if kind == "subnet":
        cells = {"network": "application-network", "cidr": "10.30.0.0/24"}
    else:
        cells = getattr(orocloud.tables, table)[-1]._asdict()
        del cells["name"]
    if kind == "interface":
        cells |= {"address": "198.51.100.77", "public": ""}
    action = [cells.pop("action")] if kind == "rule" else []
    proposal = getattr(orocloud, f"with_{kind}")("another", *action, **cells)

    assert len(getattr(proposal.tables, table)) == len(getattr(orocloud.tables, table)) + 1
    assert getattr(proposal, f"without_{kind}")("another") == orocloud


def test_edits_chain():
    """A new database node: a node, its interface, a rule to it."""
    proposal = (
        orocloud.with_node(
            "db-3", role="database", function="application", home="application-subnet"
        )
        .with_interface(
            "db-3", node="db-3", subnet="application-subnet", address="10.10.0.33"
        )
        .with_rule(
            "dba", "allow", source="vpn-gateway", destination="db-3", services="tcp:5432"
        )
    )
    scenario = proposal.scenario()

    assert not scenario.passed("vpn-gateway", "db-3", "tcp:5432", "served").empty
    assert scenario.passed("vpn-gateway", "database-1", "tcp:5432", "permitted").empty


def test_a_row_says_that_it_is_proposed():
    """Unless it is given another basis; no documented row is proposed."""
    assert dba().tables.rules[-1].basis == "proposed"
    assert dba(basis="assumed").tables.rules[-1].basis == "assumed"
    for name in TABLES:
        assert "proposed" not in {row.basis for row in getattr(orocloud.tables, name)}


@pytest.mark.parametrize(
    ("direction", "source", "destination", "network"),
    [
        ("ingress", "internet", "database", "application-network"),
        ("ingress", "internet", "vpn-gateway", "maintenance-network"),
        ("ingress", "internet", "10.10.0.0/30", "application-network"),
        ("egress", "web jobs", "internet", "application-network"),
        ("egress", "maintenance-dmz", "any", "maintenance-network"),
    ],
)
def test_the_network_of_a_rule_follows_from_the_end_it_guards(
    direction, source, destination, network
):
    """Where there is one such network, it need not be written."""
    ends = {"source": source, "destination": destination, "direction": direction}

    assert dba(**ends).tables.rules[-1].network == network


@pytest.mark.parametrize("destination", ["bridge", "internet", "web vpn-gateway"])
def test_where_the_network_does_not_follow_it_must_be_written(destination):
    """The bridge stands in two networks, the internet in none."""
    (fault,) = faults(lambda: dba(destination=destination))

    assert fault.column == "network"
    assert "maintenance-network" in fault.hint
    assert dba(destination=destination, network="maintenance-network") != orocloud


def test_a_bad_edit_lists_all_its_faults_as_a_bad_table_does():
    """File, row, column, value and mend, for cells and references alike."""
    found = faults(
        lambda: orocloud.with_rule(
            "bridge-to-application",
            "alow",
            source="vpn-gatway",
            destination="databse",
            services="tcp:70000",
            priority=99999,
            cdn="gogle",
            cites="TF99",
        )
    )

    assert {one.column: one.value for one in found} == {
        "name": "bridge-to-application",
        "cdn": "gogle",
        "priority": "99999",
        "action": "alow",
        "source": "vpn-gatway",
        "destination": "databse",
        "services": "tcp:70000",
        "cites": "TF99",
    }
    assert {(one.file, one.row) for one in found} == {
        ("rules.csv", len(orocloud.tables.rules) + 1)
    }
    hints = {one.column: one.hint for one in found}
    assert "'vpn-gateway'" in hints["source"]
    assert "'database'" in hints["destination"]


VALUES = [None, 5, 1.5, True, b"web", ["web"], {"a": 1}, object, float("nan")]


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("column", ["name", "action", "source", "services", "priority"])
def test_a_value_of_the_wrong_type_is_a_fault_of_its_cell(column, value):
    """Only text is text, and only whole numbers are priorities."""
    if column == "priority" and value == 5 and value is not True:
        return
    row = orocloud.tables.rules[0]
    found = faults(lambda: orocloud.with_rule_changed(row.name, **{column: value}))

    assert [(one.file, one.row, one.column) for one in found] == [("rules.csv", 1, column)]


def test_an_unknown_column_is_a_fault_beside_the_others():
    """With the closest column as its mend."""
    change = {"servces": "tcp:22", "action": "alow"}
    found = faults(lambda: orocloud.with_rule_changed("bridge-to-application", **change))

    assert any("'services'" in one.hint for one in found)
    assert any(one.column == "action" for one in found)


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_row_comes_with_close_matches(kind):
    """For every kind of row, taken away or changed."""
    name = getattr(orocloud.tables, KINDS[kind])[0].name
    for verb in (f"without_{kind}", f"with_{kind}_changed"):
        with pytest.raises(UnknownNameError) as caught:
            getattr(orocloud, verb)(f"{name}x")
        assert repr(name) in str(caught.value)


def test_taking_away_what_others_name_is_refused():
    """The NAT node is named by rules, routes and claims."""
    found = faults(lambda: orocloud.without_node("nat-1"))

    assert {"rules.csv", "routes.csv", "claims.csv"} <= {one.file for one in found}
    assert "interfaces.csv" not in {one.file for one in found}


def test_a_rule_moves_to_just_before_another():
    """And the rest keep their order."""
    proposal = orocloud.with_rule_moved("nat-accepts-nothing", before="tunnel-to-web")
    names = [row.name for row in proposal.tables.rules]
    rest = [name for name in names if name != "nat-accepts-nothing"]

    assert names[1:3] == ["nat-accepts-nothing", "tunnel-to-web"]
    assert rest == [r.name for r in orocloud.tables.rules if r.name not in names[1:2]]
    same = "tunnel-to-web"
    assert orocloud.with_rule_moved(same, before=same) == orocloud
    last = orocloud.with_rule_moved(same).tables.rules[-1]
    assert last.name == same


def test_order_decides_who_decides_at_one_priority():
    """Two rules alike: the upper one decides; moved, the other one does."""
    cells = orocloud.tables.rules[2]._asdict() | {"name": "twin"}
    twins = orocloud.with_rule(**cells)
    moved = twins.with_rule_moved("twin", before="bridge-to-application")

    def deciding(network):
        scenario = network.scenario()
        found = scenario.deciding(scenario.traffic("bridge", "web", "tcp:22"))
        return [one.rule.name for one in found if one.direction == "ingress"]

    assert deciding(twins) == ["bridge-to-application"]
    assert deciding(moved) == ["twin"]


@pytest.mark.parametrize("name", KINDS.values())
def test_whole_tables_can_be_replaced_by_frames_rows_or_mappings(name):
    """However a table is held, the same table gives an equal network."""
    rows = getattr(orocloud.tables, name)
    for held in (getattr(orocloud, name), rows, [row._asdict() for row in rows]):
        assert orocloud.with_tables(**{name: held}) == orocloud


def test_two_tables_change_in_one_step():
    """A new public address of the NAT node, in its interface and its routes."""
    interfaces, routes = orocloud.interfaces, orocloud.routes
    for frame in (interfaces, routes):
        frame["public"] = frame["public"].replace("203.0.113.30", "203.0.113.31")
    proposal = orocloud.with_tables(interfaces=interfaces, routes=routes)

    assert check("AC2", network=proposal).as_expected


@pytest.mark.parametrize("rows", [5, "rules", {"name": "a"}, [5], [["a", "b"]]], ids=repr)
def test_what_is_no_table_is_refused(rows):
    """With a fault that names the table."""
    assert {one.file for one in faults(lambda: orocloud.with_tables(routes=rows))} >= {
        "routes.csv"
    }


def test_an_unknown_table_comes_with_close_matches():
    """As any unknown name does."""
    with pytest.raises(UnknownNameError, match="'rules'"):
        orocloud.with_tables(rulse=[])


cells = st.one_of(st.text(max_size=8), st.integers(), st.none(), st.booleans())


@given(
    st.sampled_from(list(KINDS)),
    st.dictionaries(st.sampled_from(["name", "cdn", "public", "services", "x"]), cells),
)
def test_an_edit_gives_sound_tables_or_one_error(kind, columns):
    """Never anything else, whatever is written."""
    name = getattr(orocloud.tables, KINDS[kind])[0].name
    with suppress(TableError):
        proposal = getattr(orocloud, f"with_{kind}_changed")(name, **columns)
        assert not list(crosscheck(proposal.tables))


def test_check_takes_a_network_by_name():
    """The documented one is not touched."""
    proposal = orocloud.with_rule_changed("bridge-to-application", action="deny")

    assert [one.verdict for one in check("TF2-open", network=proposal)] == ["broken"] * 4
    assert check("TF2-open").as_expected


def test_frames_are_taken_as_pandas_gives_them(tmp_path):
    """Read from CSV, joined, with missing cells and an index: the same network."""
    orocloud.save(tmp_path)
    tables = ("rules", "interfaces", "relays", "sections")
    read = {name: pd.read_csv(tmp_path / f"{name}.csv") for name in tables}

    assert read["rules"].isna().to_numpy().any()
    assert orocloud.with_tables(**read) == orocloud


@pytest.mark.parametrize("held", ["rows", "frame", "joined"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_table_takes_what_a_new_row_needs(kind, held):
    """What is left out is as in a row that is added alone; a rule names its network."""
    name = KINDS[kind]
    columns = TABLES[name].columns
    every = [row._asdict() for row in getattr(orocloud.tables, name)]
    needed = [
        {label: row[label] for label in columns if needs(columns[label], label, row)}
        for row in every
    ]
    usual = {label: columns[label].default for label in columns}
    full = [{**usual, **row} for row in needed]
    given = {
        "rows": needed,
        "frame": pd.DataFrame(needed).astype(object),
        "joined": pd.concat([pd.DataFrame([row]) for row in needed]),
    }[held]

    assert orocloud.with_tables(**{name: given}) == orocloud.with_tables(**{name: full})


def needs(column, label, row):
    """Whether a cell is told: what has no default, or else what is not as usual."""
    return column.default is None or label == "network" or row[label] != column.default


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT])
def test_a_row_joined_to_a_frame_is_one_more_row(missing):
    """As pandas.concat joins it: priorities become fractions, missing cells NaN."""
    row = {
        **orocloud.rules.iloc[0].to_dict(),
        "name": "joined",
        "priority": 900.0,
        "cites": missing,
        "basis": "proposed",
    }
    joined = orocloud.with_tables(rules=pd.concat([orocloud.rules, pd.DataFrame([row])]))
    (added,) = [row for row in joined.tables.rules if row.name == "joined"]

    assert (added.priority, added.cites) == (900, "")


def test_a_priority_with_a_fraction_is_refused():
    """A whole number is meant."""
    frame = orocloud.rules.astype({"priority": float})
    frame.loc[0, "priority"] = 900.5

    with pytest.raises(TableError, match=r"rules\.csv row 1.*priority.*900\.5"):
        orocloud.with_tables(rules=frame)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"service": "tcp:80"}, "did you mean 'services'"),
        ({"where": "GL3"}, "it is cites now"),
        ({"why": "x"}, "it is rationale now"),
    ],
)
def test_a_column_that_is_no_column_is_refused_with_a_hint(cells, says):
    """Names of before the first release are known, too."""
    ends = {"source": "web", "destination": "jobs", "services": "tcp:80"}
    with pytest.raises(TableError, match=says):
        orocloud.with_rule("x", "allow", **{**ends, **cells})
    with pytest.raises(TableError, match=says):
        orocloud.with_rule_changed("bridge-to-application", **cells)


def test_a_cell_that_is_missing_is_named_with_the_edit():
    """As Python names the arguments of a function."""
    with pytest.raises(TypeError, match="with_rule: missing a required argument"):
        orocloud.with_rule("x", "allow", source="web", destination="jobs")


@pytest.mark.parametrize("rows", ["rules.csv", None, {"name": "x"}, 7])
def test_what_is_no_table_is_the_only_fault(rows):
    """Nothing is said of what would rest on it."""
    with pytest.raises(TableError) as caught:
        orocloud.with_tables(rules=rows)

    assert [(fault.file, fault.row) for fault in caught.value.faults] == [("rules.csv", 0)]
