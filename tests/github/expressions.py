"""The expressions of GitHub workflows, as far as ours use them, after

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>\d+)|(?P<name>[A-Za-z_][\w-]*)|(?P<sign>&&|\|\||==|!=|[!().,*\[\]]))"
)
STATUS = ("always", "cancelled", "failure", "success")
Functions = Mapping[str, Callable[..., Any]]


def interpolate(text: str, context: Mapping[str, Any], functions: Functions) -> str:
    """A text with the value of each `${{ }}` in its place."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda m: shown(evaluate(m[1], context, functions)), text, flags=re.DOTALL)


def value(text: Any, context: Mapping[str, Any], functions: Functions) -> Any:
    """The value of a field that is one expression, or the text with what is in it."""
    if not isinstance(text, str):
        return text
    whole = re.fullmatch(r"\s*\$\{\{(.*)\}\}\s*", text, re.DOTALL)
    if whole and "${{" not in whole[1]:
        return evaluate(whole[1], context, functions)
    return interpolate(text, context, functions)


def condition(text: Any, context: Mapping[str, Any], functions: Functions) -> bool:
    """Whether an `if` holds; without a status function it also needs success()."""
    text = re.sub(r"^\s*\$\{\{(.*)\}\}\s*$", r"\1", str(text), flags=re.DOTALL)
    if not any(re.search(rf"\b{name}\(", text) for name in STATUS):
        text = f"success() && ({text})"
    return bool(evaluate(text, context, functions))


def evaluate(text: str, context: Mapping[str, Any], functions: Functions) -> Any:
    """The value of an expression. Raises ValueError for what it does not know: a typing error must not pass as empty."""
    return _Parser(text, context, functions).whole()


def shown(found: Any) -> str:
    """A value as text."""
    if found is None:
        return ""
    if isinstance(found, bool):
        return str(found).lower()
    return json.dumps(found) if isinstance(found, (dict, list)) else str(found)


class _Parser:
    def __init__(self, text: str, context: Mapping[str, Any], functions: Functions) -> None:
        self._tokens: list[tuple[str, str]] = []
        position = 0
        while text[position:].strip():
            match = TOKEN.match(text, position)
            if not match:
                raise ValueError(f"cannot read {text[position:]!r}")
            self._tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
            position = match.end()
        self._context, self._functions = context, {**BUILT_IN, **functions}

    def whole(self) -> Any:
        result = self._either()
        if self._tokens:
            raise ValueError(f"left over: {self._tokens}")
        return result

    def _take(self, *signs: str) -> str | None:
        if self._tokens and self._tokens[0][0] == "sign" and self._tokens[0][1] in signs:
            return self._tokens.pop(0)[1]
        return None

    def _either(self) -> Any:
        left = self._both()
        while self._take("||"):
            right = self._both()
            left = left or right
        return left

    def _both(self) -> Any:
        left = self._equal()
        while self._take("&&"):
            right = self._equal()
            left = left and right
        return left

    def _equal(self) -> Any:
        left = self._one()
        while sign := self._take("==", "!="):
            right = self._one()
            same = shown(left).lower() == shown(right).lower()
            left = same if sign == "==" else not same
        return left

    def _one(self) -> Any:
        if self._take("!"):
            return not self._one()
        if self._take("("):
            found = self._either()
            self._expect(")")
            return found
        kind, text = self._tokens.pop(0)
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return int(text)
        if kind != "name":
            raise ValueError(f"unexpected {text}")
        if text in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[text]
        if self._take("("):
            return self._path(self._functions[text](*self._arguments()))
        if text not in self._context:
            raise ValueError(f"there is no context {text}")
        return self._path(self._context[text])

    def _arguments(self) -> list[Any]:
        found: list[Any] = []
        if self._take(")"):
            return found
        found.append(self._either())
        while self._take(","):
            found.append(self._either())
        self._expect(")")
        return found

    def _path(self, found: Any) -> Any:
        while sign := self._take(".", "["):
            if sign == "[":
                found = _of(found, shown(self._either()))
                self._expect("]")
            elif self._take("*"):
                found = _All(found.values() if isinstance(found, dict) else found)
            else:
                found = _of(found, self._tokens.pop(0)[1])
        return list(found) if isinstance(found, _All) else found

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise ValueError(f"{sign} is missing before {self._tokens}")


class _All(list[Any]):
    """What a `*` stands for."""


def _of(found: Any, name: str) -> Any:
    if isinstance(found, _All):
        return _All(_of(one, name) for one in found)
    return found.get(name) if isinstance(found, Mapping) else None


def _format(pattern: str, *values: Any) -> str:
    return re.sub(r"\{(\d+)\}", lambda m: shown(values[int(m[1])]), pattern)


def _join(values: Sequence[Any], separator: str = ",") -> str:
    return separator.join(map(shown, values))


BUILT_IN: Functions = {"fromJSON": json.loads, "toJSON": json.dumps, "format": _format, "join": _join}
