"""Change sets: what stands against making, finding and executing one."""

from typing import Any

from scripts.local_aws.strictness import early_validation, operation_events, sources
from scripts.local_aws.strictness.registry import rule, upheld

UPDATABLE = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
    "CREATE_FAILED",
    "UPDATE_FAILED",
)
NEEDS_STACK = "StackName must be specified if ChangeSetName is not specified as an ARN."

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


@rule(
    "change-set-lookup",
    "A change set is asked for by its ARN, or by its name with that of its stack; a stack that does not exist is a "
    "ValidationError, a change set that does not exist is ChangeSetNotFound.",
    sources.RECORDED_CHANGE_SETS,
)
def lookup_problem(name: str, stack_name: str, stack: dict[str, Any] | None) -> str | None:
    """AWS's ValidationError for a change set that is asked for like this, or None. `stack`: the one of that name."""
    if name.startswith("arn:"):
        return None
    if not stack_name:
        return NEEDS_STACK
    if stack is None or stack["StackStatus"] == "DELETE_COMPLETE":
        return f"Stack [{stack_name}] does not exist"
    return None


@rule(
    "change-set-status",
    "A change set that has failed, or has gone stale, is not executed: InvalidChangeSetStatus names its ARN and status.",
    sources.RECORDED_CHANGE_SETS,
)
def status_problem(change_set: dict[str, Any]) -> str | None:
    """AWS's InvalidChangeSetStatus for executing a change set, or None."""
    if change_set["ExecutionStatus"] == "AVAILABLE":
        return None
    kind, status = ("status", change_set["Status"])
    if status == "CREATE_COMPLETE":
        kind, status = ("execution status", change_set["ExecutionStatus"])
    return f"ChangeSet [{change_set['ChangeSetId']}] cannot be executed in its current {kind} of [{status}]"


def _validate(change_set: dict[str, Any], stack: dict[str, Any]) -> None:
    """Run pre-deployment validation on a change set that has been made: it fails, or it gets its warnings."""
    params = change_set["_resolved_params"]
    template = early_validation.ResolvedTemplate.of(change_set["_template"], params)
    imported = set(change_set["_import_existing"])
    imported |= {entry["LogicalResourceId"] for entry in change_set["_resources_to_import"]}
    found = early_validation.property_findings(template)
    found += early_validation.name_findings(template, params, stack, imported)
    if found:
        reason = operation_events.status_reason(found)
        change_set |= {"Status": "FAILED", "ExecutionStatus": "UNAVAILABLE", "StatusReason": reason}
    found += early_validation.quota_findings(change_set["Changes"])
    change_set["_events"] = operation_events.events(stack["StackId"], found)
    # A question about the stack, or about the operation alone, finds them too.
    stack["_operation_events"] = [*(stack.get("_operation_events") or []), *change_set["_events"]]


def install() -> None:
    """Put these rules in front of the emulator's own functions."""
    from ministack.services.cloudformation import _change_sets, _stacks, changesets, handlers

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
            shell = _stacks[stack["StackName"]]
            shell.setdefault("_operation_events", stack.get("_operation_events"))
            for other in _change_sets.values():
                if other["StackId"] == stack["StackId"]:
                    other["StackId"] = shell["StackId"]
        for key in set(_change_sets) - before:
            change_set = _change_sets[key]
            if change_set["Status"] == "CREATE_COMPLETE" and not change_set["_disable_validation"]:
                _validate(change_set, _stacks[change_set["StackName"]])
            # AWS validates when the change set is made, not when it is executed.
            change_set["_disable_validation"] = True
        return answer

    def create_stack(params: Any, _original: Any = actions["CreateStack"]) -> Any:
        stack = _stacks.get(value(params, "StackName"))
        status = stack["StackStatus"] if stack else "DELETE_COMPLETE"
        if status not in ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS"):
            return handlers._error("AlreadyExistsException", f"Stack [{stack['StackName']}] already exists")
        # The shell of a change set that was not executed becomes the stack, and the change set goes stale.
        shell = _stacks.pop(stack["StackName"]) if status == "REVIEW_IN_PROGRESS" else None
        answer = _original(params)
        if shell and shell["StackName"] not in _stacks:
            _stacks[shell["StackName"]] = shell
        elif shell:
            for change_set in _change_sets.values():
                if change_set["StackId"] == shell["StackId"]:
                    change_set |= {"StackId": _stacks[shell["StackName"]]["StackId"], "ExecutionStatus": "OBSOLETE"}
        return answer

    def found(params: Any, original: Any) -> Any:
        stack_name = value(params, "StackName")
        stack = handlers._resolve_stack(stack_name) if stack_name else None
        name = value(params, "ChangeSetName")
        if problem := lookup_problem(name, stack_name, stack):
            return handlers._error("ValidationError", problem)
        # The emulator knows stacks by name only.
        return original({**params, "StackName": [stack["StackName"]]} if stack else params)

    def describe_change_set(params: Any, _original: Any = actions["DescribeChangeSet"]) -> Any:
        return found(params, _original)

    def delete_change_set(params: Any, _original: Any = actions["DeleteChangeSet"]) -> Any:
        return found(params, _original)

    def execute_change_set(params: Any, _original: Any = actions["ExecuteChangeSet"]) -> Any:
        return found(params, lambda given: _executed(given, _original))

    def _executed(params: Any, original: Any) -> Any:
        _, change_set = changesets._find_change_set(value(params, "ChangeSetName"), value(params, "StackName"))
        if change_set and (problem := status_problem(change_set)):
            return handlers._error("InvalidChangeSetStatus", problem)
        return original(params)

    def list_change_sets(params: Any, _original: Any = actions["ListChangeSets"]) -> Any:
        stack = handlers._resolve_stack(value(params, "StackName"))
        if stack is None:
            return handlers._error("ValidationError", f"Stack [{value(params, 'StackName')}] does not exist")
        return _original({**params, "StackName": [stack["StackName"]]})

    actions["CreateChangeSet"] = create_change_set
    actions["CreateStack"] = create_stack
    actions["DeleteChangeSet"] = delete_change_set
    actions["DescribeChangeSet"] = describe_change_set
    actions["ExecuteChangeSet"] = execute_change_set
    actions["ListChangeSets"] = list_change_sets
