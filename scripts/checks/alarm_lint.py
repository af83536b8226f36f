"""Hold every alarm and dashboard widget of a template against the catalogue: whoever wrote it, it must be able to see data."""

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scripts.checks.alarm_rules import composite_alarm_rules, metric_alarm_rules, metric_rules
from scripts.checks.alarm_rules.dashboard_rules import UNREADABLE_BODY
from scripts.checks.alarm_rules.watched import Tables, WatchedAlarm, WatchedMetric
from scripts.checks.dashboard_lint import CannotRead, widget_metrics
from scripts.problems import Breach, Problem, Rule, rules_in

ALARM, COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
DASHBOARD = "AWS::CloudWatch::Dashboard"
Broken = Iterator[tuple[Rule, Breach]]
_OF_METRICS, _OF_ALARMS, _OF_COMPOSITES = (
    rules_in(module).rules for module in (metric_rules, metric_alarm_rules, composite_alarm_rules)
)


def lint(template: Mapping[str, Any], file: str, tables: Tables | None = None) -> tuple[Problem, ...]:
    """Every problem of the alarms and dashboards of a template, in the order of its resources; their paths are logical ids.

    The template must have the form that `alarm_form` looks for; else this may raise anything.
    `tables`: table name to its indexes, of the tables that are in other templates; those of this one need not be given.
    """
    resources = {id: value for id, value in template.get("Resources", {}).items() if isinstance(value, Mapping)}
    known: Tables = ChainMap(tables_of(template), {} if tables is None else tables)  # type: ignore[arg-type]  # it is only read
    return tuple(
        rule.problem(file, id, **breach.facts)
        for id, resource in resources.items()
        for rule, breach in _broken(resource, resources, known)
    )


def tables_of(template: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The tables of a template, with the names of their indexes."""
    found = {}
    for resource in template.get("Resources", {}).values():
        if isinstance(resource, Mapping) and resource.get("Type") == "AWS::DynamoDB::Table":
            properties = resource.get("Properties", {})
            indexes = properties.get("GlobalSecondaryIndexes", [])
            found[str(properties.get("TableName"))] = tuple(str(index.get("IndexName")) for index in indexes)
    return found


def _broken(resource: Mapping[str, Any], resources: Mapping[str, Mapping[str, Any]], tables: Tables) -> Broken:
    kind, properties = resource.get("Type"), resource.get("Properties", {})
    alarm = WatchedAlarm(properties, resources)
    if kind == ALARM:
        for metric in alarm.metrics(tables):
            yield from _breaches(_OF_METRICS, metric)
        yield from _breaches(_OF_ALARMS, alarm)
    elif kind == COMPOSITE:
        yield from _breaches(_OF_COMPOSITES, alarm)
    elif kind == DASHBOARD:
        yield from _dashboard(properties.get("DashboardBody"), tables)


def _dashboard(body: Any, tables: Tables) -> Broken:
    try:
        widgets = widget_metrics(body)
    except CannotRead as problem:
        yield UNREADABLE_BODY, Breach(found=str(problem))
        return
    for title, shown in widgets:
        fields = (shown.namespace, shown.name, shown.dimensions, shown.statistic, shown.period)
        yield from _breaches(_OF_METRICS, WatchedMetric(*fields, tables, f"Widget {title!r}: "))


def _breaches(rules: Iterable[Rule], subject: Any) -> Broken:
    return ((rule, breach) for rule in rules if rule.check for breach in rule.check(subject))
