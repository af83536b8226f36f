"""CloudFormation stacks as they are: what there is, whether it is ours, whether it can be changed, and why it failed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from scripts.observe.aws import Aws
from scripts.observe.stack_fields import FIELDS
from scripts.properties.state_fields import unclassified

# States in which nothing can be done by itself, because resources are in the way or a person has to look first.
UNUSABLE = {
    "ROLLBACK_COMPLETE": "Its first creation failed and something of it is still there. Look at its resources, then delete it (tables in it are retained), then deploy again: aws cloudformation delete-stack --stack-name {name}",
    "ROLLBACK_FAILED": "Its first creation and the clean-up failed. Look at its events, delete the stack (tables in it are retained), then deploy again: aws cloudformation delete-stack --stack-name {name}",
    "CREATE_FAILED": "Its first creation failed. Delete the stack (tables in it are retained), then deploy again: aws cloudformation delete-stack --stack-name {name}",
    "DELETE_FAILED": "Its deletion failed. Look at its events, delete it again, then deploy again: aws cloudformation delete-stack --stack-name {name}",
    "DELETE_IN_PROGRESS": "It is being deleted. Wait for its end, then deploy again: aws cloudformation wait stack-delete-complete --stack-name {name}",
    "UPDATE_FAILED": "An update failed and was not rolled back. Roll it back, then deploy again: aws cloudformation rollback-stack --stack-name {name}",
    "IMPORT_ROLLBACK_FAILED": "An import and its rollback failed. Look at its events, delete the stack (tables in it are retained), then deploy again: aws cloudformation delete-stack --stack-name {name}",
}
STUCK = "UPDATE_ROLLBACK_FAILED"  # CloudFormation can be asked to try again
FAILED_CREATION = "ROLLBACK_COMPLETE"  # of use to nobody; can be deleted when nothing is in it
FIRST = ("CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS")  # of a stack that has never been complete
GONE = ("DELETE_COMPLETE", "DELETE_SKIPPED")  # of a resource: deleted, or retained and no longer the stack's
# What usually stands behind a failure, by a part of CloudFormation's reason.
HINTS = {
    "already exists": "A resource of that name exists outside this stack. Nothing was changed in it. Rename, or remove the other one.",
    "more than one GSI": "Someone changed the stack's indexes in between. Run the same command again.",
    "iam:CreateRole": "Write the BackupRoleArn of docs/aws-setup.md as backups.role in deployment.yaml, generate, deploy again.",
    **dict.fromkeys(
        [
            f"perform: kms:{name}"
            for name in ("CreateAlias", "CreateKey", "PutKeyPolicy", "TagResource", "UntagResource")
        ],
        "Update the environment's roles with Keys=yes (docs/aws-setup.md), deploy again, and set it back to no.",
    ),
    "perform: dynamodb:PutResourcePolicy": "Update the environment's roles with ResourcePolicies=yes (docs/aws-setup.md), and deploy again.",
    "perform: backup:": "Update the environment's roles with Backups=yes (docs/aws-setup.md), and deploy again.",
    "AccessDenied": "The role lacks a permission. docs/aws-permissions.md lists what a deployment needs.",
    "not authorized": "The role lacks a permission. docs/aws-permissions.md lists what a deployment needs.",
    "LimitExceeded": "A quota is reached, or too many tables are changed at once. Run the same command again later.",
    "Throttl": "AWS asks for patience. Run the same command again: it continues where it stopped.",
    "ResourceInUse": "The table is being changed by someone else. Run the same command again.",
    "Time to live has been modified": "Time to live can be changed once an hour. Run the same command again in an hour.",
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
    changed_at: str = ""  # when it was created or last updated: UTC, ISO 8601
    unclassified: tuple[str, ...] = ()  # fields of AWS's answer that nobody has judged

    @property
    def exists(self) -> bool:
        """Whether it holds resources: a stack in review is only the shell of a change set."""
        return self.status != "REVIEW_IN_PROGRESS"

    @property
    def busy(self) -> bool:
        """Whether CloudFormation is working on it."""
        return self.exists and self.status.endswith("_IN_PROGRESS")


def describe(aws: Aws, name: str) -> Stack | None:
    """The stack of that name; None if there is none. Raises the errors of `aws.FAILURES`."""
    try:
        stack = aws.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return _stack(stack)


def describe_all(aws: Aws) -> dict[str, Stack]:
    """Every stack of the account and Region by its name, but for deleted ones: one call for a page of them.

    Raises the errors of `aws.FAILURES`.
    """
    pages = aws.client("cloudformation").get_paginator("describe_stacks").paginate()
    return {each["StackName"]: _stack(each) for page in pages for each in page["Stacks"]}


def _stack(stack: dict[str, Any]) -> Stack:
    return Stack(
        name=stack["StackName"],
        id=stack["StackId"],
        status=stack["StackStatus"],
        tags={tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])},
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
        protected=stack.get("EnableTerminationProtection", False),
        unclassified=tuple(unclassified(FIELDS["DescribeStacks"], {"Stacks": [stack]})),
        changed_at=_utc(stack.get("LastUpdatedTime") or stack.get("CreationTime")),
    )


def _utc(time: datetime | None) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if time else ""


def template(aws: Aws, name: str) -> dict[str, Any]:
    """The template of an existing stack, as it was submitted. Raises the errors of `aws.FAILURES`."""
    body = aws.client("cloudformation").get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
    return body if isinstance(body, dict) else {}  # text: YAML that someone else has submitted


def owner(aws: Aws, physical_id: str) -> str | None:
    """The stack that a resource of this physical id belongs to, None if it belongs to none. Raises the errors of `aws.FAILURES`.

    DescribeStackResources by PhysicalResourceId answers all resources of that stack.
    """
    try:
        found = aws.client("cloudformation").describe_stack_resources(PhysicalResourceId=physical_id)["StackResources"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return next((each["StackName"] for each in found if each.get("PhysicalResourceId") == physical_id), None)


def is_empty(aws: Aws, name: str) -> bool:
    """Whether nothing is left in a stack; a table that it has retained is no longer in it."""
    pages = aws.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
    return all(each["ResourceStatus"] in GONE for page in pages for each in page["StackResourceSummaries"])


def usable(stack: Stack | None, tags: dict[str, str], repairable: bool = False) -> None:
    """Raises StackError if a stack can take no change set, or is not ours: its tags say whom it belongs to.

    `repairable`: its state is one that `scripts.observe.stack_recovery` gets it out of.

    An import cannot set tags, so a stack that came from one has none until it is first updated.
    """
    if stack is None:
        return
    imported = stack.status.startswith("IMPORT_") and not tags.keys() & stack.tags.keys()
    if stack.exists and not imported and not carries(stack, tags):
        owner = ", ".join(f"{key} {stack.tags.get(key, 'missing')}" for key in tags)
        wanted = ", ".join(f"{key} {value}" for key, value in tags.items())
        raise StackError(
            f"Stack {stack.name} belongs to something else (tags: {owner}; ours: {wanted}). Rename the service."
        )
    if stack.status in UNUSABLE and not repairable:
        raise StackError(f"Stack {stack.name} is in {stack.status}. {UNUSABLE[stack.status].format(name=stack.name)}")


def carries(stack: Stack, tags: dict[str, str]) -> bool:
    """Whether a stack has these tags."""
    return tags.items() <= stack.tags.items()


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed resource of an operation, with CloudFormation's reason on one line."""

    resource: str
    type: str
    reason: str

    def __str__(self) -> str:
        return f"{self.resource} ({self.type}): {self.reason}"


def failures(aws: Aws, name: str) -> list[Failure]:
    """The failures of the newest operation of a stack, newest first; not those that only follow from another."""
    found: list[Failure] = []
    for event in _newest_operation(aws, name):
        reason = event.get("ResourceStatusReason", "no reason given")
        if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
            found.append(Failure(event["LogicalResourceId"], event["ResourceType"], " ".join(reason.split())))
    return found


def first_cause(aws: Aws, name: str) -> str:
    """The earliest failure of the newest operation: the later ones are only its consequences."""
    return next((str(failure) for failure in reversed(failures(aws, name))), "the events of the stack name none.")


def _newest_operation(aws: Aws, name: str) -> Iterator[dict[str, Any]]:
    """The events of the newest operation, newest first: up to the one with which CloudFormation began."""
    for page in aws.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=name):
        for event in page["StackEvents"]:
            yield event
            begun = event["ResourceStatus"] in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "IMPORT_IN_PROGRESS")
            if begun and event["LogicalResourceId"] == name:
                return


@dataclass(frozen=True, slots=True)
class LastOperation:
    """The newest operation of a stack. `at`: when it began, UTC, ISO 8601; `token`: of its request, empty if it had none."""

    at: str
    token: str


def last_operation(aws: Aws, name: str) -> LastOperation | None:
    """What the events of a stack tell about its newest operation; None if they tell of none.

    All events of an operation carry the ClientRequestToken of its request (API reference, StackEvent). Raises the errors
    of `aws.FAILURES`.
    """
    events = list(_newest_operation(aws, name))
    return LastOperation(_utc(events[-1]["Timestamp"]), events[-1].get("ClientRequestToken", "")) if events else None


def hint(reason: str) -> str:
    """What usually stands behind a reason that CloudFormation gives; empty if we know nothing about it."""
    return next((f" {text}" for part, text in HINTS.items() if part.lower() in reason.lower()), "")
