"""The alarms that Application Auto Scaling makes for a target tracking policy and that belong to it alone."""

import uuid

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import rule
from scripts.local_aws.strictness.scaling_checks import Scaled

PREFIX = "TargetTracking"
# kind: (metric, statistic, period in seconds, evaluation periods, comparison, factor on the threshold)
KINDS = {
    "AlarmHigh": ("Consumed", "Sum", 60, 2, "GreaterThanThreshold", 1.0),
    "AlarmLow": ("Consumed", "Sum", 60, 15, "LessThanThreshold", 0.85),
    "ProvisionedCapacityHigh": ("Provisioned", "Average", 300, 3, "GreaterThanThreshold", 1.0),
    "ProvisionedCapacityLow": ("Provisioned", "Average", 300, 3, "LessThanThreshold", 1.0),
}


@rule(
    "scaling-alarms",
    "A target tracking policy of DynamoDB has four alarms, named TargetTracking-<resource>-<kind>-<id>; they come and "
    "go with it. Their thresholds are not known exactly.",
    sources.TABLE_SCALING,
)
def create(scaled: Scaled, target: float, units: int, policy_arn: str) -> list[dict[str, str]]:
    """Make the alarms; their names and ARNs as PutScalingPolicy returns them.

    `target` is in percent, `units` the capacity that the thresholds start from.
    """
    import ministack.services.cloudformation.provisioners as provisioners
    import ministack.services.cloudwatch as cloudwatch

    dimensions = [{"Name": "TableName", "Value": scaled.table}]
    if scaled.index:
        dimensions.append({"Name": "GlobalSecondaryIndexName", "Value": scaled.index})
    made = []
    for kind, (metric, statistic, period, evaluated, comparison, factor) in KINDS.items():
        name = f"{PREFIX}-{scaled.resource_id}-{kind}-{uuid.uuid4()}"
        consumed = units * target / 100 * period if metric == "Consumed" else units
        record = provisioners._cw_metric_alarm_record(
            name,
            {
                "AlarmName": name,
                "AlarmDescription": f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy_arn}.",
                "Namespace": "AWS/DynamoDB",
                "MetricName": f"{metric}{scaled.units}",
                "Dimensions": dimensions,
                "Statistic": statistic,
                "Period": period,
                "EvaluationPeriods": evaluated,
                "Threshold": consumed * factor,
                "ComparisonOperator": comparison,
                "AlarmActions": [policy_arn],
            },
        )
        cloudwatch.cloudformation_put_metric_alarm(record)
        made.append({"AlarmName": name, "AlarmARN": record["AlarmArn"]})
    return made


def remove(alarms: list[dict[str, str]]) -> None:
    """Take the alarms of a policy away."""
    import ministack.services.cloudwatch as cloudwatch

    for alarm in alarms:
        cloudwatch.cloudformation_delete_metric_alarm(alarm["AlarmName"])
