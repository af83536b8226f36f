"""The types of a model: what is in the body of a JSON request must be of the type that its shape says."""

from typing import Any

from scripts.local_aws.service_models.model_shapes import shape

# How a JSON value is called by the parser of DynamoDB and other services, and how the types are that it becomes.
# Recorded on AWS by dynalite (https://github.com/architect/dynalite).
JAVA = {"string": "String", "boolean": "Boolean", "integer": "Integer", "long": "Long", "double": "Double"}
JAVA |= {"float": "Float"}
PYTHON: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int, float),
    "long": (int, float),
    "double": (int, float, str),  # NaN and the infinities are written as strings
    "float": (int, float, str),
    "timestamp": (int, float, str),
    "blob": (str, bytes),
}


def type_problem(service: str, name: str, value: Any) -> str | None:
    """Why a JSON value cannot be read as a shape, in AWS's words; None when it can. Unknown members are let be."""
    if value is None:
        return None
    described = shape(service, name)
    kind = described["type"]
    if kind == "structure":
        if not isinstance(value, dict):
            return _not_a(value, described.get("document") is None)
        members = described["members"]
        within = [(members[key]["shape"], each) for key, each in value.items() if key in members]
    elif kind == "list":
        if not isinstance(value, list):
            return "Start of structure or map found where not expected" if isinstance(value, dict) else FIELD
        within = [(described["member"]["shape"], each) for each in value]
    elif kind == "map":
        if not isinstance(value, dict):
            return _not_a(value, True)
        within = [(described["value"]["shape"], each) for each in value.values()]
    else:
        return _scalar_problem(kind, value)
    return next((problem for of, each in within if (problem := type_problem(service, of, each))), None)


FIELD = "Unexpected field type"


def _not_a(value: Any, structured: bool) -> str | None:
    if not structured:
        return None
    return "Unrecognized collection type" if isinstance(value, list) else FIELD


def _scalar_problem(kind: str, value: Any) -> str | None:
    if isinstance(value, dict):
        return "Start of structure or map found where not expected"
    if isinstance(value, list):
        return f"Unrecognized collection type class java.lang.{JAVA.get(kind, kind.capitalize())}"
    wanted = PYTHON[kind]
    if isinstance(value, wanted) and (not isinstance(value, bool) or kind == "boolean"):
        return None
    if kind == "blob":
        return "only base-64-encoded strings are convertible to bytes"
    return f"{_token(value)} cannot be converted to {JAVA.get(kind, kind.capitalize())}"


def _token(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    if isinstance(value, str):
        return "STRING_VALUE"
    return "NUMBER_VALUE" if float(value).is_integer() else "DECIMAL_VALUE"
