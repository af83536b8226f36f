"""What alarms are paid for: CloudWatch takes money for each metric that an alarm looks at, and for each composite alarm."""

from collections.abc import Iterable

from scripts.model import Alarm, CompositeAlarm


def billed(alarms: Iterable[Alarm | CompositeAlarm]) -> tuple[tuple[int, ...], int]:
    """For each alarm on metrics how many it looks at, and how many composite alarms there are."""
    alarms = tuple(alarms)
    metrics = tuple(max(1, len(alarm.metrics)) for alarm in alarms if isinstance(alarm, Alarm))
    return metrics, len(alarms) - len(metrics)
