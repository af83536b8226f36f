"""AWS Backup for the tables of a service: a vault, a plan, a selection by tag, and the role that makes the backups."""

from typing import Any

from scripts import names
from scripts.settings.deployment_file import Environment

SCHEDULES = {"daily": "cron(0 3 * * ? *)", "weekly": "cron(0 3 ? * SUN *)", "monthly": "cron(0 3 1 * ? *)"}
POLICIES = ("AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores")
KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def backup_resources(service: str, environment: Environment) -> dict[str, Any]:
    """Everything that AWS Backup needs, as CloudFormation resources; nothing where no backups are wanted."""
    backups = environment.backups
    if not backups:
        return {}
    name = names.backup_vault(environment.name, service)
    tags = {"Environment": environment.name, "Service": service}
    lock = backups.get("lock")
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
        "BackupRole": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "Description": f"AWS Backup of the DynamoDB tables of {service} in {environment.name}",
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
                    {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/service-role/{policy}"} for policy in POLICIES
                ],
                **({"PermissionsBoundary": boundary} if (boundary := backups.get("permissions_boundary")) else {}),
            },
        },
        "BackupSelection": {
            "Type": "AWS::Backup::BackupSelection",
            "Properties": {
                "BackupPlanId": {"Ref": "BackupPlan"},
                "BackupSelection": {
                    "SelectionName": name,
                    "IamRoleArn": {"Fn::GetAtt": ["BackupRole", "Arn"]},
                    # By tag: both properties of a selection can only be set when it is made, tags can change.
                    "ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": TAG, "ConditionValue": name}],
                },
            },
        },
    }


TAG = "BackupPlan"


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
