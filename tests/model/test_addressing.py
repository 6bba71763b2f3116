"""What a scenario remembers: by content, in bounds, and no longer than it lives."""

import gc
import weakref
from ipaddress import ip_network

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orosec import orocloud
from orosec.engine.intervals import intersect
from orosec.engine.notation import range_intervals
from orosec.model.addressing import NOT_PUBLIC, remembered
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


PRIVATE = (
    "0.0.0.1 10.0.0.1 100.64.0.1 127.0.0.1 169.254.169.254 172.31.255.255 192.0.0.8 "
    "192.0.0.11 192.168.1.1 198.18.0.0 198.19.255.255 224.0.0.1 255.255.255.255 "
    "::1 64:ff9b:1::1 100::1 2001:2::1 2001:10::1 fc00::1 fe80::1 ff02::1"
)
PUBLIC = (
    "1.1.1.1 100.63.255.255 100.128.0.0 192.0.0.9 192.0.0.10 192.0.1.0 198.17.255.255 "
    "198.20.0.0 223.255.255.255 64:ff9b::1 64:ff9b::ffff:ffff 2001:1::1 2001:3::1 "
    "2001:4:112::1 2001:20::1 2001:30::1 2001:200::1 2600:1900:4000::11 3ffe::1"
)
DOCUMENTATION = "192.0.2.1 198.51.100.1 203.0.113.99 2001:db8::1 3fff::1"


@pytest.mark.parametrize("text", PRIVATE.split())
def test_what_is_not_globally_reachable_is_no_internet(text):
    """H: the registries of special purposes, IPv4 and IPv6, at their borders."""
    (span,) = range_intervals(text)
    assert not intersect((span,), orocloud.scenario().special["internet"])


@pytest.mark.parametrize("text", (PUBLIC + " " + DOCUMENTATION).split())
def test_what_is_globally_reachable_is_the_internet(text):
    """What lies beside those ranges, their exceptions, and the ranges for documentation."""
    (span,) = range_intervals(text)
    assert intersect((span,), orocloud.scenario().special["internet"])


@given(st.ip_addresses())
def test_what_python_calls_private_or_global_is_so(address):
    """The standard library keeps the registries too; older ones lack some exceptions."""
    excepted = "192.0.0.0/24 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001::/23"
    excepted += " 2001:db8::/32 3fff::/20 64:ff9b::/96"
    assume(not any(address in ip_network(word) for word in excepted.split()))
    unicast = address.version == 4 or address in ip_network("2000::/3")
    (span,) = range_intervals(str(address))
    public = address.is_global and not address.is_multicast and unicast

    assert bool(intersect((span,), NOT_PUBLIC)) != public
