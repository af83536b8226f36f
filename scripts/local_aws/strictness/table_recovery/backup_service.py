"""Puts the jobs and recovery points of AWS Backup into the emulator's API."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from scripts.local_aws.service_models import wire
from scripts.local_aws.service_models.model_shapes import input_shape, routes
from scripts.local_aws.strictness.registry import Request, RequestRefused
from scripts.local_aws.strictness.table_recovery import (
    backup_jobs,
    copy_jobs,
    jobs,
    plan_runs,
    points,
    recovery_points,
    restore_jobs,
    vaults,
)

Answer = tuple[Any, ...]

OPERATIONS: dict[str, Callable[[Request], Request | None]] = {
    "StartBackupJob": backup_jobs.start,
    "DescribeBackupJob": backup_jobs.describe,
    "ListBackupJobs": backup_jobs.list_all,
    "StopBackupJob": backup_jobs.stop,
    "StartCopyJob": copy_jobs.start,
    "DescribeCopyJob": copy_jobs.describe,
    "ListCopyJobs": copy_jobs.list_all,
    "StartRestoreJob": restore_jobs.start,
    "DescribeRestoreJob": restore_jobs.describe,
    "GetRestoreJobMetadata": restore_jobs.metadata,
    "ListRestoreJobs": restore_jobs.list_all,
    "ListRestoreJobsByProtectedResource": restore_jobs.list_all,
    "DescribeRecoveryPoint": recovery_points.describe,
    "DeleteRecoveryPoint": recovery_points.delete,
    "GetRecoveryPointRestoreMetadata": recovery_points.restore_metadata,
    "ListRecoveryPointsByBackupVault": recovery_points.list_by_vault,
    "ListRecoveryPointsByResource": recovery_points.list_by_resource,
    "UpdateRecoveryPointLifecycle": recovery_points.update_lifecycle,
    "ListProtectedResources": recovery_points.protected,
    "DescribeProtectedResource": recovery_points.describe_protected,
}


def reset() -> None:
    """Forget all jobs and recovery points."""
    jobs.reset()
    points.reset()


run_plans = plan_runs.run_all


def operation(method: str, path: str) -> str | None:
    """The name of the operation that is addressed by a method and a path; None when it is none of these."""
    found = (route.operation for route in routes("backup") if route.method == method and route.path.fullmatch(path))
    name = next(found, None)
    return name if name in OPERATIONS else None


def install() -> None:
    """Put these operations in front of the emulator's own."""
    import ministack.services.backup as backup

    def count(vault: vaults.Vault) -> None:
        vault["NumberOfRecoveryPoints"] = len(points.of_vault(vault))

    def create_vault(name: str, body: Request, _original: Any = backup._create_vault) -> Answer:
        try:
            key = vaults.vault_key(body.get("EncryptionKeyArn"))
        except RequestRefused as refusal:
            return backup._err(refusal.code, str(refusal), 400)
        return _original(name, {**body, "EncryptionKeyArn": key})

    def describe_vault(name: str, _original: Any = backup._describe_vault) -> Answer:
        if name in backup._vaults:
            count(backup._vaults[name])
        return _original(name)

    def list_vaults(query: Request, _original: Any = backup._list_vaults) -> Answer:
        for vault in backup._vaults.values():
            count(vault)
        return _original(query)

    def delete_vault(name: str, _original: Any = backup._delete_vault) -> Answer:
        if vault := backup._vaults.get(name):
            count(vault)
            try:
                vaults.refuse_full(vault)
            except RequestRefused as refusal:
                return backup._err(refusal.code, str(refusal), 400)
        return _original(name)

    def list_tags(arn: str, _original: Any = backup._list_tags) -> Answer:
        found = [point for point in points.all_points() if point.arn == arn]
        return backup._ok({"Tags": found[0].tags}) if found else _original(arn)

    async def handle_request(
        method: str, path: str, headers: Any, body: bytes, query: Any, _original: Any = backup.handle_request
    ) -> Answer:
        name = operation(method, path)
        if name is None:
            return await _original(method, path, headers, body, query)
        shape = input_shape("backup", name) or ""
        request = wire.from_path("backup", shape, method, path, urlencode(query, doseq=True).encode(), body)
        try:
            content = OPERATIONS[name](request)
        except RequestRefused as refusal:
            return backup._err(refusal.code, str(refusal), 400)
        return backup._no_content() if content is None else backup._ok(content)

    backup._create_vault = create_vault
    backup._describe_vault = describe_vault
    backup._list_vaults = list_vaults
    backup._delete_vault = delete_vault
    backup._list_tags = list_tags
    backup.handle_request = handle_request
