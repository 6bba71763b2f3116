"""The documents: true of the house as it stands."""

import re
from pathlib import Path

import pytest

import orosec

ROOT = Path(__file__).parents[2]
DESIGN = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
TREE = DESIGN[DESIGN.index("```\norosec/\n") :].split("```")[1]
LISTS = ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt")
PINS = [
    line
    for name in LISTS
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    if line and line[0] not in "#-"
]


def test_the_tree_shows_every_room_once_and_none_that_has_gone():
    """A line for each room and each loose file, and what it is for."""
    shown = re.findall(r"^  (\w+)/? {2,}\S", TREE, re.MULTILINE)
    house = Path(orosec.__file__).parent
    there = [path.stem for path in house.iterdir() if path.suffix == ".py"]
    there += [path.parent.name for path in house.glob("*/__init__.py")]

    assert sorted(shown) == sorted([*there, "data"])


def test_journeys_lead_through_modules_that_are_there():
    """A module that is renamed is renamed in design, too."""
    rooms = "|".join(re.findall(r"^  (\w+)/ ", TREE, re.MULTILINE))
    block = DESIGN[DESIGN.index("```\na cell of a rule") :].split("```")[1]
    named = re.findall(rf"\b({rooms})\.(\w+)", block)

    assert len(named) > 20
    house = Path(orosec.__file__).parent
    assert [
        pair for pair in named if not house.joinpath(*pair).with_suffix(".py").exists()
    ] == []


@pytest.mark.parametrize("pin", PINS)
def test_every_dependency_is_pinned_and_earns_its_line(pin):
    """An exact version, and a line that says what it is for."""
    name, version = pin.split("==")
    table = DESIGN[DESIGN.index("| package |") :]

    assert re.fullmatch(r"[0-9][0-9.a-z]*", version)
    assert re.search(rf"^\| [^|]*\b{re.escape(name)}\b[^|]*\|", table, re.MULTILINE)


@pytest.mark.parametrize("name", [*LISTS, "constraints.txt"])
def test_the_name_that_anyone_could_register_is_listed_nowhere(name):
    """`ipaddress` comes with Python."""
    assert "ipaddress" not in (ROOT / name).read_text(encoding="utf-8")


def test_the_readme_opens_with_a_sentence_and_two_commands():
    """Within the first screen."""
    head = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:6]

    assert head[0].endswith(".")
    assert [line.split("  ")[0] for line in head[3:5]] == ["make lab", "make test"]
