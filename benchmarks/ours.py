"""orosec's side of every job. Usage: ours.py JOB SIZE REPETITIONS."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from effects import effects
from gates import walled
from networks import flipped, large
from problems import edits, rules_of
from synthetic import packets
from timing import Outcome, Size, main, timed

from orosec.engine.packet_set import EVERYTHING

FLOWS = 1_000_000
FACTS = 200
"""How many verdicts are compared with those of the peers."""


def difference(size: Size, repeats: int) -> Outcome:
    """One-rule edits: every packet whose verdict changes, their number, a witness."""
    from orosec.engine.policy_diff import difference as differ

    pairs = edits(rules_of(size))

    def one(pair: Any) -> int:
        changes = differ(*pair, EVERYTHING)
        assert all(change.packets.witness() for change in changes)
        return sum(change.packets.count() for change in changes)

    every = [timed(repeats, lambda pair=pair: one(pair)) for pair in pairs]
    seconds = [float(np.median(times)) for times, _ in every]
    return Outcome(seconds, {"changed": [count for _, count in every]})


def shadowing(size: Size, repeats: int) -> Outcome:
    """Every rule that decides nothing, with a minimal cover, and conflict or clutter."""
    from orosec.bulk.shadowing import shadowed

    rules = rules_of(size)
    seconds, found = timed(repeats, lambda: shadowed(rules))
    facts = {
        "shadowed": sorted(one.rule.priority for one in found),
        "unions": sum(len(one.covers) > 1 for one in found),
        "conflicts": sum(one.conflict for one in found),
    }
    return Outcome(seconds, facts)


def redundancy(size: Size, repeats: int) -> Outcome:
    """Every rule that can go."""
    from orosec.bulk.shadowing import redundant

    rules = rules_of(size)
    seconds, found = timed(repeats, lambda: redundant(rules))
    return Outcome(seconds, {"redundant": sorted(rule.priority for rule in found)})


def verdicts(size: Size, repeats: int) -> Outcome:
    """A million packets: the rule that decides each."""
    from orosec.bulk.first_match import Matcher

    rules = rules_of(size)
    drawn = packets(rules, FLOWS)
    start = time.perf_counter()
    matcher = Matcher(rules)
    setup = time.perf_counter() - start
    seconds, found = timed(repeats, lambda: matcher.first(*drawn))
    allows = np.array([*(rule.allows for rule in rules), False])[found]
    return Outcome(seconds, {"permitted": allows[:FACTS].tolist()}, FLOWS, setup)


def mutants(size: Size, repeats: int) -> Outcome:
    """Each rule flipped and each taken away: every packet whose verdict changes."""
    rules = rules_of(size)

    def work() -> tuple[int, int]:
        flipped = deleted = 0
        for effect in effects(rules, EVERYTHING):
            flipped += effect.flipped.empty
            deleted += effect.deleted.empty
        return flipped, deleted

    seconds, (flipped, deleted) = timed(repeats, work)
    facts = {"equivalent flips": flipped, "equivalent deletions": deleted}
    return Outcome(seconds, facts, 2 * len(rules))


def pairs(size: int, repeats: int) -> Outcome:
    """50 nodes behind 20 tables: the packets of every pair, and a witness of each."""
    from pairs import all_pairs

    ends, gates = walled(rules=size)

    def work() -> dict[Any, Any]:
        found = all_pairs(ends, gates)
        assert all(one.empty or one.witness() for one in found.values())
        return found

    seconds, found = timed(repeats, work)
    reached = [one for one in found.values() if not one.empty]
    facts = {"pairs": len(reached), "packets": sum(one.count() for one in reached)}
    return Outcome(seconds, facts, len(found))


def flows(size: Size, repeats: int) -> Outcome:
    """A DataFrame of flows against the documented tables, both ends' rules."""
    import pandas as pd

    from orosec.bulk.flows import decide_many

    draw = np.random.default_rng(1)
    numbers = draw.integers(0, 2**32, size)
    texts = [
        ".".join(str(one >> shift & 255) for shift in (24, 16, 8, 0)) for one in numbers
    ]
    table = pd.DataFrame(
        {
            "source": draw.choice(texts[: max(1, size // 10)], size),
            "destination": draw.choice(["web-1", "10.10.0.31", "203.0.113.20"], size),
            "service": draw.choice(["tcp:80", "udp:31194", "tcp:22"], size),
        }
    )
    seconds, found = timed(repeats, lambda: decide_many(table))
    return Outcome(seconds, {"denied": int((found.verdict == "denied").sum())}, size)


def claims(_size: Size, repeats: int) -> Outcome:
    """Every claim, both CDNs, both readings, on a network that nobody asked before."""
    from orosec.claims.register import check
    from orosec.model.network import read_network
    from orosec.model.tables import DOCUMENTED

    networks = [read_network(DOCUMENTED) for _ in range(repeats)]
    seconds, found = timed(repeats, lambda: check(network=networks.pop()))
    return Outcome(seconds, {"judged": len(found), "late": len(found.unexpected)})


def _proposals(repeats: int) -> tuple[Any, list[Any]]:
    """Give the documented network, asked before, and an edit of it for each repetition."""
    from orosec.claims.register import check
    from orosec.model.network import read_network
    from orosec.model.tables import DOCUMENTED

    before = read_network(DOCUMENTED)
    check(network=before)
    ends = {"source": "vpn-gateway", "destination": "database", "services": "tcp:5432"}
    return before, [before.with_rule(f"dba-{k}", "allow", **ends) for k in range(repeats)]


def what_if(_size: Size, repeats: int) -> Outcome:
    """A one-rule edit of the documented tables, and all that it changes, ways as well."""
    from orosec.whatif.diff import diff

    def work() -> tuple[int, int]:
        found = diff(before, proposals.pop())
        return len(found.rows), len(found.journeys)

    before, proposals = _proposals(repeats)
    seconds, (rows, journeys) = timed(repeats, work)
    return Outcome(seconds, {"rows": rows, "journeys": journeys})


def promises(_size: Size, repeats: int) -> Outcome:
    """The same edit: every promise after it, both CDNs, both readings."""
    from orosec.whatif.consequences import consequences

    before, proposals = _proposals(repeats)
    seconds, found = timed(repeats, lambda: consequences(before, proposals.pop()))
    return Outcome(seconds, {"judged": len(found.rows), "broken": len(found.broken)})


def large_check(size: int, repeats: int) -> Outcome:
    """Every claim of a network with many rules, both CDNs, both readings."""
    from orosec.claims.register import check

    network = large(size)
    seconds, found = timed(repeats, lambda: len(check(network=network)), time.process_time)
    return Outcome(seconds, {"judged": found})


def large_diff(size: int, repeats: int) -> Outcome:
    """One rule flipped among many: packets, ways and promises, nothing known before."""
    from orosec.whatif.consequences import consequences
    from orosec.whatif.diff import diff

    before = large(size)
    after = flipped(before, 1)

    def work() -> tuple[int, int]:
        found, told = diff(before, after), consequences(before, after)
        return len(found.rows) + len(found.journeys), len(told.rows)

    seconds, (rows, judged) = timed(repeats, work, time.process_time)
    return Outcome(seconds, {"rows": rows, "judged": judged})


JOBS = {
    "difference": difference,
    "shadowing": shadowing,
    "redundancy": redundancy,
    "verdicts": verdicts,
    "mutants": mutants,
    "pairs": pairs,
    "flows": flows,
    "claims": claims,
    "what-if": what_if,
    "promises": promises,
    "large check": large_check,
    "large diff": large_diff,
}

if __name__ == "__main__":
    main(JOBS)
