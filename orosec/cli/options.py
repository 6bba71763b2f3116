"""What commands share: how one is made, and parameters with one meaning."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click import Argument, Choice, Option

import orosec
from orosec.cli import CANNOT_SAY, NO, YES
from orosec.cli.terminal import say, write

if TYPE_CHECKING:
    from datetime import date


class _Names(Choice[str]):
    """One of the names that `orosec.model.schema` lists; it is loaded for who asks."""

    def __init__(self, constant: str) -> None:
        self.case_sensitive = True
        self._constant = constant

    @property
    def choices(self) -> tuple[str, ...]:  # type: ignore[override]
        """The names, the one that is meant by default first."""
        from orosec.model import schema

        return tuple(getattr(schema, self._constant))


CDNS, READINGS = _Names("CDNS"), _Names("READINGS")
AS_TYPED = click.Path(readable=False)
"""A file or folder, as text: the shell completes its name, and no more is asked here."""
PATH = click.Path(readable=False, path_type=Path)
"""The same, as a path."""
JSON = Option(["--json"], is_flag=True, help="Print JSON.")
CDN = Option(["--cdn"], type=CDNS, help="The CDN in front.")
READING = Option(["--reading"], type=READINGS, help="How the page is read.")
TABLES = Option(["--tables"], type=PATH, metavar="DIR", help="Another folder of tables.")
TODAY = Option(["--today"], metavar="DATE", help="The day that exceptions are looked at.")
COMMON = (JSON, CDN, READING, TABLES)
ENDS = (
    Argument(["source"], help="Where it comes from."),
    Argument(["destination"], help="Where it goes to."),
)
SERVICES = "What it asks for: tcp:443, icmp, all, or several."
Words = tuple[str, ...]
"""What an argument of many words holds."""


def words(name: str, about: str, *, required: bool = False) -> Argument:
    """Return an argument of many words; none will do where it is not required."""
    return Argument([name], nargs=-1, required=required, help=about)


def output(about: str, usual: Path | None = None) -> Option:
    """Return the option that names the file to write."""
    return Option(["-o", "--output"], type=PATH, metavar="FILE", default=usual, help=about)


TRAFFIC = (*ENDS, words("service", SERVICES, required=True))


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

    @property
    def network(self) -> orosec.Network:
        """The network of the tables."""
        return orosec.read_network(self.tables) if self.tables else orosec.orocloud

    @property
    def variant(self) -> dict[str, str]:
        """The CDN and the reading, where they were named."""
        named = {"cdn": self.cdn, "reading": self.reading}
        return {what: name for what, name in named.items() if name is not None}

    @property
    def scenario(self) -> dict[str, Any]:
        """The network, with the CDN and the reading that were named."""
        return {"network": self.network, **self.variant}

    @property
    def day(self) -> date | None:
        """The day that was asked for; a `NotationError` is raised where it is none."""
        from orosec.engine.notation import read_date

        return None if self.today is None else read_date(self.today)

    def show(self, result: Any, values: Any = None) -> None:
        """Print a result as text; its values, or those given, where JSON was asked for."""
        if self.json:
            import json

            told = result.as_dict() if values is None else values
            # In ASCII, so that it is the same JSON whatever signs the terminal has.
            write(json.dumps(told, indent=2))
        else:
            say(result)

    def remark(self, text: object) -> None:
        """Print what people are told besides; a program that reads JSON is not."""
        if not self.json:
            say(text)


def command(
    room: str, *params: click.Parameter, example: str
) -> Callable[[Callable[..., bool | None]], click.Command | None]:
    """Return what makes a command of a function; its docstring is the help text.

    The function is given a `Common`, and every parameter that is not shared by name; it
    returns whether the answer is yes, None where that cannot be said. Where the *room* that
    answers it was taken away, it is no command.
    """

    def make(function: Callable[..., bool | None]) -> click.Command | None:
        def run(**values: Any) -> int:
            shared = {key: values.pop(key) for key in Common._fields if key in values}
            said = function(Common(**shared), **values)
            return CANNOT_SAY if said is None else YES if said else NO

        name, about = function.__name__, cleandoc(function.__doc__ or "")
        told = f"{about}\n\n\b\nExample:\n  orosec {name} {example}"
        short = about.partition("\n")[0]
        made = click.Command(name, None, run, list(params), help=told, short_help=short)
        return made if room in orosec._rooms else None

    return make
