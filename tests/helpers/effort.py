"""Laws that cost more than others, and so get fewer examples, at any effort."""

from hypothesis import settings


def examples(part):
    """Let a law have a part of the examples of the profile: at least three, 1.0 is all."""
    return settings(max_examples=max(3, round(settings.default.max_examples * part)))
