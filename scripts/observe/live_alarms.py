"""Read alarms back from CloudWatch."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scripts.model import NAMESPACE, Alarm, AnyAlarm, CompositeAlarm, MetricQuery
from scripts.observe.aws import Aws

ALARMS_PER_CALL = 100  # CloudWatch, DescribeAlarms: AlarmNames
TYPES = ("MetricAlarm", "CompositeAlarm")  # without saying so, CloudWatch leaves composite alarms out


def read_alarms(aws: Aws, desired: Sequence[Alarm | CompositeAlarm]) -> tuple[Alarm | CompositeAlarm, ...]:
    """The live alarms that have the names of the desired ones. Raises the errors of `aws.FAILURES`."""
    names = [alarm.name for alarm in desired]
    # The permission for composite alarms is only given for all alarms; what asks for none does not need it.
    types = TYPES if any(isinstance(alarm, CompositeAlarm) for alarm in desired) else TYPES[:1]
    found: list[Alarm | CompositeAlarm] = []
    for start in range(0, len(names), ALARMS_PER_CALL):
        batch = names[start : start + ALARMS_PER_CALL]
        answer = aws.client("cloudwatch").describe_alarms(
            AlarmNames=batch, AlarmTypes=list(types), MaxRecords=ALARMS_PER_CALL
        )
        found.extend(_alarm(alarm) for alarm in answer.get("MetricAlarms", []))
        found.extend(_composite(alarm) for alarm in answer.get("CompositeAlarms", []))
    stated = {topic for each in desired for topic in (*each.actions, *getattr(each, "ok_actions", ()))}
    return tuple(_named(aws, alarm, stated) for alarm in found)


def _alarm(alarm: dict[str, Any]) -> Alarm:
    queries = alarm.get("Metrics", [])
    single = [_query(query) for query in queries if query.get("MetricStat")]
    metrics = tuple(sorted(single, key=lambda query: query.id))  # in any order; by their ids, as in the desired state
    expressions = [query["Expression"] for query in queries if query.get("Expression")]
    return Alarm(
        name=alarm["AlarmName"],
        metric=alarm.get("MetricName", ""),
        dimensions=_dimensions(alarm),
        statistic=alarm.get("Statistic") or alarm.get("ExtendedStatistic", ""),
        period=alarm.get("Period")
        or max(((query.get("MetricStat") or query).get("Period", 0) for query in queries), default=0),
        evaluation_periods=alarm.get("EvaluationPeriods", 0),
        datapoints=alarm.get("DatapointsToAlarm", alarm.get("EvaluationPeriods", 0)),
        threshold=alarm.get("Threshold", 0),
        comparison=alarm.get("ComparisonOperator", ""),
        missing_data=alarm.get("TreatMissingData", "missing"),
        description=alarm.get("AlarmDescription", ""),
        actions=tuple(alarm.get("AlarmActions", [])),
        enabled=alarm.get("ActionsEnabled", True),
        expression="; ".join(expressions),
        metrics=metrics,
        namespace=alarm.get("Namespace") or NAMESPACE,  # with an expression each metric has its own
        unit=alarm.get("Unit", ""),
    )


def _composite(alarm: dict[str, Any]) -> CompositeAlarm:
    return CompositeAlarm(
        name=alarm["AlarmName"],
        rule=alarm.get("AlarmRule", ""),
        description=alarm.get("AlarmDescription", ""),
        actions=tuple(alarm.get("AlarmActions", [])),
        ok_actions=tuple(alarm.get("OKActions", [])),
        enabled=alarm.get("ActionsEnabled", True),
        suppressor=alarm.get("ActionsSuppressor", ""),
    )


def _query(query: dict[str, Any]) -> MetricQuery:
    stat, metric = query["MetricStat"], query["MetricStat"]["Metric"]
    return MetricQuery(
        query["Id"],
        metric.get("MetricName", ""),
        _dimensions(metric),
        stat["Stat"],
        stat["Period"],
        metric.get("Namespace") or NAMESPACE,
        stat.get("Unit", ""),
    )


def _named(aws: Aws, alarm: AnyAlarm, stated: set[str]) -> AnyAlarm:
    """The alarm with its topics as the desired alarms state them: by name, or as the whole ARN of an existing topic."""
    here = f":sns:{aws.region}:{aws.account}:"

    def name(arn: str) -> str:
        return arn if arn in stated else arn.partition(here)[2] or arn

    actions = tuple(map(name, alarm.actions))
    if isinstance(alarm, CompositeAlarm):
        return replace(alarm, actions=actions, ok_actions=tuple(map(name, alarm.ok_actions)))
    return replace(alarm, actions=actions)


def _dimensions(holder: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """CloudWatch returns dimensions in any order; the table's name first, as in the desired state."""
    items = sorted(holder.get("Dimensions", []), key=lambda item: (item["Name"] != "TableName", item["Name"]))
    return tuple((item["Name"], item["Value"]) for item in items)
