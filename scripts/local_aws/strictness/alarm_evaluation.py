"""Decides the state of an alarm from its data, as CloudWatch does, and changes it."""

import operator
from collections.abc import Callable
from typing import Any

from scripts.local_aws.strictness import alarm_data, sources
from scripts.local_aws.strictness.alarm_limits import Alarm
from scripts.local_aws.strictness.metric_math import MathError, Series
from scripts.local_aws.strictness.now import MINUTE, now
from scripts.local_aws.strictness.registry import rule

# CloudWatch looks further back than the evaluation periods when points are missing. How far is not documented for
# every period; in its own example it is two points more.
EXTRA_POINTS = 2

COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}


@rule(
    "evaluation-dynamodb",
    "An alarm on AWS/DynamoDB whose missing data are 'missing' treats them as 'ignore'; the other treatments hold.",
    sources.MISSING_DATA,
)
def treatment(alarm: Alarm) -> str:
    """How the alarm treats missing data: breaching, notBreaching, ignore or missing."""
    chosen = str(alarm.get("TreatMissingData") or "missing")
    metrics = [(query.get("MetricStat") or {}).get("Metric") or {} for query in alarm.get("Metrics") or []]
    namespaces = {alarm.get("Namespace")} | {metric.get("Namespace") for metric in metrics}
    return "ignore" if chosen == "missing" and "AWS/DynamoDB" in namespaces else chosen


@rule(
    "evaluation-missing-data",
    "The latest N real points within the evaluation range decide when there are N; else missing points are filled: "
    "breaching, not breaching, ignored (the state stays unless real points decide), or missing (INSUFFICIENT_DATA "
    "only when all are). The range is N + 2 here; AWS tells only that it is longer than N.",
    sources.MISSING_DATA,
)
def decide(points: list[bool | None], evaluated: int, to_alarm: int, missing: str) -> str | None:
    """The state that these points lead to, None to keep the present one.

    `points`, oldest first: breaching, not breaching, or None for missing. `evaluated` is N, `to_alarm` M.
    """
    real = [point for point in points if point is not None]
    if len(real) >= evaluated:
        return "ALARM" if sum(real[-evaluated:]) >= to_alarm else "OK"
    if missing == "breaching":
        real += [True] * (evaluated - len(real))
    if sum(real) >= to_alarm:
        return "ALARM"
    if missing in ("breaching", "notBreaching") or not all(real):
        return "OK"
    # Only breaching points, fewer than M, or none at all.
    if missing == "ignore":
        return None
    if not real:
        return "INSUFFICIENT_DATA"
    return "ALARM" if len(points) - points.index(True) >= to_alarm else "OK"


@rule(
    "evaluation-m-of-n",
    "An alarm is in ALARM when at least DatapointsToAlarm of EvaluationPeriods points breach the threshold.",
    sources.ALARM_EVALUATION,
)
def state_of(alarm: Alarm, at: float) -> tuple[str | None, Series]:
    """The state of an alarm at a time (seconds since 1970), None to keep the present one; and its data points.

    Raises MathError when the alarm cannot be evaluated.
    """
    comparison = alarm.get("ComparisonOperator") or ""
    if comparison not in COMPARISONS:
        raise MathError(f"the comparison {comparison} is not supported by the local AWS")
    breaches, threshold = COMPARISONS[comparison][0], float(alarm["Threshold"])
    evaluated = int(alarm["EvaluationPeriods"])
    series = alarm_data.alarm_series(alarm, evaluated + EXTRA_POINTS, at)
    points = [None if value is None else breaches(value, threshold) for value in series]
    return decide(points, evaluated, int(alarm.get("DatapointsToAlarm") or evaluated), treatment(alarm)), series


def reason(alarm: Alarm, state: str, series: Series) -> str:
    """Why, in the words of CloudWatch."""
    values = [value for value in series if value is not None][-int(alarm["EvaluationPeriods"]) :]
    if not values:
        return f"Threshold Crossed: no datapoints were received, treated as {alarm.get('TreatMissingData')}."
    compared = COMPARISONS[alarm["ComparisonOperator"]][1]
    return (
        f"Threshold Crossed: datapoints {values} were {'' if state == 'ALARM' else 'not all '}{compared} "
        f"the threshold ({alarm['Threshold']})."
    )


def evaluate_all() -> list[str]:
    """Evaluate every metric alarm of the current account and region; composite alarms follow. Returns what failed."""
    import ministack.services.cloudwatch as cloudwatch

    problems = []
    for alarm in list(cloudwatch._alarms.values()):
        try:
            state, series = state_of(alarm, now())
        except MathError as error:
            problems.append(f"{alarm['AlarmName']}: {error}")
            continue
        before = alarm["StateValue"]
        if state is None or state == before:
            continue
        why = reason(alarm, state, series)
        alarm |= {"StateValue": state, "StateReason": why, "StateUpdatedTimestamp": int(now())}
        cloudwatch._record_history(alarm["AlarmName"], before, state, why)
        cloudwatch._dispatch_alarm_actions(alarm, before, state, why)
        cloudwatch._evaluate_parent_alarms(alarm)
    return problems


def states() -> dict[str, str]:
    """The state of every alarm of the current account and region by name, composite alarms included."""
    import ministack.services.cloudwatch as cloudwatch

    alarms = [*cloudwatch._alarms.values(), *cloudwatch._composite_alarms.values()]
    return {alarm["AlarmName"]: alarm["StateValue"] for alarm in alarms}


def put_metrics(metric: Alarm, values: list[tuple[float, float]], unit: str) -> None:
    """Store values, each (minutes ago, value); 0 is the current minute. Customers cannot do this for AWS/*."""
    import ministack.services.cloudwatch as cloudwatch

    dimensions = cloudwatch._dims_from_list(metric.get("Dimensions") or [])
    minute = int(now()) // MINUTE * MINUTE
    for ago, value in values:
        at = minute - ago * MINUTE
        cloudwatch._store_datum(metric["Namespace"], metric["MetricName"], dimensions, at, unit, value, *[None] * 3)


rule(
    "evaluation-composite",
    "A composite alarm changes its state with the alarms that its rule names.",
    sources.PUT_COMPOSITE,
)
rule(
    "evaluation-math",
    "A metric-math alarm is evaluated on the one series that it returns; a point is missing where the math has none.",
    sources.METRIC_MATH,
)
rule(
    "evaluation-first",
    "A new alarm is INSUFFICIENT_DATA until it has been evaluated. Here that is when metrics are put, or by hand.",
    sources.ALARM_EVALUATION,
)


@rule(
    "metric-namespace",
    "PutMetricData into a namespace that begins with AWS/ is refused.",
    sources.PUT_METRIC_DATA,
)
def namespace_problem(namespace: str) -> str | None:
    """Why customers cannot put metrics there, or None."""
    return f"The value {namespace} for parameter Namespace is invalid." if namespace.startswith("AWS/") else None


def install() -> None:
    """Put this evaluation in the place of the emulator's, which looks at no dimensions, periods or missing data."""
    from types import SimpleNamespace

    import ministack.services.cloudwatch as cloudwatch

    def put_metric_data(
        params: Any, data: Any, is_cbor: bool, is_json: bool = False, _original: Any = cloudwatch._put_metric_data
    ) -> tuple[Any, ...]:
        namespace = data.get("Namespace", "") if is_cbor or is_json else cloudwatch._p(params, "Namespace")
        if problem := namespace_problem(namespace):
            return cloudwatch._error("InvalidParameterValue", problem, 400, use_json=is_json, use_cbor=is_cbor)
        return _original(params, data, is_cbor, is_json)

    cloudwatch._put_metric_data = put_metric_data
    cloudwatch._evaluate_alarm = lambda _alarm: None
    cloudwatch._evaluate_all_alarms = evaluate_all
    # Everything in CloudWatch goes by the clock of the local AWS.
    cloudwatch.time = SimpleNamespace(time=now)
