"""Drift detection of tables and alarms, over every property that a template can set on them."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.alarm_api import TYPE as ALARM
from scripts.local_aws.strictness.registry import rule
from scripts.local_aws.strictness.table_resource import TYPE as TABLE
from scripts.local_aws.strictness.update_state import billing_mode

TABLE_PROPERTIES = (
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "PointInTimeRecoverySpecification",
    "SSESpecification",
    "TableClass",
    "TimeToLiveSpecification",
)
# Members that AWS fills in when the template leaves them out.
DEFAULTED = (
    ("SSESpecification", "SSEType"),
    ("SSESpecification", "KMSMasterKeyId"),
    ("PointInTimeRecoverySpecification", "RecoveryPeriodInDays"),
)
ALARM_PROPERTIES = (
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "AlarmName",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "MetricName",
    "Metrics",
    "Namespace",
    "OKActions",
    "Period",
    "Statistic",
    "Tags",
    "Threshold",
    "TreatMissingData",
)


@rule(
    "drift",
    "Drift detection compares every property of a table or alarm that the template sets with what is live.",
    sources.TABLE_RESOURCE,
)
def live_settings(table: dict[str, Any], recovery_days: int, ttl: dict[str, Any]) -> dict[str, Any]:
    """The properties of TABLE_PROPERTIES as a template would set them, from the live state."""
    provisioned = billing_mode(table) == "PROVISIONED"
    names = ("IndexName", "KeySchema", "Projection") + (("ProvisionedThroughput",) if provisioned else ())

    def plain(indexes: Any) -> list[dict[str, Any]]:
        return [{name: index[name] for name in names if name in index} for index in indexes or []]

    recovery: dict[str, Any] = {"PointInTimeRecoveryEnabled": bool(recovery_days)}
    if recovery_days:
        recovery["RecoveryPeriodInDays"] = recovery_days
    encryption = table.get("SSEDescription") or {}
    sse: dict[str, Any] = {"SSEEnabled": bool(encryption)}
    if encryption:
        sse |= {"SSEType": "KMS", "KMSMasterKeyId": encryption["KMSMasterKeyArn"]}
    enabled = ttl.get("TimeToLiveStatus") == "ENABLED"
    return {
        "GlobalSecondaryIndexes": plain(table.get("GlobalSecondaryIndexes")),
        "LocalSecondaryIndexes": plain(table.get("LocalSecondaryIndexes")),
        "PointInTimeRecoverySpecification": recovery,
        "SSESpecification": sse,
        "TableClass": (table.get("TableClassSummary") or {}).get("TableClass", "STANDARD"),
        "TimeToLiveSpecification": {"Enabled": enabled} | ({"AttributeName": ttl["AttributeName"]} if enabled else {}),
    }


def live_alarm(alarm: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """The live alarm as a template would set it: whole numbers without a fraction, no default that it leaves out."""
    live = {name: alarm[name] for name in ALARM_PROPERTIES if alarm.get(name) is not None}
    if float(live.get("Threshold", 0.5)).is_integer():
        live["Threshold"] = int(live["Threshold"])
    if "Metrics" in live:
        explicit = {query.get("Id") for query in properties.get("Metrics") or [] if "ReturnData" in query}
        live["Metrics"] = [
            {key: value for key, value in query.items() if key != "ReturnData" or query["Id"] in explicit or not value}
            for query in live["Metrics"]
        ]
    return live


def install() -> None:
    """Extend the emulator's readers."""
    import ministack.services.cloudformation.drift as drift
    import ministack.services.cloudwatch as cloudwatch
    import ministack.services.dynamodb as dynamodb

    read, supported = drift._DRIFT_READERS[TABLE]

    def read_table(physical_id: str, properties: dict[str, Any]) -> dict[str, Any] | None:
        shown = read(physical_id, properties)
        if shown is None:
            return None
        days, ttl = dynamodb._pitr_settings.get(physical_id, 0), dynamodb._ttl_settings.get(physical_id, {})
        live = live_settings(dynamodb._tables[physical_id], int(days), ttl)
        # Only what the template sets is compared: an unset member of a set property is a default, not drift.
        for name, member in DEFAULTED:
            if member not in (properties.get(name) or {}):
                live[name].pop(member, None)
        return shown | live

    def read_alarm(physical_id: str, properties: dict[str, Any]) -> dict[str, Any] | None:
        alarm = cloudwatch._alarms.get(physical_id)
        if alarm is None:
            return None
        tags = cloudwatch._resource_tags.get(alarm["AlarmArn"], {})
        return {**live_alarm(alarm, properties), "Tags": tags}

    drift._DRIFT_READERS[TABLE] = (read_table, supported | frozenset(TABLE_PROPERTIES))
    drift._DRIFT_READERS[ALARM] = (read_alarm, frozenset(ALARM_PROPERTIES))
