"""Verbs: each is declared in one place, and everything that speaks of verbs follows."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import orosec
from orosec.claims import verbs
from orosec.claims.verbs import REGISTRY, OnPackets

SOME = '''

class AllowsSome(OnPackets, name="allows-some"):
    """Some of the traffic passes, if not all of it."""

    def split(self) -> tuple[PacketSet, PacketSet]:
        """Return the traffic, and all of it where none passes."""
        barred = self.scope.isdisjoint(self.passing)
        return self.scope, self.scope if barred else NOTHING
'''
CELLS = {
    "sentence": "GL3",
    "cdn": "google",
    "reading": "both",
    "level": "permitted",
    "verb": "allows-some",
    "source": "internet",
    "services": "all",
    "basis": "documented",
    "says": "some of it gets in",
    "means": "a door is open",
}
ROWS = [
    {"claim": "GL3-door", "destination": "load-balancer", "expected": "holds"},
    {"claim": "GL3-wall", "destination": "database", "expected": "broken"},
]
JUDGED = """
from orosec import check, decide

verdicts = check("GL3-door", "GL3-wall")
for verdict in verdicts:
    print(verdict.claim.claim, verdict.verdict, verdict.rests_on[0][1])
print(verdicts)
print(decide("internet", "load-balancer", "tcp:443").claims)
"""
HELP = "from orosec.claims import verbs; help(verbs)"


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A copy of the package with one more class, and two claims that use it."""
    ignored = shutil.ignore_patterns("*.pyc")
    folder = tmp_path_factory.mktemp("copy") / "orosec"
    copy = Path(shutil.copytree(Path(orosec.__file__).parent, folder, ignore=ignored))
    with (copy / "claims/verbs.py").open("a", encoding="utf-8") as stream:
        stream.write(SOME)
    add_claims(copy / "data", ROWS)
    return copy


def add_claims(folder, rows):
    """Write more rows at the end of the claims of a folder."""
    with (folder / "claims.csv").open(encoding="utf-8", newline="") as stream:
        columns = next(csv.reader(stream))
    with (folder / "claims.csv").open("a", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writerows({**CELLS, **row} for row in rows)


def run(package, *command):
    """Run Python on the copy; return the lines that it says, of answers and of faults."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=package.parent,
        env={**os.environ, "PYTHONPATH": str(package.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout + done.stderr).splitlines()


def test_a_verb_is_one_class(package):
    """Its claims are read, judged, shown with evidence and rules, and found by a packet."""
    told = run(package, "-c", JUDGED)

    assert told[:2] == ["GL3-door holds visitors-to-load-balancer"] * 2
    assert told[2:4] == ["GL3-wall broken application-implied-ingress"] * 2
    assert any("GL3-door" in line and "e.g. 198.51.100.99" in line for line in told[4:])
    assert any("GL3-wall" in line and "known contradiction" in line for line in told[4:])
    assert told[-1] == "('GL2-everybody', 'GL3-door')"


def test_a_claim_fills_in_what_its_verb_asks_for(package, tmp_path):
    """No other cells and levels; a word that is no verb gets the nearest that is."""
    folder = shutil.copytree(package / "data", tmp_path / "bad")
    odd = {"level": "journey", "services": "", "via": "nat"}
    misspelt = {"claim": "GL3-gate", "verb": "allows-sum"}
    add_claims(folder, [{**ROWS[0], "claim": "GL3-odd", **odd}, {**ROWS[0], **misspelt}])

    _, *faults = run(package, "-m", "orosec", "check", "--tables", str(folder))

    needs, of_no_use, level, unknown = faults
    assert "services: '' is empty, and the verb allows-some needs it" in needs
    assert "via: 'nat' is of no use to the verb allows-some" in of_no_use
    assert "'journey' is no level for the verb allows-some" in level
    assert "did you mean 'allows-some'" in unknown


def test_help_names_a_verb(package):
    """With what it means, and what it needs."""
    told = "\n".join(run(package, "-c", HELP))

    assert "name = 'allows-some'" in told
    assert "Some of the traffic passes, if not all of it." in told


def test_no_two_verbs_have_one_name():
    """The second is refused, and the first stays."""
    with pytest.raises(ValueError, match="allows"):

        class Permits(OnPackets, name="allows"):
            """All of the traffic passes."""

    assert REGISTRY["allows"] is verbs.Allows


def test_nobody_puts_a_verb_in_from_outside():
    """What is registered is read only: a verb comes by its class."""
    with pytest.raises(TypeError):
        REGISTRY["allows"] = REGISTRY["denies"]
