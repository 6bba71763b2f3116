"""What is written to the terminal: results, and one message for what went wrong."""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

import click

_VERDICTS = re.compile(r"(✔ \w+|\bpermitted\b)|[✘▲] \w+|\bdenied\b")
_PERHAPS_OBEYED = re.compile(r"[^\n\t -~]")


def prepare() -> None:
    """Make the standard streams such that all text can be written, or goes nowhere.

    One that was closed becomes the null device, and its number is no file of ours. A sign
    that the encoding of the others does not have is written as Python writes it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def say(result: object) -> None:
    """Print a result; on a terminal, good verdicts are green and bad ones red."""
    write(_VERDICTS.sub(_paint, plain(str(result))))


def write(text: str) -> None:
    """Print *text*, which is plain but for its colours.

    Where the reader has left, as in ``| head -1``, it goes nowhere; all else is as ever.
    """
    try:
        click.echo(text, sys.stdout, color=_coloured())
    except BrokenPipeError:
        silence(sys.stdout)


def complain(message: object) -> None:
    """Print what went wrong, on standard error."""
    text = f"{click.style('orosec:', fg='red')} {plain(str(message))}"
    try:
        click.echo(text, sys.stderr, color=_coloured())
    except OSError:  # there is nobody to tell
        silence(sys.stderr)


def plain(text: str) -> str:
    r"""Return *text* with nothing that a terminal obeys, or that turns its letters round.

    >>> plain("a\x1b[2J → b")
    'a\\x1b[2J → b'
    """
    return _PERHAPS_OBEYED.sub(_written_out, text)


def silence(stream: TextIO) -> None:
    """Send what is written to *stream*, and what is still held back, nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def bar(every: Sequence[Any]) -> Iterator[Any]:
    """Show a progress bar on standard error, where that is a terminal."""
    with click.progressbar(every, hidden=not sys.stderr.isatty(), file=sys.stderr) as shown:
        yield from shown


def _written_out(sign: re.Match[str]) -> str:
    return sign[0] if sign[0].isprintable() else repr(sign[0])[1:-1]


def _paint(verdict: re.Match[str]) -> str:
    return click.style(verdict[0], fg="green" if verdict[1] else "red")


def _coloured() -> bool | None:
    """Return False where somebody asked for plain text; else click asks the terminal."""
    return False if os.environ.get("NO_COLOR") else None
