"""The templates of an environment at a commit, told apart by git's hashes of their folders."""

from typing import Any

from scripts.github import gh

Templates = dict[str, str]
TEMPLATES = "templates"


def templates(repository: str, commit: str, environment: str, only: str | None = None) -> Templates:
    """Service to the hash of its folder `generated/<service>/<environment>/templates`; a service without one is left out, and so is every other than `only`.

    Two commits with equal answers deploy the same templates to the environment. `commit`: 40 hexadecimal digits. Raises
    GhError; needs the permission contents: read. https://docs.github.com/en/rest/git/trees
    """
    found: Templates = {}
    for service, tree in _folders(repository, _folders(repository, commit).get("generated")).items():
        if only not in (None, service):
            continue
        within = _folders(repository, tree).get(environment)
        if folder := _folders(repository, within).get(TEMPLATES):
            found[service] = folder
    return found


def _folders(repository: str, tree: str | None) -> Templates:
    if tree is None:
        return {}
    answer: dict[str, Any] = gh.api("GET", f"repos/{repository}/git/trees/{tree}")
    if answer.get("truncated"):
        raise gh.GhError(f"GitHub lists only a part of the folder {tree}.")
    return {entry["path"]: entry["sha"] for entry in answer["tree"] if entry["type"] == "tree"}
