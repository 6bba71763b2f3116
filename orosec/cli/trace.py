"""``orosec trace``: what rests on what."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from orosec.cli import NO, YES
from orosec.cli.options import show
from orosec.model.network import Network

ABOUT = "Trace sentences to claims, rules, cells, tests and PCI DSS."
COMMON = ("json", "tables")


def fill(command: ArgumentParser) -> None:
    """Add the arguments."""
    command.add_argument(
        "names", metavar="SENTENCE", nargs="*", help="sentences or claims; all if left out"
    )
    command.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="a file .csv or .html, complete"
    )
    command.add_argument(
        "--pci", action="store_true", help="show the requirements of PCI DSS instead"
    )


def run(options: Namespace, network: Network) -> int:
    """Print or write the matrix; 1 where something hangs in the air."""
    from orosec.reporting.traceability import compliance, loose_ends, save, trace

    matrix = trace(*options.names, network=network)
    if options.output is not None:
        save(matrix, options.output)
    shown = compliance(network=network) if options.pci else matrix.sheet
    loose = loose_ends(network)
    values = {**matrix.as_dict(), "loose": loose}
    if options.pci:
        rows = [dict(zip(shown.columns, row, strict=True)) for row in shown.rows]
        values = {"requirements": rows}
    show(options, "" if options.output else shown, values)
    if not options.json:
        print("\n".join(loose) or "nothing hangs in the air")
    return NO if loose else YES
