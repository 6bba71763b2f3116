"""The notebooks: short, complete, and linked to each other.

That all in them is executed and compared is tested with `orosec.testing.honesty`.
"""

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest

import orosec
from orosec import ambiguity, orocloud
from orosec.model.telling import told_of

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
BOOKS = {path.stem: nbformat.read(path, as_version=4) for path in NOTEBOOKS}
SHOWN = "\n".join(
    json.dumps([cell.source, cell.get("outputs", [])], ensure_ascii=False)
    for book in BOOKS.values()
    for cell in book.cells
)
NAMES = set(re.findall(r"[\w-]+", SHOWN))
TABLES = orocloud.tables


def code_cells(book):
    return [cell for cell in book.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("name", BOOKS)
def test_a_notebook_holds_no_logic(name):
    """Code cells have one to four lines; what they may be is tested with their honesty."""
    for cell in code_cells(BOOKS[name]):
        assert 1 <= len(cell.source.splitlines()) <= 4


@pytest.mark.parametrize("name", BOOKS)
def test_a_notebook_links_to_files_that_exist(name):
    """Next, previous and start, and pages."""
    text = "\n".join(c.source for c in BOOKS[name].cells if c.cell_type == "markdown")
    links = re.findall(r"\]\((?!https:|#)([^)#]+)", text)

    assert links
    assert [link for link in links if not (NOTEBOOKS[0].parent / link).is_file()] == []


CORE = {"engine", "model", "claims", "queries", "diagrams", "errors", "results"}
STUB = ast.parse(Path(orosec.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
ROOM_OF = {
    name.name: node.module.partition(".")[0]
    for node in STUB.body
    if isinstance(node, ast.ImportFrom)
    for name in node.names
}


def imported(book):
    """The names that a notebook takes from orosec."""
    code = ast.parse("\n".join(cell.source for cell in code_cells(book)))
    taken = (node for node in ast.walk(code) if isinstance(node, ast.ImportFrom))
    return [name.name for node in taken for name in node.names]


@pytest.mark.parametrize("name", BOOKS)
def test_a_notebook_of_the_core_imports_the_core_alone(name):
    """Those up to 08; each later one shows what wings are for."""
    wings = {ROOM_OF.get(word, "model") for word in imported(BOOKS[name])} - CORE

    assert (name < "09") == (not wings), wings


@pytest.mark.parametrize(
    "name",
    [
        row[0]
        for rows in (TABLES.sentences, TABLES.claims, TABLES.rules, TABLES.ambiguities)
        for row in rows
    ],
)
def test_everything_is_shown_in_some_notebook(name):
    """A sentence, claim, rule or finding that no notebook shows is lost to readers."""
    assert name in NAMES


def kind_of(name):
    """The heading under which an ambiguity belongs."""
    literal, operational = (row[1] for row in ambiguity(name).rows)
    if "▲" in literal + operational:
        return "Known contradictions"
    return (
        "One sentence can be read in two ways"
        if operational.startswith("✔")
        else "No model can decide"
    )


def test_each_open_question_is_under_its_heading():
    """Each once, by number, with its title, sentences and verdicts."""
    text = "\n".join(c.source for c in BOOKS["08-open-questions"].cells)
    found = {}
    for line in text.splitlines():
        if line.startswith("## "):
            group = line.removeprefix("## ")
        if line.startswith("### "):
            found.setdefault(group, []).append(line.removeprefix("### "))
    wanted = {}
    for row in TABLES.ambiguities:
        wanted.setdefault(kind_of(row.ambiguity), []).append(
            f"{row.ambiguity} · {row.title}"
        )
    links = told_of(TABLES)

    assert found == wanted
    assert f"{len(wanted['Known contradictions'])} are known contradictions" in text
    for row in TABLES.ambiguities:
        named = ", ".join(f"[{one}]({links[one]})" for one in row.sentences.split())
        assert f"### {row.ambiguity} · {row.title}\n\n{named}\n" in text
