"""How many examples the property tests try: the same few in every run, others every night, and many with `make fuzz`."""

import os

from hypothesis import HealthCheck, settings

_CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}


def load() -> None:
    """Register the profiles, and load the one that HYPOTHESIS_PROFILE names."""
    settings.register_profile("default", max_examples=12, derandomize=True, database=None, **_CALM)
    settings.register_profile("nightly", max_examples=300, database=None, **_CALM)
    settings.register_profile("fuzz", max_examples=3000, **_CALM)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
