"""Where a deployment comes from: who started it, from which commit, in which run of GitHub Actions."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from scripts.observe.aws import Aws
from scripts.observe.commit import SOURCES, commit


def origin(aws: Aws, environment: Mapping[str, str] = os.environ, sources: Sequence[str] = SOURCES) -> dict[str, Any]:
    """`by`: the GitHub user who started the run, else the ARN of the caller; `commit`; `run`: its address, or None.

    `sources`: the folders that decide what is deployed. Raises the errors of `aws.FAILURES`.
    """
    actor = environment.get("GITHUB_TRIGGERING_ACTOR") or environment.get("GITHUB_ACTOR")
    parts = [environment.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")]
    return {
        "by": actor or aws.client("sts").get_caller_identity()["Arn"],
        "commit": commit_values(environment, sources),
        "run": f"{parts[0]}/{parts[1]}/actions/runs/{parts[2]}" if all(parts) else None,
    }


def commit_values(
    environment: Mapping[str, str] = os.environ, sources: Sequence[str] = SOURCES
) -> dict[str, Any] | None:
    """`id`, and `dirty` (None: not known) of the commit; None where git knows none."""
    found = commit(environment, sources)
    return found and found._asdict()
