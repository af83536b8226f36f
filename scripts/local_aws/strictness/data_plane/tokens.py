"""The tokens of DynamoDB expressions, and a cursor that walks over them."""

import re
from dataclasses import dataclass
from typing import NoReturn

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<alias>\#[A-Za-z0-9_]+)|(?P<value>:[A-Za-z0-9_]+)"
    r"|(?P<number>[0-9]+)|(?P<sign><>|<=|>=|[-=<>()\[\].,+])|(?P<other>\S))"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A name, an #alias, a :value, a number, a sign, the end, or another character, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


class Malformed(Exception):
    """The expression is not one. The message is AWS's, without the name of the parameter."""


def _tokens(text: str) -> list[Token]:
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        found.append(Token(kind, match[kind], match.start(kind), match.end(kind)))
    end = len(text.rstrip())
    return [*found, Token("end", "<EOF>", end, end)]


class Cursor:
    """Where a parser of one expression is, and how it goes on."""

    def __init__(self, text: str, reserved: set[str]) -> None:
        self.text, self.tokens, self.position = text, _tokens(text), 0
        self.reserved = reserved  # words of the grammar, which are no names
        self.redundant_parentheses = False
        self.sections: list[str] = []  # of an update, in order
        self.groups: set[tuple[int, int]] = set()

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def fail(self) -> NoReturn:
        """Raise Malformed at the current token; AWS shows it with its neighbours."""
        first = self.tokens[max(0, self.position - 1)]
        last = self.tokens[min(len(self.tokens) - 1, self.position + 1)]
        near = self.text[first.start : last.end]
        raise Malformed(f'Syntax error; token: "{self.token.text}", near: "{near}"')

    def is_word(self, *words: str) -> bool:
        return self.token.kind == "name" and self.token.text.upper() in words

    def take(self, *signs: str) -> str | None:
        """The current sign when it is one of these, which is then passed."""
        if self.token.kind != "sign" or self.token.text not in signs:
            return None
        self.position += 1
        return self.tokens[self.position - 1].text

    def take_word(self, *words: str) -> str | None:
        if not self.is_word(*words):
            return None
        self.position += 1
        return self.tokens[self.position - 1].text.upper()

    def need(self, sign: str) -> None:
        if not self.take(sign):
            self.fail()

    def end(self) -> None:
        if self.token.kind != "end":
            self.fail()

    def group(self, start: int) -> None:
        """Note that parentheses opened at token `start` and have just been closed."""
        self.groups.add((start, self.position))
        if (start + 1, self.position - 1) in self.groups:
            self.redundant_parentheses = True
