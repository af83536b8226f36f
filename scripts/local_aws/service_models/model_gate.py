"""The gate in front of all services: a request that its model forbids is answered with the error of its service."""

from typing import Any

from scripts.local_aws.api_calls import Answer, ApiCall, error
from scripts.local_aws.service_models import wire
from scripts.local_aws.service_models.constraints import violations
from scripts.local_aws.service_models.model_shapes import SERVICES, input_shape
from scripts.local_aws.service_models.types import type_problem


def request_shape(call: ApiCall) -> str | None:
    """The name of the shape of the call's request, None when there is no model for the call."""
    return input_shape(call.service, call.operation) if call.service in SERVICES else None


def refusal(call: ApiCall, name: str, method: str, path: str, query: bytes, body: bytes) -> Answer | None:
    """The error answer to a call that breaks its model, None when it breaks nothing. `name`: its request's shape."""
    try:
        if call.protocol == "query":
            request: Any = wire.from_form(call.service, name, body)
        elif call.protocol == "json":
            request = wire.from_json(body)
        else:
            request = wire.from_path(call.service, name, method, path, query, body)
    except wire.UnreadableBody as unreadable:
        return error(call, "SerializationException", str(unreadable))
    if call.protocol != "query" and (problem := type_problem(call.service, name, request)):
        return error(call, "SerializationException", problem)
    message = violations(call.service, call.operation, request)
    return error(call, SERVICES[call.service].code, message) if message else None
