"""Check that every alarm and dashboard widget can see data: metric, dimensions, periods, and that it reaches someone.

  python -m scripts.checks.alarms                every template under generated/
  python -m scripts.checks.alarms x.yaml folder

Exit codes: 0 no problem, 1 problems, 2 something could not be judged.
"""

import argparse
import functools
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts.checks.alarm_form import form_problem
from scripts.checks.alarm_lint import lint, tables_of
from scripts.checks.policy_inputs import CannotJudge, find_templates, read_all, read_template, resource_line
from scripts.problems import Problem
from scripts.show_problems import show

CLEAN, PROBLEMS, CANNOT, INTERRUPTED = 0, 1, 2, 130
WATCHING = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm", "AWS::CloudWatch::Dashboard")


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
    """The tables of the templates in a folder and below it, with their indexes; what nobody asks for is not parsed."""

    def __init__(self, folder: Path) -> None:
        self._texts = {path: path.read_text(encoding="utf-8") for path in find_templates([folder])}
        self._parsed: dict[Path, dict[str, tuple[str, ...]]] = {}
        self._known: dict[str, Collection[str]] = {}

    def __getitem__(self, name: str) -> Collection[str]:
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> Collection[str]:
        likely = [path for path, text in self._texts.items() if name in text]
        for path in sorted(likely, key=lambda path: (not name.endswith(path.stem), path)):
            if name in (found := self._of(path)):
                return found[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for path in self._texts for name in self._of(path)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _of(self, path: Path) -> dict[str, tuple[str, ...]]:
        if path not in self._parsed:
            self._parsed[path] = tables_of(_read(path))
        return self._parsed[path]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m scripts.checks.alarms", description=about, epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "paths", metavar="FILE", nargs="*", type=Path, help="templates or folders (default: generated/)"
    )
    options = parser.parse_args(argv)
    try:
        count, watching, problems = check(options.paths)
    except CannotJudge as error:
        print(error, file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        print("Stopped. Nothing was changed; run it again.", file=sys.stderr)
        return INTERRUPTED
    if problems:
        show(problems, sys.stdout)
        print()
    outcome = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}" if problems else "no problem"
    print(f"{count} template{'' if count == 1 else 's'}, {watching} alarms and dashboards: {outcome}")
    return PROBLEMS if problems else CLEAN


if __name__ == "__main__":
    raise SystemExit(main())
