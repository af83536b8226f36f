"""The service models for requests that do not come over HTTP: those that CloudFormation makes of a template."""

from typing import Any

from scripts.local_aws.service_models import wire
from scripts.local_aws.service_models.constraints import violations
from scripts.local_aws.service_models.model_shapes import SERVICES, input_shape, shape
from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule


@rule(
    "service-model",
    "Every request to DynamoDB, CloudWatch, Application Auto Scaling, SNS, KMS, AWS Backup, CloudFormation, IAM, STS "
    "and the tagging API keeps the model of its service: types, required members, lengths, ranges, patterns, "
    "enumerations and unions. Up to ten violations are told at once. Where a service is known to differ from its "
    "model, scripts/local_aws/service_models/model_exceptions.py says so.",
    sources.SERVICE_MODEL,
)
def refuse_by_model(service: str, operation: str, request: Request) -> None:
    """Raise Refused when a request breaks the model. `service`: the name under which its calls are signed."""
    if message := violations(service, operation, request):
        raise RequestRefused(message, SERVICES[service].code)


def typed(service: str, operation: str, properties: Request) -> Request:
    """A request with numbers and booleans where the model has some, made of properties that may write them as text."""
    name = input_shape(service, operation)
    return properties if name is None else _typed(service, name, properties)


def _typed(service: str, name: str, value: Any) -> Any:
    described = shape(service, name)
    if isinstance(value, dict):
        members = described.get("members") or {}
        below = {key: members[key] if key in members else described.get("value") for key in value}
        return {key: _typed(service, of["shape"], value[key]) if of else value[key] for key, of in below.items()}
    if isinstance(value, list) and "member" in described:
        return [_typed(service, described["member"]["shape"], each) for each in value]
    if not isinstance(value, str):
        return value
    try:
        return wire.scalar(described["type"], value)
    except wire.UnreadableBody as problem:
        raise RequestRefused(str(problem), SERVICES[service].code) from None


def install() -> None:
    """Nothing to put in place: requests over HTTP pass the gate, the others call `refuse_by_model`."""
