"""What a code cell may be: a question to orosec, or an assertion about an answer.

All that is not allowed here is told, whatever it would do: a list of what must not be would
be found wanting once more by whoever looks for a gap.
"""

from __future__ import annotations

import ast
import re

import orosec
from orosec.model.schema import TABLES
from orosec.prose.citations import JUDGING

ASKED = {name for name in dir(orosec) if name.islower()} - {"read_network"}
"""What a notebook may import: what answers on the tables that are tested, no others."""

_CONSTANT = {*JUDGING, "drop", "head", "query", "sort_values"}
"""What is asked by constants alone, so that all can see what is judged, and left out."""
_PARTS = {*_CONSTANT, *"as_expected heat idle kinds pins redundant scenario sides".split()}
"""What may be asked of an answer, besides its tables and the edits of a network."""
_EDIT = re.compile(r"with(out)?_[a-z_]+")
_EQUAL = r"\w+ [!=]= '[\w-]*'"
_QUERY = re.compile(rf'"{_EQUAL}(?: (?:and|or) {_EQUAL})*"')
_NODES = (
    *(ast.Attribute, ast.Call, ast.Constant, ast.Dict, ast.keyword, ast.List, ast.Load),
    *(ast.Name, ast.Starred, ast.Subscript, ast.Tuple),
)
_LONGEST = 60


class Questions:
    """The code cells of a notebook, read one after the other."""

    def __init__(self) -> None:
        self._known: dict[str, bool] = {}
        """The names so far, and whether each is orosec's own or an answer of it."""

    def read(self, source: str) -> tuple[list[ast.stmt], list[str]]:
        """Return the statements of the next cell, and what of it is no question."""
        try:
            body = ast.parse(source).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            body = []
        told = [
            f"is no question to orosec: {ast.unparse(node).splitlines()[0][:_LONGEST]}"
            for node in body
            if not self._fits(node, last=node is body[-1])
        ]
        if not body:
            told.append("is no plain Python: what stands in it may never run")
        if "#" in source or not source.isascii():
            told.append("holds a comment, or a sign beyond ASCII: nothing checks those")
        return body, told

    def _fits(self, node: ast.stmt, *, last: bool) -> bool:
        match node:
            case ast.ImportFrom(module="orosec", level=0):
                self._known |= {name.name: True for name in node.names}
                return all(one.name in ASKED and not one.asname for one in node.names)
            case ast.Assign(targets=[ast.Name() | ast.Tuple() as target]):
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                new = {one.id for one in names if isinstance(one, ast.Name)}
                fits = self._is_made(node.value) and len(new) == len(names)
                fits = fits and new.isdisjoint({*ASKED, *self._known})
                self._known |= dict.fromkeys(new if fits else (), self._answers(node.value))
                return fits
            case ast.Expr(value=value):
                return last and self._answers(value)
            case ast.Assert(test=ast.Attribute(attr="as_expected") as test, msg=None):
                return self._answers(test)
            case ast.Assert(
                test=ast.Compare(ast.Call() | ast.Attribute() as left, [ast.Eq()], [right]),
                msg=None,
            ):
                fits = _is_plain(right) or self._answers(right)
                fits = fits and ast.unparse(left) != ast.unparse(right)
                return fits and self._answers(left) and self._is_made(right)
        return False

    def _answers(self, node: ast.expr) -> bool:
        """Return whether it is orosec's own, what that answers, or a part of an answer."""
        match node:
            case ast.Name(id=name):
                return self._known.get(name, False)
            case ast.Tuple(elts=[_, *_] as parts):
                return all(map(self._answers, parts))
            case ast.Attribute() | ast.Subscript():
                return self._is_made(node) and self._answers(node.value)
            case ast.Call(func=asked):
                return self._is_made(node) and self._answers(asked)
        return False

    def _is_made(self, value: ast.expr) -> bool:
        """Return whether a value is made of known names, calls and constants."""
        return all(map(self._may_stand, ast.walk(value)))

    def _may_stand(self, node: ast.AST) -> bool:
        match node:
            case ast.Name(id=name):
                return name in self._known
            case ast.Attribute(attr=part):
                return part in _PARTS or part in TABLES or bool(_EDIT.fullmatch(part))
            case ast.Subscript(slice=index):
                return _is_plain(index)
            case ast.Call():
                return _is_asked(node)
        return isinstance(node, _NODES)


def _is_asked(call: ast.Call) -> bool:
    """Return whether a call hands over what its function may be asked by."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if name == "query":
        return bool(_QUERY.fullmatch(", ".join(map(ast.unparse, given))))
    if name == "drop" and [keyword.arg for keyword in call.keywords] != ["columns"]:
        return False
    known = name in ASKED or isinstance(call.func, ast.Attribute)
    return known and (name not in _CONSTANT or all(map(_is_plain, given)))


def _is_plain(node: ast.AST) -> bool:
    """Return whether no name is in it."""
    return not any(isinstance(part, ast.Name) for part in ast.walk(node))
