"""``orosec flows``: judge many packets, row by row."""

from pathlib import Path
from typing import Any

from click import Argument

from orosec.cli.options import COMMON, PATH, Common, command, output
from orosec.errors import Fault, TableError

ABOUT = "CSV with source, destination, and service or protocol and port."
FLOWS = Argument(["file"], type=PATH, help=ABOUT)
VERDICTS = output("Write the verdicts as CSV.")
HINT = "write CSV in UTF-8 with the columns source, destination and service"


@command("bulk", FLOWS, VERDICTS, *COMMON, example="flows.csv")
def flows(common: Common, file: Path, output: Path | None) -> bool | None:
    """Judge every row of a CSV file of flows.

    Exit status 0 where every flow is permitted, 1 where one is denied, 3 where none is, but
    some go from stranger to stranger.

    It is judged under google and operational where --cdn and --reading are left out.
    """
    from orosec.bulk.flows import decide_many
    from orosec.model.files import replace_file

    asked = _read(file)
    both = asked.join(decide_many(asked, **common.scenario))
    count = {name: int((both["verdict"] == name).sum()) for name in ("denied", "unknown")}
    text = both.to_csv(index=False, lineterminator="\n")
    shown = text.removesuffix("\n")
    if output is not None:
        replace_file(output, text.encode("utf-8"))
        told = ", ".join(f"{found} {name}" for name, found in count.items() if found)
        shown = f"{len(both)} flows, {told or 'none denied'}; see {output}"
    common.show(shown, {"flows": both.to_dict(orient="records"), **count})
    return None if count["unknown"] and not count["denied"] else not count["denied"]


def _read(path: Path) -> Any:
    """Return a DataFrame of a file, every cell as text; only columns of flows are kept."""
    import csv

    import pandas as pd

    from orosec.bulk.flows import COLUMNS, REFUSED

    rows, problem = [], "is empty"
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream, strict=True))
    except OSError as error:
        problem = f"cannot be read ({error.strerror or 'unreadable'})"
    except (ValueError, csv.Error) as error:  # bad UTF-8, an open quote
        problem = f"is no CSV: {error}"
    faults = [] if rows else [Fault(str(path), 0, "", "", problem, HINT)]
    header, *lines = rows or [[]]
    for number, line in enumerate(lines, start=1):
        if len(line) != len(header):
            problem = f"has {len(line)} cells where {len(header)} belong"
            faults.append(Fault(str(path), number, "", "", problem, "leave no empty line"))
    if faults:
        raise TableError(faults, REFUSED)
    kept = [name for name in header if name in COLUMNS]
    return pd.DataFrame(lines, columns=header, dtype=str)[kept]
