"""Backups: what AWS Backup is told, and that every table is in the selection."""

import contextlib
import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from scripts.checks import policies
from scripts.local_aws import LocalAws
from scripts.settings.deployment_file import Environment
from scripts.templates.backup import backup_resources
from scripts.templates.template import to_yaml
from tests.for_each import for_each
from tests.local_aws.support import client
from tests.shop import ENVIRONMENT, Shop

VAULT = f"dynamodb-{ENVIRONMENT}-shop"
COPY = "arn:aws:backup:us-east-1:444455556666:backup-vault:copies"
READY_MADE = "arn:aws:iam::111122223333:role/ready-made"
BACKUPS = {
    "retention_days": 400,
    "cold_after_days": 30,
    "schedule": "monthly",
    "copy_to": [COPY],
    "lock": {"min_retention_days": 35, "changeable_for_days": 7},
}


def resources(**backups: Any) -> dict[str, Any]:
    made = backup_resources("shop", Environment("prod", "eu-west-1", backups={"retention_days": 90, **backups}))
    return {id: resource["Properties"] for id, resource in made.items()}


def rule(**backups: Any) -> dict[str, Any]:
    (only,) = resources(**backups)["BackupPlan"]["BackupPlan"]["BackupPlanRule"]
    return only


def deployment(**environment: Any) -> str:
    reason = {"deletion_protection": False, "deletion_protection_reason": "rebuilt every night"}
    environments = {ENVIRONMENT: {"region": "eu-west-1", **environment}}
    return json.dumps({"environments": environments, "tables": {"Books": reason}})


def test_without_backups_there_is_nothing() -> None:
    assert backup_resources("shop", Environment("prod")) == {}


@for_each(
    ("schedule", "when"),
    [("daily", "cron(0 3 * * ? *)"), ("weekly", "cron(0 3 ? * SUN *)"), ("monthly", "cron(0 3 1 * ? *)")],
)
def test_the_schedule(schedule: str, when: str) -> None:
    assert rule(schedule=schedule)["ScheduleExpression"] == when
    assert rule()["ScheduleExpression"] == "cron(0 3 * * ? *)"


def test_the_life_of_a_backup_and_of_its_copies() -> None:
    assert rule()["Lifecycle"] == {"DeleteAfterDays": 90}
    assert "CopyActions" not in rule()
    life = {"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 400}
    found = rule(**BACKUPS)
    assert found["Lifecycle"] == life
    assert found["CopyActions"] == [{"DestinationBackupVaultArn": COPY, "Lifecycle": life}]


def test_the_lock() -> None:
    assert "LockConfiguration" not in resources()["BackupVault"]
    governed = resources(lock={"min_retention_days": 35})["BackupVault"]["LockConfiguration"]
    assert governed == {"MinRetentionDays": 35}
    final = resources(**BACKUPS)["BackupVault"]["LockConfiguration"]
    assert final == {"MinRetentionDays": 35, "ChangeableForDays": 7}


def test_the_vault_is_kept() -> None:
    vault = backup_resources("shop", Environment("prod", backups={"retention_days": 1}))["BackupVault"]
    assert (vault["DeletionPolicy"], vault["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_role_is_for_aws_backup_in_this_account() -> None:
    role = resources()["BackupRole"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "backup.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    }
    assert "RoleName" not in role, "CAPABILITY_IAM allows no names"
    assert [arn["Fn::Sub"].rpartition("/")[2] for arn in role["ManagedPolicyArns"]] == [
        "AWSBackupServiceRolePolicyForBackup"
    ], "with the policy for restores it could read and write items"


def test_a_role_that_is_there_is_taken() -> None:
    made = resources(role=READY_MADE)
    assert "BackupRole" not in made
    assert made["BackupSelection"]["BackupSelection"]["IamRoleArn"] == READY_MADE


def copies() -> list[dict[str, Any]]:
    """The copies in the vault of the other account, which is made on first use and takes those of this account."""
    session = boto3.Session(region_name="us-east-1", aws_access_key_id="444455556666", aws_secret_access_key="local")
    there = session.client("backup")
    with contextlib.suppress(there.exceptions.AlreadyExistsException):
        there.create_backup_vault(BackupVaultName="copies")
        principal = {"AWS": "arn:aws:iam::111122223333:root"}
        allowed = {"Effect": "Allow", "Principal": principal, "Action": "backup:CopyIntoBackupVault", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        there.put_backup_vault_access_policy(BackupVaultName="copies", Policy=policy)
    return there.list_recovery_points_by_backup_vault(BackupVaultName="copies")["RecoveryPoints"]


def test_backups_are_deployed_cover_every_table_and_can_go_again(shop: Shop, aws: LocalAws) -> None:
    shop.write(deployment(backups=BACKUPS))
    assert shop.deploy() == 0, shop.err
    assert shop.problems() == []
    assert copies() == []
    aws.set_clock(backup=0)
    backup = client("backup")
    assert len(aws.run_backup_plans(region="eu-west-1")) == 2
    points = backup.list_recovery_points_by_backup_vault(BackupVaultName=VAULT)["RecoveryPoints"]
    life = {"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 400}
    for made in (points, copies()):
        assert {point["ResourceName"]: point["Lifecycle"] for point in made} == {"Orders": life, "Books": life}
    shop.validate()
    assert "Last backup by AWS Backup: " in shop.out
    vault = backup.describe_backup_vault(BackupVaultName=VAULT)
    assert (vault["Locked"], vault["MinRetentionDays"]) == (True, 35)
    (plan,) = backup.list_backup_plans()["BackupPlansList"]
    (found,) = backup.list_backup_selections(BackupPlanId=plan["BackupPlanId"])["BackupSelectionsList"]
    selection = backup.get_backup_selection(BackupPlanId=plan["BackupPlanId"], SelectionId=found["SelectionId"])
    role = selection["BackupSelection"]["IamRoleArn"].rpartition("/")[2]
    assert client("iam").get_role(RoleName=role)

    # The role that an administrator has made takes the place of the one that the stack made.
    trust = client("iam").get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    client("iam").create_role(RoleName="ready-made", AssumeRolePolicyDocument=json.dumps(trust))
    shop.write(deployment(backups={"retention_days": 500, "lock": BACKUPS["lock"], "role": READY_MADE}))
    assert shop.deploy() == 0, shop.err
    assert shop.problems() == []
    (found,) = backup.list_backup_selections(BackupPlanId=plan["BackupPlanId"])["BackupSelectionsList"]
    assert found["IamRoleArn"] == READY_MADE
    with pytest.raises(client("iam").exceptions.NoSuchEntityException):
        client("iam").get_role(RoleName=role)
    made = backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])["BackupPlan"]
    assert made["Rules"][0]["Lifecycle"]["DeleteAfterDays"] == 500

    shop.write(deployment())
    assert shop.deploy() == 0, shop.err
    assert shop.problems() == []
    assert backup.list_backup_plans()["BackupPlansList"] == []
    assert backup.describe_backup_vault(BackupVaultName=VAULT)["Locked"], "what was backed up is still there"


def test_templates_with_everything_are_accepted_by_the_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Path.cwd()
    monkeypatch.chdir(tmp_path)
    shop = Shop(tmp_path, capsys)
    place = {"backups": BACKUPS, "encryption": "service-key", "encryption_policy": "customer-key"}
    del shop.orders["gsis"]  # the rules on indexes are tried elsewhere
    shop.write(deployment(**place))
    templates = sorted(tmp_path.glob("generated/shop/*/templates/**/*.yaml"))
    assert len(templates) == 3
    monkeypatch.chdir(root)
    folder = tmp_path / "generated" / "shop" / ENVIRONMENT / "templates"
    report = policies.check([folder], control_tower=True, test_rules=False)
    assert [(violation.id, violation.resource) for violation in report.violations] == []
    judged = {path.name for path in report.types}
    assert judged == {"service.yaml", "Orders.yaml", "Books.yaml"}


def test_the_rules_see_what_is_missing(tmp_path: Path) -> None:
    """The key that the environment demands, and the reason for a table that anyone may delete."""
    root = Path.cwd()
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Metadata": {"Exceptions": {"deletion_protection": ""}},
        "Properties": {
            "TableName": "Orders",
            "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS"},
            "Tags": [{"Key": "EncryptionPolicy", "Value": "customer-key"}],
        },
    }
    path = tmp_path / "Orders.yaml"
    path.write_text(to_yaml({"Resources": {"Table": table}}, "shop"))
    assert (root / "policies").is_dir()
    report = policies.check([path], test_rules=False)
    assert {"encryption", "deletion_protection"} <= {violation.id for violation in report.violations}
