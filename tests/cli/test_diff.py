"""``orosec diff``: rows that people read, compared with a walk of every kind of packet."""

import itertools
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from effort import some
from folders import set_cells
from reader import read_names, read_summary
from walk import Cells, fates, mask

from orosec import orocloud
from orosec.cli.main import main
from orosec.model.network import PROPOSAL
from orosec.model.schema import CDNS, READINGS, TABLES
from orosec.model.tables import DOCUMENTED, table_bytes

VARIANTS = list(itertools.product(CDNS, READINGS))
RULES = {row.name: row for row in orocloud.tables.rules}


def run(capsys, *arguments):
    status = main(["diff", *map(str, arguments)])
    return status, capsys.readouterr()


def told(row, cells, before, after):
    """Give the packets of the cells that a row speaks of, reading its names."""
    scenario = after if row["change"] == "opened" else before
    decider = row["before"] or row["after"]
    near = frozenset({RULES[decider].network})
    sources = read_names(scenario, row["source"], "source", near)
    destinations = read_names(scenario, row["destination"], "destination", near)
    services = read_summary(row["services"]).services()
    where = np.ix_(
        mask(cells.sources, sources),
        mask(cells.destinations, destinations),
        cells.speaks(services),
    )
    inside = np.zeros(cells.shape, bool)
    inside[where] = True
    return {
        cells.packet(one) for one in zip(*np.nonzero(inside & cells.exist()), strict=True)
    }


@pytest.mark.parametrize("name", some(RULES, 6))
def test_taking_away_a_rule_gives_exactly_the_rows_that_a_walk_expects(
    name, tmp_path, capsys
):
    """Each packet that changed is in one row, with its deciders; no other packet is."""
    proposal = orocloud.without_rule(name)
    proposal.save(tmp_path)
    status, out = run(capsys, "documented", tmp_path, "--json")
    rows = json.loads(out.out)["opened"] + json.loads(out.out)["closed"]
    changed = 0
    for cdn, reading in VARIANTS:
        own = [row for row in rows if {"cdn": cdn, "reading": reading} in row["under"]]
        before = orocloud.scenario(cdn, reading)
        after = proposal.scenario(cdn, reading)
        cells = Cells(before, after)
        expected = fates(cells, before, after)
        found = {}
        for row in own:
            for packet in told(row, cells, before, after):
                assert packet not in found
                names = row["before"] or "", row["after"] or ""
                found[packet] = (row["change"], *names)
        assert found == expected
        changed += len(expected)

    differs = changed or json.loads(out.out)["claims"]
    assert status == (1 if differs else 0)
    assert bool(rows) == bool(changed)


def test_no_difference_is_a_proof_and_exit_status_0(tmp_path, capsys):
    """The same folder, the same tables in another folder, another reason for a row."""
    orocloud.with_rule_changed("nat-accepts-nothing", rationale="Other.").save(tmp_path)

    for pair in (
        ("documented", "documented"),
        ("documented", tmp_path),
        (DOCUMENTED, tmp_path),
    ):
        status, out = run(capsys, *pair)
        assert status == 0
        assert "That is a proof" in out.out
        assert "Every promise is as it was" in out.out


def test_a_difference_of_a_promise_alone_is_a_difference(tmp_path, capsys):
    """No packet is judged otherwise where a node is told to store data."""
    orocloud.with_node_changed("bridge-1", stores="yes").save(tmp_path)
    status, out = run(capsys, "documented", tmp_path, "--json")
    values = json.loads(out.out)

    assert status == 1
    assert values["opened"] == values["closed"] == []
    assert {one["claim"] for one in values["claims"]} == {"AS1-data"}


def test_an_amendment_alone_is_a_difference(tmp_path, capsys):
    """C2: a claim that is another row, or an exception that nothing needs."""
    owned = {"rationale": "A trial.", "owner": "Ops", "until": "9999-12-31"}
    for proposal in (
        orocloud.with_claim_changed("TF5-ports", services="all"),
        orocloud.with_exception("TF1-open", **owned),
    ):
        proposal.save(tmp_path, over=tmp_path)
        status, out = run(capsys, "documented", tmp_path)
        assert status == 1
        assert "That is a proof" in out.out
        assert "Every promise is as it was" not in out.out
        assert out.out.count("edit: with_") == 2


def test_the_documented_tables_are_those_of_the_package(tmp_path):
    """Whatever other folder is named to be used instead: no proposal is its own measure."""
    orocloud.without_rule("tunnel-to-web").save(tmp_path)
    command = [sys.executable, "-m", "orosec", "diff", "documented", str(tmp_path)]
    environment = os.environ | {PROPOSAL: str(tmp_path)}
    done = subprocess.run(command, capture_output=True, check=False, env=environment)

    assert done.returncode == 1


def test_both_directions_mirror_each_other(tmp_path, capsys):
    """What is opened one way is closed the other way."""
    orocloud.without_rule("vpn-from-internet").save(tmp_path)
    there = json.loads(run(capsys, "documented", tmp_path, "--json")[1].out)
    back = json.loads(run(capsys, tmp_path, "documented", "--json")[1].out)

    def ends(rows):
        return [(r["source"], r["destination"], r["services"], r["under"]) for r in rows]

    assert ends(there["closed"]) == ends(back["opened"]) != []
    assert there["journeys"]["in"]["vanished"] == back["journeys"]["in"]["appeared"] != []


def test_the_reason_of_a_proposal_is_told_and_is_plain_text(tmp_path, capsys):
    """Whatever stands in the note, no control character reaches the terminal."""
    orocloud.without_rule("vpn-from-internet").save(tmp_path, why="Nobody calls.")
    assert run(capsys, "documented", tmp_path)[1].out.startswith("Why: Nobody calls.\n")

    (tmp_path / "why.txt").write_bytes(b"\x1b[31mred\xff")
    out = run(capsys, "documented", tmp_path)[1].out
    assert out.startswith("Why:  [31mred")
    assert "\x1b" not in out


BAD = [
    ("rules", "source", "brigde", "did you mean 'bridge'"),
    ("rules", "services", "tcp:70000", "65535"),
    ("rules", "priority", "70000", "65535"),
    ("rules", "name", "load-balancer-to-web", "another name"),
    ("subnets", "cidr", "10.20.0.1/24", "write 10.20.0.0/24"),
    ("interfaces", "address", "10.30.0.11", "choose an address"),
    ("nodes", "home", "nowhere", "known:"),
    ("listeners", "services", "tpc:80", "'tcp'"),
    ("routes", "public", "203.0.113.99", "203.0.113.30"),
    ("relays", "exit", "gatway", "did you mean"),
    ("claims", "verb", "alows", "'allows'"),
    ("fingerprints", "fingerprint", "abc", "64"),
    ("ambiguities", "literal", "XX1", "known:"),
]
"""A bad cell of every kind of table; each goes into the second row."""


def spoilt(folder):
    """Save a proposal and spoil one table after the other, in the second data row."""
    orocloud.save(folder, why="Spoilt.")
    for name in TABLES:
        rows = [list(row) for row in getattr(orocloud.tables, name)]
        for table, column, value, _ in BAD:
            if table == name:
                rows[1][list(TABLES[name].columns).index(column)] = value
        if name == "exceptions":
            rows = [["GL3-alone", "Why not.", "Ops", "2026-02-30", "documented"]]
        if name == "rules":
            rows[2][list(TABLES[name].columns).index("source")] = ""
        if name == "subnets":
            rows.append(["lab", "lab", "10.10.0.128/25", "assumed", "", "Overlaps."])
        (folder / f"{name}.csv").write_bytes(table_bytes(name, rows))
    with (folder / "routes.csv").open("a") as stream:
        stream.write("short,row\n")


def test_a_folder_with_every_kind_of_bad_row_is_refused_whole(tmp_path, capsys):
    """Exit status 2, all faults at once, each with file, row, column, value and mend."""
    spoilt(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    status, out = run(capsys, "documented", tmp_path)

    assert status == 2
    assert out.out == ""
    lines = out.err.splitlines()
    for table, column, value, hint in BAD:
        place = f"{table}.csv row 2 (line 3), column {column}: '{value}'"
        assert any(place in line and hint in line for line in lines), (table, column)
    assert any("exceptions.csv row 1" in line and "'2026-02-30'" in line for line in lines)
    assert any("routes.csv row 4" in line and "cells" in line for line in lines)
    assert any("rules.csv row 3" in line and "is empty" in line for line in lines)
    assert any("subnets.csv row 3" in line and "overlaps" in line for line in lines)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"\xff\xfename", "not UTF-8"),
        (b"claim,owner,until,basis\n", "'rationale' column is missing"),
        (b"claim,rationale,owner,until,basis,more\n", "'more' column is not known"),
        (b"claim,rationale,owner,until,basis,rationale\n", "in another order or twice"),
        (b'claim,rationale,owner,until,basis\n"GL3', "no CSV"),
    ],
)
def test_a_bad_file_is_refused_with_the_faults_of_the_others(
    content, problem, tmp_path, capsys
):
    """Whatever is wrong with one file, the others are looked at as well."""
    orocloud.save(tmp_path)
    (tmp_path / "exceptions.csv").write_bytes(content)
    set_cells(tmp_path, "rules", "bridge-to-application", source="brigde")
    status, out = run(capsys, tmp_path, "documented")

    assert status == 2
    assert any(
        problem in line and "exceptions.csv" in line for line in out.err.splitlines()
    )
    assert "did you mean 'bridge'" in out.err


def test_faults_of_both_folders_are_told_with_their_folders(tmp_path, capsys):
    """One run, one message."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        spoilt(tmp_path / name)
    status, out = run(capsys, tmp_path / "one", tmp_path / "two")

    assert status == 2
    assert {"one", "two"} <= set(out.err.replace("\n", "/").split("/"))


@pytest.mark.parametrize("bad", ["nowhere", "documentd", ""])
def test_a_folder_that_is_not_there_is_one_line(bad, capsys):
    """Whichever of the two it is."""
    for pair in (("documented", bad), (bad, "documented")):
        status, out = run(capsys, *pair)
        assert status == 2
        assert "is no folder" in out.err
        assert len(out.err.splitlines()) == 2


def test_one_variant_can_be_looked_at_alone(tmp_path, capsys):
    """Under the other CDN the rule does not exist."""
    orocloud.without_rule("tunnel-to-web").save(tmp_path)

    assert run(capsys, "documented", tmp_path, "--cdn", "google")[0] == 0
    assert run(capsys, "documented", tmp_path, "--cdn", "cloudflare")[0] == 1
