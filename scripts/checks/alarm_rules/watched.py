"""What the rules of alarms and dashboards look at. Templates have the form that `alarm_form` looks for."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

Tables = Mapping[str, Collection[str]]  # name of a table to the names of its indexes
Resources = Mapping[str, Mapping[str, Any]]


EVERY = "*"  # the value of a dimension over all of whose values a query goes
# CloudWatch User Guide, cloudwatch-metrics-insights-querylanguage
_QUERY = re.compile(r"SELECT (\w+)\((\w+)\) FROM SCHEMA\(\"([^\"]+)\"((?:, ?\w+)*)\)", re.I)
_FUNCTIONS = {"AVG": "Average", "COUNT": "SampleCount", "MAX": "Maximum", "MIN": "Minimum", "SUM": "Sum"}


class WatchedMetric(NamedTuple):
    """One metric of an alarm or widget. `period` in seconds; `tables`: all that the dimensions may name.

    `where`: how a message begins that is about a part of the resource, such as a widget.
    """

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str
    period: Any
    tables: Tables
    where: str = ""


class WatchedAlarm(NamedTuple):
    """An alarm or a composite alarm: its properties, and the resources of its template."""

    properties: Mapping[str, Any]
    resources: Resources

    @property
    def queries(self) -> list[Any]:
        """The metrics and expressions of a metric math alarm."""
        return self.properties.get("Metrics") or []

    @property
    def stats(self) -> list[Any]:
        """The metrics of a metric math alarm, without the expressions."""
        return [query for query in self.queries if isinstance(query.get("MetricStat"), Mapping)]

    @property
    def expressions(self) -> list[Any]:
        """The expressions of a metric math alarm."""
        return [query for query in self.queries if query.get("Expression")]

    @property
    def insights(self) -> list[tuple[Any, re.Match[str] | None]]:
        """The Metrics Insights queries among the expressions, each with what it says; None where that is not understood."""
        texts = [(query, " ".join(str(query["Expression"]).split())) for query in self.expressions]
        return [(query, _QUERY.match(text)) for query, text in texts if text[:7].upper() == "SELECT "]

    @property
    def periods(self) -> list[Any]:
        """The periods of all its metrics, in seconds if they are valid."""
        given = [query["MetricStat"].get("Period") for query in self.stats]
        return given or [query.get("Period") for query in self.expressions] or [self.properties.get("Period")]

    def metrics(self, tables: Tables) -> Iterator[WatchedMetric]:
        """The metrics that it watches."""
        if self.queries:
            for query in self.stats:
                stat = query["MetricStat"]
                yield self._metric(stat.get("Metric", {}), stat.get("Stat", ""), stat.get("Period"), tables)
            for query, found in self.insights:
                if found:
                    function, name, namespace, dimensions = found.groups()
                    every = {each.strip(): EVERY for each in dimensions.split(",") if each.strip()}
                    statistic = _FUNCTIONS.get(function.upper(), function)
                    yield WatchedMetric(namespace, name, every, statistic, query.get("Period"), tables)
        else:
            statistic = self.properties.get("Statistic") or self.properties.get("ExtendedStatistic") or ""
            yield self._metric(self.properties, statistic, self.properties.get("Period"), tables)

    def _metric(self, metric: Mapping[str, Any], statistic: str, period: Any, tables: Tables) -> WatchedMetric:
        dimensions = {str(each.get("Name")): self._value(each.get("Value")) for each in metric.get("Dimensions") or []}
        name = str(metric.get("MetricName", ""))
        return WatchedMetric(str(metric.get("Namespace", "")), name, dimensions, statistic, period, tables)

    def _value(self, value: Any) -> str:
        """A dimension's value; a reference to a table is its name."""
        if isinstance(value, Mapping) and "Ref" in value:
            table = self.resources.get(value["Ref"], {}).get("Properties", {})
            return str(table.get("TableName", f"Ref {value['Ref']}"))
        return str(value)


def tells_people(alarm: Mapping[str, Any]) -> bool:
    """Whether an alarm has an action that is not the feed, and actions are not switched off."""
    topics = [
        value
        for action in alarm.get("AlarmActions") or []
        for value in (action.values() if isinstance(action, Mapping) else [action])
    ]
    on = alarm.get("ActionsEnabled", True) in (True, "true")
    return on and any(not str(topic).endswith("-alarms-feed") for topic in topics)
