"""What a workflow run tells its commands about itself."""

import json
import os
import re

from scripts.command import Refused


def variable(name: str, pattern: str) -> str:
    """A variable that every workflow run has. Raises Refused when it is missing, or is not what it should be."""
    value = os.environ.get(name, "")
    if not re.fullmatch(pattern, value):
        raise Refused(f"{name} is {'not set' if not value else 'not what it should be'}. Run this in a workflow.")
    return value


def repository() -> str:
    """The repository, `owner/name`."""
    return variable("GITHUB_REPOSITORY", r"[\w.-]+/[\w.-]+")


def run_address() -> str:
    """The address of the page of this run."""
    server = variable("GITHUB_SERVER_URL", r"https?://[\w.:-]+")
    return f"{server}/{repository()}/actions/runs/{variable('GITHUB_RUN_ID', '[0-9]+')}"


def environments() -> list[dict[str, str]]:
    """Name and Region of each environment that the run is about: the variable ENVIRONMENTS, as `scripts.github.environments` writes it."""
    try:
        value = json.loads(os.environ.get("ENVIRONMENTS") or "[]")
        return [{"environment": str(one["environment"]), "region": str(one["region"])} for one in value]
    except (ValueError, TypeError, KeyError):
        raise Refused(
            "ENVIRONMENTS is not what scripts.github.environments writes. Run this in the workflow."
        ) from None
