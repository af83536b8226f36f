"""Read alarms back from CloudWatch."""

from collections.abc import Sequence
from typing import Any

from scripts.aws import Aws
from scripts.model import Alarm

ALARMS_PER_CALL = 100  # CloudWatch, DescribeAlarms: AlarmNames


def read_alarms(aws: Aws, desired: Sequence[Alarm]) -> tuple[Alarm, ...]:
    """The live alarms that have the names of the desired ones. Raises the errors of `aws.FAILURES`."""
    names = [alarm.name for alarm in desired]
    found: list[Alarm] = []
    for start in range(0, len(names), ALARMS_PER_CALL):
        batch = names[start : start + ALARMS_PER_CALL]
        answer = aws.client("cloudwatch").describe_alarms(AlarmNames=batch, MaxRecords=ALARMS_PER_CALL)
        found.extend(_alarm(aws, alarm) for alarm in answer["MetricAlarms"])
    return tuple(found)


def _alarm(aws: Aws, alarm: dict[str, Any]) -> Alarm:
    topics = f":sns:{aws.region}:{aws.account}:"
    return Alarm(
        name=alarm["AlarmName"],
        metric=alarm.get("MetricName", ""),
        dimensions=tuple((item["Name"], item["Value"]) for item in _by_table_first(alarm.get("Dimensions", []))),
        statistic=alarm.get("Statistic", ""),
        period=alarm.get("Period", 0),
        evaluation_periods=alarm.get("EvaluationPeriods", 0),
        datapoints=alarm.get("DatapointsToAlarm", alarm.get("EvaluationPeriods", 0)),
        threshold=alarm.get("Threshold", 0),
        comparison=alarm.get("ComparisonOperator", ""),
        missing_data=alarm.get("TreatMissingData", "missing"),
        description=alarm.get("AlarmDescription", ""),
        actions=tuple(arn.partition(topics)[2] or arn for arn in alarm.get("AlarmActions", [])),
        enabled=alarm.get("ActionsEnabled", True),
    )


def _by_table_first(dimensions: list[dict[str, str]]) -> list[dict[str, str]]:
    """CloudWatch returns dimensions in any order; the table's name first, as in the desired state."""
    return sorted(dimensions, key=lambda item: (item["Name"] != "TableName", item["Name"]))
