"""AWS::Backup::BackupVault, BackupPlan and BackupSelection, through the API of AWS Backup, all of it."""

import json
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.backup_api import LOCK, lock, put_policy
from scripts.local_aws.strictness.property_changes import Properties
from scripts.local_aws.strictness.registry import RequestRefused, rule
from scripts.local_aws.strictness.service_model import typed
from scripts.local_aws.strictness.table_resource import handler_error

VAULT, PLAN, SELECTION = (f"AWS::Backup::{name}" for name in ("BackupVault", "BackupPlan", "BackupSelection"))

Made = tuple[str, dict[str, Any]]

rule(
    "backup-resources",
    "Templates make, change and delete vaults with their lock and access policy, plans with lifecycles and copy "
    "actions, and selections; a changed selection is a replacement.",
    sources.BACKUP_SELECTION_RESOURCE,
)


def _answer(answer: tuple[Any, ...]) -> dict[str, Any]:
    status, _, body = answer
    found = json.loads(body) if body else {}
    if status >= 400:
        raise handler_error(found.get("Message") or "", found["__type"])
    return found


def install() -> None:
    """Put these handlers in the place of the emulator's."""
    import ministack.services.backup as backup
    import ministack.services.cloudformation.provisioners as provisioners

    handlers = provisioners._RESOURCE_HANDLERS
    update_vault_tags = handlers[VAULT]["update"]
    update_plan_tags = handlers[PLAN]["update"]

    def settle_vault(name: str, old: Properties, new: Properties) -> None:
        vault = backup._vaults[name]
        configuration = new.get("LockConfiguration")
        try:
            if configuration != old.get("LockConfiguration"):
                numbers = (*LOCK, "ChangeableForDays")
                lock(vault, configuration and {n: int(configuration[n]) for n in numbers if n in configuration})
        except RequestRefused as refusal:
            raise handler_error(str(refusal), refusal.code) from None
        put_policy(vault, new.get("AccessPolicy"))

    def create_vault(_logical_id: str, properties: Properties, _stack_name: str) -> Made:
        name = properties["BackupVaultName"]
        request = {
            "EncryptionKeyArn": properties.get("EncryptionKeyArn", ""),
            "BackupVaultTags": provisioners._tag_map(properties.get("BackupVaultTags")),
        }
        made = _answer(backup._create_vault(name, request))
        try:
            settle_vault(name, {}, properties)
        except ValueError:
            backup._vaults.pop(name)
            raise
        return name, {"BackupVaultArn": made["BackupVaultArn"], "BackupVaultName": name}

    def update_vault(
        physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
    ) -> Made:
        settle_vault(physical_id, old, new)
        return update_vault_tags(physical_id, old, new, stack_name, logical_id)

    def delete_vault(physical_id: str, _properties: Properties) -> None:
        if physical_id in backup._vaults:
            _answer(backup._delete_vault(physical_id))

    def plan_body(properties: Properties, _original: Any = provisioners._backup_plan_body) -> Properties:
        return typed("backup", "CreateBackupPlan", _original(properties))

    def create_plan(_logical_id: str, properties: Properties, _stack_name: str) -> Made:
        made = _answer(backup._create_plan(plan_body(properties)))
        return made["BackupPlanId"], {name: made[name] for name in ("BackupPlanArn", "BackupPlanId", "VersionId")}

    def update_plan(
        physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
    ) -> Made:
        # Ask first: the emulator reports a refused update without its reason.
        _answer(backup._update_plan(physical_id, plan_body(new)))
        return update_plan_tags(physical_id, old, new, stack_name, logical_id)

    def delete_plan(physical_id: str, _properties: Properties) -> None:
        if physical_id in backup._plans:
            _answer(backup._delete_plan(physical_id))

    def create_selection(_logical_id: str, properties: Properties, _stack_name: str) -> Made:
        plan_id = properties["BackupPlanId"]
        made = _answer(backup._create_selection(plan_id, {"BackupSelection": properties["BackupSelection"]}))
        physical_id = f"{plan_id}_{made['SelectionId']}"
        return physical_id, {"Id": physical_id, "SelectionId": made["SelectionId"], "BackupPlanId": plan_id}

    def delete_selection(physical_id: str, _properties: Properties) -> None:
        plan_id, _, selection_id = physical_id.partition("_")
        if selection_id in backup._selections:
            _answer(backup._delete_selection(plan_id, selection_id))

    provisioners._backup_plan_body = plan_body
    handlers[VAULT] |= {"create": create_vault, "update": update_vault, "delete": delete_vault}
    handlers[PLAN] |= {"create": create_plan, "update": update_plan, "delete": delete_plan}
    handlers[SELECTION] = {"create": create_selection, "delete": delete_selection}
