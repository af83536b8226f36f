"""What AWS checks when a change set or a stack is created, before anything is deployed."""

import copy
from typing import Any

from scripts.local_aws.rules import provider_schema, sources
from scripts.local_aws.rules.registry import rule, upheld
from scripts.local_aws.rules.table_resource import already_exists

UPDATABLE = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
    "CREATE_FAILED",
    "UPDATE_FAILED",
)
HOOKS = {"PROPERTY_VALIDATION": "PropertyValidation", "NAME_CONFLICT_VALIDATION": "ResourceExistenceCheck"}
FAILED = (
    "The following hook(s)/validation failed: [{hooks}]. To troubleshoot Early Validation errors, use the "
    "DescribeEvents API for detailed failure information."
)
NAMES = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::CompositeAlarm": "AlarmName",
}

Finding = tuple[str, str, str, str, str]  # logical id, resource type, validation name, path, reason

upheld("unknown-resource-types", "A template with an unknown resource type is refused.", sources.EARLY_VALIDATION)
upheld("template-size", "A template of more than 51,200 bytes is refused in the request.", sources.LIMITS)
upheld("no-changes", "A change set without changes ends FAILED with AWS's sentence.", sources.CHANGE_SETS)
upheld(
    "change-set-obsolete",
    "A direct update of a stack makes its change sets OBSOLETE: executing one is refused with InvalidChangeSetStatus. "
    "Executing a change set deletes the others of its stack.",
    sources.CHANGE_SETS,
)
upheld("event-reasons", "A failed resource has a stack event with ResourceStatusReason.", sources.TROUBLESHOOTING)


def _static(template: dict[str, Any], params: Any, stack: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Properties of the resources to deploy by logical id, resolved as far as they are known before deployment.

    `template` has Resources, Mappings and, under Conditions, the truth of each condition.
    """
    import ministack.services.cloudformation.engine as engine

    resources, conditions, mappings = (template[key] for key in ("Resources", "Conditions", "Mappings"))
    where = (stack["StackName"], stack["StackId"])
    resolved = {}
    for logical_id, resource in resources.items():
        if resource.get("Condition") and not conditions.get(resource["Condition"], True):
            continue
        properties = {}
        for name, raw in (resource.get("Properties") or {}).items():
            if any(reference in resources for reference, _ in engine._intrinsic_references(raw)):
                properties[name] = raw
                continue
            value = engine._resolve_refs(copy.deepcopy(raw), {}, params, conditions, mappings, *where)
            if value is not engine._NO_VALUE:
                properties[name] = value
        resolved[logical_id] = properties
    return resolved


@rule(
    "unknown-properties",
    "Properties that the provider schema does not have or allow are refused when the change set or stack is created.",
    sources.EARLY_VALIDATION,
)
def _property_findings(types: dict[str, str], properties: dict[str, dict[str, Any]]) -> list[Finding]:
    return [
        (logical_id, types[logical_id], "PROPERTY_VALIDATION", _path(logical_id, path), f"#/{path}: {reason}")
        for logical_id, given in properties.items()
        for path, reason in provider_schema.problems(types[logical_id], given)
    ]


def _path(logical_id: str, path: str) -> str:
    return f"/Resources/{logical_id}/Properties" + (f"/{path}" if path else "")


@rule(
    "name-conflict",
    "A table or alarm of that name exists outside the stack: the change set ends FAILED. (AWS names the resource only "
    "in DescribeEvents; here StatusReason does so too.)",
    sources.EARLY_VALIDATION,
)
def _name_findings(
    types: dict[str, str], properties: dict[str, dict[str, Any]], owned: dict[str, Any], imported: Any
) -> list[Finding]:
    import ministack.services.cloudwatch as cloudwatch
    import ministack.services.dynamodb as dynamodb

    existing = {"TableName": (dynamodb._tables,), "AlarmName": (cloudwatch._alarms, cloudwatch._composite_alarms)}
    found = []
    for logical_id, given in properties.items():
        key = NAMES.get(types[logical_id], "")
        name = given.get(key)
        mine = owned.get(logical_id, {}).get("PhysicalResourceId") == name
        if not isinstance(name, str) or mine or logical_id in imported:
            continue
        if any(name in names for names in existing[key]):
            reason = already_exists(types[logical_id], name)
            where = f"/Resources/{logical_id}"
            found.append((logical_id, types[logical_id], "NAME_CONFLICT_VALIDATION", where, reason))
    return found


def findings(template: dict[str, Any], params: Any, stack: dict[str, Any], imported: Any = ()) -> list[Finding]:
    """Everything that pre-deployment validation finds in a template (see `_static`) for a stack."""
    types = {key: resource.get("Type", "") for key, resource in template["Resources"].items()}
    properties = _static(template, params, stack)
    names = _name_findings(types, properties, stack.get("_resources", {}), imported)
    return _property_findings(types, properties) + names


@rule(
    "failed-create-stays",
    "A stack whose first create failed stays ROLLBACK_COMPLETE: it can only be deleted, not updated or created again.",
    sources.TROUBLESHOOTING,
)
def _state_problem(stack: dict[str, Any] | None, kind: str, change_set: str) -> tuple[str, str] | None:
    """(error code, message) when a change set of this kind cannot be made for a stack in its state, or None."""
    if not stack or stack["StackStatus"] == "DELETE_COMPLETE":
        return None
    name, status = stack["StackName"], stack["StackStatus"]
    if kind == "CREATE":
        message = f"Stack [{name}] already exists and cannot be created again with the changeSet [{change_set}]."
        return None if status == "REVIEW_IN_PROGRESS" else ("ValidationError", message)
    if status in UPDATABLE or (kind == "IMPORT" and status == "REVIEW_IN_PROGRESS"):
        return None
    return "ValidationError", f"Stack:{stack['StackId']} is in {status} state and can not be updated."


def _fail(change_set: dict[str, Any], stack: dict[str, Any], found: list[Finding]) -> None:
    import ministack.services.cloudformation.stacks as stacks

    hooks = ", ".join(sorted({f"AWS::EarlyValidation::{HOOKS[name]}" for _, _, name, _, _ in found}))
    details = "; ".join(f"{logical_id}: {reason}" for logical_id, _, _, _, reason in found)
    change_set |= {
        "Status": "FAILED",
        "ExecutionStatus": "UNAVAILABLE",
        "StatusReason": f"{FAILED.format(hooks=hooks)} {details}",
    }
    operation = stacks.new_uuid()
    stack["_operation_events"] = [
        stacks._operation_event(
            stack["StackId"],
            operation,
            "VALIDATION_ERROR",
            "CREATE_CHANGESET",
            LogicalResourceId=logical_id,
            ResourceType=resource_type,
            ValidationFailureMode="FAIL",
            ValidationName=name,
            ValidationStatus="FAILED",
            ValidationStatusReason=reason,
            ValidationPath=path,
        )
        for logical_id, resource_type, name, path, reason in found
    ]


def install() -> None:
    """Put these rules in front of the emulator's own functions."""
    from ministack.services.cloudformation import _change_sets, _stacks, changesets, handlers, stacks

    actions = handlers._ACTION_HANDLERS
    value = handlers._p

    def create_change_set(params: Any, _original: Any = actions["CreateChangeSet"]) -> Any:
        stack = handlers._resolve_stack(value(params, "StackName"))
        name = value(params, "ChangeSetName")
        if problem := _state_problem(stack, value(params, "ChangeSetType", "UPDATE"), name):
            return handlers._error(*problem)
        before = set(_change_sets)
        answer = _original(params)
        if stack and stack["StackStatus"] == "REVIEW_IN_PROGRESS":
            # AWS puts it beside the others of the same shell; the emulator makes a new shell of the same name.
            for other in _change_sets.values():
                if other["StackId"] == stack["StackId"]:
                    other["StackId"] = _stacks[stack["StackName"]]["StackId"]
        for key in set(_change_sets) - before:
            change_set = _change_sets[key]
            if change_set["Status"] == "CREATE_COMPLETE" and not change_set["_disable_validation"]:
                _validate(change_set)
            # AWS validates when the change set is made, not when it is executed.
            change_set["_disable_validation"] = True
        return answer

    def _validate(change_set: dict[str, Any]) -> None:
        stack = _stacks[change_set["StackName"]]
        imported = set(change_set["_import_existing"])
        imported |= {entry["LogicalResourceId"] for entry in change_set["_resources_to_import"]}
        params, given = change_set["_resolved_params"], change_set["_template"]
        template = {
            "Resources": given.get("Resources") or {},
            "Mappings": given.get("Mappings") or {},
            "Conditions": changesets._evaluate_conditions(given, params),
        }
        if found := findings(template, params, stack, imported):
            _fail(change_set, stack, found)

    def create_stack(params: Any, _original: Any = actions["CreateStack"]) -> Any:
        stack = _stacks.get(value(params, "StackName"))
        if stack and stack["StackStatus"] != "DELETE_COMPLETE":
            return handlers._error("AlreadyExistsException", f"Stack [{stack['StackName']}] already exists")
        return _original(params)

    def describe_events(params: Any, _original: Any = actions["DescribeEvents"]) -> Any:
        _, change_set = changesets._find_change_set(value(params, "ChangeSetName"), value(params, "StackName"))
        if change_set:
            params = {**params, "StackName": [change_set["StackId"]]}
        return _original(params)

    def validation_errors(
        resources: Any, ordered: Any, params: Any, conditions: Any, mappings: Any, name: str, stack_id: str,
        owned_buckets: Any = frozenset(), _original: Any = stacks._validation_errors,
    ) -> list[Finding]:  # fmt: skip
        found = _original(resources, ordered, params, conditions, mappings, name, stack_id, owned_buckets)
        template = {"Resources": resources, "Mappings": mappings, "Conditions": conditions}
        return found + findings(template, params, _stacks[name])

    actions["CreateChangeSet"] = create_change_set
    actions["CreateStack"] = create_stack
    actions["DescribeEvents"] = describe_events
    stacks._validation_errors = validation_errors
