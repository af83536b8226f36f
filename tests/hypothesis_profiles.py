"""How many examples the property tests try: few in every run, many with HYPOTHESIS_PROFILE=fuzz."""

import os

from hypothesis import HealthCheck, settings

_CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}


def load() -> None:
    """Register the profiles `default` and `fuzz`, and load the one named in the environment."""
    settings.register_profile("default", max_examples=30, derandomize=True, database=None, **_CALM)
    settings.register_profile("fuzz", max_examples=3000, **_CALM)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
