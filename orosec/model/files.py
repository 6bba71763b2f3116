"""Files: read as they stood together at one moment, and replaced whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from orosec.errors import OutputError

UNFINISHED = "unfinished-save"
"""The folder, inside the one that is saved, that a save has while it moves its files
(`orosec.saving`): nobody reads meanwhile."""

PATIENCE, PAUSE = 0.5, 0.005
"""Seconds that a reader or a second writer waits, and after which it looks again."""

Held: TypeAlias = dict[str, bytes | OSError]
"""What files hold that are there, by name; or why one cannot be read."""


class CutOffError(OutputError):
    """A save was cut off in a folder, and it cannot be said what shall stand there."""


def read_file(path: Path, most: int) -> bytes:
    """Return what a regular file of at most so many bytes holds.

    Raises:
        OSError: it cannot be read, is no regular file, or is larger.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("no regular file")
    with path.open("rb") as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise OSError(f"larger than {most // 2**20} MiB")
    return content


def content_of(path: Path, most: int) -> bytes | OSError:
    """Return what `read_file` does, or why it cannot."""
    try:
        return read_file(path, most)
    except OSError as error:
        return error


def read_files(names: Iterable[str], folder: Path, most: int) -> Held:
    """Return what files hold, as they stood together at one moment.

    Args:
        names: the files; in the result, one that is not there has no entry.
        folder: where they are; a save that goes on there is waited for.
        most: how many bytes a file may have.

    Raises:
        CutOffError: a save was cut off in *folder*, or one follows the other.
    """
    paths, end = [folder / name for name in names], time.monotonic() + PATIENCE
    while time.monotonic() < end:
        before = [_mark(path) for path in paths]
        there = (path for path in paths if os.path.lexists(path))
        found = {path.name: content_of(path, most) for path in there}
        if not (folder / UNFINISHED).exists() and before == [_mark(path) for path in paths]:
            return found
        time.sleep(PAUSE)
    raise CutOffError("holds a save that was cut off: some files may be old, some new")


def replace_file(path: Path, content: bytes) -> None:
    """Write *content* to *path* in one step: a reader sees the old file or the new one.

    A link is followed, so that what it points to is replaced and the link stays. A pipe or
    a device is written to.

    Raises:
        OutputError: the file cannot be written; the old one, if any, still stands.
    """
    temporary = ""
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            handle = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
            os.set_blocking(handle, True)
            write(handle, content, sync=False)
            return
        path = Path(os.path.realpath(path))
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        write(handle, content)
        Path(temporary).chmod(mode(path))
        Path(temporary).replace(path)
    except OSError as error:
        raise failed(path, error) from error
    finally:
        with suppress(OSError):
            Path(temporary).unlink()


def write(handle: int, content: bytes, *, sync: bool = True) -> None:
    """Write all, wait until it is on the disk, and close."""
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        if sync:
            os.fsync(handle)


def _mark(path: Path) -> tuple[int, ...]:
    """Return what differs once a file was replaced or written to."""
    with suppress(OSError):
        seen = path.stat()
        return seen.st_ino, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size
    return ()


def failed(path: Path, error: OSError) -> OutputError:
    """Return the error that says why a file cannot be written."""
    reason = error.strerror or error
    return OutputError(f"cannot write {path}: {reason}; what was there still is")


def mode(path: Path) -> int:
    """Return the mode that the file has, or that a new one would get."""
    with suppress(OSError):
        return path.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
