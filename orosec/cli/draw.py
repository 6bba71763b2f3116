"""``orosec draw``: a picture of the model."""

from pathlib import Path

from click import Argument, Option

import orosec
from orosec.cli.options import COMMON, Common, command, output

VIEW = Argument(["view"], default="segmentation", help="What to draw.")
PICTURE = output("A file .svg, .png or .dot.")
DARK = Option(["--dark"], is_flag=True, help="For a dark page.")


@command(
    "diagrams", VIEW, PICTURE, DARK, *COMMON, example="segmentation -o segmentation.svg"
)
def draw(common: Common, view: str, output: Path | None, dark: bool) -> bool:
    """Draw a view of the model.

    Without -o, the DOT text of the picture is printed. Exit status 0.

    Where --cdn is left out, it is drawn under google, or the one CDN that the tables have;
    where --reading is, under operational.
    """
    light = orosec.draw(view, **common.scenario)
    diagram = light.dark if dark else light
    if output is not None:
        diagram.save(output)
    shown = "\n".join(diagram.words) if output else diagram.dot
    common.show(shown, {"view": view, "words": diagram.words, "dot": diagram.dot})
    return True
