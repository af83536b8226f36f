"""The results of validation, as DescribeEvents tells them: by change set, by stack or by operation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import rule

HOOKS = {"PROPERTY_VALIDATION": "PropertyValidation", "NAME_CONFLICT_VALIDATION": "ResourceExistenceCheck"}
FAILED = (
    "The following hook(s)/validation failed: [{hooks}]. To troubleshoot Early Validation errors, use the "
    "DescribeEvents API for detailed failure information."
)
MISSING = "One of ChangeSetName, OperationId or StackName must be specified"


@dataclass(frozen=True, slots=True)
class ValidationEvent:
    """One result of the validation. `mode`: FAIL, or WARN when the change set is made all the same."""

    logical_id: str
    resource_type: str
    name: str
    path: str
    reason: str
    mode: str = "FAIL"


def status_reason(found: list[ValidationEvent]) -> str:
    """CloudFormation's one sentence for a change set that has failed validation."""
    return FAILED.format(hooks=", ".join(sorted({f"AWS::EarlyValidation::{HOOKS[finding.name]}" for finding in found})))


def events(stack_id: str, found: list[ValidationEvent]) -> list[dict[str, Any]]:
    """The events of the operation that made a change set: that it failed, then each finding."""
    import ministack.services.cloudformation.stacks as stacks

    if not found:
        return []
    operation, failed = stacks.new_uuid(), any(finding.mode == "FAIL" for finding in found)
    event: Callable[..., dict[str, Any]] = stacks._operation_event
    whole = event(stack_id, operation, "STACK_EVENT", "CREATE_CHANGESET")
    whole["OperationStatus"] = "FAILED" if failed else "SUCCEEDED"
    each = [
        event(
            stack_id,
            operation,
            "VALIDATION_ERROR",
            "CREATE_CHANGESET",
            LogicalResourceId=finding.logical_id,
            ResourceType=finding.resource_type,
            ValidationFailureMode=finding.mode,
            ValidationName=finding.name,
            ValidationStatus="FAILED",
            ValidationStatusReason=finding.reason,
            ValidationPath=finding.path,
        )
        for finding in found
    ]
    for one in each:
        del one["OperationStatus"]  # told of the operation, not of a finding
    return [whole, *each]


@rule(
    "describe-events",
    "DescribeEvents tells the results of validation by the ARN of a change set, or by its name with that of its stack; "
    "a name alone is refused.",
    sources.DESCRIBE_EVENTS,
)
def install() -> None:
    """Answer for change sets too; the emulator answers for stacks."""
    from ministack.services.cloudformation import changesets, handlers

    original, value = handlers._ACTION_HANDLERS["DescribeEvents"], handlers._p

    def describe_events(params: Any) -> Any:
        name, stack_name = value(params, "ChangeSetName"), value(params, "StackName")
        if not name and not stack_name and not value(params, "OperationId"):
            return handlers._error("ValidationError", MISSING)
        if not name:
            return original(params)
        if not name.startswith("arn:") and not stack_name:
            return handlers._error("ValidationError", MISSING)
        stack = handlers._resolve_stack(stack_name) if stack_name else None
        _, change_set = changesets._find_change_set(name, stack["StackName"] if stack else stack_name)
        if change_set is None:
            return handlers._error("ChangeSetNotFound", f"ChangeSet [{name}] does not exist", 404)
        told = change_set.get("_events", [])
        if value(params, "Filters.FailedEvents").lower() == "true":
            told = [event for event in told if event.get("OperationStatus", "FAILED") == "FAILED"]
        page, token, error = handlers._page(told, params, "DescribeEvents")
        return error or handlers._xml(200, "DescribeEventsResponse", _result(page, token))

    def _result(page: list[dict[str, Any]], token: str) -> str:
        members = "".join(f"<member>{_fields(event)}</member>" for event in page)
        return f"<DescribeEventsResult><OperationEvents>{members}</OperationEvents>{token}</DescribeEventsResult>"

    def _fields(event: dict[str, Any]) -> str:
        named = ((name, event[name]) for name in handlers._OPERATION_EVENT_FIELDS if event.get(name))
        return "".join(f"<{name}>{handlers._esc(str(text))}</{name}>" for name, text in named)

    handlers._ACTION_HANDLERS["DescribeEvents"] = describe_events
