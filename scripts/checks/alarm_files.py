"""Read templates, and judge their alarms and dashboards."""

import functools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts.checks.alarm_form import form_problem
from scripts.checks.alarm_lint import ALARM, COMPOSITE, DASHBOARD, lint, tables_of
from scripts.checks.policy_inputs import CannotJudge, find_templates, read_all, read_template, resource_line
from scripts.folders import TABLES
from scripts.input_file import read_text
from scripts.names import file_stem
from scripts.problems import Problem

TABLE_NAME = re.compile(r"[\w.-]+", re.ASCII)
WATCHING = (ALARM, COMPOSITE, DASHBOARD)


def check(paths: Sequence[Path]) -> tuple[int, int, list[Problem]]:
    """How many templates, how many alarms and dashboards, and every problem. No paths: all of generated/.

    A template without a table may look at those of the templates beside and below it: those of its environment, whether
    they are among the paths or not. Raises CannotJudge when something cannot be read.
    """
    files = find_templates(paths)
    templates = read_all(_read, files)
    below = functools.cache(_TablesBelow)
    watching = 0
    problems: list[Problem] = []
    for file, template in templates.items():
        near = {} if tables_of(template) else below(file.parent)
        found = lint(template, str(file), near)
        problems += [replace(problem, line=resource_line(file, problem.path)) for problem in found]
        watching += sum(value.get("Type") in WATCHING for value in template["Resources"].values())
    return len(files), watching, problems


def _read(path: Path) -> dict[str, Any]:
    """A template that the lint can look into. Raises CannotJudge for any other."""
    template = read_template(path)
    if problem := form_problem(template):
        raise CannotJudge(f"{path}: {problem} as it stands: run cfn-lint first, and write out what a function makes")
    return template


class _TablesBelow(Mapping[str, Collection[str]]):
    """The tables of the templates in a folder and below it, with their indexes; what nobody asks for is not read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parsed: dict[Path, dict[str, tuple[str, ...]]] = {}
        self._known: dict[str, Collection[str]] = {}

    def __getitem__(self, name: str) -> Collection[str]:
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> Collection[str]:
        for path in self._holding(name):
            if name in (found := self._of(path)):
                return found[name]
        raise KeyError(name)

    def _holding(self, name: str) -> Iterator[Path]:
        """The files that hold a text. Our own templates are called as their tables, without the prefix: only those are read, if one is right."""
        if TABLE_NAME.fullmatch(name):
            for at in range(len(name)):
                path = self._folder / TABLES / f"{file_stem(name[at:])}.yaml"
                if path.is_file() and name in read_text(path):
                    yield path
        yield from (path for path, text in self._texts.items() if name in text)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for path in self._texts for name in self._of(path)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @functools.cached_property
    def _texts(self) -> dict[Path, str]:
        return {path: read_text(path) for path in find_templates([self._folder])}

    def _of(self, path: Path) -> dict[str, tuple[str, ...]]:
        if path not in self._parsed:
            self._parsed[path] = tables_of(_read(path))
        return self._parsed[path]
