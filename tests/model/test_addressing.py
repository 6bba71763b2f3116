"""What a scenario remembers: by content, in bounds, and no longer than it lives."""

import gc
import weakref

from hypothesis import given
from hypothesis import strategies as st

from orosec import orocloud
from orosec.model.addressing import remembered
from orosec.model.scenario import Scenario
from orosec.model.schema import variants


class Answer:
    """Something that can be followed until it is gone."""

    def __init__(self, *parts):
        self.parts = parts


@remembered
def answer(scenario, *asked):
    return Answer(scenario, *asked)


@remembered
def other_answer(scenario, *asked):
    return Answer(scenario, *asked)


def fresh(variant=("google", "operational")):
    return Scenario(orocloud.tables, *variant)


questions = st.tuples(
    st.sampled_from((answer, other_answer)),
    st.sampled_from(range(4)),
    st.lists(st.sampled_from(("web", "nat", "")), max_size=2).map(tuple),
)


@given(st.lists(questions, max_size=12))
def test_an_answer_is_of_its_function_its_scenario_and_its_arguments(asked):
    """Asked in any order, each answer is what it would be if nothing were remembered."""
    scenarios = [fresh(variant) for variant in variants()]
    found = {}
    for function, number, words in asked:
        got = function(scenarios[number], *words)

        assert got.parts == (scenarios[number], *words)
        assert found.setdefault((function, number, words), got) is got
    assert len(set(map(id, found.values()))) == len(found)


def test_memory_is_bounded():
    """After thousands of other questions the first answer is forgotten, and made anew."""
    scenario = fresh()
    first = weakref.ref(answer(scenario, "first"))
    for number in range(5000):
        answer(scenario, number)

    assert first() is None
    assert answer(scenario, "first").parts == (scenario, "first")


def test_memory_goes_with_its_scenario():
    """Nothing else holds a scenario or what it remembers, once it is out of hand."""
    scenario = fresh()
    held = [weakref.ref(answer(scenario, "web")), weakref.ref(scenario)]
    scenario.traffic("internet", "web", "all")
    del scenario
    gc.collect()

    assert [reference() for reference in held] == [None, None]


def test_edited_tables_have_answers_of_their_own():
    """Names that stand for other addresses after an edit, asked in one process."""
    asked = ("web", "destination", frozenset())
    before = orocloud.scenario().addresses(*asked)
    moved = orocloud.with_interface_changed("web-1", address="10.10.0.200")

    assert moved.scenario().addresses(*asked) != before
    assert orocloud.scenario().addresses(*asked) == before
