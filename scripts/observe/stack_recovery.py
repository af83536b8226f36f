"""Stacks that an earlier run, or someone else, has left half-way: waited for, continued, or taken away when empty."""

import secrets
from collections.abc import Callable

from scripts.observe import stacks
from scripts.observe.aws import Aws
from scripts.observe.stacks import FAILED_CREATION, STUCK, Stack, StackError
from scripts.observe.waiting import Waiting

ROUNDS = 12  # looks until AWS must have begun with what it was asked for: some 20 seconds
STUCK_STILL = (
    "Stack {name} cannot be rolled back: {reason}{hint} Or give up what could not be restored, which then stays as it "
    "is: aws cloudformation continue-update-rollback --stack-name {name} --resources-to-skip {resource}"
)
CAUSE = " Remove the cause, then run the same command again."


def at_rest(aws: Aws, name: str, waiting: Waiting, tell: Callable[[str], None]) -> Stack | None:
    """The stack, once CloudFormation does nothing with it any more. Raises Stopped, and the errors of `aws.FAILURES`."""

    def look() -> tuple[Stack | None] | None:
        stack = stacks.describe(aws, name)
        if stack and stack.busy:
            tell(stack.status.replace("_", " ").lower())
            return None
        return (stack,)

    return waiting.until(look, tell)[0]


def recovered(aws: Aws, name: str, waiting: Waiting, tell: Callable[[str], None]) -> Stack | None:
    """The stack in a state from which it can be changed, or None if there is none (any more).

    A rollback that got stuck is continued. A stack whose first creation failed is deleted, but only when nothing is in
    it. Raises StackError when that does not help, Stopped, and the errors of `aws.FAILURES`.
    """
    stack = at_rest(aws, name, waiting, tell)
    if stack and stack.status == STUCK:
        return _continue(aws, stack, waiting, tell)
    if stack and stack.status == FAILED_CREATION and stacks.is_empty(aws, name):
        return _remove(aws, stack, waiting, tell)
    return stack


def needs_recovery(aws: Aws, stack: Stack) -> bool:
    """Whether `recovered` would do something about the stack. Raises the errors of `aws.FAILURES`."""
    return stack.status == STUCK or (stack.status == FAILED_CREATION and stacks.is_empty(aws, stack.name))


def _continue(aws: Aws, stack: Stack, waiting: Waiting, tell: Callable[[str], None]) -> Stack | None:
    tell("continuing the rollback of an update that failed earlier")
    token = f"deploy-{secrets.token_hex(8)}"
    aws.client("cloudformation").continue_update_rollback(StackName=stack.name, ClientRequestToken=token)
    found = _after(aws, stack, waiting, tell)
    if found and found.status == STUCK:
        stuck = next((each for each in stacks.failures(aws, stack.name) if each.resource != stack.name), None)
        resource, reason = (stuck.resource, str(stuck)) if stuck else ("RESOURCE", "see its events.")
        raise StackError(
            STUCK_STILL.format(name=stack.name, reason=reason, hint=stacks.hint(reason) or CAUSE, resource=resource)
        )
    return found


def _remove(aws: Aws, stack: Stack, waiting: Waiting, tell: Callable[[str], None]) -> Stack | None:
    tell("removing the empty stack of a creation that failed earlier")
    aws.client("cloudformation").delete_stack(StackName=stack.id)
    found = _after(aws, stack, waiting, tell)
    if found:
        stacks.usable(found, {})  # says what to do about a deletion that failed
        raise StackError(
            f"The empty stack {stack.name} could not be deleted. Delete it, then deploy again: aws cloudformation delete-stack --stack-name {stack.name}"
        )
    return None


def _after(aws: Aws, before: Stack, waiting: Waiting, tell: Callable[[str], None]) -> Stack | None:
    """The stack after what AWS was just asked to do, which it may not have begun yet."""
    found: Stack | None = before
    for number, _ in enumerate(waiting.intervals()):
        found = at_rest(aws, before.name, waiting, tell)
        if found is None or found.status != before.status or number >= ROUNDS:
            break
    return found
