"""How indexes come and go through UpdateTable, in the time that AWS takes."""

from typing import Any

import pytest

from .support import client, definitions, described, index, index_states, keys, provokes, refusal, settle, table

THROUGHPUT = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}


def creating(name: str, attribute: str = "a", **more: Any) -> dict[str, Any]:
    return {
        "TableName": "Orders",
        "AttributeDefinitions": definitions(attribute),
        "GlobalSecondaryIndexUpdates": [{"Create": index(name, attribute, **more)}],
    }


def deleting(name: str) -> dict[str, Any]:
    return {"TableName": "Orders", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}]}


def query(name: str) -> dict[str, Any]:
    values = {":v": {"S": "1"}}
    return {
        "TableName": "Orders",
        "IndexName": name,
        "KeyConditionExpression": "a = :v",
        "ExpressionAttributeValues": values,
    }


@pytest.fixture
def orders(aws: Any) -> Any:
    client("dynamodb").create_table(**table())
    return aws


@pytest.mark.provokes("index-status", "index-not-ready")
@pytest.mark.usefixtures("orders")
def test_index_is_built_in_two_phases() -> None:
    database = client("dynamodb")
    database.put_item(TableName="Orders", Item={"pk": {"S": "1"}, "a": {"S": "1"}})
    database.update_table(**creating("by-a"))
    for table_status, backfilling in (("UPDATING", False), ("ACTIVE", True)):
        assert refusal(database.query, **query("by-a")) == (
            "ValidationException: Cannot read from backfilling global secondary index: by-a"
        )
        assert "backfilling" in refusal(database.scan, TableName="Orders", IndexName="by-a")
        live = described()
        assert live["TableStatus"] == table_status
        assert live["GlobalSecondaryIndexes"][0]["IndexStatus"] == "CREATING"
        assert live["GlobalSecondaryIndexes"][0]["Backfilling"] is backfilling
    live = described()
    assert (live["TableStatus"], live["GlobalSecondaryIndexes"][0]["IndexStatus"]) == ("ACTIVE", "ACTIVE")
    assert "Backfilling" not in live["GlobalSecondaryIndexes"][0]
    assert database.query(**query("by-a"))["Count"] == 1


@pytest.mark.provokes("index-status")
@pytest.mark.usefixtures("orders")
def test_index_goes_in_its_time() -> None:
    database = client("dynamodb")
    database.update_table(**creating("by-a"))
    settle()
    database.update_table(**deleting("by-a"))
    assert index_states() == ("UPDATING", {"by-a": "DELETING"})
    settle()
    assert index_states() == ("ACTIVE", {})
    assert described()["AttributeDefinitions"] == definitions("pk")


@pytest.mark.provokes("index-status")
def test_clock_is_set_and_reset(orders: Any) -> None:
    database = client("dynamodb")
    orders.set_clock(index=0)
    database.update_table(**creating("by-a"))
    assert index_states() == ("ACTIVE", {"by-a": "ACTIVE"})
    orders.set_clock(index=4)
    database.update_table(**creating("by-b", "b"))
    assert [index_states()[0] for _ in range(3)] == ["UPDATING", "UPDATING", "ACTIVE"]
    orders.reset()
    database.create_table(**table())
    database.update_table(**creating("by-a"))
    assert [index_states()[1]["by-a"] for _ in range(3)] == ["CREATING", "CREATING", "ACTIVE"]


@provokes("index-status", "index-not-ready", "table-in-use")
def test_table_and_its_first_indexes_settle_together(aws: Any) -> None:
    aws.set_clock(table=2)
    database = client("dynamodb")
    made = database.create_table(**table(index("by-a", "a")))["TableDescription"]
    assert made["TableStatus"] == "CREATING"
    assert refusal(database.put_item, TableName="Orders", Item={"pk": {"S": "1"}}) == (
        "ResourceNotFoundException: Requested resource not found"
    )
    assert "ResourceInUseException" in refusal(
        database.update_table, TableName="Orders", DeletionProtectionEnabled=True
    )
    assert [index_states() for _ in range(3)] == [
        ("CREATING", {"by-a": "CREATING"}),
        ("CREATING", {"by-a": "CREATING"}),
        ("ACTIVE", {"by-a": "ACTIVE"}),
    ]
    database.put_item(TableName="Orders", Item={"pk": {"S": "1"}})


@pytest.mark.provokes("table-in-use", "one-index-per-update-table")
@pytest.mark.usefixtures("orders")
def test_one_index_at_a_time() -> None:
    database = client("dynamodb")
    both = creating("by-a")
    both["AttributeDefinitions"] += definitions("b")
    both["GlobalSecondaryIndexUpdates"] += creating("by-b", "b")["GlobalSecondaryIndexUpdates"]
    expected = "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted"
    assert refusal(database.update_table, **both).startswith(expected)
    assert index_states() == ("ACTIVE", {})

    database.update_table(**creating("by-a"))
    in_use = "ResourceInUseException: Attempt to change a resource which is still in use: "
    assert refusal(database.update_table, **creating("by-b", "b")) == f"{in_use}Table is being updated: Orders"
    assert refusal(database.update_table, **deleting("by-a")).startswith(in_use)
    assert refusal(database.delete_table, TableName="Orders").startswith(in_use + "Cannot delete table while indexes")
    assert index_states()[0] == "UPDATING"
    # Backfilling now: no other index may change, but this one may go.
    assert refusal(database.update_table, **creating("by-b", "b")).startswith(expected)
    database.update_table(**deleting("by-a"))
    assert index_states()[1] == {"by-a": "DELETING"}


@pytest.mark.provokes("index-names", "attribute-definitions", "index-keys", "projection", "index-throughput")
@pytest.mark.usefixtures("orders")
def test_update_table_refuses_what_create_table_refuses() -> None:
    database = client("dynamodb")
    missing = {**creating("by-a"), "AttributeDefinitions": definitions("b")}
    assert "not defined in AttributeDefinitions" in refusal(database.update_table, **missing)
    wide = creating("by-a")
    wide["AttributeDefinitions"] = definitions(*"abcde")
    wide["GlobalSecondaryIndexUpdates"][0]["Create"]["KeySchema"] = keys(list("abcde"))
    assert "maximum allowed number of HASH" in refusal(database.update_table, **wide)
    assert "NonKeyAttributes is specified" in refusal(database.update_table, **creating("by-a", included=["x"]))
    with_throughput = creating("by-a", ProvisionedThroughput=THROUGHPUT)
    assert "should not be specified for index: by-a" in refusal(database.update_table, **with_throughput)
    database.update_table(**creating("by-a"))
    settle()
    assert refusal(database.update_table, **creating("by-a")) == (
        "ValidationException: Attempting to create an index which already exists"
    )


@provokes("index-count")
def test_the_21st_index() -> None:
    client("dynamodb").create_table(**table(*[index(f"by-{n}", "a") for n in range(20)]))
    message = refusal(client("dynamodb").update_table, **creating("one-more"))
    limit = "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of 20"
    assert message == f"LimitExceededException: {limit}"


@provokes("switch-to-provisioned", "index-throughput")
def test_switch_to_provisioned_says_how_much() -> None:
    database = client("dynamodb")
    database.create_table(**table(index("by-a", "a")))
    switch: dict[str, Any] = {"TableName": "Orders", "BillingMode": "PROVISIONED"}
    assert "must be specified when BillingMode is PROVISIONED" in refusal(database.update_table, **switch)
    switch["ProvisionedThroughput"] = THROUGHPUT
    assert "must be specified for index: by-a" in refusal(database.update_table, **switch)
    switch["GlobalSecondaryIndexUpdates"] = [{"Update": {"IndexName": "by-a", "ProvisionedThroughput": THROUGHPUT}}]
    database.update_table(**switch)
    live = described()
    assert live["ProvisionedThroughput"]["WriteCapacityUnits"] == 1
    assert live["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"] == 1


@provokes("stream-change")
def test_second_stream() -> None:
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    client("dynamodb").create_table(**table(StreamSpecification=stream))
    message = refusal(client("dynamodb").update_table, TableName="Orders", StreamSpecification=stream)
    assert "already has an enabled stream" in message
