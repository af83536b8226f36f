"""Whether a template has the form that the lint can look into. It looks at values, not at what a function makes of them."""

from collections.abc import Iterator, Mapping
from typing import Any

TABLE = "AWS::DynamoDB::Table"
ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
MAP, LIST, TEXT = "map", "list", "text"
_TYPES = {MAP: Mapping, LIST: list, TEXT: str}
Misfit = tuple[str, str]  # the place within a resource, and what should be there


def form_problem(template: Mapping[str, Any]) -> str:
    """The first resource that `lint` could not look into, as `Id: place is not a list`; empty: it can judge them all."""
    for id, resource in template.get("Resources", {}).items():
        for place, wanted in _resource(resource):
            return f"{id}: {place} is not a {wanted}"
    return ""


def _resource(resource: Any) -> Iterator[Misfit]:
    if not isinstance(resource, Mapping):
        yield "it", MAP
        return
    if not isinstance(resource.get("Type"), str):
        yield "Type", TEXT
        return
    if "Properties" not in resource:
        return
    yield from _is(resource, "", "Properties", MAP)
    properties = resource["Properties"]
    if resource["Type"] == TABLE:
        yield from _maps(properties, "", "GlobalSecondaryIndexes")
    elif resource["Type"] in ALARMS:
        yield from _alarm(properties)


def _alarm(alarm: Mapping[str, Any]) -> Iterator[Misfit]:
    for actions in ("AlarmActions", "OKActions"):
        yield from _is(alarm, "", actions, LIST)
    yield from _metric(alarm, "")
    for key in ("Statistic", "ExtendedStatistic"):
        yield from _is(alarm, "", key, TEXT)
    yield from _maps(alarm, "", "Metrics")
    for number, query in enumerate(alarm.get("Metrics", ())):
        place = f"Metrics[{number}]."
        yield from _is(query, place, "Id", TEXT)
        yield from _is(query, place, "MetricStat", MAP)
        stat = query.get("MetricStat", {})
        yield from _is(stat, f"{place}MetricStat.", "Stat", TEXT)
        yield from _is(stat, f"{place}MetricStat.", "Metric", MAP)
        yield from _metric(stat.get("Metric", {}), f"{place}MetricStat.Metric.")


def _metric(metric: Mapping[str, Any], place: str) -> Iterator[Misfit]:
    yield from _maps(metric, place, "Dimensions")
    for number, dimension in enumerate(metric.get("Dimensions", ())):
        if isinstance(dimension.get("Value"), Mapping):
            yield from _is(dimension["Value"], f"{place}Dimensions[{number}].Value.", "Ref", TEXT)


def _maps(value: Mapping[str, Any], place: str, key: str) -> Iterator[Misfit]:
    """A list of maps, if it is there."""
    yield from _is(value, place, key, LIST)
    for number, each in enumerate(value.get(key, ())):
        if not isinstance(each, Mapping):
            yield f"{place}{key}[{number}]", MAP


def _is(value: Mapping[str, Any], place: str, key: str, wanted: str) -> Iterator[Misfit]:
    """A value of that form, if it is there. Nobody asks for more once one is yielded: what follows may rely on it."""
    if key in value and not isinstance(value[key], _TYPES[wanted]):
        yield f"{place}{key}", wanted
