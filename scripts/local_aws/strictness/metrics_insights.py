"""CloudWatch Metrics Insights: the part of its SQL that gives one series, over every metric with certain dimensions."""

import re
from typing import Any, NamedTuple

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.metric_math import MathError
from scripts.local_aws.strictness.registry import rule

FUNCTIONS = {"AVG": "Average", "COUNT": "SampleCount", "MAX": "Maximum", "MIN": "Minimum", "SUM": "Sum"}
HOURS = 3  # of data that an alarm may look at
_QUERY = re.compile(
    r"SELECT (?P<function>[A-Z]+)\((?P<metric>\w+)\) FROM SCHEMA\(\"(?P<namespace>[^\"]+)\"(?P<dimensions>(?:, ?\w+)*)\)"
    r"(?: WHERE (?P<where>.+))?",
    re.IGNORECASE,
)
_EQUALS = re.compile(r"(\w+) ?= ?'([^']*)'")


class Query(NamedTuple):
    """A query over every metric of this name that has exactly these dimensions, some of them with a given value."""

    statistic: str
    namespace: str
    metric: str
    dimensions: frozenset[str]
    where: dict[str, str]


def is_query(expression: str) -> bool:
    """Whether an expression of an alarm is a query, and not metric math."""
    return expression.lstrip()[:7].upper() == "SELECT "


@rule(
    "insights-query",
    "A Metrics Insights query of an alarm is SELECT FUNCTION(metric) FROM SCHEMA(namespace, dimensions) with WHERE label = "
    "value AND ...; AWS has GROUP BY, ORDER BY and LIMIT as well, which are refused here. Its entry has a Period.",
    sources.INSIGHTS_QUERY,
)
def parse(expression: str) -> Query:
    """The query that is written. Raises MathError for one that is not well formed, or not supported here."""
    found = _QUERY.fullmatch(" ".join(expression.split()))
    if not found or found["function"].upper() not in FUNCTIONS:
        raise MathError(f"the query [{expression}] is not well formed, or not supported by the local AWS")
    terms = [_EQUALS.fullmatch(term) for term in re.split(r" AND ", found["where"] or "", flags=re.I) if term]
    if not all(terms):
        raise MathError(f"the query [{expression}] has a WHERE that is not supported by the local AWS")
    dimensions = frozenset(name.strip() for name in found["dimensions"].split(",") if name.strip())
    where = {term[1]: term[2] for term in terms if term}
    if not where.keys() <= dimensions:
        raise MathError(f"the query [{expression}] asks for a label that is not in its SCHEMA")
    return Query(FUNCTIONS[found["function"].upper()], found["namespace"], found["metric"], dimensions, where)


@rule(
    "insights-metrics",
    "A Metrics Insights query processes the metrics that have exactly the dimensions of its SCHEMA, whatever their values.",
    sources.INSIGHTS_QUERY,
)
def points_of(query: Query) -> list[dict[str, Any]]:
    """The stored points of every metric that the query matches."""
    import ministack.services.cloudwatch as cloudwatch

    found: list[dict[str, Any]] = []
    for (namespace, name, _), points in list(cloudwatch._metrics.items()):
        if (namespace, name) == (query.namespace, query.metric):
            found += [point for point in points if _matches(query, point["Dimensions"])]
    return found


def _matches(query: Query, dimensions: dict[str, str]) -> bool:
    return dimensions.keys() == query.dimensions and query.where.items() <= dimensions.items()


@rule(
    "insights-hours",
    f"An alarm on a Metrics Insights query looks at the latest {HOURS} hours at most.",
    sources.INSIGHTS_LIMITS,
)
def span_problem(seconds: int) -> str | None:
    """Why an alarm cannot look back for so long by a query, or None. AWS's wording is not known."""
    return f"Metrics Insights alarms evaluate the latest {HOURS} hours of data" if seconds > HOURS * 3600 else None
