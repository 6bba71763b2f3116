"""Saving a proposal: the same bytes each time, and all of it or nothing."""

import os
import signal
import subprocess
import sys

import pytest

import orosec.model.files
from orosec import orocloud, read_network
from orosec.errors import NotationError, OutputError
from orosec.model.files import replace_files, settled
from orosec.model.schema import TABLES
from orosec.model.tables import DOCUMENTED

PROPOSAL = orocloud.with_rule(
    "dba", "allow", source="vpn-gateway", destination="database", services="tcp:5432"
)
WHY = "The database administrators ask for it.\nUntil the end of the year."


def content(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_saved_proposal_reads_back_equal(tmp_path):
    """The note is beside the value, not in it."""
    PROPOSAL.save(tmp_path / "proposal", why=WHY)

    assert read_network(tmp_path / "proposal") == PROPOSAL
    assert (tmp_path / "proposal" / "why.txt").read_text() == f"{WHY}\n"


def test_a_proposal_is_a_small_difference_of_files(tmp_path):
    """One row more; every other byte is the documented one."""
    PROPOSAL.save(tmp_path)
    saved = content(tmp_path)
    differing = [n for n in saved if saved[n] != (DOCUMENTED / n).read_bytes()]
    old = (DOCUMENTED / "rules.csv").read_bytes()

    assert differing == ["rules.csv"]
    assert (tmp_path / "rules.csv").read_bytes().startswith(old)


def test_saving_twice_gives_the_same_bytes(tmp_path):
    """In one folder and in two."""
    for name in ("one", "two", "two"):
        PROPOSAL.save(tmp_path / name, why=f"  {WHY}  \r\n")

    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_a_note_stays_where_none_is_given_and_other_files_do(tmp_path):
    """Saving is not cleaning."""
    (tmp_path / "README.md").write_text("mine")
    PROPOSAL.save(tmp_path, why="First.")
    orocloud.save(tmp_path)

    assert (tmp_path / "why.txt").read_text() == "First.\n"
    assert (tmp_path / "README.md").read_text() == "mine"
    assert read_network(tmp_path) == orocloud


@pytest.mark.parametrize("why", [5, "   ", "a\x00b", "\x1b[31m"])
def test_a_note_that_is_no_text_is_refused_before_anything_is_written(tmp_path, why):
    """Nothing is made."""
    with pytest.raises(NotationError):
        PROPOSAL.save(tmp_path / "new", why=why)

    assert not (tmp_path / "new").exists()


def failing(number, error):
    """Give a replacement of files that breaks at one of its calls."""
    calls = iter(range(10**6))

    def replace(path, data, real=orosec.model.files.replace_file):
        if next(calls) == number:
            raise error
        real(path, data)

    return replace


@pytest.mark.parametrize(
    "error",
    [OutputError("disk full"), OSError(28, "no space"), KeyboardInterrupt()],
    ids=repr,
)
@pytest.mark.parametrize("number", range(11))
def test_a_save_that_breaks_leaves_the_old_folder(tmp_path, monkeypatch, number, error):
    """Wherever it breaks: every file is the old one, and nothing is left over."""
    orocloud.save(tmp_path, why="Old.")
    old = content(tmp_path)
    changed = PROPOSAL.with_node_changed("web-1", rationale="Other.")
    monkeypatch.setattr(orosec.model.files, "replace_file", failing(number, error))
    with pytest.raises((OutputError, KeyboardInterrupt)):
        changed.save(tmp_path, why="New.")

    assert content(tmp_path) == old


def test_a_first_save_that_breaks_leaves_no_folder(tmp_path, monkeypatch):
    """A folder that was not there is not there."""
    monkeypatch.setattr(
        orosec.model.files, "replace_file", failing(3, OSError(28, "no space"))
    )
    with pytest.raises(OutputError, match="no space"):
        PROPOSAL.save(tmp_path / "new")

    assert not (tmp_path / "new").exists()


KILLED = """
import sys, os, signal
import orosec.model.files
from orosec import read_network
real, calls = orosec.model.files.replace_file, iter(range(99))
def replace(path, content):
    if next(calls) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    real(path, content)
orosec.model.files.replace_file = replace
network = read_network(sys.argv[1])
network.without_rule("dba").save(sys.argv[1], why="New.")
"""


@pytest.mark.parametrize("number", [0, 5, 10])
def test_a_save_that_is_killed_leaves_the_old_value(tmp_path, number):
    """It reads back as it was, and the next save finds everything in order."""
    PROPOSAL.save(tmp_path)
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(number)]
    done = subprocess.run(command, env=os.environ, check=False)

    assert done.returncode == -signal.SIGKILL
    assert settled(tmp_path) != tmp_path
    assert read_network(tmp_path) == PROPOSAL

    orocloud.save(tmp_path)
    assert read_network(tmp_path) == orocloud
    assert sorted(content(tmp_path)) == sorted(f"{name}.csv" for name in TABLES)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_one_error(tmp_path):
    """With its name and the reason."""
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="what was there still is"):
        PROPOSAL.save(tmp_path / "new")


def test_a_file_in_the_place_of_a_folder_is_one_error(tmp_path):
    """And it stays."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="cannot write"):
        replace_files(tmp_path / "file", {"a": b""})

    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_in_the_place_of_a_table_is_one_error(tmp_path):
    """And nothing else is written."""
    (tmp_path / "rules.csv").mkdir()
    with pytest.raises(OutputError, match="cannot write"):
        PROPOSAL.save(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["rules.csv"]
