"""``orosec check``: judge claims."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from orosec.cli import NO, YES
from orosec.cli.options import ALL, fill_today, show, today
from orosec.model.network import Network

ABOUT = "Judge every claim, or some."
COMMON = ALL


def fill(command: ArgumentParser) -> None:
    """Add the arguments."""
    command.add_argument(
        "names", metavar="CLAIM", nargs="*", help="claims or sentences; all if left out"
    )
    fill_today(command)


def run(options: Namespace, network: Network) -> int:
    """Print every verdict; 0 where all are as recorded or accepted, no exception stale."""
    from orosec.claims.register import check, failure_text

    judged = check(
        *options.names,
        cdn=options.cdn,
        reading=options.reading,
        network=network,
        today=today(options),
    )
    unexpected, stale = judged.unexpected, judged.stale
    show(options, judged, judged.as_dict())
    if not options.json:
        count = len({one.claim.claim for one in judged})
        print(
            f"\n{count} claims, {len(judged)} verdicts, {len(unexpected)} not as recorded"
        )
        if unexpected or stale:
            print(failure_text(unexpected, stale))
    return NO if unexpected or stale else YES
