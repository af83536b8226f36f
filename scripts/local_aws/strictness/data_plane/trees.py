"""The trees that DynamoDB expressions are read into."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Path:
    """A document path as it is written: names, #names, and indexes of lists."""

    parts: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A :value."""

    name: str


@dataclass(frozen=True, slots=True)
class OperationNode:
    """A comparison, AND, OR, NOT, BETWEEN, IN, + or -, or the call of a function, with its operands in order."""

    name: str
    operands: tuple["Node", ...]
    call: bool = False


Node = Path | Value | OperationNode


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an update expression: its section, what it changes, and with what (None for REMOVE)."""

    section: str
    path: Path
    value: Node | None


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, and whether it has parentheses that AWS calls redundant."""

    tree: OperationNode
    redundant_parentheses: bool


@dataclass(frozen=True, slots=True)
class UpdateTree:
    """An update: its changes, and its sections in the order in which they are written."""

    changes: tuple[Change, ...]
    sections: tuple[str, ...]
