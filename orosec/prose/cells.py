"""The code cells of the notebooks, and what of the register each judges by name."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from orosec.model.rows import Tables
from orosec.prose.citations import Citations
from orosec.prose.markdown import Reader

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
"""Where the notebooks are in a checkout; an installed package has none."""


class NotebookCell(NamedTuple):
    """A code cell that judges something.

    Attributes:
        notebook: the name of its notebook, without the ending.
        name: the heading above it; with a number where it is not the first one below.
        claims: the claims that it judges by name, by sentence, section or finding.
        ambiguities: the findings that it lays out.
    """

    notebook: str
    name: str
    claims: tuple[str, ...]
    ambiguities: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.notebook}: {self.name}"


def read_cells(tables: Tables, folder: Path = NOTEBOOKS) -> tuple[NotebookCell, ...]:
    """Read the cells that judge something by name; none where there is no notebook."""
    books = sorted(folder.glob("*.ipynb"))
    return tuple(
        cell for path in books for cell in _judging(tables, path.stem, path.read_bytes())
    )


@lru_cache(maxsize=64)
def _judging(tables: Tables, notebook: str, content: bytes) -> tuple[NotebookCell, ...]:
    """Return the cells that judge something; remembered by what stands in the notebook."""
    every = _cells_of(notebook, json.loads(content)["cells"], Citations(tables))
    return tuple(cell for cell in every if cell.claims or cell.ambiguities)


def _cells_of(notebook: str, cells: list[Any], citations: Citations) -> list[NotebookCell]:
    reader = Reader()
    seen: Counter[str] = Counter()
    found = []
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            reader.read(source)
        elif cell["cell_type"] == "code":
            name = reader.headings[-1] if reader.headings else "before the first heading"
            seen[name] += 1
            numbered = name if seen[name] == 1 else f"{name} ({seen[name]})"
            cited = citations.in_code(source)
            claims = tuple(one for kind, one in cited if kind == "claim")
            ambiguities = tuple(one for kind, one in cited if kind == "ambiguity")
            found.append(NotebookCell(notebook, numbered, claims, ambiguities))
    return found
