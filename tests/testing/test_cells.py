"""Cells: whatever is selected, in any order, process and folder, verdicts are the same."""

import re

import pytest
from books import NOTEBOOKS, code, documented_book, markdown, write_book
from effort import effort
from inner import ROOT, run_pytest

OURS = ("--nbval", "-p", "orosec.testing.pytest_plugin")
CHAIN = ("a = 1", code("a + 1", "2"), "b = a + 1", "assert b == 2", "a += 1\nassert a == 2")
"""Cells of which each needs those above, and none may run twice."""


def outcome(done):
    """The counts in the last line of a run."""
    last = done.stdout.strip().splitlines()[-1]
    return {kind: int(count) for count, kind in re.findall(r"(\d+) ([a-z]+)", last)}


@pytest.fixture
def chain(tmp_path):
    """A notebook whose cells need each other."""
    return write_book(tmp_path / "chain.ipynb", *CHAIN)


@pytest.mark.parametrize(
    "names", [["cell 5"], ["cell 4", "cell 5"], ["cell 5", "cell 3", "cell 4"]]
)
def test_what_stands_above_a_selected_cell_runs_first(chain, names):
    """E3: once; also where cells are named in another order."""
    done = run_pytest(*OURS, *(f"{chain}::{name}" for name in names))

    assert outcome(done) == {"passed": len(names)}, done.stdout


def test_cells_are_selected_by_keyword(tmp_path):
    """E3: by a word that no folder around them has."""
    last = markdown("## zebra"), code(CHAIN[-1])
    book = write_book(tmp_path / "chain.ipynb", *CHAIN[:-1], *last)
    done = run_pytest(*OURS, book, "-k", "zebra")

    assert outcome(done)["passed"] == 1, done.stdout


def test_after_a_mend_the_last_failed_pass(tmp_path, chain):
    """E3: ``--lf`` leaves out the cells above, which passed."""
    cached = ("-p", "cacheprovider", "-o", f"cache_dir={tmp_path / 'cache'}", "-k", "cell")
    write_book(chain, *CHAIN[:-1], "assert a == 2")
    broken = run_pytest(*OURS, chain, *cached)
    write_book(chain, *CHAIN)
    mended = run_pytest(*OURS, chain, *cached, "--lf")

    assert outcome(broken)["failed"] == 1, broken.stdout
    assert outcome(mended)["passed"] == 1, mended.stdout


def test_a_cell_above_that_fails_is_named(tmp_path):
    """It was not selected; so it is no item, and the selected one says what broke it."""
    book = write_book(tmp_path / "book.ipynb", "1 / 0", "b = 2", "assert b == 3")
    done = run_pytest(*OURS, f"{book}::cell 3")

    assert outcome(done) == {"failed": 1}
    assert "above it failed: cell 1" in done.stdout


@pytest.mark.parametrize("dist", ["load", "loadgroup", "worksteal"])
def test_cells_pass_however_xdist_deals_them_out(tmp_path, dist):
    """E2: together in one process, or after what stands above was run there."""
    books = [write_book(tmp_path / f"{name}.ipynb", *CHAIN) for name in "ab"]
    only = ("-k", "cell and not unchecked", "-n", "2", "--dist", dist)
    done = run_pytest(*OURS, *books, *only)

    assert outcome(done) == {"passed": 10}, done.stdout


@pytest.mark.parametrize("folder", ["notebooks", "tests/data", "/"])
def test_notebooks_pass_from_any_folder(folder):
    """E1."""
    book = NOTEBOOKS / "06-ddos-protection.ipynb"
    done = run_pytest("--nbval", book, folder=ROOT / folder)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("option", ["--nbval", "--nbval-lax"])
@pytest.mark.parametrize("magic", ["%notmagic", "%%notmagic", "%run missing.py"])
def test_a_cell_that_a_magic_ended_is_red(tmp_path, option, magic):
    """E4: IPython prints why, and goes on."""
    book = write_book(tmp_path / "book.ipynb", f"{magic}\nassert 1 == 2")
    done = run_pytest(option, *OURS[1:], book, "-k", "cell and 1")

    assert outcome(done)["failed"] >= 1, done.stdout
    assert re.search(r"notmagic.*not found|missing.py.*not found", done.stdout)


def test_a_forged_picture_is_red_where_its_cell_is_tested(tmp_path):
    """E5: a PNG, which nbval leaves out."""
    book = documented_book("05-connecting-by-vpn")
    (data,) = (
        output["data"]
        for cell in book["cells"]
        for output in cell.get("outputs", ())
        if "image/png" in output["data"]
    )
    png = "".join(data["image/png"])
    data["image/png"] = png.replace("i", "j", 1)
    path = write_book(tmp_path / "05-connecting-by-vpn.ipynb", *book["cells"])
    done = run_pytest(*OURS, f"{path}::The way of maintenance")

    assert outcome(done) == {"failed": 1}
    assert "the image/png is not what its DOT text draws" in done.stdout


def test_plain_nbval_passes_the_notebooks():
    """Without our plugin: one cell after the other, in one process (a few of them here)."""
    books = sorted(NOTEBOOKS.glob("*.ipynb"))
    few = [books[1], books[6]]
    done = run_pytest(
        "--nbval", "-p", "no:orosec.testing.pytest_plugin", *effort(few[:1], few, books)
    )

    assert outcome(done).keys() == {"passed"}, done.stdout
