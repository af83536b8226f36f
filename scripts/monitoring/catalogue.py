"""The metrics of `AWS/DynamoDB`, and of `AWS/Backup` those about jobs, with their exact dimensions: what an alarm or a widget may look at."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from scripts.input_file import read_text
from scripts.model import NAMESPACE

CATALOGUE = Path(__file__).with_name("catalogue.json")
PERCENTILE = re.compile(r"p\d{1,2}(\.\d{1,10})?|p100")  # CloudWatch, Statistics definitions


class Metric(NamedTuple):
    """One metric: each set of dimensions under which it is published, what can be asked of it, every how many seconds.

    `sparse`: no data means that nothing happened. `unusable`: why it must not be watched; empty if it may.
    """

    name: str
    dimensions: tuple[frozenset[str], ...]
    unit: str
    statistics: tuple[str, ...]
    sparse: bool
    period: int
    note: str = ""
    unusable: str = ""
    namespace: str = NAMESPACE

    def has(self, statistic: str) -> bool:
        """Whether a statistic of this metric means something; percentiles are `p99`, `p99.9`."""
        return statistic in self.statistics or ("percentile" in self.statistics and is_percentile(statistic))


def is_percentile(statistic: str) -> bool:
    """Whether a statistic is a percentile, which CloudFormation wants as ExtendedStatistic."""
    return PERCENTILE.fullmatch(statistic) is not None


def operations() -> tuple[str, ...]:
    """Every value that the dimension Operation has."""
    return tuple(_read()["operations"])


@cache
def metrics() -> dict[str, Metric]:
    """The catalogue, by the names of the metrics."""
    found = {}
    for entry in _read()["metrics"]:
        sets = tuple(frozenset(names) for names in entry["dimensions"])
        found[entry["name"]] = Metric(**{**entry, "dimensions": sets, "statistics": tuple(entry["statistics"])})
    return found


@cache
def names() -> dict[str, tuple[str, ...]]:
    """The names of the metrics of each namespace."""
    namespaces = dict.fromkeys(metric.namespace for metric in metrics().values())
    return {one: tuple(name for name, metric in metrics().items() if metric.namespace == one) for one in namespaces}


@cache
def _read() -> dict[str, Any]:
    return json.loads(read_text(CATALOGUE))
