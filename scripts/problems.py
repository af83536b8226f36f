"""What is wrong with an input or a generated file: one value for each problem, and the rule that each one breaks.

Everything that judges (contracts, settings, templates, alarms, policies) reports with these, so that all of it looks the
same. A problem is made by its rule, so that every id that can be printed is one that the documentation explains.
"""

import difflib
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, NamedTuple

from scripts.edit import Edit

ERROR = "error"
WARNING = "warning"
NOTE = "note"
SEVERITIES = (ERROR, WARNING, NOTE)
EXPLAINED = "Explained: docs/rules/"  # after all problems of all input files

# Control characters, half surrogates, and the invisible characters that reorder or break a line of text.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, doubtful or assumed. Line and column are 1-based; `path` is the place inside the file.

    Made by `Rule.problem` only: `id` is that of a rule. `edits`: what `fix` says, for programs; none where it is for a person
    to decide.
    """

    file: str
    line: int
    column: int
    severity: str
    id: str
    path: str
    message: str
    fix: str = ""
    edits: tuple[Edit, ...] = field(default=(), compare=False)


class Breach:
    """That a rule is broken: where, the facts that fill the texts of the rule, and the edits that would settle it.

    The paths of the edits begin where `where` begins.
    """

    __slots__ = ("at_key", "edits", "facts", "where")

    def __init__(self, *where: str | int, at_key: bool = False, edits: Sequence[Edit] = (), **facts: Any) -> None:
        self.where = where
        self.at_key = at_key
        self.edits = tuple(edits)
        self.facts = facts


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One thing that is checked, with everything that is said about it.

    `message` and `fix` are `str.format` templates, filled with the facts of a breach. `why`, `wrong` and `right` (examples)
    and `source` (for a rule of AWS: where AWS says so) are for the documentation. `check`: finds the breaches, where that is
    a function of its own; other rules are reported by the reader that comes upon the breach.
    `form`: the JSON Schema for editors checks it too. `strict`: a warning that the strict mode turns into an error.
    """

    id: str
    title: str
    message: str
    fix: str
    why: str
    wrong: str = ""
    right: str = ""
    severity: str = ERROR
    source: str = ""
    form: bool = False
    strict: bool = False
    check: Callable[..., Iterator[Breach]] | None = None

    def problem(
        self,
        file: object,
        path: str = "",
        line: int = 1,
        column: int = 1,
        *,
        strictly: bool = False,
        edits: Sequence[Edit] = (),
        **facts: Any,
    ) -> Problem:
        """That something in `file` breaks the rule. `facts` fill the texts; `strictly`: see `strict`."""
        severity = ERROR if strictly and self.strict else self.severity
        message, fix = self.message.format(**facts), self.fix.format(**facts)
        return Problem(str(file), line, column, severity, self.id, path, message, fix, tuple(edits))


def rule(
    id: str, title: str, message: str, fix: str, why: str, wrong: str = "", right: str = "", **more: Any
) -> Callable[[Callable[..., Iterator[Breach]]], Rule]:
    """A decorator that makes the function below it the check of a rule; the arguments are those of `Rule`."""
    return lambda check: Rule(id, title, message, fix, why, wrong, right, check=check, **more)


class RuleGroup(NamedTuple):
    """The rules of one module: what its docstring says of them, and the rules by their ids."""

    title: str
    rules: tuple[Rule, ...]


def rule_groups(package: ModuleType) -> tuple[RuleGroup, ...]:
    """The rules of a package, found by looking into each of its modules, in the order of their ids."""
    names = [name for _, name, _ in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
    groups = [rules_in(module) for module in [package, *map(importlib.import_module, names)]]
    return tuple(sorted((group for group in groups if group.rules), key=lambda group: group.rules[0].id))


def rules_in(module: ModuleType) -> RuleGroup:
    """The rules that a module defines."""
    found = {value for value in vars(module).values() if isinstance(value, Rule)}
    return RuleGroup((module.__doc__ or "").partition("\n")[0], tuple(sorted(found, key=lambda rule: rule.id)))


class ProblemsError(Exception):
    """Raised by readers when at least one problem is an error; carries all problems of all files, in order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sort_problems(problems))
        super().__init__(counts(self.problems))

    def __str__(self) -> str:
        return "\n".join(f"{p.file}:{p.line}:{p.column}: {p.id} {p.message} {p.fix}".rstrip() for p in self.problems)


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """The problems by file, then by position in it; at one position the worst comes first."""
    return sorted(
        problems, key=lambda p: (p.file, p.line, p.column, SEVERITIES.index(p.severity), p.id, p.path, p.message)
    )


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any problem is an error."""
    return any(problem.severity == ERROR for problem in problems)


def as_errors(problems: Iterable[Problem]) -> list[Problem]:
    """The problems with every warning as an error; notes stay notes."""
    return [replace(problem, severity=ERROR) if problem.severity == WARNING else problem for problem in problems]


def counts(problems: Iterable[Problem]) -> str:
    """`2 errors, 1 warning`: how many of each severity, worst first; `no problems` when there are none."""
    severities = [problem.severity for problem in problems]
    parts = [(severities.count(severity), severity) for severity in SEVERITIES]
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in parts if n) or "no problems"


def did_you_mean(word: str, candidates: Iterable[str], cutoff: float = 0.7) -> str | None:
    """The candidate most like `word` (case, `_` and `-` ignored), or None when none is near."""
    by_squashed = {squash(candidate): candidate for candidate in candidates}
    near = difflib.get_close_matches(squash(word)[:200], by_squashed, n=1, cutoff=cutoff)
    return by_squashed[near[0]] if near else None


def squash(word: str) -> str:
    """`word` without case, spaces, `_`, `-` and `.`, for comparing names that are meant to be the same."""
    return re.sub(r"[\s_.-]+", "", word).casefold()


def printable(text: str, limit: int = 0) -> str:
    """`text` on one line: control and invisible characters as escapes, cut to `limit` characters when that is not 0."""
    text = _UNPRINTABLE.sub(lambda match: _escape(match.group()), text)
    return text if not limit or len(text) <= limit else text[: limit - 3] + "..."


def _escape(character: str) -> str:
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    code = ord(character)
    return short or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
