"""Which stack a resource belongs to."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import rule

EITHER = "Exactly one of StackName or PhysicalResourceId must be specified."


@rule(
    "stack-of-a-resource",
    "DescribeStackResources finds the stack of a resource by its physical id and answers all resources of that stack; "
    "a resource of no stack is refused. AWS's wording for both or neither is not known.",
    sources.STACK_RESOURCES,
)
def owner(physical_id: str, stacks: Any) -> str | None:
    """The name of the stack that a resource of this physical id is in, None if it is in none."""
    for stack in stacks:
        if stack["StackStatus"] == "DELETE_COMPLETE":
            continue
        for resource in (stack.get("_resources") or {}).values():
            if resource.get("PhysicalResourceId") == physical_id:
                return stack["StackName"]
    return None


def install() -> None:
    """Let the emulator be asked by physical id."""
    from ministack.services.cloudformation import _stacks, handlers

    original = handlers._ACTION_HANDLERS["DescribeStackResources"]

    def describe(params: Any) -> Any:
        physical_id = handlers._p(params, "PhysicalResourceId")
        if bool(physical_id) == bool(handlers._p(params, "StackName")):
            return handlers._error("ValidationError", EITHER)
        if not physical_id:
            return original(params)
        name = owner(physical_id, _stacks.values())
        if name is None:
            return handlers._error("ValidationError", f"Stack for {physical_id} does not exist")
        return original({**params, "StackName": [name]})

    handlers._ACTION_HANDLERS["DescribeStackResources"] = describe
