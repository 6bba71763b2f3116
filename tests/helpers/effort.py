"""How much a test does: little at ``make test``, all of its cases in the other tiers.

The profile of Hypothesis names the tier: see `tests/conftest.py`.
"""

import pytest
from hypothesis import settings

_PROFILE = settings.default
QUICK = _PROFILE.max_examples < 20
LONG = _PROFILE.max_examples >= 1_000
TELLING = LONG or (_PROFILE.derandomize and not QUICK)
"""Whether counts of what was drawn mean something: of many draws, or of the same ones each
time. How often a shape occurs in a few fresh draws is chance."""

later = pytest.mark.skipif(QUICK, reason="dear: see make test-all")


def examples(part):
    """Let a law have a part of the examples of the profile: at least two, 1.0 is all."""
    least = 2 if QUICK else 3
    return settings(max_examples=max(least, round(_PROFILE.max_examples * part)))


def rare(seen, every, shapes):
    """Return each shape that fewer than one in twenty had; none where that is chance."""
    return {shape: seen[shape] for shape in shapes if TELLING and seen[shape] < every / 20}


def effort(quick, few, many):
    """Return how much a test that draws nothing does, by the tier."""
    return quick if QUICK else many if LONG else few


def some(cases, number):
    """Return every case of a table; in the quick tier so many, spread over it."""
    cases = [*cases]
    step = max(1, -(-len(cases) // number)) if QUICK else 1
    return cases[::step]
