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
BREAK = "<next question>"
ASK_ALL = f"""
from orosec.cli.main import main
for question in {QUESTIONS!r}:
    main(question)
    print("{BREAK}", flush=True)
"""
"""All questions in one process: what is tested is where it writes to."""
START = ("-m", "orosec")


def on_a_terminal(*arguments, **variables):
    """Return what Python writes, results and errors, where both are a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "NO_COLOR": "", **variables}
    with subprocess.Popen(
        [sys.executable, *arguments],
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


def in_a_pipe(*arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    ).stdout


@pytest.fixture(scope="module")
def answers():
    """The answers to all questions: in a pipe, on a terminal, on one without colour."""
    texts = (
        in_a_pipe("-c", ASK_ALL),
        on_a_terminal("-c", ASK_ALL),
        on_a_terminal("-c", ASK_ALL, NO_COLOR="1"),
    )
    parts = [text.split(BREAK)[:-1] for text in texts]
    return dict(zip(QUESTIONS, zip(*parts, strict=True), strict=True))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_terminal_gets_colour_and_all_else_is_plain(answers, question):
    """Without its colours the text is the same; NO_COLOR takes them away."""
    plain, coloured, uncoloured = answers[question]
    bare = coloured.replace("\x1b[32m", "").replace("\x1b[31m", "").replace("\x1b[0m", "")

    assert "\x1b" not in plain
    assert "\x1b[3" in coloured
    assert bare == plain == uncoloured


def test_a_command_is_coloured_as_it_is_started():
    """The program itself, in a pipe and on a terminal."""
    assert "\x1b" not in in_a_pipe(*START, *QUESTIONS[0])
    assert "\x1b[3" in on_a_terminal(*START, *QUESTIONS[0])


def test_json_is_never_coloured():
    """It is for programs, also where it is looked at."""
    assert "\x1b" not in on_a_terminal(*START, *QUESTIONS[0], "--json")
