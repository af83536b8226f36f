"""Table class, deletion protection and time to live."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from scripts.model import DesiredTable, LiveTable, TtlTransition, Unknown
from scripts.properties.base import Property, Reading, settled
from scripts.properties.exceptions import because


def _ttl(reading: Reading) -> str | Unknown:
    """The attribute that is on, "" when it is off; TtlTransition while AWS turns it on or off (DescribeTimeToLive)."""
    found = reading.ask("describe_time_to_live", TableName=reading.name)["TimeToLiveDescription"]
    attribute = found.get("AttributeName", "")
    status = settled(found.get("TimeToLiveStatus", "DISABLED"), {"ENABLED", "DISABLED"}, "time to live")
    if isinstance(status, str):
        return attribute if status == "ENABLED" else ""
    on = found["TimeToLiveStatus"] == "ENABLING"
    return (
        TtlTransition(status.reason, status.in_progress, attribute=attribute, on=on) if status.in_progress else status
    )


def _render_ttl(state: DesiredTable) -> dict[str, Any]:
    """On for an attribute, or stated as off: CloudFormation refuses a template without the block until it is off."""
    attribute = state.ttl_attribute or state.ttl_off
    if not attribute:
        return {}
    return {"TimeToLiveSpecification": {"AttributeName": attribute, "Enabled": bool(state.ttl_attribute)}}


def _keep_ttl(_settings: Mapping[str, Any], live: LiveTable) -> dict[str, Any]:
    """What is being switched is kept as what it becomes."""
    value = live.ttl_attribute
    return {"ttl": (value.attribute if value.on else "") if isinstance(value, TtlTransition) else value}


def _fix_ttl(name: str, desired: str, live: str) -> str:
    # As JSON: an attribute may hold what has a meaning in the shorthand of the CLI.
    command = f"aws dynamodb update-time-to-live --table-name {name} --time-to-live-specification "
    off = [command + shlex.quote(json.dumps({"Enabled": False, "AttributeName": live}))] if live else []
    on = [command + shlex.quote(json.dumps({"Enabled": True, "AttributeName": desired}))] if desired else []
    # AWS takes one change an hour (UpdateTimeToLive).
    return "\n".join([*off, *(["sleep 3600"] if off and on else []), *on])


TABLE_CLASS: Property[str] = Property(
    "table_class",
    "table class",
    desired=lambda wanted: wanted.settings["table_class"],
    # Absent: STANDARD (API reference, TableClassSummary).
    read=lambda reading: reading.description.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
    render=lambda state: {"TableClass": state.table_class},
    fix=lambda name, desired, _: f"aws dynamodb update-table --table-name {name} --table-class {desired}",
    keep=lambda _settings, live: {"table_class": live.table_class},
)
DELETION_PROTECTION: Property[bool] = Property(
    "deletion_protection",
    "deletion protection",
    desired=lambda wanted: wanted.settings["deletion_protection"],
    read=lambda reading: reading.description.get("DeletionProtectionEnabled", False),
    render=lambda state: {"DeletionProtectionEnabled": state.deletion_protection},
    fix=lambda name, desired, _: (
        f"aws dynamodb update-table --table-name {name} --{'' if desired else 'no-'}deletion-protection-enabled"
    ),
    keep=lambda settings, live: {
        "deletion_protection": live.deletion_protection,
        **({} if live.deletion_protection else because(settings, "deletion_protection_reason")),
    },
)
TIME_TO_LIVE: Property[str] = Property(
    "ttl_attribute",
    "time to live",
    desired=lambda wanted: wanted.settings["ttl"],
    read=_ttl,
    render=_render_ttl,
    shown=lambda value: f"on, by {value}" if value else "off",
    fix=_fix_ttl,
    keep=_keep_ttl,
    key="TimeToLiveSpecification",
)
