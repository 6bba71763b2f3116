"""The documents: true of the house as it stands."""

import pkgutil
import re
from pathlib import Path

import pytest

import orosec

ROOT = Path(__file__).parents[2]
DESIGN = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
MODULES = [one.name for one in pkgutil.iter_modules(orosec.__path__)]
LISTS = ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt")
PINS = [
    line
    for name in LISTS
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    if line and line[0] not in "#-"
]


@pytest.mark.parametrize("name", [name for name in MODULES if name[0] != "_"])
def test_every_room_has_its_line(name):
    """Design names each, once in the table of rooms at least."""
    assert f"`{name}`" in DESIGN


def test_no_room_is_named_that_is_not_there():
    """A room that has gone leaves the table."""
    table = DESIGN[DESIGN.index("| room |") : DESIGN.index("```\norosec/")]
    rows = [row.split("|")[1] for row in table.splitlines()[2:] if row.startswith("|")]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]

    assert sorted(named) == sorted(name for name in MODULES if name[0] != "_")


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


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
def test_links_lead_to_files(page):
    """Every link that is no address on the web."""
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)

    assert all(
        (page.parent / link).exists() for link in links if not link.startswith("http")
    )
