"""Undo and redo: laws that hold for any states."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orosec.panels.history import History

states = st.integers(0, 3)
moves = st.lists(st.one_of(states, st.sampled_from(("undo", "redo"))), max_size=12)


def after(steps):
    history = History(0)
    for step in steps:
        history = getattr(history, step)() if isinstance(step, str) else history.do(step)
    return history


histories = moves.map(after)


@given(histories, states)
def test_undo_takes_back_what_was_done(history, state):
    """Present and past are what they were; a state that is the present is no step."""
    back = history.do(state).undo() if state != history.present else history

    assert (back.present, back.past) == (history.present, history.past)
    assert history.do(history.present) is history


@given(histories)
def test_redo_takes_back_what_was_undone(history):
    """The very same history, where there was something to undo; and the other way."""
    if history.past:
        assert history.undo().redo() == history
    if history.future:
        assert history.redo().undo() == history


@given(histories)
def test_at_an_end_nothing_happens(history):
    """Undoing everything, and once more, leads to the beginning; redoing, to the end."""
    first, last = history, history
    for _ in range(20):
        first, last = first.undo(), last.redo()

    assert (first.present, first.past) == (0, ())
    assert last.future == ()
    assert first.undo() is first
    assert last.redo() is last


@given(histories, states)
def test_something_new_forgets_what_was_undone(history, state):
    """There is no redo into a line that was left."""
    if state != history.present:
        assert history.do(state).future == ()


@given(moves)
def test_it_is_a_list_with_a_place_on_it(steps):
    """The textbook's undo, on a plain list, gives the same present each time."""
    line, place, history = [0], 0, History(0)
    for step in steps:
        if step == "undo":
            place = max(place - 1, 0)
        elif step == "redo":
            place = min(place + 1, len(line) - 1)
        elif step != line[place]:
            line[place + 1 :] = [step]
            place += 1
        history = getattr(history, step)() if isinstance(step, str) else history.do(step)

        assert history.present == line[place]


def test_a_history_does_not_change():
    """Each step gives a new one."""
    with pytest.raises(AttributeError):
        History(0).present = 1
