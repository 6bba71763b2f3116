"""``orosec report``: one page for an auditor."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from orosec.cli import YES
from orosec.model.network import Network

ABOUT = "Write a report for an auditor: one page, complete."
COMMON = ("tables",)


def fill(command: ArgumentParser) -> None:
    """Add the arguments."""
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        default=Path("report.html"),
        help="a file .html, .md or .json (default: report.html)",
    )
    command.add_argument(
        "--date",
        metavar="DAY",
        help="the day of it, as 2026-01-31 (default: today)",
    )
    command.add_argument(
        "--quick",
        action="store_true",
        help="leave out the mutation score",
    )


def run(options: Namespace, network: Network) -> int:
    """Write the report, and say where."""
    from orosec.engine.notation import read_date
    from orosec.reporting.report import report

    day = read_date(options.date) if options.date else None
    made = report(network=network, day=day, mutation=not options.quick)
    print(f"written: {made.save(options.output)}")
    return YES
