"""Suggestions: edits of one rule that do it, the least harmful of those judged first."""

import json
from contextlib import suppress
from functools import cache

import pytest
from effort import later, some
from goals import GOALS

from orosec import consequences, orocloud, what_would_allow, what_would_deny
from orosec.cli.main import main
from orosec.engine.packet_set import NOTHING
from orosec.errors import NoAnswer, NotationError, TableError, UnknownNameError
from orosec.whatif.candidates import candidates
from orosec.whatif.diff import Diff, diff
from orosec.whatif.goal import Goal


@cache
def ask(source, destination, services, allow):
    find = what_would_allow if allow else what_would_deny
    return find(source, destination, services)


@pytest.mark.parametrize("goal", some(GOALS, 3))
def test_each_suggestion_reaches_its_goal(goal):
    """All of the traffic passes, or none of it does."""
    found = ask(*goal)
    for suggestion in found:
        scenario = suggestion.network.scenario()
        asked = scenario.traffic(*goal[:3])
        assert asked & scenario.permitted == (asked if goal[3] else NOTHING)

    assert len(found) > 0


@pytest.mark.parametrize("goal", some(GOALS, 3))
def test_the_least_harmful_comes_first(goal):
    """Promises are counted first, then what changes besides; each is judged as ever."""
    found = list(ask(*goal))

    harms = [suggestion.harm for suggestion in found]
    assert harms == sorted(harms)
    for suggestion in found:
        broken = consequences(orocloud, suggestion.network).broken
        assert suggestion.claims == tuple(dict.fromkeys(row.claim for row in broken))
        assert eval(suggestion.code, {"network": orocloud}) == suggestion.network


@pytest.mark.parametrize("goal", some(GOALS, 1))
def test_no_edit_of_the_stated_space_does_less_harm_than_the_first(goal):
    """Each that reaches the goal is made, and what it breaks and changes is counted."""
    *question, allow = goal
    asked = Goal(orocloud.scenario(), *question, allow=allow)
    harms = []
    for candidate in candidates(asked):
        with suppress(TableError):
            network = candidate.edit.apply(orocloud)
            passing = asked.traffic & network.scenario().permitted
            if passing == (asked.traffic if allow else NOTHING):
                pairs = diff(orocloud, network).pairs
                besides = Diff(
                    pair._replace(but=asked.traffic_in(pair.after)) for pair in pairs
                )
                broken = {row.claim for row in consequences(orocloud, network).broken}
                harms.append((len(broken), len(besides.rows) + len(besides.journeys)))

    assert next(iter(ask(*goal))).harm[:2] == min(harms)


def test_a_rule_for_just_this_changes_nothing_else():
    """The first one for the database: add a rule; it breaks what any way there breaks."""
    first = next(iter(ask(*GOALS[0])))

    assert first.step.method == "with_rule"
    assert first.others.empty
    assert "MD2-gateway" in first.claims


def test_a_new_rule_stands_where_it_is_asked_in_time():
    """Before the deny rule that would stop it, and no earlier than needed."""
    added = next(each for each in ask(*GOALS[2]) if each.step.method == "with_rule")

    assert dict(added.step.columns)["priority"] == 899


def test_a_goal_may_be_pasted_and_its_edits_are_as_tables_write_them():
    """Whatever the spelling of the question, the suggestions are the same."""
    pasted = what_would_allow("vpn-gateway", "10.10.0.11-10.10.0.12", "9999/TCP")
    ours = what_would_allow("vpn-gateway", "10.10.0.11 10.10.0.12", "tcp:9999")

    assert repr(pasted) == repr(ours)
    assert next(iter(pasted)).step.method == "with_rule"


def test_a_name_of_one_cdn_gives_a_rule_of_that_cdn():
    """The other variant knows no load balancer."""
    found = ask("load-balancer", "web", "tcp:22", True)
    added = next(each for each in found if each.step.method == "with_rule")

    assert dict(added.step.columns)["cdn"] == "google"


@later
def test_what_was_not_judged_is_told():
    """Of many edits that do it, as many as it says are judged, the nearest first."""
    ends = {"source": "internet", "destination": "vpn-gateway", "services": "udp:31194"}
    network = orocloud
    for number in range(40):
        late = {**ends, "priority": 2000 + number}
        network = network.with_rule(f"late-{number}", "deny", **late)
    found = what_would_deny(*ends.values(), network=network)
    told = found.as_dict()

    assert (found.judged, found.unjudged > 0) == (30, True)
    assert f"first of 30 judged; {found.unjudged} more were not judged" in found.title
    assert "one may be less harmful" in repr(found)
    assert (told["judged"], told["unjudged"]) == (30, found.unjudged)


def test_where_all_are_judged_the_first_is_the_least_harmful():
    """Then nothing is said of a part."""
    found = ask(*GOALS[0])

    assert found.title.endswith("of one rule, the least harmful first")
    assert found.unjudged == 0
    assert found.judged >= len(found)


def test_no_rule_of_the_platform_is_touched():
    """Nobody can edit them."""
    platform = {row.name for row in orocloud.tables.rules if row.basis == "platform"}
    for goal in some(GOALS, 3):
        assert not platform & {suggestion.step.row for suggestion in ask(*goal)}


def test_what_is_so_already_needs_no_edit():
    """And nothing is searched."""
    found = what_would_allow("bridge", "web", "tcp:22")

    assert found.reached
    assert len(found) == found.looked_at == 0
    assert "it is so already" in repr(found)


def test_where_two_places_stop_it_no_single_rule_is_enough():
    """It says so, says where it is stopped, and what was looked at."""
    network = orocloud.with_rule(
        "stay", "deny", source="web", destination="any", services="all",
        network="application-network", direction="egress", priority=5,
    )  # fmt: skip
    found = what_would_allow("web", "vpn-gateway", "tcp:22", network=network)

    assert len(found) == 0
    assert not found.reached
    text = " ".join(repr(found).split())
    assert "no edit of a single rule does it" in text
    assert "at the egress of application-network by stay" in text
    assert "at the ingress of maintenance-network by maintenance-implied-ingress" in text
    assert f"{found.looked_at} edits" in text


@pytest.mark.parametrize("ask", [what_would_allow, what_would_deny])
def test_of_what_never_meets_a_rule_nobody_can_say(ask):
    """From the internet to the internet; as far as a rule is asked, it can be said."""
    with pytest.raises(NoAnswer, match="no rule of ours meets"):
        ask("internet", "internet", "tcp:22")
    assert what_would_deny("internet", "any", "tcp:25").reached


def test_a_question_about_nothing_is_refused():
    """There is no packet from one family of addresses to the other."""
    with pytest.raises(NotationError, match="no such traffic"):
        what_would_allow("2001:db8::1", "web", "tcp")
    with pytest.raises(UnknownNameError, match="'web'"):
        what_would_allow("wbe", "web", "tcp")


def test_suggest_prints_and_exits(capsys):
    """0: an edit or no need of one, 1: none, 2: bad input, 3: it cannot be said."""
    assert main(["suggest", "allow", "bridge", "database", "tcp:5432", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"edit", "code", "breaks", "others"} <= told["suggestions"][0].keys()
    assert main(["suggest", "allow", "bridge", "web", "tcp:22"]) == 0
    assert main(["suggest", "deny", "internet", "internet", "tcp:22"]) == 3
    capsys.readouterr()
    assert main(["suggest", "deny", "bridge", "web", "tpc:22"]) == 2
    assert "'tcp'" in capsys.readouterr().err
