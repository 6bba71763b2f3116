"""What people should know of a word: where it leads, or that its value is invented."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from orosec.engine.decision_diagram import remembering
from orosec.model.rows import Tables
from orosec.results import INVENTED


@remembering()
def told_of(tables: Tables) -> Mapping[str, str]:
    """Return where HTML leads to from each id, and which values are invented.

    The id of a sentence, a claim or an ambiguity leads to the heading of a notebook, which
    is the id and the title; JupyterLab calls it so, with hyphens for spaces. A value is
    invented where its row says so of its column.
    """
    notebooks = {row.section: row.notebook for row in tables.sections}
    found = {
        row.sentence: _heading(notebooks[row.section], row.sentence, row.title)
        for row in tables.sentences
    }
    found |= {row.claim: found[row.sentence] for row in tables.claims}
    found |= {
        row.ambiguity: _heading("08-open-questions", row.ambiguity, row.title)
        for row in tables.ambiguities
    }
    rows: tuple[Any, ...] = (*tables.subnets, *tables.interfaces, *tables.routes)
    cells = (getattr(row, column) for row in rows for column in row.invented.split())
    found |= {word: INVENTED for cell in cells for word in cell.split()}
    return MappingProxyType(found)


def _heading(notebook: str, name: str, title: str) -> str:
    return f"{notebook}.ipynb#{quote(f'{name} · {title}'.replace(' ', '-'))}"
