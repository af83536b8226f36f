"""AWS Backup for the tables of a service: a vault, a plan, a selection by tag, and the role that makes the backups."""

from typing import Any

from scripts import names
from scripts.settings.deployment_file import Environment

SCHEDULES = {"daily": "cron(0 3 * * ? *)", "weekly": "cron(0 3 ? * SUN *)", "monthly": "cron(0 3 1 * ? *)"}
ROLE = "BackupRole"
KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def backup_resources(service: str, environment: Environment) -> dict[str, Any]:
    """Everything that AWS Backup needs, as CloudFormation resources; nothing where no backups are wanted."""
    backups = environment.backups
    if not backups:
        return {}
    name = names.backup_vault(environment.name, service)
    tags = {"Environment": environment.name, "Service": service}
    lock, role = backups.get("lock"), backups.get("role")
    return {
        "BackupVault": {
            "Type": "AWS::Backup::BackupVault",
            **KEPT,
            "Properties": {
                "BackupVaultName": name,
                "BackupVaultTags": tags,
                **({"LockConfiguration": _lock(lock)} if lock else {}),
            },
        },
        "BackupPlan": {
            "Type": "AWS::Backup::BackupPlan",
            "Properties": {
                "BackupPlan": {"BackupPlanName": name, "BackupPlanRule": [_rule(backups)]},
                "BackupPlanTags": tags,
            },
        },
        **({} if role else {ROLE: _role(service, environment.name)}),
        "BackupSelection": {
            "Type": "AWS::Backup::BackupSelection",
            "Properties": {
                "BackupPlanId": {"Ref": "BackupPlan"},
                "BackupSelection": {
                    "SelectionName": name,
                    "IamRoleArn": role or {"Fn::GetAtt": [ROLE, "Arn"]},
                    # By tag: both properties of a selection can only be set when it is made, tags can change.
                    "ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": TAG, "ConditionValue": name}],
                },
            },
        },
    }


TAG = "BackupPlan"


def _role(service: str, environment: str) -> dict[str, Any]:
    """A role that makes backups. It restores none: with the policy for that it could read and write items."""
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "Description": f"AWS Backup of the DynamoDB tables of {service} in {environment}",
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "backup.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
                    }
                ],
            },
            "ManagedPolicyArns": [
                {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"}
            ],
        },
    }


def _rule(backups: dict[str, Any]) -> dict[str, Any]:
    lifecycle = {"DeleteAfterDays": backups["retention_days"]}
    if "cold_after_days" in backups:
        lifecycle = {"MoveToColdStorageAfterDays": backups["cold_after_days"], **lifecycle}
    copies = [{"DestinationBackupVaultArn": arn, "Lifecycle": lifecycle} for arn in backups.get("copy_to", ())]
    schedule = backups.get("schedule", "daily")
    return {
        "RuleName": schedule,
        "TargetBackupVault": {"Ref": "BackupVault"},
        "ScheduleExpression": SCHEDULES[schedule],
        "Lifecycle": lifecycle,
        **({"CopyActions": copies} if copies else {}),
    }


def _lock(lock: dict[str, Any]) -> dict[str, Any]:
    final = {"ChangeableForDays": lock["changeable_for_days"]} if "changeable_for_days" in lock else {}
    return {"MinRetentionDays": lock["min_retention_days"], **final}
