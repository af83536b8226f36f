"""A pull request that a workflow opens: commits that GitHub makes itself, so they are signed, and no token pushes."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from scripts.github import gh

REMOVED = "removed.json"  # in an artifact: the paths of the repository that are to be removed
COMMIT = """
mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }
"""


def open_pull(here: str, branch: str, base: str) -> dict[str, Any] | None:
    """The open pull request from the branch of this repository, if there is one. Raises GhError."""
    pulls = gh.api("GET", f"repos/{here}/pulls?state=open&head={here.split('/')[0]}:{branch}&base={base}")
    return pulls[0] if pulls else None


def head_of(here: str, branch: str) -> str:
    """The commit at which a branch stands. Raises GhError."""
    return str(gh.api("GET", f"repos/{here}/git/ref/heads/{branch}")["object"]["sha"])


def set_branch(here: str, branch: str, sha: str) -> None:
    """Make the branch at a commit, or move it there, whatever it holds. Raises GhError."""
    try:
        gh.api("POST", f"repos/{here}/git/refs", {"ref": f"refs/heads/{branch}", "sha": sha})
    except gh.GhError as error:
        if error.status != 422:  # it is there already
            raise
        gh.api("PATCH", f"repos/{here}/git/refs/heads/{branch}", {"sha": sha, "force": True})


def commit(
    here: str,
    branch: str,
    head: str,
    message: tuple[str, str],
    files: Mapping[str, str],
    removed: Iterable[str] = (),
) -> str:
    """Add a commit to a branch that stands at `head`: title and text, the content of files, and what is removed.

    Returns the new commit. Raises GhError, with status 422 if the branch has moved.
    """
    additions = [
        {"path": path, "contents": base64.b64encode(text.encode()).decode()} for path, text in sorted(files.items())
    ]
    deletions = [{"path": path} for path in sorted(removed)]
    title, body = message
    wanted = {
        "branch": {"repositoryNameWithOwner": here, "branchName": branch},
        "expectedHeadOid": head,
        "message": {"headline": title, "body": body},
        "fileChanges": {"additions": additions, "deletions": deletions},
    }
    return str(gh.graphql(COMMIT, {"input": wanted})["createCommitOnBranch"]["commit"]["oid"])
