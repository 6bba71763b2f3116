"""Sets in the shape of ClassBench's: they can be read, and have the shape that is said."""

import pytest
from classbench import FilterError, rules_from
from imitation import SHAPES, imitation

from orosec.bulk.shadowing import shadowed

EVERYWHERE = 2**30
"""A quarter of all addresses."""


def wide(side):
    """Say whether a side of a rule holds a quarter of all addresses or more."""
    return sum(last - first + 1 for first, last in side) >= EVERYWHERE


@pytest.mark.parametrize("kind", SHAPES)
def test_as_many_different_filters_as_were_asked_for(kind):
    """The same ones each time, and readable."""
    lines = imitation(kind, 300)

    assert len(set(lines)) == len(lines) == 300
    assert lines == imitation(kind, 300) != imitation(kind, 300, seed=2)
    assert len(rules_from(kind, lines, widen=True)) == 300


def test_kinds_with_source_ports_must_be_widened():
    """As ClassBench's own."""
    with pytest.raises(FilterError, match="source ports"):
        rules_from("fw1", imitation("fw1", 50))


def test_one_end_of_most_fw1_filters_is_wide_and_few_of_the_others():
    """That is why so many overlap."""
    share = {}
    for kind in SHAPES:
        rules = rules_from(kind, imitation(kind, 500), widen=True)
        share[kind] = (
            sum(wide(one.sources) != wide(one.destinations) for one in rules) / 500
        )

    assert share["fw1"] > 0.7
    assert max(share["acl1"], share["ipc1"]) < 0.2


def test_fw1_shadows_rules_that_only_several_cover():
    """What tools that compare pairs do not see."""
    found = shadowed(rules_from("fw1", imitation("fw1", 1000), widen=True))

    assert any(len(one.covers) == 1 for one in found)
    assert any(len(one.covers) > 1 for one in found)
