"""A folder of tables that is saved: the old ones, the new, or told; never a mixture."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from effort import effort, later
from saved import FILES, OTHER, PROPOSAL, by_hand, content

from orosec import orocloud, read_network
from orosec.errors import OutputError, TableError
from orosec.model.files import UNFINISHED, CutOffError
from orosec.saving.folder import finish


def failing(error, number):
    """Give a step that breaks at one of its calls."""
    calls = iter(range(10**6))

    def step(*args, real, **named):
        if next(calls) == number:
            raise error
        return real(*args, **named)

    return step


@pytest.mark.parametrize("error", [OSError(28, "no space"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("number", [0, 7, 16])
def test_a_save_that_cannot_write_leaves_the_old_folder(
    tmp_path, monkeypatch, number, error
):
    """Wherever it breaks: every file is the old one, and nothing is left over."""
    PROPOSAL.save(tmp_path / "old", why="Old.")
    old = content(tmp_path / "old")
    real, broken = os.fsync, failing(error, number)
    monkeypatch.setattr(os, "fsync", lambda handle: broken(handle, real=real))
    with pytest.raises((OutputError, KeyboardInterrupt)):
        OTHER.save(tmp_path / "old", why="New.")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(error))
    with pytest.raises((OutputError, KeyboardInterrupt)):
        PROPOSAL.save(tmp_path / "new")

    assert content(tmp_path / "old") == old
    assert not list((tmp_path / "new").rglob("*"))


def test_a_file_that_cannot_be_moved_is_told_and_the_save_is_finished_later(
    tmp_path, monkeypatch
):
    """A program that holds a file, say: the folder shows it, and nothing else is said."""
    PROPOSAL.save(tmp_path)
    real = Path.replace

    def held(path, target):
        if path.name == "nodes.csv":
            raise PermissionError(13, "in use")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(CutOffError, match=r"in use.*orosec recover"):
        OTHER.save(tmp_path)
    monkeypatch.undo()
    with pytest.raises(TableError, match="orosec recover"):
        read_network(tmp_path)

    assert finish(tmp_path)
    assert read_network(tmp_path) == OTHER
    assert sorted(content(tmp_path)) == FILES


KILLED = """
import os, signal, sys
from pathlib import Path
from orosec import read_network
number, network = int(sys.argv[2]), read_network(sys.argv[1])
calls = iter(range(99))
def counted(real):
    def step(*args):
        if next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args)
    return step
os.fsync, Path.replace, Path.rename = map(counted, (os.fsync, Path.replace, Path.rename))
network.without_rule("dba").save(sys.argv[1], why="New.")
"""


@pytest.mark.parametrize("number", [0, 17, 18, 34])
def test_a_save_that_is_killed_is_seen(tmp_path, number):
    """Old, or told; never files that nobody sees. The next save leaves nothing behind."""
    PROPOSAL.save(tmp_path)
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(number)]
    done = subprocess.run(command, env=os.environ, check=False)
    promised = (tmp_path / UNFINISHED).exists()

    assert done.returncode == -signal.SIGKILL
    assert promised == (17 < number)
    if promised:
        with pytest.raises(TableError, match="cut off"):
            read_network(tmp_path)
    else:
        assert read_network(tmp_path) == PROPOSAL
    PROPOSAL.without_rule("dba").save(tmp_path)
    assert read_network(tmp_path) == PROPOSAL.without_rule("dba")
    assert not {UNFINISHED, *content_names(tmp_path)} - {*FILES, "why.txt", UNFINISHED}
    assert not (tmp_path / UNFINISHED).exists()


def content_names(folder):
    return {path.name for path in folder.iterdir()}


def test_hand_edits_after_a_cut_off_save_are_kept(tmp_path):
    """They are named, and neither shadowed nor written over."""
    PROPOSAL.save(tmp_path)
    command = [sys.executable, "-c", KILLED, str(tmp_path), "19"]
    subprocess.run(command, env=os.environ, check=False)
    by_hand(tmp_path)
    edited = (tmp_path / "rules.csv").read_bytes()
    for attempt in (lambda: finish(tmp_path), lambda: PROPOSAL.save(tmp_path)):
        with pytest.raises(CutOffError, match=r"rules\.csv .* changed since"):
            attempt()

    assert (tmp_path / "rules.csv").read_bytes() == edited


@pytest.mark.parametrize("journal", [None, "", "[]", '{"a": 1}', '{"a": [1]}'])
def test_a_planted_folder_is_refused(tmp_path, journal):
    """Nothing is read from where nobody looks."""
    PROPOSAL.save(tmp_path)
    (tmp_path / UNFINISHED).mkdir()
    if journal is not None:
        (tmp_path / UNFINISHED / "journal.json").write_text(journal)
    with pytest.raises(TableError, match="cut off"):
        read_network(tmp_path)
    with pytest.raises(CutOffError, match="delete it"):
        PROPOSAL.save(tmp_path)


def test_a_planted_journal_reaches_no_other_folder(tmp_path):
    """Names of files are names, not ways."""
    (tmp_path / "mine").write_text("mine")
    PROPOSAL.save(tmp_path / "proposal")
    saving = tmp_path / "proposal" / UNFINISHED
    saving.mkdir()
    (saving / "mine").write_text("other")
    (saving / "journal.json").write_text(json.dumps({"../mine": [None, "x"]}))
    finish(tmp_path / "proposal")

    assert (tmp_path / "mine").read_text() == "mine"


def test_a_change_meanwhile_is_not_written_over(tmp_path, monkeypatch):
    """Between the look at a folder and the moves, somebody saves in an editor."""
    PROPOSAL.save(tmp_path)
    real = Path.rename

    def rename(path, target):
        by_hand(tmp_path)
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OutputError, match=r"rules\.csv.*nothing is written"):
        OTHER.save(tmp_path)
    monkeypatch.undo()

    assert "hole" in (tmp_path / "rules.csv").read_text()
    assert sorted(content(tmp_path)) == FILES


NODE, RULE = (getattr(orocloud, table)["name"].iloc[-1] for table in ("nodes", "rules"))
WRITER = """
import sys, time
from orosec import read_network
folder, end, node, rule = sys.argv[1], time.monotonic() + float(sys.argv[2]), *sys.argv[3:]
while time.monotonic() < end:
    network = read_network(folder)
    number = int(network.nodes["rationale"].iloc[-1].split()[-1]) + 1
    said = {"rationale": f"Save {number}"}
    network.with_node_changed(node, **said).with_rule_changed(rule, **said).save(folder)
print(number)
"""


def numbered(number):
    """Return a network that says a number in two of its tables."""
    said = {"rationale": f"Save {number}"}
    return orocloud.with_node_changed(NODE, **said).with_rule_changed(RULE, **said)


def numbers(network):
    """Return what both tables say."""
    return {network.nodes["rationale"].iloc[-1], network.rules["rationale"].iloc[-1]}


def writer(folder, seconds):
    """Start a process that saves one number after the other."""
    command = [sys.executable, "-c", WRITER, str(folder), str(seconds), NODE, RULE]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


READER = """
import select, sys
from orosec import read_network
while not select.select([sys.stdin], [], [], 0)[0]:
    network = read_network(sys.argv[1])
    told = {network.nodes["rationale"].iloc[-1], network.rules["rationale"].iloc[-1]}
    assert len(told) == 1, told
"""


@later
def test_readers_get_one_save_whole(tmp_path):
    """A writer changes two tables at a time: what two readers get is of one save."""
    numbered(0).save(tmp_path)
    command = [sys.executable, "-c", READER, str(tmp_path)]
    other = subprocess.Popen(command, stdin=subprocess.PIPE)
    process = writer(tmp_path, effort(1, 1, 60))
    seen = set()
    while process.poll() is None:
        told = numbers(read_network(tmp_path))
        assert len(told) == 1
        seen |= told
    done, _ = process.communicate()
    other.communicate(b"stop")

    assert int(done) >= len(seen) - 1 > 0
    assert other.returncode == 0


def test_two_writers_lose_nothing(tmp_path):
    """Who comes second is told, as the tables are not those that were read."""
    PROPOSAL.save(tmp_path)
    mine, other = read_network(tmp_path), read_network(tmp_path)
    other.with_node_changed("web-1", rationale="Other.").save(tmp_path)
    with pytest.raises(OutputError, match=r"nodes\.csv"):
        mine.without_rule("dba").save(tmp_path)

    assert read_network(tmp_path) == OTHER


def test_kill_at_any_moment(tmp_path):
    """A process that saves all the time is killed; what is there is whole, or told."""
    for attempt in range(effort(1, 3, 200)):
        folder = tmp_path / str(attempt)
        numbered(0).save(folder)
        process = writer(folder, 60)
        while numbers(read_network(folder)) == {"Save 0"}:
            pass
        time.sleep(random.uniform(0, 0.05))
        process.kill()
        process.communicate()
        if (folder / UNFINISHED).exists():
            with pytest.raises(TableError, match="orosec recover"):
                read_network(folder)
            finish(folder)
        network = read_network(folder)
        assert len(numbers(network)) == 1
        network.with_rule_changed(RULE, rationale="Mine.").save(folder)
        assert sorted(content_names(folder)) == FILES
