"""Key conditions: which attribute, which operator, which values."""

from dataclasses import dataclass
from typing import Any

from scripts.local_aws.strictness.data_plane import data_plane_sources
from scripts.local_aws.strictness.data_plane.conditions import ordinal
from scripts.local_aws.strictness.data_plane.scope import Resolved, Scope
from scripts.local_aws.strictness.data_plane.trees import OperationNode, Path, Value
from scripts.local_aws.strictness.registry import RequestRefused, rule

OPERATORS = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}  # each, and what it is with its sides exchanged


@dataclass(frozen=True, slots=True)
class KeyCondition:
    """A condition on one key attribute: =, <, <=, >, >=, BETWEEN or begins_with, and its one or two values."""

    attribute: str
    operator: str
    values: tuple[dict[str, Any], ...]

    def holds(self, value: dict[str, Any]) -> bool:
        """Whether a key value of the right type fulfils the condition."""
        own, first = ordinal(value), ordinal(self.values[0])
        if self.operator == "BETWEEN":
            return bool(first <= own <= ordinal(self.values[1]))
        if self.operator == "begins_with":
            return bool(own.startswith(first))
        return {
            "=": own == first,
            "<": own < first,
            "<=": own <= first,
            ">": own > first,
            ">=": own >= first,
        }[self.operator]


@rule(
    "key-conditions",
    "A key condition is one condition per key attribute, joined by AND, each with the attribute on one side and values on the "
    "other: =, <, <=, >, >=, BETWEEN or begins_with.",
    data_plane_sources.KEY_CONDITIONS,
)
def key_conditions(tree: OperationNode, scope: Scope) -> list[KeyCondition]:
    """The conditions of a key condition expression. Raises Refused where AWS does."""
    if tree.name == "AND":
        conditions = []
        for operand in tree.operands:
            assert isinstance(operand, OperationNode)  # noqa: S101 - the grammar has seen to it
            conditions += key_conditions(operand, scope)
        names = [condition.attribute for condition in conditions]
        if len(set(names)) < len(names):
            raise RequestRefused(
                "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"
            )
        return conditions
    return [_key_condition(tree, scope)]


def _key_condition(tree: OperationNode, scope: Scope) -> KeyCondition:
    name = tree.name
    if name in ("OR", "NOT", "IN", "<>") or (tree.call and name != "begins_with"):
        raise RequestRefused(f"Invalid operator used in KeyConditionExpression: {name}")
    if any(isinstance(operand, OperationNode) for operand in tree.operands):
        raise RequestRefused("KeyConditionExpressions cannot contain nested operations")
    paths = [scope.path(operand) for operand in tree.operands if isinstance(operand, Path)]
    values = tuple(scope.value(operand) for operand in tree.operands if isinstance(operand, Value))
    path = _key_path(name, tree, paths)
    if not isinstance(tree.operands[0], Path):
        name = OPERATORS[name]
    return KeyCondition(path, name, values)


def _key_path(name: str, tree: OperationNode, paths: list[Resolved]) -> str:
    if name in ("BETWEEN", "begins_with") and not isinstance(tree.operands[0], Path):
        raise RequestRefused(
            f"Invalid condition in KeyConditionExpression: {name} operator must have the key attribute as its first operand"
        )
    if len(paths) > 1:
        raise RequestRefused(
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
        )
    if not paths:
        raise RequestRefused("Invalid condition in KeyConditionExpression: No key attribute specified")
    if len(paths[0]) > 1:
        raise RequestRefused("KeyConditionExpressions cannot have conditions on nested attributes")
    return str(paths[0][0])
