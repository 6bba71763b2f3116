"""One measurement: a job run several times in a process of its own, told as JSON.

Each program here (`ours.py`, the peers) has a table of jobs. A job takes a size, makes
its input outside of the clock, and gives an `Outcome`: the seconds of each repetition,
and facts by which the answers of several programs are held against each other.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

Size: TypeAlias = int | str
"""A number of rules that nobody wrote, or the name of a file of filters."""


class Outcome(NamedTuple):
    """What a job gives.

    Attributes:
        seconds: the time of each repetition.
        facts: what the answer says, for comparison.
        units: how many things a repetition does, where a rate is of interest.
        setup: seconds spent once before, such as encoding rules.
    """

    seconds: list[float]
    facts: dict[str, Any]
    units: int = 1
    setup: float = 0.0


def timed(
    repeats: int,
    work: Callable[[], Any],
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[list[float], Any]:
    """Run *work* some times; give the seconds of each on a *clock*, and the last answer."""
    seconds, answer = [], None
    for _ in range(repeats):
        answer = None
        gc.collect()
        start = clock()
        answer = work()
        seconds.append(clock() - start)
    return seconds, answer


def main(jobs: Mapping[str, Callable[[Any, int], Outcome]]) -> None:
    """Run the job, size and repetitions named on the command line."""
    name, size, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3])
    size = int(size) if size.isdigit() else size
    outcome = jobs[name](size, repeats)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    print(json.dumps({**outcome._asdict(), "megabytes": round(peak * unit / 1e6)}))
