"""Encryption of tables: which keys AWS takes, and what it tells about them."""

import json
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.create_table import INVALID
from scripts.local_aws.strictness.registry import Request, rule, table_check, upheld

MANAGED = {"dynamodb": "DynamoDB", "backup": "Backup"}
MODEL = "com.amazonaws.services.kms.model."
KMS = f"KMS validation error: {MODEL}"
STATES = {"PendingDeletion": "pending deletion"}


@table_check(
    "encryption-request",
    "SSESpecification: KMSMasterKeyId needs Enabled true and SSEType KMS.",
    sources.ENCRYPTION,
)
def _encryption(request: Request) -> str | None:
    specification = request.get("SSESpecification") or {}
    key = specification.get("KMSMasterKeyId")
    if not specification.get("Enabled"):
        given = [name for name in ("SSEType", "KMSMasterKeyId") if specification.get(name)]
        return f"{INVALID}{given[0]} can not be specified if Enabled is false" if given else None
    if specification.get("SSEType") not in (None, "KMS"):
        return f"{INVALID}SSEType {specification['SSEType']} is not supported"
    if key and specification.get("SSEType") is None:
        return f"{INVALID}SSEType KMS is required if KMSMasterKeyId is specified"
    return None


@table_check(
    "encryption-key",
    "A customer managed key (by ARN, id or alias) exists in the account and region of the table, is enabled, and is "
    "for symmetric encryption. AWS's wording is known in part.",
    sources.ENCRYPTION,
)
def _key(request: Request) -> str | None:
    specification = request.get("SSESpecification") or {}
    reference = specification.get("KMSMasterKeyId")
    if not reference or not specification.get("Enabled"):
        return None
    key = _known_key(reference)
    if key is None:
        kind = "Alias" if "alias/" in reference else "Key"
        return f"{KMS}NotFoundException: {kind} {reference} is not found."
    if key["KeyState"] != "Enabled":
        if key["KeyState"] == "Disabled":
            return f"KMS key disabled error: {MODEL}DisabledException: {key['Arn']} is disabled."
        return f"{KMS}KMSInvalidStateException: {key['Arn']} is {STATES.get(key['KeyState'], key['KeyState'])}."
    if key.get("KeySpec", "SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
        return f"{KMS}InvalidKeyUsageException: {key['Arn']} is not a symmetric encryption key."
    return None


upheld(
    "key-resources",
    "Templates make keys and aliases; a key that is deleted with its stack is PendingDeletion, not gone.",
    sources.KEY_RESOURCE,
)


def _known_key(reference: str) -> dict[str, Any] | None:
    import ministack.services.kms as kms

    return kms._resolve_key(reference)


def managed_key_arn(service: str) -> str:
    """The ARN of the AWS managed key of a service in this account and region, made on first use as AWS does.

    `service`: as in the key's alias, aws/dynamodb.
    """
    import ministack.services.kms as kms

    alias = f"alias/aws/{service}"
    key = kms._resolve_key(alias)
    if key is None:
        description = f"Default key that protects my {MANAGED[service]} data when no other key is defined"
        made = json.loads(kms._create_key({"Description": description})[2])["KeyMetadata"]["KeyId"]
        kms._create_alias({"AliasName": alias, "TargetKeyId": made})
        key = kms._resolve_key(made)
        key["_aws_managed"] = True
    return str(key["Arn"])


@rule(
    "encryption-description",
    "SSEDescription is absent with the AWS owned key; with a KMS key it has Status ENABLED, SSEType KMS and the key's "
    "ARN; kms:DescribeKey tells the AWS managed key by KeyManager AWS.",
    sources.DESCRIBE_TABLE,
)
def sse_description(specification: Request | None) -> dict[str, Any] | None:
    """What DescribeTable tells about this SSESpecification, whose key has been checked."""
    if not specification or not specification.get("Enabled"):
        return None
    reference = specification.get("KMSMasterKeyId")
    key = _known_key(reference) if reference else None
    arn = key["Arn"] if key else managed_key_arn("dynamodb")
    return {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": arn}


def install() -> None:
    """Put these rules in the place of the emulator's own functions."""
    import ministack.services.dynamodb as dynamodb
    import ministack.services.kms as kms

    def key_metadata(record: dict[str, Any], _original: Any = kms._key_metadata) -> dict[str, Any]:
        return _original(record) | ({"KeyManager": "AWS"} if record.get("_aws_managed") else {})

    dynamodb._sse_description_from_spec = sse_description
    kms._key_metadata = key_metadata
