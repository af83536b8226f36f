"""What alarms measure: one metric where one says it all, else an expression over at most ten."""

from collections.abc import Sequence
from typing import NamedTuple

from scripts.model import MetricQuery
from scripts.monitoring.kinds import Kind
from scripts.monitoring.usage import MAX_METRICS

TABLE, INDEX, OPERATION = "TableName", "GlobalSecondaryIndexName", "Operation"
# FILL puts 0 also where CloudWatch has not got the newest minutes yet; so many periods more than datapoints are looked
# at, or the alarm would wait for them for ever (CloudWatch user guide, metric math, FILL).
SLACK = 2


class Measure(NamedTuple):
    """Either metric and dimensions, or an expression and its metrics. `gaps`: it puts 0 where there is no data."""

    metric: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()
    expression: str = ""
    metrics: tuple[MetricQuery, ...] = ()
    gaps: bool = False


def dimensions(table: str, index: str = "", operation: str = "") -> tuple[tuple[str, str], ...]:
    """The dimensions of a metric of a table, an index, or an operation on a table."""
    more = (((INDEX, index),) if index else ()) + (((OPERATION, operation),) if operation else ())
    return ((TABLE, table), *more)


def single(kind: Kind, table: str, index: str = "", operation: str = "") -> Measure:
    """One metric of a table, an index, or an operation on a table."""
    return Measure(kind.metric, dimensions(table, index, operation))


def total(kind: Kind, of: Sequence[tuple[tuple[str, str], ...]]) -> Measure:
    """The sum of a metric over several dimensions, at most 10. A sparse metric without data counts as 0."""
    metrics = tuple(
        MetricQuery(f"m{n}", kind.metric, each, kind.statistic, kind.period) for n, each in enumerate(of[:MAX_METRICS])
    )
    return Measure(expression=f"SUM([{','.join(f'FILL({m.id},0)' for m in metrics)}])", metrics=metrics, gaps=True)


def utilisation(kind: Kind, table: str, indexes: Sequence[str]) -> Measure:
    """The consumed part of the provisioned capacity in percent, of the busiest of the targets; at most 5 of them."""
    metrics: list[MetricQuery] = []
    for n, index in enumerate(indexes):
        of = dimensions(table, index)
        provisioned = kind.metric.replace("Consumed", "Provisioned")
        metrics.append(MetricQuery(f"c{n}", kind.metric, of, kind.statistic, kind.period))
        metrics.append(MetricQuery(f"p{n}", provisioned, of, "Average", kind.period))
    # The sum of a period divided by its seconds is what was used a second (metrics-dimensions, Consumed...Units).
    terms = [f"100*c{n}/{kind.period}/p{n}" for n in range(len(indexes))]
    return Measure(expression=_largest(terms), metrics=tuple(sorted(metrics, key=lambda query: query.id)))


def share_of(kind: Kind, table: str, maxima: Sequence[tuple[str, int]]) -> Measure:
    """What is consumed of a given maximum in percent, of the busiest of the targets (index, units a second); at most 10."""
    metrics = tuple(
        MetricQuery(f"c{n}", kind.metric, dimensions(table, index), kind.statistic, kind.period)
        for n, (index, _) in enumerate(maxima)
    )
    terms = [f"100*c{n}/{kind.period}/{maximum}" for n, (_, maximum) in enumerate(maxima)]
    return Measure(expression=_largest(terms), metrics=metrics)


def _largest(terms: Sequence[str]) -> str:
    return terms[0] if len(terms) == 1 else f"MAX([{','.join(terms)}])"
