"""Saving a network: what is written, and what must be named before it is written over."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from orosec.errors import NotationError, OutputError, TableError
from orosec.model.files import Held
from orosec.model.network import NOTE, Network
from orosec.model.rows import Tables
from orosec.model.schema import TABLES
from orosec.model.tables import DOCUMENTED, held, parse_tables, table_bytes
from orosec.saving.folder import finish, replace_files


def save(
    network: Network, folder: Path, why: str, over: Network | str | os.PathLike[str] | None
) -> Path:
    """Do what `Network.save` says, with its arguments and errors."""
    known: Callable[[Tables], bool] | None
    if isinstance(over, Network):
        known = over.tables.__eq__
    elif over is None:
        known = network.came_from
    elif Path(over).resolve() == folder.resolve():
        known = None
    else:
        raise OutputError(f"over names {over}, which is not the folder {folder}")
    rows = network.tables.by_name()
    files = {f"{name}.csv": table_bytes(name, rows[name]) for name in TABLES}
    if why:
        files[NOTE] = _note(why)
    finish(folder)
    seen = held(folder, NOTE) if folder.is_dir() else {}
    if known and (refused := _refused(folder, seen, network.tables, known)):
        named = f"another folder will do, or name what may go: over={str(folder)!r}"
        raise OutputError(f"{folder} holds {refused}; nothing is written: {named}")
    if not known and NOTE in seen:
        files.setdefault(NOTE, b"")  # what stands there speaks of other tables
    replace_files(folder, files, seen)
    return folder


def _refused(
    folder: Path, seen: Held, tables: Tables, known: Callable[[Tables], bool]
) -> str:
    """Say what a folder holds that is not written over; empty where it may be."""
    if folder.resolve() == DOCUMENTED.resolve():
        return "the documented tables"
    if not seen.keys() - {NOTE}:
        others = sorted(path.name for path in folder.glob("[!.]*"))
        return f"other things, such as {others[0]}" if others else ""
    try:
        there = parse_tables(folder, seen)
    except TableError as error:
        return f"tables that cannot be used ({error.faults[0]})"
    if known(there):
        return ""
    rows, own = there.by_name(), tables.by_name()
    differing = ", ".join(f"{name}.csv" for name in TABLES if rows[name] != own[name])
    return (
        f"other tables than this network came from ({differing}): another proposal, or one "
        "that was changed since"
    )


def _note(why: object) -> bytes:
    """Write a note in its one spelling: line feeds, no space at the ends of lines."""
    lines = str(why).strip().splitlines() if isinstance(why, str) else []
    text = "\n".join(line.rstrip() for line in lines)
    if not text.replace("\n", "").replace("\t", "").isprintable() or not text:
        raise NotationError(str(why), "is no reason", "write it in words, as plain text")
    return f"{text}\n".encode()
