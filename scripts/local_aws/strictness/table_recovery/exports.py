"""Exports of tables to S3: what stands in their way. The emulator notes an export and writes nothing."""

import math
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.now import now
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule
from scripts.local_aws.strictness.table_recovery import history
from scripts.local_aws.strictness.table_recovery.answers import answering, call
from scripts.local_aws.strictness.table_recovery.continuous_backups import days_of, refuse_unrecoverable


@rule(
    "export-time",
    "ExportTableToPointInTime needs point-in-time recovery (PointInTimeRecoveryUnavailableException), and an "
    "ExportTime from EarliestRestorableDateTime until now (InvalidExportTimeException, whose wording is not known).",
    sources.EXPORT,
)
def refuse_export(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused when AWS would not export this table record."""
    refuse_unrecoverable(table)
    earliest, _ = history.window(table, days_of(table["TableName"]))
    wanted = request.get("ExportTime")
    # Clients round to whole seconds.
    if wanted is not None and not earliest <= float(wanted) <= math.ceil(now()):
        raise RequestRefused(
            "ExportTime must not be before EarliestRestorableDateTime or later than now", "InvalidExportTimeException"
        )


def install() -> None:
    """Put this rule in front of the emulator's own function."""
    import ministack.services.dynamodb as dynamodb

    original = dynamodb._export_table_to_point_in_time

    def export(request: Request) -> Request:
        table = dynamodb._tables.get(dynamodb._normalize_table_name(request.get("TableArn")))
        if table is not None:
            refuse_export(request, table)
        return call(original, request)

    dynamodb._export_table_to_point_in_time = answering(export)
