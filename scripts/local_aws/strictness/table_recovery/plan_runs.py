"""Runs backup plans when they are told to: schedules of their own they do not keep here."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import Request, rule
from scripts.local_aws.strictness.table_recovery import backup_jobs, copy_jobs, jobs, points, vaults
from scripts.local_aws.strictness.table_recovery.selections import takes


@rule(
    "backup-plan-run",
    "A run of a rule of a plan backs up, into the vault of the rule and with its lifecycle and RecoveryPointTags, "
    "every table that a selection of the plan takes in, and copies what it has made as CopyActions say. Jobs and "
    "recovery points tell the plan in CreatedBy. Here plans run by run_backup_plans only, not by their schedule.",
    sources.BACKUP_PLAN,
)
def run_all() -> list[str]:
    """Run every rule of every plan of the account and Region of the request; the ids of the backup jobs."""
    import ministack.services.backup as backup

    return [
        _back_up(plan, each, arn, role).id
        for plan in backup._plans.values()
        for arn, role in _selected(plan).items()
        for each in plan["BackupPlan"]["Rules"]
    ]


def _selected(plan: dict[str, Any]) -> dict[str, str]:
    """The role of the selection that takes a table in, by the ARN of the table."""
    import ministack.services.backup as backup
    import ministack.services.dynamodb as dynamodb

    found: dict[str, str] = {}
    for table in dynamodb._tables.values():
        arn = table["TableArn"]
        tags = {tag["Key"]: tag["Value"] for tag in dynamodb._tags.get(arn) or []}
        for selection in backup._selections.values():
            if selection["BackupPlanId"] == plan["BackupPlanId"] and takes(selection, arn, tags):
                found.setdefault(arn, selection["IamRoleArn"])
    return found


def _back_up(plan: dict[str, Any], rule: Request, arn: str, role: str) -> jobs.Job:
    created_by = {
        "BackupPlanId": plan["BackupPlanId"],
        "BackupPlanArn": plan["BackupPlanArn"],
        "BackupPlanName": plan["BackupPlanName"],
        "BackupPlanVersion": plan["VersionId"],
        "BackupRuleName": rule["RuleName"],
    }
    request = {
        "IamRoleArn": role,
        "Lifecycle": rule.get("Lifecycle"),
        "RecoveryPointTags": rule.get("RecoveryPointTags"),
        "StartWindowMinutes": rule.get("StartWindowMinutes"),
    }
    job = backup_jobs.prepare(request, vaults.find(rule["TargetBackupVaultName"]), arn)
    job.told["CreatedBy"] = created_by
    job.finish = lambda: _copy(job, rule, role)
    return jobs.begin(job, None)


def _copy(made: jobs.Job, rule: Request, role: str) -> None:
    for action in rule.get("CopyActions") or []:
        request = {**action, "IamRoleArn": role}
        job = copy_jobs.prepare(request, points.find(made.told["RecoveryPointArn"]))
        job.told |= {"CreatedBy": made.told["CreatedBy"], "CreatedByBackupJobId": made.id}
        jobs.begin(job, None)
