"""Comment on the merged pull request what became of its deployment: also when it failed, or was not approved.

Needs the environment variables ENVIRONMENTS (the output of scripts.github.environments) and COMMIT, and those of every run.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.command import run_command
from scripts.entry import start
from scripts.github import gh
from scripts.github.comment import upsert
from scripts.github.deployment_page import to_markdown
from scripts.github.links import with_links
from scripts.github.merged import pull_request_of
from scripts.github.outcomes import NOTHING, outcomes
from scripts.github.outputs import add_to_summary
from scripts.github.workflow_run import environments, files_address, repository, run_address, variable


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.deployment_comment",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 commented, or there was nothing to say, 1 not.",
    )
    parser.add_argument(
        "artifacts", type=Path, metavar="DIR", help="the artifacts plan-<E> and report-<E>.<service> of the run"
    )
    parser.add_argument("--so-far", action="store_true", help="the run goes on: what nobody has decided is no end")
    options = parser.parse_args(argv)
    return run_command(lambda: _write(options), "Nothing was commented.")


def _write(options: argparse.Namespace) -> int:
    commit, address, here = variable("COMMIT", "[0-9a-f]{40}"), run_address(), repository()
    approvals = gh.api("GET", f"repos/{here}/actions/runs/{variable('GITHUB_RUN_ID', '[0-9]+')}/approvals")
    found = outcomes(options.artifacts, environments(), approvals or [], options.so_far)
    text = with_links(to_markdown(found, commit, address), files_address(commit))
    if found and all(one.what == NOTHING for one in found):
        print("Nothing was to be deployed: no comment.")
        return 0
    if not options.so_far:
        add_to_summary(text)
    number = pull_request_of(here, commit)
    if number is None:
        print("This commit came without a pull request: the report is in the summary of the run only.")
        return 0
    run = variable("GITHUB_RUN_ID", "[0-9]+")  # each run has its own comment, and a repetition of it updates that
    print(
        f"The comment on #{number} is {upsert(here, number, f'deployment {run}', text, f'the summary of {address}')}."
    )
    return 0


if __name__ == "__main__":
    start(main)
