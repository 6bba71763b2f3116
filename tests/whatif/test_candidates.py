"""Candidates: which edits are tried, and which of them are near enough to be told."""

import pytest
from goals import GOALS

from orosec import orocloud
from orosec.whatif.candidates import candidates, nearest
from orosec.whatif.goal import Goal


def goal_of(asked, network=orocloud):
    *question, allow = asked
    return Goal(network.scenario(), *question, allow=allow)


@pytest.mark.parametrize("asked", GOALS)
def test_the_rows_of_a_candidate_are_those_of_its_edit(asked):
    """What goes stands in the tables, and what comes differs in the cells that are told."""
    rules = {row.name: row for row in orocloud.tables.rules}
    for candidate in candidates(goal_of(asked)):
        cells = dict(candidate.edit.columns)
        if candidate.edit.method == "with_rule":
            assert candidate.old is None
            assert candidate.edit.row not in rules
        else:
            assert candidate.old == rules[candidate.edit.row]
            assert candidate.old.basis != "platform"
        if candidate.edit.method == "with_rule_changed":
            assert len(cells) == 1
            assert candidate.new == candidate.old._replace(**cells) != candidate.old
        if candidate.new is not None:
            assert cells.items() <= candidate.new._asdict().items()


def test_a_rule_that_is_added_takes_a_name_that_is_free():
    """The first of suggested-1, suggested-2, and so on."""
    taken = orocloud.with_rule(
        "suggested-1", "allow", source="bridge", destination="web", services="tcp:1"
    )
    for network, name in ((orocloud, "suggested-1"), (taken, "suggested-2")):
        tried = candidates(goal_of(GOALS[0], network))
        added = {each.edit.row for each in tried if each.old is None}
        assert added == {name}


@pytest.mark.parametrize("asked", GOALS)
def test_of_priorities_the_nearest_on_each_side_is_kept(asked):
    """Others stay as they are; a rule to be added starts from 1000."""
    tried = tuple(candidates(goal_of(asked)))
    kept = tuple(nearest(tried))

    def side(candidate):
        start = 1000 if candidate.old is None else candidate.old.priority
        new = candidate.new
        key = (candidate.edit.names, new.network, new.direction, new.priority > start)
        return key, abs(new.priority - start)

    def differs_in_priority(candidate):
        old, new = candidate.old, candidate.new
        return new is not None and (old is None or old.priority != new.priority)

    least = {}
    for key, distance in map(side, filter(differs_in_priority, tried)):
        least[key] = min(distance, least.get(key, distance))
    assert dict(map(side, filter(differs_in_priority, kept))) == least
    assert [each for each in kept if not differs_in_priority(each)] == [
        each for each in tried if not differs_in_priority(each)
    ]
