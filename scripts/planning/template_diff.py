"""What a deployment changes beside the properties of a table: the other resources of its stack, and what tables share."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.comparison.compare import Finding
from scripts.planning.entries import ADDED, CHANGED, REMOVED, PlanLine
from scripts.planning.reasons import Reason
from scripts.templates.template import to_json

# What people call the resources of our stacks, one and several.
WORDS = {
    "AWS::ApplicationAutoScaling::ScalableTarget": ("scaling target", "scaling targets"),
    "AWS::ApplicationAutoScaling::ScalingPolicy": ("scaling policy", "scaling policies"),
    "AWS::Backup::BackupPlan": ("backup plan", "backup plans"),
    "AWS::Backup::BackupSelection": ("backup selection", "backup selections"),
    "AWS::Backup::BackupVault": ("backup vault", "backup vaults"),
    "AWS::CloudWatch::Alarm": ("alarm", "alarms"),
    "AWS::CloudWatch::CompositeAlarm": ("composite alarm", "composite alarms"),
    "AWS::CloudWatch::Dashboard": ("dashboard", "dashboards"),
    "AWS::IAM::Role": ("role", "roles"),
    "AWS::KMS::Alias": ("key alias", "key aliases"),
    "AWS::KMS::Key": ("key", "keys"),
    "AWS::SNS::Subscription": ("subscription", "subscriptions"),
    "AWS::SNS::Topic": ("alarm topic", "alarm topics"),
    "AWS::SNS::TopicPolicy": ("topic policy", "topic policies"),
}
ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
UP_TO_DATE = "The template of its stack is brought up to date; the table stays as it is."


@dataclass(frozen=True, slots=True)
class SharedStack:
    """A stack of what tables share: its template as it is (None: there is no such stack), and as it is wanted."""

    service: str
    stack: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    from_files: bool = False  # both are read from files
    stays: tuple[Finding, ...] = ()  # what differs from both, which no deployment changes
    reasons: tuple[Reason, ...] = ()  # why it cannot be deployed
    unread: tuple[str, ...] = ()  # checks of what is in it that could not be made: sentences
    unprotected: bool = False  # it is there, without termination protection


def plain(template: Mapping[str, Any]) -> dict[str, Any]:
    """A template as it comes back from CloudFormation: what JSON makes of it."""
    return json.loads(to_json(dict(template)))


def resource_changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[PlanLine, ...]:
    """`1 dashboard is changed.`, for each type of resource; nothing for templates that are the same."""
    old, new = (dict((each or {}).get("Resources", {})) for each in (before, after))
    counts: Counter[tuple[str, str]] = Counter()
    for name in (*new, *(name for name in old if name not in new)):
        if old.get(name) != new.get(name):
            sign = ADDED if name not in old else REMOVED if name not in new else CHANGED
            counts[(new.get(name) or old[name])["Type"], sign] += 1
    lines = tuple(PlanLine(_sentence(kind, sign, number), sign) for (kind, sign), number in counts.items())
    if not lines and before is not None and before != after:
        return (PlanLine("Only its description or outputs change."),)
    return lines


def removed_alarms(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """How many alarms the second template has no more."""
    old, new = before.get("Resources", {}), after.get("Resources", {})
    return sum(resource["Type"] in ALARMS and name not in new for name, resource in old.items())


def _sentence(kind: str, sign: str, number: int) -> str:
    one, several = WORDS.get(kind, (kind, kind))
    what = {ADDED: "added", CHANGED: "changed", REMOVED: "removed"}[sign]
    return f"{number} {one if number == 1 else several} {'is' if number == 1 else 'are'} {what}."
