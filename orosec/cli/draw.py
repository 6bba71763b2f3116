"""``orosec draw``: a picture of the model."""

from pathlib import Path

from click import Argument

import orosec
from orosec.cli.options import COMMON, Common, command, output

VIEW = Argument(["view"], default="segmentation", help="What to draw.")
PICTURE = output("A file .svg, .png or .dot.")


@command("diagrams", VIEW, PICTURE, *COMMON, example="segmentation -o segmentation.svg")
def draw(common: Common, view: str, output: Path | None) -> bool:
    """Draw a view of the model.

    Without -o, the DOT text of the picture is printed. Exit status 0.

    Where --cdn is left out, it is drawn under google, or the one CDN that the tables have;
    where --reading is, under operational.
    """
    diagram = orosec.draw(view, **common.scenario)
    if output is not None:
        diagram.save(output)
    shown = "\n".join(diagram.words) if output else diagram.dot
    common.show(shown, {"view": view, "words": diagram.words, "dot": diagram.dot})
    return True
