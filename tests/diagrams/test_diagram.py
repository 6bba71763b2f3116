"""Diagrams: drawn from the model, the same each time, with words beside the picture."""

import os
import re
import subprocess
import sys

import pytest

from orosec import draw, orocloud
from orosec.diagrams import render
from orosec.diagrams.views import VIEWS
from orosec.model.network import Network
from orosec.model.schema import CDNS, READINGS

VARIANTS = [(view, cdn, reading) for view in VIEWS for cdn in CDNS for reading in READINGS]
DOT = "import orosec; print(orosec.draw().dot)"


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_dot_is_the_same_in_every_process(seed):
    """The order of sets and hashes shows nowhere."""
    run = subprocess.run(
        [sys.executable, "-c", DOT],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout == draw().dot + "\n"


@pytest.mark.parametrize(("view", "cdn", "reading"), VARIANTS)
def test_every_view_draws_in_every_variant(view, cdn, reading):
    """With boxes, and with a sentence for each arrow."""
    diagram = draw(view, cdn=cdn, reading=reading)
    words = "\n".join(diagram.words)

    assert diagram.picture("svg").startswith(b"<?xml")
    assert ("→" in words) == bool(diagram.words[1:])


def test_an_arrow_follows_the_rules():
    """Where no rule lets the load balancer in, no arrow leads from it to web."""
    closed = tuple(r for r in orocloud.tables.rules if r.name != "load-balancer-to-web")
    after = draw(network=Network(orocloud.tables._replace(rules=closed)))

    assert any(line.startswith("load-balancer → web") for line in draw().words)
    assert not any(line.startswith("load-balancer → web") for line in after.words)


def test_without_a_renderer_the_text_says_what_to_install(monkeypatch):
    """Neither the wheel nor a program: the DOT text, and one line."""
    monkeypatch.setattr(render, "find_spec", lambda _: None)
    monkeypatch.setattr(render.shutil, "which", lambda _: None)
    render.render.cache_clear()
    shown = draw()._repr_mimebundle_()
    render.render.cache_clear()

    assert list(shown) == ["text/plain"]
    assert shown["text/plain"].startswith(render.INSTALL)
    assert "digraph" in shown["text/plain"]


def test_without_the_wheel_a_program_on_the_path_draws(monkeypatch, tmp_path):
    """Any `dot` will do."""
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\ncat > /dev/null\necho drawn\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(render, "find_spec", lambda _: None)
    render.render.cache_clear()
    drawn = draw().picture("png")
    render.render.cache_clear()

    assert drawn == b"drawn\n"


def test_each_text_of_an_svg_has_the_width_that_it_got_room_for():
    """So it fits its box where the browser has other fonts."""
    svg = draw().picture("svg").decode()

    assert svg.count("<text ") == svg.count("textLength=") > 0


def test_a_diagram_shows_svg_png_and_text():
    """JupyterLab drops the SVG of an untrusted notebook; the PNG and words remain."""
    shown = draw()._repr_mimebundle_()

    assert set(shown) == {"image/svg+xml", "image/png", "text/plain"}
    assert 'role="img"' in shown["image/svg+xml"]
    assert "Legend" in draw().dot


def test_the_renderer_says_nothing_on_standard_error(capfd):
    """Its remarks would end up in stored outputs."""
    render.render.cache_clear()
    draw().picture("png")

    assert capfd.readouterr().err == ""


def test_an_svg_in_a_notebook_is_no_wider_than_the_page():
    """JupyterLab scales a PNG and scrolls an SVG; what is saved keeps its size."""
    shown = draw()._repr_mimebundle_()["image/svg+xml"]
    (width, height), (whole, tall) = (
        map(int, re.search(r'width="(\d+)pt" height="(\d+)pt"', svg).groups())
        for svg in (shown, draw().picture("svg").decode())
    )

    assert width == 640 < whole
    assert width / height == pytest.approx(whole / tall, rel=0.01)
