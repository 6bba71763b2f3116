"""A notebook outside of a checkout is checked, or told that it is not."""

import os
import subprocess
import sys
import tomllib

import pytest
from books import markdown, write_book
from inner import ROOT

FALSE = markdown("# T\n\nIt is said that `internet → web tcp:22`.")
OUTSIDE, CHECKS = "orosec.testing.outside", "orosec.testing.pytest_plugin"


@pytest.fixture
def run(tmp_path):
    """Runs pytest in an empty folder, on a notebook with a false statement."""
    book = write_book(tmp_path / "book.ipynb", FALSE, "from orosec import prove")

    def run_with(*options):
        # Under its module's name, also where it is installed: pytest takes it once.
        alone = ("-p", "no:orosec", "-p", OUTSIDE)
        words = [sys.executable, "-m", "pytest", "--nbval", book, *alone, *options]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(
            words,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run_with


def test_what_is_not_checked_is_told(run):
    """E7: with the way to have it checked."""
    done = run()

    assert done.returncode == 0
    assert "orosec: 1 notebooks ran, and their prose" in done.stdout
    assert f"-p {CHECKS}" in done.stdout


def test_what_is_checked_is_not_told_so(run):
    """As the line says."""
    done = run("-p", CHECKS)

    assert "internet ↛ web tcp:22" in done.stdout
    assert "not checked" not in done.stdout
    assert done.returncode == 1


def test_pytest_finds_it_wherever_orosec_is_installed():
    """By an entry point."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]

    assert project["entry-points"]["pytest11"] == {"orosec": OUTSIDE}
