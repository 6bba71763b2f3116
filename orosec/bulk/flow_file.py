"""Flows in a CSV file of any make: which columns tell them, and what becomes of each row.

A file is read whole, up to a size. A row that cannot be read is set aside with the reason,
and the others are judged.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from orosec.bulk.flows import KNOWN, REFUSED, judge, plain
from orosec.errors import Fault, TableError
from orosec.model.files import read_file
from orosec.model.scenario import Scenario

_ALL_KNOWN = {*" ".join(KNOWN.values()).split()}
_SEPARATORS = ",;\t|"
_MOST_READ, _MOST_HEADER = 2**26, 2**16
_HINT = "write CSV in UTF-8 with a header that tells source, destination and service"


class Judged(NamedTuple):
    """What became of the rows of a file.

    Attributes:
        header: the columns of the file, and those of verdicts.
        rows: the cells of each row that was judged, and its verdict.
        refused: each other row: its number, what is wrong, the hint, and its cells.
        faults: what is wrong, each thing once.
    """

    header: list[str]
    rows: list[list[Any]]
    refused: list[list[Any]]
    faults: list[Fault]

    @property
    def counts(self) -> dict[str, int]:
        """How many are denied, how many unknown, and how many could not be read."""
        found = Counter(row[-4] for row in self.rows)
        refused = len(self.refused)
        return {"denied": found["denied"], "unknown": found["unknown"], "refused": refused}


def judge_file(path: Path, named: Mapping[str, str], scenario: Scenario) -> Judged:
    """Judge every row of a CSV file; its other columns are kept.

    Args:
        path: the file; ``-`` for standard input.
        named: which column is the source, the destination, the service, the protocol or
            the port; what is left out is told by its name.
        scenario: who is asked.

    Raises:
        TableError: the file cannot be read, or it is not clear which columns are meant.
    """
    file = "standard input" if str(path) == "-" else str(path)
    header, rows = _parsed(_text(path, file), file, {*_ALL_KNOWN, *named.values()})
    faults = {
        number: Fault(file, number, "", "", f"has {len(row)} cells", f"write {len(header)}")
        for number, row in rows.items()
        if len(row) != len(header)
    }
    fit = {number: row for number, row in rows.items() if number not in faults}
    table = pd.DataFrame([*fit.values()], [*fit], header, dtype=object)
    try:
        verdicts, refusals = judge(table, scenario, named)
    except TableError as error:  # of columns
        raise TableError([_by_option(file, it) for it in error.faults], REFUSED) from None
    for found, fault in refusals:
        numbers = table.index[found].tolist()
        told = fault._replace(file=file, row=numbers[0])
        faults.update((number, told) for number in numbers if number not in faults)
    said = zip(fit, verdicts.to_numpy().tolist(), strict=True)
    return Judged(
        [*header, *verdicts.columns],
        [[*rows[number], *verdict] for number, verdict in said if number not in faults],
        [[number, *faults[number][-2:], *rows[number]] for number in sorted(faults)],
        [*dict.fromkeys(faults[number] for number in sorted(faults))],
    )


def _text(path: Path, file: str) -> str:
    """Read a file, or standard input, up to a size."""
    try:
        if str(path) != "-":
            content = read_file(path, _MOST_READ)
        elif len(content := sys.stdin.buffer.read(_MOST_READ + 1)) > _MOST_READ:
            raise _unusable(file, f"is larger than {_MOST_READ // 2**20} MiB")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise _unusable(file, f"cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise _unusable(file, f"is no CSV: {error}") from error


def _parsed(
    text: str, file: str, known: set[str]
) -> tuple[list[str], dict[int, list[str]]]:
    """Return the header, and each row that is not blank by its number."""
    first = text[:_MOST_HEADER].partition("\n")[0]
    if first.startswith("sep="):  # what a spreadsheet writes above a header
        separator, text = first[4:5], text.partition("\n")[2]
    else:
        names = {each: {*map(plain, first.split(each))} for each in _SEPARATORS}
        separator = max(_SEPARATORS, key=lambda each: len(names[each] & known))
    try:
        lines = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
        header = next(lines, [])
        if not any(header):
            raise _unusable(file, "has no header" if header else "is empty")
        rows = {number: row for number, row in enumerate(lines, start=1) if any(row)}
    except (csv.Error, TypeError) as error:  # an open quote, no separator
        raise _unusable(file, f"is no CSV: {error}") from error
    return header, rows


def _by_option(file: str, fault: Fault) -> Fault:
    """Name the file in a fault of a column, and the option that says which one it is."""
    hint = f"{fault.hint} (or say which it is by --{fault.column})"
    return fault._replace(file=file, hint=hint)


def _unusable(file: str, problem: str, hint: str = _HINT) -> TableError:
    return TableError([Fault(file, 0, "", "", problem, hint)], REFUSED)
