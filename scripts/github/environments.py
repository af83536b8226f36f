"""Write the environments of all deployment.yaml as the output `environments`, for the matrix of a workflow.

Each is {"environment", "region", "account", "after", "wave", "deploy"}; account is "" where any will do, `wave` when its
approval is offered, and `deploy` false where it is only looked at. `waves` is how many there are. What GitHub could not deploy is
refused.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.command import run_command
from scripts.entry import start
from scripts.folders import OUT
from scripts.github.environment_list import environments, with_retired
from scripts.github.outputs import add_to_summary, write_output
from scripts.problems import ProblemsError
from scripts.project.usable_services import left_out, usable_services
from scripts.show_problems import show
from scripts.text import markdown

LEFT_OUT = "**Left out:** {}. The contract or settings there have mistakes: `make check` shows them.\n"
NOT_SET_UP = (
    "AWS is not set up for this repository, so nothing was planned against it and nothing deployed: docs/github.md."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.github.environments",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 written, 1 not.",
    )
    parser.add_argument("--contracts", type=Path, default=Path("contracts"), metavar="DIR", help="default: contracts")
    parser.add_argument("--environment", default="", metavar="E", help="only this one; empty: all")
    parser.add_argument("--service", default="", metavar="S", help="only of this service; empty: of all")
    parser.add_argument(
        "--apart", action="store_true", help="leave out services whose contract or settings have mistakes, and say so"
    )
    parser.add_argument(
        "--retired", action="store_true", help="also those that only records have any more; they are only looked at"
    )
    parser.add_argument(
        "--needs-role",
        action="store_true",
        help="write none, and say so in the summary, as long as the variable PLAN_ROLE is empty: AWS is not set up",
    )
    options = parser.parse_args(argv)
    return run_command(lambda: _write(options), "No environments were written.")


def _write(options: argparse.Namespace) -> int:
    try:
        services, problems = usable_services(options.contracts, options.service or None)
        if problems and not options.apart:
            raise ProblemsError(problems)
        names = left_out(options.contracts, problems)
        found = environments(services, options.environment)
        if options.retired:
            found = with_retired(found, services, names, OUT)
    except ProblemsError as error:
        show(error.problems, sys.stderr)
        return 1
    if problems:
        show(problems, sys.stderr)
        add_to_summary(LEFT_OUT.format(markdown.codes(names)))
        print(LEFT_OUT.format(", ".join(names)))
    if options.needs_role and not os.environ.get("PLAN_ROLE"):
        print(NOT_SET_UP)
        add_to_summary(NOT_SET_UP)
        found = []
    write_output("environments", found)
    write_output("waves", max((place["wave"] for place in found), default=0))
    return 0


if __name__ == "__main__":
    start(main)
