"""Copy jobs of AWS Backup: into other vaults, Regions and accounts."""

import json
from typing import Any

import boto3
import pytest

from scripts.local_aws import LocalAws

from .recovery_support import POLICIES, ROLE, backup, database, ended, item, kinds, put, recovery_point, role, vault_arn
from .support import client, described, refusal

DAYS = 24 * 60  # minutes
OTHER = "444455556666"
IN_VAULT = {"BackupVaultName": "orders"}


@pytest.fixture
def orders(aws: LocalAws) -> LocalAws:
    """A table with two items, a vault, a role, and a vault in another Region."""
    database().create_table(**kinds()["on demand with indexes"])
    put(1, 2)
    backup().create_backup_vault(**IN_VAULT)
    backup("eu-central-1").create_backup_vault(BackupVaultName="copies")
    role()
    return aws


def copied(arn: str, to: str | None = None, **more: Any) -> dict[str, Any]:
    """Copy a recovery point; the job when it has ended."""
    to = to or vault_arn("copies", "eu-central-1")
    begun = backup().start_copy_job(
        RecoveryPointArn=arn,
        SourceBackupVaultName="orders",
        DestinationBackupVaultArn=to,
        IamRoleArn=ROLE,
        **more,
    )
    return ended("copy", begun["CopyJobId"])


def there(service: str = "backup") -> Any:
    """A client in the other account."""
    session = boto3.Session(region_name="eu-west-1", aws_access_key_id=OTHER, aws_secret_access_key="local")
    return session.client(service)


@pytest.mark.provokes("copy-job", "backup-job-progress")
def test_copy_into_another_region(orders: LocalAws) -> None:
    arn = recovery_point(Lifecycle={"DeleteAfterDays": 35}, RecoveryPointTags={"Made": "by hand"})
    source = backup().describe_recovery_point(**IN_VAULT, RecoveryPointArn=arn)
    orders.advance(2 * DAYS)
    begun = backup().start_copy_job(
        RecoveryPointArn=arn,
        SourceBackupVaultName="orders",
        DestinationBackupVaultArn=vault_arn("copies", "eu-central-1"),
        IamRoleArn=ROLE,
    )
    id = begun["CopyJobId"]
    states = [backup().describe_copy_job(CopyJobId=id)["CopyJob"]["State"] for _ in range(3)]
    assert states == ["CREATED", "RUNNING", "COMPLETED"]
    job = ended("copy", id)
    central = backup("eu-central-1")
    (copy,) = central.list_recovery_points_by_backup_vault(BackupVaultName="copies")["RecoveryPoints"]
    assert copy["RecoveryPointArn"] == job["DestinationRecoveryPointArn"]
    assert copy["RecoveryPointArn"].startswith("arn:aws:backup:eu-central-1:111122223333:recovery-point:")
    assert copy["SourceBackupVaultArn"] == vault_arn()
    for name in ("CreationDate", "Lifecycle", "CalculatedLifecycle", "ResourceArn", "BackupSizeInBytes"):
        assert copy[name] == source[name], name
    assert copy["EncryptionKeyArn"].startswith("arn:aws:kms:eu-central-1:")
    assert central.list_tags(ResourceArn=copy["RecoveryPointArn"])["Tags"] == {"Made": "by hand"}
    by_resource = central.list_recovery_points_by_resource(ResourceArn=described()["TableArn"])["RecoveryPoints"]
    assert [each["RecoveryPointArn"] for each in by_resource] == [copy["RecoveryPointArn"]]
    assert [each["CopyJobId"] for each in backup().list_copy_jobs()["CopyJobs"]] == [id]
    assert central.list_copy_jobs()["CopyJobs"] == []
    backup().delete_recovery_point(**IN_VAULT, RecoveryPointArn=arn)
    assert len(central.list_recovery_points_by_backup_vault(BackupVaultName="copies")["RecoveryPoints"]) == 1


@pytest.mark.provokes("copy-job")
@pytest.mark.usefixtures("orders")
def test_lifecycle_of_a_copy() -> None:
    arn = recovery_point(Lifecycle={"DeleteAfterDays": 35})
    for given, expected in (({"DeleteAfterDays": 100}, 100), ({"DeleteAfterDays": -1}, 35)):
        copy = copied(arn, Lifecycle=given)["DestinationRecoveryPointArn"]
        told = backup("eu-central-1").describe_recovery_point(BackupVaultName="copies", RecoveryPointArn=copy)
        assert told["Lifecycle"]["DeleteAfterDays"] == expected


@pytest.mark.provokes("copy-job", "backup-lifecycle", "backup-role")
def test_refused_copies(orders: LocalAws) -> None:
    arn = recovery_point(Lifecycle={"MoveToColdStorageAfterDays": 1, "DeleteAfterDays": 100})
    request = {
        "RecoveryPointArn": arn,
        "SourceBackupVaultName": "orders",
        "DestinationBackupVaultArn": vault_arn("copies", "eu-central-1"),
        "IamRoleArn": ROLE,
    }
    wrong: dict[str, tuple[dict[str, Any], str]] = {
        "vault": ({"SourceBackupVaultName": "none"}, "ResourceNotFoundException: "),
        "point": ({"RecoveryPointArn": arn[:-1]}, "ResourceNotFoundException: "),
        "role": ({"IamRoleArn": ROLE + "s"}, "InvalidParameterValueException: "),
        "lifecycle": (
            {"Lifecycle": {"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 119}},
            "InvalidParameterValueException: Invalid lifecycle",
        ),
        "destination": ({"DestinationBackupVaultArn": "copies"}, "InvalidParameterValueException: "),
    }
    for name, (more, text) in wrong.items():
        assert refusal(backup().start_copy_job, **request | more).startswith(text), name
    orders.advance(2 * DAYS)
    assert "in cold storage" in refusal(backup().start_copy_job, **request)
    assert backup().list_copy_jobs()["CopyJobs"] == []


@pytest.mark.provokes("copy-job", "backup-lock-retention", "backup-vault-key")
@pytest.mark.usefixtures("orders")
def test_copies_that_fail() -> None:
    central, key = backup("eu-central-1"), client("kms", "eu-central-1").create_key()["KeyMetadata"]["Arn"]
    arn = recovery_point(Lifecycle={"DeleteAfterDays": 5})
    central.put_backup_vault_lock_configuration(BackupVaultName="copies", MinRetentionDays=7)
    central.create_backup_vault(BackupVaultName="own", EncryptionKeyArn=key)
    client("kms", "eu-central-1").disable_key(KeyId=key)
    for name, text in (("none", "not found"), ("copies", "MinRetentionDays"), ("own", "is Disabled")):
        job = copied(arn, vault_arn(name, "eu-central-1"))
        assert (job["State"], "DestinationRecoveryPointArn" in job) == ("FAILED", False)
        assert text in job["StatusMessage"]
    assert copied(arn, Lifecycle={"DeleteAfterDays": 7})["State"] == "COMPLETED"


def allow(effect: str = "Allow", principal: str = "arn:aws:iam::111122223333:root") -> dict[str, Any]:
    action = "backup:CopyIntoBackupVault"
    return {"Effect": effect, "Principal": {"AWS": principal}, "Action": action, "Resource": "*"}


@pytest.mark.provokes("backup-copy-policy", "restore-job")
@pytest.mark.usefixtures("orders")
def test_copy_into_another_account_needs_a_policy_there() -> None:
    there().create_backup_vault(BackupVaultName="copies")
    arn, to = recovery_point(), vault_arn("copies", account=OTHER)
    elsewhere = allow(principal="arn:aws:iam::777788889999:root")
    for statements in ([], [elsewhere], [allow(), allow("Deny", "*")]):
        if statements:
            policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
            there().put_backup_vault_access_policy(BackupVaultName="copies", Policy=policy)
        job = copied(arn, to)
        assert (job["State"], job["StatusMessage"]) == ("FAILED", "Access Denied trying to call AWS Backup service")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow()]})
    there().put_backup_vault_access_policy(BackupVaultName="copies", Policy=policy)
    job = copied(arn, to)
    assert job["State"] == "COMPLETED"
    copy = job["DestinationRecoveryPointArn"]
    assert f":{OTHER}:" in copy
    # It can be restored there, and only there.
    wanted = {"RecoveryPointArn": copy, "Metadata": {"targetTableName": "Orders"}, "IamRoleArn": ROLE}
    assert refusal(backup().start_restore_job, **wanted).startswith("ResourceNotFoundException: ")
    trust = {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = there("iam").create_role(RoleName="backup", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    there("iam").attach_role_policy(RoleName="backup", PolicyArn=f"arn:aws:iam::aws:policy/service-role/{POLICIES[1]}")
    id = there().start_restore_job(**wanted | {"IamRoleArn": made})["RestoreJobId"]
    for _ in range(3):
        restored = there().describe_restore_job(RestoreJobId=id)
    assert restored["Status"] == "COMPLETED", restored
    found = there("dynamodb").scan(TableName="Orders")["Items"]
    assert sorted(found, key=lambda each: each["pk"]["S"]) == [item(1), item(2)]
