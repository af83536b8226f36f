"""Composite alarms. What they combine, and whom they tell."""

import re
from collections.abc import Iterator

from scripts.checks.alarm_rules.watched import WatchedAlarm, tells_people
from scripts.problems import Breach, rule

RULE_MAX = 10_240  # characters


@rule(
    "A301",
    f"The rule of a composite alarm has 1 to {RULE_MAX:,} characters",
    f"Its AlarmRule has {{count}} characters; CloudWatch takes 1 to {RULE_MAX}.",
    "Split it into several alarms.",
    "CloudWatch refuses the alarm.",
    source="Amazon CloudWatch API Reference, PutCompositeAlarm",
)
def long_rule(alarm: WatchedAlarm) -> Iterator[Breach]:
    text = str(alarm.properties.get("AlarmRule", ""))
    if not text or len(text) > RULE_MAX:
        yield Breach(count=len(text))


@rule(
    "A302",
    "A composite alarm combines alarms of its template",
    "Its AlarmRule names {name}, which is not in this template.",
    "Correct the name, or add the alarm.",
    "CloudWatch refuses a rule with an alarm that does not exist.",
)
def unknown_alarm(alarm: WatchedAlarm) -> Iterator[Breach]:
    names = {str(value.get("Properties", {}).get("AlarmName")) for value in alarm.resources.values()}
    text = str(alarm.properties.get("AlarmRule", ""))
    for name in re.findall(r'(?:ALARM|OK|INSUFFICIENT_DATA)\("?([^")]*)"?\)', text):
        if name not in names:
            yield Breach(name=name)


@rule(
    "A303",
    "A composite alarm tells someone",
    "It tells no one.",
    "Add the alarm topic to AlarmActions, and do not set ActionsEnabled to false.",
    "Telling people is what it is for.",
)
def tells_no_one(alarm: WatchedAlarm) -> Iterator[Breach]:
    if not tells_people(alarm.properties):
        yield Breach()
