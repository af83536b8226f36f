"""The dashboard body as CloudWatch documents it: a JSON Schema, and what a schema cannot say."""

import functools
import json
from collections.abc import Iterator
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import rule

COLUMNS = 24
MAX_WIDGETS = 500
MAX_METRICS = 500  # of a widget
MAX_METRICS_OF_ALL = 2_500
MAX_ALARMS = 100  # of a widget
SHORT_PERIODS = (1, 5, 10, 20, 30)  # seconds
TYPES = ("alarm", "chart", "custom", "explorer", "log", "metric", "text")
VIEWS = ("timeSeries", "singleValue", "gauge", "bar", "pie", "table")

STRING: dict[str, Any] = {"type": "string", "minLength": 1}
AXIS: dict[str, Any] = {
    "type": "object",
    "properties": {"min": {"type": "number"}, "max": {"type": "number"}, "label": {"type": "string"}},
}
PROPERTIES: dict[str, dict[str, Any]] = {
    "metric": {
        "required": ["region"],
        "properties": {
            "metrics": {"type": "array", "maxItems": MAX_METRICS, "items": {"type": "array", "minItems": 1}},
            "region": STRING,
            "period": {"type": "integer", "minimum": 1},
            "stat": STRING,
            "title": {"type": "string"},
            "view": {"enum": list(VIEWS)},
            "stacked": {"type": "boolean"},
            "liveData": {"type": "boolean"},
            "yAxis": {"type": "object", "properties": {"left": AXIS, "right": AXIS}},
            "legend": {
                "type": "object",
                "properties": {"position": {"enum": ["right", "bottom", "hidden"]}},
            },
            "annotations": {
                "type": "object",
                "properties": {name: {"type": "array"} for name in ("alarms", "horizontal", "vertical")},
            },
        },
    },
    "text": {"required": ["markdown"], "properties": {"markdown": {"type": "string"}}},
    "log": {"required": ["query", "region"], "properties": {"query": STRING, "region": STRING}},
    "alarm": {
        "required": ["alarms"],
        "properties": {
            "alarms": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_ALARMS,
                "items": {"type": "string", "pattern": "^arn:"},
            }
        },
    },
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["widgets"],
    "properties": {
        "start": {"type": "string"},
        "end": {"type": "string"},
        "periodOverride": {"enum": ["auto", "inherit"]},
        "variables": {"type": "array"},
        "widgets": {
            "type": "array",
            "maxItems": MAX_WIDGETS,
            "items": {
                "type": "object",
                "required": ["type", "properties"],
                "properties": {
                    "type": {"enum": list(TYPES)},
                    "x": {"type": "integer", "minimum": 0, "maximum": COLUMNS - 1},
                    "y": {"type": "integer", "minimum": 0},
                    "width": {"type": "integer", "minimum": 1, "maximum": COLUMNS},
                    "height": {"type": "integer", "minimum": 1, "maximum": 1_000},
                    "properties": {"type": "object"},
                },
                "dependencies": {"x": ["y"], "y": ["x"]},
                "allOf": [
                    {"if": {"properties": {"type": {"const": kind}}}, "then": {"properties": {"properties": schema}}}
                    for kind, schema in PROPERTIES.items()
                ],
            },
        },
    },
}

Problem = tuple[str, str]  # data path, message


@rule(
    "dashboard-body",
    f"DashboardBody is JSON with widgets: at most {MAX_WIDGETS}, of known types, with the properties that their type "
    "needs (region and metrics; markdown; query; alarms), within the limits of the grid.",
    sources.DASHBOARD_BODY,
)
def problems(text: str) -> list[Problem]:
    """Everything for which CloudWatch would refuse this dashboard body."""
    return list(_problems(text))


@functools.lru_cache(maxsize=100)  # a dashboard that stays as it is, is judged at each change of its stack
def _problems(text: str) -> tuple[Problem, ...]:
    from jsonschema import Draft7Validator

    try:
        body = json.loads(text)
    except ValueError:
        return (("", "The field DashboardBody must be a valid JSON object"),)
    errors = sorted(Draft7Validator(SCHEMA).iter_errors(body), key=lambda error: list(map(str, error.absolute_path)))
    if errors:
        return tuple(("/" + "/".join(map(str, error.absolute_path)), error.message[:200]) for error in errors)
    found = (problem for number, widget in enumerate(body["widgets"]) for problem in _widget(number, widget))
    return (*found, *_too_many(body["widgets"]))


@rule(
    "dashboard-grid",
    f"The grid is {COLUMNS} columns wide. A widget over its right edge is refused here; what AWS does is not known.",
    sources.DASHBOARD_BODY,
)
def over_the_edge(widget: dict[str, Any]) -> str | None:
    """Why the widget does not fit, or None."""
    right = widget.get("x", 0) + widget.get("width", 6)
    return f"x + width is {right}, and the grid has {COLUMNS} columns" if right > COLUMNS else None


def _widget(number: int, widget: dict[str, Any]) -> Iterator[Problem]:
    where = f"/widgets/{number}"
    if problem := over_the_edge(widget):
        yield where, problem
    if widget["type"] != "metric":
        return
    properties, where = widget["properties"], f"{where}/properties"
    if not properties.get("metrics") and not (properties.get("annotations") or {}).get("alarms"):
        yield where, "should have required property 'metrics', or an alarm in annotations"
    if not period_fits(properties.get("period", 300)):
        yield f"{where}/period", "should be 1, 5, 10, 20, 30 or a multiple of 60"
    for position, metric in enumerate(properties.get("metrics") or []):
        if problem := metric_problem(metric):
            yield f"{where}/metrics/{position}", problem


def period_fits(period: int) -> bool:
    """Whether CloudWatch has data of this period, in seconds."""
    return period in SHORT_PERIODS or period % 60 == 0


@rule(
    "dashboard-metrics",
    "A metric is [namespace, name, dimension name, dimension value, ..., {options}], or [{expression}]; the period "
    "is 1, 5, 10, 20, 30 or a multiple of 60 seconds.",
    sources.DASHBOARD_BODY,
)
def metric_problem(metric: list[Any]) -> str | None:
    """Why this entry of a metrics array is none, or None."""
    options = metric[-1] if isinstance(metric[-1], dict) else {}
    names = metric[:-1] if isinstance(metric[-1], dict) else metric
    if not all(isinstance(name, str) and name for name in names):
        return "should be strings, with one object of options at the end"
    if "period" in options and not (isinstance(options["period"], int) and period_fits(options["period"])):
        return "period should be 1, 5, 10, 20, 30 or a multiple of 60"
    if not names:
        return None if isinstance(options.get("expression"), str) else "should have a metric or an expression"
    # "..." stands for all that the metric before it has at these places.
    if "..." not in names and (len(names) < 2 or len(names) % 2):
        return "should be a namespace, a metric name, and pairs of dimension name and value"
    return None


@rule(
    "dashboard-size",
    f"A widget has at most {MAX_METRICS} metrics, a dashboard {MAX_METRICS_OF_ALL:,}.",
    sources.PUT_DASHBOARD,
)
def _too_many(widgets: list[dict[str, Any]]) -> Iterator[Problem]:
    total = sum(len(widget["properties"].get("metrics") or []) for widget in widgets if widget["type"] == "metric")
    if total > MAX_METRICS_OF_ALL:
        yield "/widgets", f"should NOT have more than {MAX_METRICS_OF_ALL} metrics, found {total}"


@rule(
    "dashboard-warnings",
    "Properties that a metric widget does not have are told in DashboardValidationMessages; the dashboard is made.",
    sources.PUT_DASHBOARD,
)
def warnings(text: str) -> list[Problem]:
    """What CloudWatch would say about a dashboard body that it takes."""
    known = {*PROPERTIES["metric"]["properties"], "setPeriodToTimeRange", "sparkline", "timezone", "trend", "table"}
    known |= {"accountId", "labels", "singleValueFullPrecision", "start", "end", "stroke"}
    return [
        (f"/widgets/{number}/properties/{name}", "should NOT have additional properties")
        for number, widget in enumerate(json.loads(text)["widgets"])
        for name in widget["properties"]
        if widget["type"] == "metric" and name not in known
    ]
