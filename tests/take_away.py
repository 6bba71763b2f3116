"""Take each wing away in a copy, and see that the rest of the house stands: ``make wings``.

A wing goes together with the wings that import it; one that asks whether it is there
stays. Then every module that is left is imported, ``orosec check`` answers, and a quick
part of the core's tests passes, and all tests of the wings that now stand without a wing
that they ask for. At last all wings go at once, and all of the core's tests pass.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
CORE = ("engine", "model", "claims", "queries", "diagrams")
QUICK = ("model/test_tables.py", "model/test_scenario.py", "claims/test_facts.py")
CHECK = "from orosec import check; assert check().as_expected"
COMMAND = "import sys; from orosec.cli.main import main; sys.exit(main(['check']))"
# An editable install would find in the checkout what was taken out of the copy.
ALONE = """
import sys
sys.meta_path[:] = [
    finder for finder in sys.meta_path if "__editable__" not in str(finder.__module__)
]
"""
IMPORT = """
import pkgutil, importlib, importlib.util, orosec, sys
for room in sys.argv[1:]:
    assert importlib.util.find_spec(f"orosec.{room}") is None, f"{room} is still there"
exec("from orosec import *")
for module in pkgutil.walk_packages(orosec.__path__, "orosec."):
    if module.name != "orosec.__main__":
        importlib.import_module(module.name)
"""


def wings() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return for every wing the wings that it needs, and those that it asks for.

    A module asks for a room with ``find_spec("orosec.room")``, and can be without it.
    """
    rooms = [path.parent for path in (ROOT / "orosec").glob("*/__init__.py")]
    needed: dict[str, set[str]] = {}
    asked: dict[str, set[str]] = {}
    for room in rooms:
        if room.name not in CORE:
            modules = [_rooms_of(path) for path in room.rglob("*.py")]
            needed[room.name] = set().union(*(uses - asks for uses, asks in modules))
            needed[room.name] -= {room.name}
            asked[room.name] = set().union(*(asks for _, asks in modules))
    needed["cli"] = set()  # it offers what is there
    return needed, asked


def _rooms_of(module: Path) -> tuple[set[str], set[str]]:
    """Return the rooms that a module imports, and those that it looks for first."""
    used: set[str] = set()
    sought: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(name)) if name.startswith("orosec."):
                used.add(name.split(".")[1])
            case ast.Call(
                func=ast.Name(id="find_spec"), args=[ast.Constant(value=str(name))]
            ) if name.startswith("orosec."):
                sought.add(name.split(".")[1])
    return used, sought


def with_dependents(wing: str, imports: dict[str, set[str]]) -> set[str]:
    """Return a wing and all wings that cannot be without it."""
    gone = {wing}
    while more := {name for name, used in imports.items() if used & gone} - gone:
        gone |= more
    return gone


def stands_without(gone: set[str], tests: list[str]) -> bool:
    """Return whether the rest stands in a copy without some wings; say what fell."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("orosec", "tests", "notebooks", "benchmarks"):
            shutil.copytree(
                ROOT / name, copy / name, ignore=shutil.ignore_patterns("*.pyc")
            )
        shutil.copy(ROOT / "pyproject.toml", copy)
        if "testing" not in gone:
            shutil.copy(ROOT / "conftest.py", copy)  # it names the plugin in that wing
        for name in gone:
            shutil.rmtree(copy / "orosec" / name)
            shutil.rmtree(copy / "tests" / name, ignore_errors=True)
        (copy / "sitecustomize.py").write_text(ALONE, encoding="utf-8")
        python = [sys.executable, "-W", "error"]
        pytest = ["-m", "pytest", "-q", "-x", "-c", "/dev/null", "--rootdir", folder]
        pytest += ["-p", "no:cacheprovider", "--import-mode=importlib"]
        steps = {
            "import": ["-c", IMPORT, *sorted(gone)],
            "check": ["-c", CHECK if "cli" in gone else COMMAND],
            "tests": [*pytest, *(f"tests/{name}" for name in tests)],
        }
        places = os.pathsep.join(
            (folder, f"{folder}/tests/helpers", f"{folder}/benchmarks")
        )
        environment = {**os.environ, "PYTHONPATH": places}
        for step, arguments in steps.items():
            done = subprocess.run(
                [*python, *arguments],
                cwd=copy,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                print(f"  {step}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
                return False
    return True


def main() -> None:
    """Take the wings away: each, then all; or those that are named, or ``all``."""
    needed, asked = wings()
    cases = []
    for name in sys.argv[1:] or [*sorted(needed), "all"]:
        every = name == "all"
        gone = set(needed) if every else with_dependents(name, needed)
        bereft = sorted(wing for wing in asked if asked[wing] & gone and wing not in gone)
        cases.append((gone, [*(CORE if every else QUICK), *bereft]))
    fallen = 0
    for gone, tests in cases:
        start = time.monotonic()
        stands = stands_without(gone, tests)
        fallen += not stands
        state = "stands" if stands else "FALLS"
        print(
            f"without {' '.join(sorted(gone))}: {state}, {time.monotonic() - start:.1f} s"
        )
    sys.exit(1 if fallen else 0)


if __name__ == "__main__":
    main()
