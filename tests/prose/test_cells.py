"""What notebooks judge: read from what stands in them now, never from memory."""

import json
import shutil

from orosec import orocloud
from orosec.prose.cells import NOTEBOOKS, read_cells


def test_deleted_notebooks_are_not_remembered(tmp_path):
    """Every notebook goes, and in the same process no cell is left."""
    for book in NOTEBOOKS.glob("*.ipynb"):
        shutil.copy(book, tmp_path)
    assert read_cells(orocloud.tables, tmp_path) == read_cells(orocloud.tables)

    for book in tmp_path.glob("*.ipynb"):
        book.unlink()

    assert read_cells(orocloud.tables, tmp_path) == ()


def test_an_edited_notebook_is_read_again(tmp_path):
    """The same name and folder, another sentence: another cell."""
    book = tmp_path / "01-a.ipynb"
    seen = []
    for sentence in ("GL3", "AC5"):
        source = [f"prove('{sentence}')"]
        book.write_text(
            json.dumps({"cells": [{"cell_type": "code", "source": source}]}),
            encoding="utf-8",
        )
        (cell,) = read_cells(orocloud.tables, tmp_path)
        seen.append({claim.partition("-")[0] for claim in cell.claims})

    assert seen == [{"GL3"}, {"AC5"}]
