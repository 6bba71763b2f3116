"""``orosec lint``: what is odd about the tables."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from orosec.commands import NO, YES
from orosec.commands.common import ALL, show
from orosec.network import Network

ABOUT = "Look for rules and rows that are odd, with suggestions."
COMMON = ALL


def fill(command: ArgumentParser) -> None:
    """Add no arguments: the whole network is looked at."""


def run(options: Namespace, network: Network) -> int:
    """Print the report; 0 where nothing was found that is not explained."""
    from orosec.lint import lint

    report = lint(cdn=options.cdn, reading=options.reading, network=network)
    show(options, report, report.as_dict())
    return YES if report.clean else NO
