"""Write the deployments that wait for AWS as the output `waiting`: those whose run has ended, and nothing newer tells of them.

Each is {"environment", "service", "run", "commit"}. A deployment that could not wait leaves the artifact `waiting-<E>.<service>`
in its run; every later report of the same service, an artifact `report-<E>.<service>`, settles it.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scripts.command import run_command
from scripts.entry import start
from scripts.folders import OUT
from scripts.github import gh
from scripts.github.outputs import write_output
from scripts.github.workflow_run import repository


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.waiting_deployments",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 written, 1 not. Needs the permission actions: read.",
    )
    parser.parse_args(argv)
    return run_command(_write, "It is not known what waits for AWS.")


def _write() -> int:
    found = list(_waiting(repository()))
    print(f"{len(found)} deployments wait for AWS." if found else "No deployment waits for AWS.")
    write_output("waiting", found)
    return 0


def _waiting(here: str) -> Iterator[dict[str, str]]:
    for folder in sorted(Path(OUT).glob("*/*/templates")):
        service, environment = folder.parts[-3:-1]
        waits, report = (_newest(here, f"{kind}-{environment}.{service}") for kind in ("waiting", "report"))
        if not waits or (report and report["created_at"] > waits["created_at"]):
            continue
        run = gh.api("GET", f"repos/{here}/actions/runs/{waits['workflow_run']['id']}")
        # A run that goes on, or that was started again since, tells by itself how it ends.
        if run["status"] == "completed" and run["run_started_at"] <= waits["created_at"]:
            yield {"environment": environment, "service": service, "run": str(run["id"]), "commit": run["head_sha"]}


def _newest(here: str, name: str) -> dict[str, Any] | None:
    found = gh.api("GET", f"repos/{here}/actions/artifacts?name={name}&per_page=100")["artifacts"]
    there = [one for one in found if not one["expired"]]
    return max(there, key=lambda one: str(one["created_at"]), default=None)


if __name__ == "__main__":
    start(main)
