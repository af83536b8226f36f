"""What can be wrong with one metric of an alarm or widget: it must be one that DynamoDB publishes, of a table that is there."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from scripts.model import NAMESPACE
from scripts.monitoring import catalogue
from scripts.monitoring.catalogue import Metric

Found = tuple[str, str]  # what was found, and what to do
Tables = Mapping[str, Collection[str]]  # name of a table to the names of its indexes
MINUTE = 60  # seconds
TABLE, INDEX, OPERATION = "TableName", "GlobalSecondaryIndexName", "Operation"


def metric_problems(
    namespace: str, name: str, dimensions: Mapping[str, str], statistic: str, period: Any, tables: Tables
) -> Iterator[Found]:
    """Every problem of one metric. `period` in seconds; `tables`: all that the dimensions may name."""
    if namespace != NAMESPACE:
        yield f"{namespace or 'No namespace'} is not in the catalogue.", f"Use a metric of {NAMESPACE}."
        return
    metric = catalogue.metrics().get(name)
    if metric is None:
        near = difflib.get_close_matches(name, catalogue.metrics(), n=1)
        fix = f"Did you mean {near[0]}?" if near else "Use one of scripts/monitoring/catalogue.json."
        yield f"DynamoDB has no metric {name or 'without a name'}.", fix
        return
    if metric.unusable:
        yield f"{name} must not be watched. {metric.unusable}", "Remove it."
    yield from _dimensions(metric, dimensions)
    yield from _values(dimensions, tables)
    if not metric.has(statistic):
        yield f"{statistic or 'No statistic'} of {name} means nothing.", f"Use {', '.join(metric.statistics)}."
    yield from _period(metric, period)


def _dimensions(metric: Metric, dimensions: Mapping[str, str]) -> Iterator[Found]:
    if frozenset(dimensions) in metric.dimensions:
        return
    found = ", ".join(dimensions) or "none"
    wanted = " or ".join(", ".join(_ordered(names)) or "none" for names in metric.dimensions)
    yield f"{metric.name} has no data under the dimensions {found}.", f"Use exactly the dimensions {wanted}."


def _ordered(names: Collection[str]) -> list[str]:
    return sorted(names, key=lambda name: (name != TABLE, name))


def _values(dimensions: Mapping[str, str], tables: Tables) -> Iterator[Found]:
    table, index, operation = (dimensions.get(name) for name in (TABLE, INDEX, OPERATION))
    if table is not None and table not in tables:
        yield f"There is no table {table} here.", f"Name one of: {', '.join(tables) or 'none'}."
    elif table is not None and index is not None and index not in tables[table]:
        yield f"Table {table} has no index {index}.", f"Name one of: {', '.join(tables[table]) or 'none'}."
    if operation is not None and operation not in catalogue.operations():
        yield f"There is no operation {operation}.", f"Use one of: {', '.join(catalogue.operations())}."


def _period(metric: Metric, period: Any) -> Iterator[Found]:
    if not isinstance(period, int) or isinstance(period, bool):
        yield f"The period of {metric.name} is missing, or not a number.", f"Set it to {metric.period}."
    elif period < MINUTE:
        yield f"A period of {period} s is less than a minute: DynamoDB has no such data.", f"Set it to {metric.period}."
    elif period < metric.period:
        yield (
            f"{metric.name} comes every {metric.period} s, not every {period} s.",
            f"Set the period to {metric.period}.",
        )
    elif period % MINUTE:
        yield f"A period of {period} s is no whole number of minutes.", "Use a multiple of 60."
