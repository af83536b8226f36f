"""Backup jobs of AWS Backup: a recovery point of a table in a vault."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.backup_checks import INVALID, refuse_lifecycle, refuse_role
from scripts.local_aws.strictness.clock import TableClock
from scripts.local_aws.strictness.now import MINUTE, now
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule
from scripts.local_aws.strictness.table_recovery import jobs, points, snapshot, vaults
from scripts.local_aws.strictness.table_recovery.listing import listed

MIN_WINDOW = 60  # minutes
START_WINDOW = 480  # minutes, when none is given
PREFIX = "arn:aws:dynamodb:"


@rule(
    "backup-job",
    "StartBackupJob refuses an unknown vault, a role that AWS Backup cannot assume, a wrong lifecycle, a start window "
    f"of less than {MIN_WINDOW} minutes, and what is no table. What is in the way of the backup itself fails the job. "
    "A table that does not exist fails the job here; what AWS does is not known.",
    sources.BACKUP_JOB,
)
def start(request: Request) -> Request:
    """StartBackupJob."""
    import ministack.services.iam as iam

    token = request.get("IdempotencyToken")
    vault = vaults.find(request["BackupVaultName"])
    refuse_role(request["IamRoleArn"], iam._roles)
    refuse_lifecycle(request.get("Lifecycle"))
    if int(request.get("StartWindowMinutes") or START_WINDOW) < MIN_WINDOW:
        raise RequestRefused(f"StartWindowMinutes must be at least {MIN_WINDOW}", INVALID)
    arn = request["ResourceArn"]
    if not arn.startswith(PREFIX) or ":table/" not in arn:
        raise RequestRefused(f"Resource {arn} is no DynamoDB table: the local AWS backs up nothing else", INVALID)
    job = jobs.same("Backup", token) or jobs.begin(prepare(request, vault, arn), token)
    return {
        "BackupJobId": job.id,
        "RecoveryPointArn": job.told["RecoveryPointArn"],
        "CreationDate": job.created,
        "IsParent": False,
    }


def prepare(request: Request, vault: vaults.Vault, arn: str) -> jobs.Job:
    """The job of a request that has been checked, of the table of that ARN into a vault; not begun yet."""
    from ministack.core.responses import get_account_id, get_region

    table, lifecycle = _table(arn), request.get("Lifecycle") or {}
    problem = vaults.retention_problem(vault, lifecycle) or vaults.key_problem(vault["EncryptionKeyArn"])
    if table is None:
        problem = f"Table not found: {arn}"
    elif TableClock.of(table).creating:
        problem = f"Table is being created: {arn}"
    told = {
        "BackupVaultName": vault["BackupVaultName"],
        "BackupVaultArn": vault["BackupVaultArn"],
        "ResourceArn": arn,
        "ResourceName": arn.rpartition("/")[2],
        "ResourceType": points.TYPE,
        "IamRoleArn": request["IamRoleArn"],
        "RecoveryPointLifecycle": lifecycle or None,
        "StartBy": now() + int(request.get("StartWindowMinutes") or START_WINDOW) * MINUTE,
    }
    job = jobs.Job("Backup", get_account_id(), get_region(), told, problem)
    if table is None or problem:
        told["RecoveryPointArn"] = None
        return job
    kept = snapshot.take(table, now())
    # Backups inherit the tags of the table.
    tags = {tag["Key"]: tag["Value"] for tag in kept.tags} | (request.get("RecoveryPointTags") or {})
    point = points.Point(vault, kept, request["IamRoleArn"], lifecycle, tags, job)
    points.keep(point)
    told["RecoveryPointArn"] = point.arn
    job.results = {"BackupSizeInBytes": kept.size, "BytesTransferred": kept.size}
    return job


def _table(arn: str) -> dict[str, Any] | None:
    import ministack.services.dynamodb as dynamodb

    table = dynamodb._tables.get(arn.rpartition("/")[2])
    return table if table is not None and table["TableArn"] == arn else None


def describe(request: Request) -> Request:
    """DescribeBackupJob."""
    (job,) = jobs.answers_of(jobs.find("Backup", request["BackupJobId"]))
    return job


def list_all(request: Request) -> Request:
    """ListBackupJobs."""
    return listed("BackupJobs", jobs.answers_of(*jobs.of_kind("Backup")), request)


def stop(request: Request) -> None:
    """StopBackupJob."""
    job = jobs.find("Backup", request["BackupJobId"])
    if job.state in jobs.ENDED:
        raise RequestRefused(f"Backup job {job.id} is already {job.state}", "InvalidRequestException")
    job.aborted, job.completed = True, now()
    for point in points.all_points():
        if point.job is job:
            points.drop(point)
