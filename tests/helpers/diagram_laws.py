"""The laws of a decision diagram: what must be true of every node below a root."""

from itertools import pairwise

from orosec.engine.decision_diagram import EMPTY, FULL, TOPS, node
from orosec.engine.packet_set import root


def check_canonical(packets):
    """Assert the invariants of `Node`, from the root of a set all the way down."""
    check_node(root(packets), 0)


def check_node(one, level):
    """Assert the invariants of a node of a level, and of all nodes below it."""
    if level == len(TOPS) or one is EMPTY:
        assert one in (FULL, EMPTY), "a path ends early or late"
        return
    assert list(one.stops) == sorted({*one.stops, 0})[1:], "stops do not ascend from 0"
    assert one.stops[-1] == TOPS[level] + 1, "the field is not covered to its end"
    assert len(one.stops) == len(one.children), "a stop without a child"
    assert all(a is not b for a, b in pairwise(one.children)), "equal neighbours"
    assert any(child is not EMPTY for child in one.children), "an empty node"
    assert node(one.stops, one.children) is one, "a node exists twice"
    for child in one.children:
        check_node(child, level + 1)
