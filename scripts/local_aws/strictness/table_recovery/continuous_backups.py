"""Point-in-time recovery of a table, as the direct API sets and tells it."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule
from scripts.local_aws.strictness.table_recovery import history
from scripts.local_aws.strictness.table_recovery.answers import answering

MAX_DAYS = 35

rule(
    "recovery-window",
    "A table can be restored to the times from EarliestRestorableDateTime (when recovery was enabled, or the days of "
    "the window ago) to LatestRestorableDateTime (five minutes ago, see set_clock(recovery_lag)). Fewer days drop what "
    "is older at once, more days bring nothing back, and recovery that was off begins anew.",
    sources.RECOVERY,
)


@rule(
    "recovery-days",
    "RecoveryPeriodInDays is 35 when not given, and refused when recovery is disabled; DescribeContinuousBackups "
    "returns it.",
    sources.BACKUPS,
)
def recovery_days(specification: Request) -> int:
    """Days of point-in-time recovery that a PointInTimeRecoverySpecification asks for, 0 when it disables it."""
    days = specification.get("RecoveryPeriodInDays")
    if not specification.get("PointInTimeRecoveryEnabled"):
        if days is not None:
            raise RequestRefused(
                "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."
            )
        return 0
    return MAX_DAYS if days is None else int(days)


def days_of(name: str) -> int:
    """The days of the recovery window of the table of that name, 0 when recovery is off."""
    import ministack.services.dynamodb as dynamodb

    # The emulator reads this store only for truth, so the days can live in it.
    return int(dynamodb._pitr_settings.get(name) or 0)


def table_or_refusal(reference: Any) -> dict[str, Any]:
    """The record of a table by its name or ARN. Raises Refused in the words of the operations on backups."""
    import ministack.services.dynamodb as dynamodb

    table = dynamodb._tables.get(dynamodb._normalize_table_name(reference))
    if table is None:
        raise RequestRefused(f"Table not found: {reference}", "TableNotFoundException")
    return table


def refuse_unrecoverable(table: dict[str, Any]) -> None:
    """Raise Refused when point-in-time recovery of a table record is off."""
    if not days_of(table["TableName"]):
        raise RequestRefused(
            f"Point in time recovery is not enabled for table '{table['TableName']}'",
            "PointInTimeRecoveryUnavailableException",
        )


def _description(table: dict[str, Any]) -> Request:
    days = days_of(table["TableName"])
    point_in_time: dict[str, Any] = {"PointInTimeRecoveryStatus": "ENABLED" if days else "DISABLED"}
    if days:
        earliest, latest = history.window(table, days)
        point_in_time |= {
            "RecoveryPeriodInDays": days,
            "EarliestRestorableDateTime": earliest,
            "LatestRestorableDateTime": latest,
        }
    description = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": point_in_time}
    return {"ContinuousBackupsDescription": description}


def install() -> None:
    """Put these rules in the place of the emulator's own functions."""
    import ministack.services.dynamodb as dynamodb

    def update(request: Request) -> Request:
        table = table_or_refusal(request.get("TableName"))
        name = table["TableName"]
        days = recovery_days(request.get("PointInTimeRecoverySpecification") or {})
        history.keep(table, days_of(name), days)
        dynamodb._pitr_settings[name] = days
        return _description(table)

    def describe(request: Request) -> Request:
        return _description(table_or_refusal(request.get("TableName")))

    history.install()
    dynamodb._update_continuous_backups = answering(update)
    dynamodb._describe_continuous_backups = answering(describe)
