"""Laws that cost more than others, and so get fewer examples, at any effort."""

from hypothesis import settings


def examples(part):
    """Let a law have a part of the examples of the profile: at least three, 1.0 is all."""
    return settings(max_examples=max(3, round(settings.default.max_examples * part)))


def effort(few, many):
    """Return how much a test that draws nothing does: few in the quick tier, else many."""
    return many if settings.default.max_examples >= 1_000 else few
