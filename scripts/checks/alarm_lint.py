"""Hold every alarm and dashboard widget of a template against the catalogue: whoever wrote it, it must be able to see data."""

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.checks.dashboard_lint import CannotRead, widget_metrics
from scripts.checks.metric_lint import Found, Tables, metric_problems
from scripts.monitoring.kinds import KINDS, PAGE

MAX_METRICS = MAX_EXPRESSIONS = 10  # of a metric math alarm (CloudWatch, PutMetricAlarm)
DAY, WEEK, HOUR, MINUTE = 86_400, 604_800, 3_600, 60  # seconds
RULE_MAX = 10_240  # characters (CloudWatch, PutCompositeAlarm)
PAGED = tuple(kind.metric for kind in KINDS if kind.severity == PAGE)
TREATMENTS = ("notBreaching", "breaching", "ignore", "missing")


@dataclass(frozen=True, slots=True)
class AlarmProblem:
    """One thing about an alarm or widget that is wrong: where, what was found, and what to do."""

    file: str
    logical_id: str
    found: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}: {self.logical_id}: {self.found}\n  Fix: {self.fix}"


def lint(template: Mapping[str, Any], file: str, tables: Tables | None = None) -> tuple[AlarmProblem, ...]:
    """Every problem of the alarms and dashboards of a template, in the order of its resources.

    The template must have the form that `lint_form` looks for; else this may raise anything.
    `tables`: table name to its indexes, of the tables that are in other templates; those of this one need not be given.
    """
    resources = {id: value for id, value in template.get("Resources", {}).items() if isinstance(value, Mapping)}
    known = ChainMap(tables_of(template), {} if tables is None else tables)  # type: ignore[arg-type] it is only read
    problems: list[AlarmProblem] = []
    for id, resource in resources.items():
        look = _LOOKS.get(resource.get("Type", ""))
        if look:
            problems += [AlarmProblem(file, id, *found) for found in look(resource, resources, known)]
    return tuple(problems)


def tables_of(template: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The tables of a template, with the names of their indexes."""
    found = {}
    for resource in template.get("Resources", {}).values():
        if isinstance(resource, Mapping) and resource.get("Type") == "AWS::DynamoDB::Table":
            properties = resource.get("Properties", {})
            indexes = properties.get("GlobalSecondaryIndexes", [])
            found[str(properties.get("TableName"))] = tuple(str(index.get("IndexName")) for index in indexes)
    return found


def _alarm(resource: Mapping[str, Any], resources: Mapping[str, Any], tables: Tables) -> Iterator[Found]:
    alarm = resource.get("Properties", {})
    queries = alarm.get("Metrics") or []
    if queries:
        yield from _math(queries, resources, tables)
        periods = [q["MetricStat"].get("Period") for q in queries if isinstance(q.get("MetricStat"), Mapping)]
    else:
        statistic = alarm.get("Statistic") or alarm.get("ExtendedStatistic") or ""
        yield from _metric(alarm, statistic, alarm.get("Period"), resources, tables)
        periods = [alarm.get("Period")]
    yield from _span(alarm, periods)
    if alarm.get("TreatMissingData") not in TREATMENTS:
        found = (
            "It does not say what missing data means"
            if "TreatMissingData" not in alarm
            else "TreatMissingData is unknown"
        )
        yield (
            f"{found}.",
            "Set TreatMissingData, to notBreaching where the metric appears only when something is wrong.",
        )
    yield from _reaches_someone(alarm, resources)


def _math(queries: Any, resources: Mapping[str, Any], tables: Tables) -> Iterator[Found]:
    stats = [query for query in queries if isinstance(query.get("MetricStat"), Mapping)]
    expressions = [query for query in queries if query.get("Expression")]
    if len(stats) > MAX_METRICS:
        yield f"It has {len(stats)} metrics; CloudWatch takes {MAX_METRICS}.", "Split it into several alarms."
    if len(expressions) > MAX_EXPRESSIONS:
        yield (
            f"It has {len(expressions)} expressions; CloudWatch takes {MAX_EXPRESSIONS}.",
            "Split it into several alarms.",
        )
    returning = [query for query in queries if query.get("ReturnData", True) in (True, "true")]
    if len(returning) != 1:
        yield (
            f"{len(returning)} of its metrics return data.",
            "Set ReturnData to true for exactly one, and false for the others.",
        )
    used = set(re.findall(r"\b[a-z]\w*\b", " ".join(str(query["Expression"]) for query in expressions)))
    for query in stats:
        stat = query["MetricStat"]
        yield from _metric(stat.get("Metric", {}), stat.get("Stat", ""), stat.get("Period"), resources, tables)
        if query not in returning and query.get("Id") not in used and "METRICS(" not in str(expressions):
            yield f"Nothing uses its metric {query.get('Id')}.", "Use it in the expression, or remove it."


def _metric(
    metric: Mapping[str, Any], statistic: str, period: Any, resources: Mapping[str, Any], tables: Tables
) -> Iterator[Found]:
    dimensions = {
        str(item.get("Name")): _resolved(item.get("Value"), resources) for item in metric.get("Dimensions") or []
    }
    namespace, name = metric.get("Namespace", ""), str(metric.get("MetricName", ""))
    yield from metric_problems(str(namespace), name, dimensions, statistic, period, tables)


def _resolved(value: Any, resources: Mapping[str, Any]) -> str:
    """A dimension's value; a reference to a table is its name."""
    if isinstance(value, Mapping) and "Ref" in value:
        return str(resources.get(value["Ref"], {}).get("Properties", {}).get("TableName", f"Ref {value['Ref']}"))
    return str(value)


def _span(alarm: Mapping[str, Any], periods: list[Any]) -> Iterator[Found]:
    """CloudWatch, PutMetricAlarm: EvaluationPeriods, DatapointsToAlarm."""
    count, some = alarm.get("EvaluationPeriods"), alarm.get("DatapointsToAlarm")
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        yield "EvaluationPeriods is missing, or not a number from 1.", "Set it to how many periods are looked at."
        return
    if some is not None and not (isinstance(some, int) and 1 <= some <= count):
        yield f"DatapointsToAlarm is {some} of {count}: it would never fire.", f"Set it to 1 to {count}."
    longest = max((period for period in periods if isinstance(period, int)), default=0)
    if longest * count > (DAY if longest < HOUR else WEEK):
        limit = "a day" if longest < HOUR else "a week"
        yield f"{count} periods of {longest} s are more than {limit}.", "Look at fewer, or at longer, periods."


def _reaches_someone(alarm: Mapping[str, Any], resources: Mapping[str, Any]) -> Iterator[Found]:
    """An alarm that gets people up tells them: by an action of its own that is not only the feed, or by a composite alarm."""
    metrics = [
        alarm.get("MetricName"),
        *(q.get("MetricStat", {}).get("Metric", {}).get("MetricName") for q in alarm.get("Metrics") or []),
    ]
    if not any(metric in PAGED for metric in metrics):
        return
    if _tells_people(alarm):
        return
    composites = [
        value.get("Properties", {})
        for value in resources.values()
        if value.get("Type") == "AWS::CloudWatch::CompositeAlarm"
    ]
    rules = [str(composite.get("AlarmRule", "")) for composite in composites if _tells_people(composite)]
    if not any(f'ALARM("{alarm.get("AlarmName")}")' in rule for rule in rules):
        yield (
            "It reaches nobody.",
            "Add the alarm topic to AlarmActions, or the alarm to the composite alarm of its table. Switch off the actions of neither.",
        )


def _tells_people(alarm: Mapping[str, Any]) -> bool:
    """Whether an alarm has an action that is not the feed, and actions are not switched off."""
    topics = [
        value
        for action in alarm.get("AlarmActions") or []
        for value in (action.values() if isinstance(action, Mapping) else [action])
    ]
    on = alarm.get("ActionsEnabled", True) in (True, "true")
    return on and any(not str(topic).endswith("-alarms-feed") for topic in topics)


def _composite(resource: Mapping[str, Any], resources: Mapping[str, Any], _tables: Tables) -> Iterator[Found]:
    alarm = resource.get("Properties", {})
    rule = str(alarm.get("AlarmRule", ""))
    names = {str(value.get("Properties", {}).get("AlarmName")) for value in resources.values()}
    if not rule or len(rule) > RULE_MAX:
        yield (
            f"Its AlarmRule has {len(rule)} characters; CloudWatch takes 1 to {RULE_MAX}.",
            "Split it into several alarms.",
        )
    for name in re.findall(r'(?:ALARM|OK|INSUFFICIENT_DATA)\("?([^")]*)"?\)', rule):
        if name not in names:
            yield f"Its AlarmRule names {name}, which is not in this template.", "Correct the name, or add the alarm."
    if not _tells_people(alarm):
        yield "It tells no one.", "Add the alarm topic to AlarmActions, and do not set ActionsEnabled to false."


def _dashboard(resource: Mapping[str, Any], _resources: Mapping[str, Any], tables: Tables) -> Iterator[Found]:
    try:
        widgets = widget_metrics(resource.get("Properties", {}).get("DashboardBody"))
    except CannotRead as problem:
        yield str(problem), "Write it as CloudWatch's dashboard body structure says."
        return
    for title, metric in widgets:
        for found, fix in metric_problems(
            metric.namespace, metric.name, metric.dimensions, metric.statistic, metric.period, tables
        ):
            yield f"Widget {title!r}: {found}", fix


_LOOKS = {
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::CompositeAlarm": _composite,
    "AWS::CloudWatch::Dashboard": _dashboard,
}
