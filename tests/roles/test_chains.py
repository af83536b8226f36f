"""No chain of moves leads from a role to what it must never do: with environments in one account, and in two."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.roles.aws_managed import ADMINISTRATOR, AWS_MANAGED
from tests.roles.chains import Walk
from tests.roles.nevers import NEVERS, OPENINGS, Never, kind
from tests.roles.template import RAW
from tests.roles.world import Policies, World

ONE, TWO = "111122223333", "444455556666"
# prod and prod-eu: names that begin the same.
LAYOUTS = {
    "one account": [("dev", ONE, "dev-"), ("prod", ONE, "prod-"), ("prod-eu", ONE, "eu-prod-")],
    "two accounts": [("dev", TWO, "dev-"), ("prod", ONE, "prod-"), ("prod-eu", ONE, "eu-prod-")],
}
SMALL = [("dev", ONE, "dev-"), ("prod", ONE, "prod-")]


def breaches(world: World, *starts: str, promises: Sequence[Never] = NEVERS) -> dict[str, str]:
    """The promises that do not hold, each with one of the chains that break it."""
    found: dict[str, str] = {}
    for start in starts or world.policies:
        walk = Walk(world, start)
        for never in promises:
            if never.id not in found and kind(start) in never.who and (story := _broken(walk, never, start)):
                found[never.id] = story
    return found


def _broken(walk: Walk, never: Never, start: str) -> str:
    opened = {fact.subject: fact for fact in walk.facts if fact.kind == "open"}
    gained = [fact for fact in walk.facts if fact.kind in ("holds", "drives")]
    for deed in never.deeds(walk.world, start):
        if deed.resource in opened:
            return f"{walk.story(opened[deed.resource])} -> anybody: {deed.action}"
        for fact in gained:
            acts = fact.kind == "holds" or deed.told
            if acts and walk.can(fact.subject, deed.action, deed.resource, **deed.context):
                return f"{walk.story(fact)} -> {deed.action} on {deed.resource}"
    return ""


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_chain_leads_to_what_a_role_never_does(layout: str) -> None:
    assert breaches(World(LAYOUTS[layout])) == {}


@pytest.mark.parametrize("opening", OPENINGS)
def test_each_parameter_opens_what_the_page_says_and_no_more(opening: str) -> None:
    found = breaches(World(SMALL, **{opening: "yes"}))
    assert set(found) == {never.id for never in NEVERS if opening in never.unless}, found


BACKUP_ROLES = "arn:aws:iam::111122223333:role/dynamodb-*-BackupRole-*"


def _statements(template: Any, id: str) -> list[Any]:
    properties = template["Resources"][id]["Properties"]
    return (properties.get("PolicyDocument") or properties["Policies"][0]["PolicyDocument"])["Statement"]


def _allow(template: Any, *actions: str, on: str = "*", condition: Any = None) -> None:
    """Let the service role do something, also as far as its boundary is concerned."""
    new = {
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": on,
        **({"Condition": condition} if condition else {}),
    }
    _statements(template, "TablePolicy").append(new)
    _statements(template, "ServiceBoundary").append({"Effect": "Allow", "Action": list(actions), "Resource": on})


def _drop(*sids: str) -> Callable[[Any], None]:
    def change(template: Any) -> None:
        for id in template["Resources"]:
            if template["Resources"][id]["Type"] == "AWS::IAM::ManagedPolicy" or id == "DeployRole":
                kept = [s for s in _statements(template, id) if s.get("Sid") not in sids]
                _statements(template, id)[:] = kept

    return change


def _replace(id: str, sid: str, **fields: Any) -> Callable[[Any], None]:
    def change(template: Any) -> None:
        (found,) = (s for s in _statements(template, id) if s.get("Sid") == sid)
        found |= fields
        for field in [field for field, value in fields.items() if value is None]:
            del found[field]

    return change


RESTORE = {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores"}}
OWN_TAG = {"StringEquals": {"aws:RequestTag/Environment": {"Ref": "Environment"}}}
ANY_CHANGE_SET = {"Fn::Sub": "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:changeSet/deploy-*"}
ANY_TABLE = {"Fn::Sub": "arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/*"}
# A weakness, what it does to the template, and a promise that it breaks.
WEAKNESSES: dict[str, tuple[Callable[[Any], None], str]] = {
    "makes a role that trusts anybody, and lets it restore": (
        lambda t: (
            _allow(t, "iam:CreateRole", on=BACKUP_ROLES),
            _allow(t, "iam:AttachRolePolicy", on=BACKUP_ROLES, condition=RESTORE),
        ),
        "items",
    ),
    "replaces whom a role trusts": (lambda t: _allow(t, "iam:UpdateAssumeRolePolicy", on="*"), "roles"),
    "lets another environment's role make backups": (
        lambda t: _allow(t, "iam:PassRole", on="*", condition={"StringEquals": {"iam:PassedToService": "backup.amazonaws.com"}}),
        "environments",
    ),
    "passes any role to CloudFormation": (
        _replace("DeployRole", "OnlyTheServiceRole", Resource="*"),
        "roles",
    ),
    "tags any backup plan, and deletes it": (
        lambda t: (_replace("BackupPolicy", "NewPlans", Condition=None)(t), _drop("WhatBelongsToAnotherEnvironment")(t)),
        "tagged",
    ),
    "looks at no tag of another environment": (_drop("WhatBelongsToAnotherEnvironment"), "environments"),
    "tags any key, and replaces its policy": (
        _replace("KeyPolicy", "TagsOfNewKeys", Condition=OWN_TAG),
        "tagged",
    ),
    "executes any change set": (_replace("DeployRole", "ChangeSetsNamedByTheirArn", Resource=ANY_CHANGE_SET), "environments"),
    "changes any table": (_replace("TablePolicy", "Tables", Resource=ANY_TABLE), "environments"),
    "backs up any table": (_replace("BackupBoundary", "BackupsOfTables", Resource="*"), "environments"),
    "copies backups anywhere": (_drop("CopiesToVaultsThatNobodyNamed"), "copies"),
    "works in any Region": (_drop("NotInOtherRegions"), "regions"),
    "restores": (lambda t: (_drop("WhatCannotBeUndone")(t), _allow(t, "backup:StartRestoreJob")), "copies"),
    "reads by AWS Backup": (
        lambda t: (
            _drop("WhatCannotBeUndone", "ItemsAndTables")(t),
            _allow(t, "backup:StartRestoreJob"),
            _replace("BackupBoundary", "BackupsOfTables", Action="dynamodb:*")(t),
            t["Resources"]["BackupRole"]["Properties"]["ManagedPolicyArns"].append(RESTORE["ArnEquals"]["iam:PolicyARN"]),
        ),
        "items",
    ),
    "deletes": (lambda t: (_drop("WhatCannotBeUndone")(t), _allow(t, "dynamodb:DeleteTable")), "tables"),
    "asks for any key": (
        lambda t: (
            _drop("ItemsOfOtherKeysThanTheProbes")(t),
            _replace("ReadPolicy", "OnlyTheKeyThatTheProbeAsksFor", Condition=None)(t),
        ),
        "items",
    ),
    "opens a vault": (lambda t: (_drop("WhatCannotBeUndone")(t), _allow(t, "backup:PutBackupVaultAccessPolicy")), "vaults"),
}  # fmt: skip


@pytest.mark.parametrize("weakness", WEAKNESSES)
def test_each_weakness_is_found(weakness: str) -> None:
    weaken, broken = WEAKNESSES[weakness]
    template = copy.deepcopy(RAW)
    weaken(template)
    world = World(SMALL, template, Backups="yes", Keys="yes")
    promises = [never for never in NEVERS if never.id == broken]
    assert set(breaches(world, "dev/DeployRole", f"plan/{ONE}", promises=promises)) == {broken}


def test_a_deny_stands_whatever_else_is_attached() -> None:
    world = World(SMALL, Backups="yes")
    for role, policies in world.policies.items():
        everything = Policies((*policies.attached, AWS_MANAGED[ADMINISTRATOR]), policies.boundary)
        for never in NEVERS:
            if never.id not in ("tables", "items", "backups") or kind(role) not in never.who:
                continue
            for deed in never.deeds(world, role):
                keys = Walk.keys(deed.context)
                assert role.endswith("Operator") or not everything.allow(deed.action, deed.resource, [keys]), (
                    role,
                    deed,
                )
