"""z3's side: bit vectors, one formula a rule. Usage: peer_z3.py JOB SIZE REPETITIONS.

It answers a more general question than this project asks, and gives one witness where
orosec gives the whole set.
"""

from __future__ import annotations

import time

import z3
from problems import edits, rules_of
from synthetic import packets
from timing import Outcome, Size, main, timed

from orosec.engine.decision_diagram import DETAIL_TOPS
from orosec.engine.packet_set import ANY_SERVICE
from orosec.engine.policy import Rule

FLOWS = 50
SOURCE, DESTINATION = z3.BitVecs("source destination", 32)
PROTOCOL, DETAIL = z3.BitVec("protocol", 8), z3.BitVec("detail", 16)


def within(field, first: int, last: int):
    """Say that *field* lies between; a prefix is compared by its bits alone."""
    width, size = field.size(), last - first + 1
    bits = size.bit_length() - 1
    if size == 1 << bits and first % size == 0:
        if bits == width:
            return z3.BoolVal(val=True)
        return z3.Extract(width - 1, bits, field) == first >> bits
    return z3.And(z3.UGE(field, first), z3.ULE(field, last))


def matches(rule: Rule):
    """Say what a rule matches."""
    ends = [
        z3.Or([within(field, *span) for span in spans])
        for field, spans in ((SOURCE, rule.sources), (DESTINATION, rule.destinations))
    ]
    if rule.services == ANY_SERVICE:
        return z3.And(*ends)  # every packet that exists
    services = [
        z3.And(
            z3.UGE(PROTOCOL, first),
            z3.ULE(PROTOCOL, last),
            z3.Or([within(DETAIL, *span) for span in details]),
        )
        for first, last, details in rule.services
    ]
    return z3.And(*ends, z3.Or(services))


def exists():
    """Say that the detail fits the protocol."""
    named = [
        z3.And(number == PROTOCOL, z3.ULE(DETAIL, top))
        for number, top in DETAIL_TOPS.items()
    ]
    others = z3.And([number != PROTOCOL for number in DETAIL_TOPS])
    return z3.Or(*named, z3.And(others, DETAIL == 0))


def permits(rules, terms):
    """Say that the first rule that matches allows."""
    result = z3.BoolVal(val=False)
    for rule in reversed(rules):
        result = z3.If(terms(rule), z3.BoolVal(rule.allows), result)
    return result


def difference(size: Size, repeats: int) -> Outcome:
    """One witness of a difference, or the proof that there is none."""
    pairs = edits(rules_of(size))
    known = {}

    def terms(rule):
        key = rule[3:]
        if key not in known:
            known[key] = matches(rule)
        return known[key]

    start = time.perf_counter()
    before = permits(pairs[0].before, terms)
    setup = time.perf_counter() - start
    seconds, differ = [], []
    for pair in pairs:

        def work(pair=pair):
            solver = z3.Solver()
            solver.add(exists(), before != permits(pair.after, terms))
            return solver.check() == z3.sat and bool(solver.model())

        times, found = timed(repeats, work)
        seconds.append(sorted(times)[len(times) // 2])
        differ.append(bool(found))
    return Outcome(seconds, {"differ": differ}, setup=setup)


def shadowing(size: Size, repeats: int) -> Outcome:
    """For each rule in order: is there a packet of it that none before matches?"""
    rules = rules_of(size)

    def work():
        solver = z3.Solver()
        solver.add(exists())
        dead = []
        for rule in rules:
            term = matches(rule)
            solver.push()
            solver.add(term)
            if solver.check() == z3.unsat:
                dead.append(rule.priority)
            solver.pop()
            solver.add(z3.Not(term))
        return dead

    seconds, dead = timed(repeats, work)
    return Outcome(seconds, {"shadowed": dead})


def verdicts(size: Size, repeats: int) -> Outcome:
    """Put a packet into the formula and simplify it to true or false."""
    rules = rules_of(size)
    drawn = [tuple(map(int, one)) for one in zip(*packets(rules, 1_000_000), strict=True)][
        :FLOWS
    ]
    start = time.perf_counter()
    formula = permits(rules, matches)
    setup = time.perf_counter() - start
    fields = SOURCE, DESTINATION, PROTOCOL, DETAIL

    def work():
        found = []
        for packet in drawn:
            values = [
                (field, z3.BitVecVal(value, field.size()))
                for field, value in zip(fields, packet, strict=True)
            ]
            found.append(z3.is_true(z3.simplify(z3.substitute(formula, *values))))
        return found

    seconds, found = timed(repeats, work)
    return Outcome(seconds, {"permitted": found}, FLOWS, setup)


if __name__ == "__main__":
    main({"difference": difference, "shadowing": shadowing, "verdicts": verdicts})
