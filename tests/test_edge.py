"""pandas stands at the edge: the core, what-if and the panel's logic run without it."""

import subprocess
import sys

import pytest

BLOCKED = ("pandas", "numpy", "click", "pydantic", "anywidget", "ipywidgets", "pytest")
BLOCK = f"import sys\nfor name in {BLOCKED}: sys.modules[name] = None\n"
RUN = """
import pkgutil, importlib, orosec
rooms = ["engine", "model", "claims", "queries", "diagrams", "whatif"]
for room in rooms:
    package = importlib.import_module(f"orosec.{room}")
    for module in pkgutil.iter_modules(package.__path__, f"orosec.{room}."):
        importlib.import_module(module.name)
from orosec.panels import codegen, contents, history, proposal
from orosec import check, consequences, decide, diff, draw, explain, orocloud, safe_change
from orosec import what_would_allow, prove
edited = orocloud.with_rule(
    "dba", "allow", source="vpn-gateway", destination="database", services="tcp:5432"
)
asked = ("vpn-gateway", "database", "tcp:5432")
assert prove().as_expected
assert "permitted" in repr(decide("bridge", "web", "tcp:22"))
assert repr(explain("customer-it", "web", "tcp:22"))
assert len(diff(orocloud, edited).rows) == 1
assert consequences(orocloud, edited).broken
assert len(safe_change(orocloud, edited, *asked).steps) == 3
assert what_would_allow(*asked)
assert "digraph" in draw(orocloud, edited).dot
assert "with_rule" in codegen.code(orocloud, edited)
"""


def run(script):
    done = subprocess.run(
        [sys.executable, "-c", BLOCK + script], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


def test_the_core_what_if_and_the_panel_run_without_pandas():
    """All of it, with pandas, numpy, click and the like blocked."""
    assert run(RUN) == (0, "")


@pytest.mark.parametrize("name", ["pandas", "numpy"])
def test_what_is_blocked_is_blocked(name):
    """The test above would notice."""
    status, said = run(f"import {name}")

    assert status == 1
    assert name in said
