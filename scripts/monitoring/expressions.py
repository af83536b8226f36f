"""What alarms measure: one metric where one says it all, else an expression over at most ten, or a query over all."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from scripts.model import NAMESPACE, MetricQuery
from scripts.monitoring import catalogue
from scripts.monitoring.kinds import Kind

MAX_METRICS = 10  # in one metric math alarm (CloudWatch, PutMetricAlarm)
TABLE, INDEX, OPERATION = "TableName", "GlobalSecondaryIndexName", "Operation"
VAULT = "BackupVaultName"
BACKUP_JOBS = ("NumberOfBackupJobsFailed", "NumberOfBackupJobsAborted", "NumberOfBackupJobsExpired")
COPY_JOBS = "NumberOfCopyJobsFailed"
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


class Tolerated(NamedTuple):
    """One metric of several that an alarm watches together, and how much of it is tolerated in a period."""

    metric: str
    dimensions: tuple[tuple[str, str], ...]
    tolerated: float


def exceeding(kind: Kind, parts: Sequence[Tolerated], *, a_second: bool = False) -> tuple[Measure, float]:
    """What the worst of several metrics is above what is tolerated of it, at most 10 of them; and the threshold for that.

    A sparse metric without data counts as 0. Where the same is tolerated of all of them, that is the threshold.
    `a_second`: the metric is never without data, and what is tolerated is its sum divided by the seconds of the period.
    """
    metrics = tuple(
        MetricQuery(f"m{n}", part.metric, part.dimensions, kind.statistic, kind.period)
        for n, part in enumerate(parts[:MAX_METRICS])
    )
    tolerated = {part.tolerated for part in parts}
    same = tolerated.pop() if len(tolerated) == 1 else None
    terms = [
        (f"{query.id}/{kind.period}" if a_second else f"FILL({query.id},0)")
        + (f"-{number(part.tolerated)}" if same is None and part.tolerated else "")
        for query, part in zip(metrics, parts, strict=False)
    ]
    return Measure(expression=largest(terms), metrics=metrics, gaps=not a_second), 0 if same is None else same


def everywhere(kind: Kind) -> Measure:
    """The sum of a metric over all values of its dimensions, by a Metrics Insights query.

    It follows what exists: a table or an operation that appears is watched from then on. 200 such alarms per account and
    Region, 10,000 metrics in each, the last three hours (CloudWatch User Guide, cloudwatch-metrics-insights-limits). Its
    WHERE knows AND, and nothing to name the tables of one service by (cloudwatch-metrics-insights-querylanguage).
    """
    schema = ", ".join((f'"{NAMESPACE}"', *kind.every))
    query = "SELECT {}({}) FROM SCHEMA({})"
    function = {"Sum": "SUM", "Maximum": "MAX"}[kind.statistic]
    return Measure(expression=query.format(function, kind.metric, schema))


def failed_jobs(kind: Kind, vault: str, backups: Mapping[str, Any]) -> Measure:
    """The jobs of AWS Backup that came to nothing: backups into `vault`, and their copies, of which there are at most 5.

    A job of a copy counts under the vault that it copies to; a number is published only when it is not 0 (AWS Backup
    Developer Guide, cloudwatch: https://docs.aws.amazon.com/aws-backup/latest/devguide/cloudwatch.html). `backups`: the
    setting of the environment.
    """
    copies = dict.fromkeys(arn.rpartition(":")[2] for arn in backups.get("copy_to", ()))
    counted = [*((metric, vault) for metric in BACKUP_JOBS), *((COPY_JOBS, copy) for copy in copies)]
    metrics = tuple(
        MetricQuery(
            f"m{n}", metric, ((VAULT, name),), kind.statistic, kind.period, catalogue.metrics()[metric].namespace
        )
        for n, (metric, name) in enumerate(counted)
    )
    terms = ",".join(f"FILL({query.id},0)" for query in metrics)
    return Measure(expression=f"SUM([{terms}])", metrics=metrics, gaps=True)


def utilisation(kind: Kind, table: str, indexes: Sequence[str]) -> Measure:
    """The consumed part of the provisioned capacity in percent, of the busiest of the targets; at most 2 of them."""
    metrics: list[MetricQuery] = []
    terms: list[str] = []
    for index in indexes:
        of = dimensions(table, index)
        for consumed in kind.watched.values():
            n = len(terms)
            provisioned = consumed.replace("Consumed", "Provisioned")
            metrics.append(MetricQuery(f"c{n}", consumed, of, kind.statistic, kind.period))
            metrics.append(MetricQuery(f"p{n}", provisioned, of, "Average", kind.period))
            # The sum of a period divided by its seconds is what was used a second (metrics-dimensions, Consumed...Units).
            terms.append(f"100*c{n}/{kind.period}/p{n}")
    return Measure(expression=largest(terms), metrics=tuple(sorted(metrics, key=lambda query: query.id)))


def share_of(kind: Kind, table: str, maxima: Sequence[tuple[str, str, int]]) -> Measure:
    """What is consumed of given maxima in percent, of the busiest of (index, Read or Write, units a second); at most 10."""
    metrics = tuple(
        MetricQuery(f"c{n}", kind.watched[what], dimensions(table, index), kind.statistic, kind.period)
        for n, (index, what, _) in enumerate(maxima)
    )
    terms = [f"100*c{n}/{kind.period}/{maximum}" for n, (_, _, maximum) in enumerate(maxima)]
    return Measure(expression=largest(terms), metrics=metrics)


def largest(terms: Sequence[str]) -> str:
    """The largest of some terms, as metric math."""
    return terms[0] if len(terms) == 1 else f"MAX([{','.join(terms)}])"


def number(value: float) -> str:
    """A threshold without a useless `.0`."""
    return str(int(value)) if value == int(value) else str(value)
