"""Tables: all faults at once, each with its place and a mend; bytes that stay."""

import shutil

import pytest

from orosec.errors import TableError
from orosec.model.schema import TABLES
from orosec.model.tables import DOCUMENTED, read_tables, table_bytes, write_tables


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DOCUMENTED, tmp_path / "tables")


def edit(folder, table, old, new):
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


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
    write_tables(tables, tmp_path)

    assert read_tables(tmp_path) == tables


BAD = [
    ("rules", ",bridge,application,", ",brigde,application,", "source", "'bridge'"),
    ("rules", "tcp:22 icmp", "tcp:70000", "services", "65535"),
    ("rules", ",1000,allow,", ",99999,allow,", "priority", "65535"),
    ("rules", ",allow,load-balancer,", ",permit,load-balancer,", "action", "allow deny"),
    ("rules", ",allow,load-balancer,", ",allow,,", "source", "fill"),
    ("subnets", "10.20.0.0/24", "10.20.0.1/24", "cidr", "10.20.0.0/24"),
    ("subnets", "10.20.0.0/24", "10.10.0.0/16", "cidr", "share no address"),
    ("interfaces", "10.10.0.11", "10.30.0.11", "address", "10.10.0.0/24"),
    ("interfaces", "10.10.0.12", "10.10.0.11", "address", "of its own"),
    ("nodes", "web-2,", "web-1,", "name", "another name"),
    ("nodes", ",maintenance-dmz,", ",maintenance-dmx,", "home", "'maintenance-dmz'"),
    ("listeners", "tcp:5432", "tpc:5432", "services", "'tcp'"),
    ("routes", "203.0.113.30", "203.0.113.31", "public", "203.0.113.30"),
    ("claims", ",only-from,", ",onlyfrom,", "verb", "'only-from'"),
    ("claims", ",exactly-two-subnets,", ",two-subnets,", "via", "exactly-two-subnets"),
    ("rules", "documented,TF1,", "documented,TF11,", "cites", "did you mean"),
    ("rules", "documented,TF1,", "documented,,", "cites", "another basis"),
    ("nodes", "web-1,both,web,", "web-1,both,internet,", "role", "another name"),
]


@pytest.mark.parametrize(("table", "old", "new", "column", "hint"), BAD)
def test_a_bad_cell_is_named_with_its_mend(folder, table, old, new, column, hint):
    """File, row, column, value and what to write instead."""
    edit(folder, table, old, new)

    found = [one for one in faults(folder) if one.file == f"{table}.csv"]

    assert any(one.column == column and hint in one.hint and one.row for one in found)


def test_all_faults_come_at_once(folder):
    """One error lists the faults of every file."""
    edit(folder, "rules", "tcp:22 icmp", "tcp:70000")
    edit(folder, "subnets", "10.20.0.0/24", "10.20.0.1/24")
    edit(folder, "nodes", "web-2,", "web-1,")

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
    edit(folder, "subnets", "name,network", "name,netwrok")
    edit(folder, "routes", ",nat,", ",")

    found = faults(folder)

    assert any(one.value == "netwrok" and "network" in one.hint for one in found)
    assert any(one.file == "routes.csv" and "cells" in one.problem for one in found)


def test_a_folder_that_is_not_there_is_one_fault(tmp_path):
    """A mistyped folder is said once, not once a table."""
    assert len(faults(tmp_path / "nowhere")) == 1


def test_a_bad_cell_hides_no_other_fault(folder):
    """A misspelt name beside a bad port is said as well, and rows keep their numbers."""
    edit(folder, "rules", "bridge,application,tcp:22", "brigde,application,tcp:70000")
    edit(folder, "rules", "maintenance-out,", "maintenance-inside,")

    found = [(one.row, one.column, one.value) for one in faults(folder)]

    assert found == [
        (3, "services", "tcp:70000 icmp"),
        (3, "source", "brigde"),
        (13, "name", "maintenance-inside"),
    ]


def test_a_bad_cell_is_nobody_elses_fault(folder):
    """Whoever names a row with a bad cell is not told that it does not exist."""
    edit(folder, "nodes", "bridge-1,both,bridge,bridge,", "bridge-1,bth,bridge,bridge,")
    edit(folder, "subnets", "10.20.0.0/24", "10.20.0.0/33")

    assert [(one.file, one.column) for one in faults(folder)] == [
        ("subnets.csv", "cidr"),
        ("nodes.csv", "cdn"),
    ]


def test_a_folder_with_old_spellings_gets_one_fault_that_lists_the_renames(folder):
    """Files and columns that had other names before: all of them, in one line."""
    names = {"cites": "where", "rationale": "why"}
    headers = {"rules": names, "nodes": {"function": "duty"}}
    for name, old in headers.items():
        path = folder / f"{name}.csv"
        head, rest = path.read_text(encoding="utf-8").split("\n", 1)
        columns = [old.get(column, column) for column in head.split(",")]
        path.write_text("\n".join((",".join(columns), rest)), encoding="utf-8")
    (folder / "ambiguities.csv").rename(folder / "findings.csv")

    with pytest.raises(TableError) as caught:
        read_tables(folder)

    (fault,) = caught.value.faults
    renames = (
        "findings.csv is now ambiguities.csv",
        "column duty is now function (in nodes)",
        "column where is now cites (in rules)",
        "column why is now rationale (in rules)",
    )
    assert all(rename in str(fault) for rename in renames)


def test_documented_folders_have_no_old_spelling(folder):
    """A column that kept its name is no old one."""
    assert read_tables(folder) == read_tables(DOCUMENTED)
