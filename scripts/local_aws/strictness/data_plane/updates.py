"""What AWS refuses in an update or a projection whose grammar is right."""

from collections.abc import Iterator

from scripts.local_aws.strictness.data_plane.conditions import nodes, wrong_type
from scripts.local_aws.strictness.data_plane.scope import Resolved, Scope, refuse_overlap, refuse_reserved
from scripts.local_aws.strictness.data_plane.tokens import Malformed
from scripts.local_aws.strictness.data_plane.trees import Node, OperationNode, Path, UpdateTree, Value

TAKES = {"if_not_exists": None, "list_append": "L", "+": "N", "-": "N"}  # the type of both operands
TYPE_NAMES = {"S": "STRING", "N": "NUMBER", "B": "BINARY", "NULL": "NULL", "BOOL": "BOOLEAN", "L": "LIST", "M": "MAP"}


def check_projection(paths: tuple[Path, ...], scope: Scope) -> list[Resolved]:
    """The paths with their real names. Raises Malformed with the first thing that AWS refuses."""
    refuse_reserved(paths)
    resolved = [scope.path(path) for path in paths]
    refuse_overlap(resolved)
    return resolved


def check_update(update: UpdateTree, scope: Scope) -> list[Resolved]:
    """The paths that an update changes or reads. Raises Malformed with the first thing that AWS refuses."""
    everything = list(_nodes(update))
    operations = [each for each in everything if isinstance(each, OperationNode)]
    refuse_reserved(each for each in everything if isinstance(each, Path))
    for operation in operations:
        if operation.name not in TAKES:
            raise Malformed(f"Invalid function name; function: {operation.name}")
    for section in update.sections:
        if update.sections.count(section) > 1:
            raise Malformed(f'The "{section}" section can only be used once in an update expression;')
    resolved = [scope.path(each) for each in everything if isinstance(each, Path)]
    for each in everything:
        if isinstance(each, Value):
            scope.value(each)
    refuse_overlap([scope.path(change.path) for change in update.changes])
    for change in update.changes:
        if change.section in ("ADD", "DELETE") and isinstance(change.value, Value):
            _refuse_operand(change.section, change.value, scope)
    for operation in operations:
        _refuse_operands(operation, scope)
    return resolved


def _nodes(update: UpdateTree) -> Iterator[Node]:
    for change in update.changes:
        yield change.path
        if change.value is not None:
            yield from nodes(change.value)


def _refuse_operand(section: str, value: Value, scope: Scope) -> None:
    """ADD takes numbers and sets, DELETE takes sets."""
    kind = scope.type_of(value) or ""
    if kind in TYPE_NAMES and not (section == "ADD" and kind == "N"):
        raise Malformed(
            f"Incorrect operand type for operator or function; operator: {section}, operand type: {TYPE_NAMES[kind]}, "
            "typeSet: ALLOWED_FOR_ADD_OPERAND"
        )


def _refuse_operands(operation: OperationNode, scope: Scope) -> None:
    name, operands = operation.name, operation.operands
    if len(operands) != 2:
        raise Malformed(
            f"Incorrect number of operands for operator or function; operator or function: {name}, "
            f"number of operands: {len(operands)}"
        )
    if name == "if_not_exists" and not isinstance(operands[0], Path):
        raise Malformed(f"Operator or function requires a document path; operator or function: {name}")
    wanted = TAKES[name]
    for operand in operands:
        kind = scope.type_of(operand)
        if wanted and kind and kind != wanted:
            raise wrong_type(name, kind)
