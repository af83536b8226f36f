"""What AWS Backup refuses. Functions on its requests, as far as possible without looking at the store."""

import json
from collections.abc import Container
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule

INVALID = "InvalidParameterValueException"
COLD_DAYS = 90  # that a backup stays in cold storage at least
MAX_TAGS, MAX_RESOURCES = 30, 500  # of a selection
MIN_GRACE = 3  # days in which a compliance lock can still be changed
SERVICE = "backup.amazonaws.com"


@rule(
    "backup-lifecycle",
    f"DeleteAfterDays is at least {COLD_DAYS} days after MoveToColdStorageAfterDays, in rules and in copy actions.",
    sources.BACKUP_LIFECYCLE,
)
def refuse_lifecycle(lifecycle: Request | None) -> None:
    """Raise Refused when backups would leave cold storage too early. In days; a missing DeleteAfterDays is never."""
    cold, deleted = ((lifecycle or {}).get(name) for name in ("MoveToColdStorageAfterDays", "DeleteAfterDays"))
    # -1 stands for "never", as the API returns it.
    if cold is not None and deleted is not None and int(cold) >= 0 and 0 <= int(deleted) < int(cold) + COLD_DAYS:
        raise RequestRefused(
            f"Invalid lifecycle. DeleteAfterDays cannot be less than {COLD_DAYS} days apart from "
            "MoveToColdStorageAfterDays",
            INVALID,
        )


@rule(
    "backup-plan",
    "A plan has a name and rules of different names with a vault each; the vault exists. AWS's wording is not known.",
    sources.BACKUP_PLAN,
)
def refuse_plan(plan: Request, vaults: Container[str]) -> None:
    """Raise Refused when the plan (as in CreateBackupPlan) is not complete or names a vault that is not there."""
    rules = plan.get("Rules") or []
    names = [str(each.get("RuleName") or "") for each in rules]
    if not plan.get("BackupPlanName") or not rules:
        raise RequestRefused("A backup plan needs a BackupPlanName and at least one rule", INVALID)
    if len(set(names)) < len(names):
        raise RequestRefused("RuleName must be unique in the plan", INVALID)
    for each in rules:
        if each.get("TargetBackupVaultName") not in vaults:
            raise RequestRefused(f"Backup vault {each.get('TargetBackupVaultName')} does not exist", INVALID)
        for holder in (each, *(each.get("CopyActions") or [])):
            refuse_lifecycle(holder.get("Lifecycle"))


@rule(
    "backup-selection",
    f"A selection has at most {MAX_RESOURCES} resources and {MAX_TAGS} tags. AWS's wording is not known.",
    sources.BACKUP_SELECTION,
)
def refuse_selection(selection: Request) -> None:
    """Raise Refused when a selection (as in CreateBackupSelection) is not well formed."""
    tags, resources = selection.get("ListOfTags") or [], selection.get("Resources") or []
    if len(tags) > MAX_TAGS or len(resources) > MAX_RESOURCES:
        raise RequestRefused(f"A selection has at most {MAX_RESOURCES} resources and {MAX_TAGS} tags", INVALID)


@rule(
    "backup-role",
    f"The role of a selection exists and may be assumed by {SERVICE}. AWS's wording is not known.",
    sources.BACKUP_SELECTION,
)
def refuse_role(arn: str, roles: Any) -> None:
    """Raise Refused when the role is not there or does not trust AWS Backup. `roles` has the role records by name."""
    role = roles.get(arn.rsplit("/", 1)[-1])
    if role is None or role["Arn"] != arn:
        raise RequestRefused(f"IAM role {arn} does not exist", INVALID)
    document = role.get("AssumeRolePolicyDocument") or "{}"
    document = json.loads(document) if isinstance(document, str) else document
    statements = document.get("Statement", [])
    statements = statements if isinstance(statements, list) else [statements]
    trusted = [(each.get("Principal") or {}) for each in statements if each.get("Effect") == "Allow"]
    services = [principal.get("Service", []) for principal in trusted if isinstance(principal, dict)]
    if not any(SERVICE in ([service] if isinstance(service, str) else service) for service in services):
        raise RequestRefused(f"IAM role {arn} cannot be assumed by AWS Backup: it must trust {SERVICE}", INVALID)


@rule(
    "backup-lock",
    f"A vault lock has days in order; with ChangeableForDays ({MIN_GRACE} or more) it can be neither changed nor taken "
    "away after that time. DescribeBackupVault tells Locked, the days and LockDate.",
    sources.BACKUP_LOCK,
)
def refuse_lock(lock: Request, vault: dict[str, Any], now: float) -> None:
    """Raise Refused when this LockConfiguration is none, or when the lock of the vault record holds already."""
    refuse_locked(vault, now)
    least, most, grace = (lock.get(n) for n in ("MinRetentionDays", "MaxRetentionDays", "ChangeableForDays"))
    if least is not None and most is not None and int(most) < int(least):
        raise RequestRefused("MaxRetentionDays cannot be less than MinRetentionDays", INVALID)
    if any(days is not None and int(days) < 1 for days in (least, most)):
        raise RequestRefused("MinRetentionDays and MaxRetentionDays must be at least 1", INVALID)
    if grace is not None and int(grace) < MIN_GRACE:
        raise RequestRefused(f"ChangeableForDays must be at least {MIN_GRACE}", INVALID)


def refuse_locked(vault: dict[str, Any], now: float) -> None:
    """Raise Refused when the grace time of the vault's lock is over. `now` in seconds since 1970."""
    if vault.get("LockDate") is not None and now >= vault["LockDate"]:
        name = vault["BackupVaultName"]
        raise RequestRefused(
            f"Vault {name} is locked: its lock configuration cannot be changed", "InvalidRequestException"
        )


@rule(
    "backup-plan-in-use",
    "A plan that has selections cannot be deleted.",
    sources.BACKUP_PLAN_DELETE,
)
def refuse_used_plan(plan_id: str, selections: list[dict[str, Any]]) -> None:
    """Raise Refused when one of the selection records belongs to the plan."""
    if any(selection["BackupPlanId"] == plan_id for selection in selections):
        message = "Related backup plan selections must be deleted prior to backup plan deletion"
        raise RequestRefused(message, "InvalidRequestException")
