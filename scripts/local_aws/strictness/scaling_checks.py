"""What Application Auto Scaling refuses for DynamoDB. Pure functions on its requests."""

import re
from dataclasses import dataclass
from typing import Any, Self

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule

NAMESPACE = "dynamodb"
UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")
PREDEFINED = {
    "DynamoDBReadCapacityUtilization": "ReadCapacityUnits",
    "DynamoDBWriteCapacityUtilization": "WriteCapacityUnits",
}
MIN_TARGET, MAX_TARGET = 20.0, 90.0  # percent of the provisioned capacity
_RESOURCE = re.compile(r"table/([a-zA-Z0-9_.-]{3,255})(?:/index/([a-zA-Z0-9_.-]{3,255}))?")


@dataclass(frozen=True, slots=True)
class Scaled:
    """What is scaled: reads or writes of a table or of one of its indexes."""

    resource_id: str
    dimension: str
    table: str
    index: str | None
    units: str

    @classmethod
    def of(cls, request: Request) -> Self:
        """Read it from a request. Raises Refused when its three names do not belong together."""
        resource_id, dimension = str(request.get("ResourceId") or ""), str(request.get("ScalableDimension") or "")
        refuse_mismatch(str(request.get("ServiceNamespace") or ""), resource_id, dimension)
        match = _RESOURCE.fullmatch(resource_id)
        table, index = match.groups() if match else ("", None)
        return cls(resource_id, dimension, table, index, dimension.rsplit(":", 1)[-1])

    @property
    def sentence(self) -> str:
        """How AWS names it in its refusals."""
        return f"service namespace: {NAMESPACE}, resource ID: {self.resource_id}, scalable dimension: {self.dimension}"


@rule(
    "scaling-dimension",
    "ServiceNamespace, ResourceId and ScalableDimension belong together: table/<name> with dynamodb:table:..., "
    "table/<name>/index/<name> with dynamodb:index:....",
    sources.SCALING_TARGET,
)
def refuse_mismatch(namespace: str, resource_id: str, dimension: str) -> None:
    """Raise Refused when the three do not belong together."""
    match = _RESOURCE.fullmatch(resource_id)
    kind = "index" if match and match.group(2) else "table"
    allowed = [f"{NAMESPACE}:{kind}:{units}" for units in UNITS]
    if namespace != NAMESPACE or match is None or dimension not in allowed:
        raise RequestRefused("Unsupported service namespace, resource type or scalable dimension")


@rule(
    "scaling-capacity",
    "Minimum and maximum are given when a target is first registered, at least 1, the maximum not below the minimum.",
    sources.SCALING_TARGET,
)
def refuse_bad_capacity(minimum: int | None, maximum: int | None) -> None:
    """Raise Refused unless both are there and in order. In capacity units."""
    if minimum is None or maximum is None:
        raise RequestRefused("MinCapacity and MaxCapacity are required to register a scalable target")
    if minimum < 1:
        raise RequestRefused("Minimum capacity of a DynamoDB table or index cannot be less than 1")
    if maximum < minimum:
        raise RequestRefused("Maximum capacity cannot be less than minimum capacity")


@rule(
    "scaling-resource-exists",
    "A target cannot be registered on a table or index that does not exist.",
    sources.TABLE_SCALING,
)
def refuse_missing(scaled: Scaled, table: dict[str, Any] | None) -> None:
    """Raise Refused when the table or the index of it is not there."""
    if table is None:
        raise RequestRefused(f"DynamoDB table does not exist: table/{scaled.table}")
    names = [index["IndexName"] for index in table.get("GlobalSecondaryIndexes") or []]
    if scaled.index and scaled.index not in names:
        raise RequestRefused(f"DynamoDB index does not exist: {scaled.resource_id}")


@rule(
    "scaling-on-demand",
    "A table in on-demand mode has no capacity to scale: registering a target on it is refused here. AWS's answer is "
    "not known; that such a target is of no use is.",
    sources.TABLE_SCALING,
)
def refuse_on_demand(scaled: Scaled, billing_mode: str) -> None:
    """Raise Refused when the table is not provisioned."""
    if billing_mode == "PAY_PER_REQUEST":
        raise RequestRefused(
            f"The table {scaled.table} is in on-demand mode (PAY_PER_REQUEST): it has no capacity to scale"
        )


@rule(
    "scaling-policy-type",
    "DynamoDB is scaled by target tracking, not by steps.",
    sources.TABLE_SCALING,
)
def refuse_policy_type(request: Request) -> None:
    """Raise Refused when the policy is not a target tracking policy with its configuration."""
    if request.get("PolicyType", "StepScaling") != "TargetTrackingScaling":
        raise RequestRefused(f"Policy type {request.get('PolicyType', 'StepScaling')} is not supported for DynamoDB")
    if not request.get("TargetTrackingScalingPolicyConfiguration"):
        raise RequestRefused("TargetTrackingScalingPolicyConfiguration is required with TargetTrackingScaling")


@rule(
    "scaling-metric",
    "A target tracking policy has a predefined metric of DynamoDB for its dimension, or a customized metric, not both. "
    "AWS's wording is not known; the metrics are.",
    sources.SCALING_POLICY,
)
def refuse_metric(scaled: Scaled, configuration: Request) -> None:
    """Raise Refused when DynamoDB does not have this predefined metric, or has it for the other dimension."""
    predefined = configuration.get("PredefinedMetricSpecification")
    if bool(predefined) == bool(configuration.get("CustomizedMetricSpecification")):
        raise RequestRefused(
            "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification is required"
        )
    name = (predefined or {}).get("PredefinedMetricType")
    if predefined and PREDEFINED.get(str(name)) != scaled.units:
        raise RequestRefused(
            f"Predefined metric type {name} is not supported for scalable dimension {scaled.dimension}"
        )


@rule(
    "scaling-target-value",
    f"The target of a predefined DynamoDB metric is {MIN_TARGET:g} to {MAX_TARGET:g} percent.",
    sources.TABLE_SCALING,
)
def refuse_target_value(configuration: Request) -> None:
    """Raise Refused when the target is no percentage that DynamoDB scales to."""
    value = float(configuration.get("TargetValue") or 0)
    if configuration.get("PredefinedMetricSpecification") and not MIN_TARGET <= value <= MAX_TARGET:
        raise RequestRefused(f"TargetValue must be between {MIN_TARGET:g} and {MAX_TARGET:g}, found {value:g}")


@rule(
    "scaling-one-policy",
    "Two target tracking policies of a target cannot track the same metric.",
    sources.SCALING_POLICY,
)
def refuse_second_policy(configuration: Request, others: list[Request]) -> None:
    """Raise Refused when one of the configurations of the other policies has the same metric."""
    names = ("PredefinedMetricSpecification", "CustomizedMetricSpecification")
    wanted = [configuration.get(name) for name in names]
    if any([other.get(name) for name in names] == wanted for other in others):
        raise RequestRefused("Only one TargetTrackingScaling policy for a given metric specification is allowed.")
