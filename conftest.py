"""Notebook cells as tests that a person can read.

nbval makes a test of every code cell and calls it "Cell 3". Here each is called after
the heading above it, and a failure says what was promised and what is true instead, in
at most 15 lines.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections import Counter

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

MOST_LINES = 15
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Promise(IPyNbCell):
    """One code cell, named after the heading above it."""

    def repr_failure(self, excinfo):
        """Say what failed: the message of the cell, or how its output differs."""
        error = excinfo.value
        if not isinstance(error, NbCellError):
            return super().repr_failure(excinfo)
        told = _ANSI.sub("", error.inner_traceback or str(error)).strip().splitlines()
        head = [f"{self.parent.path.stem}: {self.name}"]
        kept = told if len(told) < MOST_LINES else [*told[:3], "...", *told[-8:]]
        return "\n".join([*head, *kept])

    def reportinfo(self):
        return self.path, 0, f"{self.parent.path.stem}: {self.name}"

    def format_output_compare(self, key, left, right):
        """Show the lines that differ: `-` is the committed output, `+` the new one."""
        pairs = (str(side).splitlines() for side in (left, right))
        differing = difflib.unified_diff(*pairs, "committed", "now", lineterm="", n=0)
        self.comparison_traceback.append(f"the output ({key}) is not the committed one:")
        self.comparison_traceback.extend(itertools.islice(differing, 2, MOST_LINES - 3))
        self.comparison_traceback.append("if it should be: make notebooks")


class Notebook(IPyNbFile):
    """A notebook whose cells are promises."""

    def collect(self):
        cells = list(super().collect())
        titles = _titles(self.nb.cells)
        seen: Counter[str] = Counter()
        for cell, title in zip(cells, titles, strict=True):
            seen[title] += 1
            name = title if seen[title] == 1 else f"{title} ({seen[title]})"
            yield Promise.from_parent(
                self,
                name=name,
                cell_num=cell.cell_num,
                cell=cell.cell,
                options=cell.options,
            )


def _titles(cells):
    """Give the heading above each code cell."""
    title = "before the first heading"
    for cell in cells:
        if cell.cell_type == "code":
            yield title
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            if line.startswith("#"):
                title = line.lstrip("# ").replace("`", "")


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path, parent):
    """Collect notebooks as `Notebook`, wherever nbval would collect them."""
    found = yield
    return [
        Notebook.from_parent(parent, path=file_path) if type(one) is IPyNbFile else one
        for one in found
    ]
