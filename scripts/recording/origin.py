"""Where a deployment comes from: who started it, from which commit, in which run of GitHub Actions."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from scripts.folders import is_record
from scripts.observe.aws import Aws

# The folders that decide what is deployed; an edit of a page or a test makes no difference to it.
SOURCES = ("contracts", "generated", "policies", "scripts")


def origin(aws: Aws, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """`by`: the GitHub user who started the run, else the ARN of the caller; `commit`; `run`: its address, or None.

    Raises the errors of `aws.FAILURES`.
    """
    actor = environment.get("GITHUB_TRIGGERING_ACTOR") or environment.get("GITHUB_ACTOR")
    parts = [environment.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")]
    return {
        "by": actor or aws.client("sts").get_caller_identity()["Arn"],
        "commit": commit(environment),
        "run": f"{parts[0]}/{parts[1]}/actions/runs/{parts[2]}" if all(parts) else None,
    }


def commit(environment: Mapping[str, str] = os.environ) -> dict[str, Any] | None:
    """`id`, and `dirty`: whether files that decide what is deployed differ from it. None outside of git and GitHub."""
    # What is checked out is what was deployed; GITHUB_SHA may be another commit.
    found = _git("rev-parse", "HEAD")
    if found is None:
        sha = environment.get("GITHUB_SHA")
        return {"id": sha, "dirty": False} if sha else None
    changes = _git("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", *SOURCES)
    return {"id": found.strip(), "dirty": any(map(_counts, (changes or "").split("\0")))}


def _counts(change: str) -> bool:
    """Whether a line of git's status is a change of a source: a record, written after a deployment, is none."""
    path = PurePosixPath(change[3:])
    record = path.parts[:1] == ("generated",) and is_record(PurePosixPath(*path.parts[1:]))
    return bool(change) and not record


def _git(*arguments: str) -> str | None:
    """What git says about the working directory; None if there is no git, or no repository with a commit."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError, UnicodeDecodeError):
        return None
    return done.stdout
