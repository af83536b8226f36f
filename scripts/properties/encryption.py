"""The key that encrypts a table: aws-owned, aws-managed, the ARN of a customer's key, or the alias of the service's own key."""

from collections.abc import Mapping
from typing import Any

from scripts import names
from scripts.model import DesiredTable, LiveTable, Unknown
from scripts.properties.base import DesiredSetting, Property, Reading, settled
from scripts.properties.exceptions import because, insights_accepted

SERVICE_KEY = "service-key"


def _desired(wanted: DesiredSetting) -> str:
    value = wanted.settings["encryption"]
    return names.key_alias(wanted.environment.name, wanted.service) if value == SERVICE_KEY else value


def _render(state: DesiredTable) -> dict[str, Any]:
    key = state.encryption
    if key == "aws-owned":
        return {"SSESpecification": {"SSEEnabled": False}}
    specification: dict[str, Any] = {"SSEEnabled": True, "SSEType": "KMS"}
    if key.startswith("alias/"):
        # DynamoDB resolves an alias only once, so the table names the key itself, which the shared stack exports.
        specification["KMSMasterKeyId"] = {"Fn::ImportValue": names.key_export(key)}
    elif key.startswith("arn:"):
        specification["KMSMasterKeyId"] = key
    return {"SSESpecification": specification}


def _read(reading: Reading) -> str | Unknown:
    """No description means a key that AWS owns: encrypted, but not with a key of the account (encryption.usagenotes)."""
    description = reading.description.get("SSEDescription", {})
    status = description.get("Status", "DISABLED")
    if status == "DISABLED":
        return "aws-owned"
    state = settled(status, {"ENABLED"}, "the encryption")
    if not isinstance(state, str):
        return state
    key, wanted = description.get("KMSMasterKeyArn", ""), reading.desired.encryption
    if key == wanted:
        return key
    if wanted.startswith("alias/") and _arn(reading, wanted) == key:
        return wanted
    return "aws-managed" if _key(reading, key).get("KeyManager") == "AWS" else key


def _key(reading: Reading, id: str) -> dict[str, Any]:
    """What KMS tells about a key: asked once for all tables where they are read together."""
    if reading.listed:
        return reading.listed.key(id)
    return reading.aws.client("kms").describe_key(KeyId=id)["KeyMetadata"]


def _arn(reading: Reading, alias: str) -> str:
    """The key that an alias stands for; empty when there is no such alias (yet)."""
    try:
        return _key(reading, alias)["Arn"]
    except reading.aws.client("kms").exceptions.NotFoundException:
        return ""


def _fix(name: str, desired: str, _live: str) -> str:
    if desired == "aws-owned":
        return f"aws dynamodb update-table --table-name {name} --sse-specification Enabled=false"
    customer = "" if desired == "aws-managed" else f",KMSMasterKeyId={desired}"
    return f"aws dynamodb update-table --table-name {name} --sse-specification Enabled=true,SSEType=KMS{customer}"


def _keep(settings: Mapping[str, Any], live: LiveTable) -> dict[str, Any]:
    return {
        "encryption": live.encryption,
        **(because(settings, "encryption_reason") if live.encryption == "aws-owned" else {}),
        **insights_accepted(live),
    }


ENCRYPTION: Property[str] = Property(
    "encryption", "encryption", desired=_desired, read=_read, render=_render, fix=_fix, keep=_keep
)
