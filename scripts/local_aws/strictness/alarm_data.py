"""The data points that an alarm looks at: one value per period, oldest first, None where there is no data."""

import re
from typing import Any

from scripts.local_aws.strictness import metrics_insights, sources
from scripts.local_aws.strictness.alarm_limits import Alarm
from scripts.local_aws.strictness.metric_math import Computation, MathError, Series, parse
from scripts.local_aws.strictness.now import MINUTE
from scripts.local_aws.strictness.registry import rule

STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_PERCENTILE = re.compile(r"p(\d{1,2}(\.\d{1,10})?|100)")


def percentile(name: str | None) -> bool:
    """Whether this is the name of a percentile, p0 to p100."""
    return bool(name and _PERCENTILE.fullmatch(name))


def periods(alarm: Alarm) -> int:
    """Length of one period of the alarm, in seconds: of metric math, the longest of its metrics."""
    given = [(query.get("MetricStat") or query).get("Period") for query in alarm.get("Metrics") or []]
    return max(int(period) for period in [*given, alarm.get("Period")] if period)


@rule(
    "evaluation-dimensions",
    "An alarm looks at the metric with exactly its dimensions, not at one with fewer or more.",
    sources.STATISTICS,
)
def points_of(metric: Alarm, unit: str | None) -> list[dict[str, Any]]:
    """The stored points of a metric (Namespace, MetricName, Dimensions), of one unit when it is given."""
    import ministack.services.cloudwatch as cloudwatch

    dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(metric.get("Dimensions") or []))
    found = cloudwatch._metrics.get((metric.get("Namespace"), metric.get("MetricName"), dimensions)) or []
    return [point for point in found if unit is None or point.get("Unit") == unit]


@rule(
    "evaluation-statistic",
    "A data point is the statistic of the alarm over one period: sum, average, minimum, maximum, sample count, or a "
    "percentile of the single values.",
    sources.STATISTICS,
)
def statistic_of(points: list[dict[str, Any]], statistic: str) -> float | None:
    """The statistic of these points, None without points. Raises MathError for one that is not known here."""
    import ministack.services.cloudwatch as cloudwatch

    if statistic not in STATISTICS and not percentile(statistic):
        raise MathError(f"the statistic {statistic} is not supported by the local AWS")
    stats = cloudwatch._calc_stats(points)
    return cloudwatch._stat_value(stats, statistic, points) if stats else None


def series_of(metric: Alarm, statistic: str, unit: str | None, period: int, count: int, now: float) -> Series:
    """One value per period for `count` periods. The last one ends with the minute that `now` is in."""
    return _windows(points_of(metric, unit), statistic, period, count, now)


def _windows(points: list[dict[str, Any]], statistic: str, period: int, count: int, now: float) -> Series:
    step = min(period, MINUTE)
    end = (int(now) // step + 1) * step

    def window(age: int) -> float | None:
        last = end - age * period
        inside = [point for point in points if last - period <= point["Timestamp"] < last]
        return statistic_of(inside, statistic)

    return tuple(window(age) for age in reversed(range(count)))


def alarm_series(alarm: Alarm, count: int, now: float) -> Series:
    """The last `count` data points of an alarm. Raises MathError when its math cannot be computed."""
    queries = {query["Id"]: query for query in alarm.get("Metrics") or []}
    if not queries:
        statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or ""
        return series_of(alarm, statistic, alarm.get("Unit"), periods(alarm), count, now)
    running: list[str] = []

    def lookup(id_: str) -> Series:
        if id_ not in queries or id_ in running:
            raise MathError(f"{id_} is unknown, or needs itself")
        query = queries[id_]
        running.append(id_)
        try:
            if stat := query.get("MetricStat"):
                return series_of(stat["Metric"], stat["Stat"], stat.get("Unit"), int(stat["Period"]), count, now)
            if metrics_insights.is_query(query["Expression"]):
                asked = metrics_insights.parse(query["Expression"])
                points = metrics_insights.points_of(asked)
                return _windows(points, asked.statistic, int(query["Period"]), count, now)
            value = Computation(lookup, metrics).value(parse(query["Expression"]))
        finally:
            running.remove(id_)
        if isinstance(value, list):
            raise MathError(f"{id_} is a list of time series, not one")
        return value if isinstance(value, tuple) else (value,) * count

    metrics = [id_ for id_, query in queries.items() if query.get("MetricStat")]
    return lookup(next(id_ for id_, query in queries.items() if query.get("ReturnData", True)))
