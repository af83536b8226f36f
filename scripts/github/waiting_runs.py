"""Cancel deployment runs that have waited too long for an approval: what they planned is old, and GitHub would wait 30 days."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from scripts.command import run_command
from scripts.entry import start
from scripts.github import gh
from scripts.github.workflow_run import repository


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.waiting_runs", description=__doc__, epilog="Exit codes: 0 done, 1 not."
    )
    parser.add_argument("--workflow", default="deploy.yml", metavar="FILE", help="default: deploy.yml")
    parser.add_argument("--days", type=int, default=7, help="how long a run may wait; default: 7")
    options = parser.parse_args(argv)
    return run_command(lambda: _cancel(options), "Not every old run was cancelled.")


def _cancel(options: argparse.Namespace) -> int:
    here = repository()
    oldest = datetime.now(UTC) - timedelta(days=options.days)
    runs = gh.pages(f"repos/{here}/actions/workflows/{options.workflow}/runs?status=waiting", "workflow_runs")
    old = [run for run in runs if datetime.fromisoformat(run["run_started_at"]) < oldest]
    for run in old:
        gh.api("POST", f"repos/{here}/actions/runs/{run['id']}/cancel")
        print(f"Cancelled run {run['id']}, which had waited for an approval since {run['run_started_at']}.")
    if not old:
        print(f"No deployment has waited for more than {options.days} days.")
    return 0


if __name__ == "__main__":
    start(main)
