"""The dashboard of the sample, as CloudWatch lays it out. Titles, graphs and alarms are those of its definition; what the graphs
show is made up, because there is no traffic: a quiet day, in which the alarms rest.
"""

import html
import json
import math
import zlib
from pathlib import Path
from typing import Any

import yaml

from tests.working_copy import ROOT, SAMPLE

TEMPLATE = Path("generated") / SAMPLE / "prod-eu-west-1" / "templates" / "service.yaml"
COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f")
POINTS = 96  # of a day
STYLE = """
body { margin: 0; padding: 12px; background: #f2f3f3; color: #16191f; font: 12px/1.4 "Noto Sans", "DejaVu Sans", sans-serif; }
.board { display: grid; grid-template-columns: repeat(24, 1fr); gap: 8px; }
.widget { background: #fff; border: 1px solid #d5dbdb; padding: 8px; overflow: hidden; box-sizing: border-box; }
.title { font-weight: bold; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; } h1 { font-size: 18px; margin: 0 0 4px; } p { margin: 0; }
.alarm { display: inline-block; border: 1px solid #d5dbdb; border-left: 4px solid #1d8102; padding: 6px 10px; margin: 8px 8px 0 0; }
.legend { color: #545b64; font-size: 10px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; } .legend b { margin-right: 3px; }
"""


def dashboard_page() -> str:
    """The page with the dashboard."""
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><style>{STYLE}</style></head><body><div class='board'>"
        f"{''.join(map(_widget, _widgets()))}</div></body></html>"
    )


def _widgets() -> list[dict[str, Any]]:
    class Loader(yaml.SafeLoader):
        """Reads the template's own functions as what stands in them."""

    template = yaml.load((ROOT / TEMPLATE).read_text(), Loader=Loader)  # noqa: S506  (a safe loader)
    body = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]
    return json.loads(body["Fn::Sub"] if isinstance(body, dict) else body)["widgets"]


def _widget(widget: dict[str, Any]) -> str:
    kind, properties = widget["type"], widget["properties"]
    content = {"text": _text, "alarm": _alarms, "metric": _graph}[kind](properties)
    style = f"grid-column: span {widget['width']}; height: {widget['height'] * 34}px"
    return f"<div class='widget' style='{style}'>{content}</div>"


def _text(properties: dict[str, Any]) -> str:
    head, _, rest = properties["markdown"].partition("\n")
    return f"<h1>{html.escape(head.lstrip('# '))}</h1><p>{html.escape(rest)}</p>"


def _alarms(properties: dict[str, Any]) -> str:
    names = (arn.rpartition(":alarm:")[2] for arn in properties["alarms"])
    chips = "".join(f"<span class='alarm'>{html.escape(name)}<br>OK</span>" for name in names)
    return f"<div class='title'>{html.escape(properties['title'])}</div>{chips}"


def _graph(properties: dict[str, Any]) -> str:
    lines = [(label, _values(label)) for label in _labels(properties["metrics"])]
    top = max([1.0, *(value for _, values in lines for value in values)])
    drawn = "".join(
        f"<polyline fill='none' stroke='{colour}' stroke-width='1.2' points='{_points(values, top)}'/>"
        for (_, values), colour in zip(lines, COLOURS * 3, strict=False)
    )
    grid = "".join(f"<line x1='0' x2='300' y1='{y}' y2='{y}' stroke='#eaeded'/>" for y in (2, 32, 62, 92))
    legend = " ".join(
        f"<b style='color: {colour}'>&#9644;</b>{html.escape(label)}"
        for (label, _), colour in zip(lines, COLOURS * 3, strict=False)
    )
    svg = f"<svg viewBox='0 0 300 94' preserveAspectRatio='none' style='width: 100%; height: 118px'>{grid}{drawn}</svg>"
    title = f"<div class='title'>{html.escape(properties['title'])}</div>"
    return f"{title}<div class='legend'>{top:,.0f}</div>{svg}<div class='legend'>{legend}</div>"


def _labels(metrics: list[list[Any]]) -> list[str]:
    """What CloudWatch writes below a graph: the metric, and the index where there is one. `.` repeats what stood above it."""
    found: list[str] = []
    above: list[Any] = []
    for entry in metrics:
        metric = entry if isinstance(entry[0], dict) else [part for part in entry if not isinstance(part, dict)]
        if isinstance(metric[0], dict) and "SEARCH" not in metric[0]["expression"]:
            continue  # the rate of each metric above
        if isinstance(metric[0], dict):
            metric_name = metric[0]["expression"].partition('MetricName="')[2].partition('"')[0]
            found += [
                f"{operation} {metric_name}" for operation in ("GetItem", "Query", "PutItem")
            ]  # SEARCH: one line for each
            continue
        whole = above[: len(above) - len(metric) + 1] + metric[1:] if metric[0] == "..." else metric
        above = [old if part == "." else part for part, old in zip(whole, above or whole, strict=False)] + whole[
            len(above or whole) :
        ]
        tables = {above[3]} if len(above) > 3 else set()
        found.append(" ".join([above[1], *(above[5:6] or sorted(tables))]))
    return found


def _values(label: str) -> list[float]:
    """A quiet day: consumption follows the sun, latency hardly moves, and nothing is throttled or fails."""
    seed = zlib.crc32(label.encode())
    consumed, latency = label.startswith("Consumed"), label.endswith("Latency")
    level = 3 + seed % 15 if consumed else 3 + seed % 4 if latency else 0
    swing = 0.45 if consumed else 0.1
    return [
        level * (1 + swing * math.sin(2 * math.pi * (point / POINTS - 0.3)) + 0.05 * math.sin(point * (1.7 + seed % 5)))
        for point in range(POINTS)
    ]


def _points(values: list[float], top: float) -> str:
    step = 300 / (len(values) - 1)
    return " ".join(f"{number * step:.1f},{92 - 88 * value / top:.1f}" for number, value in enumerate(values))
