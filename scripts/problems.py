"""Problems found in input files: one value for each, one order, and the ways to show them.

Every reader of an input file (contracts, deployment settings) reports with these, so that all of them look the same.
"""

import difflib
import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

ERROR = "error"
WARNING = "warning"
NOTE = "note"
SEVERITIES = (ERROR, WARNING, NOTE)
EXPLAINED = "Explained: docs/contract-rules.md, docs/settings.md"  # after all problems of all input files

_COLOURS = {ERROR: "\033[1;31m", WARNING: "\033[1;33m", NOTE: "\033[36m"}
_BOLD, _DIM, _RESET = "\033[1m", "\033[2m", "\033[0m"
_GITHUB_COMMANDS = {ERROR: "error", WARNING: "warning", NOTE: "notice"}
# Control characters, half surrogates, and the invisible characters that reorder or break a line of text.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
_EXCERPT_WIDTH = 110
_NOTES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, doubtful or assumed. Line and column are 1-based; `path` is the place inside the file."""

    file: str
    line: int
    column: int
    severity: str
    id: str
    path: str
    message: str
    fix: str = ""


class ProblemsError(Exception):
    """Raised by readers when at least one problem is an error; carries all problems of all files, in order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sort_problems(problems))
        super().__init__(counts(self.problems))

    def __str__(self) -> str:
        return render_text(self.problems)


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """The problems by file, then by position in it; at one position the worst comes first."""
    return sorted(
        problems, key=lambda p: (p.file, p.line, p.column, SEVERITIES.index(p.severity), p.id, p.path, p.message)
    )


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any problem is an error."""
    return any(problem.severity == ERROR for problem in problems)


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


def use_colour(stream: IO[str]) -> bool:
    """Whether to colour what goes to `stream`: a terminal, and NO_COLOR (https://no-color.org) is not set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def render_text(
    problems: Sequence[Problem],
    *,
    colour: bool = False,
    line_of: Callable[[str, int], str | None] = lambda _file, _line: None,
) -> str:
    """The problems for people: by file, each with place, id, path, message and fix.

    `line_of(file, line)` gives the text of a line for the excerpt with the caret, or None for no excerpt. Many notes
    of one kind in one file are folded into their first five and a count; errors and warnings never are.
    """
    paint = (lambda code, text: f"{code}{text}{_RESET}") if colour else (lambda _code, text: text)
    out: list[str] = []
    current = None
    for problem, folded in _fold_notes(sort_problems(problems)):
        if problem.file != current:
            current = problem.file
            out += ([""] if out else []) + [paint(_BOLD, printable(problem.file))]
        if folded:
            out.append(f"  {'':10}{folded} more notes {problem.id} like this")
            continue
        place = f"{problem.line}:{problem.column}"
        severity = paint(_COLOURS[problem.severity], f"{problem.severity:8}")
        out.append(f"  {place:9} {severity} {problem.id}  {printable(problem.path)}".rstrip())
        out += [f"            {printable(text)}" for text in (problem.message, problem.fix) if text]
        line = line_of(problem.file, problem.line)
        if line:
            out += [f"              {paint(_DIM, text)}" for text in _excerpt(line, problem.column)]
    return "\n".join(out)


def show(problems: Sequence[Problem], stream: IO[str]) -> None:
    """Print the problems for people, coloured on a terminal, with excerpts of the files that they are in."""
    print(render_text(problems, colour=use_colour(stream), line_of=source_line()), file=stream)


def source_line() -> Callable[[str, int], str | None]:
    """A function that gives a line (1-based) of a file, or None when it cannot be shown; each file is read once."""
    lines: dict[str, list[str]] = {}

    def line_of(file: str, line: int) -> str | None:
        if file not in lines:
            try:
                text = Path(file).read_text(encoding="utf-8-sig")
            except (OSError, ValueError):
                text = ""
            lines[file] = text.split("\n")
        return lines[file][line - 1] if line <= len(lines[file]) else None

    return line_of


def _fold_notes(problems: list[Problem]) -> Iterable[tuple[Problem, int]]:
    """Each problem with 0, except for the notes of one file and id after the first five: one entry with their count."""
    seen: dict[tuple[str, str], int] = {}
    total: dict[tuple[str, str], int] = {}
    for problem in problems:
        total[problem.file, problem.id] = total.get((problem.file, problem.id), 0) + 1
    for problem in problems:
        kind = (problem.file, problem.id)
        seen[kind] = seen.get(kind, 0) + 1
        if problem.severity != NOTE or seen[kind] <= _NOTES_SHOWN or total[kind] == _NOTES_SHOWN + 1:
            yield problem, 0
        elif seen[kind] == _NOTES_SHOWN + 1:
            yield problem, total[kind] - _NOTES_SHOWN


def _excerpt(line: str, column: int) -> tuple[str, str]:
    """The line, cut to a window around the 1-based column when it is long, and a second line with the caret."""
    start = max(0, column - 1 - _EXCERPT_WIDTH)
    before = line[start : column - 1].replace("\t", " ")
    before = printable(before if start else before.lstrip())
    after = printable(line[column - 1 : column - 1 + _EXCERPT_WIDTH].replace("\t", " "))
    if start or len(before) > _EXCERPT_WIDTH * 2 // 3:
        before = "..." + before[-(_EXCERPT_WIDTH // 2) :]
    after = after[: _EXCERPT_WIDTH - len(before)]
    return (before + after).rstrip(), " " * len(before) + "^"


def render_json(problems: Sequence[Problem]) -> str:
    """The problems as a JSON list of objects with the fields of `Problem`, sorted; for programs."""
    return json.dumps([asdict(problem) for problem in sort_problems(problems)], indent=2)


def render_github(problems: Sequence[Problem]) -> str:
    """The problems as GitHub workflow commands, one line each, so that they show as annotations in the pull request.

    Escaping after https://github.com/actions/toolkit, packages/core/src/command.ts.
    """
    lines = []
    for problem in sort_problems(problems):
        where = f"file={_property(problem.file)},line={problem.line},col={problem.column}"
        title = _property(f"{problem.id} {printable(problem.path)}".strip())
        message = _data(printable(" ".join(text for text in (problem.message, problem.fix) if text)))
        lines.append(f"::{_GITHUB_COMMANDS[problem.severity]} {where},title={title}::{message}")
    return "\n".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
