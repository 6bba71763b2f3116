"""Tells where nbval runs notebooks about orosec without the checks of this project.

pytest finds this plugin wherever orosec is installed, also for notebooks that lie outside
of a checkout, and loads the other one in a checkout alone: a stranger's notebooks are no
statements about OroCloud. So it says what was not checked, and how it would be.
"""

from __future__ import annotations

import pytest

CHECKS = "orosec.testing.pytest_plugin"
"""The plugin that checks."""

_ABOUT = b"from orosec import"
_UNCHECKED = pytest.StashKey[int]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Count the notebooks about orosec that nobody but nbval looks at."""
    if not session.config.pluginmanager.has_plugin(CHECKS):
        books = {item.path for item in session.items if item.path.suffix == ".ipynb"}
        about = sum(_ABOUT in path.read_bytes() for path in books)
        session.config.stash[_UNCHECKED] = about


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell of them."""
    if count := terminalreporter.config.stash.get(_UNCHECKED, 0):
        terminalreporter.line(
            f"orosec: {count} notebooks ran, and their prose, pictures and assertions were "
            f"not checked; they are with: pytest --nbval -p {CHECKS}"
        )
