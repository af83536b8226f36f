"""AWS's provider schemas, as cfn-lint carries them: what cloudformation-validate knows of them but does not tell."""

import functools
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

REGION = "us-east-1"  # the schemas of the types that the project uses are the same in every region


@functools.cache
def schema(resource_type: str) -> dict[str, Any] | None:
    """The provider schema of a resource type, or None when AWS has none for it."""
    file = _files().get(resource_type)
    return None if file is None else json.loads((_folder() / "resources" / f"{file}.json").read_text())


def create_only(resource_type: str) -> tuple[str, ...] | None:
    """The properties of a type whose change needs a new resource, None when AWS has no schema for the type."""
    found = schema(resource_type)
    if found is None:
        return None
    paths = [path.split("/") for path in found.get("createOnlyProperties", [])]
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
