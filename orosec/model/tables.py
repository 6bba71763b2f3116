"""The tables as one immutable value: read from a folder, checked whole, written back.

Reading refuses a folder with ALL its faults at once (`TableError`); writing is atomic
and byte-stable, so reading a folder and writing it gives the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from orosec.model.schema import TABLES, Column
from orosec.model.validation import crosscheck

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

    Raises:
        TableError: anything is wrong; it lists every fault of every file.
    """
    if not folder.is_dir():
        hint = f"name a folder that holds {_files()}"
        raise TableError([Fault(str(folder), 0, "", "", "is no folder", hint)])
    faults: list[Fault] = []
    found = {name: _read_table(folder, name, faults) for name in TABLES}
    _refuse_old_spellings(settled(folder), faults)
    unread = {name for name, lines in found.items() if lines is None}
    drafts = {name: lines or () for name, lines in found.items()}
    return assemble(drafts, faults, unread)


def _refuse_old_spellings(folder: Path, faults: Sequence[Fault]) -> None:
    """Raise one fault that lists all renames; headers are read again where some misfit."""
    files = [
        name for name, table in TABLES.items() if (folder / f"{table.was}.csv").is_file()
    ]
    if not faults and not files:
        return
    old = [f"{TABLES[name].was}.csv is now {name}.csv" for name in files]
    renamed: dict[str, list[str]] = {}
    for name, table in TABLES.items():
        file = table.was if name in files else name
        spelled = {was: column for column, one in table.columns.items() for was in one.was}
        for was in _header(folder / f"{file}.csv"):
            if was in spelled and was not in table.columns:
                renamed.setdefault(f"column {was} is now {spelled[was]}", []).append(name)
    old += [f"{rename} (in {' '.join(names)})" for rename, names in renamed.items()]
    if old:
        problem = f"is spelled as it was before: {'; '.join(old)}"
        hint = "rename these files and columns; the cells stay as they are"
        raise TableError([Fault(str(folder), 0, "", "", problem, hint)])


def _header(path: Path) -> list[str]:
    """Return the columns that a file names; none where it cannot be read."""
    if not path.is_file():
        return []
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
        drafts: the rows of each table, in order.
        faults: what is known to be wrong already.
        unread: tables that could not be read; nothing is said of what they lack.
        refused: what to say above the faults.

    Raises:
        TableError: anything is wrong; it lists every fault, in the order of the tables.
    """
    found = list(faults)
    rows = {name: tuple(_rows(name, drafts[name], found)) for name in TABLES}
    tables = Tables(**rows)
    bad = {(fault.file, fault.row, column) for fault in found for column in _cells(fault)}
    found += (
        fault
        for fault in dict.fromkeys(crosscheck(tables, unread))
        if (fault.file, fault.row, fault.column) not in bad
    )
    if found:
        order = {f"{name}.csv": place for place, name in enumerate(TABLES)}
        raise TableError(sorted(found, key=lambda it: (order[it.file], it.row)), refused)
    return tables


def _cells(fault: Fault) -> Iterable[str]:
    """Return the columns that a fault speaks of: all of them where it names none."""
    name = fault.file.removesuffix(".csv")
    return (fault.column,) if fault.column else TABLES[name].columns


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


def _read_table(folder: Path, name: str, faults: list[Fault]) -> list[list[str]] | None:
    """Return the cells of one table, or None where the file as a whole is unusable."""
    file = f"{name}.csv"

    def refuse(problem: str, hint: str, value: str = "", row: int = 0) -> None:
        faults.append(Fault(file, row, "", value, problem, hint))

    text = _text_of(table_file(folder, name), refuse)
    if text is None:
        return None
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        refuse(f"is no CSV: {error}", "quote cells that hold commas or quotes")
        return None
    if not lines:
        refuse("is empty", f"write the header: {','.join(TABLES[name].columns)}")
        return None
    if not _header_fits(name, lines[0], refuse):
        return None
    return lines[1:]


def table_file(folder: Path, name: str) -> Path:
    """Return the file to read a table from: where a wing's is missing, the documented."""
    path = settled(folder) / f"{name}.csv"
    missing = TABLES[name].wing and not path.exists()
    return DOCUMENTED / path.name if missing else path


def _text_of(path: Path, refuse: Callable[..., None]) -> str | None:
    try:
        if path.stat().st_size > _MOST_BYTES:
            refuse("is too large", f"keep a table below {_MOST_BYTES // 2**20} MiB")
            return None
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unreadable"
        refuse(f"cannot be read ({reason})", f"the folder {path.parent} needs {_files()}")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        refuse(f"is not UTF-8 (line {line})", "save the file with the encoding UTF-8")
        return None


def _header_fits(name: str, header: list[str], refuse: Callable[..., None]) -> bool:
    wanted = list(TABLES[name].columns)
    if header == wanted:
        return True
    missing = [column for column in wanted if column not in header]
    extra = [column for column in header if column not in wanted]
    for column in missing:
        refuse("column is missing", f"the header is: {','.join(wanted)}", column)
    for column in extra:
        refuse("column is not known", did_you_mean(column, missing or wanted), column)
    if not missing and not extra:
        refuse("columns stand in another order or twice", f"write: {','.join(wanted)}")
    return False


def _rows(name: str, drafts: Sequence[Draft], faults: list[Fault]) -> Iterator[Any]:
    """Yield each row; a cell that is refused stands as empty, for `crosscheck`."""
    table = TABLES[name]
    for number, cells in enumerate(drafts, start=1):
        if isinstance(cells, tuple):
            yield cells
            continue
        if len(cells) != len(table.columns):
            problem = f"has {len(cells)} cells where {len(table.columns)} belong"
            hint = "quote cells that hold commas, and leave no empty line"
            faults.append(Fault(f"{name}.csv", number, "", "", problem, hint))
            yield table.row(*(*cells[:1], *[""] * len(table.columns))[: len(table.columns)])
            continue
        found = list(_cell_faults(name, number, cells))
        faults.extend(found)
        bad = {fault.column for fault in found}
        kept = zip(table.columns, cells, strict=True)
        yield _row_of(name, ["" if column in bad else cell for column, cell in kept])


def _row_of(name: str, cells: Iterable[Any]) -> Any:
    table = TABLES[name]
    typed = (
        int(cell) if cell and column.whole else cell
        for column, cell in zip(table.columns.values(), cells, strict=True)
    )
    return table.row(*typed)


def _cell_faults(name: str, number: int, cells: Sequence[object]) -> Iterator[Fault]:
    for (label, column), cell in zip(TABLES[name].columns.items(), cells, strict=True):
        refusal = _refusal(column, cell)
        if refusal is not None:
            value = cell if isinstance(cell, str) else repr(cell)
            yield Fault(f"{name}.csv", number, label, value, *refusal)


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
