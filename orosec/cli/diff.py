"""``orosec diff``: what changes from one folder of tables to another."""

from pathlib import Path

from click import Argument

import orosec
from orosec.cli import NO, YES
from orosec.cli.options import CDN, JSON, READING, TODAY, Common, command
from orosec.errors import Fault, TableError
from orosec.model.network import Network, note

WORD = "documented"
"""What stands for the tables inside the package."""
FOLDERS = (
    Argument(["before"], help="A folder of tables, or the word documented."),
    Argument(["after"], help="Another one."),
)


@command("diff", *FOLDERS, JSON, CDN, READING, TODAY, example="documented my-proposal")
def diff(common: Common, before: str, after: str) -> int:
    """Every packet whose verdict differs is told, and every promise that changes.

    Without --cdn and --reading, all variants are compared.

    Exit status 0 where nothing differs, which is a proof; 1 where something does.
    """
    old, new = _both(before, after)
    found = orosec.diff(old, new, **common.variants)
    changed = orosec.consequences(old, new, **common.variants, today=common.day)
    reason = note(after) if after != WORD else ""
    parts = [f"Why: {reason}" if reason else "", repr(found), repr(changed)]
    values = {**found.as_dict(), **changed.as_dict(), "why": reason}
    common.show("\n\n".join(filter(None, parts)), values)
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
        return orosec.orocloud
    if not (name and Path(name).is_dir()):
        hint = f"name a folder of tables, or write {WORD}"
        raise TableError([Fault(name or "''", 0, "", "", "is no folder", hint)])
    try:
        return orosec.read_network(name)
    except TableError as error:
        folder = Path(name)
        faults = [fault._replace(file=str(folder / fault.file)) for fault in error.faults]
        raise TableError(faults) from None
