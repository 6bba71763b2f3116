"""Draw growth as SVG, from ``performance.json``. Usage: plot.py FOLDER."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt
from report import BARS, rules_at, scale

COLOURS = {
    "orosec": "#0072b2",
    "z3": "#d55e00",
    "cudd": "#009e73",
    "aerleon": "#cc79a7",
    "capirca": "#e69f00",
}
MARKS = {"orosec": "o", "z3": "s", "cudd": "^", "aerleon": "v", "capirca": "D"}


def draw(folder: Path) -> None:
    """Draw one panel a job, a line a program."""
    told = json.loads((folder / "performance.json").read_text(encoding="utf-8"))
    growth = {name: found for name, found in told["growth"].items() if found}
    mpl.rcParams.update({"svg.hashsalt": "orosec", "font.size": 9, "svg.fonttype": "none"})
    figure, axes = plt.subplots(2, 3, figsize=(10, 6.4), layout="constrained")
    for panel, (name, programs) in zip(axes.flat, growth.items(), strict=False):
        for who, found in programs.items():
            sizes = [rules_at(name, int(size)) for size in found]
            times = [seconds * scale(name) for seconds in found.values()]
            panel.loglog(sizes, times, color=COLOURS[who], marker=MARKS[who], label=who)
        limit = 1e6 / BARS[name].limit if BARS[name].rate else BARS[name].limit
        if limit < float("inf"):
            at = rules_at(name, told["jobs"][name]["size"])
            panel.plot([at], [limit], "x", color="black", markersize=9, label="the bar")
        unit = "a million verdicts" if name == "verdicts" else "seconds"
        bar = f" (bar: {BARS[name].bar})" if BARS[name].bar else ""
        panel.set_title(f"{name}{bar}", loc="left", fontsize=9)
        panel.set_xlabel("rules")
        panel.set_ylabel(f"seconds for {unit}" if name == "verdicts" else unit)
        panel.grid(visible=True, which="major", color="#dddddd")
        panel.legend(frameon=False, fontsize=8)
    for panel in axes.flat[len(growth) :]:
        panel.axis("off")
    figure.patch.set_facecolor("white")
    figure.savefig(folder / "growth.svg", metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
