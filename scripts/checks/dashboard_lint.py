"""Read the metrics out of a dashboard's body (CloudWatch API reference, Dashboard Body Structure and Syntax)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

AS_BEFORE, ALL_AS_BEFORE = ".", "..."


class CannotRead(Exception):
    """The body of a dashboard is not one: a sentence that says why."""


@dataclass(frozen=True, slots=True)
class WidgetMetric:
    """One metric of a widget, with the widget's statistic and period where it has none of its own."""

    namespace: str
    name: str
    dimensions: dict[str, str]
    statistic: str
    period: Any


def widget_metrics(body: Any) -> list[tuple[str, WidgetMetric]]:
    """Every metric of every widget, with the title of its widget. `body` is text, or Fn::Sub of one.

    Raises CannotRead.
    """
    text = body.get("Fn::Sub") if isinstance(body, Mapping) else body
    try:
        widgets = json.loads(str(text))["widgets"]
    except (ValueError, KeyError, TypeError, RecursionError):
        widgets = None
    if not isinstance(widgets, list):
        raise CannotRead("The body is not JSON with a list of widgets.")
    found = []
    for number, widget in enumerate(widgets):
        if not isinstance(widget, Mapping):
            raise CannotRead(f"Widget number {number} is not a map.")
        properties = widget.get("properties", {})
        if not isinstance(properties, Mapping):
            raise CannotRead(f"Widget number {number}: its properties are not a map.")
        title = str(properties.get("title", f"number {number}"))
        found += [(title, metric) for metric in _metrics(properties, title)]
    return found


def _metrics(properties: Mapping[str, Any], title: str) -> Iterator[WidgetMetric]:
    before: list[str] = []
    metrics = properties.get("metrics") or []
    if not isinstance(metrics, list):
        raise CannotRead(f"Widget {title!r}: its metrics are not a list.")
    for entry in metrics:
        if not isinstance(entry, list) or not entry:
            raise CannotRead(f"Widget {title!r}: a metric is not a list.")
        options = entry[-1] if isinstance(entry[-1], Mapping) else {}
        if "expression" in options:
            continue
        parts = _written_out([str(part) for part in entry if not isinstance(part, Mapping)], before, title)
        if len(parts) < 2 or len(parts) % 2:
            raise CannotRead(f"Widget {title!r}: a metric is namespace, name, and pairs of dimension and value.")
        before = parts
        yield WidgetMetric(
            namespace=parts[0],
            name=parts[1],
            dimensions=dict(zip(parts[2::2], parts[3::2], strict=True)),
            statistic=str(options.get("stat", properties.get("stat", "Average"))),
            period=options.get("period", properties.get("period", 300)),
        )


def _written_out(parts: list[str], before: list[str], title: str) -> list[str]:
    """A metric without `.` (as in the one before, in this place) and `...` (all that comes before the last ones)."""
    if ALL_AS_BEFORE in parts:
        place = parts.index(ALL_AS_BEFORE)
        kept = len(before) - (len(parts) - 1)
        if kept < place:
            raise CannotRead(f'Widget {title!r}: "..." stands for nothing.')
        parts = [*parts[:place], *before[place : place + kept], *parts[place + 1 :]]
    written = []
    for place, part in enumerate(parts):
        if part == AS_BEFORE and place >= len(before):
            raise CannotRead(f'Widget {title!r}: "." stands for nothing.')
        written.append(before[place] if part == AS_BEFORE else part)
    return written
