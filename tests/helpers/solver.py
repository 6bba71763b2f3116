"""Rules and packet sets as formulas of z3, an independent solver."""

import z3

from orosec.engine.decision_diagram import DETAIL_TOPS, V6

SOURCE, DESTINATION = z3.BitVecs("source destination", 129)


PROTOCOL, DETAIL = z3.BitVec("protocol", 8), z3.BitVec("detail", 16)


def within(variable, spans):
    """Say in z3 that a variable lies in one of the spans."""
    return z3.Or([z3.And(z3.UGE(variable, a), z3.ULE(variable, b)) for a, b in spans])


def exists():
    """Say in z3 that the ends are of one family, and the detail fits the protocol."""
    families = [((0, 2**32 - 1),), ((V6, 2 * V6 - 1),)]
    ends = [z3.And(within(SOURCE, one), within(DESTINATION, one)) for one in families]
    named = [
        z3.And(PROTOCOL == number, z3.ULE(DETAIL, top))
        for number, top in DETAIL_TOPS.items()
    ]
    others = z3.And([PROTOCOL != number for number in DETAIL_TOPS])
    return z3.And(z3.Or(ends), z3.Or(*named, z3.And(others, DETAIL == 0)))


def speaks(services):
    """Say in z3 that protocol and detail are among the services."""
    return z3.Or(
        [
            z3.And(within(PROTOCOL, [(first, last)]), within(DETAIL, details))
            for first, last, details in services
        ]
    )


def matches(rule):
    """Say in z3 what a rule matches."""
    ends = within(SOURCE, rule.sources), within(DESTINATION, rule.destinations)
    return z3.And(*ends, speaks(rule.services))


def lets_pass(policy):
    """Say in z3 that the first matching rule allows."""
    result = z3.BoolVal(False)
    for rule in reversed(policy):
        result = z3.If(matches(rule), z3.BoolVal(rule.allows), result)
    return result


def in_set(packets):
    """Say in z3 that a packet is in the set, product by product."""
    return z3.Or(
        [
            z3.And(within(SOURCE, sources), within(DESTINATION, others), speaks(services))
            for sources, others, services in packets.products()
        ]
    )


def disagree(one, other):
    """Ask z3 for a packet on which two formulas differ."""
    solver = z3.Solver()
    solver.add(exists(), one != other)
    return solver.check()


def scenario_formula(scenario):
    """Say in z3 what a scenario permits, straight from rules, where they are asked."""
    parts, asked = [], []
    for place, policy in scenario.policies.items():
        here = in_set(scenario.scope(place))
        parts.append(z3.Implies(here, lets_pass(policy)))
        asked.append(here)
    return z3.And(z3.Or(asked), *parts)
