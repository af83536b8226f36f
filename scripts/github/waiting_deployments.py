"""Write the deployments that wait for AWS as the output `waiting`: those whose run has ended, and nothing newer tells of them.

Each is {"environment", "service", "run", "commit"}. A deployment that could not wait leaves the artifact `waiting-<E>.<service>`
in its run; every later report of the same service, an artifact `report-<E>.<service>`, settles it.

Any run can leave an artifact of any name, that of a pull request from a fork too, and the look runs the code of the commit. So only
runs of `deploy` and `continue` count that no pull request started, of commits that are in the history of the default branch.
Needs the environment variable BRANCH, the default branch.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.command import run_command
from scripts.entry import start
from scripts.folders import OUT
from scripts.github import gh
from scripts.github.outputs import write_output
from scripts.github.workflow_run import repository, variable

EVENTS = ("push", "workflow_dispatch", "schedule")
WORKFLOWS = (".github/workflows/deploy.yml", ".github/workflows/continue.yml")


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.waiting_deployments",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 written, 1 not. Needs the permissions actions: read and contents: read.",
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
        waits = _newest(here, f"waiting-{environment}.{service}")
        if not waits or _newest(here, f"report-{environment}.{service}", waits["created_at"]):
            continue
        run = _run(here, waits)
        # A run that goes on, or that was started again since, tells by itself how it ends.
        if run["status"] == "completed" and run["run_started_at"] <= waits["created_at"]:
            yield {"environment": environment, "service": service, "run": str(run["id"]), "commit": run["head_sha"]}


def _newest(here: str, name: str, after: str = "") -> dict[str, Any] | None:
    """The newest artifact of a name that is ours, and was made after a time."""
    found = gh.api("GET", f"repos/{here}/actions/artifacts?name={name}&per_page=100")["artifacts"]
    there = sorted(
        (one for one in found if not one["expired"] and one["created_at"] > after),
        key=lambda one: str(one["created_at"]),
        reverse=True,
    )
    return next((one for one in there if _is_ours(here, _run(here, one))), None)


def _run(here: str, artifact: Mapping[str, Any]) -> dict[str, Any]:
    return gh.api("GET", f"repos/{here}/actions/runs/{artifact['workflow_run']['id']}")


def _is_ours(here: str, run: Mapping[str, Any]) -> bool:
    """Whether what ran was on the default branch. The API tells the event and the file of a run, which nobody can choose."""
    if run["event"] not in EVENTS or run["path"].partition("@")[0] not in WORKFLOWS:
        return False
    branch = variable("BRANCH", r"[\w./-]+")
    order = gh.api("GET", f"repos/{here}/compare/{run['head_sha']}...{branch}")["status"]
    return order in ("ahead", "identical")  # of the branch, seen from the commit


if __name__ == "__main__":
    start(main)
