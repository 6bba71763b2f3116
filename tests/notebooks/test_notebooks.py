"""The notebooks: executed from top to bottom, complete, and linked to each other."""

import json
import re
from pathlib import Path

import nbformat
import pytest

from orosec import orocloud

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
def test_a_notebook_was_executed_from_top_to_bottom(name):
    """nbval would silently pass a notebook whose outputs were cleared."""
    cells = code_cells(BOOKS[name])
    silent = [cell.source for cell in cells if not cell.outputs]

    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(source.startswith(("from orosec", "assert")) for source in silent)


@pytest.mark.parametrize("name", BOOKS)
def test_a_notebook_holds_no_logic(name):
    """Code cells have one to four lines, none too long for a page, and define nothing."""
    for cell in code_cells(BOOKS[name]):
        lines = cell.source.splitlines()

        assert 1 <= len(lines) <= 4
        assert not re.search(r"^\s*(def|class|for|if|while)\b", cell.source, re.MULTILINE)


@pytest.mark.parametrize("name", BOOKS)
def test_a_notebook_ends_with_its_own_assertions(name):
    """So that a verdict that changed turns it red; the first one judges all."""
    asserts = [cell.source for cell in code_cells(BOOKS[name]) if "assert" in cell.source]

    assert asserts


@pytest.mark.parametrize("name", BOOKS)
def test_a_notebook_links_to_notebooks_that_exist(name):
    """Next, previous and start."""
    text = "\n".join(c.source for c in BOOKS[name].cells if c.cell_type == "markdown")
    links = re.findall(r"\]\(([^)]+\.ipynb)\)", text)

    assert links
    assert {link.removesuffix(".ipynb") for link in links} <= set(BOOKS)


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
