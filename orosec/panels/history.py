"""A history of states: do, undo, redo. It knows nothing of what the states are."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

State = TypeVar("State")


class History(NamedTuple, Generic[State]):
    """An immutable line of states, with a place on it.

    Undoing what was just done gives the same history but for its future, and redoing
    what was just undone gives the very same history. Where there is nothing to undo or
    redo, the history stays as it is. Doing something new forgets what was undone.

    Attributes:
        present: the state now.
        past: earlier states, the latest one last.
        future: undone states, the next one to redo first.
    """

    present: State
    past: tuple[State, ...] = ()
    future: tuple[State, ...] = ()

    def do(self, state: State) -> History[State]:
        """Go on to a state; one that equals the present is no step."""
        if state == self.present:
            return self
        return History(state, (*self.past, self.present))

    def undo(self) -> History[State]:
        """Go one step back."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.present, *self.future))

    def redo(self) -> History[State]:
        """Go one undone step forth again."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.present), self.future[1:])
