"""What PutMetricAlarm refuses. Pure functions on the properties of an alarm, which CloudFormation spells alike."""

import re
from collections.abc import Callable
from typing import Any

from scripts.local_aws.strictness import metrics_insights, sources
from scripts.local_aws.strictness.metric_math import MathError, parse
from scripts.local_aws.strictness.registry import rule

Alarm = dict[str, Any]

MAX_METRICS = 10
MAX_EXPRESSIONS = 10
DAY, WEEK, HOUR = 86_400, 604_800, 3_600  # seconds
SUB_MINUTE_PERIODS = (10, 20, 30)  # seconds
SINGLE_METRIC = ("MetricName", "Namespace", "Dimensions", "Period", "Statistic", "ExtendedStatistic", "Unit")
TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")
_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_WORD = re.compile(r"(?<![A-Za-z0-9_])[a-z][a-zA-Z0-9_]*")


def _truth(value: Any) -> bool:
    return str(value).lower() == "true"


@rule(
    "alarm-math",
    f"A metric-math alarm has Metrics and none of MetricName, Namespace, Dimensions, Period, Statistic, Unit; at most "
    f"{MAX_METRICS} MetricStat and {MAX_EXPRESSIONS} Expression, unique ids, expressions over those ids, and exactly "
    "one entry that returns data. AWS's wording is not known; the limits are.",
    sources.PUT_ALARM,
)
def math_problem(alarm: Alarm) -> str | None:
    """Why these Metrics cannot be the metrics of an alarm, or None."""
    queries = alarm.get("Metrics") or []
    if not queries:
        return None
    if both := [name for name in SINGLE_METRIC if alarm.get(name)]:
        return f"Metrics list and {both[0]} cannot be specified together"
    ids = [query.get("Id") or "" for query in queries]
    if len(set(ids)) < len(ids) or not all(_ID.fullmatch(id_) for id_ in ids):
        return "Invalid metrics list: every Id must be unique and start with a lowercase letter"
    metrics = [query for query in queries if query.get("MetricStat")]
    expressions = [query for query in queries if query.get("Expression")]
    if len(metrics) > MAX_METRICS or len(expressions) > MAX_EXPRESSIONS:
        return f"Metrics list exceeds {MAX_METRICS} metrics or {MAX_EXPRESSIONS} expressions"
    if len(metrics) + len(expressions) != len(queries) or any(query in expressions for query in metrics):
        return "Invalid metrics list: every entry has either MetricStat or Expression"
    if sum(_truth(query.get("ReturnData", True)) for query in queries) != 1:
        return "Exactly one element of the metrics list should return data"
    for query in expressions:
        if metrics_insights.is_query(query["Expression"]):
            if problem := _insights_problem(alarm, query):
                return f"Invalid expression of {query['Id']}: {problem}"
            continue
        unknown = set(_WORD.findall(_STRING.sub("", query["Expression"]))) - set(ids)
        if unknown:
            return f"Invalid expression of {query['Id']}: unknown id {', '.join(sorted(unknown))}"
        try:
            parse(query["Expression"])
        except MathError as error:
            return f"Invalid expression of {query['Id']}: {error}"
    return None


def _insights_problem(alarm: Alarm, query: dict[str, Any]) -> str | None:
    try:
        metrics_insights.parse(query["Expression"])
    except MathError as error:
        return str(error)
    if not query.get("Period"):
        return "a Metrics Insights query needs a Period"
    return metrics_insights.span_problem(int(query["Period"]) * int(alarm.get("EvaluationPeriods") or 0))


@rule(
    "alarm-period",
    "Period is 10, 20, 30 or a multiple of 60 s; Period x EvaluationPeriods is at most a day, or a week with periods "
    "of an hour or more; DatapointsToAlarm is at most EvaluationPeriods.",
    sources.PUT_ALARM,
)
def period_problem(alarm: Alarm) -> str | None:
    """Why an alarm cannot be evaluated over these periods, or None."""
    evaluated = int(alarm.get("EvaluationPeriods") or 0)
    if int(alarm.get("DatapointsToAlarm") or 1) > evaluated:
        return "DatapointsToAlarm must be at most EvaluationPeriods"
    periods = [alarm.get("Period")]
    periods += [(query.get("MetricStat") or query).get("Period") for query in alarm.get("Metrics") or []]
    for period in [int(period) for period in periods if period is not None]:
        if period not in SUB_MINUTE_PERIODS and (period < 1 or period % 60):
            return "Period must be 10, 20, 30 or a multiple of 60"
        if period * evaluated > (DAY if period < HOUR else WEEK):
            return "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400)"
    return None


@rule(
    "alarm-shape",
    "A single-metric alarm names MetricName, Namespace, Period and one statistic; every alarm has a threshold, and "
    "TreatMissingData is breaching, notBreaching, ignore or missing.",
    sources.PUT_ALARM,
)
def shape_problem(alarm: Alarm) -> str | None:
    """What an alarm lacks, or None."""
    if alarm.get("Threshold") is None and alarm.get("ThresholdMetricId") is None:
        return "Threshold is required"
    if alarm.get("TreatMissingData", "missing") not in TREATMENTS:
        return f"TreatMissingData must be one of {', '.join(TREATMENTS)}"
    if alarm.get("Metrics"):
        return None
    if missing := [name for name in ("MetricName", "Namespace", "Period") if not alarm.get(name)]:
        return f"{missing[0]} is required"
    if bool(alarm.get("Statistic")) == bool(alarm.get("ExtendedStatistic")):
        return "Exactly one of Statistic and ExtendedStatistic is required"
    return None


PROBLEMS: tuple[Callable[[Alarm], str | None], ...] = (shape_problem, period_problem, math_problem)


def alarm_problem(alarm: Alarm) -> str | None:
    """The first reason for which CloudWatch would refuse this alarm, or None."""
    return next((problem for find in PROBLEMS if (problem := find(alarm))), None)
