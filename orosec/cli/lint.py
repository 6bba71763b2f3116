"""``orosec lint``: what is odd about the tables."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from orosec.cli import NO, YES
from orosec.cli.options import ALL, show
from orosec.model.network import Network

ABOUT = "Look for rules and rows that are odd, with suggestions."
COMMON = ALL


def fill(command: ArgumentParser) -> None:
    """Add no arguments, the whole network is looked at; say what the exit status means."""
    command.epilog = (
        "Exit status 0 where nothing is found but what is explained, 1 for findings, 2 for "
        "tables that cannot be used. The documented tables have one finding, under google: "
        "the load balancer may reach the web servers on tcp:443, and nothing answers there."
    )


def run(options: Namespace, network: Network) -> int:
    """Print the report; 0 where nothing was found that is not explained."""
    from orosec.linting.lint import lint

    report = lint(cdn=options.cdn, reading=options.reading, network=network)
    show(options, report, report.as_dict())
    return YES if report.clean else NO
