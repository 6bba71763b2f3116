"""Take each wing away in a copy, and see that the rest of the house stands: ``make wings``.

A wing goes together with the wings that import it; one that asks whether it is there
stays. Then every module that is left is imported, ``orosec check`` answers, and a quick
part of the core's tests passes, and all tests of the wings that now stand without a wing
that they ask for. At last all wings go at once, and all of the core's tests pass.
"""

from __future__ import annotations

import ast
import os
import re
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
    """Return for every wing the wings that it needs, and those that its tests ask for.

    A test asks for a room with ``getattr(orosec, "name", None)``, and can be without it.
    """
    rooms = [path.parent for path in (ROOT / "orosec").glob("*/__init__.py")]
    needed: dict[str, set[str]] = {}
    asked: dict[str, set[str]] = {}
    for room in rooms:
        if room.name not in CORE:
            tests = (ROOT / "tests" / room.name).rglob("*.py")
            needed[room.name] = set().union(*map(_imported, room.rglob("*.py")))
            needed[room.name] -= {room.name}
            asked[room.name] = set().union(*map(_asked_for, tests))
    needed["cli"] = set()  # it offers what is there
    return needed, asked


def _imported(module: Path) -> set[str]:
    """Return the rooms that a module imports."""
    return {
        node.module.split(".")[1]
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("orosec.")
    }


def _asked_for(module: Path) -> set[str]:
    """Return the rooms of the public names that a module can be without."""
    text = module.read_text(encoding="utf-8")
    names = re.findall(r'getattr\(orosec, "(\w+)", None\)', text)
    stub = (ROOT / "orosec" / "__init__.pyi").read_text(encoding="utf-8")
    homes = {name: room for room, name in re.findall(r"from \.(\w+)\S* import (\w+)", stub)}
    return {homes[name] for name in names}


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
        pytest += ["-p", "no:orosec"]  # the plugin that an installed orosec announces
        steps = {
            "import": ["-c", IMPORT, *sorted(gone)],
            "check": ["-c", CHECK if "cli" in gone else COMMAND],
            "tests": [*pytest, *(f"tests/{name}" for name in tests)],
        }
        places = os.pathsep.join(
            (folder, f"{folder}/tests/helpers", f"{folder}/benchmarks")
        )
        environment = {"HYPOTHESIS_PROFILE": "all", **os.environ, "PYTHONPATH": places}
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
