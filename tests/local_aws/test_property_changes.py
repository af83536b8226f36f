"""What a stack update refuses to change about a table, and what replaces it."""

from typing import Any

import pytest

from scripts.local_aws import LocalAws

from .support import (
    Stack,
    alarm_resource,
    client,
    definitions,
    described,
    index,
    index_states,
    keys,
    provokes,
    settle,
    table,
    template,
)

KEYED = {"KeySchema": keys("pk", "sk")}
LOCAL = {"LocalSecondaryIndexes": [index("by-time", keys("pk", "at"))]}
BEFORE = table(index("by-a", "a"), index("by-b", "b", "INCLUDE", included=["x", "y"]), **KEYED)
NAMED = "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename Orders"
CHANGES: dict[str, tuple[str, dict[str, Any], str]] = {
    "two indexes created": (
        "one-index-per-stack-update",
        table(*BEFORE["GlobalSecondaryIndexes"], index("by-c", "c"), index("by-d", "d"), **KEYED),
        "Cannot perform more than one GSI creation or deletion in a single update",
    ),
    "two indexes deleted": (
        "one-index-per-stack-update",
        table(**KEYED),
        "Cannot perform more than one GSI creation or deletion in a single update",
    ),
    "index renamed": (
        "one-index-per-stack-update",
        table(index("by-a2", "a"), BEFORE["GlobalSecondaryIndexes"][1], **KEYED),
        "Cannot perform more than one GSI creation or deletion in a single update",
    ),
    "index keys": (
        "index-is-immutable",
        table(index("by-a", keys("a", "b")), BEFORE["GlobalSecondaryIndexes"][1], **KEYED),
        "Cannot update GSI's properties other than Provisioned Throughput and Contributor Insights Specification. "
        "You can create a new GSI with a different name.",
    ),
    "index projection": (
        "index-is-immutable",
        table(index("by-a", "a", "KEYS_ONLY"), BEFORE["GlobalSecondaryIndexes"][1], **KEYED),
        "Cannot update GSI's properties other than",
    ),
    "projected attributes": (
        "index-is-immutable",
        table(BEFORE["GlobalSecondaryIndexes"][0], index("by-b", "b", "INCLUDE", included=["x", "z"]), **KEYED),
        "Cannot update GSI's properties other than",
    ),
    "table keys": ("table-replacement", table(*BEFORE["GlobalSecondaryIndexes"], KeySchema=keys("pk")), NAMED),
    "key type": (
        "table-replacement",
        BEFORE | {"AttributeDefinitions": definitions("a", "b", "pk", sk="N")},
        NAMED,
    ),
    "local index": (
        "local-index-is-immutable",
        table(*BEFORE["GlobalSecondaryIndexes"], **KEYED, **LOCAL),
        "LocalSecondaryIndexes",
    ),
    "recovery period": (
        "recovery-days",
        BEFORE | {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False, "RecoveryPeriodInDays": 3}},
        "Cannot specify RecoveryPeriodInDays when disabling",
    ),
}
CASES = [pytest.param(body, text, id=name, marks=pytest.mark.provokes(r)) for name, (r, body, text) in CHANGES.items()]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("body", "text"), CASES)
def test_stack_update_refuses(body: dict[str, Any], text: str) -> None:
    stack = Stack()
    stack.deploy(template(BEFORE))
    client("dynamodb").put_item(TableName="Orders", Item={"pk": {"S": "1"}, "sk": {"S": "1"}})
    before = described()
    assert stack.deploy(template(body)) == "UPDATE_ROLLBACK_COMPLETE"
    assert text in stack.failures()["Table"]
    assert described() == before
    assert client("dynamodb").scan(TableName="Orders")["Count"] == 1


@provokes("one-index-per-stack-update", "index-is-immutable")
def test_one_index_and_another_order_of_projected_attributes_are_fine() -> None:
    stack = Stack()
    stack.deploy(template(BEFORE))
    reordered = index("by-b", "b", "INCLUDE", included=["y", "x"])
    body = table(BEFORE["GlobalSecondaryIndexes"][0], reordered, index("by-c", "c"), **KEYED)
    assert stack.deploy(template(body)) == "UPDATE_COMPLETE"
    assert index_states() == ("UPDATING", {"by-a": "ACTIVE", "by-b": "ACTIVE", "by-c": "CREATING"})


@provokes("one-index-per-stack-update")
def test_two_tables_may_each_change_one_index() -> None:
    def both(*indexes: dict[str, Any]) -> dict[str, Any]:
        other = {"Type": "AWS::DynamoDB::Table", "Properties": table(*indexes, TableName="Items")}
        return template(table(*indexes), Other=other)

    stack = Stack()
    stack.deploy(both())
    assert stack.deploy(both(index("by-a", "a"))) == "UPDATE_COMPLETE"
    assert index_states("Items")[1] == index_states("Orders")[1] == {"by-a": "CREATING"}


@provokes("table-in-use")
def test_next_index_has_to_wait_for_the_first() -> None:
    stack = Stack()
    stack.deploy(template(table()))
    stack.deploy(template(table(index("by-a", "a"))))
    body = template(table(index("by-a", "a"), index("by-b", "b")))
    assert stack.deploy(body) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Table is being updated: Orders" in stack.failures()["Table"]
    settle()
    assert stack.deploy(body) == "UPDATE_COMPLETE"


BAD_ALARM = alarm_resource(EvaluationPeriods=5, DatapointsToAlarm=6)
AFTER_TABLE = {"DependsOn": "Table", **BAD_ALARM}


@provokes("failed-index-stays", "index-names")
def test_index_of_a_rolled_back_update_stays() -> None:
    stack = Stack()
    stack.deploy(template(table()))
    assert stack.deploy(template(table(index("by-a", "a")), Alarm=AFTER_TABLE)) == "UPDATE_ROLLBACK_COMPLETE"
    settle()
    assert index_states() == ("ACTIVE", {"by-a": "ACTIVE"})
    assert stack.deploy(template(table(index("by-a", "a")))) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Attempting to create an index which already exists" in stack.failures()["Table"]


def ttl_attribute() -> str | None:
    """The attribute on which TTL is enabled, None when it is disabled."""
    return client("dynamodb").describe_time_to_live(TableName="Orders")["TimeToLiveDescription"].get("AttributeName")


@provokes("ttl-stack-update")
def test_ttl_is_disabled_before_it_moves_or_goes(aws: LocalAws) -> None:
    def with_ttl(attribute: str, enabled: bool = True) -> dict[str, Any]:
        return template(table(TimeToLiveSpecification={"Enabled": enabled, "AttributeName": attribute}))

    stack = Stack()
    stack.deploy(with_ttl("expires"))
    assert stack.deploy(template(table())) == "UPDATE_ROLLBACK_COMPLETE"
    assert "AttributeName property of TimeToLiveSpecification is required" in stack.failures()["Table"]
    assert stack.deploy(with_ttl("other")) == "UPDATE_ROLLBACK_COMPLETE"
    assert "TimeToLive is active on a different AttributeName" in stack.failures()["Table"]
    assert ttl_attribute() == "expires"
    aws.advance(minutes=60)
    assert stack.deploy(with_ttl("expires", enabled=False)) == "UPDATE_COMPLETE"
    aws.advance(minutes=60)
    assert stack.deploy(with_ttl("other")) == "UPDATE_COMPLETE"
    assert ttl_attribute() == "other"


@provokes("service-model")
def test_ttl_without_attribute_fails_the_stack_and_leaves_no_table() -> None:
    stack = Stack()
    assert stack.deploy(template(table(TimeToLiveSpecification={"Enabled": True}))) == "ROLLBACK_COMPLETE"
    assert "timeToLiveSpecification.attributeName" in stack.failures()["Table"]
    assert client("dynamodb").list_tables()["TableNames"] == []


@provokes("table-rename")
@pytest.mark.parametrize(("policy", "left"), [("Retain", ["NewOrders", "Orders"]), ("Delete", ["NewOrders"])])
def test_new_name_is_a_new_table(policy: str, left: list[str]) -> None:
    stack = Stack()
    stack.deploy(template(table()))
    body = template(table(TableName="NewOrders"))
    body["Resources"]["Table"]["UpdateReplacePolicy"] = policy
    change = stack.propose(body)["Changes"][0]["ResourceChange"]
    assert (change["Replacement"], change["PolicyAction"]) == ("True", f"ReplaceAnd{policy}")
    assert stack.deploy(body) == "UPDATE_COMPLETE"
    assert client("dynamodb").list_tables()["TableNames"] == left


@provokes("table-replacement")
def test_change_set_says_what_it_knows_about_replacement() -> None:
    stack = Stack()
    stack.deploy(template(BEFORE))
    for body, expected in (
        (table(*BEFORE["GlobalSecondaryIndexes"], KeySchema=keys("pk")), "Conditional"),
        (BEFORE | {"AttributeDefinitions": definitions("a", "b", "pk", sk="N")}, "False"),
    ):
        assert stack.propose(template(body))["Changes"][0]["ResourceChange"]["Replacement"] == expected


@provokes("table-replacement")
def test_table_without_a_name_is_replaced_and_its_items_lost() -> None:
    def unnamed(*attributes: str) -> dict[str, Any]:
        properties = table(KeySchema=keys(*attributes))
        del properties["TableName"]
        body = template(properties)
        body["Resources"]["Table"]["UpdateReplacePolicy"] = "Delete"
        return body

    stack, database = Stack(), client("dynamodb")
    stack.deploy(unnamed("pk"))
    (before,) = database.list_tables()["TableNames"]
    database.put_item(TableName=before, Item={"pk": {"S": "1"}})
    assert stack.deploy(unnamed("pk", "sk")) == "UPDATE_COMPLETE"
    (after,) = database.list_tables()["TableNames"]
    assert after != before
    assert database.scan(TableName=after)["Count"] == 0
