"""Streams, Contributor Insights, the resource policy and tags: from the setting to the live table and back."""

import json
from typing import Any

from tests.local_aws.support import client
from tests.properties.support import TABLE_ARN, bring, live, table, update
from tests.shop import ENVIRONMENT, Shop

STREAMS = [f"arn:aws:kinesis:eu-west-1:111122223333:stream/{name}" for name in ("one", "two")]


def _statement(action: str) -> dict[str, Any]:
    principal = {"AWS": "arn:aws:iam::111122223333:role/reporting"}
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": TABLE_ARN}


def _policy(*actions: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [_statement(action) for action in actions]}


def _view() -> str:
    return table()["StreamSpecification"]["StreamViewType"]


def _kinesis_off() -> None:
    client("dynamodb").disable_kinesis_streaming_destination(TableName="Orders", StreamArn=STREAMS[0])


def test_the_streams_of_the_table(orders: Shop) -> None:
    for arn in STREAMS:
        client("kinesis").create_stream(StreamName=arn.rpartition("/")[2])
    live(
        orders,
        {"stream": "NEW_AND_OLD_IMAGES", "kinesis_stream": STREAMS[0]},
        [(update(StreamSpecification={"StreamEnabled": False}), "stream"), (_kinesis_off, "Kinesis stream")],
        {"stream": "KEYS_ONLY", "kinesis_stream": STREAMS[1]},
    )
    before = table()["LatestStreamArn"]
    bring(orders, {"stream": "NEW_IMAGE"})
    assert _view() == "NEW_IMAGE"
    assert table()["LatestStreamArn"] != before, "another view is another stream"


def _insights(action: str, **target: str) -> Any:
    return lambda: client("dynamodb").update_contributor_insights(
        TableName="Orders", ContributorInsightsAction=action, **target
    )


def _other_policy() -> None:
    policy = json.dumps(_policy("dynamodb:Scan"))
    client("dynamodb").put_resource_policy(ResourceArn=TABLE_ARN, Policy=policy)


def _untag(*keys: str) -> Any:
    return lambda: client("dynamodb").untag_resource(ResourceArn=TABLE_ARN, TagKeys=keys)


def test_insights_the_resource_policy_and_tags(orders: Shop) -> None:
    live(
        orders,
        {
            "contributor_insights": "throttled-keys",
            "resource_policy": _policy("dynamodb:Query"),
            "tags": {"Team": "shop", "Tier": "1"},
        },
        [
            (_insights("DISABLE", IndexName="ByBook"), "Contributor Insights"),
            (_other_policy, "resource policy"),
            (_untag("Team"), "tags"),
        ],
        {
            "contributor_insights": "all-keys",
            "resource_policy": _policy("dynamodb:Query", "dynamodb:GetItem"),
            "tags": {"Team": "orders"},
        },
    )
    bring(orders, {})
    client("dynamodb").tag_resource(ResourceArn=TABLE_ARN, Tags=[{"Key": "cost", "Value": "theirs"}])
    assert orders.problems() == []
    _insights("ENABLE")()
    _other_policy()
    _untag("Service")()
    assert sorted(orders.problems()) == [
        "Orders Contributor Insights mismatch",
        "Orders resource policy mismatch",
        "Orders tags mismatch",
    ]


def test_tags_that_rules_and_backups_read(orders: Shop) -> None:
    place = {"encryption_policy": "customer-key", "backups": {"retention_days": 90}}
    bring(orders, {"encryption": "service-key"}, place)
    tags = client("dynamodb").list_tags_of_resource(ResourceArn=TABLE_ARN)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {
        "Service": "shop",
        "Environment": ENVIRONMENT,
        "EncryptionPolicy": "customer-key",
        "BackupPlan": f"dynamodb-{ENVIRONMENT}-shop",
    }
