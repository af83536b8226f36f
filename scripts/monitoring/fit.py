"""Make the alarms of a table fit into a template: the fullest set of them that leaves room for everything else."""

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

from scripts.model import Alarm, CompositeAlarm
from scripts.monitoring.alarm_resources import alarm_resources
from scripts.monitoring.kinds import ESSENTIAL, KINDS, LEVELS, SERVICE, SEVERITIES, TARGET, Kind, kind_of

ROOM = 42_000  # bytes, where the rest of the template is not known: 51,200 (CloudFormation quotas) less a large table
RULE_MAX = 10_240  # characters (CloudWatch, PutCompositeAlarm: AlarmRule)
_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
SEPARATE, TOGETHER, LEFT_OUT = "separate", "together", "left out"


class Detail(NamedTuple):
    """How indexes are watched: each by alarms of its own, several by one alarm, or, for lesser alarms, not at all.

    `without`: the sections of the runbook whose alarms are dropped altogether.
    """

    throttled: str
    others: str
    without: tuple[str, ...] = ()

    def of(self, kind: Kind) -> str:
        """How a kind of alarm watches indexes."""
        return self.throttled if kind.section == "throttled" else self.others


def _dropped_first(kind: Kind) -> tuple[int, int]:
    """Later levels before earlier ones, and within a level tickets before pages."""
    return -LEVELS.index(kind.level), -SEVERITIES.index(kind.severity)


# Sections in the order in which they are dropped, one after the other. What is essential stays.
DROPPED = tuple(
    dict.fromkeys(
        kind.section for kind in sorted(KINDS, key=_dropped_first) if kind.scope != SERVICE and kind.level != ESSENTIAL
    )
)
# From the greatest detail to the least; the first that fits is taken.
DETAILS = (
    Detail(SEPARATE, SEPARATE),
    Detail(SEPARATE, TOGETHER),
    Detail(TOGETHER, TOGETHER),
    Detail(TOGETHER, LEFT_OUT),
    *(Detail(TOGETHER, LEFT_OUT, DROPPED[:count]) for count in range(1, len(DROPPED) + 1)),
)


def fullest(
    make: Callable[[Detail], tuple[Alarm | CompositeAlarm, ...]], room: int
) -> tuple[Alarm | CompositeAlarm, ...]:
    """The alarms in the greatest detail that fits into `room` bytes and into the rule of a composite alarm.

    When nothing fits, those in the least detail, which are the essential alarms: the table itself then is too large for
    a template, which is an error of its own (rule L001).
    """
    found: tuple[Alarm | CompositeAlarm, ...] = ()
    for detail in DETAILS:
        found = make(detail)
        rules = [len(alarm.rule) for alarm in found if isinstance(alarm, CompositeAlarm)]
        if size(found) <= room and all(length <= RULE_MAX for length in rules):
            break
    return found


def size(alarms: Iterable[Alarm | CompositeAlarm]) -> int:
    """The bytes of alarms in a template, as compact JSON."""
    return len(_COMPACT.encode(alarm_resources(alarms)).encode())


def remarks(indexes: Iterable[str], alarms: Iterable[Alarm | CompositeAlarm]) -> tuple[str, ...]:
    """What the size of a template made of the alarms of indexes, in sentences for people; none where nothing was."""
    indexes = tuple(indexes)
    metric = [alarm for alarm in alarms if isinstance(alarm, Alarm)]
    watched = [(kind_of(alarm.name), targets) for alarm in metric if (targets := _indexes(alarm))]
    shared = [kind.section for kind, targets in watched if kind and not kind.grouped and len(targets) > 1]
    found = []
    if shared:
        sections = ", ".join(dict.fromkeys(shared))
        found.append(
            f"So many indexes, or such long names, do not fit into one template with alarms for each: the alarms "
            f"{sections} watch several indexes at once. The dashboard tells them apart."
        )
    of_indexes = {kind.section for kind, _ in watched if kind}
    of_the_table = [kind.section for alarm in metric if (kind := kind_of(alarm.name)) and kind.scope == TARGET]
    lacking = [section for section in dict.fromkeys(of_the_table) if section not in of_indexes]
    # They are left out all at once. Every index can have hot keys, and capacity where its table has, but not every one has
    # a maximum: that alone lacks nothing.
    if indexes and not {"hot-key", "capacity"}.isdisjoint(lacking):
        found.append(
            f"The alarms {', '.join(lacking)} watch the table alone and not its indexes, for want of room in the template. "
            "The throttle alarms of the indexes tell when requests are refused."
        )
    return tuple(found)


def dropped_remark(sections: Iterable[str]) -> str:
    """That the alarms of these sections are not there at all, in a sentence for people."""
    return (
        f"There is no room in the template for the alarms {', '.join(sections)}: shorter names of indexes, or fewer indexes, "
        "bring them back."
    )


def _indexes(alarm: Alarm) -> list[str]:
    every = (alarm.dimensions, *(query.dimensions for query in alarm.metrics))
    return list(dict.fromkeys(value for each in every for name, value in each if name == "GlobalSecondaryIndexName"))
