"""Departures from the policies, each with the reason that `deployment.yaml` gives for it."""

from collections.abc import Mapping
from typing import Any

# The setting, the value that departs from the policy, and the setting that must say why.
DEPARTURES = (
    ("deletion_protection", False, "deletion_protection_reason"),
    ("encryption", "aws-owned", "encryption_reason"),
)


def exceptions(settings: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The settings of a table that depart from a policy, each with its reason."""
    return tuple((key, settings[reason]) for key, value, reason in DEPARTURES if settings[key] == value)
