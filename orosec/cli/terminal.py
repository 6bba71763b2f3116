"""What is written to the terminal: results, and one message for what went wrong."""

import os
import re
import sys

import click

_VERDICTS = re.compile(r"(✔ \w+|\bpermitted\b)|✘ \w+|\bdenied\b")


def say(result: object) -> None:
    """Print a result; on a terminal, good verdicts are green and bad ones red."""
    text = str(result)
    click.echo(_VERDICTS.sub(_paint, text) if _coloured(sys.stdout) else text)


def complain(message: object) -> None:
    """Print what went wrong, on standard error."""
    name = click.style("orosec:", fg="red") if _coloured(sys.stderr) else "orosec:"
    click.echo(f"{name} {message}", err=True)


def _paint(verdict: re.Match[str]) -> str:
    return click.style(verdict[0], fg="green" if verdict[1] else "red")


def _coloured(stream: object) -> bool:
    """Return whether a stream is a terminal, and nobody asked for plain text.

    A stream that was closed before Python started is None.
    """
    terminal = hasattr(stream, "isatty") and stream.isatty()
    return bool(terminal and not os.environ.get("NO_COLOR"))
