"""What a drill restores from: the latest moment of point-in-time recovery, or the newest recovery point of AWS Backup."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scripts import names
from scripts.command import Refused
from scripts.model import DesiredTable
from scripts.observe.aws import FAILURES, Aws, error_code
from scripts.observe.live_table import ABSENT
from scripts.observe.target import ServiceEnvironment, Target

POINT_IN_TIME, BACKUP = "point-in-time", "backup"


@dataclass(frozen=True, slots=True)
class DrilledTable:
    """The table of a drill, as DescribeTable tells of it. `size` in bytes and `count` of items are up to six hours old."""

    name: str
    arn: str
    size: int
    count: int
    read_units: int  # provisioned for the table itself; 0 on demand
    all_read_units: int  # with those of its indexes
    all_write_units: int
    keys: tuple[str, ...]
    ttl_attribute: str | None


@dataclass(frozen=True, slots=True)
class RestoreSource:
    """`kind`: POINT_IN_TIME or BACKUP. `moment`: of which the items are. `point`, `role`: ARNs, of BACKUP only."""

    kind: str
    moment: datetime
    point: str = ""
    role: str = ""


def chosen_table(target: Target, named: str) -> tuple[ServiceEnvironment, DesiredTable]:
    """The table of that name, as the contract or as AWS has it. Raises Refused where there is none, or more than one."""
    every = [
        (place, contract.name, desired)
        for place in target.places
        for contract, desired in zip(place.service.contract.tables, place.states, strict=True)
    ]
    found = [(place, desired) for place, name, desired in every if named in (name, desired.name)]
    if not found:
        known = ", ".join(sorted({name for _, name, _ in every}))
        raise Refused(f'{target.environment} has no table "{named}". It has: {known}.')
    if len(found) > 1:
        services = " and ".join(place.service.name for place, _ in found)
        raise Refused(f"{services} have a table {named} each. Name one service with --service.")
    return found[0]


def describe(aws: Aws, name: str) -> dict[str, Any] | None:
    """The table of that name; None if there is none. Raises the errors of `aws.FAILURES`."""
    try:
        table: dict[str, Any] = aws.client("dynamodb").describe_table(TableName=name)["Table"]
    except FAILURES as error:
        if error_code(error) in ABSENT:
            return None
        raise
    return table


def live_table(aws: Aws, desired: DesiredTable) -> DrilledTable:
    """The table in AWS. Raises Refused where it does not exist, and the errors of `aws.FAILURES`."""
    table = describe(aws, desired.name)
    if table is None:
        raise Refused(f"{desired.name} does not exist: there is nothing to compare a copy with.")
    parts = [each.get("ProvisionedThroughput", {}) for each in (table, *table.get("GlobalSecondaryIndexes", []))]
    read, write = ([part.get(f"{kind}CapacityUnits", 0) for part in parts] for kind in ("Read", "Write"))
    keys = tuple(key["AttributeName"] for key in table["KeySchema"])
    size, count = table.get("TableSizeBytes", 0), table.get("ItemCount", 0)
    return DrilledTable(
        desired.name, table["TableArn"], size, count, read[0], sum(read), sum(write), keys, desired.ttl_attribute
    )


def restore_source(
    aws: Aws, place: ServiceEnvironment, table: DrilledTable, kind: str, role: str | None = None
) -> RestoreSource:
    """The newest of that kind. `role`: the ARN of that with which AWS Backup restores; None: the account's default. Raises Refused where there is nothing to restore from, and the errors of `aws.FAILURES`."""
    if kind == BACKUP:
        return _recovery_point(aws, place, table, role or default_role(aws))
    answer = aws.client("dynamodb").describe_continuous_backups(TableName=table.name)["ContinuousBackupsDescription"]
    recovery = answer.get("PointInTimeRecoveryDescription", {})
    moment = recovery.get("LatestRestorableDateTime")
    if recovery.get("PointInTimeRecoveryStatus") != "ENABLED" or moment is None:
        raise Refused(
            f"Point-in-time recovery of {table.name} is off: it cannot be restored. make validate ENV={place.environment.name} "
            "names the command that switches it on."
        )
    return RestoreSource(POINT_IN_TIME, moment)


def default_role(aws: Aws) -> str:
    """The ARN of the role that AWS Backup makes for an account. The role that makes the backups restores none."""
    return f"{aws.arn('iam').rsplit(':', 2)[0]}::{aws.account}:role/service-role/AWSBackupDefaultServiceRole"


def _recovery_point(aws: Aws, place: ServiceEnvironment, table: DrilledTable, role: str) -> RestoreSource:
    environment = place.environment
    if not environment.backups:
        raise Refused(
            f"{environment.name} has no `backups` in deployment.yaml. Without --from the drill takes point-in-time recovery."
        )
    vault = names.backup_vault(environment.name, place.service.name)
    ready = [point for point in _points(aws, vault, table.arn) if point["Status"] == "COMPLETED"]
    if not ready:
        raise Refused(
            f"Vault {vault} has no recovery point of {table.name} yet. Backups are made {environment.backups.get('schedule', 'daily')}."
        )
    newest = max(ready, key=lambda point: point["CreationDate"])
    return RestoreSource(BACKUP, newest["CreationDate"], newest["RecoveryPointArn"], role)


def _points(aws: Aws, vault: str, arn: str) -> Iterator[dict[str, Any]]:
    pages = aws.client("backup").get_paginator("list_recovery_points_by_backup_vault")
    for page in pages.paginate(BackupVaultName=vault, ByResourceArn=arn):
        yield from page["RecoveryPoints"]
