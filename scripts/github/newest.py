"""Refuse to go on with a run whose commit has been superseded: its plan would undo what was merged since.

A run about one environment, or one service in it, is superseded by a commit that has other templates for it, or none.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.files import json_text, write_atomically
from scripts.github import gh
from scripts.github.outcomes import REFUSED
from scripts.github.outputs import add_to_summary
from scripts.github.templates_of import templates
from scripts.github.workflow_run import repository, variable
from scripts.text import markdown


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.newest",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 not superseded, 1 superseded, or GitHub did not say. Needs the permissions contents: read and "
        "actions: read.",
    )
    parser.add_argument("--branch", default="main", metavar="B", help="default: main")
    parser.add_argument(
        "--environment", metavar="E", help="accept an older commit that has the same templates for this environment"
    )
    parser.add_argument("--service", metavar="S", help="only the templates of this service count")
    parser.add_argument("--report", type=Path, metavar="FILE", help="where to write the refusal, as a deployment would")
    options = parser.parse_args(argv)
    return run_command(lambda: _judge(options), "Nothing was planned or deployed.")


def _judge(options: argparse.Namespace) -> int:
    try:
        return _compare(options.branch, options.environment, options.service)
    except Refused as refusal:
        add_to_summary(markdown.text(str(refusal)))
        if options.report:
            write_atomically(options.report, json_text({"outcome": REFUSED, "message": str(refusal)}))
        raise


def _compare(branch: str, environment: str | None, service: str | None) -> int:
    here, ours = repository(), variable("GITHUB_SHA", "[0-9a-f]{40}")
    newest = gh.api("GET", f"repos/{here}/git/ref/heads/{branch}")["object"]["sha"]
    if newest == ours:
        print(f"{ours[:7]} is the newest commit of {branch}.")
        return 0
    moved = f"{branch} has moved on since this run, from {ours[:7]} to {newest[:7]}"
    if environment is None:
        raise Refused(f"{moved}. {_instead(here, newest)}")
    about = f"{service} in {environment}" if service else environment
    if templates(here, ours, environment, service) != templates(here, newest, environment, service):
        raise Refused(f"{moved}, which has other templates for {about}. {_instead(here, newest)}")
    print(f"{moved}, with the same templates for {about}.")
    return 0


def _instead(here: str, newest: str) -> str:
    runs = gh.api("GET", f"repos/{here}/actions/workflows/deploy.yml/runs?head_sha={newest}")["workflow_runs"]
    if runs:
        return f"Use the run of that commit, with its plan: {runs[0]['html_url']}"
    return "Start `deploy` by hand: it plans that commit."


if __name__ == "__main__":
    start(main)
