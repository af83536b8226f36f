"""Where a deployment comes from: who started it, from which commit, in which run of GitHub Actions."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from scripts.observe.aws import Aws
from scripts.observe.commit import SOURCES, commit
from scripts.observe.github_run import run_url


def origin(aws: Aws, environment: Mapping[str, str] = os.environ, sources: Sequence[str] = SOURCES) -> dict[str, Any]:
    """`by`: the GitHub user who started the run, else the ARN of the caller; `commit`; `run`: its address, or None.

    `sources`: the folders that decide what is deployed. Raises the errors of `aws.FAILURES`.
    """
    actor = environment.get("GITHUB_TRIGGERING_ACTOR") or environment.get("GITHUB_ACTOR")
    return {
        "by": actor or aws.caller,
        "commit": commit_values(environment, sources),
        "run": run_url(environment) or None,
    }


def commit_values(
    environment: Mapping[str, str] = os.environ, sources: Sequence[str] = SOURCES
) -> dict[str, Any] | None:
    """`id`, and `dirty` (None: not known) of the commit; None where git knows none."""
    found = commit(environment, sources)
    return found and found._asdict()
