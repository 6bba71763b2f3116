"""Whether a notebook can be green without being right: what in it is not checked."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbval.plugin import find_comment_markers, find_metadata_tags

if TYPE_CHECKING:
    from orosec.prose.documents import Documentation

FORMAT = 4
"""The format of Jupyter's notebooks, which they have had since 2015."""

_CONFLICT = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
_PICTURE = re.compile(r"!\[|<(img|svg|object|iframe)\b", re.IGNORECASE)
_METADATA = {"kernelspec", "language_info"}
"""What a notebook may say of itself; widgets, say, would be shown and never compared."""

_JUDGING = ("prove", "check")
_MOST_NAMED = 3
_FREED = {
    ("skip", True): "is skipped",
    ("check", False): "has an output that is not compared",
    ("check_exception", True): "may fail",
}
"""What nbval's tags and comments free a cell from."""


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


def doubts(path: Path, documents: Documentation) -> Iterator[str]:
    """Yield what of a notebook is not checked, each on one line."""
    book = json.loads(path.read_text(encoding="utf-8"))
    if odd := sorted(book["metadata"].keys() - _METADATA):
        yield f"its metadata hold what is not compared: {', '.join(odd)}"
    names = iter(documents.cells(path))
    code: list[ast.Module] = []
    for cell in book["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            name, place = next(names).name, len(code) + 1
            code.append(_parsed(source))
            for doubt in _of_cell(cell, source, place, code):
                yield f"{name}: {doubt}"
        elif cell["cell_type"] != "markdown":
            yield "a raw cell is neither run nor read"
        elif cell.get("attachments") or _PICTURE.search(source):
            yield "a picture in the prose is not compared"
    yield from _of_assertions(code, _own_claims(path.stem, documents), documents)


def _parsed(source: str) -> ast.Module:
    """Return the code of a cell; without a statement where it is no plain Python."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


def _of_cell(
    cell: dict[str, Any], source: str, place: int, code: list[ast.Module]
) -> Iterator[str]:
    with warnings.catch_warnings(action="ignore"):  # of markers that contradict each other
        marked = [*find_metadata_tags(cell["metadata"]), *find_comment_markers(source)]
    yield from (_FREED[mark] for mark in dict.fromkeys(marked) if mark in _FREED)
    if cell["execution_count"] != place:
        yield "was not executed in its turn: its output was cleared, or is an old one"
    if not code[-1].body:
        yield "is no plain Python: what stands in it may never run"
    given = {
        name.name
        for tree in code
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    for node in ast.walk(code[-1]):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) if name in given:
                yield f"calls something else {name}"
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) if name in given:
                yield f"calls something else {name}"
            case ast.alias(name=name, asname=str(other)) if other != name:
                yield f"calls {name} something else"
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield f"changes what {name} means"


def _own_claims(notebook: str, documents: Documentation) -> dict[str, None]:
    """Return the claims of the sections that a notebook is about."""
    tables, claims_of = documents.network.tables, documents.citations.claims_of
    known = {row.claim for row in tables.claims}
    own = (row.section for row in tables.sections if row.notebook == notebook)
    return {
        claim: None for section in own for claim in claims_of(section) if claim in known
    }


def _of_assertions(
    code: list[ast.Module], own: dict[str, None], documents: Documentation
) -> Iterator[str]:
    """Yield what the assertions at the end leave out."""
    last = code[-1].body if code else []
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
        and ast.unparse(value.func) in _JUDGING
        and all(keyword.arg == "section" for keyword in value.keywords)
    )
