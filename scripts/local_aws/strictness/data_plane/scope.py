"""The names and values that a request gives to its expressions, and what its document paths lead to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from scripts.local_aws.strictness.data_plane.tokens import Malformed
from scripts.local_aws.strictness.data_plane.trees import Node, OperationNode, Path, Value

MAX_NESTING = 32
MAX_LIST_INDEX = 2**31 - 1

Resolved = tuple[str | int, ...]  # a document path with its real names


@cache
def reserved_words() -> frozenset[str]:
    """The 573 words of https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html."""
    from ministack.services._dynamodb_keywords import AWS_KEYWORDS

    return AWS_KEYWORDS


@dataclass(slots=True)
class Scope:
    """ExpressionAttributeNames and ExpressionAttributeValues, and which of them the expressions have used."""

    names: dict[str, str]
    values: dict[str, dict[str, Any]]
    used: set[str] = field(default_factory=set)

    def path(self, path: Path) -> Resolved:
        """The path with its real names. Raises Malformed when one is not defined, or the path is out of bounds."""
        parts: list[str | int] = []
        for part in path.parts:
            if isinstance(part, str) and part.startswith("#"):
                if part not in self.names:
                    raise Malformed(
                        f"An expression attribute name used in the document path is not defined; attribute name: {part}"
                    )
                self.used.add(part)
                part = self.names[part]
            elif isinstance(part, int) and part > MAX_LIST_INDEX:
                raise Malformed(f"List index is not within the allowable range; index: [{part}]")
            parts.append(part)
        if len(parts) > MAX_NESTING:
            raise Malformed(f"The document path has too many nesting levels; nesting levels: {len(parts)}")
        return tuple(parts)

    def value(self, value: Value) -> dict[str, Any]:
        """The value. Raises Malformed when it is not defined."""
        if value.name not in self.values:
            raise Malformed(
                f"An expression attribute value used in expression is not defined; attribute value: {value.name}"
            )
        self.used.add(value.name)
        return self.values[value.name]

    def type_of(self, node: Node) -> str | None:
        """The type of an operand as far as it is known without an item: S, N, B and so on, or None."""
        if isinstance(node, Value):
            return next(iter(self.values.get(node.name) or {}), None)
        return "N" if isinstance(node, OperationNode) and node.name == "size" else None


def refuse_reserved(paths: Iterable[Path]) -> None:
    """Raise Malformed when a name in one of the paths is a reserved word."""
    for path in paths:
        for part in path.parts:
            if isinstance(part, str) and part.upper() in reserved_words():
                raise Malformed(f"Attribute name is a reserved keyword; reserved keyword: {part}")


def refuse_overlap(paths: list[Resolved]) -> None:
    """Raise Malformed when one of the paths contains another, or two take the same place for a list and for a map."""
    for position, later in enumerate(paths):
        for earlier in paths[:position]:
            how = _relation(earlier, later)
            if how:
                raise Malformed(
                    f"Two document paths {how} with each other; must remove or rewrite one of these paths; "
                    f"path one: {shown(earlier)}, path two: {shown(later)}"
                )


def _relation(one: Resolved, two: Resolved) -> str | None:
    for left, right in zip(one, two, strict=False):
        if type(left) is not type(right):
            return "conflict"
        if left != right:
            return None
    return "overlap"


def shown(path: Resolved) -> str:
    """A path as AWS shows it: [a, [0], b]."""
    return "[" + ", ".join(f"[{part}]" if isinstance(part, int) else part for part in path) + "]"
