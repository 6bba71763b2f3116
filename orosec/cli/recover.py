"""``orosec recover``: finish a save that was cut off."""

from pathlib import Path

from click import Argument

from orosec.cli.options import JSON, PATH, Common, command


@command(
    "model",
    JSON,
    Argument(["folder"], type=PATH, help="A folder of tables."),
    example="proposals/dba",
)
def recover(common: Common, folder: Path) -> bool:
    """Finish a save that was cut off, so that the folder can be read again.

    Files that somebody changed since are not written over: they are named, and all stays
    as it is. Exit status 0 where the tables can be read now, else 2.
    """
    from orosec.model.files import finish
    from orosec.model.tables import read_tables

    done = folder.is_dir() and finish(folder)
    read_tables(folder)
    common.remark(
        f"{folder}: " + ("the save is finished" if done else "no save was cut off")
    )
    return True
