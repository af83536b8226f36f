"""Check that every alarm and dashboard widget can see data: metric, dimensions, periods, and that it reaches someone.

  python -m scripts.check_alarms                every template under generated/
  python -m scripts.check_alarms x.yaml folder

Exit codes: 0 no problem, 1 problems, 2 something could not be read.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from scripts.monitoring.lint import AlarmProblem, lint, tables_of
from scripts.policy_inputs import CannotJudge, find_templates, read_all, resource_types

CLEAN, PROBLEMS, CANNOT, INTERRUPTED = 0, 1, 2, 130
WATCHING = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm", "AWS::CloudWatch::Dashboard")


def check(paths: Sequence[Path]) -> tuple[int, int, list[AlarmProblem]]:
    """How many templates, how many alarms and dashboards, and every problem. No paths: all of generated/.

    A template without a table may look at those of the templates beside and below it: those of its environment.
    Raises CannotJudge when something cannot be read.
    """
    files = find_templates(paths)
    read_all(resource_types, files)  # refuses what is no template
    templates = {file: _load(file) for file in files}
    tables = {file: tables_of(template) for file, template in templates.items()}
    watching, problems = 0, []
    for file, template in templates.items():
        below = (tables[other] for other in files if other.is_relative_to(file.parent))
        near = {} if tables[file] else {name: indexes for each in below for name, indexes in each.items()}
        problems += lint(template, str(file), near)
        watching += sum(value.get("Type") in WATCHING for value in template["Resources"].values())
    return len(files), watching, problems


def _load(file: Path) -> dict[str, Any]:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 safe loader


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m scripts.check_alarms", description=about, epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "paths", metavar="FILE", nargs="*", type=Path, help="templates or folders (default: generated/)"
    )
    options = parser.parse_args(argv)
    try:
        count, watching, problems = check(options.paths)
    except CannotJudge as problem:
        print(problem, file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        print("Stopped. Nothing was changed; run it again.", file=sys.stderr)
        return INTERRUPTED
    for problem in problems:
        print(problem)
    outcome = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}" if problems else "no problem"
    print(f"{count} template{'' if count == 1 else 's'}, {watching} alarms and dashboards: {outcome}")
    return PROBLEMS if problems else CLEAN


if __name__ == "__main__":
    raise SystemExit(main())
