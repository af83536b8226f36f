"""Decides what a stack policy allows. Pure functions on the parsed policy."""

import fnmatch
import json
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import rule

MODIFY, REPLACE, DELETE = "Update:Modify", "Update:Replace", "Update:Delete"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _matches(patterns: Any, value: str) -> bool:
    return any(fnmatch.fnmatchcase(value, str(pattern)) for pattern in _list(patterns))


def _applies(statement: dict[str, Any], action: str, logical_id: str, resource_type: str) -> bool:
    target = f"LogicalResourceId/{logical_id}"
    if not _matches(statement.get("Action", []), action):
        return False
    if "NotResource" in statement:
        if _matches(statement["NotResource"], target):
            return False
    elif not _matches(statement.get("Resource", []), target):
        return False
    for keys in (statement.get("Condition") or {}).values():
        if not _matches(keys.get("ResourceType", "*"), resource_type):
            return False
    return True


@rule(
    "stack-policy",
    "A stack policy is stored, returned and enforced: an update that it denies fails and rolls back, nothing changed.",
    sources.STACK_POLICY,
)
def denial(policy: str, action: str, logical_id: str, resource_type: str) -> str | None:
    """AWS's reason why `policy` (JSON, empty for none) does not let a stack update do `action`, or None.

    A stack without a policy allows everything; with one, what no statement allows is denied, and a Deny wins.
    """
    if not policy:
        return None
    allowed = False
    for number, statement in enumerate(_list(json.loads(policy).get("Statement", [])), start=1):
        if not _applies(statement, action, logical_id, resource_type):
            continue
        if statement.get("Effect") == "Deny":
            return (
                f"Action denied by stack policy: Statement [#{number}] does not allow [{action}] "
                f"for resource [LogicalResourceId/{logical_id}]"
            )
        allowed = True
    if allowed:
        return None
    return (
        f"Action not allowed by stack policy: no statement allows [{action}] "
        f"for resource [LogicalResourceId/{logical_id}]"
    )
