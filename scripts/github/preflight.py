"""Refuse to deploy to an environment that GitHub does not protect: one that is missing, without reviewers, or open to other branches."""

import argparse
import sys
from collections.abc import Sequence

from scripts.command import one_line, run_command
from scripts.entry import start
from scripts.github.outputs import add_to_summary
from scripts.github.protection import default_branch, problems, read, remarks
from scripts.github.repository_option import add_repository
from scripts.text import markdown


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 if the environment is protected, 1 if it is not, or if that cannot be told."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.github.preflight",
        description=__doc__,
        epilog="Exit codes: 0 protected; 1 not, or GitHub did not say. Needs the permissions actions: read and contents: read.",
    )
    parser.add_argument("--environment", required=True, metavar="E", help="its name in deployment.yaml and on GitHub")
    parser.add_argument(
        "--without-reviewers",
        action="store_true",
        help="do not ask for required reviewers, where GitHub does not offer them and another confirmation stands in",
    )
    add_repository(parser)
    options = parser.parse_args(argv)
    return run_command(lambda: _preflight(options), "Nothing may be deployed to it.")


def _preflight(options: argparse.Namespace) -> int:
    name = options.environment
    found = read(options.repository, name)
    branch = default_branch(options.repository)
    wrong = list(problems(name, found, branch, reviewers=not options.without_reviewers))
    if wrong or found is None:
        for problem in wrong:
            print(one_line(problem), file=sys.stderr)
        print("Nothing may be deployed to it.", file=sys.stderr)
        return 1
    for remark in remarks(name, found):
        print(one_line(remark))
        add_to_summary(markdown.text(remark))
    who = ", ".join(reviewer.name for reviewer in found.reviewers) or "nobody"
    print(one_line(f"{name} is protected. Approved by: {who}. Deployed from: {branch}."))
    return 0


if __name__ == "__main__":
    start(main)
