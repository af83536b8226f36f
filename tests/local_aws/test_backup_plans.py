"""Runs of backup plans: what a selection takes in, and what a rule makes of it."""

from typing import Any

import pytest

from scripts.local_aws import LocalAws
from scripts.local_aws.strictness.table_recovery.selections import takes
from tests.for_each import for_each

from .recovery_support import ROLE, backup, database, put, role, vault_arn
from .support import described, provokes, table

ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"


def condition(key: str, value: str) -> list[dict[str, str]]:
    return [{"ConditionKey": f"aws:ResourceTag/{key}", "ConditionValue": value}]


BY_TAG = {"ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "plan", "ConditionValue": "daily"}]}
ALL = {"Resources": ["*"]}
CASES: dict[str, tuple[dict[str, Any], dict[str, str], bool]] = {
    "tag": (BY_TAG, {"plan": "daily"}, True),
    "another value": (BY_TAG, {"plan": "weekly"}, False),
    "no tag": (BY_TAG, {}, False),
    "name": ({"Resources": [ARN]}, {}, True),
    "pattern": ({"Resources": ["arn:aws:dynamodb:*:*:table/Ord*"]}, {}, True),
    "another name": ({"Resources": [f"{ARN}2"]}, {}, False),
    "tag or name": ({**BY_TAG, "Resources": [f"{ARN}2"]}, {"plan": "daily"}, True),
    "excluded": ({**ALL, "NotResources": [ARN]}, {}, False),
    "another excluded": ({**ALL, "NotResources": [f"{ARN}2"]}, {}, True),
    "equals": ({**ALL, "Conditions": {"StringEquals": condition("stage", "prod")}}, {"stage": "prod"}, True),
    "does not equal": ({**ALL, "Conditions": {"StringEquals": condition("stage", "prod")}}, {"stage": "dev"}, False),
    "all conditions": (
        {**ALL, "Conditions": {"StringEquals": condition("a", "1") + condition("b", "2")}}, {"a": "1", "b": "3"}, False),
    "not equals": ({**ALL, "Conditions": {"StringNotEquals": condition("stage", "dev")}}, {}, True),
    "like": ({**ALL, "Conditions": {"StringLike": condition("a", "in*")}}, {"a": "included"}, True),
    "not like": ({**ALL, "Conditions": {"StringNotLike": condition("a", "*ex*")}}, {"a": "excluded"}, False),
    "tag and condition": (
        {**BY_TAG, "Conditions": {"StringNotEquals": condition("stage", "dev")}}, {"plan": "daily", "stage": "dev"},
        False),
    "nothing": ({}, {"plan": "daily"}, False),
}  # fmt: skip


@pytest.mark.provokes("backup-selected")
@for_each(("selection", "tags", "taken"), CASES.values(), ids=CASES)
def test_what_a_selection_takes_in(selection: dict[str, Any], tags: dict[str, str], taken: bool) -> None:
    assert takes(selection, ARN, tags) is taken


@provokes("backup-plan-run", "backup-selected")
def test_a_run_backs_up_what_is_selected_and_copies_it(aws: LocalAws) -> None:
    role()
    for name, value in (("Orders", "daily"), ("Books", "daily"), ("Carts", "weekly")):
        database().create_table(**table(TableName=name), Tags=[{"Key": "plan", "Value": value}])
    put(1)
    central = backup("eu-central-1")
    backup().create_backup_vault(BackupVaultName="orders")
    central.create_backup_vault(BackupVaultName="copies")
    copy = {"DestinationBackupVaultArn": vault_arn("copies", "eu-central-1"), "Lifecycle": {"DeleteAfterDays": 100}}
    rule = {
        "RuleName": "daily",
        "TargetBackupVaultName": "orders",
        "Lifecycle": {"DeleteAfterDays": 35},
        "RecoveryPointTags": {"made-by": "plan"},
        "CopyActions": [copy],
    }
    made = backup().create_backup_plan(BackupPlan={"BackupPlanName": "daily", "Rules": [rule]})
    plan = made["BackupPlanId"]
    # A plan of its own, without selections.
    backup().create_backup_plan(BackupPlan={"BackupPlanName": "other", "Rules": [rule]})
    assert aws.run_backup_plans(region="eu-west-1") == []
    selection = {"SelectionName": "by-tag", "IamRoleArn": ROLE, **BY_TAG}
    backup().create_backup_selection(BackupPlanId=plan, BackupSelection=selection)
    assert aws.run_backup_plans(region="eu-central-1") == []
    begun = aws.run_backup_plans(region="eu-west-1")
    assert len(begun) == 2
    for _ in range(3):
        jobs = {job["BackupJobId"]: job for job in backup().list_backup_jobs()["BackupJobs"]}
    assert {jobs[id]["State"] for id in begun} == {"COMPLETED"}
    points = backup().list_recovery_points_by_backup_vault(BackupVaultName="orders", ByBackupPlanId=plan)
    found = {point["ResourceName"]: point for point in points["RecoveryPoints"]}
    assert found.keys() == {"Orders", "Books"}
    orders = found["Orders"]
    assert (orders["Lifecycle"], orders["IamRoleArn"]) == ({"DeleteAfterDays": 35}, ROLE)
    assert orders["CreatedBy"]["BackupRuleName"] == "daily"
    tags = backup().list_tags(ResourceArn=orders["RecoveryPointArn"])["Tags"]
    assert tags == {"plan": "daily", "made-by": "plan"}
    for _ in range(3):
        copies = backup().list_copy_jobs(ByResourceArn=described()["TableArn"])["CopyJobs"]
    assert [(each["State"], each["CreatedByBackupJobId"] in begun) for each in copies] == [("COMPLETED", True)]
    copied = central.list_recovery_points_by_backup_vault(BackupVaultName="copies")["RecoveryPoints"]
    assert {point["ResourceName"]: point["Lifecycle"] for point in copied} == {
        "Orders": {"DeleteAfterDays": 100}, "Books": {"DeleteAfterDays": 100},
    }  # fmt: skip


@provokes("backup-plan-run", "backup-lock-retention")
def test_a_run_that_the_vault_does_not_take_fails(aws: LocalAws) -> None:
    role()
    database().create_table(**table())
    backup().create_backup_vault(BackupVaultName="orders")
    rule = {
        "RuleName": "daily",
        "TargetBackupVaultName": "orders",
        "Lifecycle": {"DeleteAfterDays": 5},
        "CopyActions": [{"DestinationBackupVaultArn": vault_arn("copies", "eu-central-1")}],
    }
    plan = backup().create_backup_plan(BackupPlan={"BackupPlanName": "daily", "Rules": [rule]})["BackupPlanId"]
    selection = {"SelectionName": "all", "IamRoleArn": ROLE, **ALL}
    backup().create_backup_selection(BackupPlanId=plan, BackupSelection=selection)
    backup().put_backup_vault_lock_configuration(BackupVaultName="orders", MinRetentionDays=7)
    aws.set_clock(backup=0)
    (id,) = aws.run_backup_plans(region="eu-west-1")
    job = backup().describe_backup_job(BackupJobId=id)
    assert (job["State"], "MinRetentionDays" in job["StatusMessage"]) == ("FAILED", True)
    assert backup().list_copy_jobs()["CopyJobs"] == []
