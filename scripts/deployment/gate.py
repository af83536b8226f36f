"""The gate before every change set: what CloudFormation says that it would do, and what of that never happens."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

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
KNOWN = ("Add", "Modify", "Remove", "Import")
IMPORT_ONLY = ("Import",)
LOSES = ("Delete", "ReplaceAndDelete")  # policy actions; Remove and Replace are judged as such


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One line of a change set, as CloudFormation sees it."""

    action: str
    logical_id: str
    type: str
    replacement: str
    policy_action: str

    @classmethod
    def of(cls, change: Mapping[str, Any]) -> "ResourceChange":
        """From an entry of `Changes` (DescribeChangeSet)."""
        resource = change["ResourceChange"]
        return cls(
            resource["Action"],
            resource["LogicalResourceId"],
            resource["ResourceType"],
            resource.get("Replacement", ""),
            resource.get("PolicyAction", ""),
        )


def judge(
    changes: Iterable[ResourceChange], allowed: tuple[str, ...] = KNOWN, leaving: Collection[str] | None = None
) -> list[str]:
    """Why a change set must not be executed: everything in it that would remove or replace something that holds data.

    `allowed`: the actions that the change set is for; an import must do nothing else. `leaving`: the logical ids that its
    step removes; None where that is not known.
    """
    return [reason for change in changes if (reason := _refusal(change, allowed, leaving))]


def _refusal(change: ResourceChange, allowed: tuple[str, ...], leaving: Collection[str] | None) -> str:
    what = f"{change.logical_id} ({change.type})"
    replaces = change.replacement in ("True", "Conditional") or "Replace" in change.policy_action
    if change.action not in KNOWN:
        return f"{what}: CloudFormation cannot tell what would happen ({change.action})"
    if change.action not in allowed:
        return f"{what}: {change.action} in a change set that is only for {' and '.join(allowed)}"
    if (change.action == "Remove" or change.policy_action in LOSES) and change.type not in REMOVABLE:
        return f"{what} would be {'replaced' if replaces else 'removed'}"
    if change.action == "Remove" and leaving is not None and change.logical_id not in leaving:
        return f"{what} would be removed, which this step is not for"
    if change.action == "Modify" and replaces and change.type not in REPLACEABLE:
        return f"{what} would be replaced"
    return ""
