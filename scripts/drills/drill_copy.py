"""The copy of a drill: restored, waited for, and deleted only when it is exactly that table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.command import Refused
from scripts.drills.drill_record import DrillRecord
from scripts.drills.restore_source import BACKUP, describe
from scripts.observe.aws import Aws
from scripts.observe.waiting import Waiting

FAILED = ("FAILED", "ABORTED")
NOT_OURS = "{} is not the table that the drill has made. It stays as it is. To begin anew delete {}."
Tell = Callable[[str], None]


def restore(aws: Aws, record: DrillRecord, file: Path) -> DrillRecord:
    """Ask AWS for the copy. The record is kept before and after, so that no copy is ever forgotten.

    Of AWS Backup it can be asked again: the token stands for the same job. Raises the errors of `aws.FAILURES`.
    """
    record.keep(file)
    if record.kind == BACKUP:
        job = aws.client("backup").start_restore_job(
            RecoveryPointArn=record.point,
            IamRoleArn=record.role,
            ResourceType="DynamoDB",
            Metadata={"targetTableName": record.copy},
            IdempotencyToken=record.token,
        )["RestoreJobId"]
        return replace(record, job=job).keep(file)
    table = aws.client("dynamodb").restore_table_to_point_in_time(
        SourceTableName=record.table,
        TargetTableName=record.copy,
        RestoreDateTime=datetime.fromtimestamp(record.moment, UTC),
    )["TableDescription"]
    return replace(record, table_id=table["TableId"]).keep(file)


def restored(aws: Aws, record: DrillRecord, file: Path, waiting: Waiting, tell: Tell) -> tuple[DrillRecord, float]:
    """The record with the id of the copy, once that is ACTIVE, and how long the restore took, in seconds.

    Raises Refused when the restore fails or the copy is gone, Stopped, and the errors of `aws.FAILURES`.
    """
    seconds = _job_seconds(aws, record, file, waiting, tell) if record.job else None

    def active() -> dict[str, Any] | None:
        table = describe(aws, record.copy)
        if table is None:
            _over(record, "gone", file)
            raise Refused(f"The copy {record.copy} is gone: somebody has deleted it. The same command makes another.")
        tell(f"{record.copy} is {table['TableStatus']}")
        return table if table["TableStatus"] == "ACTIVE" else None

    table = waiting.until(active, tell)
    record = replace(record, table_id=record.table_id or table["TableId"]).keep(file)
    if not is_ours(record, table):
        raise Refused(NOT_OURS.format(record.copy, file))
    return record, waiting.clock.now() - record.started if seconds is None else seconds


def _over(record: DrillRecord, outcome: str, file: Path) -> None:
    """There is no copy to go on with."""
    replace(record, result={"outcome": outcome}).keep(file)


def _job_seconds(aws: Aws, record: DrillRecord, file: Path, waiting: Waiting, tell: Tell) -> float:
    """How long the restore job took, by AWS's own times."""

    def ended() -> dict[str, Any] | None:
        job = aws.client("backup").describe_restore_job(RestoreJobId=record.job)
        tell(f"the restore job is {job['Status']}")
        if job["Status"] in FAILED:
            _over(record, "failed", file)
            raise Refused(f"AWS Backup could not restore {record.table}: {job.get('StatusMessage') or job['Status']}")
        return job if job["Status"] == "COMPLETED" else None

    job = waiting.until(ended, tell)
    seconds: float = (job["CompletionDate"] - job["CreationDate"]).total_seconds()
    return seconds


def is_ours(record: DrillRecord, table: dict[str, Any]) -> bool:
    """Whether a table is the copy of the drill: its id, its name, and, of a point in time, the table that it was restored from."""
    summary = table.get("RestoreSummary", {})
    from_it = bool(record.job) or summary.get("SourceTableArn") == record.source_arn
    return from_it and table["TableName"] == record.copy != record.table and table["TableId"] == record.table_id


def remove(aws: Aws, record: DrillRecord, file: Path, waiting: Waiting, tell: Tell) -> None:
    """Delete the copy, if it is exactly that table, and wait until it is gone.

    Raises Refused when it is another, Stopped, and the errors of `aws.FAILURES`.
    """

    def deleted() -> bool | None:
        table = describe(aws, record.copy)
        if table is None:
            return True
        if not is_ours(record, table):
            raise Refused(NOT_OURS.format(record.copy, file))
        if table["TableStatus"] != "DELETING":
            aws.client("dynamodb").delete_table(TableName=record.copy)
        tell(f"deleting {record.copy}")
        return None

    waiting.until(deleted, tell)


def moment(seconds: float) -> str:
    """A moment, for people."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
