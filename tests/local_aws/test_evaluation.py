"""Alarms change their state with their metrics, as their own definition says."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts.local_aws import LocalAws, LocalAwsError
from tests.for_each import for_each

from .support import alarm, client, math, provokes, refusal

ORDERS = {"TableName": "Orders"}
RETAINED = "retained"


def put(aws: LocalAws, values: list[tuple[float, float]], metric: str = "Latency", namespace: str = "Shop") -> None:
    aws.put_metrics(namespace, metric, ORDERS, values)


def make(**more: Any) -> dict[str, Any]:
    """An alarm on a metric of its own: more than 1 in 3 of 3 minutes."""
    base = alarm(Namespace="Shop", MetricName="Latency", EvaluationPeriods=3, DatapointsToAlarm=3)
    made = {**base, **more}
    if "ExtendedStatistic" in more:
        del made["Statistic"]
    client("cloudwatch").put_metric_alarm(**made)
    return made


def state(aws: LocalAws, name: str = "Orders-throttled") -> str:
    return aws.evaluate_alarms()[name]


# AWS's own two tables: 0 is a point below the threshold, X above, - is missing; the latest is on the right.
# Then the state with missing, ignore, breaching and notBreaching.
AWS_TABLES = [
    (3, "0-X-X", "OK", "OK", "OK", "OK"),
    (3, "0----", "OK", "OK", "OK", "OK"),
    (3, "-----", "INSUFFICIENT_DATA", RETAINED, "ALARM", "OK"),
    (3, "0XX-X", "ALARM", "ALARM", "ALARM", "ALARM"),
    (3, "--X--", "ALARM", RETAINED, "ALARM", "OK"),
    (2, "0-X-X", "ALARM", "ALARM", "ALARM", "ALARM"),
    (2, "00X0X", "ALARM", "ALARM", "ALARM", "ALARM"),
    (2, "0-X--", "OK", "OK", "ALARM", "OK"),
    (2, "----0", "OK", "OK", "ALARM", "OK"),
    (2, "---X-", "ALARM", RETAINED, "ALARM", "OK"),
    (3, "----X", "OK", RETAINED, "ALARM", "OK"),
    (3, "---X-", "OK", RETAINED, "ALARM", "OK"),
]


@pytest.mark.provokes("evaluation-missing-data", "evaluation-m-of-n")
@for_each("row", AWS_TABLES, ids=lambda row: f"{row[0]} of 3: {row[1]}")
def test_missing_data_as_in_the_tables_of_aws(aws: LocalAws, row: tuple[Any, ...]) -> None:
    aws.reset()
    to_alarm, points, *expected = row
    treatments = ("missing", "ignore", "breaching", "notBreaching")
    for each in treatments:
        make(AlarmName=each, TreatMissingData=each, DatapointsToAlarm=to_alarm)
        # A state that the treatment never leads to, so that keeping it is told from coming to it.
        before = "INSUFFICIENT_DATA" if each == "ignore" else "OK" if points == "-----" else "INSUFFICIENT_DATA"
        client("cloudwatch").set_alarm_state(AlarmName=each, StateValue=before, StateReason="known")
    put(aws, [(4 - place, {"0": 0, "X": 5}[point]) for place, point in enumerate(points) if point != "-"])
    wanted = ["INSUFFICIENT_DATA" if value == RETAINED else value for value in expected]
    states = aws.evaluate_alarms()
    assert [states[each] for each in treatments] == wanted


@pytest.mark.provokes("evaluation-dynamodb")
def test_dynamodb_ignores_missing_data_unless_told_otherwise(aws: LocalAws) -> None:
    for treatment in ("missing", "notBreaching"):
        make(AlarmName=treatment, TreatMissingData=treatment, Namespace="AWS/DynamoDB")
    put(aws, [(0, 5), (1, 5), (2, 5)], namespace="AWS/DynamoDB")
    assert aws.evaluate_alarms() == {"missing": "ALARM", "notBreaching": "ALARM"}
    aws.advance(60)
    assert aws.evaluate_alarms() == {"missing": "ALARM", "notBreaching": "OK"}


@pytest.mark.provokes("evaluation-dimensions")
def test_only_the_exact_dimensions_count(aws: LocalAws) -> None:
    make(EvaluationPeriods=1, DatapointsToAlarm=1)
    for dimensions in ({}, {"TableName": "Other"}, {**ORDERS, "Operation": "GetItem"}):
        aws.put_metrics("Shop", "Latency", dimensions, [(0, 5)])
    assert state(aws) == "OK"
    put(aws, [(0, 5)])
    assert state(aws) == "ALARM"


# Of 1, 2, 3 and 10 in one minute.
STATISTICS = {
    "Sum": 16,
    "Average": 4,
    "Minimum": 1,
    "Maximum": 10,
    "SampleCount": 4,
    "p50": 2.5,
    "p100": 10,
    "p90": 7.9,
}


@pytest.mark.provokes("evaluation-statistic")
@for_each("name", STATISTICS)
def test_statistic(aws: LocalAws, name: str) -> None:
    aws.reset()
    chosen = {"ExtendedStatistic": name} if name.startswith("p") else {"Statistic": name}
    one = {"EvaluationPeriods": 1, "DatapointsToAlarm": 1, **chosen}
    make(AlarmName="below", Threshold=STATISTICS[name] - 0.01, **one)
    make(AlarmName="above", Threshold=STATISTICS[name] + 0.01, **one)
    put(aws, [(0, 1), (0, 2), (0, 3), (0, 10)])
    assert aws.evaluate_alarms() == {"below": "ALARM", "above": "OK"}


@pytest.mark.provokes("evaluation-statistic")
def test_statistic_that_is_not_supported_is_told(aws: LocalAws) -> None:
    make(ExtendedStatistic="tm90")
    put(aws, [(0, 1)])
    with pytest.raises(LocalAwsError, match="Orders-throttled: the statistic tm90 is not supported"):
        aws.evaluate_alarms()


@pytest.mark.provokes("evaluation-m-of-n")
def test_period_of_five_minutes(aws: LocalAws) -> None:
    make(Period=300, EvaluationPeriods=2, DatapointsToAlarm=2, Threshold=9)
    put(aws, [(0, 4), (4, 6), (5, 3), (9, 6)])
    assert state(aws) == "OK"
    put(aws, [(7, 1)])
    assert state(aws) == "ALARM"


COMPARISONS = [
    ("GreaterThanThreshold", ["OK", "OK", "ALARM"]),
    ("GreaterThanOrEqualToThreshold", ["OK", "ALARM", "ALARM"]),
    ("LessThanThreshold", ["ALARM", "OK", "OK"]),
    ("LessThanOrEqualToThreshold", ["ALARM", "ALARM", "OK"]),
]


@pytest.mark.provokes("evaluation-m-of-n")
@pytest.mark.parametrize(("comparison", "expected"), COMPARISONS)
def test_comparison(aws: LocalAws, comparison: str, expected: list[str]) -> None:
    make(EvaluationPeriods=1, DatapointsToAlarm=1, Threshold=5, ComparisonOperator=comparison)
    found = []
    for value in (4, 5, 6):
        put(aws, [(0, value)])
        found.append(state(aws))
        aws.advance(10)
    assert found == expected


@pytest.mark.provokes("evaluation-m-of-n", "evaluation-composite")
def test_alarm_and_composite_alarm_go_and_come_back(aws: LocalAws) -> None:
    make(EvaluationPeriods=5, DatapointsToAlarm=3)
    cloudwatch = client("cloudwatch")
    cloudwatch.put_composite_alarm(AlarmName="all", AlarmRule="ALARM(Orders-throttled) AND TRUE")
    put(aws, [(0, 2), (3, 2)])
    assert aws.evaluate_alarms() == {"Orders-throttled": "OK", "all": "OK"}
    put(aws, [(1, 2)])
    assert aws.evaluate_alarms() == {"Orders-throttled": "ALARM", "all": "ALARM"}
    (told,) = cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"]
    assert told["StateReason"].startswith("Threshold Crossed: datapoints [2.0, 2.0, 2.0] were greater than")
    before = told["StateUpdatedTimestamp"]
    aws.advance(20)
    assert aws.evaluate_alarms() == {"Orders-throttled": "OK", "all": "OK"}
    (told,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert (told["StateUpdatedTimestamp"] - before).total_seconds() == 20 * 60
    history = cloudwatch.describe_alarm_history(AlarmName="Orders-throttled")["AlarmHistoryItems"]
    assert "Alarm updated from ALARM to OK" in [item["HistorySummary"] for item in history]


# m0 is 10, 20, missing and m1 is 1, missing, 3 in the last three minutes; the values that the expression has then.
EXPRESSIONS: dict[str, list[float | None]] = {
    "m0 + m1": [11, None, None],
    "m0 - m1 * 2": [8, None, None],
    "(m0 + 2) / 4": [3, 5.5, None],
    "-m0": [-10, -20, None],
    "m0 ^ 2": [100, 400, None],
    "m0 / (m1 - 1)": [None, None, None],
    "FILL(m0, 0) + FILL(m1, 0)": [11, 20, 3],
    "FILL(m0, REPEAT)": [10, 20, 20],
    "FILL(m0, m1)": [10, 20, 3],
    "SUM([m0, m1])": [11, 20, 3],
    "MAX([m0, m1])": [10, 20, 3],
    "MIN([m0, m1])": [1, 20, 3],
    "AVG([m0, m1])": [5.5, 20, 3],
    "SUM(METRICS())": [11, 20, 3],
    'SUM(METRICS("m1"))': [1, None, 3],
    "MAX(FILL(METRICS(), 7))": [10, 20, 7],
    "MAX(m0)": [20, 20, 20],
    "m0 > 15": [0, 1, None],
    "m0 > 5 AND m0 < 15": [1, 0, None],
    "m0 < 15 || m0 == 20": [1, 1, None],
    "IF(m0 > 15, m0, 0)": [0, 20, None],
    "IF(FILL(m0, 0) > 15, 1, FILL(m1, 9))": [1, 1, 3],
    "IF(m0 != 10, m0)": [None, 20, None],
    "ABS(0 - m1) + CEIL(m1 / 2) + FLOOR(m1 / 2)": [2, None, 6],
}


@pytest.mark.provokes("evaluation-math", "alarm-expression")
@for_each("expression", EXPRESSIONS)
def test_metric_math(aws: LocalAws, expression: str) -> None:
    aws.reset()
    made = math(2, expression, EvaluationPeriods=1, DatapointsToAlarm=1, TreatMissingData="breaching")
    for query in made["Metrics"][1:]:
        query["MetricStat"]["Metric"] = {**query["MetricStat"]["Metric"], "MetricName": query["Id"]}
    values = EXPRESSIONS[expression]
    # Exactly one of the two is in ALARM for a value: that at or above it. For none, neither is: ignored.
    limits = {"at": values[-1], "over": None if values[-1] is None else values[-1] + 0.001}
    for name, limit in limits.items():
        more = {"Threshold": 0 if limit is None else limit, "ComparisonOperator": "GreaterThanOrEqualToThreshold"}
        client("cloudwatch").put_metric_alarm(**made | more | {"AlarmName": name, "TreatMissingData": "ignore"})
    for metric, points in (("m0", [(2, 10), (1, 20)]), ("m1", [(2, 1), (0, 3)])):
        put(aws, points, metric, "AWS/DynamoDB")
    if values[-1] is not None:
        assert aws.evaluate_alarms() == {"at": "ALARM", "over": "OK"}
        return
    # The last minute is missing, so the latest minute that has a value decides, if there is one.
    real = [value for value in values if value is not None]
    if not real:
        assert set(aws.evaluate_alarms().values()) == {"INSUFFICIENT_DATA"}
        return
    for name, limit in (("at", real[-1]), ("over", real[-1] + 0.001)):
        more = {"Threshold": limit, "ComparisonOperator": "GreaterThanOrEqualToThreshold"}
        client("cloudwatch").put_metric_alarm(**made | more | {"AlarmName": name, "TreatMissingData": "ignore"})
    assert aws.evaluate_alarms() == {"at": "ALARM", "over": "OK"}


@pytest.mark.provokes("evaluation-math")
def test_expression_over_an_expression(aws: LocalAws) -> None:
    made = math(2, "share * 100", EvaluationPeriods=1, DatapointsToAlarm=1, Threshold=49)
    made["Metrics"].append({"Id": "share", "Expression": "m0 / SUM([m0, m1])", "ReturnData": False})
    client("cloudwatch").put_metric_alarm(**made)
    put(aws, [(0, 5)], "SystemErrors", "AWS/DynamoDB")
    assert state(aws) == "ALARM"


@pytest.mark.provokes("evaluation-math")
def test_expression_that_needs_itself_is_told(aws: LocalAws) -> None:
    client("cloudwatch").put_metric_alarm(**math(1, "total + m0"))
    with pytest.raises(LocalAwsError, match="total is unknown, or needs itself"):
        aws.evaluate_alarms()


QUERY = 'SELECT SUM(SystemErrors) FROM SCHEMA("AWS/DynamoDB", Operation, TableName)'
QUERIES = {
    QUERY: "ALARM",
    QUERY.lower().replace("systemerrors", "SystemErrors").replace("operation, tablename", "TableName,Operation").replace(
        "aws/dynamodb", "AWS/DynamoDB"): "ALARM",
    f"{QUERY} WHERE TableName = 'Orders'": "OK",
    f"{QUERY} WHERE TableName = 'Orders' AND Operation = 'Query'": "OK",
    QUERY.replace("SUM", "MAX"): "OK",
    QUERY.replace("Operation, ", ""): "OK",
    QUERY.replace("SUM(", "TOTAL("): "not well formed",
    f"{QUERY} GROUP BY TableName": "not well formed",
    f"{QUERY} WHERE TableName LIKE 'O%'": "WHERE that is not supported",
    f"{QUERY} WHERE Index = 'O'": "a label that is not in its SCHEMA",
    'SELECT SUM(SystemErrors) FROM "AWS/DynamoDB"': "not well formed",
}  # fmt: skip


def queried(expression: str, **more: Any) -> dict[str, Any]:
    """An alarm on a Metrics Insights query."""
    metrics = [{"Id": "watched", "Expression": expression, "ReturnData": True, "Period": 60}]
    asked = {"AlarmName": "asked", "Threshold": 5, "ComparisonOperator": "GreaterThanThreshold", "Metrics": metrics}
    return {**asked, "EvaluationPeriods": 1, "TreatMissingData": "notBreaching", **more}


@pytest.mark.provokes("insights-query", "insights-metrics")
@for_each(("expression", "found"), QUERIES.items())
def test_a_query_adds_up_what_has_its_dimensions(aws: LocalAws, expression: str, found: str) -> None:
    aws.reset()
    if found not in ("OK", "ALARM"):
        assert found in refused(queried(expression))
        return
    client("cloudwatch").put_metric_alarm(**queried(expression))
    for table, operation in (("Orders", "Query"), ("Books", "ExecuteStatement")):
        aws.put_metrics("AWS/DynamoDB", "SystemErrors", {"TableName": table, "Operation": operation}, [(0, 3)])
    aws.put_metrics("AWS/DynamoDB", "SystemErrors", {"TableName": "Orders"}, [(0, 3)])
    assert aws.evaluate_alarms()["asked"] == found


@pytest.mark.provokes("insights-query", "insights-hours")
@pytest.mark.usefixtures("aws")
def test_a_query_has_a_period_and_looks_back_three_hours_at_most() -> None:
    client("cloudwatch").put_metric_alarm(**queried(QUERY, EvaluationPeriods=180))
    assert "latest 3 hours" in refused(queried(QUERY, EvaluationPeriods=181))
    without = queried(QUERY)
    del without["Metrics"][0]["Period"]
    assert "needs a Period" in refused(without)


def refused(request: dict[str, Any]) -> str:
    """What CloudWatch answers to an alarm that it does not take."""
    with pytest.raises(ClientError) as answer:
        client("cloudwatch").put_metric_alarm(**request)
    return str(answer.value)


@provokes("evaluation-first", "metric-namespace")
def test_customers_put_their_own_metrics_only() -> None:
    cloudwatch = client("cloudwatch")
    make(EvaluationPeriods=1, DatapointsToAlarm=1)
    assert cloudwatch.describe_alarms()["MetricAlarms"][0]["StateValue"] == "INSUFFICIENT_DATA"
    datum = {"MetricName": "Latency", "Dimensions": alarm()["Dimensions"], "Value": 5}
    message = refusal(cloudwatch.put_metric_data, Namespace="AWS/DynamoDB", MetricData=[datum])
    assert message.startswith("InvalidParameterValue: The value AWS/DynamoDB for parameter Namespace is invalid")
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=[datum])
    assert cloudwatch.describe_alarms()["MetricAlarms"][0]["StateValue"] == "ALARM"


def test_other_regions_are_other_alarms(aws: LocalAws) -> None:
    make(EvaluationPeriods=1, DatapointsToAlarm=1)
    aws.put_metrics("Shop", "Latency", ORDERS, [(0, 5)], region="us-east-1")
    assert state(aws) == "OK"
    assert aws.evaluate_alarms(region="us-east-1") == {}
