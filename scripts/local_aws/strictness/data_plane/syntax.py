"""Reads DynamoDB expressions into trees: conditions, key conditions, filters, projections and updates."""

from collections.abc import Callable

from scripts.local_aws.strictness.data_plane.tokens import Cursor
from scripts.local_aws.strictness.data_plane.trees import (
    Change,
    Condition,
    Node,
    OperationNode,
    Path,
    UpdateTree,
    Value,
)

COMPARATORS = {"=", "<>", "<", "<=", ">", ">="}
KEYWORDS = {"AND", "OR", "NOT", "BETWEEN", "IN"}
SECTIONS = {"SET", "REMOVE", "ADD", "DELETE"}


class _Parser(Cursor):
    """A recursive descent parser of one expression."""

    def path(self, head: Path | None = None) -> Path:
        parts: list[str | int] = [*head.parts] if head else [self.path_name()]
        while sign := self.take(".", "["):
            if sign == ".":
                parts.append(self.path_name())
            else:
                parts.append(self.list_index())
        return Path(tuple(parts))

    def path_name(self) -> str:
        if self.token.kind not in ("name", "alias") or self.is_word(*self.reserved):
            self.fail()
        self.position += 1
        return self.tokens[self.position - 1].text

    def list_index(self) -> int:
        if self.token.kind != "number":
            self.fail()
        index = int(self.token.text)
        self.position += 1
        self.need("]")
        return index

    def operand(self) -> Node:
        start = self.position
        if self.take("("):
            inner = self.operand()
            self.need(")")
            self.group(start)
            return self.path(inner) if isinstance(inner, Path) else inner
        if self.token.kind == "value":
            self.position += 1
            return Value(self.tokens[self.position - 1].text)
        following = self.tokens[self.position + 1] if self.token.kind == "name" else self.token
        if following.text == "(" and not self.is_word(*self.reserved):
            name = self.path_name()
            return OperationNode(name, tuple(self.arguments()), call=True)
        return self.path()

    def arguments(self) -> list[Node]:
        self.need("(")
        found = [self.operand()]
        while self.take(","):
            found.append(self.operand())
        self.need(")")
        return found

    def condition(self) -> OperationNode:
        node = self.disjunction()
        return node if isinstance(node, OperationNode) else self.fail()

    def disjunction(self) -> Node:
        return self.chain("OR", self.conjunction)

    def conjunction(self) -> Node:
        return self.chain("AND", self.negation)

    def chain(self, word: str, part: Callable[[], Node]) -> Node:
        node = part()
        while self.is_word(word):
            if not isinstance(node, OperationNode):
                self.fail()
            self.position += 1
            right = part()
            if not isinstance(right, OperationNode):
                self.fail()
            node = OperationNode(word, (node, right))
        return node

    def negation(self) -> Node:
        count = 0
        while self.take_word("NOT"):
            count += 1
        node = self.comparison()
        for _ in range(count):
            node = OperationNode("NOT", (node,)) if isinstance(node, OperationNode) else self.fail()
        return node

    def comparison(self) -> Node:
        left = self.primary()
        operand = not isinstance(left, OperationNode) or left.call
        if not operand:
            return left
        if sign := self.take(*COMPARATORS):
            return OperationNode(sign, (left, self.operand()))
        if self.take_word("BETWEEN"):
            low = self.operand()
            if not self.take_word("AND"):
                self.fail()
            return OperationNode("BETWEEN", (left, low, self.operand()))
        if self.take_word("IN"):
            return OperationNode("IN", (left, *self.arguments()))
        return left

    def primary(self) -> Node:
        """An operand, or a condition in parentheses: which of them it was shows what follows."""
        start = self.position
        if not self.take("("):
            return self.operand()
        inner = self.disjunction()
        self.need(")")
        self.group(start)
        return self.path(inner) if isinstance(inner, Path) else inner

    def update(self) -> list[Change]:
        changes = []
        while section := self.take_word(*SECTIONS):
            self.sections.append(section)
            changes.append(self.change(section))
            while self.take(","):
                changes.append(self.change(section))
        return changes

    def change(self, section: str) -> Change:
        path = self.path()
        if section == "REMOVE":
            return Change(section, path, None)
        if section == "SET":
            self.need("=")
            return Change(section, path, self.sum())
        if self.token.kind != "value":
            self.fail()
        return Change(section, path, self.operand())

    def sum(self) -> Node:
        left = self.operand_or_sum()
        sign = self.take("+", "-")
        return OperationNode(sign, (left, self.operand())) if sign else left

    def operand_or_sum(self) -> Node:
        if self.token.text != "(":
            return self.operand()
        self.position += 1
        inner = self.sum()
        self.need(")")
        return inner


def condition(text: str) -> Condition:
    """The condition, key condition or filter that `text` is. Raises Malformed."""
    parser = _Parser(text, KEYWORDS)
    tree = parser.condition()
    parser.end()
    return Condition(tree, parser.redundant_parentheses)


def projection(text: str) -> tuple[Path, ...]:
    """The document paths of a projection. Raises Malformed."""
    parser = _Parser(text, set())
    paths = [parser.path()]
    while parser.take(","):
        paths.append(parser.path())
    parser.end()
    return tuple(paths)


def update(text: str) -> UpdateTree:
    """The changes of an update. Raises Malformed."""
    parser = _Parser(text, SECTIONS)
    changes = parser.update()
    if not changes:
        parser.fail()
    parser.end()
    return UpdateTree(tuple(changes), tuple(parser.sections))
