"""Kernels: one for each notebook, bounded, and none left behind."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from books import write_book
from inner import ROOT, run_pytest
from nbval.kernel import CURRENT_ENV_KERNEL_NAME

from orosec.testing import kernels
from orosec.testing.kernels import Kernel, Kernels

OURS = ("--nbval", "-p", "orosec.testing.pytest_plugin")
PATIENCE = 60
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")


class Pretended:
    """A kernel that starts nothing; *dies* says of each in turn whether it dies."""

    def __init__(self, name, folder):
        self.place, self.life = (name, folder), ["started"]
        self.made.append(self)

    def connect(self, patience):
        assert patience == PATIENCE
        self.life.append("connected")
        if self.dies and self.dies.pop(0):
            raise RuntimeError("the kernel died at its start")

    def stop(self):
        self.life.append("stopped")


@pytest.fixture
def pretended(monkeypatch):
    """Kernels that start nothing: those made so far, and which of the next ones die."""
    monkeypatch.setattr(Pretended, "made", [], raising=False)
    monkeypatch.setattr(Pretended, "dies", [], raising=False)
    monkeypatch.setattr(kernels, "Kernel", Pretended)
    return Pretended


def test_the_kernel_started_ahead_is_taken(pretended):
    """For the same kernel in the same folder; at most one is started ahead."""
    ours = Kernels()
    ours.prepare("python", "here")
    ours.prepare("python", "there")
    kernel = ours.take("python", "here", PATIENCE)

    assert pretended.made == [kernel]
    assert kernel.life == ["started", "connected"]


@pytest.mark.parametrize("other", [("julia", "here"), ("python", "there")])
def test_a_kernel_that_does_not_fit_is_stopped(pretended, other):
    """And a new one is started."""
    ours = Kernels()
    ours.prepare(*other)
    kernel = ours.take("python", "here", PATIENCE)

    assert kernel.place == ("python", "here")
    assert pretended.made[0].life == ["started", "stopped"]


def test_at_the_end_nobody_waits_for_the_one_ahead(pretended):
    """It is stopped, once."""
    ours = Kernels()
    ours.prepare("python", "here")
    ours.close()
    ours.close()

    assert pretended.made[0].life == ["started", "stopped"]


@pytest.mark.parametrize("ahead", [True, False])
def test_a_kernel_that_died_at_its_start_is_started_again(pretended, ahead):
    """Another process may have taken its port; a second failure is told."""
    ours = Kernels()
    if ahead:
        ours.prepare("python", "here")
    pretended.dies = [True, False, True, True]

    assert ours.take("python", "here", PATIENCE) is pretended.made[1]
    with pytest.raises(RuntimeError, match="died at its start"):
        ours.take("python", "here", PATIENCE)
    assert [kernel.life[-1] for kernel in pretended.made] == [
        "stopped",
        "connected",
        "stopped",
        "stopped",
    ]


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """A kernel that answers, with its connection files in a folder of its own."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    made = Kernel(CURRENT_ENV_KERNEL_NAME, tmp_path)
    made.connect(PATIENCE)
    yield made
    if hasattr(made, "km"):
        made.stop()


def children(pid):
    """The processes that a process started, by their id."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(word) for task in tasks for word in task.read_text().split()}


def gone(pids):
    """Return whether processes ended, after a while at most."""
    end = time.monotonic() + 20
    while (left := [pid for pid in pids if Path(f"/proc/{pid}/cmdline").exists()]) and (
        any(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in left)
    ):
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def test_a_kernel_keeps_no_connection_file(kernel, tmp_path):
    """It is gone once the kernel has read it."""
    kernel.await_reply(kernel.execute_cell_input("1"), PATIENCE)

    assert kernel.reply["status"] == "ok"
    assert [*(tmp_path / "temporary").iterdir()] == []


def test_a_kernel_that_crashes_is_told_at_once(kernel):
    """Not after the time that a cell may take."""
    begun = time.monotonic()
    with pytest.raises(RuntimeError, match="the kernel died"):
        kernel.await_reply(kernel.execute_cell_input("import os; os._exit(1)"), 600)

    assert time.monotonic() - begun < 60


@LINUX
def test_a_kernel_takes_along_what_it_started(kernel):
    """As it is under plain nbval: its process group is killed."""
    code = "import subprocess; subprocess.Popen(['sleep', '600'])"
    kernel.await_reply(kernel.execute_cell_input(code), PATIENCE)
    pid = kernel.km.provisioner.pid
    started = {pid, *children(pid)}
    kernel.stop()

    assert len(started) == 2
    assert gone(started)


@LINUX
def test_the_memory_of_a_cell_is_bounded_and_told(tmp_path):
    """A cell that wants more fails, and the next one runs."""
    book = write_book(
        tmp_path / "book.ipynb", "x = bytearray(8 << 30)", "assert 'x' not in vars()"
    )
    done = run_pytest(*OURS, book, "-k", "cell")

    assert "MemoryError" in done.stdout
    assert "a cell can have 4 GiB" in done.stdout


def test_the_time_of_a_cell_is_bounded_and_told(tmp_path):
    """An endless cell is interrupted, and says after which time."""
    book = write_book(tmp_path / "book.ipynb", "while True: pass")
    done = run_pytest(*OURS, "--nbval-cell-timeout=1", book, "-k", "cell and 1")

    assert done.returncode == 1
    assert "a cell can take 1 s" in done.stdout


@LINUX
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_behind_when_pytest_is_ended(tmp_path, number):
    """E: no kernel, also not the one ahead, and no connection file."""
    temporary = tmp_path / "temporary"
    books = [
        write_book(
            tmp_path / f"{name}.ipynb",
            "import time\nopen('runs', 'w').close()\ntime.sleep(600)",
        )
        for name in "ab"
    ]
    words = [
        sys.executable,
        "-m",
        "pytest",
        *OURS,
        "-c",
        ROOT / "pyproject.toml",
        "-p",
        "no:cacheprovider",
        *books,
    ]
    temporary.mkdir()
    environment = os.environ | {"TMPDIR": str(temporary)}
    run = subprocess.Popen(
        words,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + PATIENCE
    while not ((tmp_path / "runs").exists() and len(started := children(run.pid)) == 2):
        assert run.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)
    run.send_signal(number)
    run.wait(PATIENCE)

    assert gone(started)
    assert [*temporary.iterdir()] == []
