"""Goals: whether an edit reaches one, without building the network that it makes."""

import pytest
from effort import some
from goals import GOALS

from orosec import orocloud
from orosec.errors import TableError
from orosec.whatif.candidates import candidates
from orosec.whatif.goal import Goal


@pytest.mark.parametrize("asked", some(GOALS, 3))
def test_trying_an_edit_is_making_it(asked):
    """For each edit that is looked at, the quick answer is that of the whole network."""
    *question, allow = asked
    goal = Goal(orocloud.scenario(), *question, allow=allow)
    tried = 0
    for candidate in list(candidates(goal))[::3]:
        try:
            scenario = candidate.edit.apply(orocloud).scenario()
        except TableError:
            continue
        tried += 1
        passing = goal.traffic & scenario.permitted
        reached = passing == goal.traffic if allow else passing.empty
        assert goal.reached_with(candidate.old, candidate.new) == reached

    assert tried > 20


@pytest.mark.parametrize("asked", [*GOALS, ("bridge", "web", "tcp:22", True)])
def test_a_goal_is_reached_where_all_passes_or_nothing_does(asked):
    """As it is, which is the same as with no row instead of none."""
    *question, allow = asked
    scenario = orocloud.scenario()
    goal = Goal(scenario, *question, allow=allow)
    passing = goal.traffic & scenario.permitted

    assert goal.reached == (passing == goal.traffic if allow else passing.empty)
    assert goal.reached == goal.reached_with(None, None)


def test_a_name_that_a_scenario_lacks_has_no_traffic_there():
    """The load balancer is of one CDN."""
    goal = Goal(orocloud.scenario("google"), "load-balancer", "web", "tcp:80", allow=True)

    assert goal.traffic_in(goal.scenario) == goal.traffic
    assert goal.traffic_in(orocloud.scenario("cloudflare")).empty
