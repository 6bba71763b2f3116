"""``orosec diff``: what changes from one folder of tables to another."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from orosec.cli import NO, YES
from orosec.cli.options import fill_today, show, today
from orosec.errors import Fault, TableError
from orosec.model.network import Network, note, read_network
from orosec.model.tables import DOCUMENTED

ABOUT = "Give every packet whose verdict differs between two folders of tables."
COMMON = ("json", "cdn", "reading")
WORD = "documented"
"""What stands for the tables inside the package."""


def fill(command: ArgumentParser) -> None:
    """Add the arguments."""
    for name in ("before", "after"):
        command.add_argument(
            name, metavar="DIR", help="a folder of tables, or the word documented"
        )
    fill_today(command)


def run(options: Namespace, _network: Network) -> int:
    """Print what differs, and which promises change; 0 where nothing does."""
    from orosec.whatif.consequences import consequences
    from orosec.whatif.diff import diff

    before, after = _both(options.before, options.after)
    variant = {"cdn": options.cdn, "reading": options.reading}
    found = diff(before, after, **variant)
    changed = consequences(before, after, **variant, today=today(options))
    why = note(options.after) if options.after != WORD else ""
    parts = [f"Why: {why}" if why else "", repr(found), repr(changed)]
    show(
        options,
        "\n\n".join(filter(None, parts)),
        {**found.as_dict(), **changed.as_dict(), "why": why},
    )
    return YES if found.empty and not changed.changed else NO


def _both(*names: str) -> list[Network]:
    """Read both folders; what is wrong with either is said at once, with its folder."""
    networks: list[Network] = []
    faults: list[Fault] = []
    for name in names:
        try:
            networks.append(_read(name))
        except TableError as error:
            faults += error.faults
    if faults:
        raise TableError(faults)
    return networks


def _read(name: str) -> Network:
    if name == WORD:
        return read_network(DOCUMENTED)
    if not (name and Path(name).is_dir()):
        hint = f"name a folder of tables, or write {WORD}"
        raise TableError([Fault(name or "''", 0, "", "", "is no folder", hint)])
    try:
        return read_network(name)
    except TableError as error:
        places = [one._replace(file=str(Path(name) / one.file)) for one in error.faults]
        raise TableError(places) from None
