"""How hard Hypothesis looks: few examples at ``make test``, many at ``make test-long``."""

import os

from hypothesis import settings

# `quick` tries the same examples each time: a red run is never chance. `long` tries others
# each time, from the seed that ``make test-long`` prints.
settings.register_profile("quick", max_examples=20, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
