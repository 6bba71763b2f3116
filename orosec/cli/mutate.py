"""``orosec mutate``: how many mistakes the claims would see."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from typing import Any

from orosec.cli import NO, YES
from orosec.cli.options import ALL, show
from orosec.model.network import Network

ABOUT = "Try every mistake in the tables, and count those that a claim sees."
COMMON = ALL


def fill(command: ArgumentParser) -> None:
    """Add the arguments: there are none beside the common ones."""
    command.epilog = "Without --cdn and --reading, every variant is tried."


def run(options: Namespace, network: Network) -> int:
    """Print score, survivors and claims that could go; 0 where all is explained."""
    from orosec.mutation.score import mutate

    mutation = mutate(
        cdn=options.cdn, reading=options.reading, network=network, progress=_bar
    )
    show(options, mutation, mutation.as_dict())
    if not options.json:
        for sheet in (mutation.suppressions, mutation.pins, mutation.redundant):
            print(f"\n{sheet}")
    return NO if mutation.alarms else YES


def _bar(mutants: Sequence[Any]) -> Iterable[Any]:
    """Show a progress bar on standard error, where that is a terminal."""
    from tqdm import tqdm

    bar: Iterable[Any] = tqdm(mutants, unit=" mutants", leave=False, disable=None)
    return bar
