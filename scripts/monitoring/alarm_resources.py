"""Alarms as CloudFormation resources."""

import hashlib
from collections.abc import Iterable
from typing import Any

from scripts import names
from scripts.model import NAMESPACE, Alarm, CompositeAlarm, MetricQuery
from scripts.monitoring.catalogue import is_percentile
from scripts.monitoring.kinds import OPERATION, kind_of

TOPIC_ARN = "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:"
COMPOSITE_ID = "UnhealthyAlarm"
TABLE = "Table"  # the logical id of the table in its stack


def alarm_resources(alarms: Iterable[Alarm | CompositeAlarm]) -> dict[str, dict[str, Any]]:
    """All alarms of a stack, by their logical ids. A composite alarm waits for the alarms that it is about."""
    alarms = tuple(alarms)
    ids = {alarm.name: alarm_id(alarm) for alarm in alarms}
    found = {}
    for alarm in alarms:
        resource = alarm_resource(alarm)
        if isinstance(alarm, CompositeAlarm):
            # No name of an alarm can hold a quotation mark: it is made of names of tables and indexes.
            rule = set(alarm.rule.split('"'))
            resource["DependsOn"] = [id for name, id in ids.items() if name in rule]
        found[ids[alarm.name]] = resource
    return found


def alarm_id(alarm: Alarm | CompositeAlarm) -> str:
    """The logical id of an alarm in the stack of its table. Never changes: an alarm with another id is another alarm."""
    kind = kind_of(alarm.name)
    if isinstance(alarm, CompositeAlarm) or kind is None:
        return COMPOSITE_ID
    if kind.scope == OPERATION:
        return f"{kind.logical_id}{dict(alarm.dimensions)['Operation']}"
    watched = {pair for each in (alarm.dimensions, *(query.dimensions for query in alarm.metrics)) for pair in each}
    indexes = sorted(value for name, value in watched if name == "GlobalSecondaryIndexName")
    table = next((value for name, value in watched if name == "TableName"), "") if indexes else ""
    for index in ("", *indexes) if indexes else ():
        if alarm.name == names.alarm(table, index, kind.name):
            return names.logical_id(kind.logical_id, index) if index else kind.logical_id
    if indexes:
        # Of several indexes: bound to the alarm's name, which outlives any of them.
        return f"{kind.logical_id}Of{hashlib.sha256(alarm.name.encode()).hexdigest()[:8]}"
    return kind.logical_id


def alarm_resource(alarm: Alarm | CompositeAlarm) -> dict[str, Any]:
    """An alarm as a CloudFormation resource."""
    if isinstance(alarm, CompositeAlarm):
        return {
            "Type": "AWS::CloudWatch::CompositeAlarm",
            "Properties": {
                "AlarmName": alarm.name,
                "AlarmDescription": alarm.description,
                "AlarmRule": alarm.rule,
                "AlarmActions": [action(topic) for topic in alarm.actions],
                **({"OKActions": [action(topic) for topic in alarm.ok_actions]} if alarm.ok_actions else {}),
            },
        }
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": alarm.name,
            "AlarmDescription": alarm.description,
            **(_math(alarm) if alarm.expression else _single(alarm)),
            "EvaluationPeriods": alarm.evaluation_periods,
            # Said also where it is all of the periods: drift is only seen in what a template says.
            "DatapointsToAlarm": alarm.datapoints,
            "Threshold": alarm.threshold,
            "ComparisonOperator": alarm.comparison,
            "TreatMissingData": alarm.missing_data,
            "AlarmActions": [action(topic) for topic in alarm.actions],
        },
    }


def action(topic: str) -> Any:
    """The ARN of a topic, given its name in the same account and Region, or the ARN itself."""
    return topic if topic.startswith("arn:") else {"Fn::Sub": TOPIC_ARN + topic}


def _single(alarm: Alarm) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in alarm.dimensions]
    return {
        "Namespace": NAMESPACE,
        "MetricName": alarm.metric,
        **({"Dimensions": dimensions} if dimensions else {}),
        "ExtendedStatistic" if is_percentile(alarm.statistic) else "Statistic": alarm.statistic,
        "Period": alarm.period,
    }


def _math(alarm: Alarm) -> dict[str, Any]:
    watched = {"Id": "watched", "Expression": alarm.expression, "ReturnData": True}
    if not alarm.metrics:
        watched["Period"] = alarm.period  # of a query; metric math has those of its metrics
    return {"Metrics": [watched, *(_query(query) for query in alarm.metrics)]}


def _query(query: MetricQuery) -> dict[str, Any]:
    # The table by its logical id: ten times a name of 255 characters would not leave room for the alarms.
    values = {"TableName": {"Ref": TABLE}}
    dimensions = [{"Name": name, "Value": values.get(name, value)} for name, value in query.dimensions]
    metric = {"Namespace": query.namespace, "MetricName": query.metric, "Dimensions": dimensions}
    return {
        "Id": query.id,
        "MetricStat": {"Metric": metric, "Period": query.period, "Stat": query.statistic},
        "ReturnData": False,
    }
