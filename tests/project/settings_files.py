"""Random settings that the schema of deployment.yaml allows, made from the schema."""

import copy
from typing import Any

from hypothesis import strategies as st

from scripts.settings.deployment_file import schema

INDEXES = ("ByStatus", "ByBook", "ByDay")  # of table Orders of the samples
TABLES = ("Orders", "Prices")
_REFERENCE = "#/$defs/"
# Of texts that a pattern limits.
_TEXTS = {
    "region": ["eu-west-1", "us-east-1"],
    "account": ["111122223333"],
    "after": ["two"],
    "table_prefix": ["a-"],
    "alarm_emails": ["a@example.com", "b@example.com"],
    "alarm_topics": ["arn:aws:sns:eu-west-1:111122223333:people"],
    "alarm_encryption": ["create", "none"],
    "copy_to": ["arn:aws:backup:eu-west-1:111122223333:backup-vault:vault"],
    "role": ["arn:aws:iam::111122223333:role/backup"],
    "ttl": ["expires_at"],
    "encryption": ["aws-managed", "service-key"],
}


def values(part: dict[str, Any], name: str = "", least: int = 0) -> st.SearchStrategy[Any]:
    """Values that a part of the schema allows; groups have at least `least` of their optional names."""
    if "$ref" in part:
        part = {**schema()["$defs"][part["$ref"].removeprefix(_REFERENCE)], **part}
    if name == "resource_policy":
        return st.sampled_from(part["examples"]).map(copy.deepcopy)
    if "enum" in part:
        return st.sampled_from(part["enum"])
    kind = part.get("type", "object")
    if kind == "object":
        return _groups(part, name, least)
    if kind == "array":
        return st.lists(values(part["items"], name), min_size=1, max_size=2, unique=True)
    if kind == "string":
        return st.sampled_from(_TEXTS.get(name) or part.get("examples", ["a"]))
    if kind == "boolean":
        return st.booleans()
    return st.integers(part["minimum"], part["maximum"])


@st.composite
def _groups(draw: st.DrawFn, part: dict[str, Any], name: str, least: int) -> dict[str, Any]:
    known = dict(part.get("properties", {}))
    for one in part.get("allOf", ()):
        known |= schema()["$defs"][one["$ref"].removeprefix(_REFERENCE)]["properties"]
    if isinstance(others := part.get("additionalProperties"), dict):
        names = part.get("propertyNames", {}).get("enum") or {"indexes": INDEXES, "tables": TABLES}.get(name)
        known = {**known, **dict.fromkeys(names or ("one", "two"), others)}
    needed = list(part.get("required", ()))
    optional = sorted(set(known) - set(needed))
    least = max(least, part.get("minProperties", 0) - len(needed))
    chosen = draw(st.lists(st.sampled_from(optional), min_size=least, max_size=3, unique=True)) if optional else []
    return {key: draw(values(known[key], key, least=1)) for key in (*needed, *chosen)}


def files() -> st.SearchStrategy[dict[str, Any]]:
    """Whole files whose form is right; their values need not fit each other."""
    return values(schema())


def groups(value: Any, where: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of all groups of names and values, but those in a policy, whose form is not that of a setting."""
    found = [where] if isinstance(value, dict) else []
    for key, below in value.items() if isinstance(value, dict) else ():
        found += groups(below, (*where, key)) if key != "resource_policy" else []
    return found


def below(value: Any, where: tuple[str | int, ...]) -> Any:
    """What stands at a path."""
    for key in where:
        value = value[key]
    return value
