"""One drill, from the question to the answer: restore a copy, compare its items, delete it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from scripts.command import Refused
from scripts.drills import drill_copy
from scripts.drills.compare_items import SHARE, ItemComparison, ItemReader, compare_items
from scripts.drills.compare_shape import shape_differences
from scripts.drills.drill_cost import drill_cost
from scripts.drills.drill_record import DrillRecord, begun, file_of, unfinished
from scripts.drills.drill_words import beginning, outcome
from scripts.drills.restore_source import (
    BACKUP,
    POINT_IN_TIME,
    DrilledTable,
    chosen_table,
    describe,
    live_table,
    restore_source,
)
from scripts.observe.aws import Aws
from scripts.observe.target import select
from scripts.observe.target_options import TargetOptions
from scripts.observe.waiting import Waiting
from scripts.text import prompts

EQUAL, DIFFER, UNDECIDED = 0, 1, 2
SKEW = timedelta(minutes=15)  # by which the clock of this machine may be behind that of AWS
DATAPOINTS = 1_440  # that GetMetricStatistics answers with at most
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DrillRequest:
    """`table`: its name in the contract or in AWS. `items`: how many to compare from each side; None: all.

    `role`: the ARN of the role with which AWS Backup restores; None: the account's default.
    """

    target: TargetOptions
    table: str
    kind: str = POINT_IN_TIME
    role: str | None = None
    items: int | None = 1_000
    confirmed: bool = False


def run_drill(request: DrillRequest, say: Say, waiting: Waiting | None = None) -> int:
    """The exit code: EQUAL, DIFFER, or UNDECIDED when the table was written since the moment of the copy.

    Raises Refused, Stopped, and the errors of `aws.FAILURES`; the copy then stays, and the same request goes on with it.
    """
    waiting = waiting or Waiting()
    target = select(request.target)
    place, desired = chosen_table(target, request.table)
    table = live_table(target.aws, desired)
    file = file_of(target.environment, table, target.aws.account)
    record = unfinished(file)
    if record and record.kind == POINT_IN_TIME and describe(target.aws, record.copy) is None:
        record = None  # AWS was never asked for it, or somebody has deleted it
    if record:
        record = replace(record, continued=True)
        say(
            f"Going on with the copy {record.copy} of {drill_copy.moment(record.moment)}, which was begun at {drill_copy.moment(record.started)}."
        )
    else:
        source = restore_source(target.aws, place, table, request.kind, request.role)
        record = begun(table, source, waiting.clock.now())
        cost = drill_cost(table, source, target.aws.region, request.items)
        say(beginning(target.environment, target.aws, table, record, request.items, cost))
        if not request.confirmed and not prompts.confirm(target.environment, "--yes", "restore the copy", "The drill"):
            say("Nothing was restored.")
            return DIFFER
    if not record.job and (record.kind == BACKUP or describe(target.aws, record.copy) is None):
        record = drill_copy.restore(target.aws, record, file)
    return _finish(target.aws, table, record, request.items, file, say, waiting)


def _finish(
    aws: Aws, table: DrilledTable, record: DrillRecord, items: int | None, file: Path, say: Say, waiting: Waiting
) -> int:
    record, seconds = drill_copy.restored(aws, record, file, waiting, _once(say))
    copied = replace(table, name=record.copy)
    limit = table.read_units * SHARE
    original, copy = (ItemReader(aws, each.name, table.keys, limit, waiting.pause) for each in (table, copied))
    found = compare_items(table, original, copy, items, waiting.clock.now())
    written = _written_since(aws, record, waiting.clock.now()) if found.differences else 0.0
    shape = shape_differences(*(_described(aws, name) for name in (table.name, record.copy)))
    code = DIFFER if shape else EQUAL if not found.differences else UNDECIDED if written else DIFFER
    drill_copy.remove(aws, record, file, waiting, _once(say))
    replace(record, result=_result(found, shape, seconds, written, code)).keep(file)
    say(outcome(record, found, shape, seconds, written))
    return code


def _described(aws: Aws, name: str) -> dict[str, Any]:
    found = describe(aws, name)
    if found is None:
        raise Refused(f"{name} is gone: somebody has deleted it during the drill.")
    return found


def _result(found: ItemComparison, shape: list[str], seconds: float, written: float, code: int) -> dict[str, object]:
    """What is kept: figures only, no keys, which may be personal."""
    return {
        "outcome": ("equal", "differ", "undecided")[code],
        "restore_seconds": round(seconds, 1),
        "compared": found.compared,
        "every_item": found.every,
        "missing": len(found.missing),
        "added": len(found.added),
        "changed": len(found.changed),
        "expired": found.expired,
        "shape": shape,
        "write_units_since": written,
    }


def _written_since(aws: Aws, record: DrillRecord, now: float) -> float:
    """The write units that the table has used since the moment of the copy."""
    start = datetime.fromtimestamp(record.moment, UTC)
    end = max(datetime.fromtimestamp(now, UTC), start) + SKEW
    period = 60 * max(1, ceil((end - start).total_seconds() / 60 / DATAPOINTS))
    answer = aws.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/DynamoDB",
        MetricName="ConsumedWriteCapacityUnits",
        Dimensions=[{"Name": "TableName", "Value": record.table}],
        StartTime=start,
        EndTime=end,
        Period=period,
        Statistics=["Sum"],
    )
    return float(sum(each["Sum"] for each in answer["Datapoints"]))


def _once(say: Say) -> Say:
    """Says each thing once, however often it is looked at."""
    said: set[str] = set()

    def tell(text: str) -> None:
        if text not in said:
            said.add(text)
            say(f"  {text}")

    return tell
