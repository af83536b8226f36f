"""Every property of AWS::DynamoDB::Table is applied, changed and removed by stack operations."""

from typing import Any

import pytest

from scripts.local_aws import LocalAws

from .support import Stack, client, described, index, provokes, table, template

ALLOWED = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "dynamodb:Query", "Resource": "*"}
ON = {
    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7},
    "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires"},
    "SSESpecification": {"SSEEnabled": True},
    "TableClass": "STANDARD_INFREQUENT_ACCESS",
    "DeletionProtectionEnabled": True,
    "StreamSpecification": {"StreamViewType": "KEYS_ONLY"},
    "ContributorInsightsSpecification": {"Enabled": True},
    "OnDemandThroughput": {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 5},
    "ResourcePolicy": {"PolicyDocument": {"Version": "2012-10-17", "Statement": [ALLOWED]}},
    "Tags": [{"Key": "team", "Value": "orders"}],
}
# How each property of ON shows in the direct API, when it is set and when it is not.
SET = {
    "recovery": ("ENABLED", 7),
    "ttl": ("ENABLED", "expires"),
    "encryption": ("ENABLED", "KMS"),
    "class": "STANDARD_INFREQUENT_ACCESS",
    "protected": True,
    "stream": "KEYS_ONLY",
    "insights": "ENABLED",
    "maximum": 10,
    "policy": True,
    "tags": [{"Key": "team", "Value": "orders"}],
}
UNSET = {
    "recovery": ("DISABLED", None),
    "ttl": ("DISABLED", None),
    "encryption": (None, None),
    "class": "STANDARD",
    "protected": False,
    "stream": None,
    "insights": "DISABLED",
    "maximum": -1,
    "policy": False,
    "tags": [],
}


def shown() -> dict[str, Any]:
    database, live = client("dynamodb"), described()
    recovery = database.describe_continuous_backups(TableName="Orders")["ContinuousBackupsDescription"]
    recovery = recovery["PointInTimeRecoveryDescription"]
    ttl = database.describe_time_to_live(TableName="Orders")["TimeToLiveDescription"]
    encryption = live.get("SSEDescription", {})
    try:
        database.get_resource_policy(ResourceArn=live["TableArn"])
        policy = True
    except database.exceptions.PolicyNotFoundException:
        policy = False
    insights = database.describe_contributor_insights(TableName="Orders")
    stream = live.get("StreamSpecification", {})
    return {
        "recovery": (recovery["PointInTimeRecoveryStatus"], recovery.get("RecoveryPeriodInDays")),
        "ttl": (ttl["TimeToLiveStatus"], ttl.get("AttributeName")),
        "encryption": (encryption.get("Status"), encryption.get("SSEType")),
        "class": live.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
        "protected": live["DeletionProtectionEnabled"],
        "stream": stream.get("StreamViewType") if stream.get("StreamEnabled") else None,
        "insights": insights["ContributorInsightsStatus"],
        "maximum": live.get("OnDemandThroughput", {}).get("MaxReadRequestUnits", -1),
        "policy": policy,
        "tags": database.list_tags_of_resource(ResourceArn=live["TableArn"])["Tags"],
    }


@provokes("table-properties")
def test_properties_are_applied_on_create() -> None:
    stack = Stack()
    assert stack.deploy(template(table(**ON))) == "CREATE_COMPLETE"
    assert shown() == SET


@provokes("table-properties")
def test_properties_are_applied_on_update_and_removed_when_removed(aws: LocalAws) -> None:
    stack = Stack()
    stack.deploy(template(table()))
    assert shown() == UNSET
    assert stack.deploy_one_by_one(template(table()), template(table(**ON))) == "UPDATE_COMPLETE"
    assert shown() == SET
    aws.advance(minutes=60)
    off = {"TimeToLiveSpecification": {"Enabled": False, "AttributeName": "expires"}}
    assert stack.deploy_one_by_one(template(table(**ON)), template(table(**off))) == "UPDATE_COMPLETE"
    assert shown() == UNSET


# Two properties each that UpdateTable does not change together, and the sentence.
TOGETHER = {
    "class and protection": (("TableClass", "DeletionProtectionEnabled"), "TableClass modification"),
    "encryption and stream": (("SSESpecification", "StreamSpecification"), "Server-Side Encryption modification"),
    "protection and stream": (("DeletionProtectionEnabled", "StreamSpecification"), "DeletionProtection modification"),
    "maximum and stream": (("OnDemandThroughput", "StreamSpecification"), "can only be combined with BillingMode"),
}


@provokes("update-together")
@pytest.mark.parametrize(("names", "text"), TOGETHER.values(), ids=TOGETHER)
def test_what_one_update_table_does_not_do_one_stack_update_does_not_do(names: tuple[str, ...], text: str) -> None:
    stack = Stack()
    stack.deploy(template(table()))
    assert stack.deploy(template(table(**{name: ON[name] for name in names}))) == "UPDATE_ROLLBACK_COMPLETE"
    assert text in stack.failures()["Table"]
    assert shown() == UNSET


@provokes("table-properties")
def test_direct_api_changes_the_same_state() -> None:
    stack = Stack()
    stack.deploy(template(table(**ON)))
    database = client("dynamodb")
    specification = {"PointInTimeRecoveryEnabled": False}
    database.update_continuous_backups(TableName="Orders", PointInTimeRecoverySpecification=specification)
    database.update_table(TableName="Orders", DeletionProtectionEnabled=False)
    assert (shown()["recovery"], shown()["protected"]) == (("DISABLED", None), False)


@provokes("table-properties")
def test_billing_and_throughput_change_in_place() -> None:
    def provisioned(units: int) -> dict[str, Any]:
        throughput = {"ReadCapacityUnits": units, "WriteCapacityUnits": units}
        indexed = index("by-a", "a", ProvisionedThroughput=throughput)
        return template(table(indexed, BillingMode="PROVISIONED", ProvisionedThroughput=throughput))

    def capacity() -> tuple[int, int]:
        live = described()
        holders = (live, live["GlobalSecondaryIndexes"][0])
        return tuple(holder["ProvisionedThroughput"]["ReadCapacityUnits"] for holder in holders)

    stack = Stack()
    stack.deploy(template(table(index("by-a", "a"))))
    client("dynamodb").put_item(TableName="Orders", Item={"pk": {"S": "1"}})
    for body, expected in ((provisioned(3), (3, 3)), (provisioned(5), (5, 5))):
        assert stack.deploy(body) == "UPDATE_COMPLETE"
        assert capacity() == expected
    assert stack.deploy(template(table(index("by-a", "a")))) == "UPDATE_COMPLETE"
    assert capacity() == (0, 0)
    assert client("dynamodb").scan(TableName="Orders")["Count"] == 1


@provokes("table-properties", "stream-change")
def test_changed_stream_view_is_a_new_stream_and_the_old_one_goes_first() -> None:
    stack = Stack()
    stack.deploy(template(table(StreamSpecification={"StreamViewType": "KEYS_ONLY"})))
    before = described()["LatestStreamArn"]
    wanted = template(table(StreamSpecification={"StreamViewType": "NEW_IMAGE"}))
    assert stack.deploy(wanted) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Table already has an enabled stream" in stack.failures()["Table"]
    assert described()["StreamSpecification"]["StreamViewType"] == "KEYS_ONLY"
    assert described()["LatestStreamArn"] == before
    for body in (template(table()), wanted):
        assert stack.deploy(body) == "UPDATE_COMPLETE"
    assert described()["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"
    assert described()["LatestStreamArn"] != before
