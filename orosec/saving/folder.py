"""Several files of a folder, replaced as if in one step.

They cannot be replaced in one step. So a save first writes all of them into a folder
inside; when it is complete, this gets the name `UNFINISHED`, and from then on it is a
promise: each file is moved from there to its place, and the folder goes last. While it is
there, nobody reads. Whatever ends a save, the files are the old ones, or the new ones, or a
folder that everybody can see says that some may be old and some new.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from orosec.errors import OutputError
from orosec.model.files import (
    PATIENCE,
    PAUSE,
    UNFINISHED,
    CutOffError,
    Held,
    failed,
    mode,
    write,
)

_STAGING, _JOURNAL = ".orosec-saving-", "journal.json"


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
        _promise(folder, contents, seen)
        finish(folder, live=True)
    except OSError as error:
        if new:
            with suppress(OSError):
                folder.rmdir()
        raise error if isinstance(error, OutputError) else failed(folder, error) from error


def finish(folder: Path, *, live: bool = False) -> bool:
    """Finish the save that was cut off in *folder*; return whether there was one.

    Args:
        folder: the folder of files.
        live: whether the save is one's own; it is forgotten where a file has changed.

    Raises:
        CutOffError: a file was changed since the save began, and stays as it is; or one
            cannot be moved to its place.
    """
    saving, end = folder / UNFINISHED, time.monotonic() + PATIENCE
    while saving.exists() and not live and time.monotonic() < end:
        time.sleep(PAUSE)  # its writer may live
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


def _promise(folder: Path, contents: Mapping[str, bytes], seen: Held) -> None:
    """Write files aside, and promise in one step that they will stand in *folder*."""
    for left in folder.glob(f"{_STAGING}*"):
        if not _lives(left.name.removeprefix(_STAGING).partition("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
    finish(folder)
    steps = {
        name: (_digest(seen.get(name)), _digest(new)) for name, new in contents.items()
    }
    staging = _aside(folder)
    try:
        for name, content in {**contents, _JOURNAL: json.dumps(steps).encode()}.items():
            write(os.open(staging / name, os.O_WRONLY | os.O_CREAT), content)
            (staging / name).chmod(mode(folder / name))
        staging.rename(folder / UNFINISHED)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


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
    return _digest(path.read_bytes()) if os.path.lexists(path) else None


def _digest(content: bytes | OSError | None) -> str | None:
    if isinstance(content, OSError):
        raise content
    return None if content is None else sha256(content).hexdigest()
