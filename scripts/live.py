"""Read the live state of a table from AWS, normalised so that nothing that AWS does by itself looks like a difference."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from scripts.aws import FAILURES, Aws, error_code, explain
from scripts.model import INCLUDE, Index, KeyAttribute, Keys, TableState, Unknown
from scripts.monitoring.live import read_alarms

T = TypeVar("T")
ABSENT = {"ResourceNotFoundException", "TableNotFoundException"}


def read_table(aws: Aws, desired: TableState) -> TableState | Unknown | None:
    """The live state of the table that `desired` names; None if it does not exist, Unknown if that cannot be told.

    What cannot be read, or is still changing, is Unknown in the state: never an error, and never a match.
    """
    dynamodb = aws.client("dynamodb")
    try:
        table = dynamodb.describe_table(TableName=desired.name)["Table"]
    except FAILURES as error:
        return None if error_code(error) in ABSENT else Unknown(explain(error))
    indexes = table.get("GlobalSecondaryIndexes", [])
    types = {item["AttributeName"]: item["AttributeType"] for item in table["AttributeDefinitions"]}
    return TableState(
        name=desired.name,
        keys=_keys(table["KeySchema"], types),
        indexes=tuple(_index(index, types) for index in indexes),
        status=_settled(table["TableStatus"], {"ACTIVE"}, "the table"),
        index_status=tuple(
            (i["IndexName"], _settled(i.get("IndexStatus", ""), {"ACTIVE"}, "the index")) for i in indexes
        ),
        # Absent for tables that have always been provisioned (API reference, BillingModeSummary).
        billing=table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        table_class=table.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
        deletion_protection=table.get("DeletionProtectionEnabled", False),
        recovery_days=_known(lambda: _recovery_days(dynamodb, desired.name)),
        encryption=_known(lambda: _encryption(aws, table.get("SSEDescription", {}), desired.encryption)),
        ttl_attribute=_known(lambda: _ttl_attribute(dynamodb, desired.name)),
        tags=_known(lambda: _tags(dynamodb, table["TableArn"])),
        alarms=_known(lambda: read_alarms(aws, desired.alarms)),
    )


def _known(read: Callable[[], T]) -> T | Unknown:
    try:
        return read()
    except FAILURES as error:
        return Unknown(explain(error))


def _settled(status: str, final: Iterable[str], what: str) -> str | Unknown:
    """A status, if it will stay; statuses that end in -ING pass by themselves."""
    if status in final:
        return status
    if status.endswith("ING"):
        return Unknown(f"{what} is {status}", settling=True)
    return status or Unknown(f"AWS states no status of {what}")


def _keys(schema: list[dict[str, str]], types: dict[str, str]) -> Keys:
    parts = {
        kind: tuple(
            KeyAttribute(k["AttributeName"], types.get(k["AttributeName"], "?")) for k in schema if k["KeyType"] == kind
        )
        for kind in ("HASH", "RANGE")
    }
    return Keys(parts["HASH"], parts["RANGE"])


def _index(index: dict[str, Any], types: dict[str, str]) -> Index:
    projection = index["Projection"]
    kind = projection.get("ProjectionType", "ALL")
    included = tuple(sorted(projection.get("NonKeyAttributes", ()))) if kind == INCLUDE else ()
    return Index(index["IndexName"], _keys(index["KeySchema"], types), kind, included)


def _recovery_days(dynamodb: Any, name: str) -> int | Unknown:
    """ContinuousBackupsStatus is always ENABLED; only the point-in-time recovery description tells (developer guide)."""
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
        return 0
    return recovery.get("RecoveryPeriodInDays", 35)


def _encryption(aws: Aws, description: dict[str, Any], wanted: str) -> str | Unknown:
    """No description means a key that AWS owns: encrypted, but not with a key of the account (encryption.usagenotes)."""
    status = description.get("Status", "DISABLED")
    if status == "DISABLED":
        return "aws-owned"
    if isinstance(settled := _settled(status, {"ENABLED"}, "the encryption"), Unknown):
        return settled
    key = description.get("KMSMasterKeyArn", "")
    if key == wanted:
        return key
    manager = aws.client("kms").describe_key(KeyId=key)["KeyMetadata"].get("KeyManager")
    return "aws-managed" if manager == "AWS" else key


def _ttl_attribute(dynamodb: Any, name: str) -> str | Unknown:
    ttl = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    status = _settled(ttl.get("TimeToLiveStatus", "DISABLED"), {"ENABLED", "DISABLED"}, "time to live")
    if isinstance(status, Unknown):
        return status
    return ttl.get("AttributeName", "") if status == "ENABLED" else ""


def _tags(dynamodb: Any, arn: str) -> tuple[tuple[str, str], ...]:
    pages = dynamodb.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    tags = [(tag["Key"], tag["Value"]) for page in pages for tag in page.get("Tags", [])]
    return tuple(sorted(tag for tag in tags if not tag[0].startswith("aws:")))
