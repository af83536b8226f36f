"""Metrics. Of alarms and of widgets: each must be one that DynamoDB or AWS Backup publishes, of a table that is there."""

import difflib
from collections.abc import Collection, Iterator

from scripts.checks.alarm_rules.watched import EVERY, WatchedMetric
from scripts.monitoring import catalogue
from scripts.problems import Breach, rule

MINUTE = 60  # seconds
TABLE, INDEX, OPERATION = "TableName", "GlobalSecondaryIndexName", "Operation"
_SOURCE = "Amazon DynamoDB Developer Guide, metrics-dimensions"


@rule(
    "A101",
    "Metrics are those of DynamoDB and AWS Backup",
    "{where}{namespace} is not in the catalogue.",
    "Use a metric of {right}.",
    "What is not published is never seen: the alarm waits for data that never comes.",
    source=_SOURCE,
)
def other_namespace(metric: WatchedMetric) -> Iterator[Breach]:
    known = catalogue.names()
    if metric.namespace not in known:
        yield Breach(where=metric.where, namespace=metric.namespace or "No namespace", right=" or ".join(known))


@rule(
    "A102",
    "Metrics exist",
    "{where}{namespace} has no metric {name}.",
    "{hint}",
    "A misspelt metric has no data, and the alarm never fires.",
    "MetricName: ReadThrotleEvents",
    "MetricName: ReadThrottleEvents",
    source=_SOURCE,
)
def unknown_metric(metric: WatchedMetric) -> Iterator[Breach]:
    known = catalogue.names().get(metric.namespace, ())
    if known and metric.name not in known:
        near = difflib.get_close_matches(metric.name, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else "Use one of scripts/monitoring/catalogue.json."
        yield Breach(where=metric.where, namespace=metric.namespace, name=metric.name or "without a name", hint=hint)


@rule(
    "A103",
    "Metrics can be watched",
    "{where}{name} must not be watched. {why}",
    "Remove it.",
    "Some metrics are published, and say something else than one would think.",
    source=_SOURCE,
)
def unusable_metric(metric: WatchedMetric) -> Iterator[Breach]:
    if (known := _known(metric)) and known.unusable:
        yield Breach(where=metric.where, name=metric.name, why=known.unusable)


@rule(
    "A104",
    "Metrics have exactly the dimensions under which they are published",
    "{where}{name} has no data under the dimensions {found}.",
    "Use exactly the dimensions {right}.",
    "CloudWatch takes any other set of dimensions for another metric, which has no data.",
    "Dimensions: [{Name: GlobalSecondaryIndex, ...}]",
    "Dimensions: [{Name: TableName, ...}, {Name: GlobalSecondaryIndexName, ...}]",
    source=_SOURCE,
)
def other_dimensions(metric: WatchedMetric) -> Iterator[Breach]:
    known = _known(metric)
    if known and frozenset(metric.dimensions) not in known.dimensions:
        right = " or ".join(", ".join(_ordered(names)) or "none" for names in known.dimensions)
        yield Breach(where=metric.where, name=metric.name, found=", ".join(metric.dimensions) or "none", right=right)


@rule(
    "A105",
    "Tables, indexes and operations exist",
    "{where}{found}",
    "{hint}",
    "Nothing is published about what is not there.",
)
def nothing_there(metric: WatchedMetric) -> Iterator[Breach]:
    if not _known(metric):
        return
    told = {name: value for name, value in metric.dimensions.items() if value != EVERY}
    table, index, operation = (told.get(name) for name in (TABLE, INDEX, OPERATION))
    tables = metric.tables
    if table is not None and table not in tables:
        hint = f"Name one of: {', '.join(tables) or 'none'}."
        yield Breach(where=metric.where, found=f"There is no table {table} here.", hint=hint)
    elif table is not None and index is not None and index not in tables[table]:
        hint = f"Name one of: {', '.join(tables[table]) or 'none'}."
        yield Breach(where=metric.where, found=f"Table {table} has no index {index}.", hint=hint)
    if operation is not None and operation not in catalogue.operations():
        hint = f"Use one of: {', '.join(catalogue.operations())}."
        yield Breach(where=metric.where, found=f"There is no operation {operation}.", hint=hint)


@rule(
    "A106",
    "Statistics mean something",
    "{where}{statistic} of {name} means nothing.",
    "Use {right}.",
    "The average of a count, for example, is always 1.",
    "Statistic: Average",
    "Statistic: Sum",
    source=_SOURCE,
)
def meaningless_statistic(metric: WatchedMetric) -> Iterator[Breach]:
    if (known := _known(metric)) and not known.has(metric.statistic):
        statistic, right = metric.statistic or "No statistic", ", ".join(known.statistics)
        yield Breach(where=metric.where, statistic=statistic, name=metric.name, right=right)


@rule(
    "A107",
    "Periods are those of the metric",
    "{where}{found}",
    "{hint}",
    "A period that is shorter than the metric's sees no data most of the time.",
    "Period: 30",
    "Period: 60",
    source="Amazon CloudWatch API Reference, PutMetricAlarm, Period",
)
def wrong_period(metric: WatchedMetric) -> Iterator[Breach]:
    known, period = _known(metric), metric.period
    if not known:
        return
    found, hint = "", f"Set it to {known.period}."
    if not isinstance(period, int) or isinstance(period, bool):
        found = f"The period of {metric.name} is missing, or not a number."
    elif period < MINUTE:
        found = f"A period of {period} s is less than a minute: there is no such data."
    elif period < known.period:
        found = f"{metric.name} comes every {known.period} s, not every {period} s."
        hint = f"Set the period to {known.period}."
    elif period % MINUTE:
        found, hint = f"A period of {period} s is no whole number of minutes.", "Use a multiple of 60."
    if found:
        yield Breach(where=metric.where, found=found, hint=hint)


def _known(metric: WatchedMetric) -> catalogue.Metric | None:
    """What is known of a metric; None for those that other rules refuse."""
    found = catalogue.metrics().get(metric.name)
    return found if found and found.namespace == metric.namespace else None


def _ordered(names: Collection[str]) -> list[str]:
    return sorted(names, key=lambda name: (name != TABLE, name))
