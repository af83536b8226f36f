"""Throughput beyond capacity units, Contributor Insights, Kinesis streams and resource policies."""

import json
from typing import Any

import pytest

from .support import Stack, client, described, index, provokes, refusal, settle, table, template

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
ALLOWED = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:role/reporting"},
    "Action": "dynamodb:GetResourcePolicy",
    "Resource": "*",
}
POLICY = {"Version": "2012-10-17", "Statement": [ALLOWED]}


def database() -> Any:
    return client("dynamodb")


def provisioned(indexed: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = {**indexed, "ProvisionedThroughput": UNITS}
    return table(made, BillingMode="PROVISIONED", ProvisionedThroughput=UNITS, **more)


def of_index(name: str) -> Any:
    return described()["GlobalSecondaryIndexes"][0].get(name)


@provokes("on-demand-throughput", "table-properties")
def test_maximum_throughput_of_table_and_index() -> None:
    def limited(units: int) -> dict[str, Any]:
        maximum = {"OnDemandThroughput": {"MaxReadRequestUnits": units}}
        return template(table(index("by-a", "a", **maximum), **maximum))

    stack = Stack()
    assert stack.deploy(limited(10)) == "CREATE_COMPLETE"
    for units in (10, 20):
        assert described()["OnDemandThroughput"]["MaxReadRequestUnits"] == units
        assert of_index("OnDemandThroughput")["MaxReadRequestUnits"] == units
        assert stack.deploy_one_by_one(limited(units), limited(20)) == "UPDATE_COMPLETE"
    assert stack.deploy_one_by_one(limited(20), template(table(index("by-a", "a")))) == "UPDATE_COMPLETE"
    assert "OnDemandThroughput" not in described()
    assert of_index("OnDemandThroughput") is None


MAXIMUM = {"OnDemandThroughput": {"MaxReadRequestUnits": 10}}
REFUSED = {
    "provisioned table": (
        provisioned(index("by-a", "a"), **MAXIMUM),
        "OnDemandThroughput cannot be specified when the table",
    ),
    "index of a provisioned table": (
        provisioned(index("by-a", "a", **MAXIMUM)),
        "OnDemandThroughput for index : by-a cannot be specified",
    ),
    "nothing": (
        table(OnDemandThroughput={"MaxReadRequestUnits": 0}),
        "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range",
    ),
}


@provokes("on-demand-throughput")
@pytest.mark.parametrize(("made", "text"), REFUSED.values(), ids=REFUSED)
def test_refused_maximum(made: dict[str, Any], text: str) -> None:
    assert text in refusal(database().create_table, **made)


@provokes("on-demand-throughput")
def test_maximum_goes_with_a_switch_to_provisioned() -> None:
    stack = Stack()
    stack.deploy(template(table(**MAXIMUM)))
    assert stack.deploy(template(table(BillingMode="PROVISIONED", ProvisionedThroughput=UNITS))) == "UPDATE_COMPLETE"
    assert "OnDemandThroughput" not in described()
    message = refusal(database().update_table, TableName="Orders", **MAXIMUM)
    assert "BillingMode is PROVISIONED" in message


def warm(units: int) -> dict[str, Any]:
    return {"WarmThroughput": {"ReadUnitsPerSecond": units, "WriteUnitsPerSecond": units}}


@provokes("warm-throughput", "table-properties")
def test_warm_throughput_only_grows() -> None:
    stack = Stack()
    stack.deploy(template(table(index("by-a", "a"))))
    first = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000, "Status": "ACTIVE"}
    assert (described()["WarmThroughput"], of_index("WarmThroughput")) == (first, first)
    more = {"ReadUnitsPerSecond": 15_000, "WriteUnitsPerSecond": 15_000, "Status": "ACTIVE"}
    warmer = template(table(index("by-a", "a", **warm(15_000)), **warm(15_000)))
    assert stack.deploy_one_by_one(template(table(index("by-a", "a"))), warmer) == "UPDATE_COMPLETE"
    assert (described()["WarmThroughput"], of_index("WarmThroughput")) == (more, more)
    assert stack.deploy(template(table(index("by-a", "a", **warm(14_000)), **warm(15_000)))) == (
        "UPDATE_ROLLBACK_COMPLETE"
    )
    assert "decreasing WarmThroughput is not supported" in stack.failures()["Table"]
    assert "for table is lower" in refusal(database().update_table, TableName="Orders", **warm(14_999))
    assert stack.deploy(template(table(index("by-a", "a")))) == "UPDATE_COMPLETE"
    assert (described()["WarmThroughput"], of_index("WarmThroughput")) == (more, more)


@provokes("warm-throughput")
def test_warm_throughput_of_a_provisioned_table_is_its_capacity() -> None:
    database().create_table(**provisioned(index("by-a", "a")))
    assert described()["WarmThroughput"]["ReadUnitsPerSecond"] == 5
    assert "lower than current" in refusal(database().update_table, TableName="Orders", **warm(4))


def insights(name: str | None = None) -> tuple[str, str | None]:
    told = database().describe_contributor_insights(TableName="Orders", **({"IndexName": name} if name else {}))
    return told["ContributorInsightsStatus"], told.get("ContributorInsightsMode")


@provokes("insights-mode", "table-properties")
def test_contributor_insights_of_table_and_index() -> None:
    def watched(mode: str, **of_index: Any) -> dict[str, Any]:
        on = {"ContributorInsightsSpecification": {"Enabled": True, "Mode": mode}}
        return template(table(index("by-a", "a", **of_index), **on), "Delete")

    stack = Stack()
    throttled = {"ContributorInsightsSpecification": {"Enabled": True, "Mode": "THROTTLED_KEYS"}}
    assert stack.deploy(watched("ACCESSED_AND_THROTTLED_KEYS", **throttled)) == "CREATE_COMPLETE"
    assert insights() == ("ENABLED", "ACCESSED_AND_THROTTLED_KEYS")
    assert insights("by-a") == ("ENABLED", "THROTTLED_KEYS")
    listed = database().list_contributor_insights(TableName="Orders")["ContributorInsightsSummaries"]
    assert {(one.get("IndexName"), one["ContributorInsightsMode"]) for one in listed} == {
        (None, "ACCESSED_AND_THROTTLED_KEYS"),
        ("by-a", "THROTTLED_KEYS"),
    }
    assert stack.deploy(watched("THROTTLED_KEYS")) == "UPDATE_COMPLETE"
    assert insights() == ("ENABLED", "THROTTLED_KEYS")
    assert insights("by-a")[0] == "DISABLED"
    request = {"TableName": "Orders", "ContributorInsightsAction": "ENABLE", "ContributorInsightsMode": "ALL"}
    assert "contributorInsightsMode" in refusal(database().update_contributor_insights, **request)
    stack.delete()
    stack = Stack("dynamodb-test-again")
    stack.deploy(template(table(index("by-a", "a"))))
    assert insights() == ("DISABLED", None)


@provokes("insights-mode")
def test_insights_of_an_index_go_with_it() -> None:
    database().create_table(**table(index("by-a", "a")))
    database().update_contributor_insights(TableName="Orders", IndexName="by-a", ContributorInsightsAction="ENABLE")
    assert insights("by-a")[0] == "ENABLED"
    database().update_table(TableName="Orders", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-a"}}])
    settle()
    made = {"AttributeDefinitions": table(index("by-a", "a"))["AttributeDefinitions"]}
    created = [{"Create": index("by-a", "a")}]
    database().update_table(TableName="Orders", GlobalSecondaryIndexUpdates=created, **made)
    assert insights("by-a")[0] == "DISABLED"


def streams() -> dict[str, str]:
    told = database().describe_kinesis_streaming_destination(TableName="Orders")["KinesisDataStreamDestinations"]
    return {each["StreamArn"].rsplit("/", 1)[-1]: each["DestinationStatus"] for each in told}


@provokes("kinesis-stream", "table-properties", "failed-update-is-undone")
def test_kinesis_stream_of_a_table() -> None:
    def streaming(name: str) -> dict[str, Any]:
        arn = f"arn:aws:kinesis:eu-west-1:111122223333:stream/{name}"
        specification = {"StreamArn": arn, "ApproximateCreationDateTimePrecision": "MICROSECOND"}
        return template(table(KinesisStreamSpecification=specification))

    for name in ("one", "two"):
        client("kinesis").create_stream(StreamName=name, ShardCount=1)
    stack = Stack()
    assert stack.deploy(streaming("one")) == "CREATE_COMPLETE"
    assert streams() == {"one": "ACTIVE"}
    told = database().describe_kinesis_streaming_destination(TableName="Orders")["KinesisDataStreamDestinations"]
    assert told[0]["ApproximateCreationDateTimePrecision"] == "MICROSECOND"
    assert stack.deploy(streaming("two")) == "UPDATE_COMPLETE"
    assert streams() == {"one": "DISABLED", "two": "ACTIVE"}
    wrong = streaming("none")
    wrong["Resources"]["Table"]["Properties"] |= {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    assert stack.deploy(wrong) == "UPDATE_ROLLBACK_COMPLETE"
    assert "stream/none does not exist" in stack.failures()["Table"]
    assert streams() == {"one": "DISABLED", "two": "ACTIVE"}
    assert "TableClassSummary" not in described()
    assert stack.deploy(template(table())) == "UPDATE_COMPLETE"
    assert set(streams().values()) == {"DISABLED"}


@provokes("resource-policy", "table-properties")
def test_resource_policies_of_a_table_and_of_its_stream() -> None:
    own = {"ResourcePolicy": {"PolicyDocument": POLICY}}
    stack = Stack()
    assert stack.deploy(template(table(StreamSpecification={"StreamViewType": "KEYS_ONLY", **own}, **own))) == (
        "CREATE_COMPLETE"
    )
    arns = [described()["TableArn"], described()["LatestStreamArn"]]
    for arn in arns:
        assert json.loads(database().get_resource_policy(ResourceArn=arn)["Policy"]) == POLICY
    assert stack.deploy(template(table(StreamSpecification={"StreamViewType": "KEYS_ONLY"}))) == "UPDATE_COMPLETE"
    for arn in arns:
        assert "PolicyNotFoundException" in refusal(database().get_resource_policy, ResourceArn=arn)
