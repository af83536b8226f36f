"""AWS::DynamoDB::Table as CloudFormation makes, changes and deletes it: through the API of DynamoDB, all of it."""

import json
import uuid
from contextvars import ContextVar
from typing import Any

from scripts.local_aws.strictness import sources, table_features, table_request
from scripts.local_aws.strictness.clock import TableClock
from scripts.local_aws.strictness.property_changes import (
    Properties,
    boolean,
    indexes_by_name,
    needs_replacement,
    refuse_bad_change,
)
from scripts.local_aws.strictness.registry import RequestRefused, refuse_bad_table, rule
from scripts.local_aws.strictness.service_model import refuse_by_model, typed
from scripts.local_aws.strictness.table_recovery.continuous_backups import recovery_days
from scripts.local_aws.strictness.table_snapshot import snapshot

TYPE = "AWS::DynamoDB::Table"
# Whether the update brings drift back. Nobody can ask for that in parts, so here it is made in parts.
REVERTING: ContextVar[bool] = ContextVar("REVERTING", default=False)
HANDLER_ERRORS = {
    "ResourceInUseException": "ResourceConflict",
    "ResourceNotFoundException": "NotFound",
    "LimitExceededException": "ServiceLimitExceeded",
    "AlreadyExists": "AlreadyExists",
}

rule(
    "table-properties",
    "Every property of AWS::DynamoDB::Table is applied on create and on update, and removed when it is removed; the "
    "direct API sees and changes the same state.",
    sources.TABLE_RESOURCE,
)
rule(
    "failed-index-stays",
    "When an update that created an index rolls back, the index stays, and creating it again fails.",
    sources.TABLE_RESOURCE,
)
rule(
    "name-exists-on-create",
    "Creating a table, alarm, dashboard, backup vault or role of a name that exists fails; what exists stays as it is.",
    sources.EARLY_VALIDATION,
)
rule(
    "table-rename",
    "A new TableName is a replacement: the change set says Replacement True, a new table is made, and the old one is "
    "deleted unless UpdateReplacePolicy retains it.",
    sources.TABLE_RESOURCE,
)


def already_exists(type_name: str, name: str) -> str:
    """AWS's sentence for a name that is taken."""
    return f"Resource of type '{type_name}' with identifier '{name}' already exists."


def handler_error(message: str, code: str) -> ValueError:
    """The error of a resource handler, in the words of a stack event."""
    handler_code = HANDLER_ERRORS.get(code, "InvalidRequest")
    return ValueError(
        f'Resource handler returned message: "{message}" '
        f"(RequestToken: {uuid.uuid4()}, HandlerErrorCode: {handler_code})"
    )


OPERATIONS = {
    "CreateTable": "_create_table",
    "UpdateTable": "_update_table",
    "DeleteTable": "_delete_table",
    "UpdateContinuousBackups": "_update_continuous_backups",
    "UpdateTimeToLive": "_update_ttl",
    "UpdateContributorInsights": "_update_contributor_insights",
    "EnableKinesisStreamingDestination": "_enable_kinesis_streaming_destination",
    "DisableKinesisStreamingDestination": "_disable_kinesis_streaming_destination",
    "PutResourcePolicy": "_put_resource_policy",
    "DeleteResourcePolicy": "_delete_resource_policy",
}


def _call(operation: str, request: Properties) -> None:
    """Call an operation of DynamoDB. Raises Refused with its error."""
    import ministack.services.dynamodb as dynamodb

    refuse_by_model("dynamodb", operation, request)
    status, _, body = getattr(dynamodb, OPERATIONS[operation])(request)
    if status >= 400:
        error = json.loads(body)
        raise RequestRefused(error.get("message") or error.get("Message") or "", error["__type"].rsplit("#", 1)[-1])


def _refuse_bad_properties(name: str, properties: Properties) -> None:
    request = table_request.create_request(name, properties)
    refuse_by_model("dynamodb", "CreateTable", request)
    refuse_bad_table(request)
    recovery_days(_recovery(properties))
    refuse_by_model("dynamodb", "UpdateContinuousBackups", _recovery_request(name, properties))
    if boolean((properties.get("TimeToLiveSpecification") or {}).get("Enabled")):
        refuse_by_model("dynamodb", "UpdateTimeToLive", _ttl_request(name, properties))


def _recovery(properties: Properties) -> Properties:
    specification = properties.get("PointInTimeRecoverySpecification") or {}
    return specification | {"PointInTimeRecoveryEnabled": boolean(specification.get("PointInTimeRecoveryEnabled"))}


def _recovery_request(name: str, properties: Properties) -> Properties:
    request = {"TableName": name, "PointInTimeRecoverySpecification": _recovery(properties)}
    return typed("dynamodb", "UpdateContinuousBackups", request)


def _ttl_request(name: str, properties: Properties) -> Properties:
    ttl = properties.get("TimeToLiveSpecification") or {}
    specification = {"Enabled": boolean(ttl.get("Enabled")), "AttributeName": ttl.get("AttributeName")}
    return {"TableName": name, "TimeToLiveSpecification": specification}


def _apply_settings(name: str, old: Properties, new: Properties) -> None:
    """Set what has an API of its own: recovery, TTL, Contributor Insights, Kinesis, resource policies."""
    import ministack.services.dynamodb as dynamodb

    if recovery_days(_recovery(old)) != recovery_days(_recovery(new)):
        _call("UpdateContinuousBackups", _recovery_request(name, new))
    ttl = new.get("TimeToLiveSpecification") or {}
    live = dynamodb._ttl_settings.get(name, {}).get("TimeToLiveStatus") == "ENABLED"
    changed = old.get("TimeToLiveSpecification") != new.get("TimeToLiveSpecification")
    if ttl and changed and boolean(ttl.get("Enabled")) != live:
        _call("UpdateTimeToLive", _ttl_request(name, new))
    for request in table_features.insight_requests(name, old, new):
        _call("UpdateContributorInsights", request)
    streams = dynamodb._kinesis_destinations.get(name) or []
    active = [stream["StreamArn"] for stream in streams if stream["DestinationStatus"] == "ACTIVE"]
    for action, request in table_features.kinesis_requests(name, active, old, new):
        _call(f"{action}KinesisStreamingDestination", request)
    table = dynamodb._tables[name]
    for arn, before, after in table_features.policies(table, old, new):
        if after is not None and before != after:
            _call("PutResourcePolicy", {"ResourceArn": arn, "Policy": json.dumps(after)})
        elif before is not None and after is None:
            _call("DeleteResourcePolicy", {"ResourceArn": arn})


def create(logical_id: str, properties: Properties, stack_name: str) -> tuple[str, dict[str, Any]]:
    """Create the table and everything that its properties say. The table is ACTIVE when this returns."""
    import ministack.services.cloudformation.provisioners as provisioners
    import ministack.services.dynamodb as dynamodb

    name = properties.get("TableName") or provisioners._physical_name(stack_name, logical_id, max_len=255)
    try:
        if name in dynamodb._tables:
            raise RequestRefused(already_exists(TYPE, name), "AlreadyExists")
        _refuse_bad_properties(name, properties)
        _call("CreateTable", table_request.create_request(name, properties))
        try:
            TableClock.of(dynamodb._tables[name]).settle()
            _apply_settings(name, {}, properties)
        except RequestRefused:
            dynamodb._tables.pop(name)
            raise
    except RequestRefused as refusal:
        raise handler_error(str(refusal), refusal.code) from None
    return name, provisioners._ddb_attrs(dynamodb._tables[name])


def update(
    physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
) -> tuple[str, dict[str, Any]]:
    """Update the table in place, or replace a table without a name. Does not wait for indexes, as AWS does not."""
    import ministack.services.cloudformation.provisioners as provisioners
    import ministack.services.dynamodb as dynamodb
    from ministack.services.cloudformation import _stacks

    table = dynamodb._tables.get(physical_id)
    try:
        if table is None:
            raise RequestRefused(f"Table: {physical_id} not found", "ResourceNotFoundException")
        if needs_replacement(old, new):
            created = provisioners._seeded_create(create, logical_id or physical_id, new, stack_name)
            provisioners._delete_predecessor(delete, physical_id, old)
            return created
        if "ROLLBACK" in _stacks.get(stack_name, {}).get("StackStatus", ""):
            old = _without_running_builds(old, new, table)
        refuse_bad_change(old, new)
        _refuse_bad_properties(physical_id, new)
        restore = snapshot(physical_id)
        try:
            if request := table_request.update_request(physical_id, old, new, table):
                for each in table_request.one_by_one(request) if REVERTING.get() else [request]:
                    _call("UpdateTable", each)
            _apply_settings(physical_id, old, new)
        except RequestRefused:
            restore()
            raise
    except RequestRefused as refusal:
        raise handler_error(str(refusal), refusal.code) from None
    tags = {"Tags": table_request.tags(old)}, {"Tags": table_request.tags(new)}
    provisioners._reconcile_tag_list(dynamodb._tags.setdefault(table["TableArn"], []), *tags)
    return physical_id, provisioners._ddb_attrs(table)


def _without_running_builds(old: Properties, new: Properties, table: dict[str, Any]) -> Properties:
    """In a rollback an index that is still building stays, and a deletion that runs is waited for."""
    clock, kept = TableClock.of(table), indexes_by_name(new)
    building = {name for name in indexes_by_name(old).keys() - kept.keys() if clock.status(name) == "CREATING"}
    if not building:
        clock.settle()
    indexes = [index for index in old.get("GlobalSecondaryIndexes") or [] if index["IndexName"] not in building]
    return {**old, "GlobalSecondaryIndexes": indexes}


def delete(physical_id: str, _properties: Properties) -> None:
    """Delete the table. One that is gone already is deleted; one that is protected is not."""
    import ministack.services.dynamodb as dynamodb

    if physical_id not in dynamodb._tables:
        return
    try:
        _call("DeleteTable", {"TableName": physical_id})
    except RequestRefused as refusal:
        raise handler_error(str(refusal), refusal.code) from None


def install() -> None:
    """Put this handler in the place of the emulator's."""
    import ministack.services.cloudformation.provisioners as provisioners

    provisioners._RESOURCE_HANDLERS[TYPE] |= {"create": create, "update": update, "delete": delete}
    provisioners._CUSTOM_NAME_REPLACEMENT[TYPE] |= {"requires_replacement": needs_replacement}
