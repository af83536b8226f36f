"""Puts the rules of AWS Backup in front of the emulator's API, and adds vault locks and vault access policies."""

import functools
import json
from collections.abc import Callable
from typing import Any

from scripts.local_aws.strictness import backup_checks, sources
from scripts.local_aws.strictness.now import now
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule
from scripts.local_aws.strictness.service_model import refuse_by_model

DAY = 86_400  # seconds
LOCK = ("MinRetentionDays", "MaxRetentionDays")
OPTED_IN = {"DynamoDB": True}

Answer = tuple[Any, ...]

rule(
    "backup-opt-in",
    "DescribeRegionSettings tells that DynamoDB is backed up and managed by AWS Backup, as after a plan was made.",
    sources.BACKUP_REGION,
)


def lock(vault: dict[str, Any], configuration: Request | None) -> None:
    """Give a vault record this lock, or none. Raises Refused when AWS would not."""
    if configuration is None:
        backup_checks.refuse_locked(vault, now())
    else:
        backup_checks.refuse_lock(configuration, vault, now())
    for name in (*LOCK, "LockDate"):
        vault.pop(name, None)
    vault["Locked"] = configuration is not None
    if configuration is not None:
        vault |= {name: int(configuration[name]) for name in LOCK if configuration.get(name) is not None}
        if configuration.get("ChangeableForDays") is not None:
            vault["LockDate"] = int(now()) + int(configuration["ChangeableForDays"]) * DAY


def put_policy(vault: dict[str, Any], policy: Any) -> None:
    """Give a vault record this access policy (JSON or its object), or none."""
    vault["_policy"] = policy if policy is None or isinstance(policy, str) else json.dumps(policy)


def install() -> None:
    """Put these rules in the place of the emulator's own functions."""
    import ministack.app as app
    import ministack.services.backup as backup
    import ministack.services.iam as iam

    def answering(function: Callable[..., Answer]) -> Callable[..., Answer]:
        @functools.wraps(function)
        def answer(*arguments: Any) -> Answer:
            try:
                return function(*arguments)
            except RequestRefused as refusal:
                return backup._err(refusal.code, str(refusal), 400)

        return answer

    def create_vault(name: str, body: Request, _original: Any = backup._create_vault) -> Answer:
        refuse_by_model("backup", "CreateBackupVault", {**body, "BackupVaultName": name})
        return _original(name, body)

    def create_plan(body: Request, _original: Any = backup._create_plan) -> Answer:
        refuse_by_model("backup", "CreateBackupPlan", body)
        backup_checks.refuse_plan(body.get("BackupPlan") or {}, backup._vaults)
        return _original(body)

    def update_plan(plan_id: str, body: Request, _original: Any = backup._update_plan) -> Answer:
        refuse_by_model("backup", "UpdateBackupPlan", {**body, "BackupPlanId": plan_id})
        backup_checks.refuse_plan(body.get("BackupPlan") or {}, backup._vaults)
        return _original(plan_id, body)

    def delete_plan(plan_id: str, _original: Any = backup._delete_plan) -> Answer:
        backup_checks.refuse_used_plan(plan_id, list(backup._selections.values()))
        return _original(plan_id)

    def create_selection(plan_id: str, body: Request, _original: Any = backup._create_selection) -> Answer:
        refuse_by_model("backup", "CreateBackupSelection", {**body, "BackupPlanId": plan_id})
        selection = body["BackupSelection"]
        backup_checks.refuse_selection(selection)
        backup_checks.refuse_role(str(selection.get("IamRoleArn") or ""), iam._roles)
        return _original(plan_id, body)

    def vault_part(method: str, name: str, part: str, body: Request) -> Answer:
        vault = backup._vaults.get(name)
        if vault is None:
            return backup._err("ResourceNotFoundException", f"Vault '{name}' not found.", 400)
        if part == "vault-lock":
            lock(vault, body if method == "PUT" else None)
        else:
            put_policy(vault, body.get("Policy") if method == "PUT" else None)
        return backup._no_content()

    def get_policy(name: str, _original: Any = backup._get_vault_access_policy) -> Answer:
        vault = backup._vaults.get(name) or {}
        if not vault.get("_policy"):
            return _original(name)
        told = {key: vault[key] for key in ("BackupVaultName", "BackupVaultArn")}
        return backup._ok(told | {"Policy": vault["_policy"]})

    def region_settings() -> Answer:
        names = ("ResourceTypeOptInPreference", "ResourceTypeManagementPreference")
        return backup._ok(dict.fromkeys(names, OPTED_IN))

    async def handle_request(
        method: str, path: str, headers: Any, body: bytes, query: Any, _original: Any = backup.handle_request
    ) -> Answer:
        parts = path.strip("/").split("/")
        if parts[0] == "backup-vaults" and parts[2:] in (["vault-lock"], ["access-policy"]) and method != "GET":
            return answering(vault_part)(method, parts[1], parts[2], json.loads(body or b"{}"))
        return await _original(method, path, headers, body, query)

    backup._create_vault = answering(create_vault)
    backup._create_plan = answering(create_plan)
    backup._update_plan = answering(update_plan)
    backup._delete_plan = answering(delete_plan)
    backup._create_selection = answering(create_selection)
    backup._get_vault_access_policy = get_policy
    backup._describe_region_settings = region_settings
    backup.handle_request = handle_request
    app._loaded_modules["backup"] = backup
