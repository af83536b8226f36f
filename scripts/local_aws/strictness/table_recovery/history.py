"""The items of a table as they were at a moment of the past, since point-in-time recovery was enabled."""

import copy
from dataclasses import dataclass, field
from typing import Any

from scripts.local_aws.strictness import clock
from scripts.local_aws.strictness.now import MINUTE, now

DAY = 1_440 * MINUTE  # seconds

Items = dict[Any, dict[Any, dict[str, Any]]]  # by partition key value, then by sort key value


@dataclass(slots=True)
class History:
    """What was overwritten or deleted since `begins` (seconds since 1970), newest last.

    A change is (time, partition key value, sort key value, the item before it or None).
    """

    begins: float
    changes: list[tuple[float, Any, Any, dict[str, Any] | None]] = field(default_factory=list)


_histories: dict[str, History] = {}  # by table id, of the tables that have point-in-time recovery


def reset() -> None:
    """Forget everything."""
    _histories.clear()


def keep(table: dict[str, Any], days_before: int, days: int) -> None:
    """Recovery of a table record is set from a window of `days_before` days to `days`; 0: it is off.

    A longer window does not bring back what has been dropped; recovery that was off begins anew.
    """
    if not days or not days_before:
        forget(table)
    if days:
        history = _history(table)
        history.begins = _begins(history, days_before or days)


def forget(table: dict[str, Any]) -> None:
    """The table is gone, or its recovery is off."""
    _histories.pop(table["TableId"], None)


def window(table: dict[str, Any], days: int) -> tuple[float, float]:
    """(EarliestRestorableDateTime, LatestRestorableDateTime) of a table record with a window of so many days."""
    earliest = _begins(_history(table), days)
    return earliest, max(earliest, now() - clock.settings.recovery_lag * MINUTE)


def items_at(table: dict[str, Any], time: float) -> Items:
    """A copy of the items as they were at that time, seconds since 1970, in the window; without recovery, as they are."""
    items: Items = copy.deepcopy({partition: dict(found) for partition, found in table["items"].items()})
    history = _histories.get(table["TableId"])
    for changed, partition, sort, before in reversed(history.changes if history else []):
        if changed <= time:
            break
        if before is not None:
            items.setdefault(partition, {})[sort] = copy.deepcopy(before)
        elif partition in items:
            items[partition].pop(sort, None)
    return {partition: found for partition, found in items.items() if found}


def _history(table: dict[str, Any]) -> History:
    # In whole seconds, as AWS tells it, so that what is told can be asked for: requests have no fractions.
    return _histories.setdefault(table["TableId"], History(float(int(now()))))


def _begins(history: History, days: int) -> float:
    return max(history.begins, float(int(now() - days * DAY)))


def install() -> None:
    """Note every change of an item: all of the emulator's writes go through these two functions."""
    import ministack.services.dynamodb as dynamodb

    def note(table: dict[str, Any], partition: Any, sort: Any) -> None:
        history = _histories.get(table.get("TableId", ""))
        if history is not None:
            history.changes.append((now(), partition, sort, table["items"].get(partition, {}).get(sort)))

    def set_item(
        table: dict[str, Any], partition: Any, sort: Any, item: Any, _original: Any = dynamodb._set_item
    ) -> Any:
        note(table, partition, sort)
        return _original(table, partition, sort, item)

    def remove_item(table: dict[str, Any], partition: Any, sort: Any, _original: Any = dynamodb._remove_item) -> Any:
        note(table, partition, sort)
        return _original(table, partition, sort)

    dynamodb._set_item = set_item
    dynamodb._remove_item = remove_item
