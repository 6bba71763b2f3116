"""How hard Hypothesis looks: quick by default, ``HYPOTHESIS_PROFILE=thorough`` for long."""

import os

from hypothesis import settings

# The same examples each time: a red run is never chance. `thorough` looks further.
settings.register_profile("quick", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
