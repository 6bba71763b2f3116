"""What is written to the terminal: results, and one message for what went wrong."""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

_VERDICTS = re.compile(r"(✔ \w+|\bpermitted\b)|✘ \w+|\bdenied\b")


def say(result: object) -> None:
    """Print a result; on a terminal, good verdicts are green and bad ones red."""
    click.echo(_VERDICTS.sub(_paint, str(result)), color=_coloured())


def complain(message: object) -> None:
    """Print what went wrong, on standard error."""
    click.echo(f"{click.style('orosec:', fg='red')} {message}", err=True, color=_coloured())


def bar(every: Sequence[Any]) -> Iterator[Any]:
    """Show a progress bar on standard error, where that is a terminal."""
    with click.progressbar(every, hidden=not sys.stderr.isatty(), file=sys.stderr) as shown:
        yield from shown


def _paint(verdict: re.Match[str]) -> str:
    return click.style(verdict[0], fg="green" if verdict[1] else "red")


def _coloured() -> bool | None:
    """Return False where somebody asked for plain text; else click asks the terminal."""
    return False if os.environ.get("NO_COLOR") else None
