"""Colour: on a terminal, and nowhere else."""

import os
import pty
import subprocess
import sys

import pytest

QUESTIONS = [
    ("decide", "bridge", "web", "tcp:22"),
    ("decide", "internet", "web", "tcp:22"),
    ("decide", "wbe", "web", "tcp:22"),
    ("check", "GL3-ports-words"),
]


def shown(*arguments, **variables):
    """Return what a command writes, results and errors, where both are a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "NO_COLOR": "", **variables}
    with subprocess.Popen(
        [sys.executable, "-m", "orosec", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    ):
        os.close(theirs)
        text = b""
        try:
            while some := os.read(ours, 65536):
                text += some
        except OSError:  # how Linux says that nobody writes any more
            pass
        os.close(ours)
    return text.decode().replace("\r\n", "\n")


def piped(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "orosec", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    ).stdout


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_terminal_gets_colour_and_all_else_is_plain(question):
    """Without its colours the text is the same; NO_COLOR takes them away."""
    plain = piped(*question)
    coloured = shown(*question)

    assert "\x1b" not in plain
    assert "\x1b[3" in coloured
    assert coloured.replace("\x1b[32m", "").replace("\x1b[31m", "").replace(
        "\x1b[0m", ""
    ) == (plain)
    assert shown(*question, NO_COLOR="1") == plain


def test_json_is_never_coloured():
    """It is for programs, also where it is looked at."""
    assert "\x1b" not in shown(*QUESTIONS[0], "--json")
