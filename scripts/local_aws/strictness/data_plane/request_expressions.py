"""The expressions of a whole request: which parameters go together, and what AWS refuses before it looks at a table."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from scripts.local_aws.strictness.data_plane import data_plane_sources, syntax
from scripts.local_aws.strictness.data_plane.conditions import REDUNDANT_PARENTHESES, check_condition
from scripts.local_aws.strictness.data_plane.key_conditions import KeyCondition, key_conditions
from scripts.local_aws.strictness.data_plane.scope import Resolved, Scope
from scripts.local_aws.strictness.data_plane.tokens import Malformed
from scripts.local_aws.strictness.data_plane.updates import check_projection, check_update
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule

MAX_BYTES = 4096
# In the order in which AWS reads them.
KINDS = (
    "UpdateExpression",
    "ConditionExpression",
    "KeyConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
)
# The parameters of the time before expressions, which cannot be mixed with them, by operation.
LEGACY = {
    "GetItem": ("AttributesToGet",),
    "PutItem": ("Expected",),
    "DeleteItem": ("Expected",),
    "UpdateItem": ("AttributeUpdates", "Expected"),
    "Query": ("AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"),
    "Scan": ("AttributesToGet", "ScanFilter", "ConditionalOperator"),
}
# The order in which AWS names expressions that are mixed with legacy parameters.
NAMED = (
    "ProjectionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "UpdateExpression",
    "ConditionExpression",
)
SINGLE_WRITES = ("PutItem", "UpdateItem", "DeleteItem")


@dataclass(slots=True)
class Expressions:
    """What the expressions of a request say: the paths of each by its parameter, and the key conditions."""

    paths: dict[str, list[Resolved]] = field(default_factory=dict)
    keys: list[KeyCondition] = field(default_factory=list)
    changed: set[str | int] = field(default_factory=set)  # top-level attributes that an update changes


def read_expressions(operation: str, request: Request) -> Expressions:
    """Read all expressions of a request, or of one part of a batch or transaction.

    Raises Refused with what AWS answers to the first that is wrong. Expressions over 4 KB are left to the emulator.
    """
    refuse_mixture(operation, request)
    read = Expressions()
    given = [kind for kind in KINDS if request.get(kind) is not None]
    if not given or any(len(str(request[kind]).encode()) > MAX_BYTES for kind in given):
        return read
    refuse_bad_placeholders(request)
    scope = scope_of(request)
    for kind in given:
        try:
            read.paths[kind] = _read(kind, str(request[kind]), scope)
        except Malformed as problem:
            raise _refused(operation, kind, str(problem)) from None
        except RecursionError:  # deeper than 300 operators can be
            raise _refused(operation, kind, REDUNDANT_PARENTHESES) from None
    refuse_unused(scope)
    if "UpdateExpression" in given:
        changes = syntax.update(str(request["UpdateExpression"])).changes
        read.changed = {scope.path(change.path)[0] for change in changes}
    if "KeyConditionExpression" in given:
        read.keys = key_conditions(syntax.condition(str(request["KeyConditionExpression"])).tree, scope)
    return read


def scope_of(request: Request) -> Scope:
    """The names and values of a request."""
    return Scope(request.get("ExpressionAttributeNames") or {}, request.get("ExpressionAttributeValues") or {})


@rule(
    "expression-grammar",
    "An expression is refused with the token at which it stops being one: a document path is names that begin with a "
    "letter, #names and [indexes], at most 32 of them; a condition has no redundant parentheses and at most 300 operators; "
    "IN has at most 100 operands.",
    data_plane_sources.PATHS,
)
@rule(
    "expression-functions",
    "Functions and operators are known, have their number of operands, and take the types that they are for.",
    data_plane_sources.OPERATORS,
)
@rule(
    "reserved-words",
    "One of the 573 reserved words cannot be an attribute name in an expression, in any place of a path, without a #name.",
    data_plane_sources.RESERVED_WORDS,
)
@rule(
    "document-paths",
    "The paths of an update or a projection do not overlap, and do not use one place as a list and as a map.",
    data_plane_sources.UPDATE_EXPRESSIONS,
)
def _read(kind: str, text: str, scope: Scope) -> list[Resolved]:
    if not text.strip():
        raise Malformed("The expression can not be empty;")
    if kind == "UpdateExpression":
        return check_update(syntax.update(text), scope)
    if kind == "ProjectionExpression":
        return check_projection(syntax.projection(text), scope)
    return check_condition(syntax.condition(text), scope)


def _refused(operation: str, kind: str, problem: str) -> RequestRefused:
    """AWS puts some refusals of conditions of single writes into the envelope of its model checks."""
    enveloped = problem.startswith(("An expression attribute", "The expression can not be empty"))
    wrap = operation in SINGLE_WRITES and kind == "ConditionExpression" and enveloped
    return RequestRefused(f"{'1 validation error detected: ' if wrap else ''}Invalid {kind}: {problem}")


@rule(
    "expressions-and-legacy",
    "Expressions cannot be mixed with the parameters that they replace.",
    data_plane_sources.LEGACY,
)
def refuse_mixture(operation: str, request: Request) -> None:
    """Raise Refused when expressions and legacy parameters are in one request."""
    expressions = [name for name in NAMED if request.get(name) is not None]
    legacy = [name for name in LEGACY.get(operation, ()) if request.get(name) is not None]
    if "KeyConditionExpression" not in expressions:
        legacy = [name for name in legacy if name != "KeyConditions"]
    if expressions and legacy:
        raise RequestRefused(
            "Can not use both expression and non-expression parameters in the same request: "
            f"Non-expression parameters: {{{', '.join(legacy)}}} Expression parameters: {{{', '.join(expressions)}}}"
        )


@rule(
    "placeholders",
    "A placeholder begins with # or :, is defined when it is used, and used when it is defined.",
    data_plane_sources.EXPRESSION_NAMES,
)
def refuse_bad_placeholders(request: Request) -> None:
    """Raise Refused when the name of a placeholder is none."""
    for parameter, sign in (("ExpressionAttributeNames", "#"), ("ExpressionAttributeValues", ":")):
        for key in request.get(parameter) or {}:
            if not re.fullmatch(sign + "[0-9a-zA-Z_]+", key):
                raise RequestRefused(f'{parameter} contains invalid key: Syntax error; key: "{key}"')


def refuse_unused(scope: Scope) -> None:
    """Raise Refused when a name or a value is not used."""
    for parameter, given in (("Names", scope.names), ("Values", scope.values)):
        if unused := [key for key in given if key not in scope.used]:
            raise RequestRefused(
                f"Value provided in ExpressionAttribute{parameter} unused in expressions: keys: {{{', '.join(unused)}}}"
            )


Part = tuple[str, Request]  # the operation and the parameters of one part of a request
Parts = Callable[[Request], list[Part]]


def _transaction(data: Request) -> list[Part]:
    return [
        (name, part)
        for item in data.get("TransactItems") or []
        for name, part in item.items()
        if isinstance(part, dict)
    ]


def _batch(data: Request) -> list[Part]:
    return [
        ("GetItem", {**part, "TableName": table})
        for table, part in (data.get("RequestItems") or {}).items()
        if isinstance(part, dict)
    ]


def _batch_puts(data: Request) -> list[Part]:
    return [
        ("PutRequest", {**write["PutRequest"], "TableName": table})
        for table, writes in (data.get("RequestItems") or {}).items()
        for write in (writes if isinstance(writes, list) else [])
        if isinstance(write, dict) and isinstance(write.get("PutRequest"), dict)
    ]


PARTS: dict[str, Parts] = {
    "BatchWriteItem": _batch_puts,
    "TransactWriteItems": _transaction,
    "TransactGetItems": _transaction,
    "BatchGetItem": _batch,
}


def parts_of(operation: str, data: Request) -> list[Part]:
    """The parts of a batch or transaction that have expressions or items; of any other request, itself."""
    return PARTS[operation](data) if operation in PARTS else [(operation, data)]
