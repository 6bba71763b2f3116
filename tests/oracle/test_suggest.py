"""Suggestions: each reaches its goal, and changes besides exactly what it says."""

import numpy as np
from agreement import agree, clouds_of, flags, read_network_as_tables
from oracle.changes import changes
from oracle.deployments import VARIANTS
from oracle.firewall import clouds
from oracle.names import Names

from orosec import what_would_allow, what_would_deny
from orosec.errors import NotationError

KINDS = ("opened", "closed", "served", "unserved")


def test_each_suggestion_reaches_its_goal_and_says_what_else_it_does():
    """All of the traffic passes, or none; every other changed packet is told."""

    def law(case):
        question, allow = case.question(), case.deployment.chance(0.5)
        find = what_would_allow if allow else what_would_deny
        (cloud,) = clouds([Names(case.tables, *case.variant)], [question])
        traffic = cloud.flow(*question) & cloud.known
        if not traffic.any():
            try:
                find(*question, network=case.network, **case.under)
            except NotationError:
                yield "no such traffic"
            return
        found = find(*question, network=case.network, **case.under)
        wanted = traffic if allow else cloud.space.none
        assert found.reached == ((traffic & cloud.permitted) == wanted).all()
        for suggestion in [*found][:4]:
            other = read_network_as_tables(suggestion.network)
            reached(case, other, question, allow)
            for pair in suggestion.others.pairs:
                told_besides(case, other, pair, question)
        yield "reached" if found.reached else "suggested" if len(found) else "none"
        yield "allow" if allow else "deny"

    agree(law, "reached", "suggested", "none", "allow", "deny")


def reached(case, other, question, allow):
    """Assert that the goal is reached in another folder."""
    (cloud,) = clouds([Names(other, *case.variant)], [question])
    traffic = cloud.flow(*question) & cloud.known
    wanted = traffic if allow else cloud.space.none
    assert ((traffic & cloud.permitted) == wanted).all()


def told_besides(case, other, pair, question):
    """Assert that a pair of scenarios tells of each changed packet but the goal's."""
    names = [Names(each, *pair.variant) for each in (case.tables, other)]
    known = all(names[1].knows(end) for end in f"{question[0]} {question[1]}".split())
    before, after = clouds(names, [question])
    goal = after.flow(*question) if known else before.space.none
    expected = changes(before, after)
    for kind in KINDS:
        mine = [change for change in pair.changes if change.kind == kind]
        parts = [flags(before.space, change.packets) for change in mine]
        told = np.logical_or.reduce([before.space.none, *parts])
        assert (told == (expected[kind] & ~goal)).all()
