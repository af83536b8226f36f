"""Resource policies: what DynamoDB refuses, what has no effect, and what would shut out the deployment."""

import json
from pathlib import Path

import pytest
import yaml

from scripts.access.resource_policies import NEEDED, STREAM_ACTIONS, TABLE_ACTIONS
from scripts.problems import Problem, rules_in
from scripts.project.settings_rules import policy_access, policy_conditions, policy_form
from tests.access.aws_data import POLICIES
from tests.for_each import for_each
from tests.project.test_settings_check import read
from tests.roles.asking import STACKS

ACCOUNT, OTHER = "111122223333", "444455556666"
ENVIRONMENT = f'environments:\n  prod:\n    region: eu-west-1\n    account: "{ACCOUNT}"\n    table_prefix: prod-\n'
ARN = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/prod-Orders"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/reporting"
RIGHT = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "dynamodb:Query", "Resource": ARN}
DENY = {**RIGHT, "Effect": "Deny", "Principal": "*", "Resource": "*"}
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def _yaml(value: object) -> str:
    """Block style, without the aliases that PyYAML writes for what stands twice."""
    return yaml.safe_dump(json.loads(json.dumps(value)), sort_keys=False)


def _read(tmp_path: Path, *statements: object, environment: str = ENVIRONMENT, **more: object) -> list[Problem]:
    """The problems of a policy of Orders, one value a line: line 8 is that of the policy."""
    policy = {"Version": "2012-10-17", "Statement": list(statements), **more}
    settings = {"tables": {"Orders": {"resource_policy": policy}}}
    return read(tmp_path, environment + _yaml(settings))


def _without(*names: str) -> dict[str, object]:
    return {name: value for name, value in RIGHT.items() if name not in names}


# What stands in the statement, then (id, path below Statement[0], how the message begins).
WRONG: dict[str, tuple[object, list[tuple[str, str, str]]]] = {
    "text for a statement": ("all", [("S231", "", "The statement is no group")]),
    "no principal": (_without("Principal"), [("S231", "", "The statement has no Principal.")]),
    "no resource": (_without("Resource"), [("S231", "", "The statement has no Resource.")]),
    "no effect": (_without("Effect"), [("S231", ".Effect", "The statement has no Effect.")]),
    "effect in small letters": ({**RIGHT, "Effect": "allow"}, [("S231", ".Effect", 'Effect is "allow".')]),
    "misspelt field": ({**_without("Action"), "Actions": "dynamodb:Query"}, [
        ("S231", "", "The statement has no Action."),
        ("S231", ".Actions", '"Actions" is no part of a statement.'),
    ]),
    "not these actions": ({**_without("Action"), "NotAction": "dynamodb:Scan"}, [("S231", ".NotAction", '"NotAction" is about every')]),
    "not these resources": ({**_without("Resource"), "NotResource": ARN}, [("S231", ".NotResource", '"NotResource" is about')]),
    "not these principals": ({**_without("Principal"), "NotPrincipal": {"AWS": ROLE}}, [("S231", ".NotPrincipal", '"NotPrincipal"')]),
    "empty list of actions": ({**RIGHT, "Action": []}, [("S231", ".Action", "Action is no text and no list")]),
    "conditions as a list": ({**RIGHT, "Condition": [1]}, [("S231", ".Condition", "Condition is no group")]),
    "account without a kind": ({**RIGHT, "Principal": ACCOUNT}, [("S232", ".Principal", f'Principal "{ACCOUNT}" has no kind.')]),
    "name of a role": ({**RIGHT, "Principal": {"AWS": "reporting"}}, [("S232", ".Principal.AWS", '"reporting" is no principal.')]),
    "account as a number": ({**RIGHT, "Principal": {"AWS": 111122223333}}, [("S232", ".Principal.AWS", "No principal is named")]),
    "wildcard in a role": (
        {**RIGHT, "Principal": {"AWS": [ROLE, f"arn:aws:iam::{ACCOUNT}:role/*"]}},
        [("S232", ".Principal.AWS[1]", f'"arn:aws:iam::{ACCOUNT}:role/*" is no principal.')],
    ),
    "misspelt kind": ({**RIGHT, "Principal": {"Aws": ROLE}}, [("S232", ".Principal.Aws", '"Aws" is no kind of principal.')]),
    "service that needs a role": (
        {**RIGHT, "Principal": {"Service": "lambda.amazonaws.com"}},
        [("S232", ".Principal.Service", 'DynamoDB refuses the service "lambda.amazonaws.com"')],
    ),
    "stream action": ({**RIGHT, "Action": ["dynamodb:Query", "dynamodb:GetRecords"]}, [("S233", ".Action[1]", '"dynamodb:GetRecords" acts on')]),
    "misspelt action": ({**RIGHT, "Action": "dynamodb:GetItems"}, [("S233", ".Action", 'DynamoDB refuses the action "dynamodb:GetItems"')]),
    "operation of PartiQL": ({**RIGHT, "Action": "dynamodb:ExecuteStatement"}, [("S233", ".Action", "DynamoDB refuses the action")]),
    "action on a backup": ({**RIGHT, "Action": "dynamodb:DeleteBackup"}, [("S233", ".Action", "DynamoDB refuses the action")]),
    "action of a key": ({**RIGHT, "Action": ["dynamodb:Query", "kms:Decrypt"]}, [("S233", ".Action[1]", "DynamoDB refuses the action")]),
    "pattern of nothing": ({**DENY, "Action": "dynamodb:Delte*"}, [("S233", ".Action", "DynamoDB refuses the action")]),
    "misspelt operator": ({**RIGHT, "Condition": {"StringEqual": {"aws:PrincipalTag/team": "x"}}}, [
        ("S234", ".Condition.StringEqual", '"StringEqual" is no operator'),
    ]),
    "misspelt key": ({**RIGHT, "Condition": {"StringEquals": {"aws:PrincipleOrgID": "o-1"}}}, [
        ("S234", ".Condition.StringEquals.aws:PrincipleOrgID", '"aws:PrincipleOrgID" is no key'),
    ]),
    "key of another service": ({**RIGHT, "Condition": {"StringEquals": {"s3:prefix": "o-1"}}}, [
        ("S234", ".Condition.StringEquals.s3:prefix", '"s3:prefix" is no key'),
    ]),
    "no truth": ({**RIGHT, "Condition": {"Bool": {"aws:SecureTransport": "yes"}}}, [
        ("S234", ".Condition.Bool.aws:SecureTransport", '"yes" is neither true nor false'),
    ]),
    "no range": ({**RIGHT, "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "10.0.0.0/99"]}}}, [
        ("S234", ".Condition.IpAddress.aws:SourceIp", '"10.0.0.0/99" is no address'),
    ]),
    "no ARN": ({**RIGHT, "Condition": {"ArnLike": {"aws:SourceArn": "orders"}}}, [
        ("S234", ".Condition.ArnLike.aws:SourceArn", '"orders" is no ARN'),
    ]),
    "another table": ({**RIGHT, "Resource": [ARN, ARN.replace("Orders", "Prices")]}, [
        ("S241", ".Resource[1]", f'Resource "{ARN.replace("Orders", "Prices")}" is not Orders in prod: it is table/prod-Prices'),
    ]),
    "no prefix": ({**RIGHT, "Resource": ARN.replace("prod-", "")}, [("S241", ".Resource", "Resource")]),
    "another Region": ({**RIGHT, "Resource": ARN.replace("eu-west-1", "us-east-1")}, [("S241", ".Resource", "Resource")]),
    "another account": ({**RIGHT, "Resource": ARN.replace(ACCOUNT, OTHER)}, [("S241", ".Resource", "Resource")]),
    "another partition": ({**RIGHT, "Resource": ARN.replace("arn:aws:", "arn:aws-cn:")}, [("S241", ".Resource", "Resource")]),
    "pseudo parameter": ({**RIGHT, "Resource": ARN.replace(ACCOUNT, "${AWS::AccountId}")}, [("S241", ".Resource", "Resource")]),
    "unknown index": ({**RIGHT, "Resource": f"{ARN}/index/ByDya"}, [("S241", ".Resource", "Resource")]),
    "stream of the table": ({**RIGHT, "Resource": f"{ARN}/stream/*"}, [("S241", ".Resource", "Resource")]),
    "only a name": ({**RIGHT, "Resource": "Orders"}, [("S241", ".Resource", "Resource")]),
    "everybody": ({**RIGHT, "Principal": "*"}, [("S242", ".Principal", "The statement gives access to everybody")]),
    "everybody of AWS": ({**RIGHT, "Principal": {"AWS": [ROLE, "*"]}}, [("S242", ".Principal.AWS[1]", "The statement gives")]),
    "everybody with a condition on nothing fixed": (
        {**RIGHT, "Principal": "*", "Condition": {"StringLike": {"aws:PrincipalOrgID": "o-*"}}},
        [("S242", ".Principal", "The statement gives access to everybody")],
    ),
    "everybody from everywhere": (
        {**RIGHT, "Principal": "*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        [("S242", ".Principal", "The statement gives access to everybody")],
    ),
    "everything": ({**RIGHT, "Action": "dynamodb:*"}, [("S243", ".Action", '"dynamodb:*" allows what nobody has read.')]),
    "everything that begins so": ({**RIGHT, "Action": ["dynamodb:Get*"]}, [("S243", ".Action[0]", '"dynamodb:Get*" allows')]),
    "changes": ({**RIGHT, "Action": ["dynamodb:Query", "dynamodb:UpdateTable"]}, [("S243", ".Action[1]", '"dynamodb:UpdateTable" would')]),
    "another policy": ({**RIGHT, "Action": "dynamodb:putresourcepolicy"}, [("S243", ".Action", '"dynamodb:putresourcepolicy" would')]),
    "another account and the key of AWS": ({**RIGHT, "Principal": {"AWS": OTHER}}, [("S244", ".Principal.AWS", f'"{OTHER}" is of account')]),
    "role of another account and the key of AWS": (
        {**RIGHT, "Principal": {"AWS": [ROLE, ROLE.replace(ACCOUNT, OTHER)]}},
        [("S244", ".Principal.AWS[1]", f'"{ROLE.replace(ACCOUNT, OTHER)}" is of account {OTHER}')],
    ),
    "denied to everybody": ({**DENY, "Action": "dynamodb:*"}, [
        ("S245", "", "The Deny also holds for the roles of the deployment and the validation: it covers dynamodb:Desc"),
    ]),
    "denied to the account": ({**DENY, "Principal": {"AWS": ACCOUNT}, "Action": "dynamodb:UpdateTable"}, [
        ("S245", "", "The Deny also holds for the roles of the deployment: it covers dynamodb:UpdateTable."),
    ]),
    "denied outside of a network": (
        {**DENY, "Action": "dynamodb:Q*", "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}},
        [("S245", "", "The Deny also holds for the roles of the validation: it covers dynamodb:Query.")],
    ),
    "its author": ({**DENY, "Action": "dynamodb:PutResourcePolicy"}, [("S245", "", "The Deny also holds")]),
}  # fmt: skip

# Statements that nothing is said about.
GOOD = {
    "one index": {**RIGHT, "Resource": f"{ARN}/index/ByDay"},
    "the table and its indexes": {**RIGHT, "Resource": [ARN, f"{ARN}/index/*"]},
    "whatever the policy is of": {**RIGHT, "Resource": "*"},
    "the account itself": {**RIGHT, "Principal": {"AWS": ACCOUNT}},
    "a session": {**RIGHT, "Principal": {"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/reporting/me"}},
    "a service": {**RIGHT, "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "dynamodb:ExportTableToPointInTime"},
    "everybody of an organization": {**RIGHT, "Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
    "a new key of AWS": {**RIGHT, "Condition": {"StringEquals": {"aws:SomethingNew2027": "x"}}},
    "a tag": {**RIGHT, "Condition": {"ForAnyValue:StringLikeIfExists": {"aws:PrincipalTag/Team": ["x*"]}}},
    "own items": {**RIGHT, "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}}},
    "deletions denied": {**DENY, "Action": ["dynamodb:DeleteItem", "dynamodb:BatchWriteItem"]},
    "the deletion of the table denied": {**DENY, "Action": "dynamodb:DeleteTable"},
    "one role denied": {**DENY, "Principal": {"AWS": ROLE}, "Action": "dynamodb:*"},
    "all but some denied": {**DENY, "Action": "dynamodb:*", "Condition": {"ArnNotLike": {"aws:PrincipalArn": [ROLE]}}},
    "no TLS denied": {**DENY, "Action": "dynamodb:*", "Condition": {"Bool": {"aws:SecureTransport": False}}},
    "other accounts denied": {**DENY, "Action": "dynamodb:*", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}},
}  # fmt: skip


@for_each(("statement", "expected"), WRONG.values(), ids=WRONG)
def test_wrong(tmp_path: Path, statement: object, expected: list[tuple[str, str, str]]) -> None:
    found = _read(tmp_path, statement)
    place = "tables.Orders.resource_policy.Statement[0]"
    told = sorted((p.id, p.path.removeprefix(place), p.message) for p in found)
    begun = [(*one[:2], one[2][: len(e[2])]) for one, e in zip(told, expected, strict=False)]
    assert begun == expected, told
    assert len(told) == len(expected), told
    assert {p.severity for p in found} == {"error"}
    assert all(p.fix and p.path.startswith(place) and p.line >= 11 for p in found)


@for_each("statement", [RIGHT, *GOOD.values()], ids=["the right one", *GOOD])
def test_right(tmp_path: Path, statement: dict[str, object]) -> None:
    assert _read(tmp_path, statement) == []


def test_every_rule_is_broken_once() -> None:
    rules = {rule.id for module in (policy_access, policy_conditions, policy_form) for rule in rules_in(module).rules}
    assert rules - {"S216"} == {problem[0] for _, problems in WRONG.values() for problem in problems}


@pytest.mark.parametrize("key", ["aws-owned\n    encryption_reason: public data", KEY])
def test_another_account_may_use_a_key_that_it_can_use(tmp_path: Path, key: str) -> None:
    theirs = {**RIGHT, "Principal": {"AWS": OTHER}}
    assert _read(tmp_path, theirs, environment=f"{ENVIRONMENT}    encryption: {key}\n") == []
    (problem,) = _read(tmp_path, theirs, environment=f"{ENVIRONMENT}    encryption: service-key\n")
    assert (problem.id, "(encryption: service-key)" in problem.message) == ("S244", True)


def test_without_an_account_every_account_is_that_of_the_table(tmp_path: Path) -> None:
    anywhere = "environments:\n  prod:\n    region: eu-west-1\n"
    own = {**RIGHT, "Resource": ARN.replace("prod-", "")}
    assert _read(tmp_path, own, environment=anywhere) == []
    assert [p.id for p in _read(tmp_path, {**own, "Principal": {"AWS": OTHER}}, environment=anywhere)] == ["S244"]
    (problem,) = _read(tmp_path, RIGHT, environment=anywhere)
    assert "arn:aws:dynamodb:eu-west-1:<account>:table/Orders" in problem.fix


def test_the_document_itself(tmp_path: Path) -> None:
    assert [p.message for p in _read(tmp_path)] == ["The policy has no statement, and DynamoDB refuses it."]
    assert [p.message for p in _read(tmp_path, RIGHT, Version="2008-10-17")] == [
        'The Version of the policy is "2008-10-17".'
    ]
    assert [p.message for p in _read(tmp_path, RIGHT, version="2012-10-17")] == ['"version" is no part of a policy.']
    twice = [{**RIGHT, "Sid": "A"}, {**RIGHT, "Sid": "A"}, {**RIGHT, "Sid": "B"}]
    assert [p.message for p in _read(tmp_path, *twice)] == [
        'The Sid "A" stands 2 times, and DynamoDB refuses the policy.'
    ]
    assert _read(tmp_path, RIGHT, Id="orders") == []


def test_a_policy_for_all_tables_cannot_name_one(tmp_path: Path) -> None:
    policy = {"Version": "2012-10-17", "Statement": [RIGHT]}
    (problem,) = read(tmp_path, ENVIRONMENT + _yaml({"defaults": {"resource_policy": policy}}))
    assert (problem.id, problem.path) == ("S241", "defaults.resource_policy.Statement[0].Resource")
    assert "is not Prices in prod: it is table/prod-Orders, not table/prod-Prices." in problem.message


def test_the_place_is_that_of_the_policy_which_holds(tmp_path: Path) -> None:
    """Of two policies the more specific one is the whole policy, also for what it does not say."""
    policies = {
        "defaults": {"resource_policy": {"Version": "2012-10-17", "Statement": [{**RIGHT, "Resource": "*"}]}},
        "tables": {"Orders": {"resource_policy": {"Statement": [RIGHT]}}},
    }
    (problem,) = read(tmp_path, ENVIRONMENT + _yaml(policies))
    assert (problem.message, problem.path) == ("There is no Version.", "tables.Orders.resource_policy.Version")


def test_the_actions_are_those_of_aws() -> None:
    """Actions on tables and indexes, as the Service Authorization Reference lists them."""
    known = POLICIES["dynamodb"]["Actions"]
    for action in (*TABLE_ACTIONS, *STREAM_ACTIONS):
        assert action.partition(":")[2].lower() in known, action


def test_what_the_roles_do_is_what_must_not_be_denied() -> None:
    resources = STACKS["environment"].resources

    def actions(policy: str, *sids: str) -> set[str]:
        found = resources[policy]["Properties"]["PolicyDocument"]["Statement"]
        listed = [one["Action"] for one in found if isinstance(one, dict) and one.get("Sid") in sids]
        return {name for one in listed for name in ([one] if isinstance(one, str) else one)}

    assert set(NEEDED["the validation"]) == actions("ReadPolicy", "Tables", "OnlyTheKeyThatTheProbeAsksFor")
    made = {"dynamodb:CreateTable", "dynamodb:DescribeImport"}  # of a table that has no policy yet
    assert set(NEEDED["the deployment"]) == actions("TablePolicy", "Tables") - made
