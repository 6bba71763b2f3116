"""``orosec flows``: judge many packets, row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from click import Argument

import orosec
from orosec.cli import NO, YES
from orosec.cli.options import COMMON, Common, command, output
from orosec.cli.terminal import say
from orosec.errors import Fault, TableError
from orosec.model.files import replace_file

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = "CSV with source, destination, and service or protocol and port."
_REFUSED = "the flows cannot be used"
_HINT = "write CSV in UTF-8 with the columns source, destination and service"


FLOWS = Argument(["file"], type=Path, help=_COLUMNS)
VERDICTS = output("Write the verdicts as CSV.")


@command("flows", FLOWS, VERDICTS, *COMMON, example="flows.csv")
def flows(common: Common, file: Path, output: Path | None) -> int:
    """Exit status 0 where every flow is permitted, 1 where one is denied.

    It is judged under google and operational where --cdn and --reading are left out.
    """
    asked = _read(file)
    judged = orosec.decide_many(asked, network=common.network(), **common.variant)
    denied = int((judged["verdict"] == "denied").sum())
    both = asked.join(judged)
    text = both.to_csv(index=False, lineterminator="\n")
    if output is not None:
        replace_file(output, text.encode("utf-8"))
    if output is not None and not common.json:
        say(f"{len(both)} flows, {denied} denied; see {output}")
    else:
        values = {"flows": both.to_dict(orient="records"), "denied": denied}
        common.show(text.removesuffix("\n"), values)
    return NO if denied else YES


def _read(path: Path) -> pd.DataFrame:
    """Read every cell as text; only the columns that flows have are kept."""
    import pandas as pd

    from orosec.bulk.flows import APART, ENDS, TOGETHER

    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream, strict=True))
    except OSError as error:
        raise _refused(f"cannot be read ({error.strerror or 'unreadable'})", path) from None
    except (ValueError, csv.Error) as error:  # bad UTF-8, an open quote
        raise _refused(f"is no CSV: {error}", path) from None
    if not rows:
        raise _refused("is empty", path)
    header, *lines = rows
    if any(len(line) != len(header) for line in lines):
        raise TableError(_uneven(path, len(header), lines), _REFUSED)
    kept = [name for name in header if name in (*ENDS, *TOGETHER, *APART)]
    return pd.DataFrame(lines, columns=header, dtype=str)[kept]


def _refused(problem: str, path: Path) -> TableError:
    return TableError([Fault(str(path), 0, "", "", problem, _HINT)], _REFUSED)


def _uneven(path: Path, width: int, lines: list[list[str]]) -> Iterator[Fault]:
    for number, line in enumerate(lines, start=1):
        if len(line) != width:
            problem = f"has {len(line)} cells where {width} belong"
            yield Fault(str(path), number, "", "", problem, "leave no empty line")
