"""What it risks to change alarms: whom each one tells, itself or by the composite alarms that name it, and how soon."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from scripts.monitoring.kinds import PAGE, kind_of
from scripts.planning.risk_rules import ALARM_GONE, ALARM_LATER, ALARM_SILENT, FEWER_TOLD
from scripts.planning.risks import Risk
from scripts.templates.template import to_json

Resource = Mapping[str, Any]  # the properties of an alarm
Alarms = Mapping[str, Resource]  # by logical id
NAMED = re.compile(r'ALARM\("?([^")]+)"?\)')  # CloudWatch API Reference, PutCompositeAlarm, AlarmRule


def alarm_risks(before: Alarms, after: Alarms, gone: Collection[str] = ()) -> Iterator[Risk]:
    """The risks of going from the alarms of one template to those of another.

    `gone`: indexes that are removed, whose alarms go with them. Who is told by another alarm from then on loses nothing: with a
    second alarm that pages, a composite alarm tells people in place of the first; with the last but one, it goes.
    """
    remain = {_name(alarm) for alarm in after.values()}
    then, now = _told(before.values()), _told(after.values())
    by_composite: dict[str, set[str]] = {}  # what the composite alarm of a name no longer tells is said once, of it
    for id, was in sorted(before.items(), key=lambda item: "AlarmRule" not in item[1]):
        name, is_ = _name(was), after.get(id)
        kind = kind_of(name)
        if not then[name] or (kind is not None and kind.severity != PAGE) or _of(was, gone):
            continue  # it tells nobody at night
        children = [child for child in NAMED.findall(str(was.get("AlarmRule", ""))) if child in remain]
        elsewhere = set.intersection(*(now[child] for child in children)) if children else set()
        silent = then[name] - (now[_name(is_)] if is_ else set()) - elsewhere - by_composite.get(name, set())
        for child in children:
            by_composite.setdefault(child, set()).update(silent)
        if silent and is_ is None:
            yield Risk(ALARM_GONE, f"alarm {name} is REMOVED", "It pages: nobody is told from then on.")
        elif silent:
            yield Risk(FEWER_TOLD, f"alarm {name} tells fewer", f"No longer told: {', '.join(sorted(silent))}.")
        if is_ is not None:
            yield from _silenced(name, was, is_)
            yield from _later(name, was, is_)


def _name(alarm: Resource) -> str:
    return str(alarm.get("AlarmName", ""))


def _told(alarms: Collection[Resource]) -> dict[str, set[str]]:
    """The topics that hear of each alarm, by the alarms' names."""
    told = {_name(alarm): _topics(alarm) for alarm in alarms}
    for alarm in alarms:
        for child in NAMED.findall(str(alarm.get("AlarmRule", ""))):
            if child in told and alarm.get("ActionsEnabled", True):
                told[child] |= _topics(alarm)
    return told


def _topics(alarm: Resource) -> set[str]:
    """What an alarm tells; a topic of the same account and Region by its name, as people know it."""
    return {_words(one) for one in alarm.get("AlarmActions", [])}


def _words(action: Any) -> str:
    if isinstance(action, dict):
        inside = action.get("Fn::Sub")
        return inside.rpartition(":")[2] if isinstance(inside, str) else to_json(action).strip()
    return str(action)


def _of(alarm: Resource, indexes: Collection[str]) -> bool:
    """Whether an alarm watches nothing but indexes that go."""
    queries = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query]
    watched = [
        {d["Name"]: d["Value"] for d in metric.get("Dimensions", [])}.get("GlobalSecondaryIndexName")
        for metric in queries or [alarm]
    ]
    return bool(indexes) and all(name in indexes for name in watched)


def _silenced(name: str, was: Resource, is_: Resource) -> Iterator[Risk]:
    if is_.get("ActionsEnabled", True) is False and was.get("ActionsEnabled", True):
        yield Risk(ALARM_SILENT, f"the actions of alarm {name} are switched off", "It tells nobody.")


def _later(name: str, was: Resource, is_: Resource) -> Iterator[Risk]:
    """That an alarm fires later than before, or at worse values."""
    if "Threshold" in was and "Threshold" in is_:
        sign = -1 if was.get("ComparisonOperator", "").startswith("Less") else 1
        if sign * is_["Threshold"] > sign * was["Threshold"]:
            change = f"the threshold of alarm {name} goes from {was['Threshold']:g} to {is_['Threshold']:g}"
            yield Risk(ALARM_LATER, change, "It pages later than before.")
    if (before := _seconds(was)) < (after := _seconds(is_)):
        change = f"alarm {name} waits for {after} s instead of {before} s"
        yield Risk(ALARM_LATER, change, "It pages later than before.")


def _seconds(alarm: Resource) -> int:
    periods = [query["MetricStat"]["Period"] for query in alarm.get("Metrics", []) if "MetricStat" in query]
    period = max(periods, default=alarm.get("Period", 0))
    return int(period) * int(alarm.get("DatapointsToAlarm", alarm.get("EvaluationPeriods", 0)))
