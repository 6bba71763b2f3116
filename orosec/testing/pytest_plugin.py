"""A pytest plugin: the documentation as tests that a person can read.

With ``--nbval``, each code cell of a notebook is an item called after the heading above
it, and each statement in its prose is another one, called after heading and text; the
prose of Markdown pages is collected as well. With ``--tables DIR``, all this is run on
proposed tables: what fails are the promises that break. A failure has at most 15 lines.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from nbval.plugin import IPyNbFile

from orosec.claims.amendments import amendments
from orosec.errors import NotationError, TableError
from orosec.model.network import PROPOSAL, documented, read_network
from orosec.testing.cells import (
    KERNELS,
    MOST_LINES,
    PROPOSED,
    UNJUDGED,
    Notebook,
    documentation,
    titled,
)
from orosec.testing.honesty import doubts, strays, unreadable
from orosec.testing.kernels import Kernels

if TYPE_CHECKING:
    from orosec.prose.documents import StatedFact


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
        """Judge it; on proposed tables, text that is false is told and does not count.

        Raises:
            NotTrue: it is not true; says what is true instead.
        """
        judgement = documentation().judge(self.span)
        if judgement.true:
            return
        if self.config.stash[PROPOSED] and not documentation().promises(self.span):
            pytest.xfail(f"text, no promise: {judgement}")
        raise NotTrue(str(judgement))

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """Say where it stands, and what is true instead."""
        if not isinstance(excinfo.value, NotTrue):
            return super().repr_failure(excinfo, style)
        where = f"{self.path.name}, line {self.line}: " if self.line else ""
        return f"{where}{titled(self)}\n{excinfo.value}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where it stands: the line of a page, the first line of a notebook."""
        return self.path, self.line and self.line - 1, titled(self)


class Unchecked(pytest.Item):
    """What of a notebook, or of all of them, is not checked: nothing may be."""

    def __init__(self, *, found: Callable[[], Iterable[str]], **others: Any) -> None:
        super().__init__(**others)
        self.found = found

    def runtest(self) -> None:
        """Fail where anything in it could be wrong and green."""
        if found := [*self.found()]:
            told = [f"{titled(self)}: {doubt}" for doubt in found]
            pytest.fail("\n".join(told[:MOST_LINES]), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say which notebook it is about."""
        return self.path, 0, titled(self)


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

    def collect(self) -> Iterator[pytest.Item]:
        """Return what it states, and on the documented tables whether all of it is checked.

        A notebook that cannot be read says so itself.
        """
        if self.path.suffix == ".ipynb":
            if unreadable(self.path):
                return
            if not self.config.stash[PROPOSED]:
                found = partial(doubts, self.path, documentation())
                yield Unchecked.from_parent(
                    self, name="nothing is left unchecked", found=found
                )
        try:
            facts = documentation().facts(self.path)
        except NotationError as error:
            raise self.CollectError(str(error)) from None
        for stated in facts:
            yield Fact.from_parent(self, stated=stated)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--tables``."""
    about = f"run notebooks and prose on the tables in DIR (or set {PROPOSAL})"
    parser.getgroup("orosec").addoption("--tables", metavar="DIR", help=about)


def pytest_configure(config: pytest.Config) -> None:
    """Keep kernels for this run; make sure that proposed tables can be used.

    Raises:
        UsageError: they cannot be read, or notebooks are not run at all.
    """
    kernels = config.stash[KERNELS] = Kernels()
    config.add_cleanup(kernels.close)
    folder = config.getoption("--tables") or os.environ.get(PROPOSAL)
    config.stash[PROPOSED] = os.environ.get(PROPOSAL, "")
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
    config.stash[PROPOSED] = str(path)
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
    place: dict[str, Any] = {"path": file_path}
    if not file_path.is_relative_to(parent.config.rootpath):
        place["nodeid"] = file_path.as_posix()  # or all would be called alike
    kept = [file for file in found if not isinstance(file, IPyNbFile)]
    ours: list[pytest.Collector] = []
    if len(kept) < len(found):
        ours.append(Notebook.from_parent(parent, **place))
    if ours or _is_page(file_path, parent.session):
        ours.append(Page.from_parent(parent, **place))
    return ours if parent.config.stash[PROPOSED] else [*kept, *ours]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, items: list[Any]
) -> Generator[None]:
    """Judge the register of proposed tables in every run on them; tell what has a say.

    Who is told of cannot take this away: it comes last.
    """
    if session.config.stash[PROPOSED]:
        items.append(Register.from_parent(session, name="the register"))
    yield
    if [*strays()]:
        items.append(Unchecked.from_parent(session, name="the house", found=strays))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail whatever runs on other tables than the run began with."""
    if os.environ.get(PROPOSAL, "") != item.config.stash[PROPOSED]:
        pytest.fail(f"{PROPOSAL} was changed since the run began", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell where pictures could not be compared to the byte."""
    done = terminalreporter.getreports("")
    cells = sum(UNJUDGED in report.user_properties for report in done)
    if cells:
        terminalreporter.line(
            f"pictures of {cells} cells are drawn otherwise on this machine: "
            f"of their SVG the content was compared, of their PNG nothing"
        )


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the cells of a notebook in one process, where xdist would scatter them."""
    options = config.option
    if not (options.nbval or options.nbval_lax) or options.dist not in (
        "load",
        "worksteal",
    ):
        return None
    from xdist.scheduler import LoadFileScheduling

    return LoadFileScheduling(config, log)


def _is_page(path: Path, session: pytest.Session) -> bool:
    """Return whether the prose of *path* counts: it is named to pytest, or in docs."""
    return path.suffix == ".md" and (
        session.isinitpath(path) or path.is_relative_to(session.config.rootpath / "docs")
    )
