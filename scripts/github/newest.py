"""Keep a run whose commit has been superseded from going on: its plan would undo what was merged since.

A run as a whole is superseded by any newer commit. Nothing is wrong then: the summary says what replaces it, and the output
`superseded` is true. A deployment of one environment, or of one service in it, is superseded by a commit that has other
templates for it, or none. It was approved and deploys nothing, so it is refused.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.files import json_text, write_atomically
from scripts.github import gh
from scripts.github.outcomes import REFUSED
from scripts.github.outputs import add_to_summary, write_output
from scripts.github.successor import instead, moved_on
from scripts.github.templates_of import templates
from scripts.github.workflow_run import repository, variable
from scripts.text import markdown


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.newest",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 not superseded, or a run as a whole is; 1 superseded, or GitHub did not say. Needs the permissions contents: read and "
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
    if environment is None:
        write_output("superseded", newest != ours)
    if newest == ours:
        print(f"{ours[:7]} is the newest commit of {branch}.")
        return 0
    moved = moved_on(branch, ours, newest)
    if environment is None:
        said = f"{moved}. {instead(here, newest)}"
        print(said)
        add_to_summary(f"**Superseded: this run does nothing.** {markdown.text(said)}")
        return 0
    about = f"{service} in {environment}" if service else environment
    if templates(here, ours, environment, service) != templates(here, newest, environment, service):
        raise Refused(f"{moved}, which has other templates for {about}. {instead(here, newest)}")
    print(f"{moved}, with the same templates for {about}.")
    return 0


if __name__ == "__main__":
    start(main)
