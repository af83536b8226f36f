import copy
import json
import re

import pytest

from scripts.access.actions import ACTIONS, ADMIN, NOT_ACTIONS
from scripts.checks.access_rules import policy_problems
from tests.access.samples import ACCOUNT, KEY, REGION, everything
from tests.for_each import for_each

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/prod-Orders"
GOOD = {"Sid": "Read", "Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": [TABLE]}


def problems(document):
    """What is wrong with a policy, each in one line: where, what, what to do."""
    return [f"{p.path}: {p.message} {p.fix}" for p in policy_problems(document, "policy.json", json.dumps(document))]


def policy(**changes):
    statement = {**copy.deepcopy(GOOD), **changes}
    return {"Version": "2012-10-17", "Statement": [{k: v for k, v in statement.items() if v is not None}]}


def test_good_policies_pass():
    assert problems(policy()) == []
    for document in everything().values():
        assert problems(document) == []


@for_each(
    "changes",
    [
        {"Action": "dynamodb:GetItem", "Resource": TABLE},
        {"Sid": None},
        {"Action": "dynamodb:query", "Resource": f"{TABLE}/index/ByStatus"},
        {"Action": ["dynamodb:ListStreams", "cloudwatch:DescribeAlarms"], "Resource": "*"},
        {"Action": "dynamodb:GetRecords", "Resource": f"{TABLE}/stream/*"},
        {"Action": "dynamodb:DescribeBackup", "Resource": f"{TABLE}/backup/*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "dynamodb:*", "Resource": f"{TABLE}/index/*"},
        {
            "Action": "kms:Decrypt",
            "Resource": KEY,
            "Condition": {"StringEquals": {"KMS:viaservice": f"dynamodb.{REGION}.amazonaws.com"}},
        },
        {
            "Condition": {
                "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["USER#${aws:PrincipalTag/user}"]},
                "Null": {"dynamodb:LeadingKeys": "false"},
            }
        },
    ],
)
def test_what_is_narrow_is_accepted(changes):
    assert problems(policy(**changes)) == []


@for_each(
    ("changes", "expected"),
    [
        ({"Action": "*"}, r'action "\*" holds a wildcard.* List the actions\.'),
        ({"Action": ["dynamodb:*"]}, r'action "dynamodb:\*" holds a wildcard.* List the actions\.'),
        ({"Action": ["dynamodb:Get?tem"]}, r"holds a wildcard.* List the actions\."),
        ({"Action": None, "NotAction": ["dynamodb:DeleteTable"]}, r'"NotAction" allows every action.* List the actions in'),
        ({"Resource": None, "NotResource": [TABLE]}, r'"NotResource" covers every resource.* List the ARNs'),
        ({"Principal": "*"}, r'"Principal" belongs in a policy of a resource.* Remove it'),
        ({"NotPrincipal": {"AWS": ACCOUNT}}, r'"NotPrincipal" belongs in a policy of a resource.* Remove it'),
        ({"Resource": "*"}, r'resource "\*" covers every table for "dynamodb:GetItem"\. Name the ARNs'),
        ({"Action": ["dynamodb:ListStreams", "dynamodb:GetRecords"], "Resource": "*"}, r'every table for "dynamodb:GetRecords"\.'),
        ({"Action": "dynamodb:Query", "Resource": f"{TABLE}/index/*"}, r"covers every index.* Name each index\."),
        ({"Resource": f"{TABLE}*"}, r"holds a wildcard\. Name each table and index"),
        ({"Resource": [TABLE, f"{TABLE}/*"]}, r"holds a wildcard\. Name each table and index"),
        ({"Resource": TABLE.replace(ACCOUNT, "*")}, r"holds a wildcard\. Name each table and index"),
        ({"Resource": TABLE.replace(REGION, "cn-north-1")}, r"is no ARN of a table.* the partition of that region\."),
        ({"Resource": "prod-Orders"}, r'"prod-Orders" is no ARN of a table.* Write arn:'),
        ({"Action": "dynamodb:GetItems"}, r'is not one that applications may have\. Did you mean "dynamodb:GetItem"\?'),
        ({"Action": "dynamodb:Frobnicate"}, r"is not one that applications may have\. Correct the name, or remove it\."),
        ({"Action": "s3:GetObject"}, r'"s3:GetObject" is not about tables\. Remove it'),
        ({"Action": "GetItem"}, r'"GetItem" is not about tables\. Remove it'),
        ({"Action": "dynamodb:TransactWriteItems"}, r"is no IAM action\. Write ConditionCheckItem, DeleteItem, PutItem and"),
        ({"Action": "dynamodb:GetItem", "Resource": f"{TABLE}/index/ByStatus"}, r'"dynamodb:GetItem" acts on none of these'),
        ({"Action": "dynamodb:GetRecords"}, r"acts on none of these resources, but on a stream\. Name its ARN\."),
        ({"Resource": [TABLE, f"{TABLE}/index/ByStatus"]}, r"none of the actions acts on .*ByStatus.* which is an index\. Remove it\."),
        ({"Action": "dynamodb:ListTables"}, r'"dynamodb:ListTables" acts only on the resource "\*" \(.+\)\. Give it a statement'),
        ({"Action": "kms:Decrypt", "Resource": KEY}, r'"kms:Decrypt" is not limited to DynamoDB\. Add the condition'),
        (
            {"Action": "kms:Decrypt", "Resource": KEY, "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}},
            r"is not limited to DynamoDB",
        ),
        (
            {"Action": "kms:Decrypt", "Resource": KEY, "Condition": {"StringLike": {"kms:ViaService": "dynamodb.*.amazonaws.com"}}},
            r"is not limited to DynamoDB",
        ),
        ({"Condition": {"StringEquals": {"dynamodb:LeadingKeys": "U"}}}, r'Write the operator "ForAllValues:StringEquals"\.'),
        ({"Condition": {"ForAnyValue:StringEquals": {"dynamodb:LeadingKeys": "U"}}}, r'Write the operator "ForAllValues:StringEquals"\.'),
        ({"Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "U"}}}, r'also true for a request without .* "false"'),
        (
            {
                "Action": "dynamodb:Scan",
                "Condition": {
                    "ForAllValues:StringEquals": {"dynamodb:SecondPartitionKeyValues": "U"},
                    "Null": {"dynamodb:SecondPartitionKeyValues": "false"},
                },
            },
            r'"dynamodb:SecondPartitionKeyValues" does not limit "dynamodb:Scan"\. Remove that action\.',
        ),
        ({"Effect": "allow"}, r'"Effect" is "allow"\. Write "Allow"\.'),
        ({"Effect": None}, r'"Effect" is null\. Write "Allow"\.'),
        ({"Action": None}, r'"Action" is no text and no list of texts\. Write at least one\.'),
        ({"Action": []}, r'"Action" is no text'),
        ({"Resource": None}, r'"Resource" is no text'),
        ({"Resource": [1]}, r'"Resource" is no text'),
        ({"Condition": []}, r'"Condition" is not an object'),
        ({"Condition": {"StringEquals": "x"}}, r'"Condition" is not an object'),
        ({"Sid": "read items"}, r'the Sid "read items" is not made of letters and digits\. Rename it\.'),
        ({"Sid": {}}, r"the Sid \{\} is not made of"),
        ({"Comment": "x"}, r'"Comment" is no part of a statement\. Remove it\.'),
    ],
)  # fmt: skip
def test_what_is_wide_or_wrong_is_refused_in_one_sentence(changes, expected):
    found = problems(policy(**changes))
    assert len(found) == 1, found
    assert found[0].startswith("Statement[0]: ")
    assert re.search(expected, found[0], re.IGNORECASE), found[0]


@for_each("action", [a.name for a in ACTIONS.values() if a.level == ADMIN])
def test_what_only_a_deployment_may_do_is_refused(action):
    expected = f'Statement[0]: Action "{action}" changes or exposes whole tables'
    assert [found[: len(expected)] for found in problems(policy(Action=["dynamodb:GetItem", action]))] == [expected]


@for_each("action", NOT_ACTIONS)
def test_names_of_operations_are_refused_in_any_case(action):
    (found,) = problems(policy(Action=action.lower()))
    assert "is no IAM action. Write " in found


@for_each(
    ("document", "expected"),
    [
        ([], "not an object"),
        (None, "not an object"),
        ({"Version": "2012-10-17", "Statement": []}, "holds no statement"),
        ({"Version": "2012-10-17", "Statement": "x"}, "holds no statement"),
        ({"Version": "2012-10-17", "Statement": ["x"]}, "Statement[0]: It is not an object"),
        ({"Version": "2008-10-17", "Statement": [GOOD]}, '"Version" is "2008-10-17". Write "2012-10-17".'),
        ({"Statement": [GOOD]}, '"Version" is null. Write "2012-10-17".'),
        ({"Version": "2012-10-17", "Statement": [GOOD], "Id": "x"}, '"Id" is no part of a policy. Remove it.'),
        ({"Version": "2012-10-17", "Statement": [GOOD, GOOD]}, 'The Sid "Read" stands 2 times. Rename all but one.'),
    ],
)
def test_the_shape_of_a_policy(document, expected):
    (found,) = problems(document)
    assert expected in found


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False)])
def test_the_size_that_iam_takes(more, fits):
    document = policy(Sid="S")
    document["Statement"][0]["Sid"] = "S" * (6144 - len(str(document).replace(" ", "")) + 1 + more)
    assert (problems(document) == []) is fits


def test_a_single_statement_need_not_be_a_list():
    assert problems({"Version": "2012-10-17", "Statement": GOOD}) == []
