"""Suggestions: each reaches its goal, and changes besides exactly what it says."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from agreement import agree, clouds_of, flags, saved
from oracle.changes import changes
from oracle.deployments import VARIANTS
from oracle.firewall import clouds
from oracle.names import Names

from orosec import what_would_allow, what_would_deny
from orosec.errors import NoAnswer, NotationError

KINDS = ("opened", "closed", "served", "unserved")


def test_each_suggestion_reaches_its_goal_and_says_what_else_it_does():
    """All of the traffic passes, or none; every other changed packet is told."""

    def law(case):
        question, allow = case.question(), case.deployment.chance(0.5)
        find = what_would_allow if allow else what_would_deny
        cloud = case.cloud(question)
        traffic = cloud.flow(*question) & cloud.known & ~cloud.itself
        if not traffic.any():
            strangers = cloud.flow(*question).any()
            with pytest.raises(NoAnswer if strangers else NotationError):
                find(*question, network=case.network, **case.under)
            yield "strangers" if strangers else "no such traffic"
            return
        found = find(*question, network=case.network, **case.under)
        wanted = traffic if allow else cloud.space.none
        assert found.reached == ((traffic & cloud.permitted) == wanted).all()
        for suggestion in [*found][:4]:
            other = saved(suggestion.network)
            assert does(case, other, question, allow)
            pairs = suggestion.others.pairs
            assert [pair.variant for pair in pairs] == VARIANTS
            for pair in pairs:
                told_besides(case, other, pair, question)
        if not found.reached and not len(found):
            tried = single_edits(case.tables, question, allow)
            assert not any(does(case, tables, question, allow) for tables in tried)
        yield "reached" if found.reached else "suggested" if len(found) else "none"
        yield "allow" if allow else "deny"

    agree(law, "reached", "suggested", "none", "allow", "deny")


def does(case, other, question, allow):
    """Return whether the goal is reached in another folder."""
    (cloud,) = clouds([Names(other, *case.variant)], [question])
    traffic = cloud.flow(*question) & cloud.known & ~cloud.itself
    wanted = traffic if allow else cloud.space.none
    return ((traffic & cloud.permitted) == wanted).all()


def single_edits(tables, question, allow):
    """Yield the tables after some edits of one rule: gone, turned, or a first one added."""
    rules = tables["rules"]
    for k, row in enumerate(rules):
        if row.basis != "platform":
            turned = {"allow": "deny", "deny": "allow"}[row.action]
            flipped = SimpleNamespace(**{**vars(row), "action": turned})
            yield {**tables, "rules": [*rules[:k], *rules[k + 1 :]]}
            yield {**tables, "rules": [*rules[:k], flipped, *rules[k + 1 :]]}
    networks = {row.network for row in (*tables["subnets"], *rules)} - {"every"}
    for network, direction in product(networks, ("egress", "ingress")):
        flow = dict(zip(("source", "destination", "services"), question, strict=True))
        where = {"network": network, "direction": direction, "priority": 0}
        what = {
            "name": "first",
            "action": "allow" if allow else "deny",
            "basis": "proposed",
        }
        first = SimpleNamespace(cdn="both", reading="both", **flow, **where, **what)
        yield {**tables, "rules": [first, *rules]}


def told_besides(case, other, pair, question):
    """Assert that a pair of scenarios tells of each changed packet but the goal's."""
    before, after = clouds_of(case.tables, other, pair.variant, question)
    known = all(after.names.knows(end) for end in f"{question[0]} {question[1]}".split())
    goal = after.flow(*question) if known else before.space.none
    expected = changes(before, after)
    for kind in KINDS:
        mine = [change for change in pair.changes if change.kind == kind]
        parts = [flags(before.space, change.packets) for change in mine]
        told = np.logical_or.reduce([before.space.none, *parts])
        assert (told == (expected[kind] & ~goal)).all()
