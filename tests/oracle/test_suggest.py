"""Suggestions: each reaches its goal, and changes besides exactly what it says."""

from contextlib import suppress
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from agreement import Case, agree, clouds_of, flags, saved
from oracle.changes import changes
from oracle.deployments import VARIANTS
from oracle.firewall import clouds
from oracle.names import Names

from orosec import consequences, diff, what_would_allow, what_would_deny
from orosec.engine.packet_set import NOTHING
from orosec.errors import NoAnswer, NotationError, TableError
from orosec.model.edit import Edit
from orosec.whatif.candidates import candidates
from orosec.whatif.diff import Diff
from orosec.whatif.goal import Goal

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


def test_no_edit_of_the_stated_space_is_less_harmful_than_the_first():
    """Brute force on small networks: each edit that does it is made, and its harm counted.

    Promises that break come first, then other changes; of equal harm none is smaller.
    """

    def law(case):
        case = Case(few_rules(case.deployment))
        question, allow = asked_against_a_rule(case)
        find = what_would_allow if allow else what_would_deny
        try:
            found = find(*question, network=case.network, **case.under)
        except (NoAnswer, NotationError):
            return
        if found.reached:
            return
        goal = Goal(case.scenario, *question, allow=allow)
        harms = dict(harms_of(case, goal))
        assert bool(harms) == bool(len(found))
        assert found.unjudged == 0
        if harms:
            first = next(iter(found))
            assert first.harm[:3] == harms[first.step] == min(harms.values())
            equal = [each for each in harms.values() if each[:2] == first.harm[:2]]
            yield "several edits" if len(harms) > 1 else "one edit"
            yield "equally harmful, not equally small" if len({*equal}) > 1 else "apart"

    agree(law, "several edits", "equally harmful, not equally small")


def few_rules(deployment):
    """Keep a few of the rules of a deployment, those of the platform, and a few claims."""
    rows, draw = deployment.rows, deployment.draw
    ours = [row for row in rows["rules"] if row["basis"] != "platform"]
    platform = [row for row in rows["rules"] if row["basis"] == "platform"]
    rows["rules"] = draw.sample(ours, min(draw.choice((2, 3, 4, 5)), len(ours))) + platform
    rows["claims"] = draw.sample(rows["claims"], 6)
    return deployment


def asked_against_a_rule(case):
    """Return a question whose answer some rule shall no longer give, or any."""
    rules = [row for row in case.scenario.rules if row.basis != "platform"]
    if not rules or case.deployment.chance(0.1):
        return case.question(), case.deployment.chance(0.5)
    row, pick = case.deployment.draw.choice(rules), case.deployment.draw.choice
    ends = (pick(cell.split()) for cell in (row.source, row.destination, row.services))
    return tuple(ends), row.action == "deny"


def harms_of(case, goal):
    """Yield each edit of the stated space that reaches the goal, with its harm."""
    for edit in {*plain_edits(case, goal), *(each.edit for each in candidates(goal))}:
        one_cdn = edit._replace(columns=(*edit.columns, ("cdn", case.variant[0])))
        for made in (edit, one_cdn)[: 2 if edit.method == "with_rule" else 1]:
            with suppress(TableError):
                network = made.apply(case.network)
                passing = goal.traffic & network.scenario(*case.variant).permitted
                if passing == (goal.traffic if goal.allow else NOTHING):
                    yield made, harm(case, goal, made, network)
                break


def plain_edits(case, goal):
    """Yield what one would try first: a rule gone, turned, or asked somewhere else."""
    networks = {row.network for row in (*case.tables["subnets"], *case.scenario.rules)}
    for row in case.scenario.rules:
        if row.basis != "platform" and goal.concerns(row):
            yield Edit("without_rule", (row.name,))
            cells = [("action", "allow"), ("action", "deny"), ("source", "any")]
            cells += [("direction", "egress"), ("direction", "ingress"), ("priority", 1000)]
            cells += (("network", name) for name in networks - {"every"})
            for cell in cells:
                if getattr(row, cell[0]) != cell[1]:
                    yield Edit("with_rule_changed", (row.name,), (cell,))


def harm(case, goal, edit, network):
    """Count the promises that break, what changes besides, and the cells of the edit."""
    pairs = diff(case.network, network).pairs
    besides = Diff(pair._replace(but=goal.traffic_in(pair.after)) for pair in pairs)
    broken = {row.claim for row in consequences(case.network, network).broken}
    changes = len(besides.rows) + len(besides.journeys)
    return len(broken), changes, len(edit.columns)


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
