"""What a stack would meet: names that are taken already, and things of its own that are gone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

ALARM, COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
DASHBOARD, TOPIC = "AWS::CloudWatch::Dashboard", "AWS::SNS::Topic"
VAULT, ALIAS = "AWS::Backup::BackupVault", "AWS::KMS::Alias"
TARGET, POLICY = "AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"
# The properties that make up the name of what can exist once.
NAMED_BY = {
    ALARM: ("AlarmName",),
    COMPOSITE: ("AlarmName",),
    DASHBOARD: ("DashboardName",),
    TOPIC: ("TopicName",),
    VAULT: ("BackupVaultName",),
    ALIAS: ("AliasName",),
    TARGET: ("ResourceId", "ScalableDimension"),
    POLICY: ("PolicyName",),
}
# An alarm of one kind takes the name of one of the other kind, too.
SAME_NAMES = {COMPOSITE: ALARM}
Template = Mapping[str, Any]
Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that can exist once: its type, and its name as NAMED_BY says."""

    type: str
    name: Name

    @property
    def shown(self) -> str:
        """The name for people."""
        return " ".join(self.name)

    def physical_id(self, arn: str) -> str:
        """How CloudFormation calls it. `arn`: the beginning of an ARN of SNS."""
        if self.type == TOPIC:
            return f"{arn}:{self.name[0]}"
        return "|".join((*self.name, "dynamodb")) if self.type == TARGET else self.name[0]


def things(template: Template) -> dict[Thing, Mapping[str, Any]]:
    """Everything in a template that can exist once, with its properties. What has no literal name is left out."""
    found = {}
    for resource in template.get("Resources", {}).values():
        properties = resource.get("Properties", {})
        name = tuple(properties.get(key) for key in NAMED_BY.get(resource["Type"], ()))
        if name and all(isinstance(part, str) for part in name):
            found[Thing(resource["Type"], name)] = properties
    return found


def taken(before: Template, after: Template, present: Collection[Thing]) -> list[Thing]:
    """What a stack would create although it exists."""
    had = {(SAME_NAMES.get(each.type, each.type), each.name) for each in things(before)}
    there = {(SAME_NAMES.get(each.type, each.type), each.name) for each in present}
    return [
        each
        for each in things(after)
        if each.type != POLICY  # it comes and goes with its target
        and (key := (SAME_NAMES.get(each.type, each.type), each.name)) in there
        and key not in had
    ]


def gone(before: Template, after: Template, present: Collection[Thing], known: Collection[str]) -> list[Thing]:
    """What a stack would change although it is not there. `known`: the types of which everything that exists is in `present`."""
    wanted = things(after)
    return [
        each
        for each, properties in things(before).items()
        if each.type in known and each not in present and each in wanted and wanted[each] != properties
    ]
