"""Take each wing away in a copy, and see that the rest of the house stands: ``make wings``.

A wing goes together with the wings that import it. Then every module that is left is
imported, ``orosec check`` answers, and a quick part of the core's tests passes. At last all
wings go at once, and all of the core's tests pass.
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
IMPORT = """
import pkgutil, importlib, orosec
for module in pkgutil.walk_packages(orosec.__path__, "orosec."):
    if module.name != "orosec.__main__":
        importlib.import_module(module.name)
"""


def wings() -> dict[str, set[str]]:
    """Return every wing with the wings that it imports."""
    rooms = [path.parent for path in (ROOT / "orosec").glob("*/__init__.py")]
    found = {room.name: _imported(room) for room in rooms if room.name not in CORE}
    found["cli"] = set()  # it offers what is there
    return found


def _imported(room: Path) -> set[str]:
    found: set[str] = set()
    for path in room.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "orosec."
            ):
                found.add(str(node.module).split(".")[1])
    return found - {room.name}


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
        for name in gone:
            shutil.rmtree(copy / "orosec" / name)
            shutil.rmtree(copy / "tests" / name, ignore_errors=True)
        python = [sys.executable, "-W", "error"]
        pytest = ["-m", "pytest", "-q", "-x", "-c", "/dev/null", "--rootdir", folder]
        pytest += ["-p", "no:cacheprovider", "--import-mode=importlib"]
        steps = {
            "import": ["-c", IMPORT],
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
    imports = wings()
    cases = []
    for name in sys.argv[1:] or [*sorted(imports), "all"]:
        every = name == "all"
        gone = set(imports) if every else with_dependents(name, imports)
        cases.append((gone, list(CORE if every else QUICK)))
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
