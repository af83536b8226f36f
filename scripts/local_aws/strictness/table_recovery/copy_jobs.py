"""Copy jobs of AWS Backup: a recovery point in another vault, Region or account."""

import re

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.backup_checks import INVALID, refuse_lifecycle, refuse_role
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule
from scripts.local_aws.strictness.table_recovery import jobs, points, vaults
from scripts.local_aws.strictness.table_recovery.listing import listed

_VAULT = re.compile(r"arn:aws:backup:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):backup-vault:(?P<name>.+)")


@rule(
    "copy-job",
    "StartCopyJob copies a recovery point into the vault of an ARN, of any Region or account. The copy keeps the "
    "creation date, and the lifecycle unless another is given; DeleteAfterDays -1 keeps that of the source. One in "
    "cold storage cannot be copied. A vault that does not exist fails the job here; what AWS does is not known.",
    sources.COPY_JOB,
)
def start(request: Request) -> Request:
    """StartCopyJob."""
    import ministack.services.iam as iam

    vault = vaults.find(request["SourceBackupVaultName"])
    point = points.find(request["RecoveryPointArn"], vault)
    refuse_role(request["IamRoleArn"], iam._roles)
    refuse_lifecycle(request.get("Lifecycle"))
    points.refuse_unready(point)
    if point.cold:
        message = f"Recovery point {point.arn} is in cold storage and cannot be copied"
        raise RequestRefused(message, "InvalidRequestException")
    if not _VAULT.fullmatch(request["DestinationBackupVaultArn"]):
        raise RequestRefused(f"{request['DestinationBackupVaultArn']} is not the ARN of a backup vault", INVALID)
    token = request.get("IdempotencyToken")
    job = jobs.same("Copy", token) or jobs.begin(prepare(request, point), token)
    return {"CopyJobId": job.id, "CreationDate": job.created, "IsParent": False}


def prepare(request: Request, point: points.Point) -> jobs.Job:
    """The job of a request that has been checked, of a recovery point; not begun yet."""
    from ministack.core.responses import get_account_id, get_region, request_scope

    account, destination = get_account_id(), request["DestinationBackupVaultArn"]
    told = {
        "SourceBackupVaultArn": point.vault["BackupVaultArn"],
        "SourceRecoveryPointArn": point.arn,
        "DestinationBackupVaultArn": destination,
        "ResourceArn": point.snapshot.arn,
        "ResourceName": point.snapshot.source["TableName"],
        "ResourceType": points.TYPE,
        "IamRoleArn": request["IamRoleArn"],
    }
    job = jobs.Job("Copy", account, get_region(), told, vaults.key_problem(point.vault["EncryptionKeyArn"]))
    lifecycle = _lifecycle(point, request.get("Lifecycle") or {})
    place = _VAULT.fullmatch(destination)
    if place is not None and job.message is None:
        with request_scope(place["account"], place["region"]):
            job.message = _copy(job, point, place["name"], lifecycle, account)
    return job


def _lifecycle(point: points.Point, wanted: Request) -> Request:
    result = dict(wanted or point.lifecycle)
    if result.get("DeleteAfterDays") == -1 and "DeleteAfterDays" in point.lifecycle:
        result["DeleteAfterDays"] = point.lifecycle["DeleteAfterDays"]
    return result


def _copy(job: jobs.Job, point: points.Point, name: str, lifecycle: Request, account: str) -> str | None:
    """Put a copy into the vault of that name, of the account and Region of the request; why not, if it cannot be."""
    from ministack.core.responses import get_account_id

    try:
        vault = vaults.find(name)
    except RequestRefused as refusal:
        return str(refusal)
    problem = vaults.policy_problem(vault, account) if account != get_account_id() else None
    problem = problem or vaults.retention_problem(vault, lifecycle) or vaults.key_problem(vault["EncryptionKeyArn"])
    if problem:
        return problem
    source = point.vault["BackupVaultArn"]
    copy = points.Point(vault, point.snapshot, point.role, lifecycle, point.tags, job, point.created, source)
    points.keep(copy)
    job.told["DestinationRecoveryPointArn"] = copy.arn
    job.results = {"BackupSizeInBytes": point.snapshot.size}
    return None


def describe(request: Request) -> Request:
    """DescribeCopyJob."""
    (job,) = jobs.answers_of(jobs.find("Copy", request["CopyJobId"]))
    return {"CopyJob": job}


def list_all(request: Request) -> Request:
    """ListCopyJobs."""
    return listed("CopyJobs", jobs.answers_of(*jobs.of_kind("Copy")), request)
