"""Departures from the policies, each with the reason that `deployment.yaml` gives for it."""

from collections.abc import Mapping
from typing import Any

from scripts.model import LiveTable, Unknown

# The setting, the value that departs from the policy, and the setting that must say why.
DEPARTURES = (
    ("deletion_protection", False, "deletion_protection_reason"),
    ("encryption", "aws-owned", "encryption_reason"),
)

AS_FOUND = "it was so when the table was adopted"  # what a tool can say of a setting that keeps what is there


def because(settings: Mapping[str, Any], reason: str) -> dict[str, str]:
    """The setting that says why a table departs from a policy, where the settings do not say it yet."""
    return {} if settings[reason] else {reason: AS_FOUND}


def insights_accepted(live: LiveTable) -> dict[str, str]:
    """The setting without which a table with Contributor Insights is not encrypted with a customer's key."""
    watched = not isinstance(live.insights, Unknown) and any(mode != "off" for _, mode in live.insights)
    own_key = isinstance(live.encryption, str) and live.encryption.startswith(("arn:", "alias/"))
    return {"contributor_insights_shows_keys": "accepted"} if watched and own_key else {}


def exceptions(settings: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The settings of a table that depart from a policy, each with its reason."""
    return tuple((key, settings[reason]) for key, value, reason in DEPARTURES if settings[key] == value)
