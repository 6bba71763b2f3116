"""Tables: all faults at once, each with its place and a mend; bytes that stay."""

import shutil

import pytest
from folders import (
    add_line,
    read_table,
    rename_columns,
    set_cells,
    write_table,
    written,
)

from orosec.errors import TableError
from orosec.model.network import Network
from orosec.model.schema import TABLES
from orosec.model.tables import DOCUMENTED, read_tables, table_bytes


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DOCUMENTED, tmp_path / "tables")


def faults(folder):
    with pytest.raises(TableError) as caught:
        read_tables(folder)
    return caught.value.faults


@pytest.mark.parametrize("name", TABLES)
def test_reading_and_writing_gives_the_same_bytes(name):
    """A documented table is in its one spelling already."""
    rows = getattr(read_tables(DOCUMENTED), name)

    assert table_bytes(name, rows) == (DOCUMENTED / f"{name}.csv").read_bytes()


def test_a_written_folder_reads_back_equal(tmp_path):
    """What is written is what was there."""
    tables = read_tables(DOCUMENTED)
    written(Network(tables), tmp_path)

    assert read_tables(tmp_path) == tables


BRIDGE, BALANCER = "bridge-to-application", "load-balancer-to-web"
BAD = [
    ("rules", BRIDGE, "source", "brigde", "'bridge'"),
    ("rules", BRIDGE, "services", "tcp:70000", "65535"),
    ("rules", BALANCER, "priority", "99999", "65535"),
    ("rules", BALANCER, "action", "permit", "allow deny"),
    ("rules", BALANCER, "source", "", "fill"),
    ("subnets", "maintenance-dmz", "cidr", "10.20.0.1/24", "10.20.0.0/24"),
    ("subnets", "maintenance-dmz", "cidr", "10.10.0.0/16", "share no address"),
    ("interfaces", "web-1", "address", "10.30.0.11", "10.10.0.0/24"),
    ("interfaces", "web-2", "address", "10.10.0.11", "of its own"),
    ("nodes", "web-2", "name", "web-1", "another name"),
    ("nodes", "vpn-1", "home", "maintenance-dmx", "'maintenance-dmz'"),
    ("listeners", "database-postgresql", "services", "tpc:5432", "'tcp'"),
    ("routes", "application-through-nat", "public", "203.0.113.31", "203.0.113.30"),
    ("claims", "GL3-alone", "verb", "onlyfrom", "'only-from'"),
    ("claims", "NS2-two", "via", "two-subnets", "exactly-two-subnets"),
    ("rules", BALANCER, "cites", "TF11", "did you mean"),
    ("rules", BALANCER, "cites", "", "another basis"),
    ("nodes", "web-1", "role", "internet", "another name"),
]


@pytest.mark.parametrize(("table", "row", "column", "value", "hint"), BAD)
def test_a_bad_cell_is_named_with_its_mend(folder, table, row, column, value, hint):
    """File, row, column, value and what to write instead."""
    set_cells(folder, table, row, **{column: value})

    found = [one for one in faults(folder) if one.file == f"{table}.csv"]

    assert any(one.column == column and hint in one.hint and one.row for one in found)


def test_all_faults_come_at_once(folder):
    """One error lists the faults of every file."""
    set_cells(folder, "rules", BRIDGE, services="tcp:70000")
    set_cells(folder, "subnets", "maintenance-dmz", cidr="10.20.0.1/24")
    set_cells(folder, "nodes", "web-2", name="web-1")

    assert {one.file for one in faults(folder)} >= {"rules.csv", "subnets.csv", "nodes.csv"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"\xff\xfe", "UTF-8"),
        (b"name,network\n", "missing"),
        (b'name,network,cidr,basis,cites,rationale\n"a', "no CSV"),
    ],
)
def test_a_bad_file_is_named(folder, content, problem):
    """A file that is empty, not UTF-8, no CSV or has other columns is refused."""
    (folder / "subnets.csv").write_bytes(content)

    assert any(
        problem in one.problem and one.file == "subnets.csv" for one in faults(folder)
    )


def test_an_extra_column_and_a_short_row_are_named(folder):
    """A header with one column too many, a row with one cell too few."""
    rename_columns(folder, "subnets", network="netwrok")
    add_line(folder, "routes", "short", "row")

    found = faults(folder)

    assert any(one.value == "netwrok" and "network" in one.hint for one in found)
    assert any(one.file == "routes.csv" and "cells" in one.problem for one in found)


YOUNGER = {"sentences": ("title", "place"), "sections": ("anchor",)}


def test_a_folder_from_before_a_column_is_read(folder):
    """What it lacks is empty; all else is as it was, and it is written with the column."""
    for table, gone in YOUNGER.items():
        columns, rows = read_table(folder, table)
        kept = [column for column in columns if column not in gone]
        write_table(folder, table, kept, [{one: row[one] for one in kept} for row in rows])

    old = read_tables(folder)

    for table, gone in YOUNGER.items():
        whole = getattr(read_tables(DOCUMENTED), table)
        assert getattr(old, table) == tuple(
            row._replace(**dict.fromkeys(gone, "")) for row in whole
        )
    assert read_tables(written(Network(old), folder)) == old


def test_a_younger_column_hides_no_wrong_row(folder):
    """A row of a cell too few or too many, in a file without the column, is a fault."""
    columns, rows = read_table(folder, "sections")
    kept = [column for column in columns if column != "anchor"]
    write_table(folder, "sections", kept, [{one: row[one] for one in kept} for row in rows])
    add_line(folder, "sections", "short", "heading", "", "Ours.")
    add_line(folder, "sections", "long", "heading", "", "Ours.", "documented", "more")

    assert [one.row for one in faults(folder) if "cells" in one.problem] == [13, 14]


def test_a_younger_column_that_is_misspelled_is_named(folder):
    """It is no column, and the hint is what it should be."""
    rename_columns(folder, "sentences", title="titel")

    assert [(one.value, "title" in one.hint) for one in faults(folder)] == [("titel", True)]


def test_a_folder_that_is_not_there_is_one_fault(tmp_path):
    """A mistyped folder is said once, not once a table."""
    assert len(faults(tmp_path / "nowhere")) == 1


def test_a_bad_cell_hides_no_other_fault(folder):
    """A misspelt name beside a bad port is said as well, and rows keep their numbers."""
    set_cells(folder, "rules", BRIDGE, source="brigde", services="tcp:70000 icmp")
    set_cells(folder, "rules", "maintenance-out", name="maintenance-inside")

    found = [(one.row, one.column, one.value) for one in faults(folder)]

    assert found == [
        (3, "services", "tcp:70000 icmp"),
        (3, "source", "brigde"),
        (16, "name", "maintenance-inside"),
    ]


def test_a_bad_cell_is_nobody_elses_fault(folder):
    """Whoever names a row with a bad cell is not told that it does not exist."""
    set_cells(folder, "nodes", "bridge-1", cdn="bth")
    set_cells(folder, "subnets", "maintenance-dmz", cidr="10.20.0.0/33")

    assert [(one.file, one.column) for one in faults(folder)] == [
        ("subnets.csv", "cidr"),
        ("nodes.csv", "cdn"),
    ]


def test_a_folder_with_old_spellings_gets_one_fault_that_lists_the_renames(folder):
    """Files and columns that had other names before: all of them, in one line."""
    rename_columns(folder, "rules", cites="where", rationale="why")
    rename_columns(folder, "nodes", function="duty")
    (folder / "ambiguities.csv").rename(folder / "findings.csv")

    with pytest.raises(TableError) as caught:
        read_tables(folder)

    (fault,) = caught.value.faults
    renames = (
        "findings.csv is now ambiguities.csv",
        "duty is now function",
        "where is now cites",
        "why is now rationale",
    )
    assert all(rename in str(fault) for rename in renames)


def test_documented_folders_have_no_old_spelling(folder):
    """A column that kept its name is no old one."""
    assert read_tables(folder) == read_tables(DOCUMENTED)
