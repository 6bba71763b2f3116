"""What is looked at: ``draw``, ``sentences``, ``trace``, ``report``."""

from pathlib import Path

from click import Argument, Option

import orosec
from orosec.cli import NO, YES
from orosec.cli.options import COMMON, JSON, TABLES, Common, Words, command, output, words
from orosec.cli.terminal import say
from orosec.errors import UnknownNameError, did_you_mean

VIEW = Argument(["view"], default="segmentation", help="What to draw.")
PICTURE = output("A file .svg, .png or .dot.")
SENTENCES = words("sentence", "Sentences; all if left out.")
CLAIMS_TOO = words("sentence", "Sentences or claims; all if left out.")
MATRIX = output("A file .csv or .html, complete.")
PCI = Option(["--pci"], is_flag=True, help="Show the requirements of PCI DSS instead.")
PAGE = output("A file .html, .md or .json (default: report.html).", Path("report.html"))
DATE = Option(["--date"], metavar="DAY", help="Its day, as 2026-01-31 (default: today).")
QUICK = Option(["--quick"], is_flag=True, help="Leave out the mutation score.")


@command("draw", VIEW, PICTURE, *COMMON, example="segmentation -o segmentation.svg")
def draw(common: Common, view: str, output: Path | None) -> int:
    """Without -o, the DOT text of the picture is printed. Exit status 0.

    It is drawn under google and operational where --cdn and --reading are left out.
    """
    diagram = orosec.draw(view, network=common.network(), **common.variant)
    if output is not None:
        diagram.save(output)
    shown = "\n".join(diagram.words) if output else diagram.dot
    common.show(shown, {"view": view, "words": diagram.words, "dot": diagram.dot})
    return YES


@command("sentences", SENTENCES, JSON, TABLES, example="GL3 TF1")
def sentences(common: Common, sentence: Words) -> int:
    """Each has its verdict under every CDN and reading. Exit status 0."""
    sheet = orosec.scoreboard(network=common.network())
    rows = {row["id"]: row for row in _records(sheet)}
    for name in sentence:
        if name not in rows:
            raise UnknownNameError(name, "sentence", did_you_mean(name, rows))
    kept = [row for name, row in rows.items() if not sentence or name in sentence]
    chosen = orosec.Sheet(sheet.title, sheet.columns, [[*row.values()] for row in kept])
    common.show(chosen, {"sentences": kept})
    return YES


@command("trace", CLAIMS_TOO, MATRIX, PCI, JSON, TABLES, example="GL3")
def trace(common: Common, sentence: Words, output: Path | None, pci: bool) -> int:
    """Exit status 0 where all hangs together, 1 where something hangs in the air."""
    from orosec.reporting.traceability import loose_ends, save

    network = common.network()
    matrix = orosec.trace(*sentence, network=network)
    if output is not None:
        save(matrix, output)
    loose = loose_ends(network)
    shown = orosec.compliance(network=network) if pci else matrix.sheet
    told = {"requirements": _records(shown)} if pci else matrix.as_dict() | {"loose": loose}
    common.show("" if output else shown, told)
    if not common.json:
        say("\n".join(loose) or "nothing hangs in the air")
    return NO if loose else YES


@command("report", PAGE, DATE, QUICK, TABLES, example="--quick -o report.html")
def report(common: Common, output: Path, date: str | None, quick: bool) -> int:
    """Without --quick, the mutation score takes a while. Exit status 0."""
    from orosec.engine.notation import read_date
    from orosec.reporting import report as reporting

    day = read_date(date) if date else None
    made = reporting.report(
        network=common.network(),
        day=day,
        mutation=not quick,
        lint=getattr(orosec, "lint", None),
        mutate=getattr(orosec, "mutate", None),
    )
    say(f"written: {made.save(output)}")
    return YES


def _records(sheet: orosec.Sheet) -> list[dict[str, str]]:
    """Return the rows of a sheet, each with the names of its columns."""
    return [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]
