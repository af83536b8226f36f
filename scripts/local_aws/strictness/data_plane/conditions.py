"""What AWS refuses in a condition, key condition or filter whose grammar is right."""

import base64
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from scripts.local_aws.strictness.data_plane.scope import Resolved, Scope, refuse_reserved, shown
from scripts.local_aws.strictness.data_plane.syntax import COMPARATORS
from scripts.local_aws.strictness.data_plane.tokens import Malformed
from scripts.local_aws.strictness.data_plane.trees import Condition, Node, OperationNode, Path, Value

OPERANDS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
    "size": 1,
}
TYPES = ("S", "N", "B", "NULL", "SS", "BOOL", "L", "BS", "NS", "M")
ORDERED = ("S", "N", "B")
MAX_OPERATORS = 300
MAX_IN = 100
REDUNDANT_PARENTHESES = "The expression has redundant parentheses;"


def nodes(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order in which they are written."""
    stack = [node]
    while stack:
        yield (current := stack.pop())
        if isinstance(current, OperationNode):
            stack.extend(reversed(current.operands))


def paths_of(node: Node) -> list[Path]:
    """The document paths of a condition, in order."""
    return [each for each in nodes(node) if isinstance(each, Path)]


def check_condition(condition: Condition, scope: Scope) -> list[Resolved]:
    """The paths of a condition with their real names. Raises Malformed with the first thing that AWS refuses."""
    if condition.redundant_parentheses:
        raise Malformed(REDUNDANT_PARENTHESES)
    operations = [each for each in nodes(condition.tree) if isinstance(each, OperationNode)]
    for operation in operations:
        if operation.call and operation.name not in OPERANDS:
            raise Malformed(f"Invalid function name; function: {operation.name}")
    _refuse_misused(condition.tree, operations)
    refuse_reserved(paths_of(condition.tree))
    operators = sum(not operation.call for operation in operations)
    if operators > MAX_OPERATORS:
        raise Malformed(f"The expression contains too many operators; operator count: {MAX_OPERATORS + 1}")
    found: list[Resolved] = []
    for operation in operations:
        if operation.name not in ("AND", "OR", "NOT"):
            found += _check_leaf(operation, scope)
    return found


def _refuse_misused(top: OperationNode, operations: list[OperationNode]) -> None:
    """Functions are conditions, but size(), which is a value."""
    conditions = [top, *(o for each in operations if each.name in ("AND", "OR", "NOT") for o in each.operands)]
    values = [o for each in operations if each.name not in ("AND", "OR", "NOT") for o in each.operands]
    wrong = [o for o in conditions if isinstance(o, OperationNode) and o.name == "size"]
    wrong += [o for o in values if isinstance(o, OperationNode) and o.name != "size"]
    if wrong:
        raise Malformed(f"The function is not allowed to be used this way in an expression; function: {wrong[0].name}")


def _check_leaf(operation: OperationNode, scope: Scope) -> list[Resolved]:
    name, operands = operation.name, operation.operands
    paths = []
    for operand in operands:
        if isinstance(operand, Path):
            paths.append(scope.path(operand))
        elif isinstance(operand, Value):
            scope.value(operand)
    if operation.call and len(operands) != OPERANDS[name]:
        raise Malformed(
            f"Incorrect number of operands for operator or function; operator or function: {name}, "
            f"number of operands: {len(operands)}"
        )
    if name == "IN" and len(operands) - 1 > MAX_IN:
        raise Malformed(f"The IN operator is provided with too many operands; number of operands: {len(operands) - 1}")
    _refuse_same(operation, scope)
    _refuse_types(operation, scope)
    return paths


def _refuse_same(operation: OperationNode, scope: Scope) -> None:
    first, *others = operation.operands
    if operation.name == "BETWEEN" or not isinstance(first, Path):
        return
    path = scope.path(first)
    if any(isinstance(other, Path) and scope.path(other) == path for other in others):
        raise Malformed(
            "The first operand must be distinct from the remaining operands for this operator or function; "
            f"operator: {operation.name}, first operand: {shown(path)}"
        )


def _refuse_types(operation: OperationNode, scope: Scope) -> None:
    name, operands = operation.name, operation.operands
    types = [scope.type_of(operand) for operand in operands]
    if name in ("attribute_exists", "attribute_not_exists") and not isinstance(operands[0], Path):
        raise Malformed(f"Operator or function requires a document path; operator or function: {name}")
    if name == "attribute_type":
        _refuse_type_name(operands[1], scope)
    if name == "BETWEEN" and isinstance(operands[1], Value) and isinstance(operands[2], Value):
        _refuse_bounds(scope.value(operands[1]), scope.value(operands[2]))
    allowed = {"begins_with": ("S", "B"), "BETWEEN": ORDERED}.get(name)
    if name in COMPARATORS - {"=", "<>"}:
        allowed = ORDERED
    if name == "size":
        allowed = tuple(set(TYPES) - {"N", "BOOL", "NULL"})
    for kind in types:
        if allowed and kind and kind not in allowed:
            raise wrong_type(name, kind)


def wrong_type(name: str, kind: str) -> Malformed:
    """That an operand has a type that the operator or function does not take."""
    return Malformed(
        f"Incorrect operand type for operator or function; operator or function: {name}, operand type: {kind}"
    )


def _refuse_type_name(operand: Node, scope: Scope) -> None:
    kind = scope.type_of(operand)
    if kind != "S" or not isinstance(operand, Value):
        raise wrong_type("attribute_type", kind or "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
    name = scope.value(operand)["S"]
    if name not in TYPES:
        raise Malformed(
            f"Invalid attribute type name found; type: {name}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"
        )


def _refuse_bounds(low: dict[str, Any], high: dict[str, Any]) -> None:
    (low_type, low_value), (high_type, high_value) = next(iter(low.items())), next(iter(high.items()))
    shown = [str(value).lower() if isinstance(value, bool) else value for value in (low_value, high_value)]
    bounds = (
        f"lower bound operand: AttributeValue: {{{low_type}:{shown[0]}}}, "
        f"upper bound operand: AttributeValue: {{{high_type}:{shown[1]}}}"
    )
    if low_type != high_type:
        raise Malformed(f"The BETWEEN operator requires same data type for lower and upper bounds; {bounds}")
    if low_type in ORDERED and ordinal(low) > ordinal(high):
        raise Malformed(
            f"The BETWEEN operator requires upper bound to be greater than or equal to lower bound; {bounds}"
        )


def ordinal(value: dict[str, Any]) -> Any:
    """What a string, number or binary value is ordered by."""
    kind, content = next(iter(value.items()))
    if kind == "N":
        return Decimal(content)
    return base64.b64decode(content) if kind == "B" else str(content).encode()
