"""What a workflow run tells its commands about itself."""

import json
import os
import re
from dataclasses import dataclass

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
    return f"{_home()}/actions/runs/{variable('GITHUB_RUN_ID', '[0-9]+')}"


def files_address(revision: str) -> str:
    """The address below which the files of a revision are shown."""
    return f"{_home()}/blob/{revision}"


def _home() -> str:
    server = variable("GITHUB_SERVER_URL", r"https?://[\w.:-]+")
    return f"{server}/{repository()}"


@dataclass(frozen=True, slots=True)
class RunEnvironment:
    """An environment that the run is about. `after`: those that come before it; `deploy` False: only they ask about it."""

    name: str
    region: str
    wave: int = 1
    after: tuple[str, ...] = ()
    deploy: bool = True


def environments() -> list[RunEnvironment]:
    """The environments that the run is about: the variable ENVIRONMENTS, as `scripts.github.environments` writes it."""
    try:
        return [
            RunEnvironment(
                str(one["environment"]),
                str(one["region"]),
                int(one.get("wave", 1)),
                tuple(map(str, one.get("after", ()))),
                one.get("deploy", True) is True,
            )
            for one in json.loads(os.environ.get("ENVIRONMENTS") or "[]")
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Refused(
            "ENVIRONMENTS is not what scripts.github.environments writes. Run this in the workflow."
        ) from None
