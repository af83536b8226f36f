"""How many examples the property tests try: the same few in every run, others every night, and many with `make fuzz`."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

_CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}


def load() -> None:
    """Register the profiles, and load the one that HYPOTHESIS_PROFILE names."""
    settings.register_profile("default", max_examples=12, derandomize=True, database=None, **_CALM)
    settings.register_profile("nightly", max_examples=300, database=None, **_CALM)
    settings.register_profile("fuzz", max_examples=3000, **_CALM)
    profile = os.environ.get("HYPOTHESIS_PROFILE", "default")
    settings.load_profile(profile)
    if profile == "default":
        _draw_without_constants()


def _draw_without_constants() -> None:
    """Let no constant of the code be among what is drawn: that would depend on the modules that other tests have imported.

    Reading them also takes half a second of each process. The nightly examples have them.
    """
    none = providers._local_constants
    # A later version of hypothesis without such a function is told by an error.
    pytest.MonkeyPatch().setattr(providers, "_get_local_constants", lambda: none)
