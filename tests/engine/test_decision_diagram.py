"""Nodes: canonical, made once, at a bounded cost; what is remembered changes nothing."""

import gc
import time
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from diagram_laws import check_canonical
from hypothesis import given
from hypothesis import strategies as st
from universe import packet_sets, services

from orosec.engine import decision_diagram
from orosec.engine.decision_diagram import (
    DETAIL_TOP,
    EMPTY,
    FULL,
    budget,
    level,
    remembering,
    services_node,
    services_of,
    spend,
)
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.errors import BudgetError, OrosecError


@given(packet_sets, packet_sets)
def test_every_result_is_canonical(a, b):
    """The invariants of a node hold all the way down, after every operation."""
    for one in (a, a | b, a & b, a - b, a ^ b, ~a):
        check_canonical(one)


def stairs(steps):
    """Give a set that takes many intervals: as many boxes, no two with an edge alike."""
    sets = NOTHING
    for k in range(steps):
        sets |= PacketSet.box(((3 * k, 3 * k),), ((5 * k, 5 * k),))
    return sets


def test_a_question_beyond_its_budget_has_no_answer():
    """One error that says what to do; the next question starts anew."""
    one = stairs(30)
    other = stairs(31)
    with pytest.raises(BudgetError, match="fewer addresses") as caught, budget(50):
        one & other
    assert caught.value.intervals == 50
    assert isinstance(caught.value, OrosecError)

    assert not one.empty
    with budget(50):
        assert (PacketSet.box(((1, 9),)) & PacketSet.box(((2, 3),))).witness()


def test_questions_inside_a_question_share_its_budget():
    """The outer budget counts for all; outside of all, each operation is alone."""
    one, other = PacketSet.box(((1, 9),)), PacketSet.box(((5, 12),), ((2, 3),))

    def ask(times):
        for _ in range(times):
            with budget(1):
                one & other

    with budget(200):
        ask(3)
    with pytest.raises(BudgetError), budget(200):
        ask(100)
    for _ in range(100):
        one & other


def test_threads_share_their_nodes(monkeypatch):
    """Built at once in several threads, each node is made once, so equal is equal."""

    def slowly(stops, children, make=decision_diagram.Node):
        time.sleep(0.001)
        return make(stops, children)

    monkeypatch.setattr(decision_diagram, "Node", slowly)
    one, other = PacketSet.box(((11, 13),)), PacketSet.box(((17, 19),), ((2, 3),))
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: one ^ other, range(4)))) == 1


@given(st.lists(st.tuples(packet_sets, packet_sets), max_size=4), st.sampled_from([0, 2]))
def test_what_is_remembered_changes_no_answer(pairs, most):
    """Operations that share what they know give what each gives alone."""
    alone = [(a & b, a | b, a - b, a ^ b) for a, b in pairs]
    with patch.object(decision_diagram, "MOST_REMEMBERED", most), remembering():
        together = [(a & b, a | b, a - b, a ^ b) for a, b in (*pairs, *pairs)]

    assert together == [*alone, *alone]


def test_work_that_is_no_operation_is_paid_for_as_well():
    """From the budget of the question that it is a part of; outside of all, it is free."""
    spend(10**9)
    with budget(10):
        spend(10)
        with pytest.raises(BudgetError):
            spend(1)


def test_a_level_that_leads_nowhere_is_no_node():
    """Equal levels are one node."""
    ports = [((22, 22), FULL), ((80, 443), FULL)]
    nowhere = [(span, EMPTY) for span, _ in ports]

    assert level([], DETAIL_TOP) is level(nowhere, DETAIL_TOP) is EMPTY
    assert level(ports, DETAIL_TOP) is level(ports, DETAIL_TOP)


@given(services)
def test_services_are_read_off_the_node_that_holds_them(many):
    """The one is the inverse of the other."""
    assert services_of(services_node(many)) == many


def test_the_collector_waits_while_answers_are_shared_and_no_longer():
    """It comes back where it was on, after errors too, and stays off where it was off."""
    for wanted in (gc.enable, gc.disable):
        wanted()
        before = gc.isenabled()
        with remembering(), remembering():
            meanwhile = gc.isenabled()
        with pytest.raises(BudgetError), remembering():
            raise BudgetError(1)
        after = gc.isenabled()
        gc.enable()

        assert (meanwhile, after) == (False, before)
