"""Rows are read by field: a column that is added moves nothing."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from effort import later

import orosec

PACKAGE = Path(orosec.__file__).parent
ANSWERS = """
from orosec import check, diff, lint, orocloud, what_would_allow
from orosec.mutation.catalogue import mutants
from orosec.panels.contents import panes
from orosec.panels.proposal import Proposal

RULE = "load-balancer-to-web"
proposal = Proposal(orocloud, orocloud).with_cell(RULE, "services", "tcp:80")
proposal = proposal.with_cell(RULE, "priority", "990")
shown = panes(proposal, "google", "operational")
rules = [rule for group in shown["groups"] for rule in group["rows"]]
owners = {rule["cells"].pop("owner", {"text": None})["text"] for rule in rules}
print(check())
print(diff(orocloud, proposal.network))
print(lint())
print(what_would_allow("bridge", "web", "tcp:22"))
print(shown)
print([mutant.says for mutant in mutants(orocloud)])
print(*owners)
"""


def answers(package):
    """Run what reads rules in a process of its own, and return the lines that it prints."""
    done = subprocess.run(
        [sys.executable, "-c", ANSWERS],
        cwd=package.parent,
        env={**os.environ, "PYTHONPATH": str(package.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def add_after_cdn(path, row, line):
    """Write a line after the one of `cdn`, where a class declares its columns."""
    text = path.read_text(encoding="utf-8")
    pattern = rf"(class {row}\(.*?\n    cdn: Cdn\n)"
    new, found = re.subn(pattern, rf"\1{line}\n", text, count=1, flags=re.DOTALL)
    assert found == 1
    path.write_text(new, encoding="utf-8")


@later
def test_a_column_that_is_added_moves_nothing(tmp_path):
    """A column `owner` after `cdn`, in one line: every answer is the one without it.

    It is read, checked, written and edited, and the panel shows its cells.
    """
    ignored = shutil.ignore_patterns("*.pyc")
    package = Path(shutil.copytree(PACKAGE, tmp_path / "orosec", ignore=ignored))
    *before, owners = answers(package)
    assert owners == "None"
    column = "    owner: Annotated[str, Column(any_text, default='', optional=True)]"
    add_after_cdn(package / "model/rows.py", "RuleRow", column)
    path = package / "data/rules.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = [*rows[0]]
    names.insert(names.index("cdn") + 1, "owner")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "owner": "us"} for row in rows)

    assert answers(package) == [*before, "us"]
