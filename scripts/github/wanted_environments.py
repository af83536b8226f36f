"""The calls that bring the environments of the repository to what is wanted: only for what differs, so that none is made twice."""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.command import Refused
from scripts.github.gh import GhError, api, pages
from scripts.github.protection import Protection, Reviewer, read

MOST_REVIEWERS = 6  # https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments


@dataclass(frozen=True, slots=True)
class Call:
    """One call of GitHub's REST API, and why it is made."""

    method: str
    path: str
    body: Any
    why: str

    @property
    def command(self) -> str:
        """The call as a person would type it."""
        command = f"gh api --method {self.method} {shlex.quote(self.path)}"
        return command if self.body is None else f"{command} --input - <<< {shlex.quote(json.dumps(self.body))}"


@dataclass(frozen=True, slots=True)
class WantedEnvironment:
    """What one environment is to be. `reviewers` None: whoever reviews today; empty: nobody. `branch` None: any.

    `unreviewed`: that nobody reviews it today is no mistake.
    """

    name: str
    reviewers: tuple[Reviewer, ...] | None
    branch: str | None
    variables: Mapping[str, str]
    unreviewed: bool = False


def reviewer(name: str) -> Reviewer:
    """The person `@login` or the team `@org/team`. Raises GhError, Refused."""
    org, _, team = name.removeprefix("@").partition("/")
    path = f"orgs/{org}/teams/{team}" if team else f"users/{org}"
    try:
        found = api("GET", path)
    except GhError as error:
        if error.status == 404:
            raise Refused(f'GitHub knows no "{name}". Write a person as @login, a team as @org/team.') from None
        raise
    return Reviewer("Team" if team else "User", found["id"], found.get("slug") or found["login"])


def calls(repository: str, wanted: WantedEnvironment) -> Iterator[Call]:
    """What has to be called for one environment. Raises GhError, and Refused where nobody would review."""
    found = read(repository, wanted.name)
    path = f"repos/{repository}/environments/{wanted.name}"
    reviewers = wanted.reviewers
    if reviewers is None:
        reviewers = found.reviewers if found else ()
        if not reviewers and not wanted.unreviewed:
            raise Refused(
                f'Nobody reviews {wanted.name}. Name somebody: make environments REVIEWERS="@login @org/team"; where GitHub '
                "offers no reviewers, --without-reviewers (docs/github.md)."
            )
    if why := "; ".join(_differs(found, reviewers, wanted.branch)):
        yield Call("PUT", path, _body(found, reviewers, wanted.branch), f"{wanted.name}: {why}")
    if wanted.branch:
        yield from _branches(found, path, wanted)
    yield from _variables(path, found is not None, wanted)


def _differs(found: Protection | None, reviewers: Sequence[Reviewer], branch: str | None) -> Iterator[str]:
    if found is None:
        yield "it does not exist"
        return
    if {(r.type, r.id) for r in found.reviewers} != {(r.type, r.id) for r in reviewers}:
        yield f"reviewed by {', '.join(r.name for r in reviewers) or 'nobody'}"
    if reviewers and not found.prevent_self_review:
        yield "nobody approves their own deployment"
    listed = found.branches is not None and not found.protected_branches
    if branch and not listed:
        yield f"deployed from {branch} only"
    if not branch and found.branches is not None:
        yield "used from any branch"


def _body(found: Protection | None, reviewers: Sequence[Reviewer], branch: str | None) -> dict[str, Any]:
    policy = {"protected_branches": False, "custom_branch_policies": True} if branch else None
    body: dict[str, Any] = {"deployment_branch_policy": policy}
    # Even empty, these rules are refused (422) for private repositories outside Enterprise; one that is there is said again,
    # lest it gets lost.
    if found and found.wait_minutes:
        body["wait_timer"] = found.wait_minutes
    if reviewers or (found and found.reviewers):
        body["prevent_self_review"] = bool(reviewers)
        body["reviewers"] = [{"type": r.type, "id": r.id} for r in reviewers] or None
    return body


def _branches(found: Protection | None, path: str, wanted: WantedEnvironment) -> Iterator[Call]:
    listed = found.policies if found else ()
    policies = f"{path}/deployment-branch-policies"
    if not any((each.type, each.name) == ("branch", wanted.branch) for each in listed):
        body = {"name": wanted.branch, "type": "branch"}
        yield Call("POST", policies, body, f"{wanted.name}: {wanted.branch} may deploy")
    for each in listed:
        if (each.type, each.name) != ("branch", wanted.branch):
            yield Call(
                "DELETE", f"{policies}/{each.id}", None, f"{wanted.name}: the {each.type} {each.name} may not deploy"
            )


def _variables(path: str, exists: bool, wanted: WantedEnvironment) -> Iterator[Call]:
    if not wanted.variables:
        return
    known = {v["name"]: v["value"] for v in pages(f"{path}/variables", "variables")} if exists else {}
    for name, value in wanted.variables.items():
        why = f"{wanted.name}: variable {name}"
        if name not in known:
            yield Call("POST", f"{path}/variables", {"name": name, "value": value}, why)
        elif known[name] != value:
            yield Call("PATCH", f"{path}/variables/{name}", {"name": name, "value": value}, why)
