"""Application Auto Scaling of DynamoDB: targets and policies, made, changed and taken away."""

import time
import uuid
from typing import Any

from scripts.local_aws.strictness import scaling_alarms, sources
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule
from scripts.local_aws.strictness.scaling_checks import (
    NAMESPACE,
    Scaled,
    refuse_bad_capacity,
    refuse_metric,
    refuse_missing,
    refuse_on_demand,
    refuse_policy_type,
    refuse_second_policy,
    refuse_target_value,
)
from scripts.local_aws.strictness.update_state import billing_mode

SERVICE = "application-autoscaling"
ROLE = (
    "arn:aws:iam::{account}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
    "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
)
NOTHING_SUSPENDED = {
    "DynamicScalingInSuspended": False,
    "DynamicScalingOutSuspended": False,
    "ScheduledScalingSuspended": False,
}

Key = tuple[str, str]  # resource id, scalable dimension

rule(
    "scaling-survives-table",
    "Deleting a table leaves its targets and policies, and their alarms; switching it to on-demand does too.",
    sources.TABLE_SCALING,
)
rule(
    "scaling-names",
    "Targets and policies that are named but do not exist are refused with ObjectNotFoundException.",
    sources.SCALING_DEREGISTER,
)


class Store:
    """Targets and policies of each account and region."""

    def clear(self) -> None:
        """Forget everything."""
        from ministack.core.responses import AccountRegionScopedDict

        self.targets: Any = AccountRegionScopedDict()  # Key -> target as DescribeScalableTargets returns it
        self.policies: Any = AccountRegionScopedDict()  # (*Key, policy name) -> policy as DescribeScalingPolicies does
        self.tags: Any = AccountRegionScopedDict()  # ARN of a target -> tags by key


STORE = Store()


def _arn(kind: str) -> str:
    from ministack.core.responses import get_account_id, get_region

    service = SERVICE if kind == "scalable-target" else "autoscaling"
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{kind}"


def _target(scaled: Scaled) -> dict[str, Any]:
    found = STORE.targets.get((scaled.resource_id, scaled.dimension))
    if found is None:
        raise RequestRefused(f"No scalable target registered for {scaled.sentence}", "ObjectNotFoundException")
    return found


@rule(
    "scaling-moves-capacity",
    "Registering or changing a target moves the provisioned capacity into its minimum and maximum at once.",
    sources.SCALING_TARGET,
)
def move_capacity(scaled: Scaled, table: dict[str, Any], minimum: int, maximum: int) -> None:
    """Bring the capacity of the table or index between the two. In capacity units."""
    indexes = {index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes") or []}
    holder = indexes[scaled.index] if scaled.index else table
    present = holder.get("ProvisionedThroughput") or {}
    units = min(max(int(present.get(scaled.units) or 0), minimum), maximum)
    holder["ProvisionedThroughput"] = {**present, scaled.units: units}


def register(request: Request) -> dict[str, Any]:
    """RegisterScalableTarget: make a target, or change the one that is there."""
    import ministack.services.dynamodb as dynamodb
    from ministack.core.responses import get_account_id

    scaled = Scaled.of(request)
    key = (scaled.resource_id, scaled.dimension)
    present = STORE.targets.get(key) or {}
    table = dynamodb._tables.get(scaled.table)
    limits: list[Any] = [request.get(name, present.get(name)) for name in ("MinCapacity", "MaxCapacity")]
    minimum, maximum = limits
    refuse_bad_capacity(minimum, maximum)
    refuse_missing(scaled, table)
    refuse_on_demand(scaled, billing_mode(table))
    target = {
        "ServiceNamespace": NAMESPACE,
        "ResourceId": scaled.resource_id,
        "ScalableDimension": scaled.dimension,
        "MinCapacity": minimum,
        "MaxCapacity": maximum,
        "RoleARN": ROLE.format(account=get_account_id()),
        "CreationTime": present.get("CreationTime", int(time.time())),
        "SuspendedState": NOTHING_SUSPENDED | present.get("SuspendedState", {}) | (request.get("SuspendedState") or {}),
        "ScalableTargetARN": present.get("ScalableTargetARN") or f"{_arn('scalable-target')}/{uuid.uuid4().hex}",
    }
    STORE.targets[key] = target
    STORE.tags[target["ScalableTargetARN"]] = {**tags_of(target["ScalableTargetARN"]), **(request.get("Tags") or {})}
    move_capacity(scaled, table, minimum, maximum)
    return {"ScalableTargetARN": target["ScalableTargetARN"]}


def tags_of(arn: str) -> dict[str, str]:
    """The tags of a target by its ARN, empty when there is none."""
    return STORE.tags.get(arn) or {}


def deregister(request: Request) -> dict[str, Any]:
    """DeregisterScalableTarget: the target goes, and its policies and their alarms with it."""
    scaled = Scaled.of(request)
    key = (scaled.resource_id, scaled.dimension)
    if key not in STORE.targets:
        raise RequestRefused(f"No scalable target found for {scaled.sentence}", "ObjectNotFoundException")
    STORE.tags.pop(STORE.targets.pop(key)["ScalableTargetARN"], None)
    for policy_key in [policy_key for policy_key in STORE.policies if policy_key[:2] == key]:
        scaling_alarms.remove(STORE.policies.pop(policy_key)["Alarms"])
    return {}


def put_policy(request: Request) -> dict[str, Any]:
    """PutScalingPolicy: make a target tracking policy and its four alarms, or change the one of that name."""
    scaled = Scaled.of(request)
    name = str(request.get("PolicyName") or "")
    key = (scaled.resource_id, scaled.dimension, name)
    if not 1 <= len(name) <= 256:
        raise RequestRefused("PolicyName must have 1 to 256 characters")
    target = _target(scaled)
    refuse_policy_type(request)
    configuration = request["TargetTrackingScalingPolicyConfiguration"]
    refuse_metric(scaled, configuration)
    refuse_target_value(configuration)
    others = [policy for k, policy in STORE.policies.items() if k[:2] == key[:2] and k != key]
    refuse_second_policy(configuration, [p["TargetTrackingScalingPolicyConfiguration"] for p in others])
    present = STORE.policies.get(key) or {}
    made = f"{_arn('scalingPolicy')}:{uuid.uuid4()}:resource/{NAMESPACE}/{scaled.resource_id}:policyName/{name}"
    scaling_alarms.remove(present.get("Alarms", []))
    arn = present.get("PolicyARN", made)
    policy = {
        "PolicyARN": arn,
        "PolicyName": name,
        "ServiceNamespace": NAMESPACE,
        "ResourceId": scaled.resource_id,
        "ScalableDimension": scaled.dimension,
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": configuration,
        "Alarms": scaling_alarms.create(scaled, float(configuration["TargetValue"]), int(target["MinCapacity"]), arn),
        "CreationTime": present.get("CreationTime", int(time.time())),
    }
    STORE.policies[key] = policy
    return {"PolicyARN": arn, "Alarms": policy["Alarms"]}


def delete_policy(request: Request) -> dict[str, Any]:
    """DeleteScalingPolicy: the policy goes with its alarms."""
    scaled, name = Scaled.of(request), request.get("PolicyName")
    policy = STORE.policies.pop((scaled.resource_id, scaled.dimension, name), None)
    if policy is None:
        raise RequestRefused(
            f"No scaling policy found for {scaled.sentence}, policy name: {name}", "ObjectNotFoundException"
        )
    scaling_alarms.remove(policy["Alarms"])
    return {}
