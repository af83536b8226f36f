"""Restores of DynamoDB: a new table with the items and settings of a point in time or of a backup."""

import copy
from collections import defaultdict
from typing import Any

from scripts.local_aws.strictness import clock, sources
from scripts.local_aws.strictness.clock import TableClock
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule
from scripts.local_aws.strictness.table_recovery import history, restore_request
from scripts.local_aws.strictness.table_recovery.answers import answering, call
from scripts.local_aws.strictness.table_recovery.continuous_backups import (
    days_of,
    refuse_unrecoverable,
    table_or_refusal,
)
from scripts.local_aws.strictness.table_recovery.snapshot import Snapshot, take

SUMMARY = "_local_aws_restore"
MAX_RESTORES = 50  # of an account at a time

rule(
    "restore-keeps",
    "A restored table has the items, keys, indexes, billing mode, capacity and encryption of the source, as they are "
    "now for a point in time, as they were for a backup. It has no tags, TTL, stream, Kinesis stream, recovery, "
    "deletion protection, resource policy, Contributor Insights, scaling and alarms.",
    sources.RESTORES,
)
rule(
    "restore-table-class",
    "A table that is restored from a backup is of the table class STANDARD. Here so is one of a point in time.",
    sources.RESTORE_TUTORIAL,
)
rule(
    "restore-progress",
    "A restored table is CREATING, with RestoreSummary.RestoreInProgress true, then ACTIVE; until then its items "
    "cannot be read. RestoreSummary stays.",
    sources.RECOVERY_TUTORIAL,
)


@rule(
    "restore-target",
    "The target of a restore must not exist: TableAlreadyExistsException, TableInUseException while it is CREATING.",
    sources.RESTORE_POINT,
)
def refuse_target(name: str) -> None:
    """Raise Refused when there is a table of that name."""
    import ministack.services.dynamodb as dynamodb

    table = dynamodb._tables.get(name)
    if table is not None and TableClock.of(table).creating:
        raise RequestRefused(f"Table is being created: {name}", "TableInUseException")
    if table is not None:
        raise RequestRefused(f"Table already exists: {name}", "TableAlreadyExistsException")


@rule(
    "restore-count",
    f"An account has at most {MAX_RESTORES} restores in progress. AWS's wording is not known.",
    sources.RESTORE_POINT,
)
def refuse_many() -> None:
    """Raise Refused when the account of the request restores as many tables as it may."""
    import ministack.services.dynamodb as dynamodb
    from ministack.core.responses import get_account_id

    tables = (table for (account, *_), table in dynamodb._tables._data.items() if account == get_account_id())
    running = sum(1 for table in tables if SUMMARY in table and TableClock.of(table).creating)
    if running >= MAX_RESTORES:
        raise RequestRefused(f"Too many restores in progress: at most {MAX_RESTORES}", "LimitExceededException")


def restore(name: str, snapshot: Snapshot, request: Request, summary: dict[str, Any]) -> dict[str, Any]:
    """Make a table from a snapshot and the overrides of a request; its record. Raises Refused.

    `summary`: what RestoreSummary tells, without RestoreInProgress.
    """
    import ministack.services.dynamodb as dynamodb

    refuse_target(name)
    refuse_many()
    call(dynamodb._create_table, {"TableName": name, **restore_request.restored_settings(snapshot.settings, request)})
    table: dict[str, Any] = dynamodb._tables[name]
    table["items"] = defaultdict(dict, copy.deepcopy(snapshot.items))
    dynamodb._items_replaced(table)
    table[SUMMARY] = summary
    TableClock.of(table).creating = clock.settings.backup
    return table


def description(table: dict[str, Any]) -> Request:
    """The answer to a restore: the table is CREATING in it, whatever the clock says next."""
    import ministack.services.dynamodb as dynamodb

    table_clock = TableClock.of(table)
    left, table_clock.creating = table_clock.creating, 1
    answer = {"TableDescription": dynamodb._table_description(table["TableName"])}
    table_clock.creating = left
    return answer


@rule(
    "restore-unavailable",
    "RestoreTableToPointInTime of a table without recovery is PointInTimeRecoveryUnavailableException, of one that "
    "does not exist TableNotFoundException.",
    sources.RESTORE_POINT,
)
def _source(request: Request) -> tuple[dict[str, Any], float]:
    """The record of the source table, and the time to restore it to."""
    reference = restore_request.source_reference(request)
    table = table_or_refusal(reference)
    refuse_unrecoverable(table)
    window = history.window(table, days_of(table["TableName"]))
    return table, restore_request.restore_time(request, *window)


def to_point_in_time(request: Request) -> Request:
    """RestoreTableToPointInTime."""
    from ministack.core.responses import get_account_id, get_region, request_scope

    reference = restore_request.source_reference(request)
    here = (get_account_id(), get_region())
    where = restore_request.region_of(reference) if request.get("SourceTableArn") else here
    if where[0] != here[0]:
        raise RequestRefused(f"Table not found: {reference}", "TableNotFoundException")
    with request_scope(*where):
        table, time = _source(request)
        snapshot = take(table, time)
    restore_request.refuse_warm_throughput(request)
    restore_request.refuse_missing_encryption(request, where[1], here[1])
    summary = {"SourceTableArn": table["TableArn"], "RestoreDateTime": time}
    return description(restore(str(request.get("TargetTableName")), snapshot, request, summary))


def install() -> None:
    """Put these rules in the place of the emulator's own functions."""
    import ministack.services.dynamodb as dynamodb

    def table_description(name: str, _original: Any = dynamodb._table_description) -> dict[str, Any]:
        told, table = _original(name), dynamodb._tables[name]
        if SUMMARY in table:
            told["RestoreSummary"] = table[SUMMARY] | {"RestoreInProgress": told["TableStatus"] == "CREATING"}
        return told

    dynamodb._table_description = table_description
    dynamodb._restore_table_to_point_in_time = answering(to_point_in_time)
