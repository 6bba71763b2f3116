"""``orosec drift``: a newer copy of the page beside the register."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from orosec.cli import NO, YES
from orosec.cli.options import show
from orosec.model.network import Network

ABOUT = "Compare a newer copy of the page with the register."
COMMON = ("json", "tables")


def fill(command: ArgumentParser) -> None:
    """Add the arguments."""
    command.add_argument(
        "file", metavar="FILE", help="a copy .html, .md, .rst or .txt; - for standard input"
    )
    command.add_argument(
        "--as",
        dest="form",
        choices=("html", "md", "rst", "txt"),
        default="",
        help="its form, where the ending does not tell",
    )


def run(options: Namespace, network: Network) -> int:
    """Print what changed; 0 for no drift, 1 for drift."""
    from orosec.drift.report import drift

    found = drift(options.file, form=options.form, network=network)
    show(options, str(found), found.as_dict())
    return NO if found.drifted else YES
