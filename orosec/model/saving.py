"""Saving a proposal: what is written, and what must be named before it is written over."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from orosec.errors import NotationError, OutputError, TableError
from orosec.model.files import Held, finish, read_file, replace_files
from orosec.model.rows import Tables
from orosec.model.schema import TABLES
from orosec.model.tables import DOCUMENTED, held, parse_tables, table_bytes

_MOST_NOTE = 2**16
NOTE = "why.txt"
"""The file beside the tables of a proposal that says what it is for."""


def save(
    tables: Tables, folder: Path, why: str, known: Callable[[Tables], bool] | None
) -> None:
    """Write every table into *folder*, and why it was made, as if in one step.

    Args:
        tables: what to write.
        folder: where; it is made where it is missing, and other files in it stay.
        why: the reason; where it is empty, a note stays beside tables that are *known*.
        known: says of the tables that stand there whether they may be written over; None
            where the folder may be, whatever it holds.

    Raises:
        OutputError: it holds something else, or a file cannot be written; the folder is as
            it was.
        NotationError: *why* is no text.
    """
    files = {
        f"{name}.csv": table_bytes(name, rows) for name, rows in tables.by_name().items()
    }
    if why:
        files[NOTE] = _note(why)
    finish(folder)
    seen = held(folder, NOTE) if folder.is_dir() else {}
    if known and (refused := _refused(folder, seen, tables, known)):
        raise OutputError(f"{refused}; nothing is written")
    if not known and NOTE in seen:
        files.setdefault(NOTE, b"")  # what stands there speaks of other tables
    replace_files(folder, files, seen)


def _refused(
    folder: Path, seen: Held, tables: Tables, known: Callable[[Tables], bool]
) -> str:
    """Say why a folder is not written over; empty where it may be."""
    named = f"another folder will do, or name what may go: over={str(folder)!r}"
    if folder.resolve() == DOCUMENTED.resolve():
        return f"{folder} holds the documented tables: {named}"
    if not seen.keys() - {NOTE}:
        others = sorted(path.name for path in folder.glob("[!.]*"))
        told = ", ".join(others[:3]) + (", ..." if others[3:] else "")
        return f"{folder} holds other things ({told}): {named}" if others else ""
    try:
        there = parse_tables(folder, seen)
    except TableError as error:
        told = f"tables that cannot be used ({error.faults[0]})"
        return f"{folder} holds {told}: mend them, or {named}"
    if known(there):
        return ""
    rows, own = there.by_name(), tables.by_name()
    differing = ", ".join(f"{name}.csv" for name in TABLES if rows[name] != own[name])
    return (
        f"{folder} holds other tables than this network came from ({differing}): another "
        f"proposal, or one that was changed since; read it and edit that, or {named}"
    )


def note(folder: str | os.PathLike[str]) -> str:
    """Read what a proposal is for; an empty text where its folder does not say.

    Whatever stands there, it is given as plain text: no control characters.
    """
    try:
        raw = read_file(Path(folder) / NOTE, _MOST_NOTE)
    except OSError:
        return ""
    lines = raw.decode("utf-8", errors="replace").strip().splitlines()
    plain = (
        "".join(sign if sign.isprintable() else " " for sign in line) for line in lines
    )
    return "\n".join(plain)


def _note(why: object) -> bytes:
    """Write a note in its one spelling: line feeds, no space at the ends of lines."""
    lines = str(why).strip().splitlines() if isinstance(why, str) else []
    text = "\n".join(line.rstrip() for line in lines)
    if not text.replace("\n", "").replace("\t", "").isprintable() or not text:
        raise NotationError(str(why), "is no reason", "write it in words, as plain text")
    return f"{text}\n".encode()
