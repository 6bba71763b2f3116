"""The tables as one immutable value: read from a folder, checked whole, written back.

Reading refuses a folder with ALL its faults at once (`TableError`); writing is atomic
and byte-stable, so reading a folder and writing it gives the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any, TypeAlias

import orosec
from orosec.errors import Fault, TableError, did_you_mean
from orosec.model.files import replace_files, settled
from orosec.model.rows import Tables
from orosec.model.schema import RENAMED, TABLES, Column
from orosec.model.validation import crosscheck, fault

DOCUMENTED = Path(__file__).parents[1] / "data"
"""The folder with the documented tables, inside the package."""

_MOST_BYTES = 16 * 2**20
_MOST_HEADER = 4096

for _room in iter_modules(orosec.__path__):
    if _room.ispkg and find_spec(f"orosec.{_room.name}.rows"):
        import_module(f"orosec.{_room.name}.rows")
        # A wing declares its tables in a module `rows`; no core room knows which.

Draft: TypeAlias = tuple[Any, ...] | Sequence[object]
"""A row: a tuple where it was checked before, else a list of its cells, still text."""


def read_tables(folder: Path) -> Tables:
    """Read and check a folder that holds one CSV file a table.

    Where a table of a wing has no file, the documented rows stand, but for those that speak
    of what this folder has not.

    Raises:
        TableError: anything is wrong; it lists every fault of every file.
    """
    if not folder.is_dir():
        hint = f"name a folder that holds {_files()}"
        raise TableError([Fault(str(folder), 0, "", "", "is no folder", hint)])
    place = settled(folder)
    faults: list[Fault] = []
    drafts: dict[str, Sequence[Draft]] = {}
    for name in TABLES:
        try:
            drafts[name] = _read_table(table_file(place, name), name)
        except TableError as error:
            faults += error.faults
    _refuse_old_spellings(place, faults)
    if misnamed := list(_misnamed(place)):
        raise TableError(misnamed)
    unread = TABLES.keys() - drafts
    lent = [name for name in drafts if table_file(place, name).parent != place]
    try:
        return assemble(drafts, faults, unread)
    except TableError as error:
        if not lent:
            raise
        idle = {(one.file, one.row) for one in error.faults}
        for name in lent:
            rows = enumerate(drafts[name], start=1)
            drafts[name] = [row for at, row in rows if (f"{name}.csv", at) not in idle]
    return assemble(drafts, faults, unread)


def _misnamed(folder: Path) -> Iterator[Fault]:
    """Yield files that nobody would read, named much like one that may be missing."""
    optional = (name for name, table in TABLES.items() if table.wing)
    missing = [name for name in optional if not (folder / f"{name}.csv").exists()]
    for path in sorted(folder.glob("*.csv")) if missing else ():
        hint = did_you_mean(path.stem, missing, "")
        if path.stem not in TABLES and hint:
            yield Fault(path.name, 0, "", "", "is the file of no table", hint)


def _refuse_old_spellings(folder: Path, faults: Sequence[Fault]) -> None:
    """Raise one fault that lists all renames; headers are read again where some misfit."""
    there = {path.name for path in folder.glob("*.csv")}
    old = {was for was in there & RENAMED.keys() if RENAMED[was] not in there}
    files = sorted(old | {f"{name}.csv" for name in TABLES}) if faults or old else ()
    words = [word for name in files for word in _header(folder / name)]
    spelled = [word for word in dict.fromkeys((*sorted(old), *words)) if word in RENAMED]
    if spelled:
        told = "; ".join(f"{word} is now {RENAMED[word]}" for word in spelled)
        hint = "rename these files and columns; the cells stay as they are"
        problem = f"is spelled as it was before: {told}"
        raise TableError([Fault(str(folder), 0, "", "", problem, hint)])


def _header(path: Path) -> list[str]:
    """Return the columns that a file names; none where it cannot be read."""
    with suppress(OSError), path.open("rb") as stream:
        line = stream.readline(_MOST_HEADER).decode("utf-8-sig", errors="replace")
        return line.rstrip("\r\n").split(",")
    return []


def _files() -> str:
    """Return the names of the files that a folder must hold."""
    return ", ".join(f"{name}.csv" for name, table in TABLES.items() if not table.wing)


def assemble(
    drafts: Mapping[str, Sequence[Draft]],
    faults: Iterable[Fault] = (),
    unread: Iterable[str] = (),
    refused: str = "the tables cannot be used",
) -> Tables:
    """Make tables of rows and drafts of rows: the one door from outside.

    Args:
        drafts: the rows of each table, in order; none of one that is left out.
        faults: what is known to be wrong already.
        unread: tables that could not be read; nothing is said of what they lack.
        refused: what to say above the faults.

    Raises:
        TableError: anything is wrong; it lists every fault, in the order of the tables.
    """
    found = list(faults)
    rows = {name: tuple(_rows(name, drafts.get(name, ()), found)) for name in TABLES}
    tables = Tables(**rows)
    bad = {(known.file, known.row, known.column) for known in found}
    found += (
        late
        for late in dict.fromkeys(crosscheck(tables, unread))
        if not late.column
        or bad.isdisjoint((late.file, late.row, column) for column in (late.column, ""))
    )
    if found:
        order = {f"{name}.csv": place for place, name in enumerate(TABLES)}
        found.sort(key=lambda known: (order[known.file], known.row))
        raise TableError(found, refused)
    return tables


def write_tables(
    tables: Tables, folder: Path, others: Mapping[str, bytes] = MappingProxyType({})
) -> None:
    """Write every table into *folder*, and *others* by file name, all in one step.

    Raises:
        OutputError: a file cannot be written; the folder is as it was.
    """
    contents = {f"{name}.csv": table_bytes(name, getattr(tables, name)) for name in TABLES}
    replace_files(folder, {**contents, **others})


def table_bytes(name: str, rows: Iterable[tuple[Any, ...]]) -> bytes:
    """Return a table in its one spelling: UTF-8, comma, minimal quotes, line feeds."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(TABLES[name].columns)
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")


def _read_table(path: Path, name: str) -> list[list[str]]:
    """Return the cells of one table.

    Raises:
        TableError: the file as a whole is unusable.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            hint = f"keep a table below {_MOST_BYTES // 2**20} MiB"
            raise TableError([fault(name, 0, "", "", "is too large", hint)])
        text = path.read_bytes().decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except OSError as error:
        problem = f"cannot be read ({error.strerror or 'unreadable'})"
        hint = f"the folder {path.parent} needs {_files()}"
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = f"is not UTF-8 (line {line})"
        hint = "save the file with the encoding UTF-8"
    except csv.Error as error:
        problem, hint = f"is no CSV: {error}", "quote cells that hold commas or quotes"
    else:
        if misfits := list(_misfits(name, lines)):
            raise TableError(misfits)
        return lines[1:]
    raise TableError([fault(name, 0, "", "", problem, hint)])


def _misfits(name: str, lines: Sequence[Sequence[str]]) -> Iterator[Fault]:
    """Yield what is wrong with the first line, which names the columns."""
    wanted = list(TABLES[name].columns)
    spelled = ",".join(wanted)
    if not lines:
        yield fault(name, 0, "", "", "is empty", f"write the header: {spelled}")
        return
    missing = [column for column in wanted if column not in lines[0]]
    extra = [column for column in lines[0] if column not in wanted]
    for column in missing:
        yield fault(name, 0, "", column, "column is missing", f"the header is: {spelled}")
    for column in extra:
        hint = did_you_mean(column, missing or wanted)
        yield fault(name, 0, "", column, "column is not known", hint)
    if not missing and not extra and lines[0] != wanted:
        problem = "columns stand in another order or twice"
        yield fault(name, 0, "", "", problem, f"write: {spelled}")


def table_file(place: Path, name: str) -> Path:
    """Return the file of a table in a settled folder; ours, where a wing's is missing."""
    path = place / f"{name}.csv"
    missing = TABLES[name].wing and not path.exists()
    return DOCUMENTED / path.name if missing else path


def _rows(name: str, drafts: Sequence[Draft], faults: list[Fault]) -> Iterator[Any]:
    """Yield each row; a cell that is refused stands as empty, for `crosscheck`."""
    table = TABLES[name]
    width = len(table.columns)
    for number, cells in enumerate(drafts, start=1):
        if isinstance(cells, tuple):
            yield cells
        elif len(cells) == width:
            yield table.row(*_checked(name, number, cells, faults))
        else:
            problem = f"has {len(cells)} cells where {width} belong"
            hint = "quote cells that hold commas, and leave no empty line"
            faults.append(fault(name, number, "", "", problem, hint))
            yield table.row(*[*cells[:1], *[""] * width][:width])


def _checked(
    name: str, number: int, cells: Sequence[Any], faults: list[Fault]
) -> Iterator[str | int]:
    for (label, column), cell in zip(TABLES[name].columns.items(), cells, strict=True):
        if refusal := _refusal(column, cell):
            value = cell if isinstance(cell, str) else repr(cell)
            faults.append(fault(name, number, label, value, *refusal))
        yield "" if refusal else int(cell) if column.whole else cell


def _refusal(column: Column, cell: object) -> tuple[str, str] | None:
    if not isinstance(cell, str):
        problem = f"is no text but {type(cell).__name__}"
        return problem, "write text; several words with single spaces between them"
    if not cell:
        return None if column.optional else ("is empty", "fill the cell")
    if cell != cell.strip():
        return "has spaces around it", f"write {cell.strip()!r}"
    if not cell.isprintable():
        return "holds a line break or a control character", "write plain text"
    return column.check(cell)
