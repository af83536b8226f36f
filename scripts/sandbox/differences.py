"""What a copy of a template has otherwise than its original, and why. Everything else is the same, property by property."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

REMOVED = object()
EACH = "*"  # in a path: every item of a list


@dataclass(frozen=True, slots=True)
class ChangedPath:
    """One property of a resource type: `value` is what the copy has, REMOVED for none.

    `literal`: only where the original has plain text, which is then the name of something outside the templates.
    """

    type: str
    path: tuple[str, ...]
    value: Any
    why: str
    literal: bool = False


TABLE, TOPIC, VAULT = "AWS::DynamoDB::Table", "AWS::SNS::Topic", "AWS::Backup::BackupVault"
DIFFERENCES = (
    ChangedPath(TABLE, ("DeletionProtectionEnabled",), False, "the copy is deleted again"),
    ChangedPath(TABLE, ("KinesisStreamSpecification",), REMOVED, "the stream belongs to the environment's account"),
    ChangedPath(
        TABLE,
        ("SSESpecification", "KMSMasterKeyId"),
        REMOVED,
        "the customer's key belongs to the environment's account; the copy takes the key that AWS manages",
        literal=True,
    ),
    ChangedPath(TABLE, ("ResourcePolicy",), REMOVED, "it names roles that a sandbox does not have"),
    ChangedPath(
        TOPIC, ("KmsMasterKeyId",), REMOVED, "the customer's key belongs to the environment's account", literal=True
    ),
    ChangedPath(VAULT, ("LockConfiguration",), REMOVED, "a locked vault could never be deleted again"),
    ChangedPath(
        "AWS::Backup::BackupPlan",
        ("BackupPlan", "BackupPlanRule", EACH, "CopyActions"),
        REMOVED,
        "the other vaults belong to other accounts",
    ),
    ChangedPath(
        "AWS::Backup::BackupSelection",
        ("BackupSelection", "IamRoleArn"),
        {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/dynamodb-tcat-backup"},
        "the sandbox has a role for all copies, and makes none",
    ),
    ChangedPath("AWS::KMS::Key", ("PendingWindowInDays",), 7, "AWS deletes a key after 7 days at the earliest"),
)
LEFT_OUT = ("AWS::IAM::Role",)  # see BackupSelection above
# Settings of an environment that a copy goes without: a test must wake nobody. What it has is a topic without readers.
UNSET = {
    "account": "the sandbox is another account",
    "alarm_emails": "nobody gets mail from a test",
    "alarm_topics": "nobody is notified by a test; the copy makes a topic of its own",
}
DELETED = ("DeletionPolicy", "UpdateReplacePolicy")  # what says Retain says Delete in the copy


def deletable(template: dict[str, Any], imported: dict[str, tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """The copy of a template that leaves nothing behind, and depends on no other stack.

    `imported`: name of an export to the (logical id, resource) whose ARN it is. A template that imports the key of its
    service gets a key of its own: taskcat makes all stacks at once.
    """
    made = copy.deepcopy(template)
    keys: dict[str, dict[str, Any]] = {}
    made = _without_imports(made, imported, keys)
    own = {id: resource for id, resource in made["Resources"].items() if resource["Type"] not in LEFT_OUT}
    made["Resources"] = {**copy.deepcopy(keys), **own}
    for resource in made["Resources"].values():
        resource |= {name: "Delete" for name in DELETED if name in resource}
        for difference in DIFFERENCES:
            if difference.type == resource["Type"]:
                for parent in _parents(resource.get("Properties", {}), difference.path):
                    _apply(parent, difference)
    return made


def _apply(parent: dict[str, Any], difference: ChangedPath) -> None:
    name = difference.path[-1]
    if name not in parent or (difference.literal and not isinstance(parent[name], str)):
        return
    if difference.value is REMOVED:
        del parent[name]
    else:
        parent[name] = difference.value


def _parents(value: Any, path: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The mappings that may hold the last name of the path."""
    if len(path) == 1:
        yield value
    elif path[0] == EACH:
        for item in value:
            yield from _parents(item, path[1:])
    elif path[0] in value:
        yield from _parents(value[path[0]], path[1:])


def _without_imports(
    value: Any, imported: dict[str, tuple[str, dict[str, Any]]], keys: dict[str, dict[str, Any]]
) -> Any:
    if isinstance(value, list):
        return [_without_imports(item, imported, keys) for item in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["Fn::ImportValue"]:
        id, resource = imported[value["Fn::ImportValue"]]
        keys[id] = resource
        return {"Fn::GetAtt": [id, "Arn"]}
    return {name: _without_imports(item, imported, keys) for name, item in value.items()}
