"""What a table is like that was deployed from a template: the desired state that the template says."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scripts import names
from scripts.model import DesiredTable, Index, KeyAttribute, Keys, Scaling
from scripts.properties import PROPERTIES
from scripts.properties.base import Reading
from scripts.properties.billing import PROVISIONED, read_on_demand_maximum, read_warm_throughput
from scripts.properties.scaling import KINDS, dimension, read_throughput, resource_id
from scripts.properties.streams import INSIGHTS, canonical

Template = Mapping[str, Any]
SCALABLE, POLICY = "AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"


class NoTableError(ValueError):
    """A template without a table that can be understood."""


def template_state(template: Template, wanted: DesiredTable, service: str, environment: str) -> DesiredTable:
    """The state that a template asks for. Its alarms are taken to be those of `wanted`: the templates tell what differs.

    Values that CloudFormation has by itself are those of its documentation of AWS::DynamoDB::Table. Raises NoTableError.
    """
    try:
        return _state(template, wanted, names.key_alias(environment, service))
    except (KeyError, TypeError, AttributeError, ValueError, StopIteration) as error:
        raise NoTableError(f"{type(error).__name__}: {error}") from error


def properties_by_key(*states: DesiredTable) -> dict[str, str]:
    """Each property of AWS::DynamoDB::Table that comes from a setting: its key in a template to its name in reports."""
    return {key: property.name for property in PROPERTIES for state in states for key in property.render(state)}


def _state(template: Template, wanted: DesiredTable, alias: str) -> DesiredTable:
    properties = template["Resources"]["Table"]["Properties"]
    order = [index.name for index in wanted.indexes]
    listed = sorted(
        properties.get("GlobalSecondaryIndexes", []),
        key=lambda each: order.index(each["IndexName"]) if each["IndexName"] in order else len(order),
    )
    properties = {**properties, "GlobalSecondaryIndexes": listed}
    types = {each["AttributeName"]: each["AttributeType"] for each in properties["AttributeDefinitions"]}
    reading = Reading(None, properties, wanted)
    ttl = properties.get("TimeToLiveSpecification", {})
    ttl_on = ttl.get("Enabled") is True
    recovery = properties.get("PointInTimeRecoverySpecification", {})
    policy = properties.get("ResourcePolicy", {}).get("PolicyDocument", {})
    return DesiredTable(
        name=properties["TableName"],
        keys=_keys(properties, types),
        indexes=tuple(_index(each, types) for each in listed),
        local_indexes=tuple(_index(each, types) for each in properties.get("LocalSecondaryIndexes", [])),
        billing=properties.get("BillingMode", PROVISIONED),
        throughput=read_throughput(reading),
        scaling=tuple(
            _scaling(template["Resources"], properties["TableName"], ["", *(e["IndexName"] for e in listed)])
        ),
        on_demand_maximum=read_on_demand_maximum(reading),
        warm_throughput=read_warm_throughput(reading),
        table_class=properties.get("TableClass", "STANDARD"),
        deletion_protection=properties.get("DeletionProtectionEnabled", False) is True,
        recovery_days=recovery.get("RecoveryPeriodInDays", 35)
        if recovery.get("PointInTimeRecoveryEnabled") is True
        else 0,
        encryption=_encryption(properties.get("SSESpecification", {}), alias),
        ttl_attribute=ttl["AttributeName"] if ttl_on else "",
        stream=properties.get("StreamSpecification", {}).get("StreamViewType", ""),
        kinesis_stream=properties.get("KinesisStreamSpecification", {}).get("StreamArn", ""),
        insights=tuple(_insights(properties, listed, wanted)),
        resource_policy=canonical(policy),
        tags=tuple(sorted((tag["Key"], tag["Value"]) for tag in properties.get("Tags", []))),
        exceptions=tuple((template["Resources"]["Table"].get("Metadata", {}).get("Exceptions", {})).items()),
        alarms=wanted.alarms,
    )


def _keys(described: Template, types: Mapping[str, str]) -> Keys:
    def part(kind: str) -> tuple[KeyAttribute, ...]:
        named = [key["AttributeName"] for key in described["KeySchema"] if key["KeyType"] == kind]
        return tuple(KeyAttribute(name, types[name]) for name in named)

    return Keys(part("HASH"), part("RANGE"))


def _index(described: Template, types: Mapping[str, str]) -> Index:
    projection = described["Projection"]
    included = tuple(sorted(projection.get("NonKeyAttributes", ())))
    return Index(described["IndexName"], _keys(described, types), projection["ProjectionType"], included)


def _encryption(specification: Template, alias: str) -> str:
    if not specification.get("SSEEnabled"):
        return "aws-owned"
    key = specification.get("KMSMasterKeyId", "aws-managed")
    if key == {"Fn::ImportValue": names.key_export(alias)}:
        return alias
    return key if isinstance(key, str) else json.dumps(key)


def _insights(properties: Template, indexes: list[Template], wanted: DesiredTable) -> Iterator[tuple[str, str]]:
    """The mode of the table and of each index that is wanted. Without a mode it is that of all keys."""
    by_name = {"": properties, **{each["IndexName"]: each for each in indexes}}
    for target, _ in wanted.insights:
        stated = by_name.get(target, {}).get("ContributorInsightsSpecification", {})
        yield target, stated.get("Mode", INSIGHTS["all-keys"]) if stated.get("Enabled") is True else "off"


def _scaling(resources: Template, table: str, indexes: list[str]) -> Iterator[Scaling]:
    """The targets of auto scaling, each with the percentage of its policy (0: there is none)."""
    targets = {
        (each["Properties"]["ResourceId"], each["Properties"]["ScalableDimension"]): (name, each["Properties"])
        for name, each in resources.items()
        if each["Type"] == SCALABLE
    }
    percent = {
        each["Properties"]["ScalingTargetId"]["Ref"]: each["Properties"]["TargetTrackingScalingPolicyConfiguration"][
            "TargetValue"
        ]
        for each in resources.values()
        if each["Type"] == POLICY
    }
    for index in indexes:
        for kind in KINDS:
            name, found = targets.get((resource_id(table, index), dimension(index, kind)), ("", {}))
            if name:
                yield Scaling(index, kind, found["MinCapacity"], found["MaxCapacity"], round(percent.get(name, 0)))
