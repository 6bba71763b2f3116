"""Files that are replaced whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from orosec.errors import OutputError


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
        msg = f"cannot write {path}: {error.strerror or error}; what was there still is"
        raise OutputError(msg) from error
    finally:
        with suppress(OSError):
            Path(temporary).unlink()


def _mode(path: Path) -> int:
    """Give the mode that the file has, or that a new one would get."""
    with suppress(OSError):
        return path.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
