"""Restore jobs of AWS Backup: every kind of table, encryption, tags, and what fails."""

import json
from typing import Any

import pytest

from scripts.local_aws import LocalAws

from .recovery_support import (
    KINDS,
    ROLE,
    backup,
    database,
    ended,
    item,
    items,
    kept,
    kinds,
    put,
    recovery_point,
    role,
    start_backup,
    vault_arn,
    wait,
)
from .support import client, described, refusal, table

DAYS = 24 * 60  # minutes


@pytest.fixture
def vault(aws: LocalAws) -> LocalAws:
    backup().create_backup_vault(BackupVaultName="orders")
    role()
    return aws


def start(arn: str, name: str | None = "Restored", region: str = "eu-west-1", **more: Any) -> str:
    metadata = {"targetTableName": name} if name else {}
    request = {"RecoveryPointArn": arn, "Metadata": metadata, "IamRoleArn": ROLE, **more}
    return backup(region).start_restore_job(**request)["RestoreJobId"]


def restored(arn: str, name: str = "Restored", encryption: str = "", key: str = "", **more: Any) -> dict[str, Any]:
    """Restore with this encryption; what DescribeTable tells when the job is COMPLETED."""
    metadata = {"targetTableName": name, "encryptionType": encryption, "kmsMasterKeyArn": key}
    metadata = {name: value for name, value in metadata.items() if value}
    job = ended("restore", start(arn, Metadata=metadata, **more))
    assert job["Status"] == "COMPLETED", job["StatusMessage"]
    return described(name)


def failed(arn: str, name: str = "Restored", **more: Any) -> str:
    before = database().list_tables()["TableNames"]
    job = ended("restore", start(arn, name, **more))
    assert (job["Status"], "CreatedResourceArn" in job) == ("FAILED", False)
    assert database().list_tables()["TableNames"] == before
    return job["StatusMessage"]


@pytest.mark.usefixtures("vault")
@pytest.mark.provokes("restore-job", "restore-keeps", "restore-table-class")
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_comes_back_as_it_was(kind: str) -> None:
    database().create_table(**kinds()[kind], TableClass="STANDARD_INFREQUENT_ACCESS")
    put(1, 2)
    source, arn = described(), recovery_point()
    put(3)
    live = restored(arn)
    assert live["TableStatus"] == "ACTIVE"
    assert live["RestoreSummary"]["SourceBackupArn"] == arn
    assert live["RestoreSummary"]["RestoreInProgress"] is False
    expected = {name: value for name, value in kept(source).items() if name != "TableClassSummary"}
    assert kept(live) == expected
    assert items("Restored") == [item(1), item(2)]


@pytest.mark.usefixtures("vault")
@pytest.mark.provokes("restore-job", "backup-job-progress")
def test_restore_job_tells_how_far_it_is() -> None:
    database().create_table(**table())
    put(1)
    arn = recovery_point()
    id = start(arn, IdempotencyToken="once")
    assert start(arn, IdempotencyToken="once") == id
    assert described("Restored")["TableStatus"] == "CREATING"
    states = [backup().describe_restore_job(RestoreJobId=id)["Status"] for _ in range(3)]
    assert states == ["PENDING", "RUNNING", "COMPLETED"]
    job, live = ended("restore", id), described("Restored")
    assert (job["CreatedResourceArn"], job["RecoveryPointArn"]) == (live["TableArn"], arn)
    assert (job["SourceResourceArn"], job["BackupVaultArn"]) == (described()["TableArn"], vault_arn())
    told = backup().get_restore_job_metadata(RestoreJobId=id)
    assert told["Metadata"] == {"targetTableName": "Restored"}
    assert [each["RestoreJobId"] for each in backup().list_restore_jobs()["RestoreJobs"]] == [id]
    named = {"ResourceArn": described()["TableArn"]}
    by_table = backup().list_restore_jobs_by_protected_resource(**named, ByStatus="COMPLETED")["RestoreJobs"]
    assert [each["RestoreJobId"] for each in by_table] == [id]
    point = backup().describe_recovery_point(BackupVaultName="orders", RecoveryPointArn=arn)
    assert point["LastRestoreTime"] == job["CompletionDate"]


@pytest.mark.usefixtures("vault")
@pytest.mark.provokes("restore-job-encryption", "restore-job")
def test_encryption_of_the_restored_table() -> None:
    kms = client("kms")
    own, other = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    encrypted = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": own}
    database().create_table(**table(SSESpecification=encrypted))
    put(1)
    arn = recovery_point()
    metadata = backup().get_recovery_point_restore_metadata(BackupVaultName="orders", RecoveryPointArn=arn)
    assert metadata["RestoreMetadata"] == {
        "targetTableName": "Orders", "encryptionType": "KMS", "kmsMasterKeyArn": own,
    }  # fmt: skip
    assert restored(arn)["SSEDescription"]["KMSMasterKeyArn"] == own
    assert "SSEDescription" not in restored(arn, "Plain", "Default")
    managed = restored(arn, "Managed", "KMS")["SSEDescription"]["KMSMasterKeyArn"]
    assert kms.describe_key(KeyId=managed)["KeyMetadata"]["KeyManager"] == "AWS"
    assert restored(arn, "Other", "KMS", other)["SSEDescription"]["KMSMasterKeyArn"] == other
    assert items("Restored") == items("Plain") == items("Managed") == items("Other") == [item(1)]
    kms.disable_key(KeyId=own)
    assert "DisabledException" in failed(arn, "Again")
    any_case = {"TARGETTABLENAME": "Again", "EncryptionType": "default"}
    assert ended("restore", start(arn, Metadata=any_case))["Status"] == "COMPLETED"


@pytest.mark.provokes("restore-job-encryption", "restore-cross-region")
def test_copy_is_restored_in_its_region(vault: LocalAws) -> None:
    database().create_table(**kinds()["on demand with indexes"])
    put(1, 2)
    source, arn = described(), recovery_point()
    central = backup("eu-central-1")
    central.create_backup_vault(BackupVaultName="copies")
    copy = {"SourceBackupVaultName": "orders", "DestinationBackupVaultArn": vault_arn("copies", "eu-central-1")}
    id = backup().start_copy_job(RecoveryPointArn=arn, IamRoleArn=ROLE, **copy)["CopyJobId"]
    there = ended("copy", id)["DestinationRecoveryPointArn"]

    def restore(metadata: dict[str, str]) -> dict[str, Any]:
        id = start(there, region="eu-central-1", Metadata={"targetTableName": "Orders", **metadata})
        for _ in range(3):
            job = central.describe_restore_job(RestoreJobId=id)
        return job

    refused = restore({})
    assert refused["Status"] == "FAILED"
    assert "SSESpecificationOverride is required" in refused["StatusMessage"]
    assert restore({"encryptionType": "Default"})["Status"] == "COMPLETED"
    live = described("Orders", "eu-central-1")
    assert kept(live) == kept(source)
    assert items("Orders", "eu-central-1") == items("Orders")
    vault.advance(1)
    assert refusal(start, arn=there).startswith("ResourceNotFoundException: ")


@pytest.mark.usefixtures("vault")
@pytest.mark.provokes("restore-job-tags")
def test_tags_come_back_when_asked_for() -> None:
    database().create_table(**table(), Tags=[{"Key": "Service", "Value": "shop"}])
    arn = recovery_point(RecoveryPointTags={"Made": "by hand"})
    assert tags(restored(arn)) == {}
    both = restored(arn, "Tagged", CopySourceTagsToRestoredResource=True)
    assert tags(both) == {"Service": "shop", "Made": "by hand"}


def tags(live: dict[str, Any]) -> dict[str, str]:
    found = database().list_tags_of_resource(ResourceArn=live["TableArn"])["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


@pytest.mark.provokes("restore-job")
def test_what_is_in_cold_storage_or_of_a_lost_table_comes_back(vault: LocalAws) -> None:
    database().create_table(**table())
    put(1)
    arn = recovery_point(Lifecycle={"MoveToColdStorageAfterDays": 1, "DeleteAfterDays": 100})
    database().delete_table(TableName="Orders")
    vault.advance(2 * DAYS)
    restored(arn, "Orders")
    assert items("Orders") == [item(1)]


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "no name": ("restore-job", {"Metadata": {}}, "targetTableName is missing"),
    "unknown key": ("restore-job", {"Metadata": {"targetTableName": "Other", "billing": "x"}}, "billing is not known"),
    "no role": ("restore-job", {"IamRoleArn": None}, "does not exist"),
    "unknown role": ("backup-role", {"IamRoleArn": ROLE + "s"}, "does not exist"),
    "another type": ("restore-job", {"ResourceType": "EBS"}, "is of the type DynamoDB"),
    "another encryption": (
        "restore-job-encryption", {"Metadata": {"targetTableName": "Other", "encryptionType": "AES"}}, "Default or KMS"),
    "key without KMS": (
        "restore-job-encryption", {"Metadata": {"targetTableName": "Other", "kmsMasterKeyArn": "arn"}}, "needs"),
}  # fmt: skip
CASES = [pytest.param(more, text, id=name, marks=pytest.mark.provokes(r)) for name, (r, more, text) in REFUSED.items()]


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize(("more", "text"), CASES)
def test_refused_restore_jobs(more: dict[str, Any], text: str) -> None:
    database().create_table(**table())
    request = {"RecoveryPointArn": recovery_point(), "Metadata": {"targetTableName": "Other"}, "IamRoleArn": ROLE}
    request = {name: value for name, value in (request | more).items() if value is not None}
    refused = refusal(backup().start_restore_job, **request)
    assert refused.startswith("InvalidParameterValueException: ")
    assert text in refused
    assert backup().list_restore_jobs()["RestoreJobs"] == []


@pytest.mark.usefixtures("vault")
@pytest.mark.provokes("restore-job", "restore-target", "backup-vault-key", "backup-job-progress")
def test_restore_jobs_that_fail() -> None:
    database().create_table(**table())
    unready = start_backup()["RecoveryPointArn"]
    assert refusal(start, arn=unready).startswith("InvalidResourceStateException: ")
    arn = recovery_point()
    assert failed(arn, "Orders") == "Table already exists: Orders"
    start(arn)
    assert failed(arn) == "Table is being created: Restored"
    wait("Restored")
    assert "at 'tableName'" in failed(arn, "?!")
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    backup().create_backup_vault(BackupVaultName="own", EncryptionKeyArn=key)
    request = {"BackupVaultName": "own", "ResourceArn": described()["TableArn"], "IamRoleArn": ROLE}
    encrypted = ended("backup", backup().start_backup_job(**request)["BackupJobId"])["RecoveryPointArn"]
    client("kms").disable_key(KeyId=key)
    assert failed(encrypted, "Other") == f"KMS key {key} is Disabled"


@pytest.mark.usefixtures("vault")
@pytest.mark.provokes("restore-job-role")
def test_a_role_that_makes_backups_only_restores_nothing() -> None:
    database().create_table(**table())
    arn = recovery_point()
    only = role("only-backups", restores=False)
    job = ended("restore", start(arn, IamRoleArn=only))
    assert (job["Status"], job["StatusMessage"]) == (
        "FAILED",
        f"Access denied: IAM role {only} has no permission to restore",
    )
    own = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [own]})
    client("iam").put_role_policy(RoleName="only-backups", PolicyName="own", PolicyDocument=document)
    assert ended("restore", start(arn, IamRoleArn=only))["Status"] == "COMPLETED"
