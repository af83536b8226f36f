"""Collects what the checks find, by rule and path; lines and columns are looked up once, at the end."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from scripts.contract.rules import RULES
from scripts.problems import ERROR, NOTE, WARNING, Problem, did_you_mean, printable

Path = tuple[str | int, ...]


class Findings(Protocol):
    """Where things are in the text: an offset is a count of characters from its beginning."""

    def of_path(self, path: Path, key: bool) -> tuple[int, int]:
        """1-based line and column of the value at `path`, or of its key; of the nearest parent when it is not there."""

    def of_offset(self, offset: int) -> tuple[int, int]:
        """1-based line and column of an offset."""


class Finding(NamedTuple):
    """A rule that something breaks, where, and the finished texts."""

    rule: str
    severity: str
    path: Path
    message: str
    fix: str
    at_key: bool = False
    offset: int | None = None
    line: int | None = None


class Findings:
    """The findings of one file. `strict` turns the warnings that a rule marks as strict into errors."""

    def __init__(self, strict: bool = False) -> None:
        self._strict = strict
        self._all: list[Finding] = []

    def add(
        self,
        rule_id: str,
        path: Path = (),
        *,
        at_key: bool = False,
        offset: int | None = None,
        line: int | None = None,
        **facts: Any,
    ) -> None:
        """Record that `rule_id` is broken at `path` (or at an offset or line of the text), with the facts to show."""
        rule = RULES[rule_id]
        severity = ERROR if self._strict and rule.strict else rule.severity
        message, fix = rule.message.format(**facts), rule.fix.format(**facts)
        self._all.append(Finding(rule_id, severity, path, message, fix, at_key, offset, line))

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return any(finding.severity == ERROR for finding in self._all)

    def milder_than_errors(self, path: Path | None = None) -> Iterator[Finding]:
        """The warnings and notes at or below `path`, or all of them."""
        for finding in self._all:
            if finding.severity in (WARNING, NOTE) and (path is None or finding.path[: len(path)] == path):
                yield finding

    def problems(self, file: str, places: Findings | None) -> list[Problem]:
        """The findings as problems of `file`; without places (no text was read) all are at line 1, column 1."""
        found = []
        for finding in self._all:
            line, column = (finding.line or 1), 1
            if places is not None:
                if finding.offset is not None:
                    line, column = places.of_offset(finding.offset)
                else:
                    line, column = places.of_path(finding.path, finding.at_key)
            path = path_text(finding.path)
            found.append(
                Problem(file, line, column, finding.severity, finding.rule, path, finding.message, finding.fix)
            )
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


def meant(word: Any, candidates: Any) -> str:
    """`; did you mean "x"?` cut to fit before the full stop of a message, or nothing."""
    near = did_you_mean(word, candidates) if isinstance(word, str) else None
    return f' (did you mean "{near}"?)' if near else ""
