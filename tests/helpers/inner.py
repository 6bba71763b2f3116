"""pytest run by a test: each time in a process of its own, which has imported it already.

One server imports pytest and the plugins once, and each run is a fork of it: a run that
starts from nothing would spend most of its time on imports.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
OPTIONS = (
    *("-p", "no:cacheprovider", "-q", "-c", ROOT / "pyproject.toml", "--rootdir", ROOT),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # the plugins are there already
)
IMPORTED = (
    "orosec.testing.quickstart",
    "pytest",
    "nbval.plugin",
    "xdist.plugin",
    "hypothesis",
    "_hypothesis_pytestplugin",
    "orosec.testing.pytest_plugin",
)
"""What each run needs; the first one spares the others an import."""

PATIENCE = 300
"""Seconds that a run may take."""


class Done(NamedTuple):
    """How a run ended, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


def run_pytest(*arguments, folder=ROOT, **environment):
    """Run pytest in *folder* with the settings of this project, and wait for it."""
    words = list(map(str, (*OPTIONS, *arguments)))
    with tempfile.TemporaryDirectory() as written:
        files = [f"{written}/out", f"{written}/err"]
        server = _server()
        server.stdin.write(json.dumps([words, str(folder), environment, files]) + "\n")
        server.stdin.flush()
        status = int(server.stdout.readline())
        return Done(status, *(Path(file).read_text(encoding="utf-8") for file in files))


@cache
def _server():
    """Start the server; it ends when nobody can ask it any more."""
    return subprocess.Popen(
        [sys.executable, __file__],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def serve():
    """Fork for each line that asks for a run, and answer with its exit status."""
    sys.path[0] = str(ROOT)  # as it is for ``python -m pytest``
    for name in IMPORTED:
        importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            run(*json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def run(words, folder, environment, files):
    """Be the run: write to its files, and end with its status."""
    import pytest

    signal.alarm(PATIENCE)
    for number, file in enumerate([os.devnull, *files]):
        os.dup2(os.open(file, os.O_RDWR | os.O_CREAT), number)
    os.environ.update(environment)
    os.chdir(folder)
    sys.exit(pytest.main(words))


if __name__ == "__main__":
    serve()
