"""CUDD's side, through dd: binary decision diagrams. Usage: see ours.py.

It gives whole sets, as orosec does, over single bits instead of intervals. For mutants it
gets the idea that makes orosec fast: what a rule decides, and what the rules behind it
would permit, are computed once for all.
"""

from __future__ import annotations

import time
from functools import reduce
from operator import or_

from dd import cudd
from gates import walled
from problems import edits, rules_of, tables_of
from synthetic import packets
from timing import Outcome, Size, main, timed

from orosec.engine.decision_diagram import DETAIL_TOPS
from orosec.engine.packet_set import ANY_SERVICE
from orosec.engine.policy import Rule

FLOWS = 2000
WIDTHS = {"s": 32, "d": 32, "p": 8, "t": 16}


class Diagrams:
    """A manager with one variable a bit, the highest bit of the source on top."""

    def __init__(self) -> None:
        self.bdd = cudd.BDD()
        self.bdd.configure(reordering=False)
        self.names = {
            field: [f"{field}{bit}" for bit in range(width)]
            for field, width in WIDTHS.items()
        }
        self.bdd.declare(*(name for names in self.names.values() for name in names))
        self.true, self.false = self.bdd.true, self.bdd.false
        self.known = {}
        self.exists = self._exists()

    def span(self, field: str, first: int, last: int):
        """Give the numbers of a field from *first* to *last*."""
        width = WIDTHS[field]
        size = last - first + 1
        bits = size.bit_length() - 1
        if size == 1 << bits and first % size == 0:
            names = self.names[field][: width - bits]
            return self.bdd.cube(
                {name: bool(first >> width - 1 - k & 1) for k, name in enumerate(names)}
            )
        return self._bound(field, first, at_least=True) & self._bound(
            field, last, at_least=False
        )

    def _bound(self, field: str, value: int, *, at_least: bool):
        node = self.true
        for place, name in enumerate(reversed(self.names[field])):
            bit = self.bdd.var(name)
            one = value >> place & 1
            if at_least:
                node = bit & node if one else bit | node
            else:
                node = ~bit | node if one else ~bit & node
        return node

    def rule(self, rule: Rule):
        """Give what a rule matches; a rule that stays the same is encoded once."""
        key = rule[3:]
        if key not in self.known:
            self.known[key] = self._rule(*key)
        return self.known[key]

    def _rule(self, sources, destinations, services):
        ends = self.any("s", sources) & self.any("d", destinations)
        if services == ANY_SERVICE:
            return ends  # what exists is asked at the end
        runs = (
            self.span("p", first, last) & self.any("t", details)
            for first, last, details in services
        )
        return ends & reduce(or_, runs)

    def any(self, field: str, spans):
        return reduce(or_, (self.span(field, *span) for span in spans))

    def _exists(self):
        named, others = self.false, self.true
        for number, top in DETAIL_TOPS.items():
            protocol = self.span("p", number, number)
            named |= protocol & self.span("t", 0, top)
            others &= ~protocol
        return named | (others & self.span("t", 0, 0))

    def permitted(self, terms):
        """Give (matched, permitted) of ordered (term, allows), by halves: the quick way."""
        if len(terms) == 1:
            term, allows = terms[0]
            return term, term if allows else self.false
        half = len(terms) // 2
        matched, passed = self.permitted(terms[:half])
        more, others = self.permitted(terms[half:])
        return matched | more, passed | (others & ~matched)

    def terms(self, rules):
        return [(self.rule(rule), rule.allows) for rule in rules]

    def count(self, node) -> int:
        return round((node & self.exists).count(sum(WIDTHS.values())))


def difference(size: Size, repeats: int) -> Outcome:
    """The list after the edit into the same manager, and the difference of the two."""
    pairs = edits(rules_of(size))
    start = time.perf_counter()
    made = Diagrams()
    _, before = made.permitted(made.terms(pairs[0].before))
    setup = time.perf_counter() - start
    seconds, counts = [], []
    for pair in pairs:

        def work(pair=pair):
            _, after = made.permitted(made.terms(pair.after))
            return made.count(made.bdd.apply("xor", before, after))

        times, count = timed(repeats, work)
        seconds.append(sorted(times)[len(times) // 2])
        counts.append(count)
    return Outcome(seconds, {"changed": counts}, setup=setup)


def shadowing(size: Size, repeats: int) -> Outcome:
    """For each rule in order: is it inside the union of those before?"""
    rules = rules_of(size)

    def work():
        made = Diagrams()
        dead, union = [], ~made.exists
        for rule in rules:
            term = made.rule(rule)
            if term & ~union == made.false:
                dead.append(rule.priority)
            union |= term
        return dead

    seconds, dead = timed(repeats, work)
    return Outcome(seconds, {"shadowed": dead})


def verdicts(size: Size, repeats: int) -> Outcome:
    """Put a packet's bits into the diagram."""
    rules = rules_of(size)
    drawn = [tuple(map(int, one)) for one in zip(*packets(rules, 1_000_000), strict=True)][
        :FLOWS
    ]
    start = time.perf_counter()
    made = Diagrams()
    _, permitted = made.permitted(made.terms(rules))
    setup = time.perf_counter() - start

    def work():
        found = []
        for packet in drawn:
            bits = {}
            for (field, width), value in zip(WIDTHS.items(), packet, strict=True):
                for place, name in enumerate(made.names[field]):
                    bits[name] = bool(value >> width - 1 - place & 1)
            found.append(made.bdd.let(bits, permitted) == made.true)
        return found

    seconds, found = timed(repeats, work)
    return Outcome(seconds, {"permitted": found[:200]}, FLOWS, setup)


def mutants(size: Size, repeats: int) -> Outcome:
    """What each rule decides, and what the rules behind it would permit of that."""
    rules = rules_of(size)

    def work():
        made = Diagrams()
        terms = made.terms(rules)
        behind = [made.false]
        for term, allows in reversed(terms):
            behind.append(term | behind[-1] if allows else behind[-1] & ~term)
        behind.pop()
        free, flipped, deleted = made.exists, 0, 0
        for term, allows in terms:
            decided = free & term
            permits = behind.pop()
            flipped += decided == made.false
            deleted += (decided & ~permits if allows else decided & permits) == made.false
            free &= ~term
        return flipped, deleted

    seconds, (flipped, deleted) = timed(repeats, work)
    facts = {"equivalent flips": flipped, "equivalent deletions": deleted}
    return Outcome(seconds, facts, 2 * len(rules))


def pairs(size: int, repeats: int) -> Outcome:
    """The diagram of every table once, then one conjunction a pair, and a witness."""
    ends, gates = walled(rules=size)
    tables = tables_of(gates)

    def work():
        made = Diagrams()
        barred = made.false
        for table in tables:
            _, passed = made.permitted(made.terms(table.rules))
            scope = made.any("s", table.sources) & made.any("d", table.destinations)
            barred |= scope & ~passed
        passing = made.exists & ~barred
        found = {}
        for source, addresses in ends.items():
            mine = passing & made.span("s", *addresses[0])
            for destination, others in ends.items():
                if source != destination:
                    pair = mine & made.span("d", *others[0])
                    assert pair == made.false or made.bdd.pick(pair)
                    found[source, destination] = pair
        return made, found

    seconds, (made, found) = timed(repeats, work)
    reached = [one for one in found.values() if one != made.false]
    facts = {"pairs": len(reached), "packets": sum(map(made.count, reached))}
    return Outcome(seconds, facts, len(found))


if __name__ == "__main__":
    main(
        {
            "difference": difference,
            "shadowing": shadowing,
            "verdicts": verdicts,
            "mutants": mutants,
            "pairs": pairs,
        }
    )
