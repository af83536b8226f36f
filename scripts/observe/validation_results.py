"""The results of CloudFormation's pre-deployment validation of a change set, which only DescribeEvents tells.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scripts.observe.aws import Aws

NAME_CONFLICT = "NAME_CONFLICT_VALIDATION"
HOOK = "HOOK"
WARN = "WARN"


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """What AWS holds against one resource of a template. `path`: of the property below Properties, empty for none."""

    resource: str  # its logical id
    type: str
    check: str  # AWS's name of the validation, or HOOK
    path: tuple[str, ...]
    reason: str  # on one line, without the path
    warns: bool = False  # the change set is made all the same


def validation_results(aws: Aws, change_set: str) -> list[ValidationResult]:
    """What DescribeEvents tells about a change set (its ARN), what fails it before what only warns.

    Raises the errors of `aws.FAILURES`: the role may lack the permission, or the Region the operation.
    """
    events = _events(aws.client("cloudformation"), change_set)
    found = [result for event in events if (result := _result(event)) is not None]
    return sorted(found, key=lambda result: result.warns)


def _events(client: Any, change_set: str) -> Iterator[dict[str, Any]]:
    request = {"ChangeSetName": change_set}
    while True:
        page = client.describe_events(**request)
        yield from page["OperationEvents"]
        if not page.get("NextToken"):
            return
        request["NextToken"] = page["NextToken"]


def _result(event: dict[str, Any]) -> ValidationResult | None:
    kind = event.get("EventType")
    resource, type = event.get("LogicalResourceId", ""), event.get("ResourceType", "")
    if kind == "HOOK_INVOCATION_ERROR":
        reason = f"{event.get('HookType', 'a hook')}: {event.get('HookStatusReason', 'no reason given')}"
        return ValidationResult(resource, type, HOOK, (), _line(reason), event.get("HookFailureMode") == WARN)
    if kind != "VALIDATION_ERROR" or event.get("ValidationStatus") == "SKIPPED":
        return None
    path = event.get("ValidationPath", "").strip("/").split("/")
    reason = re.sub(r"^#[^\s:]*: ", "", event.get("ValidationStatusReason", "no reason given"))
    warns = event.get("ValidationFailureMode") == WARN
    return ValidationResult(resource, type, event.get("ValidationName", ""), tuple(path[3:]), _line(reason), warns)


def _line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
