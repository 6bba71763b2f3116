"""A value takes attributes while it is made, and none afterwards."""

import copy
import pickle
from functools import cached_property

import pytest

from orosec.values import Value


class Pair(Value):
    def __init__(self, first, second):
        self.first = first
        self.second = second

    @cached_property
    def both(self):
        return self.first, self.second


class Triple(Pair):
    def __init__(self, first, second, third):
        super().__init__(first, second)
        self.third = third


class Twin(Pair):
    """Made as a pair is."""


MADE = [Pair(1, 2), Triple(1, 2, 3), Twin(1, 2)]


@pytest.mark.parametrize("made", MADE, ids=lambda made: type(made).__name__)
@pytest.mark.parametrize("name", ["first", "both", "third", "_hidden"])
def test_a_value_takes_no_attribute_and_loses_none(made, name):
    """One that it has, one that it computes, one more, one that nobody sees."""
    with pytest.raises(AttributeError, match=f"a {type(made).__name__} does not change"):
        setattr(made, name, 0)
    with pytest.raises(AttributeError, match=f"a {type(made).__name__} does not change"):
        delattr(made, name)

    assert made.both == (1, 2)


@pytest.mark.parametrize(
    "again", [copy.copy, lambda made: pickle.loads(pickle.dumps(made))]
)
def test_a_copy_does_not_change_either(again):
    """However it came to be."""
    made = again(Triple(1, 2, 3))

    assert (made.first, made.second, made.third) == (1, 2, 3)
    with pytest.raises(AttributeError):
        made.third = 4
