"""Whether a notebook can be green without being right: what in it is not checked."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orosec.prose.documents import NOTEBOOKS

if TYPE_CHECKING:
    from orosec.prose.documents import Documentation

FORMAT = 4
"""The format of Jupyter's notebooks, which they have had since 2015."""

_CONFLICT = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
_TOLD = {"kernelspec", "language_info"}
"""What a notebook may say of itself; widgets, say, would be shown and never compared."""
_JUDGES = re.compile(r"\b(prove|check)\(")
_TAGS = {"documented-only"}
_FORMS = {"text/plain", "text/html", "image/png", "image/svg+xml"}
"""The forms of an output that are compared."""
_CELL, _OUTPUT = {"cell_type", "id", "metadata", "source"}, {"output_type", "metadata"}
_CODE, _RESULT = {"execution_count", "outputs"}, {"data", "execution_count"}
_MOST_NAMED = 3
_PASSING = {".ipynb_checkpoints", "__pycache__"}
"""What tools leave beside notebooks, and git does not keep."""
_READ = ("docs", "notebooks", "orosec", "tests")
_SETTINGS = "conftest.py pytest.ini .pytest.ini pytest.toml .pytest.toml tox.ini setup.cfg"


def unreadable(path: Path) -> str:
    """Return why a file is no notebook, on one line; empty where it is one."""
    content = path.read_bytes()
    if not content.strip():
        return "is empty"
    if content.startswith(b"\xef\xbb\xbf"):
        return "begins with a byte order mark: save it as UTF-8 without one"
    try:
        text = content.decode("utf-8")
        if found := _CONFLICT.search(text):
            line = text.count("\n", 0, found.start()) + 1
            return f"holds conflict markers, in line {line}"
        book = json.loads(text)
    except ValueError as error:
        return f"is no notebook: {error}"
    known = isinstance(book, dict) and book.get("nbformat") == FORMAT
    if not known or not isinstance(book.get("cells"), list):
        return f"is no notebook of format {FORMAT}"
    return ""


def strays(root: Path = NOTEBOOKS.parent) -> Iterator[str]:
    """Yield what lies among notebooks and is none, and what else would set up pytest.

    An installed package has no notebooks.
    """
    if not (root / "pyproject.toml").is_file():
        return
    for path in (root / NOTEBOOKS.name).glob("*"):
        if not (path.suffix == ".ipynb" and path.is_file()) and path.name not in _PASSING:
            yield f"{path.relative_to(root)} is no notebook"
    ours = {root / "conftest.py", root / "tests" / "conftest.py"}
    for name in _SETTINGS.split():
        below = (found for folder in _READ for found in root.glob(f"{folder}/**/{name}"))
        for path in {root / name, *below} - ours:
            if path.is_file():
                yield f"{path.relative_to(root)} would change what pytest reads"


def doubts(path: Path, documents: Documentation) -> Iterator[str]:
    """Yield what of a notebook is not checked, each on one line."""
    book = json.loads(path.read_text(encoding="utf-8"))
    yield from _of_metadata(book["metadata"])
    cells, questions = iter(documents.cells(path)), documents.questions()
    body: list[ast.stmt] = []
    turn = 0
    for cell in book["cells"]:
        source = "".join(cell["source"])
        if odd := cell.keys() - _CELL - _CODE:
            yield f"a cell holds what is not compared: {', '.join(sorted(odd))}"
        if cell["cell_type"] == "code":
            turn, own = turn + 1, next(cells)
            body, told = questions.read(source)
            told += _of_cell(
                cell, turn, shows=bool(body) and isinstance(body[-1], ast.Expr)
            )
            if "tags" in cell["metadata"] and _JUDGES.search(source):
                told.append("judges claims, and is left out on proposed tables")
            yield from (f"{own.name}: {doubt}" for doubt in told)
        elif cell["cell_type"] != "markdown":
            yield "a raw cell is neither run nor read"
        else:
            yield from documents.unread(source)
    yield from _of_assertions(body, _own_claims(path.stem, documents), documents)


def _of_metadata(told: dict[str, Any]) -> Iterator[str]:
    if odd := sorted(told.keys() - _TOLD):
        yield f"its metadata hold what is not compared: {', '.join(odd)}"
    names = [told.get(part, {}).get("name") for part in sorted(_TOLD)]
    if names != ["python3", "python"]:
        yield f"its kernel is not python3, its language not python: {names}"


def _of_cell(cell: dict[str, Any], turn: int, *, shows: bool) -> Iterator[str]:
    """Yield what is odd about the outputs and the metadata of a code cell."""
    if cell["execution_count"] != turn:
        yield "was not executed in its turn: its output was cleared, or is an old one"
    tags = cell["metadata"].get("tags", [])
    if cell["metadata"].keys() - {"tags"} or not set(tags) <= _TAGS:
        yield f"its metadata may free it from being compared: {cell['metadata']}"
    outputs = cell["outputs"]
    if [one["output_type"] for one in outputs] != ["execute_result"] * shows:
        yield "shows something else than the one answer to its question"
    for output in outputs:
        parts = output.keys() - _OUTPUT - _RESULT, output.get("data", {}).keys() - _FORMS
        if odd := set().union(*parts, output.get("metadata", {})):
            yield f"its output holds what is not compared: {', '.join(sorted(odd))}"


def _own_claims(notebook: str, documents: Documentation) -> dict[str, None]:
    """Return the claims of the sections that a notebook is about."""
    tables, claims_of = documents.network.tables, documents.citations.claims_of
    known = {row.claim for row in tables.claims}
    own = (row.section for row in tables.sections if row.notebook == notebook)
    return {
        claim: None for section in own for claim in claims_of(section) if claim in known
    }


def _of_assertions(
    last: list[ast.stmt], own: dict[str, None], documents: Documentation
) -> Iterator[str]:
    """Yield what the assertions at the end leave out."""
    tests = [
        node.test.value
        for node in last
        if isinstance(node, ast.Assert)
        and isinstance(node.test, ast.Attribute)
        and node.test.attr == "as_expected"
    ]
    if not tests or not all(isinstance(node, ast.Assert) for node in last):
        yield "its last cell does not assert that all is as recorded (as_expected)"
        return
    judged: set[str] = set()
    for test in filter(_judges_all_scenarios, tests):
        if not test.args and not test.keywords:  # type: ignore[attr-defined]
            return
        judged |= {name for _, name in documents.citations.in_code(ast.unparse(test))}
    if left := [claim for claim in own if claim not in judged]:
        rest = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
        yield f"no assertion judges {', '.join(left[:_MOST_NAMED])}{rest}"


def _judges_all_scenarios(value: ast.expr) -> bool:
    """Return whether an expression judges claims wherever they are meant to hold."""
    return (
        isinstance(value, ast.Call)
        and ast.unparse(value.func) in ("prove", "check")
        and all(keyword.arg == "section" for keyword in value.keywords)
    )
