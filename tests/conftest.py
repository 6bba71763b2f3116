"""How hard Hypothesis looks in each tier of the tests; `effort` says what else differs."""

import os

from hypothesis import settings

# The first two try the same examples each time: a red run is never chance. The others draw
# anew, from a seed that is told: few, to run all tests often, and many: `make test-long`.
settings.register_profile("quick", max_examples=4, deadline=None, derandomize=True)
settings.register_profile("all", max_examples=20, deadline=None, derandomize=True)
settings.register_profile("seeds", max_examples=20, deadline=None)
settings.register_profile("long", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
