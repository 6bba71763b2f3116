"""``orosec flows``: judge many packets, row by row."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

from click import Argument, Option

from orosec.cli.options import COMMON, PATH, Common, command, output
from orosec.cli.terminal import complain
from orosec.errors import TableError

ABOUT = "CSV with source, destination, and service or protocol and port; - for stdin."
FLOWS = Argument(["file"], type=PATH, help=ABOUT)
ROLES = ("source", "destination", "service", "protocol", "port")
NAMED = [
    Option([f"--{role}"], metavar="COLUMN", help=f"The column of the {role}.")
    for role in ROLES
]
VERDICTS = output("Write the verdicts as CSV.")
ASIDE = "Write rows that cannot be read as CSV."
REJECTS = Option(["--rejects"], type=PATH, metavar="FILE", help=ASIDE)
STRICT = Option(["--strict"], is_flag=True, help="Refuse all where a row cannot be read.")


@command("bulk", FLOWS, *NAMED, VERDICTS, REJECTS, STRICT, *COMMON, example="flows.csv")
def flows(
    common: Common,
    file: Path,
    output: Path | None,
    rejects: Path | None,
    strict: bool,
    **named: str | None,
) -> bool | None:
    """Judge every row of a CSV file of flows.

    Columns are told by the names that logs give them, or by an option; the others are
    kept. Rows that cannot be read are told and left out.

    Exit status 0 where every flow is permitted, 1 where one is denied, 3 where none is, but
    some go from stranger to stranger or cannot be read.

    Where --cdn is left out, it is judged under google, or the one CDN that the tables have;
    where --reading is, under operational.
    """
    from orosec.bulk.flow_file import judge_file
    from orosec.bulk.flows import REFUSED
    from orosec.model.files import replace_file

    columns = {role: column for role, column in named.items() if column is not None}
    scenario = common.network.scenario(**common.variant)
    judged = judge_file(file, columns, scenario)
    if judged.faults and (strict or not judged.rows):
        raise TableError(judged.faults, REFUSED)
    told = ", ".join(f"{count} {name}" for name, count in judged.counts.items() if count)
    text = _csv(judged.header, judged.rows)
    shown = text.removesuffix("\n")
    if output is not None:
        replace_file(output, text.encode("utf-8"))
        shown = f"{len(judged.rows)} flows, {told or 'none denied'}; see {output}"
    if rejects is not None:
        names = ["row", "problem", "hint", *judged.header[:-4]]
        replace_file(rejects, _csv(names, judged.refused).encode("utf-8"))
    records = (dict(zip(judged.header, row, strict=True)) for row in judged.rows)
    common.show(shown, {"flows": [*records], **judged.counts} if common.json else None)
    if left_out := len(judged.refused):
        rows = left_out + len(judged.rows)
        complain(TableError(judged.faults, f"{left_out} of {rows} rows are left out"))
    return False if judged.counts["denied"] else None if told else True


def _csv(header: list[str], rows: list[list[Any]]) -> str:
    stream = StringIO()
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return stream.getvalue()
