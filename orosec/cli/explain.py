"""``orosec explain``: the way of some traffic."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from orosec.cli import NO, YES
from orosec.cli.options import ALL, fill_question, show, variant
from orosec.model.network import Network

ABOUT = "Tell the way of some traffic, with every rule."
COMMON = ALL


def fill(command: ArgumentParser) -> None:
    """Add the arguments."""
    fill_question(command, "*")


def run(options: Namespace, network: Network) -> int:
    """Print the story; 0 for permitted, 1 for denied and partly."""
    from orosec.queries.decide import explain

    service = " ".join(options.service)
    story = explain(
        options.source, options.destination, service, network=network, **variant(options)
    )
    show(options, story, story.as_dict())
    return YES if story.there.verdict == "permitted" else NO
