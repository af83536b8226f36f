import pytest

from tests.access.evaluator import allows
from tests.for_each import for_each


def policy(*statements):
    return [{"Statement": list(statements)}]


def statement(effect="Allow", action="dynamodb:GetItem", resource="table/A", **condition):
    return {"Effect": effect, "Action": action, "Resource": resource, "Condition": condition}


@for_each(
    ("statements", "context", "allowed"),
    [
        ([], {}, False),
        ([statement()], {}, True),
        ([statement(action="DYNAMODB:getitem")], {}, True),
        ([statement(resource="TABLE/A")], {}, False),
        ([statement(resource="table/?")], {}, True),
        ([statement(resource="table/A/*")], {}, False),
        ([statement(action="dynamodb:Get*"), statement("Deny")], {}, False),
        ([statement(StringEquals={"k": "x"})], {}, False),
        ([statement(StringEquals={"k": ["y", "x"]})], {"k": ("x",)}, True),
        ([statement(StringEqualsIfExists={"k": "x"})], {}, True),
        ([statement(StringEqualsIfExists={"k": "x"})], {"k": ("z",)}, False),
        ([statement(**{"ForAnyValue:StringEquals": {"k": "x"}})], {}, False),
        ([statement(**{"ForAnyValue:StringEquals": {"k": "x"}})], {"k": ("x", "z")}, True),
        ([statement(**{"ForAllValues:StringEquals": {"k": "x"}})], {"k": ("x", "z")}, False),
        ([statement(**{"ForAllValues:StringEquals": {"k": "x"}})], {}, True),
        ([statement(**{"ForAllValues:StringEquals": {"k": "x"}}, Null={"k": "false"})], {}, False),
        ([statement(**{"ForAllValues:StringLike": {"k": "U#*"}}, Null={"k": "false"})], {"k": ("U#1",)}, True),
        ([statement(StringNotEquals={"k": "x"})], {}, True),
        ([statement(StringNotEquals={"k": ["x", "y"]})], {"k": ("y",)}, False),
        ([statement(StringNotEquals={"k": ["x", "y"]})], {"k": ("z",)}, True),
        ([statement(StringLike={"k": "x-*"})], {"k": ("x-1",)}, True),
        ([statement(StringLike={"k": "x-*"})], {"k": ("y-1",)}, False),
        ([statement(StringLike={"k": "*"})], {}, False),
        ([statement(ArnEquals={"k": "arn:*:role/a"})], {"k": ("arn:aws:role/a",)}, True),
        ([statement(ArnLike={"k": "arn:*:role/a"})], {"k": ("arn:aws:role/b",)}, False),
        ([statement(), {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}], {}, False),
        ([statement(), {"Effect": "Deny", "NotAction": "dynamodb:*", "Resource": "*"}], {}, True),
        ([{"Effect": "Allow", "NotAction": ["iam:*", "dynamodb:Get*"], "Resource": "*"}], {}, False),
        ([statement(), {"Effect": "Deny", "Action": "dynamodb:*", "NotResource": "table/B*"}], {}, False),
        ([statement(), {"Effect": "Deny", "Action": "dynamodb:*", "NotResource": ["table/B*", "table/A*"]}], {}, True),
        ([statement(StringLikeIfExists={"k": "x-*"})], {}, True),
        ([statement(StringLikeIfExists={"k": "x-*"})], {"k": ("y-1",)}, False),
        # of several values one that is like none of the patterns is enough; of no value none is
        ([statement(**{"ForAnyValue:StringNotLike": {"k": ["x", "y*"]}})], {"k": ("y1", "z")}, True),
        ([statement(**{"ForAnyValue:StringNotLike": {"k": ["x", "y*"]}})], {"k": ("y1", "x")}, False),
        ([statement(**{"ForAnyValue:StringNotLike": {"k": ["x", "y*"]}})], {}, False),
        ([statement(**{"ForAnyValue:ArnNotLike": {"k": ["arn:x"]}})], {"k": ("arn:y",)}, True),
    ],
)
def test_evaluation(statements, context, allowed):
    assert allows(policy(*statements), "dynamodb:GetItem", "table/A", context) is allowed


def test_an_unknown_operator_is_no_silent_answer():
    with pytest.raises(KeyError):
        allows(policy(statement(StringNotLike={"k": "x"})), "dynamodb:GetItem", "table/A")
