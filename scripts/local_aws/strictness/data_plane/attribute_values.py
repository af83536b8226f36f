"""Attribute values that are none: of no type, of two, or of a type that cannot hold what they hold."""

from collections.abc import Callable
from typing import Any

from scripts.local_aws.strictness.data_plane import data_plane_sources
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule

# What is wrong with the numbers and the members of the sets of a value, None when nothing is.
ContentProblem = Callable[[Any], str | None]
TYPES = ("S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL")
ONE_TYPE = "must contain exactly one of the supported datatypes"
EMPTY_SETS = {
    "SS": "An string set  may not be empty",
    "NS": "An number set  may not be empty",
    "BS": "Binary sets should not be empty",
}


def value_problem(value: Any) -> str | None:
    """What AWS says of a value that is none, None of any other. Numbers and doubled members of sets are the emulator's."""
    kinds = [kind for kind in TYPES if isinstance(value, dict) and value.get(kind) is not None]
    if not kinds:
        return f"Supplied AttributeValue is empty, {ONE_TYPE}"
    if len(kinds) > 1:
        return f"Supplied AttributeValue has more than one datatypes set, {ONE_TYPE}"
    kind, content = kinds[0], value[kinds[0]]
    if kind == "NULL" and not content:
        return "One or more parameter values were invalid: Null attribute value types must have the value of true"
    if kind in EMPTY_SETS and not content:
        return f"One or more parameter values were invalid: {EMPTY_SETS[kind]}"
    children = content.values() if kind == "M" else content if kind == "L" else ()
    return next((problem for child in children if (problem := value_problem(child))), None)


def refuse_bad_item(request: Request) -> None:
    """Raise Refused when a value of an item that a batch puts is none. Of other writes, the emulator does."""
    for value in (request.get("Item") or {}).values():
        if problem := value_problem(value):
            raise RequestRefused(problem)


@rule(
    "attribute-values",
    "A value in ExpressionAttributeValues or ExclusiveStartKey has exactly one type; sets are neither empty nor doubled, "
    "numbers are numbers in bounds, NULL is true.",
    data_plane_sources.VALUES,
)
def refuse_bad_values(request: Request, content_problem: ContentProblem) -> None:
    """Raise Refused when a value of an expression or of a start key is none."""
    for value in (request.get("ExclusiveStartKey") or {}).values():
        if problem := content_problem(value):
            raise RequestRefused(problem)
        if problem := value_problem(value):
            raise RequestRefused(f"The provided starting key is invalid: {problem}")
    for name, value in (request.get("ExpressionAttributeValues") or {}).items():
        if problem := content_problem(value) or value_problem(value):
            raise RequestRefused(f"ExpressionAttributeValues contains invalid value: {problem} for key {name}")
