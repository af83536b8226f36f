"""Resource policies that DynamoDB refuses, by a request and in a template."""

import json
from typing import Any

from .support import Stack, client, described, provokes, refusal, table, template

ACCOUNT = "111122223333"
RIGHT = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "dynamodb:Query", "Resource": "*"}
DENY = {**RIGHT, "Effect": "Deny", "Principal": "*"}
FIXED = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
STREAM = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/Orders/stream/*"
INVALID = "ValidationException: One or more parameter values were invalid: "
UNBOUNDED = "ValidationException: Resource-based policy grants unbounded access"
LOCKOUT = (
    "AccessDeniedException: The new resource policy will not allow you to update the resource policy in the future."
)


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in RIGHT.items() if key != name}


REFUSED: list[tuple[list[Any], str]] = [
    ([], "Invalid policy document: Could not parse the policy: Statement is empty!"),
    ([_without("Resource")], "Invalid policy document: Missing required field Resource"),
    ([_without("Principal")], "Invalid policy document: Missing required field Principal"),
    ([{**RIGHT, "Principal": ACCOUNT}], "Invalid policy document: Syntax error at position (1,"),
    ([{**RIGHT, "Principal": {"AWS": "reporting"}}], "Invalid principal in policy document."),
    ([{**RIGHT, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"}}], "Invalid principal in policy document."),
    ([{**RIGHT, "Principal": {"Service": "lambda.amazonaws.com"}}], "Invalid policy document: Policy contains invalid service"),
    (
        [{**RIGHT, "Action": ["dynamodb:Query", "dynamodb:GetRecords", "dynamodb:DescribeStream"]}],
        'Invalid policy document: The following action names are invalid: "dynamodb:GetRecords", "dynamodb:DescribeStream"',
    ),
    ([{**RIGHT, "Action": "dynamodb:GetItems"}], "Invalid policy document: The following action names are invalid"),
    ([{**RIGHT, "Action": "dynamodb:ExecuteStatement"}], "Invalid policy document: The following action names are invalid"),
    ([{**RIGHT, "Action": "dynamodb:RestoreTableFromBackup"}], "Invalid policy document: The following action names are"),
    ([{**RIGHT, "Resource": STREAM}], 'Invalid policy document: The relative-id "table/Orders/stream/*" is invalid for ARN'),
    ([{**RIGHT, "Sid": "A"}, {**DENY, "Sid": "A"}], "Invalid policy document: The Statement Ids in the policy are not unique"),
    ([{**RIGHT, "Sid": "x" * 20_480}], "Maximum policy size of 20480 bytes exceeded"),
]  # fmt: skip
PUBLIC = [
    {**RIGHT, "Principal": "*"},
    {**RIGHT, "Principal": {"AWS": [ACCOUNT, "*"]}},
    {**RIGHT, "Principal": "*", "Condition": {"StringLike": {"aws:PrincipalOrgID": "o-*"}}},
    {**RIGHT, "Principal": "*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
]
TAKEN = [
    {**RIGHT, "Action": "dynamodb:*"},
    {**RIGHT, "Resource": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/Another"},
    {**RIGHT, "Principal": "*", "Condition": FIXED},
    {**RIGHT, "Principal": {"Service": "redshift.amazonaws.com"}},
    {**DENY, "Action": "dynamodb:DeleteResourcePolicy"},
    {**DENY, "Action": "dynamodb:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
]


def _put(*statements: Any, arn: str, **more: Any) -> dict[str, Any]:
    return {"ResourceArn": arn, "Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)}), **more}


@provokes("resource-policy-document", "resource-policy-public", "resource-policy-lockout")
def test_what_a_request_may_ask_for() -> None:
    database = client("dynamodb")
    database.create_table(**table(StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}))
    arn, stream = described()["TableArn"], described()["LatestStreamArn"]
    put = database.put_resource_policy
    for statements, message in REFUSED:
        assert refusal(put, **_put(*statements, arn=arn)).startswith(INVALID + message)
    assert "invalid Json" in refusal(put, ResourceArn=arn, Policy="{not json")
    for statement in PUBLIC:
        assert refusal(put, **_put(statement, arn=arn)).startswith(UNBOUNDED)
    assert "action names are invalid" in refusal(put, **_put(RIGHT, arn=stream))
    put(**_put({**RIGHT, "Action": "dynamodb:GetRecords", "Resource": stream}, arn=stream))
    for statement in TAKEN:
        put(**_put(statement, arn=arn))
    locked = {**DENY, "Action": ["dynamodb:Put*Policy"]}
    assert refusal(put, **_put(locked, arn=arn)) == LOCKOUT
    put(**_put(locked, arn=arn, ConfirmRemoveSelfResourceAccess=True))


@provokes("resource-policy-document", "resource-policy-lockout")
def test_a_template_may_not_ask_for_more() -> None:
    for statement, message in (({**RIGHT, "Principal": "*"}, UNBOUNDED), ({**DENY, "Action": "dynamodb:*"}, LOCKOUT)):
        stack = Stack(f"refused-{statement['Effect']}")
        policy = {"PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
        assert stack.deploy(template(table(ResourcePolicy=policy))) == "ROLLBACK_COMPLETE"
        assert message.partition(": ")[2] in stack.failures()["Table"]
