"""``orosec sentences``: the sentences of the page."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from orosec.cli import YES
from orosec.cli.options import show
from orosec.model.network import Network

ABOUT = "List the sentences of the page with verdicts."
COMMON = ("json", "tables")


def fill(command: ArgumentParser) -> None:
    """Add the arguments."""
    command.add_argument("names", metavar="SENTENCE", nargs="*", help="all if left out")


def run(options: Namespace, network: Network) -> int:
    """Print the scoreboard, or some rows of it."""
    from orosec.claims.register import scoreboard
    from orosec.errors import UnknownNameError, did_you_mean

    sheet = scoreboard(network=network)
    known = {row[0] for row in sheet.rows}
    for name in options.names:
        if name not in known:
            raise UnknownNameError(name, "sentence", did_you_mean(name, known))
    kept = [row for row in sheet.rows if not options.names or row[0] in options.names]
    chosen = type(sheet)(sheet.title, sheet.columns, kept)
    values = [dict(zip(sheet.columns, row, strict=True)) for row in kept]
    show(options, chosen, {"sentences": values})
    return YES
