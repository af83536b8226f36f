"""Refuse to repeat a run of a commit that is no longer the newest of its branch: its plan would undo what was merged since."""

import argparse
from collections.abc import Sequence

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.github import gh
from scripts.github.workflow_run import repository, variable


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.newest",
        description=__doc__,
        epilog="Exit codes: 0 it is the newest, 1 it is not, or GitHub did not say. Needs the permission contents: read.",
    )
    parser.add_argument("--branch", default="main", metavar="B", help="default: main")
    options = parser.parse_args(argv)
    return run_command(lambda: _compare(options.branch), "Nothing was planned or deployed.")


def _compare(branch: str) -> int:
    here, ours = repository(), variable("GITHUB_SHA", "[0-9a-f]{40}")
    newest = gh.api("GET", f"repos/{here}/git/ref/heads/{branch}")["object"]["sha"]
    if newest != ours:
        raise Refused(
            f"{branch} has moved on since this run, from {ours[:7]} to {newest[:7]}. The newest run of `deploy` has the plan; "
            "or start `deploy` by hand."
        )
    print(f"{ours[:7]} is the newest commit of {branch}.")
    return 0


if __name__ == "__main__":
    start(main)
