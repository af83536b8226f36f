"""What IAM would answer: a small evaluator of identity policies, after "Policy evaluation logic" of the IAM User Guide.

It knows the operators that the project's policies use, and raises KeyError for any other.
"""

import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any

Context = Mapping[str, tuple[str, ...]]
Statement = Mapping[str, Any]


def allows(documents: Iterable[dict[str, Any]], action: str, resource: str, context: Context | None = None) -> bool:
    """Whether a principal with these policies may do `action` on `resource` in a request with these context keys."""
    return permits(on(about(documents, action), resource), context or {})


def about(documents: Iterable[dict[str, Any]], action: str) -> list[Statement]:
    """The statements that are about an action."""
    return [statement for document in documents for statement in document["Statement"] if _names(statement, action)]


def on(statements: list[Statement], resource: str) -> list[Statement]:
    """Those of them that are about a resource."""
    return [statement for statement in statements if _covers(statement, resource)]


def permits(statements: list[Statement], context: Context) -> bool:
    """What they say together of a request that all of them are about."""
    effects = {statement["Effect"] for statement in statements if _holds(statement.get("Condition", {}), context)}
    return effects == {"Allow"}


def _covers(statement: Mapping[str, Any], resource: str) -> bool:
    """Whether a statement is about a resource: by Resource, or by NotResource about all others."""
    key = "NotResource" if "NotResource" in statement else "Resource"
    return (key == "Resource") == any(_like(pattern, resource) for pattern in _list(statement[key]))


def _names(statement: Mapping[str, Any], action: str) -> bool:
    """Whether a statement is about an action: by Action, or by NotAction about all others."""
    key = "NotAction" if "NotAction" in statement else "Action"
    return (key == "Action") == any(_like(pattern, action, re.IGNORECASE) for pattern in _list(statement[key]))


def _holds(condition: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    return all(
        _OPERATORS[operator](context.get(key), _list(values))
        for operator, keys in condition.items()
        for key, values in keys.items()
    )


_OPERATORS = {
    "StringEquals": lambda found, values: found is not None and len(found) == 1 and found[0] in values,
    "StringEqualsIfExists": lambda found, values: found is None or (len(found) == 1 and found[0] in values),
    "StringNotEquals": lambda found, values: found is None or not any(one in values for one in found),
    "StringLike": lambda found, values: _one_like(found, values),
    "ArnEquals": lambda found, values: _one_like(found, values),  # "ArnEquals and ArnLike behave identically"
    "ArnLike": lambda found, values: _one_like(found, values),
    "StringLikeIfExists": lambda found, values: found is None or _one_like(found, values),
    "ForAnyValue:StringEquals": lambda found, values: any(one in values for one in found or ()),
    "ForAnyValue:StringNotLike": lambda found, values: any(not _any_like(one, values) for one in found or ()),
    "ForAnyValue:ArnNotLike": lambda found, values: any(not _any_like(one, values) for one in found or ()),
    "ForAllValues:StringEquals": lambda found, values: all(one in values for one in found or ()),
    "ForAllValues:StringLike": lambda found, values: all(_any_like(one, values) for one in found or ()),
    "Null": lambda found, values: (found is None) == (values == ["true"]),
}


def _one_like(found: tuple[str, ...] | None, values: list[str]) -> bool:
    return found is not None and len(found) == 1 and _any_like(found[0], values)


def _any_like(text: str, patterns: list[str]) -> bool:
    return any(_like(pattern, text) for pattern in patterns)


@functools.cache  # the same few words and ARNs are compared again and again
def _like(pattern: str, text: str, flags: int = 0) -> bool:
    return _compiled(pattern, flags).fullmatch(text) is not None


@functools.cache
def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.compile("".join(parts), flags)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
