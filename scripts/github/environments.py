"""Write the environments of all deployment.yaml as the output `environments`, for the matrix of a workflow.

Each is {"environment", "region", "account"}; account is "" where any will do. What GitHub could not deploy is refused here.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.command import Refused, run_command
from scripts.github.outputs import write_output
from scripts.github.step import add_to_summary
from scripts.problems import ProblemsError, did_you_mean
from scripts.project.services import Service, read_services
from scripts.show_problems import show

MOST = 256  # jobs of one matrix: https://docs.github.com/en/actions/reference/limits
RESERVED = ("plan", "sandbox")  # environments of the workflows themselves
NOT_SET_UP = (
    "AWS is not set up for this repository, so nothing was planned against it and nothing deployed: docs/github.md."
)


def environments(services: Sequence[Service], only: str = "") -> list[dict[str, Any]]:
    """The environments of the services, in their order, each once; or only the one of that name.

    Raises Refused for a name that is not known or means two places, and for more than a matrix holds.
    """
    found: dict[str, dict[str, Any]] = {}
    for service in services:
        for environment in service.environments:
            name = environment.name
            if environment.region is None:
                raise Refused(
                    f"{service.name} names no Region. Add contracts/{service.name}/deployment.yaml with its environments."
                )
            if name in RESERVED:
                raise Refused(f'No environment can be called "{name}": the workflows use that name. Rename it.')
            here = {"environment": name, "region": environment.region, "account": environment.account or ""}
            known = found.setdefault(name, here)
            for field in ("region", "account"):
                if known[field] and here[field] and known[field] != here[field]:
                    raise Refused(
                        f"{name} has the {field} {known[field]} and, in {service.name}, {here[field]}. One approval is for one "
                        "Region and account: give the services different environments."
                    )
            known["account"] = known["account"] or here["account"]
    if only and only not in found:
        hint = did_you_mean(only, list(found))
        raise Refused(f'There is no environment "{only}". {hint or "Known: " + ", ".join(found)}')
    chosen = [found[only]] if only else list(found.values())
    if len(chosen) > MOST:
        raise Refused(f"There are {len(chosen)} environments; one workflow run can have {MOST}. Split the repository.")
    return chosen


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.github.environments",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 written, 1 not.",
    )
    parser.add_argument("--contracts", type=Path, default=Path("contracts"), metavar="DIR", help="default: contracts")
    parser.add_argument("--environment", default="", metavar="E", help="only this one; empty: all")
    parser.add_argument(
        "--needs-role",
        action="store_true",
        help="write none, and say so in the summary, as long as the variable PLAN_ROLE is empty: AWS is not set up",
    )
    options = parser.parse_args(argv)
    return run_command(lambda: _write(options), "No environments were written.")


def _write(options: argparse.Namespace) -> int:
    try:
        found = environments(read_services(options.contracts), options.environment)
    except ProblemsError as error:
        show(error.problems, sys.stderr)
        return 1
    if options.needs_role and not os.environ.get("PLAN_ROLE"):
        print(NOT_SET_UP)
        add_to_summary(NOT_SET_UP)
        found = []
    write_output("environments", found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
