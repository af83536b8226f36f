"""The catalogue is whole, and says what the developer guide says about the metrics that are most often got wrong."""

import json

from scripts.model import NAMESPACE
from scripts.monitoring import catalogue
from scripts.monitoring.kinds import KINDS, Kind
from tests.for_each import for_each

T, G, O = "TableName", "GlobalSecondaryIndexName", "Operation"  # noqa: E741


@for_each(
    ("metric", "dimensions"),
    [
        ("SystemErrors", [{T, O}]),
        ("ThrottledRequests", [{T, O}]),
        ("SuccessfulRequestLatency", [{T, O}, {T, O, "StreamLabel"}]),
        ("UserErrors", [set()]),
        ("ReadThrottleEvents", [{T}, {T, G}]),
        ("WriteAccountLimitThrottleEvents", [{T}]),
        ("ConditionalCheckFailedRequests", [{T}]),
        ("AccountProvisionedReadCapacityUtilization", [set()]),
    ],
)
def test_dimensions(metric: str, dimensions: list[set[str]]) -> None:
    assert list(catalogue.metrics()[metric].dimensions) == dimensions


def test_every_entry_is_complete() -> None:
    for name, metric in catalogue.metrics().items():
        assert metric.dimensions, name
        assert metric.statistics, name
        assert metric.period in (60, 300), name


def test_percentiles_only_where_there_are_some() -> None:
    latency = catalogue.metrics()["SuccessfulRequestLatency"]
    assert [latency.has(s) for s in ("p99", "p99.9", "p100", "Average", "p", "p999", "99")] == [True] * 4 + [False] * 3
    assert not catalogue.metrics()["ReadThrottleEvents"].has("p99")


@for_each("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_of_alarm_asks_what_its_metric_can_answer(kind: Kind) -> None:
    assert 1 <= kind.datapoints <= kind.evaluation_periods
    for name in kind.watched.values():
        metric = catalogue.metrics()[name]
        assert metric.has(kind.statistic)
        assert kind.period % metric.period == 0
        assert not metric.unusable
        assert not kind.every or frozenset(kind.every) in metric.dimensions


def test_the_namespace_is_that_of_the_alarms() -> None:
    assert json.loads(catalogue.CATALOGUE.read_text(encoding="utf-8"))["namespace"] == NAMESPACE
