"""Turns the properties of an AWS::DynamoDB::Table into requests of the DynamoDB API."""

from collections.abc import Iterator
from typing import Any

from scripts.local_aws.strictness.property_changes import Properties, boolean, indexes_by_name
from scripts.local_aws.strictness.update_request import ALONE

AS_THEY_ARE = ("KeySchema", "AttributeDefinitions", "BillingMode", "TableClass")
THROUGHPUTS = ("ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput")
NO_MAXIMUM = {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}
NUMBERS = (
    *("ReadCapacityUnits", "WriteCapacityUnits", "MaxReadRequestUnits", "MaxWriteRequestUnits"),
    *("ReadUnitsPerSecond", "WriteUnitsPerSecond"),
)


def _numbers(value: Properties) -> Properties:
    return {name: int(value[name]) for name in NUMBERS if name in value}


def _index(index: Properties) -> Properties:
    kept = {name: index[name] for name in ("IndexName", "KeySchema", "Projection") if name in index}
    return kept | {name: _numbers(index[name]) for name in THROUGHPUTS if index.get(name)}


def stream(properties: Properties) -> Properties | None:
    """The StreamSpecification of a request, None without a stream."""
    specification = properties.get("StreamSpecification") or {}
    view = specification.get("StreamViewType")
    return {"StreamEnabled": True, "StreamViewType": view} if view else None


def encryption(properties: Properties) -> Properties:
    """The SSESpecification of a request; Enabled false stands for the AWS owned key."""
    specification = properties.get("SSESpecification") or {}
    request: Properties = {"Enabled": boolean(specification.get("SSEEnabled"))}
    return request | {name: specification[name] for name in ("SSEType", "KMSMasterKeyId") if specification.get(name)}


def tags(properties: Properties) -> list[Properties]:
    """The tags of the template and the stack. CloudFormation's own aws: tags are not set on tables."""
    return [tag for tag in properties.get("Tags") or [] if not str(tag["Key"]).startswith("aws:")]


def create_request(name: str, properties: Properties) -> Properties:
    """The CreateTable request of these properties."""
    request: Properties = {"TableName": name}
    request |= {key: properties[key] for key in AS_THEY_ARE if properties.get(key) is not None}
    request |= {key: _numbers(properties[key]) for key in THROUGHPUTS if properties.get(key)}
    if properties.get("GlobalSecondaryIndexes"):
        request["GlobalSecondaryIndexes"] = [_index(index) for index in properties["GlobalSecondaryIndexes"]]
    if properties.get("LocalSecondaryIndexes"):
        request["LocalSecondaryIndexes"] = [_index(index) for index in properties["LocalSecondaryIndexes"]]
    if wanted_stream := stream(properties):
        request["StreamSpecification"] = wanted_stream
    if properties.get("SSESpecification"):
        request["SSESpecification"] = encryption(properties)
    if "DeletionProtectionEnabled" in properties:
        request["DeletionProtectionEnabled"] = boolean(properties["DeletionProtectionEnabled"])
    if wanted_tags := tags(properties):
        request["Tags"] = wanted_tags
    return request


def update_request(name: str, old: Properties, new: Properties, table: dict[str, Any]) -> Properties | None:
    """The UpdateTable request that leads from `old` to `new` on the live `table`, None when there is nothing to do."""
    before, after = create_request(name, old), create_request(name, new)
    request: Properties = {}
    mode = after.get("BillingMode", "PROVISIONED")
    if mode != before.get("BillingMode", "PROVISIONED"):
        request["BillingMode"] = mode
    throughput = after.get("ProvisionedThroughput")
    live = {key: table["ProvisionedThroughput"].get(key) for key in throughput or {}}
    if throughput and throughput != before.get("ProvisionedThroughput") and throughput != live:
        request["ProvisionedThroughput"] = throughput
    # A switch to provisioned takes the maximum away by itself.
    if mode == "PAY_PER_REQUEST" and before.get("OnDemandThroughput") != after.get("OnDemandThroughput"):
        request["OnDemandThroughput"] = NO_MAXIMUM | after.get("OnDemandThroughput", {})
    if after.get("WarmThroughput") and before.get("WarmThroughput") != after["WarmThroughput"]:
        request["WarmThroughput"] = after["WarmThroughput"]
    if encryption(old) != encryption(new):
        request["SSESpecification"] = encryption(new)
    if before.get("TableClass", "STANDARD") != after.get("TableClass", "STANDARD"):
        request["TableClass"] = after.get("TableClass", "STANDARD")
    protected = after.get("DeletionProtectionEnabled", False)
    if before.get("DeletionProtectionEnabled", False) != protected:
        request["DeletionProtectionEnabled"] = protected
    if stream(old) != stream(new):
        request["StreamSpecification"] = stream(new) or {"StreamEnabled": False}
    if index_updates := _index_updates(old, new, table, mode):
        request["GlobalSecondaryIndexUpdates"] = index_updates
        if any("Create" in update for update in index_updates):
            request["AttributeDefinitions"] = after["AttributeDefinitions"]
    return {"TableName": name, **request} if request else None


def _index_updates(old: Properties, new: Properties, table: dict[str, Any], mode: str) -> list[Properties]:
    before, after = indexes_by_name(old), indexes_by_name(new)
    live = {index["IndexName"]: index.get("ProvisionedThroughput") or {} for index in table["GlobalSecondaryIndexes"]}
    updates: list[Properties] = [
        {"Delete": {"IndexName": n}} for n in sorted(before.keys() - after.keys()) if n in live
    ]
    updates += [{"Create": _index(after[name])} for name in sorted(after.keys() - before.keys())]
    for name in sorted(before.keys() & after.keys()):
        old_index, new_index = _index(before[name]), _index(after[name])
        changed = {key: new_index.get(key) for key in THROUGHPUTS if new_index.get(key) != old_index.get(key)}
        # What is left out is kept; only a maximum can be taken away. Capacity that is there already is no change.
        if "OnDemandThroughput" in changed:
            maximum = NO_MAXIMUM | (changed["OnDemandThroughput"] or {})
            changed["OnDemandThroughput"] = maximum if mode == "PAY_PER_REQUEST" else None
        throughput = changed.get("ProvisionedThroughput") or {}
        if throughput == {key: live.get(name, {}).get(key) for key in throughput}:
            changed["ProvisionedThroughput"] = None
        if kept := {key: value for key, value in changed.items() if value is not None}:
            updates.append({"Update": {"IndexName": name, **kept}})
    return updates


def one_by_one(request: Properties) -> Iterator[Properties]:
    """The UpdateTable requests that ask for one thing after another of what this one asks for."""
    left, table = dict(request), {"TableName": request["TableName"]}
    for name in (*ALONE, "StreamSpecification"):
        if name in left:
            yield table | {name: left.pop(name)}
    updates = left.pop("GlobalSecondaryIndexUpdates", [])
    definitions = {"AttributeDefinitions": left.pop("AttributeDefinitions", None)}
    changed = [update for update in updates if "Update" in update]
    if left.keys() - {"TableName"}:
        if "OnDemandThroughput" in left:
            yield left
        else:
            yield left | ({"GlobalSecondaryIndexUpdates": changed} if changed else {})
            changed = []
    if changed:
        yield table | {"GlobalSecondaryIndexUpdates": changed}
    for update in updates:
        if "Update" not in update:
            yield table | {"GlobalSecondaryIndexUpdates": [update]} | (definitions if "Create" in update else {})
