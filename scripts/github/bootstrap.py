"""Show, and with --apply make, the calls that set up the repository's environments: reviewers, branch, variables.

One environment for each name in the deployment.yaml files, and `plan` and `sandbox`. What is right already is left alone.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from scripts.command import Refused, one_line, run_command
from scripts.entry import start
from scripts.github.environment_list import environments
from scripts.github.gh import api
from scripts.github.protection import default_branch
from scripts.github.repository_option import add_repository
from scripts.github.wanted_environments import MOST_REVIEWERS, WantedEnvironment, calls, reviewer
from scripts.make_words import in_make_words
from scripts.project.services import read_services

VARIABLE = re.compile(r"([a-z0-9][a-z0-9-]*):([A-Z][A-Z0-9_]*)=(.+)")


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 if everything is as wanted now, 1 if it is not, or GitHub refused."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.github.bootstrap",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 nothing is left to do; 1 something is, or GitHub refused. Needs gh, signed in as an administrator.",
    )
    parser.add_argument("--apply", action="store_true", help="make the calls, instead of showing them")
    review = parser.add_mutually_exclusive_group()
    review.add_argument(
        "--reviewers", nargs="+", metavar="@WHO", help="who approves: @login or @org/team, at most 6; default: as it is"
    )
    review.add_argument(
        "--without-reviewers",
        action="store_true",
        help="nobody has to approve, where GitHub does not offer that: private repositories outside Enterprise. "
        "Reviewers that are there stay",
    )
    parser.add_argument(
        "--variable",
        action="append",
        default=[],
        metavar="ENVIRONMENT:NAME=VALUE",
        help="a variable of an environment, such as prod:AWS_DEPLOY_ROLE_ARN=arn:...; may be repeated",
    )
    parser.add_argument("--branch", metavar="B", help="the only one to deploy from; default: the default branch")
    parser.add_argument("--contracts", type=Path, default=Path("contracts"), metavar="DIR", help="default: contracts")
    add_repository(parser)
    options = parser.parse_args(argv)
    return run_command(lambda: _set_up(options), "Not all environments are known to be as wanted.")


def _set_up(options: argparse.Namespace) -> int:
    todo = [call for wanted in _wanted(options) for call in calls(options.repository, wanted)]
    for call in todo:
        print(one_line(f"# {call.why}"))
        if options.apply:
            api(call.method, call.path, call.body)
        else:
            print(call.command)
    number = f"{len(todo)} call{'' if len(todo) == 1 else 's'}"
    if not todo:
        print("All environments are as wanted.")
    elif options.apply:
        print(f"Done: {number}.")
    else:
        print(in_make_words(f"\n{number} to be made. Make them: the same command with --apply."))
    return 1 if todo and not options.apply else 0


def _wanted(options: argparse.Namespace) -> list[WantedEnvironment]:
    """Every environment. Only `plan` may be used from any branch: it looks, and pull requests need it."""
    variables: dict[str, dict[str, str]] = {}
    for text in options.variable:
        match = VARIABLE.fullmatch(text)
        if not match:
            raise Refused(f'"{text}" is not a variable. Write ENVIRONMENT:NAME=VALUE.')
        variables.setdefault(match[1], {})[match[2]] = match[3]
    if len(options.reviewers or ()) > MOST_REVIEWERS:
        raise Refused(f"An environment has at most {MOST_REVIEWERS} reviewers. Name a team.")
    reviewers = tuple(map(reviewer, options.reviewers)) if options.reviewers else None
    names = [found["environment"] for found in environments(read_services(options.contracts))]
    if unknown := variables.keys() - {*names, "plan", "sandbox"}:
        raise Refused(f"There is no environment {', '.join(sorted(unknown))}. Known: {', '.join(names)}.")
    branch = options.branch or default_branch(options.repository)
    return [
        *(
            WantedEnvironment(name, reviewers, branch, variables.get(name, {}), options.without_reviewers)
            for name in names
        ),
        WantedEnvironment("plan", (), None, variables.get("plan", {})),
        WantedEnvironment("sandbox", (), branch, variables.get("sandbox", {})),
    ]


if __name__ == "__main__":
    start(main)
