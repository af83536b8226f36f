"""CloudWatch metric math: parses an expression and computes it, one value per period.

A value is a number, a series (one value or None per period, oldest first), or a list of series.
"""

import ast
import math
import operator
import re
from collections.abc import Callable
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import rule

Series = tuple[float | None, ...]
Value = Any  # float | Series | list[Series]
Lookup = Callable[[str], Series]

# Python writes the operators of metric math a little differently; strings are left alone.
_SPELLING = {"&&": " and ", "||": " or ", "AND": " and ", "OR": " or ", "^": "**"}
_TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|&&|\|\||\bAND\b|\bOR\b|\bIF\b|\^")

BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
COMPARED: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
COMBINED: dict[str, Callable[[list[float]], float]] = {
    "SUM": math.fsum,
    "AVG": lambda values: math.fsum(values) / len(values),
    "MAX": max,
    "MIN": min,
}
EACH: dict[str, Callable[[float], float]] = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}
ALLOWED: tuple[type[ast.AST], ...] = (
    *(ast.Constant, ast.Name, ast.List, ast.Call, ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.USub),
    *(ast.And, ast.Or, ast.Load),
    *BINARY,
    *COMPARED,
)
FUNCTIONS = {*COMBINED, *EACH, "FILL", "IF_", "METRICS"}


class MathError(ValueError):
    """An expression that cannot be computed. The message says why."""


@rule(
    "alarm-expression",
    "An expression is well formed and uses functions of metric math. Here these are SUM, AVG, MAX, MIN, ABS, CEIL, "
    "FLOOR, FILL, IF and METRICS; AWS has more.",
    sources.METRIC_MATH,
)
def parse(expression: str) -> ast.expr:
    """The syntax tree of an expression. Raises MathError when it is not one, or uses what is not supported here."""
    written = _TOKEN.sub(lambda m: "IF_" if m.group() == "IF" else _SPELLING.get(m.group(), m.group()), expression)
    try:
        tree = ast.parse(written.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise MathError(f"the expression [{expression}] is not well formed") from None
    for node in ast.walk(tree):
        if not isinstance(node, ALLOWED):
            raise MathError(f"the expression [{expression}] is not well formed")
        if isinstance(node, ast.Name) and not node.id[0].islower() and node.id not in (*FUNCTIONS, "REPEAT"):
            raise MathError(f"the function {node.id} is unknown or not supported by the local AWS")
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS):
            name = node.func.id if isinstance(node.func, ast.Name) else "?"
            raise MathError(f"the function {name} is unknown or not supported by the local AWS")
    return tree


def _map(function: Callable[..., float], *values: Value) -> Value:
    """Apply a function on numbers to every period; where a value is missing, so is the result."""
    lists = [value for value in values if isinstance(value, list)]
    if lists:
        sizes = {len(value) for value in lists}
        if len(sizes) > 1:
            raise MathError("lists of different lengths cannot be combined")
        rows = [[value[i] if isinstance(value, list) else value for value in values] for i in range(sizes.pop())]
        return [_map(function, *row) for row in rows]
    lengths = [len(value) for value in values if isinstance(value, tuple)]
    if not lengths:
        return _safely(function, *values)
    columns = [value if isinstance(value, tuple) else (value,) * lengths[0] for value in values]
    points = zip(*columns, strict=True)
    return tuple(None if None in point else _safely(function, *point) for point in points)


def _safely(function: Callable[..., float], *values: float) -> float | None:
    # Division by zero gives no data point.
    try:
        result = float(function(*values))
    except (ZeroDivisionError, OverflowError):
        return None
    return result if math.isfinite(result) else None


def _combine(function: Callable[[list[float]], float], value: Value) -> Value:
    """SUM and its like: of a list of series a series, of one series a number. Missing values are left out."""

    def present(values: Any) -> float | None:
        there = [number for number in values if number is not None]
        return function(there) if there else None

    if isinstance(value, list):
        return tuple(present(column) for column in zip(*value, strict=True)) if value else ()
    return present(value) if isinstance(value, tuple) else value


def _fill(value: Value, filler: Value) -> Value:
    if isinstance(value, list):
        return [_fill(series, filler) for series in value]
    if filler == "REPEAT":
        result: list[float | None] = []
        for number in value:
            result.append(number if number is not None else (result[-1] if result else None))
        return tuple(result)
    others = filler if isinstance(filler, tuple) else (filler,) * len(value)
    return tuple(other if number is None else number for number, other in zip(value, others, strict=True))


class Computation:
    """Computes expressions over series that `lookup` finds by id; `metrics` are the ids of the metrics proper."""

    def __init__(self, lookup: Lookup, metrics: list[str]) -> None:
        self.lookup, self.metrics = lookup, metrics

    def value(self, node: ast.expr) -> Value:
        """The value of a syntax tree. Raises MathError for a construct that metric math does not have."""
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return float(node.value)
        if isinstance(node, ast.Name):
            return self.lookup(node.id)
        if isinstance(node, ast.List):
            return [self._series(item) for item in node.elts]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return _map(operator.neg, self.value(node.operand))
        if isinstance(node, ast.BinOp) and type(node.op) in BINARY:
            return _map(BINARY[type(node.op)], self.value(node.left), self.value(node.right))
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARED:
            return _map(COMPARED[type(node.ops[0])], self.value(node.left), self.value(node.comparators[0]))
        if isinstance(node, ast.BoolOp):
            every = all if isinstance(node.op, ast.And) else any
            return _map(lambda *values: every(values), *(self.value(value) for value in node.values))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._call(node.func.id, node.args)
        raise MathError(f"{ast.unparse(node)} is no metric math")

    def _series(self, node: ast.expr) -> Series:
        value = self.value(node)
        if not isinstance(value, tuple):
            raise MathError(f"{ast.unparse(node)} in a list is not a time series")
        return value

    def _call(self, name: str, arguments: list[ast.expr]) -> Value:
        if name == "METRICS":
            part = arguments[0].value if arguments and isinstance(arguments[0], ast.Constant) else ""
            return [self.lookup(id_) for id_ in self.metrics if str(part) in id_]
        wanted = {"FILL": 2, "IF_": 3}.get(name, 1)
        if name == "IF_" and len(arguments) == 2:
            wanted = 2
        if len(arguments) != wanted:
            raise MathError(f"{name.strip('_')} takes {wanted} arguments, found {len(arguments)}")
        if name == "FILL":
            keyword = arguments[1].id if isinstance(arguments[1], ast.Name) else None
            return _fill(self.value(arguments[0]), keyword if keyword == "REPEAT" else self.value(arguments[1]))
        values = [self.value(argument) for argument in arguments]
        if name in COMBINED:
            return _combine(COMBINED[name], values[0])
        if name in EACH:
            return _map(EACH[name], values[0])
        return self._if(*values)

    @staticmethod
    def _if(condition: Value, then: Value, otherwise: Value = None) -> Value:
        lengths = [len(value) for value in (condition, then, otherwise) if isinstance(value, tuple)]
        if not lengths:
            return then if condition else otherwise
        columns = [v if isinstance(v, tuple) else (v,) * lengths[0] for v in (condition, then, otherwise)]
        points = zip(*columns, strict=True)
        return tuple(None if test is None else (yes if test else no) for test, yes, no in points)
