"""Files, and folders of files, that are replaced whole or not at all.

Several files cannot be replaced in one step. So a save first writes all of them into a
folder inside; when it is complete, this gets the name `UNFINISHED`, and from then on it is
a promise: each file is moved from there to its place, and the folder goes last. While it is
there, nobody reads. Whatever ends a save, the files are the old ones, or the new ones, or a
folder that everybody can see says that some may be old and some new.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from orosec.errors import OutputError

UNFINISHED = "unfinished-save"
"""The folder, inside the one that is saved, that a save has while it moves its files."""

_STAGING, _JOURNAL = ".orosec-saving-", "journal.json"
_PATIENCE = 0.5  # seconds that a reader or a second writer waits
_PAUSE = 0.005

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


def read_files(names: Iterable[str], folder: Path, most: int) -> Held:
    """Return what files hold, as they stood together at one moment.

    Args:
        names: the files; in the result, one that is not there has no entry.
        folder: where they are; a save that goes on there is waited for.
        most: how many bytes a file may have.

    Raises:
        CutOffError: a save was cut off in *folder*, or one follows the other.
    """
    paths, end = [folder / name for name in names], time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        before, found = [_mark(path) for path in paths], Held()
        for path in paths:
            try:
                found[path.name] = read_file(path, most)
            except OSError as error:
                if path.is_symlink() or not isinstance(error, FileNotFoundError):
                    found[path.name] = error
        if not (folder / UNFINISHED).exists() and before == [_mark(path) for path in paths]:
            return found
        time.sleep(_PAUSE)
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
            _write(handle, content, sync=False)
            return
        path = Path(os.path.realpath(path))
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        _write(handle, content)
        Path(temporary).chmod(_mode(path))
        Path(temporary).replace(path)
    except OSError as error:
        raise _failed(path, error) from error
    finally:
        with suppress(OSError):
            Path(temporary).unlink()


def replace_files(folder: Path, contents: Mapping[str, bytes], seen: Held) -> None:
    """Write files into *folder*, which is made where it is missing, as if in one step.

    Other files in it stay. A save that was cut off before is finished first.

    Args:
        folder: where to write.
        contents: what to write.
        seen: what stood in the folder when it was decided to write over it.

    Raises:
        OutputError: a file cannot be written, or holds something else by now; all is as
            it was.
        CutOffError: a save was cut off; its files wait until they can be moved.
    """
    new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in contents.keys() & seen.keys():
            if isinstance(error := seen[name], OSError):
                raise error
        steps = {
            name: (_digest(seen.get(name)), _digest(contents[name])) for name in contents
        }
        aside = {**contents, _JOURNAL: json.dumps(steps, indent=1).encode()}
        end = time.monotonic() + 2 * _PATIENCE
        while not _promised(folder, aside):
            if time.monotonic() > end:
                raise OutputError(
                    f"others save in {folder} all the time; nothing is written"
                )
        finish(folder, live=True)
    except OSError as error:
        if new:
            with suppress(OSError):
                folder.rmdir()
        raise error if isinstance(error, OutputError) else _failed(folder, error) from error


def finish(folder: Path, *, live: bool = False) -> bool:
    """Finish the save that was cut off in *folder*; return whether there was one.

    Args:
        folder: the folder of files.
        live: whether the save is one's own; it is forgotten where a file has changed.

    Raises:
        CutOffError: a file was changed since the save began, and stays as it is; or one
            cannot be moved to its place.
    """
    saving, end = folder / UNFINISHED, time.monotonic() + _PATIENCE
    while saving.exists() and not live and time.monotonic() < end:
        time.sleep(_PAUSE)  # its writer may live
    if not saving.exists():
        return False
    steps = _steps(saving)
    if changed := [name for name in steps if _now(folder / name) not in steps[name]]:
        told = f"{', '.join(changed)} in {folder} changed since the save began"
        if live:
            _forget(folder)
            raise OutputError(f"{told}; nothing is written")
        raise CutOffError(f"{told}: put what shall stand there, and delete {saving}")
    for name, (_, new) in steps.items():
        try:
            (saving / name).replace(os.path.realpath(folder / name))
        except OSError as error:
            if _now(folder / name) != new:  # else it was moved before, or by somebody else
                told = f"cannot move {name} to its place ({error.strerror})"
                raise CutOffError(f"{told}; then: `orosec recover {folder}`") from error
    _forget(folder)
    return True


def _promised(folder: Path, aside: Mapping[str, bytes]) -> bool:
    """Write files aside and promise that they will stand; false where others did first."""
    for left in folder.glob(f"{_STAGING}*"):
        if not _lives(left.name.removeprefix(_STAGING).partition("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
    finish(folder)
    staging = _aside(folder)
    try:
        for name, content in aside.items():
            mode = _mode(folder / name)
            _write(os.open(staging / name, os.O_WRONLY | os.O_CREAT), content)
            (staging / name).chmod(mode)
        staging.rename(folder / UNFINISHED)
    except OSError:
        if not (folder / UNFINISHED).exists():
            raise
        return False
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return True


def _forget(folder: Path) -> None:
    """Let a save be over, in one step."""
    over = _aside(folder)
    with suppress(FileNotFoundError):
        (folder / UNFINISHED).rename(over / UNFINISHED)
    shutil.rmtree(over, ignore_errors=True)


def _aside(folder: Path) -> Path:
    """Make a folder inside, where nobody looks; its name says which process needs it."""
    return Path(tempfile.mkdtemp(prefix=f"{_STAGING}{os.getpid()}-", dir=folder))


def _lives(process: str) -> bool:
    """Return whether a process runs; elsewhere than on POSIX, its open files tell."""
    if os.name == "posix" and process.isdecimal():
        with suppress(ProcessLookupError):
            os.kill(int(process), 0)
            return True
    return False


def _steps(saving: Path) -> dict[str, tuple[str | None, str]]:
    """Return the digests, before and after, of the files that a save moves, by name."""
    try:
        steps = json.loads((saving / _JOURNAL).read_bytes())
        return {Path(name).name: (was, new) for name, (was, new) in steps.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        raise CutOffError(f"{saving} is nothing that a save made; delete it") from None


def _now(path: Path) -> str | None:
    with suppress(FileNotFoundError):
        return _digest(path.read_bytes())
    return None


def _digest(content: bytes | OSError | None) -> str | None:
    return sha256(content).hexdigest() if isinstance(content, bytes) else None


def _write(handle: int, content: bytes, *, sync: bool = True) -> None:
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


def _failed(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or error
    return OutputError(f"cannot write {path}: {reason}; what was there still is")


def _mode(path: Path) -> int:
    """Return the mode that the file has, or that a new one would get."""
    with suppress(OSError):
        return path.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
