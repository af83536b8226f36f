"""Show what the checks found as annotations at the lines of a pull request, for repositories without code scanning.

Errors and warnings only, worst first: GitHub keeps 10 of each for a step.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.github.artifacts import read_json
from scripts.problems import ERROR, WARNING, Problem
from scripts.show_problems import render_github

MOST = 10  # of one severity: https://docs.github.com/en/rest/checks/runs and the limits of the runner's annotations


def problems(folder: Path) -> list[Problem]:
    """What the SARIF files in a folder hold. Raises Refused for a file that is not SARIF of ours."""
    found: dict[Problem, None] = {}
    for path in sorted(folder.glob("*.sarif")):
        try:
            found |= dict.fromkeys(_results(read_json(path)))
        except (KeyError, IndexError, TypeError, AttributeError):
            raise Refused(f"{path} is not SARIF of `make sarif`. Run that again.") from None
    return list(found)


def _results(log: dict[str, Any]) -> Iterator[Problem]:
    for run in log["runs"]:
        for result in run["results"]:
            place = result["locations"][0]["physicalLocation"]
            line, column = (int(place["region"][key]) for key in ("startLine", "startColumn"))
            file, message = str(place["artifactLocation"]["uri"]), str(result["message"]["text"])
            yield Problem(
                file=file,
                line=line,
                column=column,
                severity=str(result["level"]),
                id=str(result["ruleId"]),
                path="",
                message=message,
            )


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.annotations",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 shown, whatever there is; 1 a file is no SARIF.",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="where `make sarif` has written: build/sarif")
    options = parser.parse_args(argv)
    return run_command(lambda: _show(options.folder), "Nothing was annotated.")


def _show(folder: Path) -> int:
    found = problems(folder)
    for severity in (ERROR, WARNING):
        lines = render_github([problem for problem in found if problem.severity == severity]).splitlines()
        if lines:
            print("\n".join(lines[:MOST]))
    return 0


if __name__ == "__main__":
    start(main)
