"""Collects what is wrong with one contract; lines and columns are looked up once, at the end."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from scripts.edit import Edit
from scripts.problems import ERROR, Problem, Rule, printable
from scripts.text.edit_words import edit_words

Path = tuple[str | int, ...]
MOST = 20_000  # problems of one rule in a file: nobody reads more, and each takes a kilobyte of memory


class Positions(Protocol):
    """Where things are in the text: an offset is a count of characters from its beginning."""

    def of_path(self, path: Path, key: bool) -> tuple[int, int]:
        """1-based line and column of the value at `path`, or of its key; of the nearest parent when it is not there."""

    def of_offset(self, offset: int) -> tuple[int, int]:
        """1-based line and column of an offset."""


class Unplaced(NamedTuple):
    """A problem whose line and column are not known yet, and what they will be looked up by."""

    rule: Rule
    problem: Problem
    path: Path
    at_key: bool
    offset: int | None


class TooManyProblems(Exception):
    """The file breaks one rule so often that reading on tells nobody anything."""


class ProblemCollector:
    """The problems of one file. `strict` turns the warnings that a rule marks as strict into errors."""

    def __init__(self, file: str, strict: bool = False) -> None:
        self._file = file
        self._strict = strict
        self._all: list[Unplaced] = []
        self._of_rule: Counter[str] = Counter()

    def add(
        self,
        rule: Rule,
        path: Path = (),
        *,
        at_key: bool = False,
        offset: int | None = None,
        line: int = 1,
        edits: Sequence[Edit] = (),
        otherwise: str = "",
        **facts: Any,
    ) -> None:
        """Record that `rule` is broken at `path` (or at an offset or line of the text), with the facts to show.

        Of one rule the first MOST are kept: whether the file can be used does not depend on the others. Raises TooManyProblems
        for one more error: this is no contract, and need not be read to its end.
        The words of the edits are a fact: `edit`, and as a whole sentence the `hint`, which without edits is `otherwise`.
        """
        self._of_rule[rule.id] += 1
        if self._of_rule[rule.id] > MOST:
            if rule.severity == ERROR:
                raise TooManyProblems
            return
        facts["edit"] = edit_words(edits)
        facts.setdefault("hint", f"{facts['edit']}." if edits else otherwise)
        problem = rule.problem(self._file, path_text(path), line, strictly=self._strict, edits=edits, **facts)
        self._all.append(Unplaced(rule, problem, path, at_key, offset))

    def add_note(self, rule: Rule, path: Path, at_key: bool, offset: int, message: str, fix: str) -> None:
        """Record what an earlier run said at a place that it knows the offset of."""
        self._of_rule[rule.id] += 1
        if self._of_rule[rule.id] <= MOST:
            problem = Problem(self._file, 1, 1, rule.severity, rule.id, path_text(path), message, fix)
            self._all.append(Unplaced(rule, problem, path, at_key, offset))

    def check(self, rules: tuple[Rule, ...], subject: Any, path: Path) -> None:
        """Let the rules check something that stands at `path`, to which the places of their breaches are relative."""
        for rule in rules:
            for breach in rule.check(subject) if rule.check else ():
                edits = [edit.below(path) for edit in breach.edits]
                self.add(rule, (*path, *breach.where), at_key=breach.at_key, edits=edits, **breach.facts)

    def __iter__(self) -> Iterator[Unplaced]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def since(self, number: int) -> Sequence[Unplaced]:
        """The problems that were added after so many."""
        return self._all[number:]

    def has_errors(self) -> bool:
        """Whether any problem is an error."""
        return any(one.problem.severity == ERROR for one in self._all)

    def placed(self, positions: Positions | None) -> list[Problem]:
        """The problems with their lines and columns; without positions (no text was read) most are at line 1, column 1."""
        if positions is None:
            return [one.problem for one in self._all]
        found = []
        for _, problem, path, at_key, offset in self._all:
            at = positions.of_path(path, at_key) if offset is None else positions.of_offset(offset)
            found.append(replace(problem, line=at[0], column=at[1]))
        return found


def path_text(path: Path) -> str:
    """`("tables", 0, "gsis", 1, "pk")` as `tables[0].gsis[1].pk`; odd names as `["odd name"]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.isidentifier() and part.isascii():
            text += f".{part}" if text else part
        else:
            text += f"[{shown(part, 60)}]"
    return text


def shown(value: Any, limit: int = 80) -> str:
    """A value as JSON on one line, cut to `limit` characters, for a message."""
    if isinstance(value, (dict, list)) and len(value) > 20:
        return f"a list of {len(value)}" if isinstance(value, list) else f"an object of {len(value)} fields"
    if isinstance(value, str) and len(value) > limit:
        value = value[: limit - 3] + "..."
    try:
        return printable(json.dumps(value, ensure_ascii=False), limit + 2)
    except (RecursionError, ValueError):
        return "a value"
