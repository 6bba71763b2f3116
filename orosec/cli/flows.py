"""``orosec flows``: judge many packets, row by row."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from orosec.cli import NO, YES
from orosec.cli.options import ALL, variant
from orosec.errors import Fault, TableError
from orosec.model.files import replace_file
from orosec.model.network import Network

if TYPE_CHECKING:
    import pandas as pd

ABOUT = "Judge every row of a CSV file of flows."
COMMON = ALL
_REFUSED = "the flows cannot be used"
_HINT = "write CSV in UTF-8 with the columns source, destination and service"


def fill(command: ArgumentParser) -> None:
    """Add the arguments."""
    command.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help="CSV with source, destination, and service or protocol and port",
    )
    command.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the verdicts as CSV"
    )


def run(options: Namespace, network: Network) -> int:
    """Print or write the flows with their verdicts; 0 where all are permitted."""
    from orosec.bulk.flows import decide_many

    flows = _read(options.file)
    judged = decide_many(flows, network=network, **variant(options))
    denied = int((judged["verdict"] == "denied").sum())
    both = flows.join(judged)
    text = both.to_csv(index=False, lineterminator="\n")
    if options.output is not None:
        replace_file(options.output, text.encode("utf-8"))
    if options.json:
        rows = both.to_dict(orient="records")
        print(json.dumps({"flows": rows, "denied": denied}, ensure_ascii=False, indent=2))
    elif options.output is not None:
        print(f"{len(both)} flows, {denied} denied; see {options.output}")
    else:
        print(text, end="")
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
