"""A pytest plugin: the documentation as tests that a person can read.

With ``--nbval``, each code cell of a notebook is an item called after the heading above
it, and each statement in its prose is another one, called after heading and text; the
prose of Markdown pages is collected as well. With ``--tables DIR``, all this is run on
proposed tables: what fails are the promises that break. A failure has at most 15 lines.
"""

from __future__ import annotations

import difflib
import itertools
import os
import re
from collections.abc import Generator, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

from orosec.claims.amendments import amendments
from orosec.errors import NotationError, TableError
from orosec.model.network import PROPOSAL, documented, read_network

if TYPE_CHECKING:
    from orosec.prose.documents import Documentation, StatedFact

MOST_LINES = 15
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_PREMISED = "documented-only"
"""The tag of cells that make sense on the documented tables alone."""


class Promise(IPyNbCell):  # type: ignore[misc]
    """One code cell, called after the heading above it."""

    def repr_failure(self, excinfo: Any) -> Any:
        """Say what failed: the message of the cell, or how its output differs."""
        error = excinfo.value
        if not isinstance(error, NbCellError):
            return super().repr_failure(excinfo)
        told = _ANSI.sub("", error.inner_traceback or str(error)).strip().splitlines()
        kept = told if len(told) < MOST_LINES else [*told[:3], "...", *told[-8:]]
        return "\n".join([_title(self), *kept])

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where the cell stands."""
        return self.path, 0, _title(self)

    def format_output_compare(self, key: str, left: Any, right: Any) -> None:
        """Show the lines that differ: `-` is the committed output, `+` the new one."""
        old, new = (str(side).splitlines() for side in (left, right))
        differing = difflib.unified_diff(old, new, "committed", "now", lineterm="", n=0)
        self.comparison_traceback.append(f"the output ({key}) is not the committed one:")
        self.comparison_traceback.extend(itertools.islice(differing, 2, MOST_LINES - 3))
        self.comparison_traceback.append("if it should be: make notebooks")


class Notebook(IPyNbFile):  # type: ignore[misc]
    """A notebook whose code cells are promises."""

    def setup(self) -> None:
        """Start the kernel; once more where another process took its port meanwhile."""
        try:
            super().setup()
        except RuntimeError:
            super().setup()

    def collect(self) -> Iterator[Promise]:
        """Return the code cells; on proposed tables, their stored outputs do not count.

        Nor do cells with the tag `_PREMISED`, which edit the documented tables.
        """
        known = _documentation().cells(self.path)
        for cell, own in zip(super().collect(), known, strict=True):
            if _proposal():
                cell.options["check"] = False
                cell.options["skip"] |= _PREMISED in cell.cell.metadata.get("tags", ())
            as_is = {name: getattr(cell, name) for name in ("cell_num", "cell", "options")}
            item = Promise.from_parent(self, name=own.name, **as_is)
            item.user_properties += own.cites
            yield item


class NotTrue(Exception):
    """A statement in prose is not true."""


class Fact(pytest.Item):
    """One statement in prose."""

    def __init__(self, *, stated: StatedFact, **others: Any) -> None:
        super().__init__(**others, name=stated.name)
        self.span = stated.span
        self.line = 0 if self.path.suffix == ".ipynb" else self.span.line
        self.user_properties += stated.cites

    def runtest(self) -> None:
        """Judge it.

        Raises:
            NotTrue: it is not true; says what is true instead.
        """
        judgement = _documentation().judge(self.span)
        if not judgement.true:
            raise NotTrue(str(judgement))

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """Say where it stands, and what is true instead."""
        if not isinstance(excinfo.value, NotTrue):
            return super().repr_failure(excinfo, style)
        where = f"{self.path.name}, line {self.line}: " if self.line else ""
        return f"{where}{_title(self)}\n{excinfo.value}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where it stands: the line of a page, the first line of a notebook."""
        return self.path, self.line and self.line - 1, _title(self)


class Register(pytest.Item):
    """The register of proposed tables: the documented one, but for what is declared."""

    def runtest(self) -> None:
        """Compare them; fail where a claim or exception is another, and nobody says why."""
        found = amendments(documented(shipped=True).tables, documented().tables)
        if undeclared := [each.says for each in found if not each.declared]:
            told = [f"undeclared amendments: {len(undeclared)}", *undeclared]
            pytest.fail("\n".join(told[:MOST_LINES]), pytrace=False)


class Page(pytest.File):
    """The prose of a notebook or of a Markdown page."""

    def collect(self) -> Iterator[Fact]:
        """Return what it states."""
        try:
            facts = _documentation().facts(self.path)
        except NotationError as error:
            raise self.CollectError(str(error)) from None
        for stated in facts:
            yield Fact.from_parent(self, stated=stated)


def _title(item: pytest.Item) -> str:
    return f"{item.path.stem}: {item.name}"


@lru_cache(maxsize=1)
def _documentation() -> Documentation:
    """Return what knows the documents; to its end, a run is of the tables it began with."""
    from orosec.prose.documents import Documentation

    return Documentation(documented())


def _proposal() -> str:
    """Return the folder of proposed tables; empty where the documented ones are run."""
    return os.environ.get(PROPOSAL, "")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--tables``."""
    about = f"run notebooks and prose on the tables in DIR (or set {PROPOSAL})"
    parser.getgroup("orosec").addoption("--tables", metavar="DIR", help=about)


def pytest_configure(config: pytest.Config) -> None:
    """Make sure that proposed tables can be used, before anything runs on them.

    Raises:
        UsageError: they cannot be read, or notebooks are not run at all.
    """
    folder = config.getoption("--tables") or _proposal()
    if not folder or hasattr(config, "workerinput"):  # a worker inherits what is set here
        return
    if not (config.option.nbval or config.option.nbval_lax):
        raise pytest.UsageError(
            f"--tables and {PROPOSAL} run the notebooks on {folder}: add --nbval, "
            f"or leave them out"
        )
    path = (config.invocation_params.dir / folder).resolve()
    try:
        read_network(path)
    except TableError as error:
        raise pytest.UsageError(str(error)) from None
    patch = pytest.MonkeyPatch()
    patch.setenv(PROPOSAL, str(path))
    config.add_cleanup(patch.undo)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Collect notebooks and pages; on proposed tables, nothing else."""
    found = yield
    options = parent.config.option
    if not (options.nbval or options.nbval_lax):
        return found
    kept = [file for file in found if not isinstance(file, IPyNbFile)]
    ours: list[pytest.Collector] = []
    if len(kept) < len(found):
        ours.append(Notebook.from_parent(parent, path=file_path))
    if ours or _is_page(file_path, parent.session):
        ours.append(Page.from_parent(parent, path=file_path))
    return ours if _proposal() else [*kept, *ours]


def pytest_collection_modifyitems(session: pytest.Session, items: list[Any]) -> None:
    """Judge the register of proposed tables in every run on them."""
    if _proposal():
        items.append(Register.from_parent(session, name="the register"))


def _is_page(path: Path, session: pytest.Session) -> bool:
    """Return whether the prose of *path* counts: it is named to pytest, or in docs."""
    return path.suffix == ".md" and (
        session.isinitpath(path) or path.parent == session.config.rootpath / "docs"
    )
