"""The oracle is another way of knowing: it shares no line with what it judges."""

import ast
import sys
from pathlib import Path

import oracle.reading
import pytest

HOME = Path(oracle.reading.__file__).parent
MODULES = sorted(HOME.glob("*.py"))
LIBRARIES = {"numpy", *sys.stdlib_module_names}


def imported(tree):
    """Yield the name of each module that is imported, wherever that stands."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                yield from (alias.name for alias in aliases)
            case ast.ImportFrom(module=module, level=level):
                yield "." * level + (module or "")
            case ast.Call(
                func=ast.Name(id="__import__") | ast.Attribute(attr="import_module")
            ):
                yield f"? {ast.unparse(node)}"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_the_oracle_imports_nothing_of_the_product(module):
    """Only the standard library, arrays of flags, and itself."""
    names = {
        name.partition(".")[0] for name in imported(ast.parse(module.read_text("utf-8")))
    }

    assert names <= {"oracle", *LIBRARIES}


def test_the_oracle_reads_the_files_itself():
    """With the module csv, which nothing else of it imports but what writes deployments."""
    readers = {
        module.stem
        for module in MODULES
        if "csv" in imported(ast.parse(module.read_text("utf-8")))
    }

    assert readers == {"reading", "deployments"}


@pytest.mark.parametrize(
    "line",
    [
        "import orosec",
        "from orosec.engine import intervals",
        "def late(): from orosec import decide",
        "__import__('orosec')",
        "importlib.import_module('orosec.engine')",
        "from ..walk import Cells",
        "from walk import Cells",
    ],
)
def test_an_import_of_the_product_would_be_seen(line):
    """In any spelling, and helpers that lean on it as well."""
    names = {name.partition(".")[0] for name in imported(ast.parse(line))}

    assert not names <= {"oracle", *LIBRARIES}
