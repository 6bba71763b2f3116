"""Files: replaced whole, or not at all."""

import os
import stat
from pathlib import Path

import pytest

from orosec.errors import OutputError
from orosec.model.files import replace_file


def test_a_file_is_replaced_with_its_mode(tmp_path):
    """Content changes, permissions stay, and nothing else is left in the folder."""
    path = tmp_path / "table.csv"
    path.write_bytes(b"old")
    path.chmod(0o640)
    replace_file(path, b"new")

    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["table.csv"]


def test_a_link_stays_a_link(tmp_path):
    """What it points to is replaced."""
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"old")
    link.symlink_to(real)
    replace_file(link, b"new")

    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@pytest.mark.parametrize("step", ["replace", "chmod"])
def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch, step):
    """Whatever fails on the way, the old content stands and no scrap is left."""
    path = tmp_path / "table.csv"
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, step, fail)
    with pytest.raises(OutputError, match="No space"):
        replace_file(path, b"new")
    monkeypatch.undo()

    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["table.csv"]


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    """Control-C is no excuse either."""
    path = tmp_path / "table.csv"
    path.write_bytes(b"old")

    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replace_file(path, b"new")
    monkeypatch.undo()

    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["table.csv"]


def test_a_pipe_is_written_to_and_stays(tmp_path):
    """Where nobody reads from it, it is refused and no program hangs."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OutputError, match="cannot write"):
        replace_file(pipe, b"lost")
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    replace_file(pipe, b"new")

    assert os.read(reader, 10) == b"new"
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_device_is_written_to():
    """It is no file to replace."""
    replace_file(Path(os.devnull), b"new")

    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
