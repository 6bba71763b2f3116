"""Files, and folders of files, that are replaced whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from orosec.errors import OutputError

_BEFORE, _UNFINISHED, _ABSENT = ".orosec-before", ".orosec-unfinished", ".absent"


def replace_file(path: Path, content: bytes) -> None:
    """Write *content* to *path* in one step: a reader sees the old file or the new one.

    A link is followed, so that what it points to is replaced and the link stays.

    Raises:
        OutputError: the file cannot be written; the old one, if any, still stands.
    """
    path = Path(os.path.realpath(path))
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(_mode(path))
        Path(temporary).replace(path)
    except OSError as error:
        raise _failed(path, error) from error
    finally:
        with suppress(OSError):
            Path(temporary).unlink()


def replace_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into *folder*, which is made where it is missing, as if in one step.

    Other files in it stay. While the files are replaced, one by one, copies of what they
    were stand in a folder inside; who reads through `settled` sees these, so that even
    a save that was killed has changed nothing.

    Raises:
        OutputError: a file cannot be written; what was there still is.
    """
    new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            _undo(folder)
            with _undone_on_failure(folder, contents):
                for name, content in contents.items():
                    replace_file(folder / name, content)
    except OSError as error:
        if new:
            shutil.rmtree(folder, ignore_errors=True)
        raise error if isinstance(error, OutputError) else _failed(folder, error) from error


def settled(folder: Path) -> Path:
    """Return the folder to read instead of *folder*: what it was, while it is written."""
    before = folder / _BEFORE
    return before if before.is_dir() else folder


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time write; the lock ends with the process, come what may."""
    import fcntl  # here, because one platform lacks it

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _undone_on_failure(folder: Path, names: Iterable[str]) -> Iterator[None]:
    """Keep copies of the named files, and put them back unless all goes well.

    The copies count from the moment their folder gets its name until it loses it, and
    both are one step of the file system.
    """
    unfinished = folder / _UNFINISHED
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir()
        for name in names:
            if (folder / name).exists():
                shutil.copy2(folder / name, unfinished / name)
            else:
                (unfinished / (name + _ABSENT)).touch()
        unfinished.rename(folder / _BEFORE)
        try:
            yield
        except BaseException:
            _undo(folder)
            raise
        (folder / _BEFORE).rename(unfinished)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _undo(folder: Path) -> None:
    """Put back the copies in *folder*, where a save was broken off."""
    before = folder / _BEFORE
    for copy in sorted(before.iterdir()) if before.is_dir() else ():
        if copy.name.endswith(_ABSENT):
            (folder / copy.name.removesuffix(_ABSENT)).unlink(missing_ok=True)
        else:
            replace_file(folder / copy.name, copy.read_bytes())
    with suppress(FileNotFoundError):
        before.rename(folder / _UNFINISHED)
    shutil.rmtree(folder / _UNFINISHED, ignore_errors=True)


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
