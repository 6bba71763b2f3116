"""Pictures: drawn by what is there, quietly, with room for each text."""

import os

from orosec import draw
from orosec.diagrams import render


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


def test_the_renderer_says_nothing_on_standard_error(capfd):
    """Its remarks would end up in stored outputs."""
    render.render.cache_clear()
    draw().picture("png")

    assert capfd.readouterr().err == ""
