"""What stands in the way of a stack, as reasons: whose it is, and the command that clears the way."""

import json
import shlex
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from scripts.comparison.revert_drift import REVERT
from scripts.observe.aws import FAILURES, explain
from scripts.observe.batch_reader import BatchReader
from scripts.planning.plan_rules import GONE, TAKEN, TAKEN_BY_STACK
from scripts.planning.reasons import Reason, reason
from scripts.planning.stack_conflicts import (
    ALARM,
    ALIAS,
    DASHBOARD,
    POLICY,
    SAME_NAMES,
    TARGET,
    TOPIC,
    VAULT,
    Template,
    Thing,
    things,
)
from scripts.planning.template_diff import WORDS

# What deletes several of a kind at once, and one.
DELETE_ALL = {
    ALARM: "aws cloudwatch delete-alarms --alarm-names {names}",
    DASHBOARD: "aws cloudwatch delete-dashboards --dashboard-names {names}",
}
DELETE = {
    TOPIC: "aws sns delete-topic --topic-arn {id}",
    VAULT: "aws backup delete-backup-vault --backup-vault-name {name}",
    ALIAS: "aws kms delete-alias --alias-name {name}",
    TARGET: "aws application-autoscaling deregister-scalable-target --service-namespace dynamodb --resource-id {resource} "
    "--scalable-dimension {dimension}",
}
# https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault.html: how a vault is deleted
REMARK = {VAULT: "  # AWS refuses while the vault holds a recovery point, or is locked"}
SHOWN = 5  # names in one sentence


@dataclass(frozen=True, slots=True)
class Stands:
    """Where reasons are told of: the stack, its Region, and the beginning of an ARN of SNS in it."""

    stack: str
    region: str
    arn: str = ""
    capabilities: str = ""


def taken_reasons(found: Iterable[Thing], listed: BatchReader, at: Stands) -> Iterator[Reason]:
    """One reason for all things of a kind that have the same owner."""
    groups: dict[tuple[str, str], list[Thing]] = {}
    for each in found:
        groups.setdefault((SAME_NAMES.get(each.type, each.type), _owner(listed, each.physical_id(at.arn))), []).append(
            each
        )
    for (kind, owner), several in groups.items():
        if owner:
            yield reason(TAKEN_BY_STACK, things=_exist(several, "exist"), owner=owner)
        else:
            yield reason(TAKEN, things=_exist(several, "exist"), command=_delete(kind, several, at))


def gone_reasons(found: Iterable[Thing], before: Template, at: Stands) -> Iterator[Reason]:
    """One reason for all things that are gone, by what brings them back."""
    lost = list(found)
    if reverted := [each for each in lost if each.type not in (TARGET, POLICY)]:
        command = REVERT.format(stack=at.stack, region=at.region, capabilities=at.capabilities)
        yield reason(GONE, things=_exist(reverted, "be"), command=command)
    if scaled := [each for each in lost if each.type in (TARGET, POLICY)]:
        yield reason(GONE, things=_exist(scaled, "be"), command=" && ".join(_scaling(before, set(scaled), at.region)))


def _owner(listed: BatchReader, physical_id: str) -> str:
    """`stack other`, empty for none, or that it is not known."""
    try:
        found = listed.stack_of(physical_id)
    except FAILURES as error:
        return f"a stack or none, which could not be read ({explain(error).rstrip('.')})"
    return f"stack {found}" if found else ""


def _exist(several: list[Thing], verb: str) -> str:
    """`2 alarms exist: a, b`, or `1 alarm is`."""
    one, more = WORDS[several[0].type]
    names = ", ".join(each.shown for each in several[:SHOWN])
    rest = f" and {len(several) - SHOWN} more" if len(several) > SHOWN else ""
    is_ = {"exist": ("exists", "exist"), "be": ("is", "are")}[verb][len(several) > 1]
    kind = one if len(several) == 1 else f"{len(several)} {more}"
    return f"{kind[0].upper()}{kind[1:]} {names}{rest} {is_}"


def _delete(kind: str, several: list[Thing], at: Stands) -> str:
    region = f" --region {at.region}"
    if kind in DELETE_ALL:
        return DELETE_ALL[kind].format(names=" ".join(shlex.quote(each.name[0]) for each in several)) + region
    return " && ".join(
        DELETE[kind].format(
            name=shlex.quote(each.name[0]),
            id=shlex.quote(each.physical_id(at.arn)),
            resource=shlex.quote(each.name[0]),
            dimension=each.name[-1],
        )
        + region
        for each in several
    ) + REMARK.get(kind, "")


def _scaling(before: Template, lost: Collection[Thing], region: str) -> Iterator[str]:
    """The commands that make scalable targets, and then scaling policies, as the template of the stack says."""
    resources = before["Resources"]
    for resource in sorted(resources.values(), key=lambda each: each["Type"] == POLICY):
        properties = resource.get("Properties", {})
        if not lost & things({"Resources": {"": resource}}).keys():
            continue
        if resource["Type"] == TARGET:
            limits = f"--min-capacity {properties['MinCapacity']} --max-capacity {properties['MaxCapacity']}"
            what, target = f"register-scalable-target {limits}", properties
        else:
            wanted = shlex.quote(json.dumps(properties["TargetTrackingScalingPolicyConfiguration"]))
            what = (
                f"put-scaling-policy --policy-name {shlex.quote(properties['PolicyName'])} --policy-type "
                f"TargetTrackingScaling --target-tracking-scaling-policy-configuration {wanted}"
            )
            target = resources[properties["ScalingTargetId"]["Ref"]]["Properties"]
        yield (
            f"aws application-autoscaling {what} --service-namespace dynamodb --resource-id "
            f"{shlex.quote(target['ResourceId'])} --scalable-dimension {target['ScalableDimension']} --region {region}"
        )
