"""The operations of AWS Backup on recovery points, and on the tables that have some."""

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.backup_checks import refuse_lifecycle
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule
from scripts.local_aws.strictness.table_recovery import vaults
from scripts.local_aws.strictness.table_recovery.answers import told
from scripts.local_aws.strictness.table_recovery.listing import listed
from scripts.local_aws.strictness.table_recovery.points import (
    TYPE,
    Point,
    all_points,
    drop,
    find,
    of_vault,
    refuse_unready,
)


def _looked_at(request: Request) -> Point:
    return find(request["RecoveryPointArn"], vaults.find(request["BackupVaultName"]))


def describe(request: Request) -> Request:
    """DescribeRecoveryPoint."""
    point = _looked_at(request)
    answer = point.description()
    point.job.tick()
    return answer


def restore_metadata(request: Request) -> Request:
    """GetRecoveryPointRestoreMetadata. Which keys AWS gives for a table is not known; these a restore takes."""
    point = _looked_at(request)
    encryption = point.snapshot.settings.get("SSESpecification") or {}
    metadata = {
        "targetTableName": point.snapshot.source["TableName"],
        "encryptionType": "KMS" if encryption else "Default",
        "kmsMasterKeyArn": encryption.get("KMSMasterKeyId"),
    }
    return {
        "BackupVaultArn": point.vault["BackupVaultArn"],
        "RecoveryPointArn": point.arn,
        "RestoreMetadata": told(metadata),
        "ResourceType": TYPE,
    }


@rule(
    "recovery-point-change",
    "A recovery point in a locked vault can be neither deleted nor given another lifecycle; one that is being made "
    "cannot be deleted, one in cold storage cannot move to it at another time.",
    sources.VAULT_LOCK,
)
def _refuse_locked(point: Point) -> None:
    if point.vault["Locked"]:
        name = point.vault["BackupVaultName"]
        raise RequestRefused(
            f"Vault {name} is locked: its recovery points cannot be changed", "InvalidRequestException"
        )


def delete(request: Request) -> None:
    """DeleteRecoveryPoint."""
    point = _looked_at(request)
    _refuse_locked(point)
    refuse_unready(point)
    drop(point)


def update_lifecycle(request: Request) -> Request:
    """UpdateRecoveryPointLifecycle. What the request leaves out is taken away."""
    point, lifecycle = _looked_at(request), request.get("Lifecycle") or {}
    _refuse_locked(point)
    refuse_lifecycle(lifecycle)
    member = "MoveToColdStorageAfterDays"
    if point.cold and lifecycle.get(member) != point.lifecycle.get(member):
        raise RequestRefused(
            f"{member} cannot be changed: the recovery point is in cold storage", "InvalidRequestException"
        )
    point.lifecycle = lifecycle
    keys = ("BackupVaultArn", "RecoveryPointArn", "Lifecycle", "CalculatedLifecycle")
    return {name: value for name, value in point.description().items() if name in keys}


def list_by_vault(request: Request) -> Request:
    """ListRecoveryPointsByBackupVault."""
    found = of_vault(vaults.find(request["BackupVaultName"]))
    answer = listed("RecoveryPoints", [point.description() for point in found], request)
    for point in found:
        point.job.tick()
    return answer


def list_by_resource(request: Request) -> Request:
    """ListRecoveryPointsByResource, newest first."""
    found = [point for point in all_points() if point.snapshot.arn == request["ResourceArn"]]
    told_of = ("RecoveryPointArn", "CreationDate", "Status", "EncryptionKeyArn", "BackupVaultName", "IsParent")
    entries = [
        {name: point.description()[name] for name in told_of} | {"BackupSizeBytes": point.snapshot.size}
        for point in reversed(found)
    ]
    answer = listed("RecoveryPoints", entries, request)
    for point in found:
        point.job.tick()
    return answer


@rule(
    "protected-resources",
    "ListProtectedResources and DescribeProtectedResource tell of every table that has a recovery point when the last "
    "one was made.",
    sources.PROTECTED,
)
def protected(request: Request) -> Request:
    """ListProtectedResources."""
    by_table = {point.snapshot.arn: point for point in all_points() if point.ready}
    return listed("Results", [_protected(point) for point in by_table.values()], request)


def describe_protected(request: Request) -> Request:
    """DescribeProtectedResource."""
    found = [point for point in all_points() if point.ready and point.snapshot.arn == request["ResourceArn"]]
    if not found:
        raise RequestRefused(f"Resource {request['ResourceArn']} is not protected", "ResourceNotFoundException")
    return _protected(found[-1])


def _protected(point: Point) -> Request:
    return {
        "ResourceArn": point.snapshot.arn,
        "ResourceType": TYPE,
        "ResourceName": point.snapshot.source["TableName"],
        "LastBackupTime": point.created,
        "LastBackupVaultArn": point.vault["BackupVaultArn"],
        "LastRecoveryPointArn": point.arn,
    }
