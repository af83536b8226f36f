"""AWS::ApplicationAutoScaling::ScalableTarget and ::ScalingPolicy, made and changed through the API of the service."""

import copy
from typing import Any

from scripts.local_aws.strictness import scaling_api, sources
from scripts.local_aws.strictness.property_changes import Properties, boolean
from scripts.local_aws.strictness.registry import RequestRefused, rule
from scripts.local_aws.strictness.scaling_checks import NAMESPACE
from scripts.local_aws.strictness.table_resource import already_exists, handler_error

TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
NAMES = ("ServiceNamespace", "ResourceId", "ScalableDimension")
REPLACING = {
    TARGET: ("ResourceId", "ScalableDimension", "ServiceNamespace"),
    POLICY: ("PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension", "ScalingTargetId"),
}
COOLDOWNS = ("ScaleInCooldown", "ScaleOutCooldown")

Made = tuple[str, dict[str, Any]]

rule(
    "scaling-resources",
    "Templates make, change and delete targets and policies; a target that exists outside the stack fails its creation "
    "and can be imported. Ref of a target is ResourceId|ScalableDimension|ServiceNamespace, of a policy its ARN.",
    sources.SCALING_RESOURCE,
)


def _refuse(refusal: RequestRefused) -> ValueError:
    return handler_error(str(refusal), refusal.code)


def _target_id(properties: Properties) -> str:
    return "|".join(str(properties.get(name)) for name in ("ResourceId", "ScalableDimension", "ServiceNamespace"))


def _target_request(properties: Properties) -> Properties:
    if properties.get("ScheduledActions"):
        raise RequestRefused("ScheduledActions are not supported by the local AWS: leave them out")
    request = {name: properties.get(name) for name in NAMES}
    request |= {name: int(properties[name]) for name in ("MinCapacity", "MaxCapacity") if name in properties}
    suspended = properties.get("SuspendedState") or {}
    request["SuspendedState"] = {name: boolean(suspended.get(name)) for name in scaling_api.NOTHING_SUSPENDED}
    request["Tags"] = {tag["Key"]: tag["Value"] for tag in properties.get("Tags") or []}
    return request


def create_target(_logical_id: str, properties: Properties, _stack_name: str) -> Made:
    """Register the target; one that is registered already is not taken over."""
    physical_id = _target_id(properties)
    try:
        if (properties.get("ResourceId"), properties.get("ScalableDimension")) in scaling_api.STORE.targets:
            raise RequestRefused(already_exists(TARGET, physical_id), "AlreadyExists")
        scaling_api.register(_target_request(properties))
    except RequestRefused as refusal:
        raise _refuse(refusal) from None
    return physical_id, {"Id": physical_id}


def update_target(physical_id: str, old: Properties, new: Properties, _stack_name: str) -> Made:
    """Register the target again with its new numbers, and take the tags away that the template dropped."""
    try:
        arn = scaling_api.register(_target_request(new))["ScalableTargetARN"]
    except RequestRefused as refusal:
        raise _refuse(refusal) from None
    kept = {tag["Key"] for tag in new.get("Tags") or []}
    dropped = [tag["Key"] for tag in old.get("Tags") or [] if tag["Key"] not in kept]
    for key in dropped:
        scaling_api.tags_of(arn).pop(key, None)
    return physical_id, {"Id": physical_id}


def _names(physical_id: str) -> Properties:
    resource_id, dimension, namespace = physical_id.split("|")
    return {"ResourceId": resource_id, "ScalableDimension": dimension, "ServiceNamespace": namespace}


def delete_target(physical_id: str, _properties: Properties) -> None:
    """Deregister the target, unless it is gone."""
    names = _names(physical_id)
    if (names["ResourceId"], names["ScalableDimension"]) in scaling_api.STORE.targets:
        scaling_api.deregister(names)


def _policy_request(properties: Properties) -> Properties:
    by_id = _names(properties["ScalingTargetId"]) if properties.get("ScalingTargetId") else {}
    request = by_id | {name: properties[name] for name in (*NAMES, "PolicyName", "PolicyType") if name in properties}
    if given := copy.deepcopy(properties.get("TargetTrackingScalingPolicyConfiguration")):
        given |= {"TargetValue": float(given.get("TargetValue") or 0)}
        given |= {name: int(given[name]) for name in COOLDOWNS if name in given}
        if "DisableScaleIn" in given:
            given["DisableScaleIn"] = boolean(given["DisableScaleIn"])
        request["TargetTrackingScalingPolicyConfiguration"] = given
    return request


def put_policy(properties: Properties) -> Made:
    """Make or change the policy."""
    try:
        arn = scaling_api.put_policy(_policy_request(properties))["PolicyARN"]
    except RequestRefused as refusal:
        raise _refuse(refusal) from None
    return arn, {"Arn": arn}


def delete_policy(physical_id: str, _properties: Properties) -> None:
    """Delete the policy with this ARN, unless it has gone with its target."""
    for policy in list(scaling_api.STORE.policies.values()):
        if policy["PolicyARN"] == physical_id:
            scaling_api.delete_policy(policy)


def _import_problem(resource_id: str, dimension: str, namespace: str) -> str | None:
    if namespace == NAMESPACE and (resource_id, dimension) in scaling_api.STORE.targets:
        return None
    return f"Resource of type '{TARGET}' with identifier '{resource_id}|{dimension}|{namespace}' was not found."


def adopt_target(identifier: Properties) -> Made:
    """Take a registered target into a stack."""
    return _target_id(identifier), {"Id": _target_id(identifier)}


def install() -> None:
    """Add both types to the emulator's."""
    import ministack.services.cloudformation.changesets as changesets
    import ministack.services.cloudformation.provisioners as provisioners

    changesets._IMPORT_LOOKUPS[TARGET] = (("ResourceId", "ScalableDimension", "ServiceNamespace"), _import_problem)
    provisioners._RESOURCE_HANDLERS[TARGET] = {
        "create": create_target,
        "update": update_target,
        "delete": delete_target,
        "import": adopt_target,
    }
    provisioners._RESOURCE_HANDLERS[POLICY] = {
        "create": lambda _logical_id, properties, _stack_name: put_policy(properties),
        "update": lambda _physical_id, _old, new, _stack_name: put_policy(new),
        "delete": delete_policy,
    }
    provisioners._REPLACING_PROPERTIES |= REPLACING
    provisioners._STACK_TAG_PROPERTY[TARGET] = ("Tags", "list")
