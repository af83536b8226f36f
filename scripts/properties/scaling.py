"""Provisioned capacity and its auto scaling, for a table and each of its indexes."""

import json
import shlex
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from scripts import names
from scripts.model import DesiredTable, LiveTable, Scaling, UnitsByTarget, Unknown
from scripts.properties.base import DesiredSetting, Property, Reading
from scripts.properties.billing import (
    ON_DEMAND,
    by_target,
    described,
    keep_billing,
    part,
    read_units,
    render_units,
    targets,
    update_units,
)
from scripts.settings.deployment_file import INDEXES

KINDS = ("Read", "Write")
TARGET_UTILISATION = 70  # percent; what the console proposes (developer guide, AutoScaling)
# What of auto scaling can be suspended (SuspendedState), and how we say it.
SUSPENDED = {
    "DynamicScalingInSuspended": "scaling in",
    "DynamicScalingOutSuspended": "scaling out",
    "ScheduledScalingSuspended": "scheduled scaling",
}
_THROUGHPUT = ("ProvisionedThroughput", "ReadCapacityUnits", "WriteCapacityUnits")
IDS_PER_CALL = (
    50  # Application Auto Scaling, DescribeScalableTargets: ResourceIds; DescribeScalingPolicies: PolicyNames
)


def resource_id(table: str, index: str) -> str:
    """How Application Auto Scaling names a table or one of its indexes."""
    return f"table/{table}/index/{index}" if index else f"table/{table}"


def dimension(index: str, kind: str) -> str:
    """What is scaled. `kind`: Read or Write."""
    return f"dynamodb:{'index' if index else 'table'}:{kind}CapacityUnits"


def capacity(setting: Mapping[str, Any], target: str, kind: str) -> Mapping[str, Any] | None:
    """The minimum, maximum and target of one kind of capacity; an index without its own has the table's."""
    return part(setting, target).get(kind.lower()) or setting.get(kind.lower())


def _desired(wanted: DesiredSetting) -> tuple[Scaling, ...]:
    if wanted.settings["billing"] != "provisioned":
        return ()
    found: list[Scaling] = []
    for target in targets(wanted.table):
        for kind in KINDS:
            value = capacity(wanted.settings["capacity"], target, kind)
            if value:
                limits = value["min"], value["max"], value.get("target", TARGET_UTILISATION)
                found.append(Scaling(target, kind, *limits))
    return tuple(found)


def _read(reading: Reading) -> tuple[Scaling, ...]:
    """The targets that auto scaling has for the table, each with the target value of our policy (0: there is none)."""
    if not reading.desired.scaling and "PAY_PER_REQUEST" in str(reading.description.get("BillingModeSummary")):
        return ()
    indexes = [name for name, _ in described(reading)]
    ids = {resource_id(reading.name, index): index for index in indexes}
    of_policies = _policy_names(reading.name, indexes)
    listed = (
        reading.listed.scaling(ids, of_policies)
        if reading.listed
        else list_scaling(reading.aws, list(ids), of_policies)
    )
    policies = {
        (policy["ResourceId"], policy["ScalableDimension"]): policy["TargetTrackingScalingPolicyConfiguration"][
            "TargetValue"
        ]
        for policy in listed[1]
        if "TargetTrackingScalingPolicyConfiguration" in policy
    }
    found = {
        (ids[target["ResourceId"]], kind): Scaling(
            ids[target["ResourceId"]],
            kind,
            target["MinCapacity"],
            target["MaxCapacity"],
            round(policies.get((target["ResourceId"], target["ScalableDimension"]), 0)),
            ", ".join(word for key, word in SUSPENDED.items() if target.get("SuspendedState", {}).get(key)),
        )
        for target in listed[0]
        for kind in KINDS
        if target["ScalableDimension"].endswith(f":{kind}CapacityUnits")
    }
    order = [(scaling.index, scaling.kind) for scaling in reading.desired.scaling]
    return tuple(found[key] for key in sorted(found, key=lambda key: (order.index(key) if key in order else 99, key)))


def list_scaling(
    aws: Any, ids: list[str] | None = None, policies: list[str] | None = None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Scalable targets by their resource ids, and scaling policies by their names; None: all of DynamoDB.

    `aws`: `scripts.observe.aws.Aws`, whose FAILURES it raises.
    """
    client = aws.client("application-autoscaling")
    return (
        [t for p in _pages(client, "describe_scalable_targets", "ResourceIds", ids) for t in p["ScalableTargets"]],
        [t for p in _pages(client, "describe_scaling_policies", "PolicyNames", policies) for t in p["ScalingPolicies"]],
    )


def _pages(client: Any, operation: str, parameter: str, values: list[str] | None) -> Iterator[dict[str, Any]]:
    """All pages of a describe call, for a list of names of any length, or for everything there is."""
    if values is None:
        yield from client.get_paginator(operation).paginate(ServiceNamespace="dynamodb")
        return
    for start in range(0, len(values), IDS_PER_CALL):
        request = {"ServiceNamespace": "dynamodb", parameter: values[start : start + IDS_PER_CALL]}
        yield from client.get_paginator(operation).paginate(**request)


def _policy_names(table: str, indexes: list[str]) -> list[str]:
    return [names.scaling_policy(table, index, kind) for index in indexes for kind in KINDS]


def read_throughput(reading: Reading) -> UnitsByTarget:
    """The capacity that a description of a table, or its properties in a template, states."""
    return read_units(reading, *_THROUGHPUT)


def _desired_throughput(wanted: DesiredSetting) -> UnitsByTarget:
    """What a table begins with: the minimum. From then on auto scaling moves it."""
    minimum = {(scaling.index, scaling.kind): scaling.minimum for scaling in _desired(wanted)}
    found = [target for target in targets(wanted.table) if (target, "Read") in minimum and (target, "Write") in minimum]
    return tuple((target, minimum[target, "Read"], minimum[target, "Write"]) for target in found)


def _nearest(desired: DesiredTable, live: UnitsByTarget) -> UnitsByTarget:
    """Auto scaling moves capacity between its minimum, which a table begins with, and its maximum."""
    maximum = {(scaling.index, scaling.kind): scaling.maximum for scaling in desired.scaling}
    found = by_target(live)

    def within(target: str, kind: str, least: int, now: int) -> int:
        return max(least, min(now, maximum.get((target, kind), now)))

    return tuple(
        (target, within(target, "Read", reads, now[0]), within(target, "Write", writes, now[1]))
        for target, reads, writes in desired.throughput
        for now in (found.get(target, (reads, writes)),)
    )


def _throughput_fix(name: str, allowed: UnitsByTarget, live: UnitsByTarget) -> str:
    """The command that brings capacity back between its limits; empty for what has none at all, say an index that is missing."""
    found = by_target(live)
    off = {target: units for target, units in by_target(allowed).items() if target in found and found[target] != units}
    return update_units(name, "provisioned-throughput", _THROUGHPUT, off) if off else ""


def provision(state: DesiredTable, absent: Collection[str] = ()) -> str:
    """The command that makes a table provisioned again: with its capacity and that of its indexes, as UpdateTable asks for.

    `absent`: indexes that are not there; they get their capacity when they are made.
    """
    units = {target: found for target, found in by_target(state.throughput).items() if target not in absent}
    return update_units(
        shlex.quote(state.name), "provisioned-throughput", _THROUGHPUT, units, f" --billing-mode {state.billing}"
    )


def _scaling_fix(name: str, desired: tuple[Scaling, ...], live: tuple[Scaling, ...]) -> str:
    """Register each target that differs as it is wanted, its policy with it; take away what nobody wants."""
    found = {(scaling.index, scaling.kind): scaling for scaling in live}
    wanted = {(scaling.index, scaling.kind): scaling for scaling in desired}
    plain = shlex.split(name)[0]

    def place(index: str, kind: str) -> str:
        target = shlex.quote(resource_id(plain, index))
        return f"--service-namespace dynamodb --resource-id {target} --scalable-dimension {dimension(index, kind)}"

    state = ",".join(f"{key}=false" for key in SUSPENDED)
    lines = []
    for key, scaling in wanted.items():
        if found.get(key) == scaling:
            continue
        lines.append(
            f"aws application-autoscaling register-scalable-target {place(*key)} --min-capacity {scaling.minimum} "
            f"--max-capacity {scaling.maximum} --suspended-state {state}"
        )
        metric = {"PredefinedMetricType": f"DynamoDB{scaling.kind}CapacityUtilization"}
        policy = {"TargetValue": scaling.target, "PredefinedMetricSpecification": metric}
        lines.append(
            f"aws application-autoscaling put-scaling-policy {place(*key)} --policy-type TargetTrackingScaling "
            f"--policy-name {shlex.quote(names.scaling_policy(plain, *key))} "
            f"--target-tracking-scaling-policy-configuration {shlex.quote(json.dumps(policy))}"
        )
    lines += [
        f"aws application-autoscaling deregister-scalable-target {place(*key)}" for key in found if key not in wanted
    ]
    return "\n".join(lines)


def scaling_resources(state: DesiredTable) -> dict[str, Any]:
    """The scalable targets and scaling policies of a table, by logical id."""
    resources: dict[str, Any] = {}
    for scaling in state.scaling:
        target = names.logical_id(f"{scaling.kind}ScalingTarget", scaling.index)
        resources[target] = {
            "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
            "DependsOn": "Table",
            "Properties": {
                "ServiceNamespace": "dynamodb",
                "ResourceId": resource_id(state.name, scaling.index),
                "ScalableDimension": dimension(scaling.index, scaling.kind),
                "MinCapacity": scaling.minimum,
                "MaxCapacity": scaling.maximum,
            },
        }
        resources[names.logical_id(f"{scaling.kind}ScalingPolicy", scaling.index)] = {
            "Type": "AWS::ApplicationAutoScaling::ScalingPolicy",
            "Properties": {
                "PolicyName": names.scaling_policy(state.name, scaling.index, scaling.kind),
                "PolicyType": "TargetTrackingScaling",
                "ScalingTargetId": {"Ref": target},
                "TargetTrackingScalingPolicyConfiguration": {
                    "TargetValue": scaling.target,
                    "PredefinedMetricSpecification": {
                        "PredefinedMetricType": f"DynamoDB{scaling.kind}CapacityUtilization"
                    },
                },
            },
        }
    return resources


def _shown(value: tuple[Scaling, ...]) -> str:
    words = [
        f"{f'index {s.index}' if s.index else 'table'} {s.kind.lower()} {s.minimum} to {s.maximum} at {s.target} %"
        + (f" ({s.suspended} suspended)" if s.suspended else "")
        for s in value
    ]
    return "; ".join(words) or "none"


def _keep(settings: Mapping[str, Any], live: LiveTable) -> dict[str, Any] | str:
    """The limits that auto scaling has; where there is none the capacity is its minimum and its maximum."""
    if live.billing == ON_DEMAND:
        return keep_billing(settings, live)
    if isinstance(live.scaling, Unknown):
        return f"it is not known what auto scaling there is: {live.scaling.reason.rstrip('.')}"
    found = {(scaling.index, scaling.kind): scaling for scaling in live.scaling}
    kept: dict[str, dict[str, Any]] = {}
    for target, *units in live.throughput:
        for kind, now in zip(KINDS, units, strict=True):
            scaling = found.get((target, kind))
            limits = {"min": scaling.minimum, "max": scaling.maximum} if scaling else {"min": now, "max": now}
            percent = {"target": scaling.target} if scaling and scaling.target else {}
            kept.setdefault(target, {})[kind.lower()] = limits | percent
    indexes = {target: limits for target, limits in kept.items() if target}
    capacity = {**kept.get("", {}), **({INDEXES: indexes} if indexes else {})}
    return {**keep_billing(settings, live), "capacity": capacity}


SCALING: Property[tuple[Scaling, ...]] = Property(
    "scaling", "auto scaling", desired=_desired, read=_read, shown=_shown, fix=_scaling_fix, keep=_keep
)
THROUGHPUT: Property[UnitsByTarget] = Property(
    "throughput",
    "provisioned capacity",
    desired=_desired_throughput,
    read=read_throughput,
    render=lambda state: render_units(state.throughput, "", *_THROUGHPUT),
    render_index=lambda state, index: render_units(state.throughput, index, *_THROUGHPUT),
    shown=lambda value: (
        "; ".join(f"{f'index {t}' if t else 'table'} {r} read and {w} write units" for t, r, w in value) or "none"
    ),
    fix=_throughput_fix,
    matches=lambda allowed, live: set(allowed) <= set(live),
    nearest=_nearest,
    keep=_keep,
)
