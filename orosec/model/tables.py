"""The tables as one immutable value: read from a folder, checked whole, written back.

Reading refuses a folder with ALL its faults at once (`TableError`); what is written is
byte-stable, so reading a folder and writing it gives the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, TypeAlias

import orosec
from orosec.errors import Fault, TableError, did_you_mean, shown
from orosec.model.files import CutOffError, Held, content_of, read_files
from orosec.model.rows import Tables
from orosec.model.schema import RENAMED, TABLES, Column
from orosec.model.validation import crosscheck, fault

DOCUMENTED = Path(__file__).parents[1] / "data"
"""The folder with the documented tables, inside the package."""

_MOST_BYTES = 8 * 2**20
_MOST_HEADER, _MOST_ROWS, _MOST_CELL, _MOST_FAULTS = 4096, 20_000, 10_000, 1_000

import_module("orosec.model.page_rows")  # after the tables of the cloud
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
    return parse_tables(folder, held(folder))


def held(folder: Path, *others: str) -> Held:
    """Return what the files of tables hold, as they stood together at one moment.

    Args:
        folder: where they are.
        others: names of further files to read.

    Raises:
        TableError: there is no such folder, or a save was cut off in it.
    """
    if not folder.is_dir():
        hint = f"name a folder that holds {_files()}"
        raise TableError([Fault(str(folder), 0, "", "", "is no folder", hint)])
    try:
        return read_files(
            (*(f"{name}.csv" for name in TABLES), *others), folder, _MOST_BYTES
        )
    except CutOffError as error:
        hint = f"`orosec recover {folder}` finishes the save"
        raise TableError([Fault(str(folder), 0, "", "", str(error), hint)]) from None


def parse_tables(folder: Path, files: Held) -> Tables:
    """Check what files hold, by name; of a table without one see `read_tables`.

    Raises:
        TableError: anything is wrong; it lists every fault of every file.
    """
    faults: list[Fault] = []
    drafts: dict[str, Sequence[Draft]] = {}
    for name in TABLES:
        try:
            drafts[name] = _read_table(folder, name, files.get(f"{name}.csv"))
        except TableError as error:
            faults += error.faults
    _refuse_old_spellings(folder, files, faults)
    if misnamed := list(_misnamed(folder)):
        raise TableError(misnamed)
    unread = TABLES.keys() - drafts
    lent = [name for name in drafts if f"{name}.csv" not in files]
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


def _refuse_old_spellings(folder: Path, files: Held, faults: Sequence[Fault]) -> None:
    """Raise one fault that lists all renames; headers are read again where some misfit."""
    there = {path.name for path in folder.glob("*.csv")}
    old = {was for was in there & RENAMED.keys() if RENAMED[was] not in there}
    renamed = {name: content_of(folder / name, _MOST_BYTES) for name in sorted(old)}
    looked = {**renamed, **files} if faults or old else {}
    words = [word for name in sorted(looked) for word in _header(looked[name])]
    spelled = [word for word in dict.fromkeys((*sorted(old), *words)) if word in RENAMED]
    if spelled:
        told = "; ".join(f"{word} is now {RENAMED[word]}" for word in spelled)
        hint = "rename these files and columns; the cells stay as they are"
        problem = f"is spelled as it was before: {told}"
        raise TableError([Fault(str(folder), 0, "", "", problem, hint)])


def _header(content: bytes | OSError) -> list[str]:
    """Return the columns that a file names; none where it cannot be read."""
    if isinstance(content, OSError):
        return []
    line = content.partition(b"\n")[0][:_MOST_HEADER].decode("utf-8-sig", errors="replace")
    return line.rstrip("\r").split(",")


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
    rest = islice(crosscheck(tables, unread), max(_MOST_FAULTS - len(found), 0))
    found += (
        late
        for late in dict.fromkeys(rest)
        if not late.column
        or bad.isdisjoint((late.file, late.row, column) for column in (late.column, ""))
    )
    if found:
        order = {f"{name}.csv": place for place, name in enumerate(TABLES)}
        found.sort(key=lambda known: (order[known.file], known.row))
        raise TableError(found, refused)
    return tables


def table_bytes(name: str, rows: Iterable[tuple[Any, ...]]) -> bytes:
    """Return a table in its one spelling: UTF-8, comma, minimal quotes, line feeds."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(TABLES[name].columns)
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")


def _read_table(
    folder: Path, name: str, content: bytes | OSError | None
) -> list[list[str]]:
    """Return the cells of one table.

    Raises:
        TableError: the file as a whole is unusable.
    """
    if content is None:
        missing = OSError("no such file")
        own = DOCUMENTED / f"{name}.csv"
        content = content_of(own, _MOST_BYTES) if TABLES[name].wing else missing
    try:
        if isinstance(content, OSError):
            raise content
        text = content.decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        lines = list(islice(reader, _MOST_ROWS + 2))
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
        hint = (
            f"the folder {folder} needs {_files()}, each at most {_MOST_BYTES // 2**20} MiB"
        )
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = f"is not UTF-8 (line {line})"
        hint = "save the file with the encoding UTF-8"
    except csv.Error as error:
        problem = f"is no CSV (line {reader.line_num}): {error}"
        hint = "quote cells that hold commas or quotes"
    else:
        if misfits := list(_misfits(name, lines)):
            raise TableError(misfits)
        for at, column in enumerate(TABLES[name].columns):
            for cells in lines[1:] if column not in lines[0] else ():
                cells.insert(at, "")  # of a column that is younger than the folder
        return lines[1:]
    raise TableError([fault(name, 0, "", "", problem, hint)])


def _misfits(name: str, lines: Sequence[Sequence[str]]) -> Iterator[Fault]:
    """Yield what is wrong with the first line, which names the columns."""
    columns = TABLES[name].columns
    wanted = list(columns)
    spelled = ",".join(wanted)
    if problem := _no_table(lines, wanted):
        yield fault(name, 0, "", "", problem, f"write commas, and first: {spelled}")
        return
    wanted = [one for one in columns if one in lines[0] or not columns[one].later]
    missing = [column for column in wanted if column not in lines[0]]
    extra = [column for column in lines[0] if column not in wanted]
    for column in missing:
        yield fault(name, 0, "", column, "column is missing", f"the header is: {spelled}")
    for column in extra:
        hint = did_you_mean(column, missing or columns)
        yield fault(name, 0, "", column, "column is not known", hint)
    if not missing and not extra and lines[0] != wanted:
        problem = "columns stand in another order or twice"
        yield fault(name, 0, "", "", problem, f"write: {spelled}")


def _no_table(lines: Sequence[Sequence[str]], wanted: Sequence[str]) -> str:
    """Say why these lines are not read as a table, where one cause is behind all."""
    header = lines[0] if lines else []
    first = "".join(header[:1])
    if not any(map(any, lines)):
        return "is empty"
    if first.startswith("sep="):
        return "begins with a line that only one program understands"
    for sign in set(first) & {";", "\t", "|"}:
        return f"has {shown(sign)} between its cells"
    if "" in header or len(header) > 2 * len(wanted):
        return f"has {len(header)} columns, {header.count('')} of them without a name"
    return f"has over {_MOST_ROWS} rows" if len(lines) > _MOST_ROWS + 1 else ""


def _rows(name: str, drafts: Sequence[Draft], faults: list[Fault]) -> Iterator[Any]:
    """Yield each row; a cell that is refused stands as empty, for `crosscheck`."""
    table = TABLES[name]
    width = len(table.columns)
    empty = [number for number, cells in enumerate(drafts, start=1) if not any(cells)]
    if empty:
        told = "is an empty row" + (
            f", and so are {len(empty) - 1} more" if empty[1:] else ""
        )
        faults.append(fault(name, empty[0], "", "", told, "take empty rows away"))
    for number, cells in enumerate(drafts, start=1):
        if isinstance(cells, tuple):
            yield cells
        elif not any(cells) or len(faults) > _MOST_FAULTS:
            yield table.row(*[""] * width)
        elif len(cells) == width:
            yield table.row(*_checked(name, number, cells, faults))
        else:
            problem = f"has {len(cells)} cells where {width} belong"
            hint = "quote cells that hold commas"
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
    if len(cell) > _MOST_CELL:
        return "is too long", f"write at most {_MOST_CELL} characters"
    if cell != cell.strip():
        return "has spaces around it", f"write {shown(cell.strip())}"
    if not cell.isprintable():
        return (
            "holds a sign that is no plain text",
            f"write {shown(' '.join(cell.split()))}",
        )
    return column.check(cell)
