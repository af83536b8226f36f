"""Restore jobs of AWS Backup: a new table from a recovery point."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.backup_checks import INVALID, refuse_role
from scripts.local_aws.strictness.clock import TableClock
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule
from scripts.local_aws.strictness.table_recovery import jobs, points, restore_request, restores, vaults
from scripts.local_aws.strictness.table_recovery.listing import listed

NAME, ENCRYPTION, KEY = "targettablename", "encryptiontype", "kmsmasterkeyarn"
KNOWN = (NAME, ENCRYPTION, KEY, "aws:backup:request-id")
ENCRYPTIONS = ("default", "kms")
BACKUPS_ONLY = "AWSBackupServiceRolePolicyForBackup"


@rule(
    "restore-job",
    "StartRestoreJob makes a new table of a recovery point, by Metadata whose keys are not case-sensitive: "
    "targetTableName, encryptionType, kmsMasterKeyArn. Other keys, and a request without a role, are refused here; what "
    "AWS does is not known. What DynamoDB refuses fails the job, with its message.",
    sources.RESTORE_TABLE,
)
def start(request: Request) -> Request:
    """StartRestoreJob."""
    import ministack.services.iam as iam

    point = points.find(request["RecoveryPointArn"])
    if request.get("ResourceType") not in (None, points.TYPE):
        raise RequestRefused(f"Recovery point {point.arn} is of the type {points.TYPE}", INVALID)
    refuse_role(str(request.get("IamRoleArn")), iam._roles)
    points.refuse_unready(point)
    metadata = {key.lower(): value for key, value in request["Metadata"].items()}
    if unknown := metadata.keys() - set(KNOWN):
        raise RequestRefused(f"Metadata {min(unknown)} is not known for {points.TYPE}: {', '.join(KNOWN)}", INVALID)
    if not metadata.get(NAME):
        raise RequestRefused("Metadata targetTableName is missing", INVALID)
    override = encryption(metadata)
    token = request.get("IdempotencyToken")
    job = jobs.same("Restore", token) or _begin(request, point, metadata[NAME], override, token)
    return {"RestoreJobId": job.id}


@rule(
    "restore-job-encryption",
    "encryptionType Default encrypts the restored table with a key that AWS owns, KMS with kmsMasterKeyArn or the key "
    "that AWS manages; without it the key is that of the original table. In another Region than that of the original "
    "table it must be given.",
    sources.ADVANCED_BACKUP,
)
def encryption(metadata: dict[str, str]) -> Request:
    """The override of a restore for the encryption that the metadata, keys in lower case, ask for."""
    kind, key = metadata.get(ENCRYPTION), metadata.get(KEY)
    if kind is not None and kind.lower() not in ENCRYPTIONS:
        raise RequestRefused("Metadata encryptionType must be Default or KMS", INVALID)
    if key and (kind or "").lower() != "kms":
        raise RequestRefused("Metadata kmsMasterKeyArn needs encryptionType KMS", INVALID)
    if kind is None:
        return {}
    if kind.lower() == "default":
        return {"SSESpecificationOverride": {"Enabled": False}}
    own = {"KMSMasterKeyId": key} if key else {}
    return {"SSESpecificationOverride": {"Enabled": True, "SSEType": "KMS", **own}}


@rule(
    "restore-job-role",
    "A restore job fails whose role has no policy, or none but AWSBackupServiceRolePolicyForBackup: that makes backups only. "
    "Policies of one's own are not looked at. AWS's wording is not known.",
    sources.BACKUP_POLICIES,
)
def role_problem(role: dict[str, Any]) -> str | None:
    """Why AWS Backup cannot restore with a role (its record), or None."""
    names = {arn.rpartition("/")[2] for arn in role.get("AttachedPolicies", [])}
    if names - {BACKUPS_ONLY} or role.get("InlinePolicies"):
        return None
    return f"Access denied: IAM role {role['Arn']} has no permission to restore"


def _begin(request: Request, point: points.Point, name: str, override: Request, token: str | None) -> jobs.Job:
    import ministack.services.iam as iam
    from ministack.core.responses import get_account_id, get_region

    told = {
        "RecoveryPointArn": point.arn,
        "RecoveryPointCreationDate": point.created,
        "SourceResourceArn": point.snapshot.arn,
        "BackupVaultArn": point.vault["BackupVaultArn"],
        "ResourceType": points.TYPE,
        "IamRoleArn": request["IamRoleArn"],
    }
    problem = role_problem(iam._roles[request["IamRoleArn"].rpartition("/")[2]])
    problem = problem or vaults.key_problem(point.vault["EncryptionKeyArn"])
    job = jobs.Job("Restore", get_account_id(), get_region(), told, problem)
    job.metadata = dict(request["Metadata"])
    if not job.message:
        try:
            table = _restore(point, name, override)
        except RequestRefused as refusal:
            job.message = str(refusal)
        else:
            job.results = {"CreatedResourceArn": table["TableArn"], "BackupSizeInBytes": point.snapshot.size}
            job.finish = lambda: _finish(job, table, point, bool(request.get("CopySourceTagsToRestoredResource")))
    return jobs.begin(job, token)


def _restore(point: points.Point, name: str, override: Request) -> dict[str, Any]:
    from ministack.core.responses import get_region

    restore_request.refuse_missing_encryption(override, restore_request.region_of(point.snapshot.arn)[1], get_region())
    summary = {
        "SourceBackupArn": point.arn,
        "SourceTableArn": point.snapshot.arn,
        "RestoreDateTime": point.created,
    }
    return restores.restore(name, point.snapshot, override, summary)


@rule(
    "restore-job-tags",
    "CopySourceTagsToRestoredResource gives the restored table the tags of the recovery point: those of the table, and "
    "RecoveryPointTags.",
    sources.RESTORE_JOB,
)
def _finish(job: jobs.Job, table: dict[str, Any], point: points.Point, tagged: bool) -> None:
    """The job is over: its table is ACTIVE, whoever has looked at it, and has tags if they were asked for."""
    import ministack.services.dynamodb as dynamodb

    point.restored = job.completed
    TableClock.of(table).settle()
    if tagged and point.tags:
        dynamodb._tags[table["TableArn"]] = [{"Key": key, "Value": value} for key, value in point.tags.items()]


def describe(request: Request) -> Request:
    """DescribeRestoreJob."""
    (job,) = jobs.answers_of(jobs.find("Restore", request["RestoreJobId"]))
    return job


def metadata(request: Request) -> Request:
    """GetRestoreJobMetadata."""
    job = jobs.find("Restore", request["RestoreJobId"])
    return {"RestoreJobId": job.id, "Metadata": job.metadata}


def list_all(request: Request) -> Request:
    """ListRestoreJobs, and ListRestoreJobsByProtectedResource."""
    wanted = request.get("ResourceArn")
    found = [job for job in jobs.of_kind("Restore") if wanted in (None, job.told["SourceResourceArn"])]
    return listed("RestoreJobs", jobs.answers_of(*found), request)
