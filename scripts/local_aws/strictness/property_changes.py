"""What CloudFormation refuses between the old and the new properties of an AWS::DynamoDB::Table."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import RequestRefused, rule

Properties = dict[str, Any]

ONE_INDEX = "Cannot perform more than one GSI creation or deletion in a single update"
SAME_NAME = (
    "Cannot update GSI's properties other than Provisioned Throughput and Contributor Insights Specification. "
    "You can create a new GSI with a different name."
)


def indexes_by_name(properties: Properties) -> dict[str, Properties]:
    """The global secondary indexes of a template's table by name."""
    return {index.get("IndexName", ""): index for index in properties.get("GlobalSecondaryIndexes") or []}


def index_shape(index: Properties) -> tuple[Any, ...]:
    """What cannot change under the same name: keys in order, projection, projected attributes in any order."""
    projection = index.get("Projection") or {}
    keys = tuple((key.get("AttributeName"), key.get("KeyType")) for key in index.get("KeySchema") or [])
    return keys, projection.get("ProjectionType"), frozenset(projection.get("NonKeyAttributes") or [])


@rule(
    "one-index-per-stack-update",
    "A stack update that creates or deletes more than one global secondary index of a table fails and rolls back.",
    sources.TABLE_RESOURCE,
)
def refuse_second_index(old: Properties, new: Properties) -> None:
    """Raise Refused when more than one index name comes or goes."""
    if len(indexes_by_name(old).keys() ^ indexes_by_name(new).keys()) > 1:
        raise RequestRefused(ONE_INDEX)


@rule(
    "index-is-immutable",
    "Keys and projection of a global secondary index cannot change under the same name.",
    sources.INDEX_RESOURCE,
)
def refuse_changed_index(old: Properties, new: Properties) -> None:
    """Raise Refused when an index of the same name has another shape."""
    before, after = indexes_by_name(old), indexes_by_name(new)
    if any(index_shape(before[name]) != index_shape(after[name]) for name in before.keys() & after.keys()):
        raise RequestRefused(SAME_NAME)


@rule(
    "local-index-is-immutable",
    "Local secondary indexes are made with the table; UpdateTable has no parameter for them. "
    "AWS's wording is not known; that it refuses is.",
    sources.TABLE_RESOURCE,
)
def refuse_changed_local_indexes(old: Properties, new: Properties) -> None:
    """Raise Refused when the local secondary indexes differ."""
    if (old.get("LocalSecondaryIndexes") or []) != (new.get("LocalSecondaryIndexes") or []):
        raise RequestRefused("Updates are not supported for property LocalSecondaryIndexes of an existing table.")


@rule(
    "ttl-stack-update",
    "While TTL is enabled, TimeToLiveSpecification can be neither removed nor moved to another attribute: disable first.",
    sources.TTL,
)
def refuse_ttl_change(old: Properties, new: Properties) -> None:
    """Raise Refused on a change of TTL that needs a step in between."""
    before, after = old.get("TimeToLiveSpecification"), new.get("TimeToLiveSpecification")
    if not (before and boolean(before.get("Enabled"))):
        return
    if not after or not after.get("AttributeName"):
        raise RequestRefused(
            "AttributeName property of TimeToLiveSpecification is required when TTL status is enabled or while "
            "enabling/disabling TTL"
        )
    if after["AttributeName"] != before.get("AttributeName"):
        raise RequestRefused(
            f"TimeToLive is active on a different AttributeName: current AttributeName is {before.get('AttributeName')}"
        )


def refuse_bad_change(old: Properties, new: Properties) -> None:
    """Raise Refused with the first reason for which CloudFormation would not make this update."""
    refuse_second_index(old, new)
    refuse_changed_index(old, new)
    refuse_changed_local_indexes(old, new)
    refuse_ttl_change(old, new)


@rule(
    "table-replacement",
    "A change of KeySchema, or of the type of an attribute, needs a new table: refused for a table with a name. The "
    "change set reports Replacement Conditional for KeySchema, and nothing for the type, as in the provider schema.",
    sources.TABLE_RESOURCE,
)
def needs_replacement(old: Properties, new: Properties) -> bool:
    """Whether the table would have to be made anew under the same name."""
    if old.get("KeySchema") != new.get("KeySchema"):
        return True
    types = {d.get("AttributeName"): d.get("AttributeType") for d in old.get("AttributeDefinitions") or []}
    return any(
        types.get(d.get("AttributeName"), d.get("AttributeType")) != d.get("AttributeType")
        for d in new.get("AttributeDefinitions") or []
    )


def boolean(value: Any) -> bool:
    """A boolean of a template, which may be written as a string."""
    return str(value).lower() == "true"
