"""Notebooks of our own, in files: whole, or one of the documented ones with a change."""

import json
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def markdown(text):
    """A Markdown cell."""
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code(source, shows=None):
    """A code cell that was executed, and what it showed."""
    data = {"data": {"text/plain": shows}, "execution_count": 1, "metadata": {}}
    outputs = [{"output_type": "execute_result", **data}] if shows else []
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}}
    return {**cell, "source": source, "outputs": outputs}


def write_book(path, *cells):
    """Write a notebook of cells; texts are code cells under headings of their own."""
    parts, turns = [], iter(range(1, 99))
    for place, cell in enumerate(cells, 1):
        if isinstance(cell, str):
            parts += [markdown(f"## cell {place}"), code(cell)]
        else:
            parts.append(cell)
    for place, part in enumerate(parts):
        part["id"] = f"cell-{place}"
        if "execution_count" in part:
            part["execution_count"] = next(turns)
    book = {"cells": parts, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(book), encoding="utf-8")
    return path


def documented_book(name):
    """Read a documented notebook, as a dictionary."""
    return json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))


def code_cells(book):
    """The code cells of a notebook that was read."""
    return [cell for cell in book["cells"] if cell["cell_type"] == "code"]
