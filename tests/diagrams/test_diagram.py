"""Diagrams: drawn from the model, the same each time, with words beside the picture."""

import re

import pytest

from orosec import draw
from orosec.diagrams.views import VIEWS
from orosec.model.schema import CDNS, READINGS

VARIANTS = [(view, cdn, reading) for view in VIEWS for cdn in CDNS for reading in READINGS]


@pytest.mark.parametrize(("view", "cdn", "reading"), VARIANTS)
def test_every_view_draws_in_every_variant(view, cdn, reading):
    """With boxes, and with a sentence for each arrow."""
    diagram = draw(view, cdn=cdn, reading=reading)
    words = "\n".join(diagram.words)

    assert diagram.picture("svg").startswith(b"<?xml")
    assert ("→" in words) == bool(diagram.words[1:])


def test_a_diagram_shows_svg_png_and_text():
    """JupyterLab drops the SVG of an untrusted notebook; the PNG and words remain."""
    shown = draw()._repr_mimebundle_()

    assert set(shown) == {"image/svg+xml", "image/png", "text/plain"}
    assert 'role="img"' in shown["image/svg+xml"]
    assert "Legend" in draw().dot


def test_an_svg_in_a_notebook_is_no_wider_than_the_page():
    """JupyterLab scales a PNG and scrolls an SVG; what is saved keeps its size."""
    shown = draw()._repr_mimebundle_()["image/svg+xml"]
    (width, height), (whole, tall) = (
        map(int, re.search(r'width="(\d+)pt" height="(\d+)pt"', svg).groups())
        for svg in (shown, draw().picture("svg").decode())
    )

    assert width == 640 < whole
    assert width / height == pytest.approx(whole / tall, rel=0.01)
