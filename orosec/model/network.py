"""The one value that everyone carries: all tables, under every CDN and reading."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, final

from orosec.errors import UnknownNameError, did_you_mean
from orosec.model.edits import Edits
from orosec.model.rows import Tables
from orosec.model.scenario import Scenario
from orosec.model.schema import TABLES, variants
from orosec.model.tables import DOCUMENTED, held, parse_tables, read_tables
from orosec.model.telling import told_of
from orosec.results import frame

NOTE = "why.txt"
"""The file beside the tables of a proposal that says what it is for."""


@final
class Network(Edits):
    """An immutable network: its tables, and the scenarios that follow from them.

    What can be edited, and how, is told in `orosec.model.edits.Edits`.

    Each table is an attribute that gives a pandas DataFrame: `subnets`, `nodes`,
    `interfaces`, `listeners`, `rules`, `routes`, `relays`, `sentences`, `claims`,
    `ambiguities`, `exceptions`, `suppressions`. A frame is a copy: whatever is done to it,
    the network stays as it is.

    >>> from orosec import orocloud
    >>> orocloud.subnets["name"].tolist()
    ['application-subnet', 'maintenance-dmz']
    """

    _scenarios: dict[tuple[str, str], Scenario]

    def __init__(self, tables: Tables, origins: frozenset[int] = frozenset()) -> None:
        super().__init__(tables, origins)
        self._scenarios = {}

    def __getattr__(self, name: str) -> Any:  # a DataFrame; or an edit, for mypy
        if name not in TABLES:
            public = [known for known in dir(self) if not known.startswith("_")]
            raise AttributeError(f"a Network has no {name!r}; {did_you_mean(name, public)}")
        rows, columns = getattr(self._tables, name), TABLES[name].columns
        return frame(rows, columns, told_of(self._tables))

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *TABLES})

    @property
    def tables(self) -> Tables:
        """The rows themselves, as tuples."""
        return self._tables

    def scenario(self, cdn: str | None = None, reading: str = "operational") -> Scenario:
        """Return the network under one CDN and one reading.

        Where no CDN is named, it is google, or the one CDN that the tables have.

        Raises:
            UnknownNameError: no such CDN or reading.
        """
        which = self._tables.cdns[0] if cdn is None else str(cdn)
        (variant,) = variants(which, str(reading))
        if variant not in self._scenarios:
            self._scenarios[variant] = Scenario(self._tables, *variant)
        return self._scenarios[variant]

    def scenarios(
        self, cdn: str | None = None, reading: str | None = None
    ) -> tuple[Scenario, ...]:
        """Return the scenarios of one CDN or both, under one reading or both.

        Raises:
            UnknownNameError: no such CDN or reading.
        """
        return tuple(self.scenario(*variant) for variant in variants(cdn, reading))

    def save(
        self,
        folder: str | os.PathLike[str],
        *,
        why: str = "",
        over: Network | str | os.PathLike[str] | None = None,
    ) -> Path:
        """Write every table as CSV into *folder*, which is made where it is missing.

        A saved folder is a proposal: what it changes is the difference of its files, and
        ``why.txt`` beside them says what for. The note is for reviewers and no part of
        the value: `read_network` gives a network equal to this one, whatever it says.

        What stands in the folder is written over only where this network came from it:
        it was read there or saved there, edited since, and nobody else has changed the
        tables meanwhile. All else has to be named.

        Args:
            folder: where to write: a new or empty folder, or what this network came from.
            why: the reason, in words; a note that is there stays where this is empty,
                unless other tables are written over.
            over: what may be written over besides: the network that stands in the folder
                now; or the folder itself, named once more, whatever it holds.

        Raises:
            OutputError: the folder holds something else, or a file cannot be written; the
                folder is as it was.
            NotationError: *why* is no text.
        """
        saving = import_module("orosec.saving.save")  # a wing: no core room needs it
        path: Path = saving.save(self, Path(folder), why, over)
        return path

    def __copy__(self) -> Network:
        return self

    def __deepcopy__(self, memo: object) -> Network:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return Network, (self._tables,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Network) and self._tables == other._tables

    def __hash__(self) -> int:
        return hash(self._tables)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{len(getattr(self._tables, name))} {name}" for name in TABLES)
        return f"Network of {sizes}"


def read_network(folder: str | os.PathLike[str]) -> Network:
    """Read a folder of tables.

    Raises:
        TableError: anything is wrong with them; it lists every fault.
    """
    return Network(read_tables(Path(folder)))


PROPOSAL = "OROSEC_TABLES"
"""The environment variable that names a folder to use instead of the documented tables."""


def documented(*, shipped: bool = False) -> Network:
    """Return the documented tables, or those in the folder that `PROPOSAL` names.

    So the whole documentation can be run on a proposal. A folder is read again where the
    bytes of a table have changed.

    Args:
        shipped: insist on the tables inside the package, whatever `PROPOSAL` names.

    Raises:
        TableError: anything is wrong with them; it lists every fault.
    """
    proposed = "" if shipped else os.environ.get(PROPOSAL)
    folder = Path(proposed or DOCUMENTED).resolve()
    return _read_once(folder, tuple(held(folder).items()))


def given(network: Network | None) -> Network:
    """Return *network*, or the documented one where none is given.

    Raises:
        UnknownNameError: it is something else.
    """
    if isinstance(network, Network | None):
        return network or documented()
    raise UnknownNameError(network, "network", "give what read_network reads of a folder")


@lru_cache(maxsize=4)
def _read_once(folder: Path, files: tuple[tuple[str, bytes | OSError], ...]) -> Network:
    return Network(parse_tables(folder, dict(files)))
