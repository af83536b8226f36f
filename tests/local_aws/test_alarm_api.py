"""Alarms through PutMetricAlarm and through CloudFormation."""

from typing import Any

import pytest

from .support import Stack, alarm, client, math, provokes, refusal, template


def resource(properties: dict[str, Any]) -> dict[str, Any]:
    return template(Alarm={"Type": "AWS::CloudWatch::Alarm", "Properties": properties})


def live() -> list[dict[str, Any]]:
    return client("cloudwatch").describe_alarms()["MetricAlarms"]


@provokes("alarm-math")
def test_math_alarm_is_created_updated_and_deleted_by_a_stack() -> None:
    stack = Stack()
    assert stack.deploy(resource(math(10))) == "CREATE_COMPLETE"
    (made,) = live()
    assert [query["Id"] for query in made["Metrics"]] == ["total", *[f"m{n}" for n in range(10)]]
    assert made["Metrics"] == math(10)["Metrics"]
    assert not {"MetricName", "Namespace", "Statistic", "Period"} & made.keys()
    assert made["StateValue"] == "INSUFFICIENT_DATA"
    assert stack.deploy(resource(math(2, "MAX([m0, m1])", Threshold=3))) == "UPDATE_COMPLETE"
    (made,) = live()
    assert (made["Threshold"], made["Metrics"][0]["Expression"], len(made["Metrics"])) == (3.0, "MAX([m0, m1])", 3)
    assert stack.deploy(resource(alarm())) == "UPDATE_COMPLETE"
    assert live()[0]["MetricName"] == "ReadThrottleEvents"
    assert "Metrics" not in live()[0]
    assert stack.delete() == "DELETE_COMPLETE"
    assert live() == []


@provokes("alarm-math")
def test_math_alarm_through_the_api() -> None:
    client("cloudwatch").put_metric_alarm(**math(3, 'FILL(m0, 0) + IF(m1 > 5, m1, m2) + SUM(METRICS("m"))'))
    assert len(live()[0]["Metrics"]) == 4
    client("cloudwatch").delete_alarms(AlarmNames=["Orders-throttled"])
    assert live() == []


def both_kinds() -> dict[str, Any]:
    return math(1) | {"MetricName": "SystemErrors"}


def expressions(count: int) -> dict[str, Any]:
    made = math(1)
    made["Metrics"] += [{"Id": f"e{n}", "Expression": "m0", "ReturnData": False} for n in range(count)]
    return made


def returning(count: int) -> dict[str, Any]:
    made = math(2)
    for position, query in enumerate(made["Metrics"]):
        query["ReturnData"] = position < count
    return made


def twice() -> dict[str, Any]:
    made = math(2)
    made["Metrics"][2]["Id"] = "m0"
    return made


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in alarm().items() if key != name}


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "11 metrics": ("alarm-math", math(11), "exceeds 10 metrics"),
    "11 expressions": ("alarm-math", expressions(10), "or 10 expressions"),
    "metric and math": ("alarm-math", both_kinds(), "Metrics list and MetricName cannot be specified together"),
    "nothing returned": ("alarm-math", returning(0), "Exactly one element"),
    "two returned": ("alarm-math", returning(2), "Exactly one element"),
    "same id twice": ("alarm-math", twice(), "every Id must be unique"),
    "unknown id": ("alarm-math", math(1, "m0+m1"), "unknown id m1"),
    "half an expression": ("alarm-expression", math(2, "m0 +"), "not well formed"),
    "no expression": ("alarm-expression", math(2, "m0[m1]"), "not well formed"),
    "unknown function": ("alarm-expression", math(1, "DOUBLE(m0)"), "the function DOUBLE is unknown"),
    "unknown filler": ("alarm-expression", math(1, "FILL(m0, NEAREST)"), "the function NEAREST is unknown"),
    "period of 61 s": ("alarm-period", alarm(Period=61), "multiple of 60"),
    "period of 61 s in math": ("alarm-period", {**math(1), "Metrics": [
        {**math(1)["Metrics"][1], "ReturnData": True, "MetricStat": {**math(1)["Metrics"][1]["MetricStat"],
                                                                   "Period": 61}}]}, "multiple of 60"),
    "more than a day": ("alarm-period", alarm(Period=300, EvaluationPeriods=289), "more than a day"),
    "6 of 5": ("alarm-period", alarm(DatapointsToAlarm=6), "at most EvaluationPeriods"),
    "no metric": ("alarm-shape", without("MetricName"), "MetricName is required"),
    "no period": ("alarm-shape", without("Period"), "Period is required"),
    "no statistic": ("alarm-shape", without("Statistic"), "Exactly one of Statistic and ExtendedStatistic"),
    "two statistics": ("alarm-shape", alarm(ExtendedStatistic="p99"), "Exactly one of Statistic"),
    "no threshold": ("alarm-shape", without("Threshold"), "Threshold is required"),
    "comparison": ("service-model", alarm(ComparisonOperator="Above"), "satisfy enum value set: [GreaterThanOrEqual"),
    "missing data": ("alarm-shape", alarm(TreatMissingData="never"), "TreatMissingData must be one of"),
    "6 actions": ("service-model", alarm(AlarmActions=[f"arn:aws:sns:eu-west-1:1:{n}" for n in range(6)]), "equal to 5"),
}  # fmt: skip
CASES = [pytest.param(made, text, id=name, marks=pytest.mark.provokes(r)) for name, (r, made, text) in REFUSED.items()]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("made", "text"), CASES)
def test_refused_by_the_api_and_by_a_stack(made: dict[str, Any], text: str) -> None:
    assert text in refusal(client("cloudwatch").put_metric_alarm, **made)
    stack = Stack()
    proposed = stack.propose(resource(made))
    if proposed["Status"] == "CREATE_COMPLETE":
        stack.client.execute_change_set(ChangeSetName=proposed["ChangeSetId"])
        assert stack.status() == "ROLLBACK_COMPLETE"
        assert text in stack.failures()["Alarm"]
    else:
        assert "PropertyValidation" in proposed["StatusReason"]
    assert live() == []


@provokes("alarm-shape", "alarm-period", "alarm-statistic")
def test_percentile_alarm_over_a_week() -> None:
    weekly = alarm(Period=86_400, EvaluationPeriods=7, DatapointsToAlarm=1, ExtendedStatistic="p99")
    del weekly["Statistic"]
    assert Stack().deploy(resource(weekly)) == "CREATE_COMPLETE"
    assert live()[0]["ExtendedStatistic"] == "p99"
    assert "Statistic" not in live()[0]
    client("cloudwatch").put_metric_alarm(**weekly)
    assert "Statistic" not in live()[0]
