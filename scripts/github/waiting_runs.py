"""Cancel deployment runs whose request for an approval is out of date: superseded by this run, or too old.

A run that is deploying something at the moment is left alone; when it asks about a newer commit, it refuses by itself.
"""

import argparse
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from scripts.command import run_command
from scripts.entry import start
from scripts.github import gh
from scripts.github.workflow_run import repository, variable

WORKFLOW = "deploy.yml"
IDLE = frozenset({"completed", "waiting", "pending"})


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.waiting_runs",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 done, 1 not. Needs the permission actions: write.",
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--days", type=int, help="runs that have waited for more than so many days")
    which.add_argument("--superseded", action="store_true", help="runs that began before this one, of another commit")
    options = parser.parse_args(argv)
    return run_command(lambda: _cancel(options.days), "Not every outdated run was cancelled.")


def _cancel(days: int | None) -> int:
    here = repository()
    waiting = gh.pages(f"repos/{here}/actions/workflows/{WORKFLOW}/runs?status=waiting", "workflow_runs")
    outdated = list(_superseded(waiting) if days is None else _older(waiting, days))
    for run, why in outdated:
        jobs = gh.pages(f"repos/{here}/actions/runs/{run['id']}/jobs", "jobs")
        if any(job["status"] not in IDLE for job in jobs):
            print(f"Left run {run['id']} alone, which is still at work: {why}.")
            continue
        gh.api("POST", f"repos/{here}/actions/runs/{run['id']}/cancel")
        print(f"Cancelled run {run['id']}, which waited for an approval: {why}.")
    if not outdated:
        print("No waiting deployment is out of date.")
    return 0


def _older(runs: Sequence[dict[str, Any]], days: int) -> Iterator[tuple[dict[str, Any], str]]:
    oldest = datetime.now(UTC) - timedelta(days=days)
    for run in runs:
        if datetime.fromisoformat(run["run_started_at"]) < oldest:
            yield run, f"it was started at {run['run_started_at']}"


def _superseded(runs: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str]]:
    ours, number = variable("GITHUB_SHA", "[0-9a-f]{40}"), int(variable("GITHUB_RUN_NUMBER", "[0-9]+"))
    for run in runs:
        if run["run_number"] < number and run["head_sha"] != ours:
            yield run, f"{ours[:7]} replaces its commit, {run['head_sha'][:7]}"


if __name__ == "__main__":
    start(main)
