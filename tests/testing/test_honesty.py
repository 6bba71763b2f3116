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
from orosec.testing.honesty import doubts, strays, unreadable

DOCUMENTS = Documentation(orocloud)
BOOKS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
SMALL = "06-ddos-protection"
MARKERS = (
    "NBVAL_SKIP",
    "NBVAL_IGNORE_OUTPUT",
    "PYTEST_VALIDATE_IGNORE_OUTPUT",
    "NBVAL_RAISES_EXCEPTION",
)


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
    marker = data.draw(st.sampled_from(MARKERS))
    book = documented_book(name)
    cell = data.draw(st.sampled_from(code_cells(book)))
    if data.draw(st.booleans(), "as a comment"):
        lines = "".join(cell["source"]).splitlines()
        comment = data.draw(st.sampled_from(["# ", "#", "  ## "])) + marker
        lines.insert(data.draw(st.integers(0, len(lines))), comment)
        cell["source"], reason = "\n".join(lines), COMMENT
    else:
        tag = marker.lower().replace("_", "-")
        cell["metadata"]["tags"] = [*cell["metadata"].get("tags", ()), "other", tag]
        reason = FREED
    found = told(book, tmp_path_factory.mktemp("book"), name)

    assert any(reason in line for line in found)


def in_cell(place, **changes):
    """A change of one code cell."""
    return lambda book: code_cells(book)[place].update(changes)


def another(cell, place=-1):
    """A cell more."""
    return lambda book: book["cells"].insert(place, cell)


def output(**changes):
    """A change of the first output of the first cell that shows something."""
    return lambda book: code_cells(book)[1]["outputs"][0].update(changes)


def told_of_itself(**changes):
    """A change of the metadata of a notebook."""
    return lambda book: book["metadata"].update(changes)


LAST = 'assert prove(section="ddos").as_expected'
COMMENT = "holds a comment, or a sign beyond ASCII: nothing checks those"
FREED = "its metadata may free it from being compared"
NO_ASSERTION = "its last cell does not assert that all is as recorded (as_expected)"
NOT_IN_TURN = "was not executed in its turn: its output was cleared, or is an old one"
NO_PYTHON = "is no plain Python: what stands in it may never run"
LEFT_OUT = "no assertion judges DD1-delegated"
ANOTHER = "shows something else than the one answer to its question"
NOT_COMPARED = "its output holds what is not compared: "
KERNEL = "its kernel is not python3, its language not python: "
TAMPERED = {
    "a tag of Jupyter's": (in_cell(-1, metadata={"tags": ["raises-exception"]}), FREED),
    "a hidden source": (in_cell(1, metadata={"jupyter": {"source_hidden": True}}), FREED),
    "a judge left out": (
        in_cell(-1, metadata={"tags": ["documented-only"]}),
        "judges claims, and is left out on proposed tables",
    ),
    "outputs cleared": (in_cell(1, execution_count=None, outputs=[]), NOT_IN_TURN),
    "another order": (in_cell(1, execution_count=7), NOT_IN_TURN),
    "a wrong magic": (in_cell(1, source="%notmagic\nassert 1 == 2"), NO_PYTHON),
    "a cell magic": (in_cell(1, source="%%script false\nsurface()"), NO_PYTHON),
    "a shell": (in_cell(1, source="!true"), NO_PYTHON),
    "nothing": (in_cell(1, source="# surface()"), NO_PYTHON),
    "a comment": (in_cell(1, source="surface()  # all is well"), COMMENT),
    "a letter that looks alike": (in_cell(1, source="рrove = surface()\nрrove"), COMMENT),
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
    "no answer": (in_cell(1, outputs=[]), ANOTHER),
    "silenced": (in_cell(1, source="surface();", outputs=[]), ANOTHER),
    "a forged answer": (
        lambda book: code_cells(book)[-1].update(outputs=code_cells(book)[1]["outputs"]),
        ANOTHER,
    ),
    "two answers": (
        lambda book: code_cells(book)[1].update(outputs=2 * code_cells(book)[1]["outputs"]),
        ANOTHER,
    ),
    "words beside the answer": (
        lambda book: code_cells(book)[1]["outputs"].insert(
            0, {"output_type": "stream", "name": "stdout", "text": "7 of 7 hold"}
        ),
        ANOTHER,
    ),
    "an output in a frame": (output(metadata={"isolated": True}), NOT_COMPARED),
    "an output with a name": (output(name="x"), NOT_COMPARED),
    "a raw cell": (
        another({"cell_type": "raw", "metadata": {}, "source": LAST}),
        "a raw cell is neither run nor read",
    ),
    "an attachment": (
        another(markdown("x") | {"attachments": {"x.png": {"image/png": ""}}}),
        "a cell holds what is not compared: attachments",
    ),
    "widgets": (
        told_of_itself(widgets={}),
        "its metadata hold what is not compared: widgets",
    ),
    "another kernel": (told_of_itself(kernelspec={"name": "other"}), KERNEL),
    "another language": (told_of_itself(language_info={"name": "R"}), KERNEL),
    "no kernel": (lambda book: book["metadata"].clear(), KERNEL),
    "no code": (lambda book: book["cells"].clear(), NO_ASSERTION),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_what_was_tampered_with_is_told(tmp_path, kind):
    """One line, which says what is wrong, after the heading of its cell."""
    book = documented_book(SMALL)
    tamper, reason = TAMPERED[kind]
    tamper(book)

    assert [line for line in told(book, tmp_path) if reason in line]


def test_more_cells_need_their_own_turn(tmp_path):
    """A cell that was copied is not in its turn, nor are those after it."""
    book = documented_book(SMALL)
    another(code("surface()"), 0)(book)
    found = told(book, tmp_path)

    assert sum(NOT_IN_TURN in line for line in found) == len(code_cells(book)) - 1


def test_in_the_checkout_nothing_but_ours_has_a_say():
    """No false alarm."""
    assert [*strays()] == []


@pytest.mark.parametrize(
    "name",
    [
        *(
            "notebooks/pygraphviz.py",
            "notebooks/orosec/__init__.py",
            "notebooks/dist/x.ipynb",
        ),
        *("notebooks/.hidden/x.ipynb", "notebooks/pytest.ini", "notebooks/data.csv"),
        *("docs/conftest.py", "orosec/claims/conftest.py", "tests/testing/tox.ini"),
        *("pytest.ini", "tox.ini", "setup.cfg", "notebooks/x.ipynb/conftest.py"),
    ],
)
def test_what_else_would_have_a_say_is_told(tmp_path, name):
    """A module that shadows a library, settings of pytest, a folder that it passes by."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "pyproject.toml").touch()
    for kept in ("conftest.py", "notebooks/x.ipynb", "notebooks/.ipynb_checkpoints"):
        if not name.startswith(kept):
            (tmp_path / kept).touch()
    assert [*strays(tmp_path)] == []

    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()

    assert [*strays(tmp_path)]


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
