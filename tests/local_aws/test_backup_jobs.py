"""Backup jobs of AWS Backup, recovery points and their lifecycle, and what a vault and its lock let in."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from scripts.local_aws import LocalAws

from .recovery_support import (
    ROLE,
    backup,
    database,
    ended,
    kinds,
    put,
    recovery_point,
    role,
    start_backup,
    vault_arn,
)
from .support import client, described, provokes, refusal, table

DAYS = 24 * 60  # minutes
DAY = timedelta(days=1)
IN_VAULT = {"BackupVaultName": "orders"}


@pytest.fixture
def orders(aws: LocalAws) -> LocalAws:
    """A table with two items, a vault and a role."""
    database().create_table(**kinds()["on demand with indexes"], Tags=[{"Key": "Service", "Value": "shop"}])
    put(1, 2)
    backup().create_backup_vault(**IN_VAULT)
    role()
    return aws


def in_vault(**more: Any) -> list[dict[str, Any]]:
    return backup().list_recovery_points_by_backup_vault(**IN_VAULT, **more)["RecoveryPoints"]


def point(arn: str) -> dict[str, Any]:
    return backup().describe_recovery_point(**IN_VAULT, RecoveryPointArn=arn)


@pytest.mark.provokes("backup-job", "backup-job-progress", "backup-vault-key")
@pytest.mark.usefixtures("orders")
def test_a_job_makes_a_recovery_point() -> None:
    begun = start_backup(RecoveryPointTags={"Made": "by hand"})
    arn = begun["RecoveryPointArn"]
    assert arn.startswith("arn:aws:backup:eu-west-1:111122223333:recovery-point:")
    assert begun["IsParent"] is False
    states = [backup().describe_backup_job(BackupJobId=begun["BackupJobId"])["State"] for _ in range(3)]
    assert states == ["CREATED", "RUNNING", "COMPLETED"]
    job = ended("backup", begun["BackupJobId"])
    live = described()
    assert (job["RecoveryPointArn"], job["ResourceArn"], job["ResourceType"]) == (arn, live["TableArn"], "DynamoDB")
    assert (job["PercentDone"], job["BackupSizeInBytes"]) == ("100.0", live["TableSizeBytes"])
    made = point(arn)
    assert (made["Status"], made["StorageClass"], made["ResourceName"]) == ("COMPLETED", "WARM", "Orders")
    key = backup().describe_backup_vault(**IN_VAULT)["EncryptionKeyArn"]
    assert (made["EncryptionKeyArn"], made["IsEncrypted"]) == (key, True)
    metadata = client("kms").describe_key(KeyId="alias/aws/backup")["KeyMetadata"]
    assert (metadata["Arn"], metadata["KeyManager"]) == (key, "AWS")
    assert backup().list_tags(ResourceArn=arn)["Tags"] == {"Service": "shop", "Made": "by hand"}
    metadata = backup().get_recovery_point_restore_metadata(**IN_VAULT, RecoveryPointArn=arn)["RestoreMetadata"]
    assert metadata == {"targetTableName": "Orders", "encryptionType": "Default"}


@pytest.mark.provokes("backup-job-progress")
@pytest.mark.usefixtures("orders")
def test_recovery_point_is_being_made_while_its_job_runs() -> None:
    arn = start_backup()["RecoveryPointArn"]
    assert [point(arn)["Status"] for _ in range(3)] == ["CREATING", "CREATING", "COMPLETED"]
    arn = start_backup()["RecoveryPointArn"]
    deletion = refusal(backup().delete_recovery_point, **IN_VAULT, RecoveryPointArn=arn)
    assert deletion.startswith("InvalidResourceStateException: ")


@pytest.mark.provokes("backup-job-progress")
@pytest.mark.usefixtures("orders")
def test_same_token_same_job() -> None:
    first, second = (start_backup(IdempotencyToken="once")["BackupJobId"] for _ in range(2))
    assert first == second
    assert start_backup(IdempotencyToken="twice")["BackupJobId"] != first
    assert len(in_vault()) == 2


@pytest.mark.provokes("backup-job-progress", "protected-resources")
def test_lists(orders: LocalAws) -> None:
    database().create_table(**table(TableName="Books"))
    first = recovery_point()
    orders.advance(10)
    second, other = recovery_point(), recovery_point("Books")
    arn = described()["TableArn"]
    assert [each["RecoveryPointArn"] for each in in_vault()] == [first, second, other]
    assert [each["RecoveryPointArn"] for each in in_vault(ByResourceArn=arn)] == [first, second]
    assert in_vault(ByResourceType="EBS") == []
    made = point(second)["CreationDate"]
    assert [each["RecoveryPointArn"] for each in in_vault(ByCreatedBefore=made - timedelta(minutes=1))] == [first]
    page = backup().list_recovery_points_by_backup_vault(**IN_VAULT, MaxResults=2)
    rest = backup().list_recovery_points_by_backup_vault(**IN_VAULT, NextToken=page["NextToken"])
    assert ([len(page["RecoveryPoints"]), len(rest["RecoveryPoints"])], "NextToken" in rest) == ([2, 1], False)
    by_resource = backup().list_recovery_points_by_resource(ResourceArn=arn)["RecoveryPoints"]
    assert [each["RecoveryPointArn"] for each in by_resource] == [second, first]
    assert [each["Status"] for each in by_resource] == ["COMPLETED"] * 2
    assert backup().describe_backup_vault(**IN_VAULT)["NumberOfRecoveryPoints"] == 3
    assert [each["NumberOfRecoveryPoints"] for each in backup().list_backup_vaults()["BackupVaultList"]] == [3]
    assert len(backup().list_backup_jobs(ByResourceArn=arn)["BackupJobs"]) == 2
    assert backup().list_backup_jobs(ByState="FAILED")["BackupJobs"] == []
    protected = {each["ResourceArn"]: each for each in backup().list_protected_resources()["Results"]}
    assert protected.keys() == {arn, described("Books")["TableArn"]}
    assert protected[arn]["LastBackupTime"] == made
    assert backup().describe_protected_resource(ResourceArn=arn)["LastRecoveryPointArn"] == second
    assert "does not filter" in refusal(backup().list_backup_jobs, ByParentJobId="x")
    missing = refusal(backup().describe_protected_resource, ResourceArn=arn + "s")
    assert missing.startswith("ResourceNotFoundException: ")
    assert client("backup", "eu-central-1").list_backup_jobs()["BackupJobs"] == []


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "unknown vault": ("backup-job", {"BackupVaultName": "none"}, "ResourceNotFoundException: Vault 'none' not found."),
    "unknown role": ("backup-role", {"IamRoleArn": ROLE + "s"}, "does not exist"),
    "role of another service": ("backup-role", {"IamRoleArn": ROLE.replace("backup", "lambda")}, "cannot be assumed"),
    "119 days": (
        "backup-lifecycle", {"Lifecycle": {"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 119}},
        "cannot be less than 90 days apart"),
    "start window": ("backup-job", {"StartWindowMinutes": 59}, "at least 60"),
    "no table": ("backup-job", {"ResourceArn": "arn:aws:s3:::orders"}, "is no DynamoDB table"),
}  # fmt: skip
CASES = [pytest.param(more, text, id=name, marks=pytest.mark.provokes(r)) for name, (r, more, text) in REFUSED.items()]


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize(("more", "text"), CASES)
def test_refused_jobs(more: dict[str, Any], text: str) -> None:
    role("lambda", "lambda.amazonaws.com")
    request = {**IN_VAULT, "ResourceArn": described()["TableArn"], "IamRoleArn": ROLE}
    assert text in refusal(backup().start_backup_job, **request | more)
    assert backup().list_backup_jobs()["BackupJobs"] == []


def failed(**more: Any) -> str:
    """The message of a job that fails. It has made nothing."""
    before = in_vault()
    job = ended("backup", start_backup(**more)["BackupJobId"])
    assert (job["State"], "RecoveryPointArn" in job) == ("FAILED", False)
    assert in_vault() == before
    return job["StatusMessage"]


@pytest.mark.provokes("backup-job")
@pytest.mark.usefixtures("orders")
def test_job_of_a_table_that_is_not_there_fails() -> None:
    assert failed(name="None").startswith("Table not found: ")


@pytest.mark.provokes("backup-lock-retention")
@pytest.mark.usefixtures("orders")
def test_lock_lets_in_what_is_kept_long_enough() -> None:
    before = recovery_point(Lifecycle={"DeleteAfterDays": 1})
    backup().put_backup_vault_lock_configuration(**IN_VAULT, MinRetentionDays=7, MaxRetentionDays=35)
    assert "shorter than the MinRetentionDays" in failed(Lifecycle={"DeleteAfterDays": 6})
    assert "longer than the MaxRetentionDays" in failed(Lifecycle={"DeleteAfterDays": 36})
    assert "longer than the MaxRetentionDays" in failed()
    within = [recovery_point(Lifecycle={"DeleteAfterDays": days}) for days in (7, 35)]
    assert [each["RecoveryPointArn"] for each in in_vault()] == [before, *within]


@pytest.mark.provokes("backup-vault-key")
@pytest.mark.usefixtures("orders")
def test_vault_with_a_key_of_its_own() -> None:
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    unknown = key[:-1] + ("0" if key[-1] != "0" else "1")
    refused = refusal(backup().create_backup_vault, BackupVaultName="own", EncryptionKeyArn=unknown)
    assert "does not exist" in refused
    backup().create_backup_vault(BackupVaultName="own", EncryptionKeyArn=key)
    request = {"BackupVaultName": "own", "ResourceArn": described()["TableArn"], "IamRoleArn": ROLE}
    arn = ended("backup", backup().start_backup_job(**request)["BackupJobId"])["RecoveryPointArn"]
    told = backup().describe_recovery_point(BackupVaultName="own", RecoveryPointArn=arn)
    assert told["EncryptionKeyArn"] == key
    client("kms").disable_key(KeyId=key)
    job = ended("backup", backup().start_backup_job(**request)["BackupJobId"])
    assert (job["State"], job["StatusMessage"]) == ("FAILED", f"KMS key {key} is Disabled")


@pytest.mark.provokes("recovery-point-lifecycle")
def test_recovery_point_gets_cold_and_expires(orders: LocalAws) -> None:
    arn = recovery_point(Lifecycle={"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 120})
    made = point(arn)
    moments = made["CalculatedLifecycle"]
    assert moments == {
        "MoveToColdStorageAt": made["CreationDate"] + 30 * DAY,
        "DeleteAt": made["CreationDate"] + 120 * DAY,
    }
    assert made["Lifecycle"] == {"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 120}
    orders.advance(29 * DAYS)
    assert point(arn)["StorageClass"] == "WARM"
    orders.advance(2 * DAYS)
    assert point(arn)["StorageClass"] == "COLD"
    orders.advance(90 * DAYS)
    assert in_vault() == []
    assert refusal(point, arn=arn).startswith("ResourceNotFoundException: ")


@pytest.mark.provokes("recovery-point-change", "recovery-point-lifecycle")
def test_lifecycle_of_a_recovery_point_changes(orders: LocalAws) -> None:
    arn = recovery_point()
    assert point(arn)["CalculatedLifecycle"] == {}
    update, named = backup().update_recovery_point_lifecycle, {**IN_VAULT, "RecoveryPointArn": arn}
    cold = {"MoveToColdStorageAfterDays": 1, "DeleteAfterDays": 100}
    assert "90 days apart" in refusal(update, **named, Lifecycle={**cold, "DeleteAfterDays": 90})
    told = update(**named, Lifecycle=cold)
    assert told["Lifecycle"] == cold
    assert isinstance(told["CalculatedLifecycle"]["DeleteAt"], datetime)
    orders.advance(2 * DAYS)
    assert "in cold storage" in refusal(update, **named, Lifecycle={"DeleteAfterDays": 100})
    update(**named, Lifecycle={**cold, "DeleteAfterDays": 200})
    assert point(arn)["Lifecycle"]["DeleteAfterDays"] == 200


@pytest.mark.provokes("recovery-point-change", "backup-vault-in-use", "backup-lock")
def test_locked_vault_keeps_its_recovery_points(orders: LocalAws) -> None:
    arn = recovery_point(Lifecycle={"DeleteAfterDays": 10})
    named = {**IN_VAULT, "RecoveryPointArn": arn}
    backup().put_backup_vault_lock_configuration(**IN_VAULT, MinRetentionDays=1, ChangeableForDays=3)
    for _ in range(2):
        assert "is locked" in refusal(backup().delete_recovery_point, **named)
        assert "is locked" in refusal(backup().update_recovery_point_lifecycle, **named, Lifecycle={})
        assert "has recovery points" in refusal(backup().delete_backup_vault, **IN_VAULT)
        orders.advance(4 * DAYS)
    assert "is locked" in refusal(backup().delete_backup_vault_lock_configuration, **IN_VAULT)
    orders.advance(3 * DAYS)
    assert in_vault() == []
    backup().delete_backup_vault(**IN_VAULT)


@pytest.mark.provokes("backup-vault-in-use")
@pytest.mark.usefixtures("orders")
def test_vault_is_deleted_when_it_is_empty() -> None:
    arn = recovery_point()
    assert "has recovery points" in refusal(backup().delete_backup_vault, **IN_VAULT)
    backup().delete_recovery_point(**IN_VAULT, RecoveryPointArn=arn)
    assert in_vault() == []
    backup().delete_backup_vault(**IN_VAULT)
    assert backup().list_backup_vaults()["BackupVaultList"] == []


@pytest.mark.provokes("backup-job-progress")
@pytest.mark.usefixtures("orders")
def test_stopped_job_makes_nothing() -> None:
    id = start_backup()["BackupJobId"]
    backup().stop_backup_job(BackupJobId=id)
    assert ended("backup", id)["State"] == "ABORTED"
    assert in_vault() == []
    assert "already ABORTED" in refusal(backup().stop_backup_job, BackupJobId=id)


@provokes("backup-job")
def test_what_does_not_exist() -> None:
    backup().create_backup_vault(**IN_VAULT)
    arn = vault_arn().replace("backup-vault:orders", "recovery-point:none")
    for refused in (
        refusal(backup().describe_backup_job, BackupJobId="none"),
        refusal(backup().describe_restore_job, RestoreJobId="none"),
        refusal(backup().describe_copy_job, CopyJobId="none"),
        refusal(backup().describe_recovery_point, **IN_VAULT, RecoveryPointArn=arn),
        refusal(backup().describe_recovery_point, BackupVaultName="none", RecoveryPointArn=arn),
        refusal(backup().list_recovery_points_by_backup_vault, BackupVaultName="none"),
    ):
        assert refused.startswith("ResourceNotFoundException: ")
