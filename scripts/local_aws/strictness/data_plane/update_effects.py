"""What AWS refuses of an update because of the item that it meets, or because of the keys of the table."""

from typing import Any

from scripts.local_aws.strictness.data_plane import data_plane_sources, syntax
from scripts.local_aws.strictness.data_plane.scope import Resolved, Scope
from scripts.local_aws.strictness.data_plane.tables import Table, indexes, key_type, keys
from scripts.local_aws.strictness.data_plane.trees import Node, OperationNode, Path, Value
from scripts.local_aws.strictness.registry import RequestRefused, rule

WRONG_TYPE = "An operand in the update expression has an incorrect data type"
NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"
NO_PLACE = "The document path provided in the update expression is invalid for update"

Item = dict[str, Any]


@rule(
    "key-change",
    "An update cannot change a key attribute of the table. That is said before the condition of the update is looked at.",
    data_plane_sources.UPDATE_ITEM,
)
def refuse_key_change(key_attributes: list[str], changed: set[str | int]) -> None:
    """Raise Refused when an update changes a key attribute."""
    for name in key_attributes:
        if name in changed:
            raise RequestRefused(
                f"One or more parameter values were invalid: Cannot update attribute {name}. "
                "This attribute is part of the key"
            )


@rule(
    "index-key-change",
    "An update that gives an attribute a type that the key of an index does not have is refused, before its condition is "
    "looked at.",
    data_plane_sources.UPDATE_ITEM,
)
def refuse_index_key_type(table: Table, text: str, scope: Scope) -> None:
    """Raise Refused when an update gives an index key another type than that of the index."""
    given: dict[str | int, str] = {}
    for change in syntax.update(text).changes:
        path = scope.path(change.path)
        if change.value is not None and len(path) == 1 and (kind := _static_type(change.value, scope)):
            given.setdefault(path[0], kind)
    for index in indexes(table):
        for name in keys(index["KeySchema"]):
            wanted = key_type(table, name)
            if name in given and given[name] != wanted:
                raise RequestRefused(
                    f"One or more parameter values were invalid: Type mismatch for Index Key {name} Expected: {wanted} "
                    f"Actual: {given[name]} IndexName: {index['IndexName']}"
                )


def _static_type(node: Node, scope: Scope) -> str | None:
    """The type of what is assigned as far as the request tells it."""
    if isinstance(node, OperationNode):
        if node.name == "if_not_exists":
            return _static_type(node.operands[1], scope)
        return "L" if node.name == "list_append" else "N"
    return scope.type_of(node)


@rule(
    "update-operands",
    "What an update reads exists in the item and has the type that +, -, list_append, ADD and DELETE need; what it changes "
    "within a map or list has that map or list to be in.",
    data_plane_sources.UPDATE_EXPRESSIONS,
)
def refuse_unfit_item(text: str, item: Item, names: dict[str, str], values: dict[str, Any]) -> None:
    """Raise ValueError, which the emulator turns into AWS's refusal, when an update does not fit the item that it meets."""
    scope = Scope(names, values)
    changes = syntax.update(text).changes
    for change in changes:
        if change.section == "SET" and change.value is not None:
            _evaluate(change.value, item, scope)
    for change in changes:
        *parent, last = scope.path(change.path)
        place = value_at(item, tuple(parent)) if parent else {"M": item}
        if place is None or ("L" if isinstance(last, int) else "M") not in place:
            raise ValueError(NO_PLACE)
        existing = value_at(item, scope.path(change.path))
        operand = scope.type_of(change.value) if change.section in ("ADD", "DELETE") and change.value else None
        if existing is not None and operand and operand not in existing:
            raise ValueError(WRONG_TYPE)


def _evaluate(node: Node, item: Item, scope: Scope) -> Item:
    """What an operand of SET is, as far as its type goes."""
    if isinstance(node, Value):
        return scope.value(node)
    if isinstance(node, Path):
        found = value_at(item, scope.path(node))
        if found is None:
            raise ValueError(NO_ATTRIBUTE)
        return found
    if node.name == "if_not_exists":
        first, second = node.operands
        found = value_at(item, scope.path(first)) if isinstance(first, Path) else None
        return found if found is not None else _evaluate(second, item, scope)
    kind = "L" if node.name == "list_append" else "N"
    for operand in node.operands:
        if kind not in _evaluate(operand, item, scope):
            raise ValueError(WRONG_TYPE)
    return {kind: [] if kind == "L" else "0"}


def value_at(item: Item, path: Resolved) -> Item | None:
    """The value at a document path of an item, None when there is none."""
    found: Any = {"M": item}
    for part in path:
        if isinstance(part, int):
            members = found.get("L") or []
            found = members[part] if part < len(members) else None
        else:
            found = (found.get("M") or {}).get(part)
        if found is None:
            return None
    return dict(found)
