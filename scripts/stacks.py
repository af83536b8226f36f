"""CloudFormation stacks: change sets that are judged before they are executed, progress, and the first cause of a failure."""

import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from scripts.aws import Aws
from scripts.capacity.limits import LIMITS

# What a change set may remove: things without data. A table, a topic or a vault never leaves through a deployment.
REMOVABLE = {
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::Backup::BackupPlan",
    "AWS::Backup::BackupSelection",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::IAM::Role",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
}
REPLACEABLE = REMOVABLE  # an alarm is replaced when its name changes
TEMPLATE_MAX = LIMITS["template_bytes"].value
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
UNUSABLE = {
    "ROLLBACK_COMPLETE": "Its first creation failed. Delete the empty stack (tables in it are retained): aws cloudformation delete-stack --stack-name {name}, then deploy again.",
    "ROLLBACK_FAILED": "Its first creation and the clean-up failed. Look at its events, delete the stack (tables in it are retained): aws cloudformation delete-stack --stack-name {name}, then deploy again.",
    "CREATE_FAILED": "Its first creation failed. Delete the stack (tables in it are retained): aws cloudformation delete-stack --stack-name {name}, then deploy again.",
    "DELETE_FAILED": "Its deletion failed. Look at its events; then deploy again.",
    "UPDATE_ROLLBACK_FAILED": "An update and its rollback failed. Remove the cause, then: aws cloudformation continue-update-rollback --stack-name {name}, then deploy again.",
    "UPDATE_FAILED": "An update failed and was not rolled back: aws cloudformation rollback-stack --stack-name {name}, then deploy again.",
    "IMPORT_ROLLBACK_FAILED": "An import and its rollback failed: aws cloudformation continue-update-rollback --stack-name {name}, then deploy again.",
}
# What usually stands behind a failure, by a part of CloudFormation's reason.
HINTS = {
    "already exists": "A resource of that name exists outside this stack. Nothing was changed in it. Rename, or remove the other one.",
    "more than one GSI": "Someone changed the stack's indexes in between. Run the same command again.",
    "AccessDenied": "The role lacks a permission. docs/aws-permissions.md lists what a deployment needs.",
    "not authorized": "The role lacks a permission. docs/aws-permissions.md lists what a deployment needs.",
    "LimitExceeded": "A quota is reached, or too many tables are changed at once. Run the same command again later.",
    "Throttl": "AWS asks for patience. Run the same command again: it continues where it stopped.",
    "ResourceInUse": "The table is being changed by someone else. Run the same command again.",
    "KMS": "Check that the key exists in this Region, is enabled, and that its policy lets this role use it.",
}


class StackError(Exception):
    """A stack that could not be brought to where it should be: one or a few sentences that end in what to do."""


@dataclass(frozen=True, slots=True)
class Stack:
    """What DescribeStacks tells about a stack."""

    name: str
    id: str
    status: str
    tags: dict[str, str]
    outputs: dict[str, str]
    protected: bool

    @property
    def exists(self) -> bool:
        """Whether it holds resources: a stack in review is only the shell of a change set."""
        return self.status != "REVIEW_IN_PROGRESS"


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One line of a change set, as CloudFormation sees it."""

    action: str
    logical_id: str
    type: str
    replacement: str
    policy_action: str


def describe(aws: Aws, name: str) -> Stack | None:
    """The stack of that name; None if there is none. Raises the errors of `aws.FAILURES`."""
    try:
        stack = aws.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return Stack(
        name=stack["StackName"],
        id=stack["StackId"],
        status=stack["StackStatus"],
        tags={tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])},
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
        protected=stack.get("EnableTerminationProtection", False),
    )


def template(aws: Aws, name: str) -> dict[str, Any]:
    """The template of an existing stack, as it was submitted. Raises the errors of `aws.FAILURES`."""
    body = aws.client("cloudformation").get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
    return body if isinstance(body, dict) else {}  # text: YAML that someone else has submitted


def usable(stack: Stack | None, tags: dict[str, str]) -> None:
    """Raises StackError if a stack can take no change set, or is not ours: its tags say whom it belongs to."""
    if stack is None:
        return
    if stack.exists and any(stack.tags.get(key) != value for key, value in tags.items()):
        owner = ", ".join(f"{key} {stack.tags.get(key, 'missing')}" for key in tags)
        wanted = ", ".join(f"{key} {value}" for key, value in tags.items())
        raise StackError(
            f"Stack {stack.name} belongs to something else (tags: {owner}; ours: {wanted}). Rename the service."
        )
    if stack.status in UNUSABLE:
        raise StackError(f"Stack {stack.name} is in {stack.status}. {UNUSABLE[stack.status].format(name=stack.name)}")


def judge(changes: list[ResourceChange]) -> list[str]:
    """Why a change set must not be executed: everything in it that would remove or replace something that holds data."""
    refused = []
    for change in changes:
        replaces = change.replacement in ("True", "Conditional") or "Replace" in change.policy_action
        if change.action == "Remove" and change.type not in REMOVABLE:
            refused.append(f"{change.logical_id} ({change.type}) would be removed")
        elif change.action == "Modify" and replaces and change.type not in REPLACEABLE:
            refused.append(f"{change.logical_id} ({change.type}) would be replaced")
        elif change.action not in ("Add", "Modify", "Remove", "Import"):
            refused.append(
                f"{change.logical_id} ({change.type}): CloudFormation cannot tell what would happen ({change.action})"
            )
    return refused


class Deployment:
    """Brings one stack to a template, by one change set. Waits as long as it takes, unless `stop` is set."""

    def __init__(self, aws: Aws, stop: threading.Event, tell: Callable[[str], None]) -> None:
        self._cloudformation = aws.client("cloudformation")
        self._aws = aws
        self._stop = stop
        self._tell = tell

    def run(self, name: str, template: str, tags: dict[str, str], policy: str) -> bool:
        """Bring the stack to the template; False if there was nothing to change. Protects the stack in any case.

        Raises StackError, Stopped, or the errors of `aws.FAILURES`.
        """
        stack = self._settled(name)
        usable(stack, tags)
        change_set = self._create_change_set(name, template, tags, new=stack is None or not stack.exists)
        if change_set:
            self._execute(name, change_set)
        self._cloudformation.set_stack_policy(StackName=name, StackPolicyBody=policy)
        self._cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=True)
        return bool(change_set)

    def _settled(self, name: str) -> Stack | None:
        """The stack, once nothing is in progress any more: perhaps an earlier run was stopped in the middle."""
        for _ in intervals(self._stop):
            stack = describe(self._aws, name)
            if stack is None or not stack.exists or not stack.status.endswith("_IN_PROGRESS"):
                return stack
            self._tell(f"waiting for {stack.status}")
        raise AssertionError("unreachable")

    def _create_change_set(self, name: str, template: str, tags: dict[str, str], new: bool) -> str | None:
        """A change set that may be executed, by its id; None if there is nothing to change."""
        size = len(template.encode())
        if size > TEMPLATE_MAX:
            raise StackError(
                f"The template of {name} has {size:,} bytes, CloudFormation takes {TEMPLATE_MAX:,}. Use shorter names of tables and indexes."
            )
        self._tell("preparing")
        created = self._cloudformation.create_change_set(
            StackName=name,
            ChangeSetName=f"deploy-{secrets.token_hex(6)}",
            ChangeSetType="CREATE" if new else "UPDATE",
            TemplateBody=template,
            # Only a stack that makes a role may make one.
            Capabilities=["CAPABILITY_IAM"] if '"AWS::IAM::Role"' in template else [],
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )
        id = created["Id"]
        for _ in intervals(self._stop):
            found = self._cloudformation.describe_change_set(ChangeSetName=id)
            if found["Status"] in ("CREATE_COMPLETE", "FAILED"):
                break
        if found["Status"] == "FAILED":
            self._discard(name, id, new)
            reason = found.get("StatusReason", "no reason given")
            if any(text in reason for text in NO_CHANGES):
                return None
            raise StackError(f"CloudFormation refused the change set: {reason}{hint(reason)}")
        refused = judge(list(self._changes(id)))
        if refused:
            self._discard(name, id, new)
            raise StackError(
                f"Not executed: {'; '.join(refused)}. Nothing was changed. Compare the contract with the live table."
            )
        return id

    def _changes(self, id: str) -> Iterator[ResourceChange]:
        for page in self._cloudformation.get_paginator("describe_change_set").paginate(ChangeSetName=id):
            for change in page.get("Changes", []):
                resource = change["ResourceChange"]
                yield ResourceChange(
                    resource["Action"],
                    resource["LogicalResourceId"],
                    resource["ResourceType"],
                    resource.get("Replacement", ""),
                    resource.get("PolicyAction", ""),
                )

    def _discard(self, name: str, id: str, new: bool) -> None:
        """Leave nothing behind: neither the change set nor, for a new stack, its empty shell."""
        self._cloudformation.delete_change_set(ChangeSetName=id)
        if new:
            stack = describe(self._aws, name)
            if stack and not stack.exists:
                self._cloudformation.delete_stack(StackName=name)

    def _execute(self, name: str, id: str) -> None:
        if self._stop.is_set():
            raise Stopped
        # A table whose first creation fails is removed again, in spite of Retain: else it would block the next try.
        # DisableRollback is stated because AWS's texts contradict each other about its default.
        self._cloudformation.execute_change_set(
            ChangeSetName=id,
            ClientRequestToken=f"deploy-{secrets.token_hex(8)}",
            RetainExceptOnCreate=True,
            DisableRollback=False,
        )
        for _ in intervals(self._stop):
            stack = describe(self._aws, name)
            if stack is None or not stack.status.endswith("_IN_PROGRESS"):
                break
            self._tell(stack.status.replace("_", " ").lower())
        if stack is None or stack.status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            status = stack.status if stack else "gone"
            reason = self.first_cause(name)
            raise StackError(f"Stack {name} ended in {status}. First cause: {reason}{hint(reason)}")

    def first_cause(self, name: str) -> str:
        """The earliest failure of the newest operation: the later ones are only its consequences."""
        causes: list[str] = []
        for event in self._newest_operation(name):
            reason = event.get("ResourceStatusReason", "no reason given")
            if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
                causes.append(f"{event['LogicalResourceId']} ({event['ResourceType']}): {' '.join(reason.split())}")
        return causes[-1] if causes else "the events of the stack name none."

    def _newest_operation(self, name: str) -> Iterator[dict[str, Any]]:
        """The events of the newest operation, newest first: up to the one with which CloudFormation began."""
        for page in self._cloudformation.get_paginator("describe_stack_events").paginate(StackName=name):
            for event in page["StackEvents"]:
                yield event
                begun = event["ResourceStatus"] in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "IMPORT_IN_PROGRESS")
                if begun and event["LogicalResourceId"] == name:
                    return


class Stopped(Exception):
    """The person at the keyboard wants to stop; what runs in AWS goes on by itself."""


def intervals(stop: threading.Event, first: float = 0.1, longest: float = 5.0) -> Iterator[None]:
    """Rounds of a waiting loop: at once, then after pauses (seconds) that grow. Raises Stopped when `stop` is set."""
    pause = first
    while True:
        yield
        if stop.wait(pause):
            raise Stopped
        pause = min(pause * 1.5, longest)


def hint(reason: str) -> str:
    """What usually stands behind a reason that CloudFormation gives; empty if we know nothing about it."""
    return next((f" {text}" for part, text in HINTS.items() if part.lower() in reason.lower()), "")
