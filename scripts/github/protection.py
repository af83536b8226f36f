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
class Policy:
    """A pattern of branches or tags that may deploy: `type` is branch or tag, `id` is GitHub's number."""

    id: int
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Protection:
    """How GitHub protects an environment. `branches`: the patterns allowed to deploy; None: any branch at all.

    `protected_branches`: every branch that has a protection rule may deploy; `branches` are then those of today, and the
    environment keeps no list.
    """

    name: str
    reviewers: tuple[Reviewer, ...] = ()
    prevent_self_review: bool = False
    branches: tuple[str, ...] | None = None
    protected_branches: bool = False
    wait_minutes: int = 0
    tags: tuple[str, ...] = ()  # patterns of tags that are allowed to deploy
    policies: tuple["Policy", ...] = ()  # the list from which `branches` and `tags` come, if there is one
    admins_bypass: bool | None = None  # whether administrators may skip the protection; None: GitHub did not say


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
    policies: tuple[Policy, ...] = ()
    protected = bool(policy and policy.get("protected_branches"))
    if policy and policy.get("custom_branch_policies"):
        listed = pages(f"{path}/deployment-branch-policies", "branch_policies")
        policies = tuple(Policy(entry["id"], entry.get("type", "branch"), entry["name"]) for entry in listed)
    branches = tuple(each.name for each in policies if each.type == "branch")
    if protected:  # https://docs.github.com/en/rest/branches/branches#list-branches
        branches = tuple(entry["name"] for entry in pages(f"repos/{repository}/branches?protected=true"))
    return Protection(
        name=found["name"],
        reviewers=tuple(_reviewer(entry) for entry in required.get("reviewers", [])),
        prevent_self_review=bool(required.get("prevent_self_review")),
        branches=branches if policy else None,
        protected_branches=protected,
        wait_minutes=rules.get("wait_timer", {}).get("wait_timer", 0),
        tags=tuple(each.name for each in policies if each.type == "tag"),
        policies=policies,
        admins_bypass=found.get("can_admins_bypass"),
    )


def default_branch(repository: str) -> str:
    """The branch from which the environments are deployed. Raises GhError."""
    return str(api("GET", f"repos/{repository}")["default_branch"])


def _reviewer(entry: dict[str, Any]) -> Reviewer:
    who = entry["reviewer"]
    return Reviewer(entry["type"], who["id"], who.get("login") or who.get("slug") or who.get("name", ""))


def problems(name: str, found: Protection | None, branch: str, reviewers: bool = True) -> Iterator[str]:
    """Why nothing may be deployed to the environment, each one line that ends with what to do.

    `branch`: the only one from which it may be deployed. `reviewers`: whether somebody must have to approve; GitHub offers
    that to private repositories of Enterprise only.
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
        return
    if found.protected_branches and not found.branches:
        # https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
        yield f'Any branch may deploy to "{name}": it allows protected branches, and no branch is protected. {SETUP}'
    elif branch not in found.branches:
        yield f'The default branch, {branch}, may not deploy to "{name}". {SETUP}'
    for other in found.branches:
        if other != branch:
            yield f'Branches named "{other}" may deploy to "{name}"; only the default branch, {branch}, should. {SETUP}'
    for tag in found.tags:
        yield f'Tags named "{tag}" may deploy to "{name}"; only the default branch, {branch}, should. {SETUP}'


def remarks(name: str, found: Protection) -> Iterator[str]:
    """What weakens an approval without making it worthless, each one line that ends with what to do."""
    if found.reviewers and not found.prevent_self_review:
        yield f'Whoever starts a deployment to "{name}" may approve it too. Prevent self-review: make environments APPLY=1'
    if found.reviewers and found.admins_bypass is not False:
        said = "may" if found.admins_bypass else "may, unless the settings of the environment say otherwise,"
        yield (
            f'Administrators of the repository {said} deploy to "{name}" without an approval. Switch off "Allow administrators '
            'to bypass configured protection rules" on the page of the environment: Settings, Environments.'
        )
