"""An environment of the repository as GitHub has it, and what its protection lacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scripts.github.gh import GhError, api, pages

SETUP = 'Set it up: make environments APPLY=1 REVIEWERS="@org/team" (docs/aws-setup.md).'


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who may approve: `type` is User or Team, `id` is GitHub's number, `name` is a login, or the short name of a team."""

    type: str
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Protection:
    """How GitHub protects an environment. `branches`: the patterns allowed to deploy; None: any branch at all.

    `protected_branches`: every branch that has a protection rule may deploy, and no list is kept.
    """

    name: str
    reviewers: tuple[Reviewer, ...] = ()
    prevent_self_review: bool = False
    branches: tuple[str, ...] | None = None
    protected_branches: bool = False
    wait_minutes: int = 0
    branch_ids: tuple[int, ...] = ()  # GitHub's numbers of `branches`


def read(repository: str, name: str) -> Protection | None:
    """The environment of that name; None if there is none. Raises GhError.

    https://docs.github.com/en/rest/deployments/environments
    """
    path = f"repos/{repository}/environments/{name}"
    try:
        found = api("GET", path)
    except GhError as error:
        if error.status == 404:
            return None
        raise
    rules = {rule["type"]: rule for rule in found.get("protection_rules", [])}
    required = rules.get("required_reviewers", {})
    policy = found.get("deployment_branch_policy")
    custom: list[Any] = []
    if policy and policy.get("custom_branch_policies"):
        custom = pages(f"{path}/deployment-branch-policies", "branch_policies")
    return Protection(
        name=found["name"],
        reviewers=tuple(_reviewer(entry) for entry in required.get("reviewers", [])),
        prevent_self_review=bool(required.get("prevent_self_review")),
        branches=tuple(entry["name"] for entry in custom) if policy else None,
        protected_branches=bool(policy and policy.get("protected_branches")),
        wait_minutes=rules.get("wait_timer", {}).get("wait_timer", 0),
        branch_ids=tuple(entry["id"] for entry in custom),
    )


def _reviewer(entry: dict[str, Any]) -> Reviewer:
    who = entry["reviewer"]
    return Reviewer(entry["type"], who["id"], who.get("login") or who.get("slug") or who.get("name", ""))


def problems(name: str, found: Protection | None, reviewers: bool = True) -> Iterator[str]:
    """Why nothing may be deployed to the environment, each one line that ends with what to do.

    `reviewers`: whether somebody must have to approve; GitHub offers that to private repositories of Enterprise only.
    """
    if found is None:
        yield f'There is no environment "{name}" on GitHub, which would create it without any protection. {SETUP}'
        return
    if found.name != name:  # GitHub compares without regard to case
        yield f'GitHub calls this environment "{found.name}", deployment.yaml calls it "{name}". Use one of the two.'
    if reviewers and not found.reviewers:
        yield f'Nobody has to approve a deployment to "{name}": it has no required reviewers. {SETUP}'
    if found.branches is None:
        yield f'Any branch may deploy to "{name}": it has no deployment branch policy. {SETUP}'
    elif not found.protected_branches:
        yield from _branch_problems(name, found.branches)


def _branch_problems(name: str, branches: tuple[str, ...]) -> Iterator[str]:
    if not branches:
        yield f'No branch may deploy to "{name}": its list of branches is empty. {SETUP}'
    for branch in branches:
        if "*" in branch:
            yield f'The branches "{branch}" may deploy to "{name}"; only one branch should. {SETUP}'
