"""Backup vaults: their keys, what their lock and their access policy let in, and when they can be deleted."""

import fnmatch
import json
from typing import Any

from scripts.local_aws.strictness import sources, table_encryption
from scripts.local_aws.strictness.backup_checks import INVALID
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule

COPY = "backup:CopyIntoBackupVault"
DENIED = "Access Denied trying to call AWS Backup service"

Vault = dict[str, Any]


def find(name: Any) -> Vault:
    """The record of a vault of the account and Region of the request. Raises Refused when there is none."""
    import ministack.services.backup as backup

    vault = backup._vaults.get(name)
    if vault is None:
        raise RequestRefused(f"Vault '{name}' not found.", "ResourceNotFoundException")
    return vault


@rule(
    "backup-vault-key",
    "A vault has a KMS key, aws/backup when none is given, and its recovery points are encrypted with it: while the "
    "key is disabled, no job can use them. AWS's wording is not known.",
    sources.BACKUP_ENCRYPTION,
)
def vault_key(arn: str | None) -> str:
    """The ARN of the key of a new vault. Raises Refused when there is no such key."""
    if not arn:
        return table_encryption.managed_key_arn("backup")
    if problem := key_problem(arn):
        raise RequestRefused(problem, INVALID)
    return arn


def key_problem(arn: str) -> str | None:
    """Why a KMS key cannot be used in the account and Region of the request, or None."""
    import ministack.services.kms as kms

    key = kms._resolve_key(arn)
    if key is None:
        return f"KMS key {arn} does not exist"
    return None if key["KeyState"] == "Enabled" else f"KMS key {arn} is {key['KeyState']}"


@rule(
    "backup-lock-retention",
    "A locked vault takes no backups and copies that are kept for fewer days than MinRetentionDays, or for more than "
    "MaxRetentionDays; without DeleteAfterDays they are kept for ever. The job fails. AWS's wording is not known.",
    sources.VAULT_LOCK,
)
def retention_problem(vault: Vault, lifecycle: Request) -> str | None:
    """Why the lock of a vault does not let a backup with this lifecycle in, or None."""
    days = int(lifecycle.get("DeleteAfterDays") or -1)
    kept = float("inf") if days < 0 else days
    if kept < int(vault.get("MinRetentionDays") or 0):
        return f"The retention of {days} days is shorter than the MinRetentionDays of the vault lock"
    if kept > int(vault.get("MaxRetentionDays") or 0) > 0:
        return "The retention is longer than the MaxRetentionDays of the vault lock"
    return None


@rule(
    "backup-copy-policy",
    f"A copy into a vault of another account needs an access policy of that vault that allows {COPY} to the account of "
    "the source. Here all accounts are of one organization, and other conditions are not looked at.",
    sources.CROSS_ACCOUNT,
)
def policy_problem(vault: Vault, account: str) -> str | None:
    """Why a vault does not take copies from another account, or None."""
    statements = json.loads(vault.get("_policy") or "{}").get("Statement", [])
    matching = [
        each["Effect"]
        for each in (statements if isinstance(statements, list) else [statements])
        if any(fnmatch.fnmatchcase(COPY.lower(), action.lower()) for action in _listed(each.get("Action")))
        and _names(each.get("Principal"), account)
    ]
    return None if "Allow" in matching and "Deny" not in matching else DENIED


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


def _names(principal: Any, account: str) -> bool:
    named = _listed(principal.get("AWS") if isinstance(principal, dict) else principal)
    return any(each in ("*", account) or each.endswith(f"::{account}:root") for each in named)


@rule(
    "backup-vault-in-use",
    "A vault that has recovery points cannot be deleted; an empty one can, locked or not. DescribeBackupVault tells "
    "how many there are.",
    sources.VAULT_LOCK,
)
def refuse_full(vault: Vault) -> None:
    """Raise Refused when the vault has recovery points, as counted in its record."""
    if vault["NumberOfRecoveryPoints"]:
        name = vault["BackupVaultName"]
        raise RequestRefused(f"Vault {name} cannot be deleted: it has recovery points", "InvalidRequestException")
