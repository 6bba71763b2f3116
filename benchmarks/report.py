"""The page of results: machine, bars, what differs, growth."""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

PEER_PACKAGES = {
    "z3": "z3-solver",
    "cudd": "dd",
    "aerleon": "aerleon",
    "capirca": "capirca",
}
COLUMNS = ("orosec", "z3", "cudd", "aerleon", "capirca")

_HEAD = """\
# Performance

*Code spans here are not facts.*

Written by `make bench`; do not edit it by hand. Medians of {repeats} runs, each program in
a process of its own, one after the other, on one machine; numbers beside each other were
taken in one run. orosec is made for boxes of packets and reuses what stands near; z3 and
CUDD answer more general questions.
"""

_EXPONENT = """\
Seconds at each number of rules (for pairs: rules in all 20 tables; for verdicts: a million
of them, which for the peers is their rate over some calls). The exponent is the slope of
the time over the number of rules, both in logarithms, over the last decade; over all sizes
in brackets.
"""

_IMITATIONS = """\
What holds of the rules above need not hold of others. These are sets of filters in the
shape of three of ClassBench's, made by `benchmarks/imitation.py`, with source ports and
TCP flags left out. **They are imitations**: ClassBench is free for research and
teaching only, so its seeds are not kept here. They come with the program (`classbench-ng`
on GitHub has them, too); `db_generator -bc fw1_seed 10000 0 0 0 FILE` makes a set, and
`python benchmarks/run.py --filters widen:FILE` measures it.

In *fw1* one end of most filters is narrow and the other is nearly all addresses, so that
very many overlap; in *acl1* and *ipc1* few do. A check that holds a rule against each that
it meets grows almost with the square there: shadowing did, with exponent 2.3 in this *fw1*
and 6 s for 10 000 filters (1.9 was found in sets of ClassBench's own seed), until it looked
for a cover among few rules first.
"""


class Bar(NamedTuple):
    """What a job promises, in words and as a number.

    Attributes:
        title: the job in words.
        bar: the bar in words; empty where none was set.
        limit: seconds at most, or units a second at least.
        rate: whether it is measured as a rate.
        differs: what the programs return, and how that differs.
    """

    title: str
    bar: str = ""
    limit: float = math.inf
    rate: bool = False
    differs: str = ""


BARS = {
    "difference": Bar(
        "one-rule exact difference, {size} rules",
        "under 10 ms",
        0.010,
        differs="Twenty edits: a rule flipped, taken away, put in, narrowed or moved. "
        "orosec and CUDD give every packet whose verdict changes, and their exact number; "
        "orosec adds a witness and the deciding rules before and after. z3 gives one "
        "witness. The list before the edit is known to all of them already: CUDD keeps "
        "its diagram, z3 its formula; orosec keeps nothing.",
    ),
    "shadowing": Bar(
        "exact shadowing, {size} rules",
        "under 1 s",
        1.0,
        differs="orosec, z3 and CUDD find the same rules. orosec adds a minimal set of "
        "covering rules for each, and whether it would have decided otherwise. aerleon and "
        "capirca compare pairs of terms: they name the covering term, and miss what only "
        "several cover together; a term with an ICMP type shades nothing there.",
    ),
    "redundancy": Bar(
        "every rule that can go, {size} rules",
        differs="None of the peers has such a question; that of mutants is the same one.",
    ),
    "verdicts": Bar(
        "verdicts at {size} rules",
        "over 1 million/s",
        1e6,
        rate=True,
        differs="orosec judges a table of packets at once and names the deciding rule. The "
        "others judge one packet a call: CUDD says permitted or not, aerleon and capirca "
        "name the term. Encoding the rules is not counted for any of them.",
    ),
    "mutants": Bar(
        "flip and delete every rule of {size}",
        "under 1 s",
        1.0,
        differs="orosec and CUDD give the exact packets of every mutant, or the proof that "
        "it is equivalent. CUDD is given the same idea as orosec, not a list for each.",
    ),
    "pairs": Bar(
        "50 nodes, 20 tables of {size} rules: all pairs",
        "under 1.5 s",
        1.5,
        differs="Both give the exact packets of each of the 2 450 pairs, and a witness of "
        "each that is not empty.",
    ),
    "flows": Bar(
        "a DataFrame of {size} flows against the documented tables",
        rate=True,
        differs="Text in, both ends' rules, verdicts and rule names out.",
    ),
    "claims": Bar("every claim, both CDNs, both readings", "under 50 ms", 0.050),
    "what-if": Bar(
        "one-rule edit of the documented tables, all it changes", "under 20 ms", 0.020
    ),
    "large check": Bar(
        "every claim beside {size} synthetic rules, both CDNs, both readings",
        differs="Time of the processor, in fresh processes; the rules stand beside the "
        "documented ones.",
    ),
    "large diff": Bar(
        "one of {size} synthetic rules flipped: packets, ways and every promise",
        differs="The same, of a network that nobody asked before.",
    ),
    "promises": Bar("the same edit, every promise judged after it", "under 100 ms", 0.100),
}


def page(results: dict[str, Any]) -> str:
    """Write the page; all that it says is in *results*."""
    parts = [_HEAD.format(repeats=results["repeats"])]
    if results["quick"]:
        parts.append("**A quick run: small sizes, once each. It shows no bar.**\n")
    parts += [results["machine"], "## Bars\n\n" + _bars(results)]
    if results["suite"]:
        parts.append("## What a reader of the suite waits for\n\n" + _suite(results))
    parts += [
        "## What differs\n\n" + _differs(results),
        "## Growth\n\n" + _growth(results),
    ]
    if results["imitations"]:
        parts.append("## In ClassBench's shape\n\n" + _imitations(results))
    return "\n".join(parts)


def machine(peers: Path | None) -> str:
    """Say on what machine, with what versions, and under what load."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip()
            for line in info.read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    versions = [f"{name} {version(name)}" for name in ("numpy", "pandas")]
    versions += _peer_versions(peers)
    lines = [
        f"- {datetime.now(UTC).date()}, {model}, {os.cpu_count()} cores, {memory:.0f} GiB",
        f"- {platform.system()}, Python {platform.python_version()}; {', '.join(versions)}",
        f"- load when the run ended: {load:.1f}",
    ]
    return "\n".join(lines) + "\n"


def _peer_versions(peers: Path | None) -> list[str]:
    if peers is None:
        return []
    names = sorted(PEER_PACKAGES.values())
    code = "import sys, importlib.metadata as m; print(*map(m.version, sys.argv[1:]))"
    done = subprocess.run(
        [str(peers), "-c", code, *names], capture_output=True, text=True, check=True
    )
    found = done.stdout.split()
    return [f"{name} {number}" for name, number in zip(names, found, strict=True)]


def _bars(results: dict[str, Any]) -> str:
    head = ("job", "bar", "orosec", "met", *("z3", "CUDD (dd)", "aerleon", "capirca"))
    rows = [head, ("---",) * len(head)]
    for name, measured in results["jobs"].items():
        bar, told = BARS[name], measured["told"]
        size = measured["size"]
        title = bar.title.format(size=f"{size:,}".replace(",", " "))
        cells = [_shown(bar, told.get(who)) for who in COLUMNS]
        met = _met(bar, told["orosec"])
        rows.append((title, bar.bar or "–", cells[0], met, *cells[1:]))
    return _table(rows) + "\n"


def value(bar: Bar, told: dict[str, Any]) -> float:
    """Give the median: seconds, or units a second."""
    middle = median(told["seconds"])
    return told["units"] / middle if bar.rate else middle


def _met(bar: Bar, told: dict[str, Any]) -> str:
    if math.isinf(bar.limit):
        return "–"
    found = value(bar, told)
    return "yes" if (found > bar.limit if bar.rate else found < bar.limit) else "**no**"


def _shown(bar: Bar, told: dict[str, Any] | None) -> str:
    if told is None:
        return "–"
    found = value(bar, told)
    text = rate(found) if bar.rate else seconds(found)
    worst = max(told["seconds"])
    if "changed" in told["facts"] or "differ" in told["facts"]:
        text += f" (worst edit {seconds(worst)})"
    if "shadowed" in told["facts"]:
        text += f", {told['facts']['shadowed']} found"
    return text


def seconds(number: float) -> str:
    """Write a time with a unit that fits."""
    if number < 0.001:
        return f"{number * 1e6:.0f} µs"
    if number < 1:
        return f"{number * 1e3:.3g} ms"
    return f"{number:.3g} s" if number < 1000 else f"{number:,.0f} s".replace(",", " ")


def rate(number: float) -> str:
    """Write a rate."""
    if number >= 1e6:
        return f"{number / 1e6:.2f} million/s"
    return f"{number:,.0f}/s".replace(",", " ")


def _table(rows: list[tuple[str, ...]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def _suite(results: dict[str, Any]) -> str:
    head = ("what", "time", "against", "time", "ratio", "bar", "met")
    rows = [head, ("---",) * len(head)]
    for what, own, against, base, bar in results["suite"]:
        ratio = own / base
        met = "yes" if ratio <= bar else "**no**"
        cells = (
            what,
            seconds(own),
            against,
            seconds(base),
            f"{ratio:.2f}",
            f"{bar:.2f}",
            met,
        )
        rows.append(cells)
    return _table(rows)


def _differs(results: dict[str, Any]) -> str:
    lines = []
    for name, measured in results["jobs"].items():
        if BARS[name].differs:
            peak = measured["told"]["orosec"]["megabytes"]
            lines.append(
                f"- *{name}*: {BARS[name].differs} Peak memory of orosec: {peak} MB."
            )
    return "\n".join(lines) + "\n"


def _growth(results: dict[str, Any]) -> str:
    told = {name: found for name, found in results["growth"].items() if found}
    lines = [_EXPONENT]
    if results["plotted"]:
        lines.append(
            "![Time over the number of rules, a line a program, logarithms on both "
            "axes; the numbers stand in the table below](growth.svg)\n"
        )
    for name, programs in told.items():
        sizes = sorted({int(size) for found in programs.values() for size in found})
        head = ("program", *(str(rules_at(name, size)) for size in sizes), "exponent")
        rows = [head, ("---",) * len(head)]
        for who, found in programs.items():
            cells = [
                seconds(found[str(size)] * scale(name)) if str(size) in found else "–"
                for size in sizes
            ]
            rows.append((who, *cells, exponents(found)))
        lines.append(f"### {name}\n\n{_table(rows)}")
    return "\n".join(lines)


def _imitations(results: dict[str, Any]) -> str:
    """Tell of each job what each kind of filter sets takes."""
    parts = [_IMITATIONS]
    for name, kinds in results["imitations"].items():
        sizes = list(next(iter(kinds.values())))
        rows = [("set", *sizes, "exponent"), ("---",) * (len(sizes) + 2)]
        for kind, told in kinds.items():
            per = {
                size: one["units"] if name == "verdicts" else 1
                for size, one in told.items()
            }
            found = {size: median(told[size]["seconds"]) / per[size] for size in sizes}
            cells = [
                seconds(found[size] * scale(name)) + _found(name, told[size])
                for size in sizes
            ]
            rows.append((kind, *cells, exponents(found).split()[0]))
        parts.append(f"### {name}, by the shape of the set\n\n{_table(rows)}")
    return "\n".join(parts)


def _found(job: str, told: dict[str, Any]) -> str:
    """Say how many rules a job found, where it looks for rules."""
    facts = {"shadowing": "shadowed", "redundancy": "redundant"}
    return f", {told['facts'][facts[job]]} found" if job in facts else ""


def rules_at(name: str, size: int) -> int:
    """Give how many rules there are in all."""
    return 20 * size if name == "pairs" else size


def scale(name: str) -> float:
    """Give what one measured time stands for: a million verdicts, else one job."""
    return 1e6 if name == "verdicts" else 1.0


def exponents(found: dict[str, float]) -> str:
    """Give the slopes of time over size, both in logarithms: the last decade, and (all)."""
    points = [(math.log(int(size)), math.log(time)) for size, time in found.items()]
    last = [point for point in points if point[0] >= points[-1][0] - math.log(10) - 1e-9]
    if len(points) < 2:
        return "–"
    return f"{_slope(last):.2f} ({_slope(points):.2f})"


def _slope(points: list[tuple[float, float]]) -> float:
    middle = [sum(axis) / len(points) for axis in zip(*points, strict=True)]
    over = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    under = sum((x - middle[0]) ** 2 for x, _ in points)
    return over / under if under else math.nan


if __name__ == "__main__":  # the page again, from results that were kept
    folder = Path(__file__).parent.parent / "docs"
    kept = json.loads((folder / "performance.json").read_text(encoding="utf-8"))
    print(page(kept))
