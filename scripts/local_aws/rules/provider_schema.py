"""Holds resource properties against AWS's provider schemas, which come with cfn-lint."""

import functools
import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

REGION = "us-east-1"  # the schemas of the types that the project uses are the same in every region
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@functools.cache
def validator(resource_type: str) -> Any:
    """The JSON Schema validator of a resource type, or None when AWS has no schema for it."""
    from jsonschema import Draft7Validator, validators

    file = _files().get(resource_type)
    if file is None:
        return None
    schema = json.loads((_folder() / "resources" / f"{file}.json").read_text())
    # JSON Schema writes regular expressions for another engine; the few that Python cannot read are not checked.
    return validators.extend(Draft7Validator, {"pattern": _pattern})(schema)


def create_only(resource_type: str) -> tuple[str, ...] | None:
    """The properties of a type whose change needs a new resource, None when AWS has no schema for the type."""
    schema = validator(resource_type)
    if schema is None:
        return None
    paths = [path.split("/") for path in schema.schema.get("createOnlyProperties", [])]
    return tuple(path[2] for path in paths if len(path) == 3)


def _folder() -> Path:
    # Found without importing cfn-lint, which takes seconds.
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise RuntimeError("cfn-lint is not installed. Run `make setup`.")
    return Path(spec.origin).parent / "data" / "schemas"


@functools.cache
def _files() -> dict[str, str]:
    return json.loads((_folder() / "providers" / f"{REGION}.json").read_text())


def _pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    try:
        if isinstance(value, str) and not re.search(pattern, value):
            yield ValidationError(f"string [{value}] does not match pattern {pattern}")
    except re.error:
        return


def problems(resource_type: str, properties: dict[str, Any]) -> list[tuple[str, str]]:
    """(path, reason) of everything in `properties` that AWS's schema of the type does not allow.

    What is not known before deployment (an intrinsic function that names another resource) is not judged.
    """
    if validator(resource_type) is None:
        return []
    return list(_problems(resource_type, json.dumps(properties, default=str)))


# A change of a table leaves most of its alarms as they are: what was judged before is not judged again.
@functools.lru_cache(maxsize=20_000)
def _problems(resource_type: str, properties: str) -> tuple[tuple[str, str], ...]:
    found = []
    for error in validator(resource_type).iter_errors(json.loads(properties)):
        if _has_intrinsic(error.instance) and error.validator not in ("additionalProperties", "required"):
            continue
        if error.validator == "type" and _coercible(error.instance, error.validator_value):
            continue
        path = "/".join(str(part) for part in error.absolute_path)
        found += [(path, reason) for reason in _reasons(error)]
    return tuple(sorted(set(found)))


def _reasons(error: Any) -> list[str]:
    """CloudFormation's words for an error of the schema."""
    if error.validator == "additionalProperties":
        if _is_intrinsic(error.instance):
            return []
        allowed = error.schema.get("properties", {})
        return [f"extraneous key [{key}] is not permitted" for key in error.instance if key not in allowed]
    if error.validator == "required":
        if _is_intrinsic(error.instance):
            return []
        return [f"required key [{key}] not found" for key in error.validator_value if key not in error.instance]
    if error.validator == "enum":
        return [f"{error.instance} is not a valid enum value. Supported values: {error.validator_value}"]
    return [error.message]


def _is_intrinsic(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) != 1:
        return False
    (key,) = value
    return key in ("Ref", "Condition") or key.startswith("Fn::")


def _has_intrinsic(value: Any) -> bool:
    if _is_intrinsic(value):
        return True
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_has_intrinsic(child) for child in children)


def _coercible(value: Any, wanted: Any) -> bool:
    """CloudFormation takes a number or a boolean written as a string, and a string written as either."""
    kinds = {wanted} if isinstance(wanted, str) else set(wanted)
    if isinstance(value, str):
        number = bool(kinds & {"integer", "number"} and _NUMBER.fullmatch(value))
        return number or ("boolean" in kinds and value.lower() in ("true", "false"))
    return "string" in kinds and isinstance(value, (bool, int, float))
