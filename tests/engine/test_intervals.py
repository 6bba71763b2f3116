"""Intervals: Python's own sets of numbers are the law."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from orosec.engine.intervals import contains, intersect, subtract, union

TOP = 20
pairs = st.tuples(st.integers(0, TOP), st.integers(0, TOP)).map(sorted).map(tuple)
intervals = st.lists(pairs, max_size=5).map(union)


def walk(spans):
    return {number for first, last in spans for number in range(first, last + 1)}


@given(st.lists(pairs, max_size=6))
def test_a_union_holds_what_its_parts_hold_and_is_canonical(parts):
    """In order, with a gap between neighbours; so equal sets are equal values."""
    joined = union(parts)

    assert walk(joined) == walk(parts)
    assert all(first <= last for first, last in joined)
    assert all(one[1] + 1 < two[0] for one, two in pairwise(joined))


@given(intervals, intervals)
def test_operations_are_those_of_sets(one, other):
    """Intersection and difference, each canonical again."""
    assert intersect(one, other) == union(intersect(one, other))
    assert walk(intersect(one, other)) == walk(one) & walk(other)
    assert subtract(one, other) == union(subtract(one, other))
    assert walk(subtract(one, other)) == walk(one) - walk(other)


@given(intervals, st.integers(-1, TOP + 1))
def test_a_number_is_in_a_set_where_a_walk_finds_it(spans, number):
    """At the ends, between them, and outside."""
    assert contains(spans, number) == (number in walk(spans))
