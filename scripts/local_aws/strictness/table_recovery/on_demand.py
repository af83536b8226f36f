"""On-demand backups of DynamoDB, those that it makes itself of a deleted table, and restores from them."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.clock import TableClock
from scripts.local_aws.strictness.now import now
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule
from scripts.local_aws.strictness.table_recovery import restore_request, restores
from scripts.local_aws.strictness.table_recovery.answers import Answer, answering
from scripts.local_aws.strictness.table_recovery.backup_record import SYSTEM_DAYS, Backup, back_up, keep
from scripts.local_aws.strictness.table_recovery.continuous_backups import days_of, table_or_refusal
from scripts.local_aws.strictness.table_recovery.history import forget

SYSTEM_NAME = "{}$DeletedTableBackup"
PAGE = 100


@rule(
    "backup-in-use",
    "A backup is CREATING, then AVAILABLE; until then it can be neither restored nor deleted (BackupInUseException). "
    "One that does not exist is BackupNotFoundException, for a table that does not exist CreateBackup answers "
    "TableNotFoundException, for one that is CREATING TableInUseException.",
    sources.DELETE_BACKUP,
)
def find(arn: Any) -> Backup:
    """The backup of that ARN, of the account and Region of the request. Raises Refused when there is none."""
    import ministack.services.dynamodb as dynamodb

    backup = dynamodb._backups.get(arn)
    if backup is None or (backup.expires is not None and now() >= backup.expires):
        raise RequestRefused(f"Backup not found: {arn}", "BackupNotFoundException")
    return backup


def _available(arn: Any) -> Backup:
    backup = find(arn)
    if backup.left:
        raise RequestRefused(f"Backup is being created: {arn}", "BackupInUseException")
    return backup


def create(request: Request) -> Request:
    """CreateBackup."""
    table = table_or_refusal(request.get("TableName"))
    if TableClock.of(table).creating:
        raise RequestRefused(f"Table is being created: {table['TableName']}", "TableInUseException")
    return {"BackupDetails": keep(back_up(table, str(request.get("BackupName")), "USER")).details()}


def describe(request: Request) -> Request:
    """DescribeBackup."""
    backup = find(request.get("BackupArn"))
    answer = {"BackupDescription": backup.description()}
    backup.tick()
    return answer


def delete(request: Request) -> Request:
    """DeleteBackup."""
    import ministack.services.dynamodb as dynamodb

    backup = _available(request.get("BackupArn"))
    dynamodb._backups.pop(backup.arn)
    return {"BackupDescription": backup.description("DELETED")}


@rule(
    "backup-list",
    "ListBackups lists the backups of a table, also of one that is gone, or of all: those of USER unless BackupType "
    "is SYSTEM or ALL, from TimeRangeLowerBound until before TimeRangeUpperBound. Those of AWS Backup are not listed.",
    sources.LIST_BACKUPS,
)
def listed(request: Request) -> Request:
    """ListBackups."""
    import ministack.services.dynamodb as dynamodb

    name = dynamodb._normalize_table_name(request["TableName"]) if request.get("TableName") else None
    kind = request.get("BackupType") or "USER"
    lower, upper = request.get("TimeRangeLowerBound", 0), request.get("TimeRangeUpperBound", float("inf"))
    found = [
        backup
        for backup in dynamodb._backups.values()
        if name in (None, backup.snapshot.source["TableName"])
        and kind in ("ALL", backup.kind)
        and lower <= backup.made < upper
        and (backup.expires is None or now() < backup.expires)
    ]
    arns = [backup.arn for backup in found]
    start = arns.index(request["ExclusiveStartBackupArn"]) + 1 if request.get("ExclusiveStartBackupArn") in arns else 0
    page = found[start : start + int(request.get("Limit") or PAGE)]
    answer: Request = {"BackupSummaries": [backup.summary() for backup in page]}
    if page and page[-1] is not found[-1]:
        answer["LastEvaluatedBackupArn"] = page[-1].arn
    for backup in page:
        backup.tick()
    return answer


def restore(request: Request) -> Request:
    """RestoreTableFromBackup, also from a backup of another Region."""
    from ministack.core.responses import get_account_id, get_region, request_scope

    arn = str(request.get("BackupArn"))
    account, region = restore_request.region_of(arn)
    if account != get_account_id():
        raise RequestRefused(f"Backup not found: {arn}", "BackupNotFoundException")
    with request_scope(account, region):
        backup = _available(arn)
    restore_request.refuse_missing_encryption(request, region, get_region())
    summary = {"SourceBackupArn": arn, "SourceTableArn": backup.snapshot.arn, "RestoreDateTime": backup.made}
    name = str(request.get("TargetTableName"))
    return restores.description(restores.restore(name, backup.snapshot, request, summary))


rule(
    "backup-of-deleted-table",
    f"Deleting a table with point-in-time recovery makes a backup of it: type SYSTEM, {SYSTEM_NAME.format('TABLE')}, "
    f"kept for {SYSTEM_DAYS} days.",
    sources.RECOVERY,
)


def install() -> None:
    """Put these rules in the place of the emulator's own functions."""
    import ministack.services.dynamodb as dynamodb

    def delete_table(data: Request, _original: Any = dynamodb._delete_table) -> Answer:
        table = dynamodb._tables.get(dynamodb._normalize_table_name(data.get("TableName")))
        recovers = bool(table and days_of(table["TableName"]))
        backup = back_up(table, SYSTEM_NAME.format(table["TableName"]), "SYSTEM") if recovers else None
        answer = _original(data)
        if table and answer[0] < 400:
            forget(table)
            if backup:
                keep(backup)
        return answer

    dynamodb._delete_table = delete_table
    dynamodb._create_backup = answering(create)
    dynamodb._describe_backup = answering(describe)
    dynamodb._delete_backup = answering(delete)
    dynamodb._list_backups = answering(listed)
    dynamodb._restore_table_from_backup = answering(restore)
