"""``orosec draw``: pictures of the model."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from orosec.cli import YES
from orosec.cli.options import ALL, show, variant
from orosec.model.network import Network

ABOUT = "Draw a view of the model."
COMMON = ALL


def fill(command: ArgumentParser) -> None:
    """Add the arguments."""
    command.add_argument(
        "view", metavar="VIEW", nargs="?", default="segmentation", help="what to draw"
    )
    command.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="a file .svg, .png or .dot"
    )


def run(options: Namespace, network: Network) -> int:
    """Write the picture, or print its DOT text."""
    from orosec.diagrams.diagram import draw

    diagram = draw(options.view, network=network, **variant(options))
    if options.output is not None:
        diagram.save(options.output)
    values = {"view": options.view, "words": diagram.words, "dot": diagram.dot}
    shown = "\n".join(diagram.words) if options.output else diagram.dot
    show(options, shown, values)
    return YES
