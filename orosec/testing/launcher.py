"""The process of a notebook's kernel: ipykernel's own, bounded, and tidy from its start.

What it does besides holds however pytest ends: the memory that cells can take is limited,
and the connection file is gone once it was read, so that none is ever left behind. What
lies beside a notebook or in somebody's profile has no say: neither is a module looked for
there (`-P`), nor is a configuration or a start-up file read.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

MOST_MEMORY = 4 << 30
"""Bytes that a kernel may allocate, where the system can limit them (Linux)."""


def main() -> None:
    """Be a kernel, for the connection file that the command line names."""
    if not __debug__:
        sys.exit("assertions are off: run Python without -O")
    with suppress(ImportError, AttributeError, ValueError, OSError):
        resource = import_module("resource")
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    from ipykernel.kernelapp import IPKernelApp

    app: Any = IPKernelApp.instance()
    app.load_config_file = app._run_startup_files = lambda *_, **__: None
    app.initialize()
    Path(app.abs_connection_file).unlink(missing_ok=True)
    with suppress(ImportError):  # what every notebook imports: in time that nobody waits
        import_module("orosec.claims.register")
    app.start()


if __name__ == "__main__":
    main()
