"""What the suite costs a reader: importing, and the notebooks as tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

IMPORTS = 11
TRIES = 3
_EMPTY = (
    '{"cells": [{"cell_type": "code", "execution_count": 1, "id": "empty", '
    '"metadata": {}, "outputs": [], "source": []}], "metadata": {"kernelspec": '
    '{"display_name": "Python 3", "language": "python", "name": "python3"}}, '
    '"nbformat": 4, "nbformat_minor": 5}\n'
)
_PLAIN = "-p no:orosec.testing.pytest_plugin"
"""What makes pytest run notebooks by nbval alone."""


class Row(NamedTuple):
    """A ratio of two times, taken in one run.

    Attributes:
        what: what is measured.
        seconds: its time.
        against: what it is held against.
        base: the time of that.
        bar: the largest ratio that is allowed.
    """

    what: str
    seconds: float
    against: str
    base: float
    bar: float


def suite_rows(root: Path, repeats: int) -> list[tuple[str, float, str, float, float]]:
    """Measure both, the notebooks with one process and with two."""
    return [tuple(_imports(root)), *(tuple(row) for row in _notebooks(root, repeats))]


def _imports(root: Path) -> Row:
    """Import in fresh processes, one after the other in turn."""
    seconds: dict[str, list[float]] = {"orosec": [], "pandas": []}
    for _ in range(IMPORTS):
        for name, times in seconds.items():
            times.append(_run([sys.executable, "-c", f"import {name}"], root))
    own, base = median(seconds["orosec"]), median(seconds["pandas"])
    return Row("`import orosec`", own, "`import pandas`", base, 1.15)


def _notebooks(root: Path, repeats: int) -> list[Row]:
    """Run the notebooks as tests, and as many that hold one empty cell, by nbval alone.

    Once 00 to 10, and once those that follow the page (00 to 08): the others compute
    what-ifs and a thousand mutants, which is more than a page asks of its reader.
    """
    every = sorted((root / "notebooks").glob("*.ipynb"))[:11]
    chosen = {"notebooks/{0,10}*": every, "notebooks/0[0-8]*": every[:9]}
    return [
        _compared(root, what, books, options, repeats)
        for what, books in chosen.items()
        for options in ("", "-n 2")
    ]


def _compared(root: Path, what: str, books: list[Path], options: str, repeats: int) -> Row:
    empty = Path(tempfile.mkdtemp(prefix="empty-notebooks-", dir=root))
    real, base = [], []
    try:
        for book in books:
            (empty / book.name).write_text(_EMPTY, encoding="utf-8")
        for _ in range(repeats):
            real.append(_pytest(root, books, options))
            base.append(_pytest(root, sorted(empty.iterdir()), f"{options} {_PLAIN}"))
    finally:
        shutil.rmtree(empty)
    return Row(
        f"`pytest --nbval {what} {options}`".replace(" `", "`"),
        median(real),
        f"{len(books)} notebooks with one empty cell",
        median(base),
        1.4 if options else 1.15,
    )


def _pytest(root: Path, books: list[Path], options: str) -> float:
    tail = ["-p", "no:cacheprovider", "-q", *options.split()]
    if "-n" in tail:
        tail += ["--dist", "loadfile"]
    return _run([sys.executable, "-m", "pytest", "--nbval", *map(str, books), *tail], root)


def _run(command: list[str], root: Path) -> float:
    """Time a command that must succeed.

    One that fails is not timed but run again: two kernels that start at once may take
    the same port, and one of them dies of it.
    """
    for _ in range(TRIES):
        start = time.perf_counter()
        done = subprocess.run(
            command,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - start
        if not done.returncode:
            return seconds
    tail = f"{done.stdout[-2000:]}{done.stderr[-500:]}"
    sys.exit(f"{' '.join(command[1:])} failed {TRIES} times, at last so:\n{tail}")
