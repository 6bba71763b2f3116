"""Measure everything, beside the peers, and write ``docs/performance.md``.

``make bench`` calls it. Each measurement runs in a process of its own, one at a time;
the answers of all programs are held against each other, and a run in which they disagree
fails and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from imitation import SHAPES
from report import machine, page
from suite import suite_rows

from orosec.model.files import replace_file

HERE = Path(__file__).parent
ROOT = HERE.parent
DOCS = ROOT / "docs"
REPEATS = 5
LONG = 5.0
"""A repetition of more seconds than this is not repeated where growth is measured."""

OURS, SUITE, IMITATIONS = "orosec", "suite", "imitations"
ASKED = ("shadowing", "redundancy", "difference", "verdicts")
"""What a set of filters in ClassBench's shape is asked."""
PEERS = ("z3", "cudd", "aerleon", "capirca")
DECADES = (100, 300, 1000, 3000, 10000)
DECADE = (1000, 5000, 10000)


class Job(NamedTuple):
    """One row of the table.

    Attributes:
        name: the job, as the programs call it.
        size: how many rules the bar speaks of (rules a table, for pairs).
        peers: who runs beside it.
        growth: the sizes at which orosec is measured, too.
        peer_growth: the same for the peers.
        fresh: whether each repetition needs a process of its own.
    """

    name: str
    size: int
    peers: tuple[str, ...] = ()
    growth: tuple[int, ...] = DECADES
    peer_growth: tuple[int, ...] = (100, 300, 1000)
    fresh: bool = False


JOBS = (
    Job("difference", 1000, ("z3", "cudd")),
    Job("shadowing", 5000, PEERS),
    Job("redundancy", 5000),
    Job("verdicts", 5000, PEERS),
    Job("mutants", 1000, ("cudd",)),
    Job("pairs", 200, ("cudd",), (5, 15, 50, 150, 500), (5, 15, 50, 150)),
    Job("flows", 1_000_000, growth=()),
    Job("claims", 0, growth=(), fresh=True),
    Job("what-if", 0, growth=()),
    Job("promises", 0, growth=()),
    Job("large check", 5000, growth=(), fresh=True),
    Job("large diff", 5000, growth=(), fresh=True),
)


class Quick(NamedTuple):
    """Small sizes, to see that everything works."""

    @staticmethod
    def of(job: Job) -> Job:
        """Make a job small."""
        size = min(job.size, 100 if job.name != "pairs" else 10)
        growth = job.growth[:3] if job.name != "mutants" else job.growth[:2]
        return job._replace(size=size, growth=growth, peer_growth=job.peer_growth[:1])


class Runner:
    """Starts the programs, one at a time, and keeps what they told."""

    def __init__(self, peers: Path | None, repeats: int) -> None:
        self.peers, self.repeats = peers, repeats
        self.told: dict[tuple[str, str, int | str], dict[str, Any]] = {}

    def measure(self, who: str, job: Job, size: int | str, repeats: int) -> dict[str, Any]:
        """Run one program on one size."""
        print(f"{job.name} {size}: {who}", file=sys.stderr, flush=True)
        if job.fresh:
            runs = [self._run(who, job.name, size, 1) for _ in range(repeats)]
            told = {**runs[0], "seconds": [run["seconds"][0] for run in runs]}
        else:
            told = self._run(who, job.name, size, repeats)
        self.told[who, job.name, size] = told
        return told

    def grow(self, who: str, job: Job, size: int) -> dict[str, Any]:
        """Measure once, and as often as at the bar where that is quick."""
        key = (who, job.name, size)
        if key in self.told:
            return self.told[key]
        told = self.measure(who, job, size, 1)
        if max(told["seconds"]) < LONG and self.repeats > 1:
            told = self.measure(who, job, size, self.repeats)
        return told

    def _run(self, who: str, job: str, size: int | str, repeats: int) -> dict[str, Any]:
        python = sys.executable if who == OURS else str(self.peers)
        program = HERE / ("ours.py" if who == OURS else f"peer_{who}.py")
        done = subprocess.run(
            [python, str(program), job, str(size), str(repeats)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{who} failed at {job} {size}:\n{done.stderr}")
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told


def agree(job: Job, told: dict[str, dict[str, Any]]) -> None:
    """Stop where a program answers otherwise than orosec does."""
    mine = told[OURS]["facts"]
    for who, one in told.items():
        facts = one["facts"]
        for key, value in facts.items():
            if key == "differ":
                same = value == [bool(count) for count in mine["changed"]]
            elif key == "permitted at":
                same = all(mine["permitted"][int(at)] == it for at, it in value.items())
            elif key == "permitted":
                shorter = min(len(value), len(mine[key]))
                same = value[:shorter] == mine[key][:shorter]
            elif key == "shadowed" and who in ("aerleon", "capirca"):
                same = set(value) <= set(mine[key])
            else:
                same = value == mine[key]
            if not same:
                sys.exit(f"{who} and {OURS} disagree at {job.name}: {key}")


def main() -> None:
    """Measure, compare, write."""
    options = _options()
    runner = Runner(options.peers, 1 if options.quick else options.repeats)
    jobs = [Quick.of(job) if options.quick else job for job in JOBS]
    if options.only:
        jobs = [job for job in jobs if job.name in options.only]
    if options.filters:
        measured = _filters(runner, jobs, options.filters)
        print(json.dumps(measured, indent=2))
        return
    # The suite first: where one of its tests fails, nothing has been measured in vain.
    whole = not options.only or SUITE in options.only
    suite = suite_rows(ROOT, runner.repeats) if whole else []
    results: dict[str, Any] = {"repeats": runner.repeats, "suite": suite}
    results |= {"quick": options.quick, "plotted": bool(options.peers and options.output)}
    results |= {"jobs": {}, "growth": {}, IMITATIONS: {}}
    if not options.only or IMITATIONS in options.only:
        results[IMITATIONS] = _imitations(runner, options.quick)
    for job in jobs:
        peers = job.peers if options.peers else ()
        told = {
            who: runner.measure(who, job, job.size, runner.repeats)
            for who in (OURS, *peers)
        }
        agree(job, told)
        kept = {who: _brief(one) for who, one in told.items()}
        results["jobs"][job.name] = {"size": job.size, "told": kept}
        results["growth"][job.name] = _growth(runner, job, peers)
    _write(results, options)


def _brief(told: dict[str, Any]) -> dict[str, Any]:
    """Keep how many facts there are, once they were compared."""
    facts = {
        name: len(fact) if isinstance(fact, list | dict) else fact
        for name, fact in told["facts"].items()
    }
    return {**told, "facts": facts}


def _growth(runner: Runner, job: Job, peers: tuple[str, ...]) -> dict[str, Any]:
    """Give the seconds of each program at each size, once the answers agree."""
    found: dict[str, dict[int, float]] = {}
    for size in job.growth:
        programs = (OURS, *(peers if size in job.peer_growth else ()))
        told = {who: runner.grow(who, job, size) for who in programs}
        agree(job, told)
        for who, one in told.items():
            per = one["units"] if job.name == "verdicts" else 1
            found.setdefault(who, {})[size] = median(one["seconds"]) / per
    for who in (OURS, *peers) if job.growth else ():
        one = runner.told[who, job.name, job.size]
        per = one["units"] if job.name == "verdicts" else 1
        found.setdefault(who, {})[job.size] = median(one["seconds"]) / per
    return {
        who: {str(size): seconds for size, seconds in sorted(sizes.items())}
        for who, sizes in found.items()
    }


def _imitations(runner: Runner, quick: bool) -> dict[str, Any]:
    """Ask the kinds of filter sets, job by job: what each takes at each size."""
    return {
        job.name: {
            kind: {
                str(size): _brief(
                    runner.measure(OURS, job, f"{kind}:{size}", runner.repeats)
                )
                for size in (DECADES[:2] if quick else DECADE)
            }
            for kind in SHAPES
        }
        for job in JOBS
        if job.name in ASKED
    }


def _filters(runner: Runner, jobs: list[Job], path: str) -> dict[str, Any]:
    """Run what a list of rules can be asked on a file of filters, and print it."""
    asked = [job for job in jobs if job.growth and job.name != "pairs"]
    return {
        job.name: runner.measure(OURS, job, path, runner.repeats)["seconds"]
        for job in asked
    }


def _write(results: dict[str, Any], options: argparse.Namespace) -> None:
    results["machine"] = machine(options.peers)
    if options.only and options.output:
        results = _added(results, options.output)
    text = page(results)
    if options.output is None:
        print(text)
        return
    options.output.mkdir(parents=True, exist_ok=True)
    raw = json.dumps(results, indent=1) + "\n"
    replace_file(options.output / "performance.json", raw.encode())
    replace_file(options.output / "performance.md", text.encode())
    if options.peers:
        plot = [str(options.peers), str(HERE / "plot.py"), str(options.output)]
        subprocess.run(plot, check=True)


def _added(results: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Put new figures beside those that stand there, and say when they were taken."""
    kept: dict[str, Any] = json.loads((folder / "performance.json").read_text("utf-8"))
    names = ", ".join([*results["jobs"], *([IMITATIONS] if results[IMITATIONS] else [])])
    when = f"- *{names}* in a later run:\n" + results["machine"].replace("- ", "  - ")
    parts = {name: kept[name] | results[name] for name in ("jobs", "growth")}
    parts[IMITATIONS] = results[IMITATIONS] or kept[IMITATIONS]
    return {**kept, **parts, "machine": kept["machine"] + when}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--peers", type=Path, help="the Python that has the peers installed"
    )
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, once; print only"
    )
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument(
        "--only", action="append", choices=[*(job.name for job in JOBS), SUITE, IMITATIONS]
    )
    parser.add_argument("--filters", metavar="FILE", help="a ClassBench set; widen:FILE")
    parser.add_argument("--output", type=Path, help="where the page goes; default docs")
    options = parser.parse_args()
    if options.output is None and not (options.quick or options.only):
        options.output = DOCS
    return options


if __name__ == "__main__":
    main()
