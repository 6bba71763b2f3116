"""What could be wrong and green in a notebook is told, each on one line."""

import json

import pytest
from books import NOTEBOOKS, code, code_cells, documented_book, markdown
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from inner import run_pytest

from orosec import orocloud
from orosec.prose.documents import Documentation
from orosec.testing.honesty import doubts, unreadable

DOCUMENTS = Documentation(orocloud)
BOOKS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
SMALL = "06-ddos-protection"
MARKERS = {
    "NBVAL_SKIP": "is skipped",
    "NBVAL_IGNORE_OUTPUT": "has an output that is not compared",
    "PYTEST_VALIDATE_IGNORE_OUTPUT": "has an output that is not compared",
    "NBVAL_RAISES_EXCEPTION": "may fail",
}


def told(book, folder, name=SMALL):
    """What is told of a notebook that was changed."""
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    return [*doubts(path, DOCUMENTS)]


@pytest.mark.parametrize("name", BOOKS)
def test_in_the_documented_notebooks_nothing_is_left_unchecked(name):
    """No false alarm."""
    assert [*doubts(NOTEBOOKS / f"{name}.ipynb", DOCUMENTS)] == []


@examples(2.0)
@given(st.data())
def test_a_marker_is_told_wherever_it_stands(tmp_path_factory, data):
    """As a comment in any line of any cell, or as a tag; and nothing else is."""
    name = data.draw(st.sampled_from(BOOKS))
    marker = data.draw(st.sampled_from(sorted(MARKERS)))
    book = documented_book(name)
    cell = data.draw(st.sampled_from(code_cells(book)))
    if data.draw(st.booleans(), "as a comment"):
        lines = "".join(cell["source"]).splitlines()
        comment = data.draw(st.sampled_from(["# ", "#", "  ## "])) + marker
        lines.insert(data.draw(st.integers(0, len(lines))), comment)
        cell["source"] = "\n".join(lines)
    else:
        tag = marker.lower().replace("_", "-")
        cell["metadata"]["tags"] = [*cell["metadata"].get("tags", ()), "other", tag]
    found = told(book, tmp_path_factory.mktemp("book"), name)

    assert [line.rpartition(": ")[2] for line in found] == [MARKERS[marker]]


def in_cell(place, **changes):
    """A change of one code cell."""
    return lambda book: code_cells(book)[place].update(changes)


def another(cell, place=-1):
    """A cell more."""
    return lambda book: book["cells"].insert(place, cell)


LAST = 'assert prove(section="ddos").as_expected'
NO_ASSERTION = "its last cell does not assert that all is as recorded (as_expected)"
NOT_IN_TURN = "was not executed in its turn: its output was cleared, or is an old one"
NO_PYTHON = "is no plain Python: what stands in it may never run"
LEFT_OUT = "no assertion judges DD1-delegated"
TAMPERED = {
    "a tag of Jupyter's": (
        in_cell(-1, metadata={"tags": ["raises-exception"]}),
        "may fail",
    ),
    "outputs cleared": (in_cell(1, execution_count=None, outputs=[]), NOT_IN_TURN),
    "another order": (in_cell(1, execution_count=7), NOT_IN_TURN),
    "a wrong magic": (in_cell(1, source="%notmagic\nassert 1 == 2"), NO_PYTHON),
    "a cell magic": (in_cell(1, source="%%script false\nsurface()"), NO_PYTHON),
    "a shell": (in_cell(1, source="!true"), NO_PYTHON),
    "nothing": (in_cell(1, source="# surface()"), NO_PYTHON),
    "assert True": (in_cell(-1, source="assert True"), NO_ASSERTION),
    "or True": (in_cell(-1, source=f"{LAST} or True"), NO_ASSERTION),
    "a tuple": (in_cell(-1, source=f"assert ({LAST[7:]}, '')"), NO_ASSERTION),
    "never reached": (in_cell(-1, source=f"if 0: {LAST}"), NO_ASSERTION),
    "not": (in_cell(-1, source=f"assert not {LAST[7:]}"), NO_ASSERTION),
    "something after it": (in_cell(-1, source=f"{LAST}\nprove()"), NO_ASSERTION),
    "another section": (in_cell(-1, source=LAST.replace("ddos", "google")), LEFT_OUT),
    "one CDN": (in_cell(-1, source=LAST.replace(")", ', cdn="google")')), LEFT_OUT),
    "one CDN of all": (
        in_cell(-1, source='assert prove(cdn="google").as_expected'),
        LEFT_OUT,
    ),
    "an own judge": (in_cell(-1, source="assert me('DD1').as_expected"), LEFT_OUT),
    "another prove": (in_cell(1, source="prove = print"), "calls something else prove"),
    "a function": (
        in_cell(1, source="def prove(): pass"),
        "calls something else prove",
    ),
    "another import": (
        in_cell(1, source="from orosec import summary as prove"),
        "calls summary something else",
    ),
    "changed from outside": (
        in_cell(1, source="prove().__class__.as_expected = True"),
        "changes what as_expected means",
    ),
    "a raw cell": (
        another({"cell_type": "raw", "metadata": {}, "source": LAST}),
        "a raw cell is neither run nor read",
    ),
    "a picture in prose": (
        another(markdown("![the network](network.png)")),
        "a picture in the prose is not compared",
    ),
    "a picture in HTML": (
        another(markdown('See <IMG src="x.png">')),
        "a picture in the prose is not compared",
    ),
    "an attachment": (
        another(markdown("x") | {"attachments": {"x.png": {"image/png": ""}}}),
        "a picture in the prose is not compared",
    ),
    "widgets": (
        lambda book: book["metadata"].update(widgets={}),
        "its metadata hold what is not compared: widgets",
    ),
    "no code": (lambda book: book["cells"].clear(), NO_ASSERTION),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_what_was_tampered_with_is_told(tmp_path, kind):
    """One line, which says what is wrong, after the heading of its cell."""
    book = documented_book(SMALL)
    tamper, reason = TAMPERED[kind]
    tamper(book)

    assert [line for line in told(book, tmp_path) if line.endswith(reason)]


def test_more_cells_need_their_own_turn(tmp_path):
    """A cell that was copied is not in its turn, nor are those after it."""
    book = documented_book(SMALL)
    another(code("surface()"), 0)(book)

    assert len(told(book, tmp_path)) == len(code_cells(book)) - 1


DAMAGED = {
    "empty": (b"", "is empty"),
    "blank": (b" \r\n", "is empty"),
    "BOM": (
        b"\xef\xbb\xbf{}",
        "begins with a byte order mark: save it as UTF-8 without one",
    ),
    "conflict": (
        b'{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> theirs\n]}',
        "holds conflict markers, in line 2",
    ),
    "latin-1": (b'{"cells": "\xfc"}', "is no notebook: 'utf-8' codec can't decode"),
    "half": (b'{"cells": [', "is no notebook: Expecting value"),
    "old": (b'{"nbformat": 3, "worksheets": []}', "is no notebook of format 4"),
    "a list": (b"[]", "is no notebook of format 4"),
    "no cells": (b'{"nbformat": 4}', "is no notebook of format 4"),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_file_that_is_no_notebook_is_told_on_one_line(tmp_path, kind):
    """E6."""
    path = tmp_path / "book.ipynb"
    content, reason = DAMAGED[kind]
    path.write_bytes(content)

    assert unreadable(path).startswith(reason)
    assert len(unreadable(path).splitlines()) == 1


def test_damaged_and_tampered_notebooks_are_red(tmp_path):
    """In a run of pytest: one line each, with the name of the file and the reason."""
    (tmp_path / "damaged.ipynb").write_bytes(DAMAGED["conflict"][0])
    book = documented_book(SMALL)
    in_cell(-1, source="assert True")(book)
    told(book, tmp_path)
    only = ("--continue-on-collection-errors", "-k", "unchecked")
    done = run_pytest(tmp_path, "--nbval", "-p", "orosec.testing.pytest_plugin", *only)

    assert "damaged.ipynb holds conflict markers, in line 2" in done.stdout
    assert f"{SMALL}: nothing is left unchecked: {NO_ASSERTION}" in done.stdout
    assert "Traceback" not in done.stdout
    assert "1 failed" in done.stdout
    assert "1 error" in done.stdout
