"""What a backup keeps of a table: its items, and the settings that a restore brings back."""

import copy
from dataclasses import dataclass
from typing import Any

from scripts.local_aws.strictness.registry import Request
from scripts.local_aws.strictness.table_recovery.history import Items, items_at
from scripts.local_aws.strictness.update_state import billing_mode

UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A table at a moment: the CreateTable request of what a restore brings back (no name), and its items."""

    settings: Request
    items: Items
    source: dict[str, Any]  # what a backup tells of its table, SourceTableDetails without what is in `settings`
    features: dict[str, Any]  # SourceTableFeatureDetails without indexes
    tags: list[dict[str, str]]

    @property
    def size(self) -> int:
        """In bytes."""
        return int(self.source["TableSizeBytes"])

    @property
    def arn(self) -> str:
        """Of the table."""
        return str(self.source["TableArn"])


def take(table: dict[str, Any], time: float) -> Snapshot:
    """A snapshot of a table record with its items of that time, seconds since 1970."""
    import ministack.services.dynamodb as dynamodb

    source = {name: table[name] for name in ("TableName", "TableId", "TableArn", "TableSizeBytes", "ItemCount")}
    stream = table.get("StreamSpecification")
    time_to_live = dynamodb._ttl_settings.get(table["TableName"])
    live = {name: time_to_live[name] for name in ("TimeToLiveStatus", "AttributeName")} if time_to_live else None
    features = {
        "StreamDescription": stream,
        "TimeToLiveDescription": live,
        "SSEDescription": table.get("SSEDescription"),
    }
    return Snapshot(
        settings_of(table),
        items_at(table, time),
        source | {"TableCreationDateTime": table["CreationDateTime"]},
        copy.deepcopy(features),
        copy.deepcopy(dynamodb._tags.get(table["TableArn"]) or []),
    )


def settings_of(table: dict[str, Any]) -> Request:
    """The CreateTable request, without a name, of what every restore of this table record brings back."""
    import ministack.services.dynamodb as dynamodb

    mode = billing_mode(table)
    settings = {
        "KeySchema": table["KeySchema"],
        "AttributeDefinitions": table["AttributeDefinitions"],
        "BillingMode": mode,
        "GlobalSecondaryIndexes": [_index(index, mode) for index in table.get("GlobalSecondaryIndexes") or []],
        "LocalSecondaryIndexes": [_index(index, None) for index in table.get("LocalSecondaryIndexes") or []],
        "VectorIndexes": [dynamodb._vector_index_info(index) for index in table.get("VectorIndexes") or []],
        "SSESpecification": _encryption(table),
        **_capacity(table, mode),
    }
    return copy.deepcopy({name: value for name, value in settings.items() if value})


def _index(index: dict[str, Any], mode: str | None) -> Request:
    kept = {name: index[name] for name in ("IndexName", "KeySchema", "Projection")}
    return kept | (_capacity(index, mode) if mode else {})


def _capacity(holder: dict[str, Any], mode: str) -> Request:
    if mode == "PROVISIONED":
        return {"ProvisionedThroughput": {name: int(holder["ProvisionedThroughput"][name]) for name in UNITS}}
    return {"OnDemandThroughput": holder["OnDemandThroughput"]} if holder.get("OnDemandThroughput") else {}


def _encryption(table: dict[str, Any]) -> Request | None:
    import ministack.services.kms as kms

    described = table.get("SSEDescription")
    if not described:
        return None
    key = kms._resolve_key(described["KMSMasterKeyArn"]) or {}
    own = {} if key.get("_aws_managed") else {"KMSMasterKeyId": described["KMSMasterKeyArn"]}
    return {"Enabled": True, "SSEType": "KMS", **own}
