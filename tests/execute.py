"""Execute the notebooks and write their outputs: what ``make notebooks`` runs.

Nothing that differs from run to run or from machine to machine is kept: no times, no
Python version, no reference to a widget that lived in the kernel. So doing it twice
changes nothing, and a reader without a kernel sees what stands in for the widget. The
kernels are those of the tests.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.modules.setdefault("rfc3987_syntax", None)  # see orosec/testing/quickstart.py

import nbformat
from nbclient import NotebookClient

from orosec.model.network import PROPOSAL
from orosec.testing.kernels import environment, manager
from orosec.testing.untouched import KERNEL

WIDGET = "application/vnd.jupyter.widget-view+json"
NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def execute(path: Path) -> bool:
    """Execute one notebook in its folder; tell whether its file changed."""
    before = path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        km=manager(),
        record_timing=False,
        timeout=120,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute(env=environment())
    notebook.metadata = nbformat.from_dict(dict(KERNEL))
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(WIDGET, None)
    after = (nbformat.writes(notebook, version=4) + "\n").encode("utf-8")
    if after != before:
        temporary = path.with_suffix(".tmp")
        temporary.write_bytes(after)
        temporary.replace(path)
    return after != before


def main() -> None:
    """Execute every notebook, or the ones named."""
    if os.environ.get(PROPOSAL):
        sys.exit(f"unset {PROPOSAL}: the outputs of the notebooks show documented tables")
    chosen = [Path(name) for name in sys.argv[1:]] or sorted(NOTEBOOKS.glob("*.ipynb"))
    for path in chosen:
        changed = "changed" if execute(path) else "unchanged"
        print(f"{path.name}: {changed}")


if __name__ == "__main__":
    main()
