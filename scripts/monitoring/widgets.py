"""The widgets of a dashboard: health first, then what each table does, and what it may use."""

from collections.abc import Iterable, Sequence
from typing import Any

from scripts.limits import WIDGET_ALARMS
from scripts.model import NAMESPACE, Alarm, DesiredTable
from scripts.monitoring import expressions
from scripts.monitoring.kinds import FIVE_MINUTES, MINUTE
from scripts.parts import halve

WIDTH = 24  # columns of a dashboard (CloudWatch API reference, Dashboard Body Structure)
HEIGHT = 6
IN_A_LINE = 4
# Begins the ids of what a rate is made of; the ids that CloudWatch gives by itself begin with m and e.
_COUNTED = "n"
BACKUP, DONE, HOUR = "AWS/Backup", "NumberOfBackupJobsCompleted", 3600
Widget = dict[str, Any]
Metric = list[Any]


def metric(name: str, dimensions: Iterable[tuple[str, str]], **options: Any) -> Metric:
    """One line of a graph, in the form of a dashboard's body."""
    return [NAMESPACE, name, *(part for pair in dimensions for part in pair), *([options] if options else [])]


def graph(
    title: str, metrics: Sequence[Metric], stat: str = "Sum", period: int = MINUTE, shortened: bool = True
) -> Widget:
    """A graph over time. Metrics are shortened: a `.` is what stands in the same place of the metric before.

    Those of several tables are not, so that each line says all of itself.
    """
    properties = {
        "title": title,
        "region": "${AWS::Region}",
        "stat": stat,
        "period": period,
        "metrics": _short(metrics) if shortened else list(metrics),
    }
    return {"type": "metric", "properties": properties}


def rates(title: str, metrics: Sequence[Metric], beside: Iterable[Metric] = (), seconds: int = 1) -> Widget:
    """A graph of events or units in so many seconds; `beside`: lines that are such rates already, as limits are.

    CloudWatch makes the period of a point longer where a long time is shown, and its sum with it; divided by the period, the
    line says the same at every zoom (CloudWatch User Guide, metric math, PERIOD and METRICS). The sums have ids, and only what is
    made of them is drawn.
    """
    counted = [[*each, {"id": f"{_COUNTED}{n}", "visible": False}] for n, each in enumerate(metrics)]
    factor = "" if seconds == 1 else f"*{seconds}"
    rate = [{"expression": f'METRICS("{_COUNTED}")/PERIOD({_COUNTED}0){factor}', "label": ""}]
    return graph(title, [*counted, *beside, rate])


def note(markdown: str) -> Widget:
    """A text."""
    return {"type": "text", "height": 2, "properties": {"markdown": markdown}}


def alarm_status(title: str, alarms: Sequence[str]) -> list[Widget]:
    """The states of alarms by their names, in this order, in as many widgets as they need."""
    arn = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"
    parts = halve(alarms, lambda part: len(part) <= WIDGET_ALARMS.most)
    return [
        {
            "type": "alarm",
            "height": 4,
            "properties": {"title": title, "alarms": [arn + name for name in alarms if name in part]},
        }
        for part in map(set, parts.values())
    ]


def health(states: Sequence[DesiredTable]) -> list[Widget]:
    """What is wrong, over all tables: throttling by table, and what DynamoDB counts only once per account and Region."""
    throttles = [
        metric(name, expressions.dimensions(state.name))
        for state in states
        for name in ("ReadThrottleEvents", "WriteThrottleEvents")
    ]
    return [
        # Not as rates: a line must not depend on the tables before it, as it would with numbers in it.
        graph("Throttled events by table, the sum of each point", throttles, shortened=False),
        rates(
            "Refused requests a minute, all tables of the account and Region", [metric("UserErrors", ())], seconds=60
        ),
    ]


def backups(alarms: Sequence[Alarm]) -> list[Widget]:
    """The jobs of AWS Backup: those done, and those that an alarm of the service counts; nothing where none does."""
    counted = [query for alarm in alarms for query in alarm.metrics if query.namespace == BACKUP]
    lines = [[BACKUP, query.metric, *(part for pair in query.dimensions for part in pair)] for query in counted]
    if not lines:
        return []
    return [graph("Backup jobs, the sum of each point", [[BACKUP, DONE, *lines[0][2:]], *lines], period=HOUR)]


def table(state: DesiredTable) -> list[Widget]:
    """What one table does: traffic, throttles, latency, errors; then traffic and throttles of its indexes."""
    name, of = state.name, expressions.dimensions(state.name)
    both = ("Read", "Write")
    found = [
        rates(
            f"{name}: units used and allowed a second",
            [metric(f"Consumed{d}CapacityUnits", of) for d in both],
            _limits(state, ""),
        ),
        rates(
            f"{name}: throttled events a minute, and those of hot keys",
            [metric(f"{d}{cause}Events", of) for cause in ("Throttle", "KeyRangeThroughputThrottle") for d in both],
            seconds=60,
        ),
        graph(f"{name}: latency, p99, ms", [_by_operation("SuccessfulRequestLatency", name, "p99")], "p99"),
        rates(
            f"{name}: errors a minute",
            [metric("ConditionalCheckFailedRequests", of), metric("TransactionConflict", of)],
            [_by_operation("SystemErrors", name, "Sum")],
            seconds=60,
        ),
    ]
    return [*found, *_indexes(state)]


def sized(row: Sequence[Widget]) -> list[Widget]:
    """Widgets side by side, at most four in a line, with sizes that fill each line.

    They say nothing about their places: "The default is the next available position" (CloudWatch API reference, Dashboard
    Body Structure, x and y).
    """
    found = []
    for start in range(0, len(row), IN_A_LINE):
        line = row[start : start + IN_A_LINE]
        for widget in line:
            size = {"width": WIDTH // len(line), "height": widget.get("height", HEIGHT)}
            found.append({**size, **{key: value for key, value in widget.items() if key != "height"}})
    return found


def _indexes(state: DesiredTable) -> list[Widget]:
    if not state.indexes:
        return []
    of = [expressions.dimensions(state.name, index.name) for index in state.indexes]
    both = ("Read", "Write")
    return [
        rates(
            f"{state.name}: units used and allowed a second, by index",
            [metric(f"Consumed{d}CapacityUnits", each) for d in both for each in of],
            [line for index in state.indexes for line in _limits(state, index.name)],
        ),
        rates(
            f"{state.name}: throttled events a minute, by index",
            [metric(f"{d}ThrottleEvents", each) for d in both for each in of],
            seconds=60,
        ),
    ]


def _limits(state: DesiredTable, target: str) -> Iterable[Metric]:
    """What a table or an index may use, in units a second."""
    of = expressions.dimensions(state.name, target)
    if state.billing == "PROVISIONED":
        yield from (
            metric(f"Provisioned{d}CapacityUnits", of, stat="Maximum", period=FIVE_MINUTES) for d in ("Read", "Write")
        )
    for name, reads, writes in state.on_demand_maximum:
        if name == target:
            yield from (
                metric(f"OnDemandMax{d}RequestUnits", of, stat="Maximum", period=FIVE_MINUTES)
                for d, set_ in (("Read", reads), ("Write", writes))
                if set_
            )


def _by_operation(name: str, table: str, statistic: str) -> Metric:
    """A metric of every operation that the table gets, also of those that no access pattern names.

    CloudWatch finds them when the graph is opened (CloudWatch User Guide, search-expression-syntax).
    """
    terms = f'{{{NAMESPACE},TableName,Operation}} MetricName="{name}" TableName="{table}"'
    return [{"expression": f"SEARCH('{terms}','{statistic}',{MINUTE})"}]


def _short(metrics: Sequence[Metric]) -> list[Metric]:
    """Say only what differs from the metric before: `...` for the beginning, `.` for a single part; options stay as they are."""
    short: list[Metric] = []
    before: Metric = []
    for whole in metrics:
        options = [part for part in whole if isinstance(part, dict)]
        line = whole[: len(whole) - len(options)]
        if before and len(line) == len(before) and line[:-1] == before[:-1] and line[-1] != before[-1]:
            short.append(["...", line[-1], *options])
        else:
            same = ["." if part == old else part for part, old in zip(line, before, strict=False)]
            short.append([*same, *line[len(same) :], *options])
        before = line or before
    return short
