"""``orosec diff``: what changes from one folder of tables to another."""

from __future__ import annotations

from pathlib import Path

from click import Argument

import orosec
from orosec.cli.options import AS_TYPED, CDN, JSON, READING, TODAY, Common, command
from orosec.errors import Fault, TableError

_MOST_NOTE = 2**16
WORD = "documented"
"""What stands for the tables inside the package."""
FOLDERS = (
    Argument(["before"], type=AS_TYPED, help="A folder of tables, or the word documented."),
    Argument(["after"], type=AS_TYPED, help="Another one."),
)


@command("whatif", *FOLDERS, JSON, CDN, READING, TODAY, example="documented my-proposal")
def diff(common: Common, before: str, after: str) -> bool:
    """Compare two folders of tables, packet by packet.

    Every packet whose verdict differs is told, every promise that changes, and every row
    of the tables that differs, as an edit.

    Without --cdn and --reading, all variants are compared of which either has a row.

    Exit status 0 where nothing differs for any packet or promise, which is a proof; 1
    where something does.
    """
    old, new = _both(before, after)
    found = orosec.diff(old, new, **common.variant)
    changed = orosec.consequences(old, new, **common.variant, today=common.day)
    reason = _note(after) if after != WORD else ""
    parts = [f"Why: {reason}" if reason else "", repr(found), repr(changed)]
    values = {**found.as_dict(), **changed.as_dict(), "why": reason}
    common.show("\n\n".join(filter(None, parts)), values)
    return found.empty and changed.empty


def _both(*names: str) -> list[orosec.Network]:
    """Read both folders; what is wrong with either is said at once, with its folder."""
    from orosec.model.network import documented

    networks: list[orosec.Network] = []
    faults: list[Fault] = []
    for name in names:
        folder = Path(name)
        if name == WORD:
            networks.append(documented(shipped=True))
        elif not (name and folder.is_dir()):
            hint = f"name a folder of tables, or write {WORD}"
            faults.append(Fault(name or "''", 0, "", "", "is no folder", hint))
        else:
            try:
                networks.append(orosec.read_network(folder))
            except TableError as error:
                faults += (it._replace(file=str(folder / it.file)) for it in error.faults)
    if faults:
        raise TableError(faults)
    return networks


def _note(folder: str) -> str:
    """Read what a proposal is for; an empty text where its folder does not say.

    Whatever stands there, it is given as plain text: no control characters.
    """
    from orosec.model.files import read_file
    from orosec.model.network import NOTE

    try:
        raw = read_file(Path(folder) / NOTE, _MOST_NOTE)
    except OSError:
        return ""
    lines = raw.decode("utf-8", errors="replace").strip().splitlines()
    plain = (
        "".join(sign if sign.isprintable() else " " for sign in line) for line in lines
    )
    return "\n".join(plain)
