"""The plugin, run as its users run it: in a process of its own."""

import json
import os
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from shutil import copyfile, copytree

import pytest
from books import write_book
from folders import write_table
from inner import run_pytest

from orosec import check, orocloud, read_network
from orosec.model.network import PROPOSAL
from orosec.prose.documents import Documentation

ROOT = Path(__file__).parents[2]
DMZ, VPN = (
    ROOT / "notebooks" / f"{name}.ipynb"
    for name in ("03-maintenance-dmz-subnet", "05-connecting-by-vpn")
)
SMALL = "notebooks/06-ddos-protection.ipynb"


def cases(report):
    """Each test case of a JUnit report: (file, name) with its failure and its ids."""
    found = {}
    for case in ET.parse(report).iter("testcase"):
        place = case.get("classname").removesuffix(".ipynb").rpartition(".")[2]
        failure = case.find("failure")
        ids = {(one.get("name"), one.get("value")) for one in case.iter("property")}
        found[place, case.get("name")] = (None if failure is None else failure.text, ids)
    return found


def cell_names(path):
    """What the code cells are called: after the heading above them."""
    title, seen = "before the first heading", Counter()
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            title = ["", *re.findall(r"^#+ (.*)", source, re.MULTILINE)][-1] or title
            continue
        seen[title] += 1
        yield f"{title} ({seen[title]})" if seen[title] > 1 else title


def flipped(folder, rule):
    """Write the documented tables with one rule that does the opposite."""
    action = {row.name: row.action for row in orocloud.tables.rules}[rule]
    other = {"allow": "deny", "deny": "allow"}[action]
    return orocloud.with_rule_changed(rule, action=other).save(folder)


@pytest.fixture(scope="module")
def on_a_flipped_rule(tmp_path_factory):
    """The notebooks on tables in which nobody reaches the VPN gateway."""
    folder = flipped(tmp_path_factory.mktemp("flipped"), "vpn-from-internet")
    report = folder / "junit.xml"
    options = ("--nbval", "--junitxml", report)
    done = run_pytest(DMZ, VPN, *options, **{PROPOSAL: os.path.relpath(folder, ROOT)})
    return read_network(folder), done, cases(report)


@pytest.fixture(scope="module")
def on_a_copy(tmp_path_factory):
    """A notebook on tables that are a copy of the documented ones."""
    folder = orocloud.save(tmp_path_factory.mktemp("copy"))
    report = folder / "junit.xml"
    done = run_pytest(DMZ, "--nbval", "--tables", folder, "--junitxml", report)
    return done, cases(report)


def test_on_a_proposal_the_cells_fail_whose_promises_break(on_a_flipped_rule):
    """Those that prove a claim which is not as recorded, and no other one."""
    network, done, found = on_a_flipped_rule
    unexpected = {one.claim.claim for one in check(network=network).unexpected}
    documents = Documentation(orocloud)

    assert done.returncode == 1
    for book in (DMZ, VPN):
        for cell in documents.cells(book):
            judged = {value for _, value in cell.judges}
            failed = found[book.stem, cell.name][0] is not None
            assert failed == bool(judged & unexpected), cell.name


def test_on_a_proposal_the_statements_fail_that_are_false_there(on_a_flipped_rule):
    """Those of the prose, and no other ones."""
    network, _, found = on_a_flipped_rule
    documents = Documentation(network)
    failed = 0
    for book in (DMZ, VPN):
        for fact in documents.facts(book):
            passed = found[book.stem, fact.name][0] is None
            assert passed == documents.judge(fact.span).true, fact.name
            failed += not passed

    assert failed


def test_on_a_proposal_text_names_itself_and_does_not_fail(tmp_path):
    """Counts, names and places, and a count of claims that are all as recorded."""
    claim = {
        "sentence": "AC3",
        "verb": "denies",
        "level": "permitted",
        "source": "internet",
        "means": "More.",
    }
    claim |= {
        "expected": "holds",
        "destination": "nat",
        "services": "all",
        "says": "Nobody gets in.",
    }
    network = orocloud.with_claim("AC3-more", **claim, basis="proposed")
    way = {"source": "vpn-gateway", "destination": "database", "services": "tcp:5432"}
    network = network.with_rule("dba", "allow", **way)
    folder = network.save(tmp_path / "proposal")
    texts = ("25 rules", "web-9", "nat at 203.0.113.31", "AC3: 1 of 2 hold")
    broken = ("vpn-gateway ↛ database", "AC1-stores holds", "AC1: 0 of 9 hold")
    page = tmp_path / "page.md"
    page.write_text("# T\n\n`" + "`\n`".join((*texts, *broken)) + "`\n", "utf-8")
    options = ("--nbval", "-rxf", "-p", "orosec.testing.pytest_plugin")
    done = run_pytest(*options, page, "--tables", folder)

    for text in texts:
        assert f"text, no promise: {text} is not true" in done.stdout
    for text in broken:
        assert re.search(rf"^FAILED .*T: {text}", done.stdout, re.MULTILINE)
    assert "3 failed, 1 passed, 4 xfailed" in done.stdout


def test_on_a_proposal_a_question_about_a_name_that_is_gone_is_text(tmp_path):
    """A cell that judges claims, or asserts something, fails even so."""
    other = orocloud.with_node_changed("web-1", role="shop").save(tmp_path / "proposal")
    gone = 'from orosec import decide, prove\n{}decide("web-9", "internet", "tcp:80")'
    cells = (gone.format(""), gone.format('prove("VP2")\n'), gone.format("assert "))
    book = write_book(tmp_path / "book.ipynb", *cells)
    options = ("--nbval", "-p", "orosec.testing.pytest_plugin", "-k", "cell")
    done = run_pytest(*options, book, "--tables", other)

    assert "2 failed, 1 deselected, 1 xfailed" in done.stdout


def test_a_failure_has_few_lines_and_names_what_matters(on_a_flipped_rule):
    """Claim, witness and rule, in at most 15 lines, for cells and prose alike."""
    network, _, found = on_a_flipped_rule
    unexpected = {one.claim.claim for one in check(network=network).unexpected}
    failures = [text for text, _ in found.values() if text]

    assert failures
    for text in failures:
        assert len(text.splitlines()) <= 15, text
        assert re.search(r"witness: .* is (kept out by [a-z-]+|denied by default)", text), (
            text
        )
        assert re.search(r"rule: .* deny [a-z]+ → ", text), text
        assert any(claim in text for claim in unexpected), text


def test_on_unchanged_tables_nothing_fails(on_a_copy):
    """Cells and prose; there are as many items as ever."""
    done, found = on_a_copy

    assert done.returncode == 0, done.stdout
    assert all(failure is None for failure, _ in found.values())
    assert set(cell_names(DMZ)) <= {name for _, name in found}


@pytest.mark.parametrize("means", [None, "The auditor asks for it."])
def test_the_register_of_a_proposal_is_judged_in_every_run(tmp_path, means):
    """C2: a claim that no cell of this run names was loosened; declared, it passes."""
    cells = {"services": "all"} | ({"basis": "proposed", "means": means} if means else {})
    folder = orocloud.with_claim_changed("TF5-ports", **cells).save(tmp_path)
    done = run_pytest("docs/words.md", "--nbval", "--tables", folder)

    assert done.returncode == (0 if means else 1), done.stdout
    said = 'NOT AS RECORDED: with_claim_changed("TF5-ports", services="all")'
    assert (said in done.stdout) == (means is None)
    assert len(re.findall("the register", done.stdout)) == (means is None)


def test_items_carry_the_ids_that_they_name(on_a_copy):
    """As JUnit properties: of the code, of the prose, and of the heading above."""
    _, found = on_a_copy
    book = "03-maintenance-dmz-subnet"
    cell = "MD4 · The VPN uses multi-factor login and protects traffic"

    assert found[book, cell][1] == {
        ("sentence", "MD4"),
        ("claim", "MD4-factors"),
        ("claim", "MD4-encrypted"),
    }
    prose = "MD1 · The DMZ holds the VPN gateway and nothing else: MD1-words broken"
    assert found[book, prose][1] == {("sentence", "MD1"), ("claim", "MD1-words")}
    assert ("claim", "MD2-back") in found[book, "All promises of this section"][1]


def test_a_bad_folder_is_one_error(tmp_path):
    """Exit status 4, every fault, and nothing run; whether named by option or variable."""
    folder = flipped(tmp_path, "vpn-from-internet")
    write_table(folder, "rules", ["name"], [])

    by_option = run_pytest(DMZ, "--nbval", "--tables", folder, "-n", "2")
    by_variable = run_pytest(DMZ, "--nbval", **{PROPOSAL: str(tmp_path / "none")})

    for done, told in ((by_option, "column is missing"), (by_variable, "is no folder")):
        assert done.returncode == pytest.ExitCode.USAGE_ERROR
        assert done.stderr.startswith("ERROR: the tables cannot be used")
        assert told in done.stderr
        assert "passed" not in done.stdout


def test_a_proposal_without_notebooks_is_refused():
    """Unit tests are about the documented tables; so say it instead of failing them."""
    done = run_pytest("tests/prose/test_markdown.py", **{PROPOSAL: "x"})

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "add --nbval" in done.stderr


CHANGER = f"""
import os
def pytest_collection_finish():
    os.environ["{PROPOSAL}"] = "elsewhere"
"""


def test_the_tables_are_those_that_the_run_began_with(tmp_path):
    """What names others later, as a conftest.py may, makes every test red."""
    (tmp_path / "changer.py").write_text(CHANGER, encoding="utf-8")
    options = ("--nbval", "-p", "changer", "-o", f"pythonpath={tmp_path}")
    done = run_pytest("docs/prose.md", *options)

    assert f"{PROPOSAL} was changed since the run began" in done.stdout
    assert "passed" not in done.stdout
    assert done.returncode == 1


TAKES_ALL = "def pytest_collection_modifyitems(items): items[:] = []"


def test_who_takes_all_tests_away_is_told(tmp_path):
    """In a copy of the house: a conftest.py among the notebooks."""
    for part in ("orosec", "conftest.py", "pyproject.toml", "tests/sanitize.cfg", SMALL):
        path = tmp_path / part
        path.parent.mkdir(exist_ok=True)
        (copytree if (ROOT / part).is_dir() else copyfile)(ROOT / part, path)
    (tmp_path / "notebooks" / "conftest.py").write_text(TAKES_ALL, encoding="utf-8")
    words = [sys.executable, "-m", "pytest", "--nbval", "-p", "no:cacheprovider", SMALL]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert "the house: notebooks/conftest.py is no notebook" in done.stdout
    assert done.returncode == 1


def tracked(*patterns):
    """The files of the checkout that git knows."""
    words = ["git", "-C", ROOT, "ls-files", "-z", "--", *patterns]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("no git, or no checkout")
    return {*done.stdout.split("\0")} - {""}


UNREAD = {
    "CHANGELOG.md": "tells what was, in words of its time",
    "orosec/reporting/templates/report.md": "a template; what it makes is tested",
}
"""Pages whose prose states nothing that is checked, and why."""


def test_every_page_and_notebook_is_read():
    """None lies where pytest does not look, but for those with a reason."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = settings["tool"]["pytest"]["ini_options"]["testpaths"]
    pages = {page for page in tracked("*.md") if not page.startswith("docs/")}

    assert pages - UNREAD.keys() <= {*named}
    assert {str(Path(book).parent) for book in tracked("*.ipynb")} <= {"notebooks"}


NO_KERNEL = """
import orosec.testing.kernels

def refuse(*_, **__):
    raise AssertionError("a kernel was started")

orosec.testing.kernels.Kernel = refuse
"""


def book_of(*texts):
    """A notebook: a Markdown cell for each text, and a code cell at its end."""
    cells = [{"cell_type": "markdown", "metadata": {}, "source": text} for text in texts]
    code = {"cell_type": "code", "metadata": {}, "source": "1", "outputs": []}
    cells.append({**code, "execution_count": None})
    cells = [{**cell, "id": f"cell-{place}"} for place, cell in enumerate(cells)]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def written(tmp_path):
    """A notebook and a page of our own, where no kernel can start."""
    ways = "# JourneyGraph\n\n`internet ↛ web`, as `GL3` says\n\nfor `web`, *`not`* `web`"
    google = "## Google\n\n`load-balancer → web tcp:81`"
    (tmp_path / "conftest.py").write_text(NO_KERNEL, encoding="utf-8")
    (tmp_path / "book.ipynb").write_text(book_of(ways, google), encoding="utf-8")
    (tmp_path / "page.md").write_text("# P\n\nSo:\n`web`, but\n`tcp:81`.\n", "utf-8")
    return tmp_path


def test_prose_needs_no_kernel(written):
    """Statements are selected by name; a wrong one says what is true instead."""
    names = (
        "JourneyGraph: internet ↛ web",
        "JourneyGraph: web (2)",
        "Google: load-balancer → web tcp:81",
    )
    items = [f"{written / 'book.ipynb'}::{name}" for name in names]

    done = run_pytest("--nbval", "-p", "orosec.testing.pytest_plugin", *items)

    assert "1 failed, 2 passed" in done.stdout
    assert "book: Google: load-balancer → web tcp:81" in done.stdout
    assert "but:     load-balancer ↛ web tcp:81" in done.stdout


def test_cells_and_pages_stand_beside_it(written):
    """The cell asks for its kernel and asserts nothing; a page says in which line it is."""
    files = (written / "book.ipynb", written / "page.md")
    done = run_pytest("--nbval", "-p", "orosec.testing.pytest_plugin", *files)

    assert "a kernel was started" in done.stdout
    assert "page.md, line 5: page: P: tcp:81" in done.stdout
    assert "3 failed, 5 passed, 1 error" in done.stdout
