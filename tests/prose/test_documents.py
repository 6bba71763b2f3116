"""Documents: cells and statements by name, read from what stands in them now."""

import json
import shutil

from orosec import orocloud
from orosec.prose.documents import NOTEBOOKS, Documentation, judging_cells


def test_deleted_notebooks_are_not_remembered(tmp_path):
    """Every notebook goes, and in the same process no cell is left."""
    for book in NOTEBOOKS.glob("*.ipynb"):
        shutil.copy(book, tmp_path)
    assert judging_cells(orocloud.tables, tmp_path) == judging_cells(orocloud.tables)

    for book in tmp_path.glob("*.ipynb"):
        book.unlink()

    assert judging_cells(orocloud.tables, tmp_path) == ()


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
        (cell,) = judging_cells(orocloud.tables, tmp_path)
        seen.append({name for kind, name in cell.judges if kind == "sentence"})

    assert seen == [{"GL3"}, {"AC5"}]


def test_statements_and_cells_have_names_of_their_own(tmp_path):
    """A heading or text that comes again is numbered, and a long one is cut."""
    book = tmp_path / "01-a.ipynb"
    texts = ["`web` and `web`", "# GL3\n\n`C1` *`x`* `y`", f"## {'z' * 200}\n\n`web`"]
    code = {"cell_type": "code", "source": "prove('AS1')"}
    cells = [{"cell_type": "markdown", "source": text} for text in texts]
    content = {"cells": [code, code, cells[0], cells[1], code, cells[2]]}
    book.write_text(json.dumps(content), encoding="utf-8")
    documents = Documentation(orocloud)

    assert [cell.name for cell in documents.cells(book)] == [
        *("before the first heading", "before the first heading (2)", "GL3")
    ]
    assert documents.cells(book)[-1].cites == (
        *(("sentence", "AS1"), ("claim", "AS1-data"), ("sentence", "GL3")),
    )
    assert [fact.name for fact in documents.facts(book)] == [
        *("before the first heading: web", "before the first heading: web (2)"),
        *("GL3: C1", "GL3: y", "z" * 160),
    ]
    assert documents.facts(book)[2].cites == (("ambiguity", "C1"), ("sentence", "GL3"))
