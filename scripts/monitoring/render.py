"""Alarms as CloudFormation resources."""

from typing import Any

from scripts import names
from scripts.model import Alarm

ALARM_LOGICAL_IDS = {"ReadThrottleEvents": "ReadThrottleAlarm", "WriteThrottleEvents": "WriteThrottleAlarm"}


def alarm_id(alarm: Alarm) -> str:
    """The logical id of an alarm in the stack of its table."""
    index = dict(alarm.dimensions).get("GlobalSecondaryIndexName", "")
    return names.logical_id(ALARM_LOGICAL_IDS[alarm.metric], index)


def alarm_resource(alarm: Alarm) -> dict[str, Any]:
    """An alarm as a CloudFormation resource."""
    arn = "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:"
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "DependsOn": "Table",
        "Properties": {
            "AlarmName": alarm.name,
            "AlarmDescription": alarm.description,
            "Namespace": "AWS/DynamoDB",
            "MetricName": alarm.metric,
            "Dimensions": [{"Name": name, "Value": value} for name, value in alarm.dimensions],
            "Statistic": alarm.statistic,
            "Period": alarm.period,
            "EvaluationPeriods": alarm.evaluation_periods,
            "DatapointsToAlarm": alarm.datapoints,
            "Threshold": alarm.threshold,
            "ComparisonOperator": alarm.comparison,
            "TreatMissingData": alarm.missing_data,
            "AlarmActions": [{"Fn::Sub": arn + topic} for topic in alarm.actions],
        },
    }
