"""``orosec check``: judge claims."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from orosec.commands import NO, YES
from orosec.commands.common import ALL, show
from orosec.network import Network

ABOUT = "Judge every claim, or some."
COMMON = ALL


def fill(command: ArgumentParser) -> None:
    """Add the arguments."""
    command.add_argument(
        "names", metavar="CLAIM", nargs="*", help="claims or sentences; all if left out"
    )
    command.add_argument(
        "--today", metavar="DATE", help="the day on which exceptions are looked at"
    )


def run(options: Namespace, network: Network) -> int:
    """Print every verdict; 0 where all are as recorded or accepted, no exception stale."""
    from orosec.notation import read_date
    from orosec.register import check, failure_text

    judged = check(
        *options.names,
        cdn=options.cdn,
        reading=options.reading,
        network=network,
        today=read_date(options.today) if options.today else None,
    )
    late, stale = judged.unexpected, judged.stale
    show(options, judged, judged.as_dict())
    if not options.json:
        count = len({one.claim.claim for one in judged})
        print(f"\n{count} claims, {len(judged)} verdicts, {len(late)} not as recorded")
        if late or stale:
            print(failure_text(late, stale))
    return NO if late or stale else YES
