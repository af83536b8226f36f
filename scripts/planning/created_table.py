"""Everything that a new table will have."""

from collections.abc import Iterator

from scripts.model import Alarm, AnyAlarm, DesiredTable
from scripts.monitoring.kinds import PAGE, SEVERITIES, kind_of
from scripts.planning.entries import ADDED, PlanLine
from scripts.planning.setting_risks import days
from scripts.properties import BY_NAME
from scripts.properties.billing import ON_DEMAND

ENCRYPTION = {"aws-owned": "key owned by AWS", "aws-managed": "AWS managed key"}
# Properties that are told only where there is something to tell, as they are called there.
ONLY_IF_SET = {
    "on-demand maximum": "at most",
    "warm throughput": "warm throughput",
    "Kinesis stream": "Kinesis stream",
    "Contributor Insights": "Contributor Insights",
    "resource policy": "resource policy",
}


def created(desired: DesiredTable, cost: str) -> tuple[PlanLine, ...]:
    """All that will exist, a line for the keys, for each index, the settings, the tags, the alarms and the cost.

    `cost`: what it costs a month, in words.
    """
    lines = [
        f"Keys: {desired.keys}.",
        *(f"Index {index.name} ({index})." for index in desired.indexes),
        *(f"Local index {index.name} ({index}): it can never be changed." for index in desired.local_indexes),
        f"{'; '.join(_settings(desired))}.",
        *([f"Tags: {BY_NAME['tags'].shown(desired.tags)}."] if desired.tags else []),
        f"{_alarms(desired.alarms)}.",
        f"{cost}.",
    ]
    return tuple(PlanLine(line, ADDED) for line in lines)


def _settings(desired: DesiredTable) -> Iterator[str]:
    if desired.billing == ON_DEMAND:
        yield "On demand"
    else:
        limits = desired.scaling
        what = (
            BY_NAME["auto scaling"].shown(limits)
            if limits
            else BY_NAME["provisioned capacity"].shown(desired.throughput)
        )
        yield f"Provisioned: {what}"
    yield f"class {desired.table_class}"
    yield f"time to live by {desired.ttl_attribute}" if desired.ttl_attribute else "no time to live"
    yield f"stream {desired.stream}" if desired.stream else "no stream"
    yield f"recovery {days(desired.recovery_days)}" if desired.recovery_days else "NO point-in-time recovery"
    yield ENCRYPTION.get(desired.encryption, f"encrypted with {desired.encryption}")
    yield "protected from deletion" if desired.deletion_protection else "NOT protected from deletion"
    for name, words in ONLY_IF_SET.items():
        property = BY_NAME[name]
        value = getattr(desired, property.field)
        if value and (text := property.shown(value)) != "off":
            yield f"{words} {text}"


def _alarms(alarms: tuple[AnyAlarm, ...]) -> str:
    """`5 alarms: 3 page, 2 ticket`."""
    if not alarms:
        return "NO alarms"
    levels = [kind.severity if isinstance(a, Alarm) and (kind := kind_of(a.name)) else PAGE for a in alarms]
    counts = [(levels.count(level), level) for level in SEVERITIES if level in levels]
    each = ", ".join(f"{number} {level}" for number, level in counts) if len(counts) > 1 else f"all {counts[0][1]}"
    return f"{len(alarms)} alarm{'' if len(alarms) == 1 else 's'} ({each})"
