"""``orosec decide``: what happens to some traffic."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from orosec.cli import NO, YES
from orosec.cli.options import ALL, fill_question, show, variant
from orosec.model.network import Network

ABOUT = "Say what happens to some traffic."
COMMON = ALL


def fill(command: ArgumentParser) -> None:
    """Add the arguments."""
    fill_question(command, "+")


def run(options: Namespace, network: Network) -> int:
    """Print the answer; 0 for permitted, 1 for denied and partly."""
    from orosec.queries.decide import decide

    service = " ".join(options.service)
    answer = decide(
        options.source, options.destination, service, network=network, **variant(options)
    )
    show(options, answer, answer.as_dict())
    if not options.json and answer.claims:
        print(f"Claims that speak of it: {' '.join(answer.claims)}")
    return YES if answer.verdict == "permitted" else NO
