"""What commands share: how one is made, and options with one meaning."""

import json
from collections.abc import Callable
from datetime import date
from inspect import cleandoc
from pathlib import Path
from typing import Any, NamedTuple

import click
from click import Argument, Choice, Option

import orosec
from orosec.cli import OFFERS
from orosec.cli.terminal import say
from orosec.engine.notation import read_date
from orosec.model.network import Network
from orosec.model.schema import CDNS, READINGS

JSON = Option(["--json"], is_flag=True, help="Print JSON.")
CDN = Option(["--cdn"], type=Choice(CDNS), help="The CDN in front.")
READING = Option(["--reading"], type=Choice(READINGS), help="How the page is read.")
TABLES = Option(["--tables"], type=Path, metavar="DIR", help="Another folder of tables.")
TODAY = Option(["--today"], metavar="DATE", help="The day that exceptions are looked at.")
COMMON = (JSON, CDN, READING, TABLES)
ENDS = (
    Argument(["source"], help="Where it comes from."),
    Argument(["destination"], help="Where it goes to."),
)
Words = tuple[str, ...]
"""What an argument of many words holds."""


def words(name: str, about: str, *, required: bool = False) -> Argument:
    """Return an argument of many words; none will do where it is not required."""
    return Argument([name], nargs=-1, required=required, help=about)


def output(about: str, default: Path | None = None) -> Option:
    """Return the option that names the file to write."""
    flags = ["-o", "--output"]
    return Option(flags, type=Path, metavar="FILE", default=default, help=about)


class Common(NamedTuple):
    """What was asked by the options that commands share.

    Attributes:
        json: whether JSON is printed.
        cdn: the CDN, or None.
        reading: the reading, or None.
        tables: the folder of tables, or None for the documented ones.
        today: the day that was written, or None.
    """

    json: bool = False
    cdn: str | None = None
    reading: str | None = None
    tables: Path | None = None
    today: str | None = None

    def network(self) -> Network:
        """Return the network of the tables."""
        return orosec.read_network(self.tables) if self.tables else orosec.orocloud

    @property
    def variant(self) -> dict[str, str]:
        """The one CDN and the one reading that a question is asked under."""
        return {"cdn": self.cdn or CDNS[0], "reading": self.reading or READINGS[0]}

    @property
    def variants(self) -> dict[str, str | None]:
        """The CDN and the reading that were named; None stands for every one."""
        return {"cdn": self.cdn, "reading": self.reading}

    @property
    def day(self) -> date | None:
        """The day that was asked for; a `NotationError` is raised where it is none."""
        return None if self.today is None else read_date(self.today)

    def show(self, result: object, values: Any) -> None:
        """Print *values* as JSON where that was asked for, else *result* as text."""
        if self.json:
            click.echo(json.dumps(values, ensure_ascii=False, indent=2))
        else:
            say(result)


def command(
    name: str, *params: click.Parameter, example: str
) -> Callable[[Callable[..., int]], click.Command]:
    """Return what makes a command of a function; its docstring is part of the help text.

    The function is given a `Common`, and every parameter that is not shared by name.
    """

    def make(function: Callable[..., int]) -> click.Command:
        def run(**values: Any) -> int:
            shared = {key: values.pop(key) for key in Common._fields if key in values}
            return function(Common(**shared), **values)

        more = cleandoc(function.__doc__ or "")
        about = f"{OFFERS[name].about}\n\n{more}\n\n\b\nExample:\n  orosec {name} {example}"
        return click.Command(name, callback=run, params=list(params), help=about)

    return make
