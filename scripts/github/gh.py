"""Calls of GitHub's REST and GraphQL interfaces through the `gh` program, which every runner has and which knows the token."""

import json
import re
import subprocess
from typing import Any

from scripts.github.command import CannotGoOn

PAGE = 100  # the most that one page holds: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
BOT = "github-actions[bot]"  # the author of whatever the token of a workflow run writes


class GhError(CannotGoOn):
    """GitHub refused a call; `status` is the HTTP status, 0 when there was no answer."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


def api(method: str, path: str, body: Any = None) -> Any:
    """One call; the answer as plain values, None for an empty one. Raises GhError."""
    command = ["gh", "api", "--method", method, path, *(["--input", "-"] if body is not None else [])]
    text = None if body is None else json.dumps(body)
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        raise GhError("The program gh is missing. Install it: https://cli.github.com.") from None
    except subprocess.TimeoutExpired:
        raise GhError(f"GitHub does not answer to {method} {path}. Run the job again.") from None
    if done.returncode != 0:
        said = " ".join(done.stderr.split())
        status = re.search(r"\(HTTP (\d{3})\)", said)
        raise GhError(f"GitHub refused {method} {path}: {said or 'no reason given'}", int(status[1]) if status else 0)
    return json.loads(done.stdout) if done.stdout.strip() else None


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
