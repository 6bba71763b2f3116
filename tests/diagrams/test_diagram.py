"""Diagrams: drawn from the model, the same each time, with words beside the picture."""

import re
from pathlib import Path

import pytest
from lxml import etree

from orosec import draw, orocloud
from orosec.diagrams.views import VIEWS
from orosec.model.schema import CDNS, READINGS

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
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
    assert "allowed and answered" in draw().dot


def test_who_does_not_see_an_svg_hears_all_of_it():
    """One title, and no tooltip of a part; the words are its description and its name."""
    diagram = draw()
    root = etree.fromstring(diagram.picture("svg"))
    title, description = (root.findall(f".//{{*}}{each}") for each in ("title", "desc"))

    assert [one.text for one in title] == [diagram.words[0]]
    assert [one.text for one in description] == ["; ".join(diagram.words[1:])]
    assert root.get("role") == "img"
    assert all(line in root.get("aria-label") for line in diagram.words)


@pytest.mark.parametrize("cdn", CDNS)
def test_the_words_alone_answer_what_a_picture_is_asked(cdn):
    """Reached from the internet? Out as whom? What does not agree, what is not checked?"""
    words = draw(cdn=cdn).words

    assert any(
        line.startswith("internet opens no connection to ") and "database" in line
        for line in words
    )
    assert any("nat → internet" in line and "as 203.0.113.30" in line for line in words)
    assert any(line.startswith("against each other: ") for line in words)
    assert any(
        line.startswith("beyond what rules show: ") and "MD4-encrypted" in line
        for line in words
    )


def test_the_words_do_not_say_of_the_reached_that_they_are_not():
    """Who is called straight from the internet is not among the others."""
    shop = {"source": "internet", "destination": "database", "services": "tcp:5432"}
    words = draw(orocloud.with_rule("shop", "allow", **shop)).words
    (line,) = [each for each in words if each.startswith("internet opens no connection")]

    assert "search" in line
    assert "database" not in line
    assert any(each.startswith("internet → database: tcp:5432") for each in words)


def test_an_arrow_bears_its_sentences_with_links_to_their_notebooks():
    """A link is the name of a notebook, which lies beside the one with the picture."""
    root = etree.fromstring(draw().picture("svg"))
    links = {
        "".join(one.itertext()).strip(): one.get("{http://www.w3.org/1999/xlink}href")
        for one in root.iter("{*}a")
    }

    assert {"GL3", "TF1", "TF2", "AC2", "MD3"} <= links.keys()
    assert links["GL3"] == "02-application-subnet.ipynb"
    assert all((NOTEBOOKS / link).exists() for link in links.values())


def test_the_tunnel_is_opened_from_inside():
    """Its arrow leads from the daemon to the edge, and says so."""
    words = draw(cdn="cloudflare").words
    (line,) = [each for each in words if each.endswith("(tunnel, opened from its tail)")]

    assert line.startswith("cloudflare-tunnel → cloudflare: tunnel, udp:7844, opened from")


def test_the_dark_form_is_the_same_picture():
    """Every colour is another one, and nothing else is."""
    light = draw()
    dark = light.dark
    shade = re.compile("#[0-9a-f]{6}")

    assert dark.dark is dark
    assert dark.words == light.words
    assert shade.sub("", dark.dot) == shade.sub("", light.dot)
    assert not {*shade.findall(dark.dot)} & {*shade.findall(light.dot)}
    assert dark.picture("svg") != light.picture("svg")


def test_an_svg_is_no_wider_than_its_page():
    """JupyterLab scales a PNG and scrolls an SVG, unless that says how wide it may be."""
    assert 'style="max-width:100%;height:auto"' in draw().picture("svg").decode()
