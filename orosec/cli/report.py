"""``orosec report``: all of it for an auditor."""

from pathlib import Path

from click import Option

from orosec.cli.options import TABLES, Common, command, output

PAGE = output("A file .html, .md or .json (default: report.html).", Path("report.html"))
DAY = "Its day, as 2026-01-31 (default: today)."
DATE = Option(["--date", "today"], metavar="DAY", help=DAY)
QUICK = Option(["--quick"], is_flag=True, help="Leave out the mutation score.")


@command("reporting", PAGE, DATE, QUICK, TABLES, example="--quick -o report.html")
def report(common: Common, output: Path, quick: bool) -> bool:
    """Write a report for an auditor, on one page.

    Without --quick, the mutation score takes a while.

    Exit status 0 where all is as recorded, 1 where the report tells what is not.
    """
    from orosec.reporting import report as reporting

    made = reporting.report(mutation=not quick, network=common.network, today=common.day)
    common.remark(f"written: {made.save(output)}")
    if made.failure:
        common.remark(made.failure)
    return not made.failure
