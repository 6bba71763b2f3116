"""Traceability: nothing hangs in the air, and the tables can be taken elsewhere."""

import csv
import io
import re

import pytest
from inner import run_pytest

from orosec import Network, compliance, orocloud, trace
from orosec.cli.main import main
from orosec.errors import TableError, UnknownNameError
from orosec.model.tables import assemble
from orosec.prose.documents import NOTEBOOKS, judging_cells
from orosec.reporting.traceability import COLUMNS, TEST, loose_ends

TABLES = orocloud.tables
CELLS = judging_cells(TABLES)


@pytest.fixture(scope="module")
def collected():
    """The names of the tests of the register and of the notebooks, as pytest has them."""
    chosen = ("tests/claims/test_register.py", "notebooks")
    done = run_pytest("--collect-only", "--nbval", *chosen)
    assert done.returncode == 0
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_nothing_hangs_in_the_air(collected):
    """Each sentence has claims, each claim a cell and a test, each rule a claim."""
    proofs = {name for name in collected if name.startswith(TEST.partition("[")[0])}

    assert list(loose_ends(orocloud)) == []
    assert proofs == {TEST.format(row.claim) for row in TABLES.claims}


def test_every_cell_is_a_test(collected):
    """By the name that the matrix gives it."""
    names = {f"notebooks/{cell.notebook}.ipynb::{cell.name}" for cell in CELLS}

    assert names <= set(collected)


def without(**changes):
    """Give the documented network with some tables changed, unchecked."""
    return Network(TABLES.replaced(**changes))


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (
            without(claims=tuple(r for r in TABLES.claims if r.sentence != "AC4")),
            "sentence AC4 has no claim",
        ),
        (
            without(claims=(TABLES.claims[0]._replace(claim="ZZ9-new", sentence="ZZ9"),)),
            "claim ZZ9-new is judged by no notebook cell",
        ),
        (
            without(
                rules=(
                    TABLES.rules[0]._replace(
                        name="odd", source="192.0.2.1", cites="", priority=1
                    ),
                    *TABLES.rules,
                ),
                claims=TABLES.claims[:1],
            ),
            "rule odd is behind no claim",
        ),
        (
            without(ambiguities=(TABLES.ambiguities[0]._replace(ambiguity="C99"),)),
            "finding C99 is laid out in no notebook cell",
        ),
    ],
)
def test_what_hangs_in_the_air_is_told(network, says):
    """In either direction."""
    assert says in loose_ends(network)


def test_the_matrix_has_every_sentence_claim_and_requirement():
    """And nothing else."""
    lines = trace().lines

    assert {line.sentence for line in lines} == {r.sentence for r in TABLES.sentences}
    assert {line.claim for line in lines if line.claim} == {r.claim for r in TABLES.claims}
    behind = {r.requirement for r in TABLES.requirements if r.stance != "nothing"}
    assert {one for line in lines for one in line.requirements} == behind


def test_some_names_give_some_lines():
    """Sentences and claims; no others."""
    assert {line.sentence for line in trace("GL3").lines} == {"GL3"}
    assert [line.claim for line in trace("GL3-ports").lines] == ["GL3-ports"]
    with pytest.raises(UnknownNameError):
        trace("GL99")


def test_the_csv_can_be_read_back():
    """One line each, and the columns by name."""
    rows = list(csv.DictReader(io.StringIO(trace().csv)))

    assert list(rows[0]) == list(COLUMNS)
    assert len(rows) == len(trace().lines)
    assert next(row for row in rows if row["claim"] == "TF2-only")["PCI DSS 4.0.1"]


NASTY = '=cmd|"/C calc"!A0 <script>'


def test_names_from_tables_are_harmless_in_csv_and_html():
    """No formula, no markup."""
    rules = tuple(
        r._replace(name=NASTY) if r.name == "bridge-to-application" else r
        for r in TABLES.rules
    )
    matrix = trace("TF2", network=without(rules=rules))
    rows = list(csv.reader(io.StringIO(matrix.csv)))

    assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@")]
    assert any(NASTY in cell for row in rows for cell in row)
    assert "<script>" not in matrix.table._repr_html_()


@pytest.mark.parametrize("ending", ["csv", "html"])
def test_the_command_writes_the_matrix(tmp_path, capsys, ending):
    """Whole, in either form."""
    path = tmp_path / f"trace.{ending}"

    assert main(["trace", "-o", str(path)]) == 0
    assert "GL3-ports" in path.read_text(encoding="utf-8")
    assert main(["trace", "-o", str(tmp_path / "trace.doc")]) == 2
    assert "names no table" in capsys.readouterr().err


def test_the_command_shows_matrix_and_requirements(capsys):
    """As text and as JSON."""
    assert main(["trace", "TF3"]) == 0
    assert "1.3.2" in capsys.readouterr().out
    assert main(["trace", "--pci"]) == 0
    assert "conflicts with it" in capsys.readouterr().out
    assert main(["trace", "--pci", "--json"]) == 0


def test_every_requirement_is_laid_out_and_silence_is_said():
    """What has nothing behind it says so; 1.3.2 is in conflict."""
    sheet = compliance()
    stances = {row[0]: row[2] for row in sheet.rows}

    assert len(sheet.rows) == len(TABLES.requirements)
    assert "conflicts" in stances["1.3.2"]
    assert "nothing behind" in stances["1.2.7"]
    counts = [int(number) for number in re.findall(r"\d+", sheet.title)]
    assert counts == [
        sum(row.stance == "supported" for row in TABLES.requirements),
        len(TABLES.requirements),
        *(
            sum(row.stance == stance for row in TABLES.requirements)
            for stance in ("in-part", "conflict", "nothing")
        ),
    ]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("stance", "nothing", "behind nothing there is none"),
        ("sentences", "ZZ1", "is no sentence"),
        ("claims", "ZZ1-a", "is no claim"),
        ("requirement", "one", "is no requirement"),
    ],
)
def test_a_requirement_that_cannot_be_is_refused(column, value, says):
    """With its row and a mend."""
    rows = list(TABLES.requirements)
    place = next(n for n, row in enumerate(rows) if row.stance == "supported")
    rows[place] = [*rows[place]._replace(**{column: value})]
    drafts = {**TABLES.by_name(), "requirements": rows}

    with pytest.raises(TableError, match=says):
        assemble(drafts)


@pytest.mark.parametrize(
    ("table", "column", "value", "says"),
    [
        ("sentences", "section", "nowhere", "is no section"),
        ("sections", "kind", "banner", "is no sentence, title or heading"),
        ("sections", "notebook", "x", "is no notebook"),
        ("fingerprints", "sketch", "0", "is no sketch"),
        ("fingerprints", "part", "ZZ1", "has no row for google"),
    ],
)
def test_a_section_that_cannot_be_is_refused(table, column, value, says):
    """Sections and sentences know each other."""
    rows = list(getattr(TABLES, table))
    rows[3] = [str(cell) for cell in rows[3]._replace(**{column: value})]
    drafts = {**TABLES.by_name(), table: rows}

    with pytest.raises(TableError, match=says):
        assemble(drafts)


def test_the_notebooks_of_the_sections_exist():
    """The register names them."""
    names = {row.notebook for row in TABLES.sections if row.notebook}

    assert names <= {path.stem for path in NOTEBOOKS.glob("*.ipynb")}


def test_without_notebooks_there_are_no_cells(tmp_path, monkeypatch):
    """An installed package has none; the claims are then not said to lack them."""
    assert judging_cells(TABLES, tmp_path) == ()
    monkeypatch.setattr("orosec.reporting.traceability.judging_cells", lambda _tables: ())

    assert list(loose_ends(orocloud)) == []


def test_a_matrix_is_not_remembered_from_other_notebooks(monkeypatch):
    """Notebooks that go while a process runs take their cells out of the matrix."""
    before = trace("GL3").lines
    monkeypatch.setattr("orosec.reporting.traceability.judging_cells", lambda _tables: ())
    after = trace("GL3").lines

    assert any(line.cells for line in before)
    assert after == tuple(line._replace(cells=()) for line in before)
