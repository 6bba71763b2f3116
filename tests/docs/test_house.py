"""The house: one name for one class, and rooms that say what they are."""

import ast
import re
import tomllib
from collections import defaultdict
from pathlib import Path

import orosec

HOUSE = Path(orosec.__file__).parent
MODULES = sorted(HOUSE.rglob("*.py"))


def test_no_two_public_classes_share_a_name():
    """A name tells one thing from all others."""
    places = defaultdict(set)
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].add(path.relative_to(HOUSE).as_posix())

    assert len(places) > 100
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_few_files_stand_outside_of_the_rooms():
    """At most a dozen; whatever else there is has a room."""
    loose = [path.name for path in MODULES if path.parent == HOUSE]

    assert "errors.py" in loose
    assert len(loose) <= 12


def test_every_room_says_what_it_is():
    """In the first line of its package."""
    rooms = [path for path in MODULES if path.name == "__init__.py"]

    assert all(ast.get_docstring(ast.parse(path.read_text("utf-8"))) for path in rooms)


def test_few_imports_lead_from_wing_to_wing():
    """At most six, and the contract gives a reason for each."""
    text = (HOUSE.parent / "pyproject.toml").read_text(encoding="utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    (layers,) = (each for each in contracts if each["type"] == "layers")

    assert len(layers["ignore_imports"]) <= 6
    for allowed in layers["ignore_imports"]:
        assert re.search(rf'"{re.escape(allowed)}", # \w+', text), allowed
