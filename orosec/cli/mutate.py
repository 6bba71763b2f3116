"""``orosec mutate``: which mistakes in the tables a claim sees."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

import orosec
from orosec.cli.options import COMMON, Common, command


@command("mutation", *COMMON, example="--cdn google --reading literal")
def mutate(common: Common) -> bool:
    """Try every mistake, count those a claim sees.

    Without --cdn and --reading, every variant is tried.

    Exit status 0 where every mistake is seen or explained, 1 where one is not.
    """
    mutation = orosec.mutate(**common.scenario, progress=_bar)
    common.show(mutation)
    for sheet in (mutation.suppressions, mutation.pins, mutation.redundant):
        common.remark(f"\n{sheet}")
    return not mutation.alarms


def _bar(mutants: Sequence[Any]) -> Iterator[Any]:
    """Show a progress bar on standard error, where that is a terminal."""
    with click.progressbar(mutants, hidden=not sys.stderr.isatty(), file=sys.stderr) as bar:
        yield from bar
