"""Notebooks and their code cells as pytest runs them.

Whatever is selected, in whichever order and process: a cell runs once all that stands above
it in its notebook has run in the same kernel.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from nbval.kernel import CURRENT_ENV_KERNEL_NAME
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

from orosec.model.network import documented
from orosec.testing.honesty import unreadable
from orosec.testing.kernels import Kernels
from orosec.testing.launcher import MOST_MEMORY
from orosec.testing.pictures import compare

if TYPE_CHECKING:
    from orosec.prose.documents import Documentation

MOST_LINES = 15
KERNELS = pytest.StashKey[Kernels]()
PROPOSED = pytest.StashKey[str]()
"""The folder of proposed tables, from the beginning of a run to its end; or empty."""
UNJUDGED = "pictures", "not compared to the byte"
"""The property of a cell whose pictures another machine has drawn."""
_MEANT = "if it should be: make notebooks"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_GONE = "UnknownNameError"
_PREMISED = "documented-only"
"""The tag of cells that make sense on the documented tables alone."""


class Promise(IPyNbCell):  # type: ignore[misc]
    """One code cell, called after the heading above it."""

    shows = False
    """Whether it shows something, and judges no claim."""
    above: tuple[str, ...] = ()
    """Cells above it that were not selected, ran for it, and failed."""

    def runtest(self) -> None:
        """Run what stands above and did not run yet, then the cell.

        On proposed tables, a mere question about a name that is gone breaks no promise.
        """
        self.above = tuple(self.parent.catch_up(self))
        try:
            self.run()
        except NbCellError:
            if (
                self.config.stash[PROPOSED]
                and self.shows
                and self.parent.kernel.reply.get("ename") == _GONE
            ):
                pytest.xfail("text, no promise: it asks about a name that is gone")
            raise

    def run(self) -> None:
        """Run the cell, and compare its output.

        Raises:
            NbCellError: it failed, its output is another one, or the kernel died.
        """
        self.parent.ran = self.cell_num + 1
        try:
            super().runtest()
        except RuntimeError as error:
            self.raise_cell_error(str(error))

    def compare_outputs(self, test: Any, ref: Any, skip_compare: Any = None) -> bool:
        """Compare the new outputs with the committed ones, pictures as well."""
        if not super().compare_outputs(test, ref, skip_compare):
            return False
        found = compare(ref, test)
        if found.unjudged:
            self.user_properties.append(UNJUDGED)
        if found.differences:
            self.comparison_traceback = [*found.differences, _MEANT]
        return not found.differences

    def repr_failure(self, excinfo: Any) -> Any:
        """Say what failed: the message of the cell, or how its output differs."""
        error = excinfo.value
        if not isinstance(error, NbCellError):
            return super().repr_failure(excinfo)
        told = _ANSI.sub("", error.inner_traceback or str(error)).strip().splitlines()
        told += [f"above it failed: {name}" for name in self.above[:1]]
        told += self._bounds("\n".join(told))
        kept = told if len(told) < MOST_LINES else [*told[:3], "...", *told[-8:]]
        return "\n".join([titled(self), *kept])

    def _bounds(self, told: str) -> Iterator[str]:
        """Yield what a cell can have, where it had too little of it."""
        if "MemoryError" in told:
            yield f"a cell can have {MOST_MEMORY >> 30} GiB of memory"
        if self.parent.timed_out:
            yield f"a cell can take {self.config.option.nbval_cell_timeout:g} s"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where the cell stands."""
        return self.path, 0, titled(self)

    def format_output_compare(self, key: str, left: Any, right: Any) -> None:
        """Show the lines that differ: `-` is the committed output, `+` the new one."""
        old, new = (str(side).splitlines() for side in (left, right))
        differing = difflib.unified_diff(old, new, "committed", "now", lineterm="", n=0)
        self.comparison_traceback.append(f"the output ({key}) is not the committed one:")
        self.comparison_traceback.extend(itertools.islice(differing, 2, MOST_LINES - 3))
        self.comparison_traceback.append(_MEANT)


class Notebook(IPyNbFile):  # type: ignore[misc]
    """A notebook whose code cells are promises.

    Attributes:
        promises: its code cells, selected or not.
        ran: how many of them ran in the present kernel, from the top.
        was_set_up: whether it had a kernel in this process.
    """

    ran, was_set_up = 0, False

    def setup(self) -> None:
        """Take a kernel, and start one for a notebook that comes later."""
        self.kernel = self.config.stash[KERNELS].take(*self._place, self._patience)
        self.ran, self.timed_out, self.was_set_up = 0, False, True
        self.setup_sanitize_files()
        self._prepare_another()

    def teardown(self) -> None:
        """Stop the kernel, also where it crashed."""
        super().teardown()
        if hasattr(self.kernel, "km"):
            self.kernel.stop()

    def collect(self) -> Iterator[Promise]:
        """Return the code cells; on proposed tables, their stored outputs do not count.

        Nor do cells with the tag `_PREMISED`, which edit the documented tables.
        """
        if reason := unreadable(self.path):
            raise self.CollectError(f"{self.path.name} {reason}")
        known = documentation().cells(self.path)
        self.promises: list[Promise] = []
        for cell, own in zip(super().collect(), known, strict=True):
            if self.config.stash[PROPOSED]:
                cell.options["check"] = False
                cell.options["skip"] |= _PREMISED in cell.cell.metadata.get("tags", ())
            as_is = {name: getattr(cell, name) for name in ("cell_num", "cell", "options")}
            item = Promise.from_parent(self, name=own.name, **as_is)
            item.user_properties += own.cites
            item.shows = not own.judges and "assert" not in item.cell.source
            self.promises.append(item)
        yield from self.promises

    def catch_up(self, wanted: Promise) -> Iterator[str]:
        """Run the cells above *wanted* that did not run yet; yield those that fail."""
        if self.ran > wanted.cell_num:  # it ran before: once more, from the top
            self.teardown()
            self.setup()
        for cell in self.promises[self.ran : wanted.cell_num]:
            if not cell.options["skip"]:
                try:
                    cell.run()
                except NbCellError:
                    yield cell.name
        if self.timed_out:
            wanted.raise_cell_error("a cell above it takes too long")

    def get_sanitize_files(self) -> list[str]:
        """Return the file that says what is no difference; pytest may run anywhere."""
        root, given = self.config.rootpath, super().get_sanitize_files()
        return [name if Path(name).exists() else str(root / name) for name in given]

    @property
    def _place(self) -> tuple[str, Path]:
        """The kernel that it needs, and where it runs."""
        options = self.config.option
        own = self.nb.metadata.get("kernelspec", {}).get("name", "python")
        given = options.nbval_kernel_name or own
        name = CURRENT_ENV_KERNEL_NAME if options.nbval_current_env else given
        return name, self.path.parent

    @property
    def _patience(self) -> float:
        return float(self.config.option.nbval_kernel_startup_timeout)

    def _prepare_another(self) -> None:
        """Start a kernel ahead, for a notebook that this process may still run."""
        items = (item.parent for item in self.session.items)
        books = [one for one in dict.fromkeys(items) if isinstance(one, Notebook)]
        rest = [book for book in books if not book.was_set_up]
        workers = getattr(self.config, "workerinput", {}).get("workercount", 1)
        if rest and (len(books) - len(rest)) * workers < len(books):
            self.config.stash[KERNELS].prepare(*rest[0]._place)


def titled(item: pytest.Item) -> str:
    """Return file and name of an item."""
    return f"{item.path.stem}: {item.name}"


@lru_cache(maxsize=1)
def documentation() -> Documentation:
    """Return what knows the documents; to its end, a run is of the tables it began with."""
    from orosec.prose.documents import Documentation

    return Documentation(documented())
