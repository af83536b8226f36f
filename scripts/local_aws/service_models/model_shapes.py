"""The service models: which services have one here, the shapes of their requests, and the paths of their operations."""

import functools
import re
from dataclasses import dataclass
from typing import Any

Shape = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ModelledService:
    """A service whose calls are held against its model: its name in botocore, and its code for an invalid request."""

    name: str
    code: str


# By the name under which a call is signed.
SERVICES = {
    "application-autoscaling": ModelledService("application-autoscaling", "ValidationException"),
    "backup": ModelledService("backup", "InvalidParameterValueException"),
    "cloudformation": ModelledService("cloudformation", "ValidationError"),
    "dynamodb": ModelledService("dynamodb", "ValidationException"),
    "iam": ModelledService("iam", "ValidationError"),
    "kms": ModelledService("kms", "ValidationException"),
    "monitoring": ModelledService("cloudwatch", "ValidationError"),
    "sns": ModelledService("sns", "ValidationError"),
    "sts": ModelledService("sts", "ValidationError"),
    "tagging": ModelledService("resourcegroupstaggingapi", "InvalidParameterException"),
}


@functools.cache
def description(service: str) -> dict[str, Any]:
    """The model of a service as botocore ships it. `service`: the name under which calls are signed."""
    from botocore.loaders import Loader

    known = SERVICES.get(service)
    return Loader().load_service_model(known.name if known else service, "service-2")


def shape(service: str, name: str) -> Shape:
    """A shape by its name."""
    return description(service)["shapes"][name]


def input_shape(service: str, operation: str) -> str | None:
    """The name of the shape of an operation's request; None for an unknown operation, or one without members."""
    found = description(service)["operations"].get(operation) or {}
    return found.get("input", {}).get("shape")


@dataclass(frozen=True, slots=True)
class Route:
    """How an operation is addressed by a path: the method, the path, and the names of the variables in it."""

    method: str
    path: re.Pattern[str]
    variables: tuple[str, ...]
    operation: str
    fixed: int  # characters of the path that are no variables


@functools.cache
def routes(service: str) -> tuple[Route, ...]:
    """The operations of a service that is addressed by paths; none for a service that botocore does not know.

    Those with more fixed text come first: an ARN in a path may have slashes, and would take the rest of it.
    """
    from botocore.exceptions import UnknownServiceError

    try:
        operations = description(service)["operations"]
    except UnknownServiceError:
        return ()
    found = [_route(name, each["http"]) for name, each in operations.items()]
    return tuple(sorted(found, key=lambda route: -route.fixed))


def _route(operation: str, http: dict[str, str]) -> Route:
    parts = re.split(r"(\{[^}]+\})", http["requestUri"].split("?")[0].rstrip("/"))
    names = tuple(part.strip("{}+") for part in parts if part.startswith("{"))
    fixed = [part for part in parts if not part.startswith("{")]
    pattern = "".join(re.escape(part) if part in fixed else _variable(part) for part in parts)
    return Route(http["method"], re.compile(pattern + "/?"), names, operation, len("".join(fixed)))


def _variable(part: str) -> str:
    return "(.+)" if part.endswith(("+}", "Arn}")) else "([^/]+)"
