"""Random expressions: most of them right, some with a word or sign too many, too few, or exchanged."""

import random
import re
from dataclasses import dataclass, field
from typing import Any

ATTRIBUTES = ("title", "title", "city", "amount", "details", "tags", "status", "name", "pk", "sk", "missing", "_x")
VALUES: tuple[dict[str, Any], ...] = (
    {"S": "Rome"},
    {"S": "title 3"},
    {"S": ""},
    {"N": "1"},
    {"N": "3"},
    {"B": "YWI="},
    {"BOOL": True},
    {"NULL": True},
    {"SS": ["red"]},
    {"NS": ["1", "2"]},
    {"L": [{"S": "a"}]},
    {"M": {"x": {"N": "1"}}},
    {"S": "S"},
)
BAD_VALUES: tuple[dict[str, Any], ...] = (
    {"N": "one"},
    {"N": "1e200"},
    {"SS": []},
    {"SS": ["a", "a"]},
    {"NULL": False},
    {"S": "a", "N": "1"},
    {},
)
SIGNS = (
    "=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "(",
    ")",
    ",",
    ".",
    "[0]",
    "and",
    "or",
    "not",
    "between",
    "in",
    "size",
    ":no",
    "#no",
)


@dataclass(slots=True)
class Draw:
    """A source of choices, and the names and values that the expressions of one request have used."""

    random: random.Random
    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def of(self, *choices: Any) -> Any:
        return choices[self.random.randrange(len(choices))]

    def value(self, *choices: dict[str, Any]) -> str:
        """A placeholder for one of the values, or for any."""
        name = f":v{len(self.values)}"
        any_value = BAD_VALUES if self.chance(0.02) else choices or VALUES
        self.values[name] = self.of(*any_value)
        return name

    def path(self) -> str:
        """A document path, with a #name now and then."""
        name = self.of(*ATTRIBUTES)
        if self.chance(0.35):
            alias = f"#n{len(self.names)}"
            self.names[alias] = name
            name = alias
        if self.chance(0.2):
            name += self.of(".x", "[0]", ".list[1]", ".x.y", "[1].x", ".status")
        return str(name)

    def damaged(self, text: str, probability: float = 0.12) -> str:
        """The text, with one token too many, too few or exchanged."""
        if not self.chance(probability):
            return text
        tokens = re.findall(r"[#:]?\w+|<>|<=|>=|\S", text)
        place = self.random.randrange(len(tokens))
        kind = self.of("drop", "double", "replace", "insert")
        if kind == "drop":
            del tokens[place]
        elif kind == "double":
            tokens.insert(place, tokens[place])
        elif kind == "replace":
            tokens[place] = self.of(*SIGNS)
        else:
            tokens.insert(place, self.of(*SIGNS))
        return " ".join(tokens)

    def condition(self, depth: int = 2) -> str:
        """A condition of comparisons and functions."""
        if depth and self.chance(0.3):
            left, right = self.condition(depth - 1), self.condition(depth - 1)
            joined = f"{left} {self.of('and', 'or')} {right}"
            return f"({joined})" if self.chance(0.3) else joined
        if depth and self.chance(0.1):
            return f"not {self.condition(depth - 1)}"
        if self.chance(0.05):
            return f"(({self.condition(0)}))"
        kind = self.random.randrange(8)
        if kind <= 2:
            return f"{self.path()} {self.of('=', '<>', '<', '<=', '>', '>=')} {self.value()}"
        if kind == 3:
            return f"{self.path()} between {self.value()} and {self.value()}"
        if kind == 4:
            return f"{self.path()} in ({self.value()}, {self.value()})"
        if kind == 5:
            return f"size({self.path()}) {self.of('=', '<')} {self.value()}"
        if kind == 6:
            return f"{self.of('attribute_exists', 'attribute_not_exists')}({self.path()})"
        return f"{self.of('contains', 'begins_with', 'attribute_type')}({self.path()}, {self.value()})"

    def projection(self) -> str:
        return ", ".join(self.path() for _ in range(self.of(1, 1, 2, 3)))

    def update(self) -> str:
        """One to three sections of an update."""
        sections = self.random.sample(["set", "remove", "add", "delete"], self.of(1, 1, 2, 3))
        if self.chance(0.03):
            sections.append(sections[0])
        return " ".join(f"{self.of(each, each.upper())} {self._changes(each)}" for each in sections)

    def _changes(self, section: str) -> str:
        if section == "remove":
            return self.projection()
        if section == "add":
            return f"{self.path()} {self.value({'N': '1'}, {'SS': ['blue']}, {'S': 'x'}, {'L': []})}"
        if section == "delete":
            return f"{self.path()} {self.value({'SS': ['red']}, {'N': '1'}, {'NS': ['1']})}"
        return ", ".join(f"{self.path()} = {self._assigned()}" for _ in range(self.of(1, 1, 2)))

    def _assigned(self) -> str:
        return str(
            self.of(
                self.value(),
                self.value(),
                f"{self.path()} {self.of('+', '-')} {self.value({'N': '1'}, {'S': 'x'})}",
                f"if_not_exists({self.path()}, {self.value()})",
                f"list_append({self.path()}, {self.value({'L': [{'S': 'b'}]}, {'S': 'x'})})",
            )
        )

    def placeholders(self, text: str) -> dict[str, Any]:
        """ExpressionAttributeNames and ExpressionAttributeValues: what the text uses, seldom one more."""
        words = set(re.findall(r"[#:]\w+", text))
        spare = self.chance(0.03)
        names = {key: value for key, value in self.names.items() if key in words or spare}
        values = {key: value for key, value in self.values.items() if key in words or spare}
        return {
            **({"ExpressionAttributeNames": names} if names else {}),
            **({"ExpressionAttributeValues": values} if values else {}),
        }
