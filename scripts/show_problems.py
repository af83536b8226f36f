"""Problems for people, for programs, and for GitHub: as text, JSON, annotations of a pull request, and SARIF."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

from scripts.input_file import read_text
from scripts.problems import ERROR, NOTE, WARNING, Problem, printable, sort_problems

_COLOURS = {ERROR: "\033[1;31m", WARNING: "\033[1;33m", NOTE: "\033[36m"}
_BOLD, _DIM, _RESET = "\033[1m", "\033[2m", "\033[0m"
_GITHUB_COMMANDS = {ERROR: "error", WARNING: "warning", NOTE: "notice"}
_EXCERPT_WIDTH = 110
_ALIKE_SHOWN = 5


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

    `line_of(file, line)` gives the text of a line for the excerpt with the caret, or None for no excerpt. Many of
    one id in one file are folded into the first five, a count and the first lines; JSON has them all.
    """
    paint = (lambda code, text: f"{code}{text}{_RESET}") if colour else (lambda _code, text: text)
    out: list[str] = []
    current = None
    for problem, more in _fold_alike(sort_problems(problems)):
        if problem.file != current:
            current = problem.file
            out += ([""] if out else []) + [paint(_BOLD, printable(problem.file))]
        if more:
            out.append(f"  {'':10}{_more(more)}")
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
                text = read_text(Path(file), "utf-8-sig")
            except (OSError, ValueError):
                text = ""
            lines[file] = text.split("\n")
        return lines[file][line - 1] if line <= len(lines[file]) else None

    return line_of


def _fold_alike(problems: list[Problem]) -> Iterator[tuple[Problem, list[Problem]]]:
    """Each problem with nothing, except where a file has many of one id: the first five, and one entry for all others."""
    alike: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        alike.setdefault((problem.file, problem.id), []).append(problem)
    shown: dict[tuple[str, str], int] = {}
    for problem in problems:
        kind = (problem.file, problem.id)
        shown[kind] = shown.get(kind, 0) + 1
        if shown[kind] <= _ALIKE_SHOWN or len(alike[kind]) == _ALIKE_SHOWN + 1:
            yield problem, []
        elif shown[kind] == _ALIKE_SHOWN + 1:
            yield problem, alike[kind][_ALIKE_SHOWN:]


def _more(alike: Sequence[Problem]) -> str:
    """How many problems like the one before there are, and the first lines of them."""
    lines = list(dict.fromkeys(str(one.line) for one in alike))
    places = ", ".join(lines[:_ALIKE_SHOWN]) + (", ..." if len(lines) > _ALIKE_SHOWN else "")
    first = alike[0]
    return (
        f"{len(alike)} more {first.severity}s {first.id} like this, {'line' if len(lines) == 1 else 'lines'} {places}"
    )


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
    """The problems as a JSON list of objects with the fields of `Problem`, sorted; their edits as JSON Patch; for programs."""
    return json.dumps(
        [{**asdict(problem), "edits": [edit.patch() for edit in problem.edits]} for problem in sort_problems(problems)],
        indent=2,
    )


def render_github(problems: Sequence[Problem]) -> str:
    """The problems as GitHub workflow commands, one line each, so that they show as annotations in the pull request; many of
    one id in one file are folded as in the text, because GitHub shows ten of a step.

    Escaping after https://github.com/actions/toolkit, packages/core/src/command.ts.
    """
    lines = []
    for problem, more in _fold_alike(sort_problems(problems)):
        where = f"file={_property(problem.file)},line={problem.line},col={problem.column}"
        title = _property(f"{problem.id} {printable(problem.path)}".strip())
        texts = [_more(more)] if more else [text for text in (problem.message, problem.fix) if text]
        message = _data(printable(" ".join(texts)))
        lines.append(f"::{_GITHUB_COMMANDS[problem.severity]} {where},title={title}::{message}")
    return "\n".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
