"""Calls of GitHub's REST and GraphQL interfaces through the `gh` program, which every runner has and which knows the token."""

import json
import os
import re
import subprocess
from typing import Any
from urllib.parse import urlsplit

from scripts.command import Refused

PAGE = 100  # the most that one page holds: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
BOT = "github-actions[bot]"  # the author of whatever the token of a workflow run writes


class GhError(Refused):
    """GitHub refused a call; `status` is the HTTP status, 0 when there was no answer."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


def api(method: str, path: str, body: Any = None) -> Any:
    """One call; the answer as plain values, None for an empty one. Raises GhError."""
    said = _call(method, path, None if body is None else json.dumps(body))
    return json.loads(said) if said.strip() else None


def raw(path: str) -> str:
    """The text of a file, by the path of its contents; unlike in the answer of `api` it may be bigger than 1 MB. Raises GhError."""
    return _call("GET", path, None, "-H", "Accept: application/vnd.github.raw+json")


def _call(method: str, path: str, text: str | None, *more: str) -> str:
    command = ["gh", "api", "--method", method, path, *more, *(["--input", "-"] if text is not None else [])]
    try:
        done = subprocess.run(
            command, input=text, env=_environment(), capture_output=True, text=True, timeout=60, check=False
        )
    except FileNotFoundError:
        raise GhError("The program gh is missing. Install it: https://cli.github.com.") from None
    except subprocess.TimeoutExpired:
        raise GhError(f"GitHub does not answer to {method} {path}. Run the job again.") from None
    if done.returncode != 0:
        said = " ".join(done.stderr.split())
        status = re.search(r"\(HTTP (\d{3})\)", said)
        raise GhError(f"GitHub refused {method} {path}: {said or 'no reason given'}", int(status[1]) if status else 0)
    return done.stdout


def _environment() -> dict[str, str] | None:
    """That of `gh`: in a workflow of another server than github.com it has to be told which, and finds the token by another name.

    https://cli.github.com/manual/gh_help_environment
    """
    host = urlsplit(os.environ.get("GITHUB_SERVER_URL", "")).netloc
    if host in ("", "github.com"):
        return None
    return {**os.environ, "GH_HOST": host, "GH_ENTERPRISE_TOKEN": os.environ.get("GH_TOKEN", "")}


def pages(path: str, inside: str | None = None) -> list[Any]:
    """Everything that a listing holds, page after page; `inside` names the field that has the list, if it is in one."""
    found: list[Any] = []
    separator = "&" if "?" in path else "?"
    for number in range(1, 101):
        answer = api("GET", f"{path}{separator}per_page={PAGE}&page={number}")
        page = answer[inside] if inside else answer
        found += page
        if len(page) < PAGE:
            break
    return found


def graphql(query: str, variables: dict[str, Any]) -> Any:
    """The data of a GraphQL call. Raises GhError, also when the answer names errors."""
    answer = api("POST", "graphql", {"query": query, "variables": variables})
    if errors := answer.get("errors"):
        raise GhError(f"GitHub refused a change: {'; '.join(str(error.get('message')) for error in errors)}", 422)
    return answer["data"]
