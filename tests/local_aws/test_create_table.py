"""What CreateTable refuses, and the same through CloudFormation."""

from typing import Any

import pytest

from .support import (
    Stack,
    alarm_resource,
    client,
    definitions,
    described,
    index,
    keys,
    provokes,
    provokes_each,
    refusal,
    table,
)
from .support import template as template_of

THROUGHPUT = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}


def without(properties: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in names}


def gsis(count: int, **more: Any) -> list[dict[str, Any]]:
    return [index(f"index-{n}", f"k{n}", **more) for n in range(count)]


def lsi(name: str, partition: str, sort: str) -> dict[str, Any]:
    return index(name, keys(partition, sort))


HASH_AND_SORT = {"KeySchema": keys("pk", "sk")}
REFUSED = {
    "short table name": ("table-and-index-names", table(TableName="ab"), "greater than or equal to 3"),
    "space in table name": ("table-and-index-names", table(TableName="my table"), "regular expression pattern"),
    "long table name": ("table-and-index-names", table(TableName="t" * 256), "less than or equal to 255"),
    "bad index name": ("table-and-index-names", table(index("my index", "a")), "regular expression pattern"),
    "billing mode": ("service-model", table(BillingMode="ON_DEMAND"), "[PROVISIONED, PAY_PER_REQUEST]"),
    "no throughput": ("table-throughput", table(BillingMode="PROVISIONED"), "ProvisionedThroughput must be specified"),
    "throughput on demand": ("table-throughput", table(ProvisionedThroughput=THROUGHPUT), "PAY_PER_REQUEST"),
    "duplicate index": ("duplicate-index-names", table(index("same", "a"), index("same", "b")), "Duplicate index name"),
    "sort key first": ("table-keys", table(KeySchema=keys([], "a") + keys("b")), "first KeySchemaElement is not a HASH"),
    "two partition keys": ("table-keys", table(KeySchema=keys(["a", "b"])), "second KeySchemaElement is not a RANGE"),
    "three key attributes": ("table-keys", table(KeySchema=keys("a", ["b", "c"])), "less than or equal to 2"),
    "index of five": ("index-keys", table(index("wide", keys(list("abcde")))), "maximum allowed number of HASH"),
    "index sort of five": ("index-keys", table(index("wide", keys("z", list("abcde")))), "number of RANGE"),
    "index sort first": ("index-keys", table(index("bad", keys("a", "b") + keys("c"))), "must precede RANGE"),
    "index twice": ("index-keys", table(index("bad", keys("a", "a"))), "with the same name"),
    "local, other key": ("local-index-keys", table(LocalSecondaryIndexes=[lsi("l-1", "x", "y")], **HASH_AND_SORT),
                         "same leading hash key"),
    "local, no sort": ("local-index-keys", table(LocalSecondaryIndexes=[index("l-1", "pk")], **HASH_AND_SORT),
                       "does not have a range key"),
    "six local": ("local-index-keys", table(LocalSecondaryIndexes=[lsi(f"l-{n}", "pk", f"s{n}") for n in range(6)],
                                            **HASH_AND_SORT), "per-table limit of 5"),
    "unused definition": ("attribute-definitions", table() | {"AttributeDefinitions": definitions("pk", "spare")},
                          "AttributeDefinitions: [pk, spare], keys used: [pk]"),
    "missing definition": ("attribute-definitions", table(index("by-a", "a")) | {
        "AttributeDefinitions": definitions("pk")}, "not defined in AttributeDefinitions. Keys: [a, pk]"),
    "21 indexes": ("index-count", table(*gsis(21)), "exceeds the per-table limit of 20"),
    "include nothing": ("projection", table(index("by-a", "a", "INCLUDE")), "NonKeyAttributes is not specified"),
    "all with list": ("projection", table(index("by-a", "a", "ALL", included=["x"])), "NonKeyAttributes is specified"),
    "keys with list": ("projection", table(index("by-a", "a", "KEYS_ONLY", included=["x"])), "is specified"),
    "21 projected": ("service-model", table(index("by-a", "a", "INCLUDE", included=[f"x{n}" for n in range(21)])),
                     "less than or equal to 20"),
    "101 projected": ("projected-attributes", table(
        *[index(f"by-{n}", "a", "INCLUDE", included=[f"x{m}" for m in range(20)]) for n in range(5)],
        index("by-z", "a", "INCLUDE", included=["x0"])), "per-table limit of 100"),
    "index throughput": ("index-throughput", table(index("by-a", "a", ProvisionedThroughput=THROUGHPUT)),
                         "should not be specified for index: by-a"),
    "no index throughput": ("index-throughput", table(index("by-a", "a"), BillingMode="PROVISIONED",
                                                      ProvisionedThroughput=THROUGHPUT), "specified for index: by-a"),
    "same key twice": ("table-keys", table(KeySchema=keys("a", "a")), "Key element in the KeySchema have the same name"),
    "definition twice": ("attribute-definitions", table() | {"AttributeDefinitions": definitions("pk", "pk")},
                         "Attribute Name is duplicated: pk"),
    "projected twice": ("projection", table(index("by-a", "a", "INCLUDE", included=["x", "x"])),
                        "Duplicate element in NonKeyAttributes: x"),
    "no indexes listed": ("index-lists", table(GlobalSecondaryIndexes=[]), "List of GlobalSecondaryIndexes is empty"),
    "too much throughput": ("table-throughput", table(BillingMode="PROVISIONED", ProvisionedThroughput={
        **THROUGHPUT, "ReadCapacityUnits": 10**12 + 1}), "Given value 1000000000001 for ReadCapacityUnits is out of bounds"),
    "too much for an index": ("table-throughput", table(
        index("by-a", "a", ProvisionedThroughput={**THROUGHPUT, "WriteCapacityUnits": 10**12 + 1}),
        BillingMode="PROVISIONED", ProvisionedThroughput=THROUGHPUT), "for WriteCapacityUnits is out of bounds"),
    "51 tags": ("tags", table(Tags=[{"Key": f"k{n}", "Value": "v"} for n in range(51)]), "Number of Tags exceed"),
    "key without KMS": ("encryption-request", table(SSESpecification={"Enabled": True, "KMSMasterKeyId": "arn:x"}),
                        "SSEType KMS is required"),
    "key but off": ("encryption-request", table(SSESpecification={"Enabled": False, "KMSMasterKeyId": "arn:x"}),
                    "can not be specified if Enabled is false"),
    "no such alias": ("encryption-request", table(SSESpecification={
        "Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/none"}), "Alias alias/none is not found"),
}  # fmt: skip


@pytest.mark.usefixtures("aws")
@provokes_each(("request_", "text"), REFUSED)
def test_create_table_refuses(request_: dict[str, Any], text: str) -> None:
    message = refusal(client("dynamodb").create_table, **request_)
    assert message.startswith("ValidationException: ")
    assert text in message
    assert client("dynamodb").list_tables()["TableNames"] == []


@provokes("index-count", "projected-attributes", "local-index-keys")
def test_limits_themselves_are_accepted() -> None:
    local = [lsi(f"l-{n}", "pk", f"s{n}") for n in range(5)]
    included = [index(f"by-{n}", "a", "INCLUDE", included=[f"x{m}" for m in range(20)]) for n in range(5)]
    request = table(*included, *gsis(15), LocalSecondaryIndexes=local, **HASH_AND_SORT)
    client("dynamodb").create_table(**request)
    live = described()
    assert len(live["GlobalSecondaryIndexes"]) == 20
    assert len(live["LocalSecondaryIndexes"]) == 5


@provokes("attribute-definitions")
def test_stack_with_an_unused_definition_fails_and_says_why() -> None:
    stack = Stack()
    body = template_of(table() | {"AttributeDefinitions": definitions("pk", "spare")})
    assert stack.deploy(body) == "ROLLBACK_COMPLETE"
    assert "Some AttributeDefinitions are not used" in stack.failures()["Table"]
    assert "HandlerErrorCode: InvalidRequest" in stack.failures()["Table"]


@provokes("attribute-definitions")
def test_stack_update_to_an_unused_definition_fails() -> None:
    stack = Stack()
    stack.deploy(template_of(table()))
    body = template_of(table() | {"AttributeDefinitions": definitions("pk", "spare")})
    assert stack.deploy(body) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Some AttributeDefinitions are not used" in stack.failures()["Table"]


@provokes("index-keys")
def test_multi_attribute_index_is_described_and_queried() -> None:
    wide = index("by-place", keys(["country", "city"], ["street", "house"]))
    stack = Stack()
    assert stack.deploy(template_of(table(wide))) == "CREATE_COMPLETE"
    assert described()["GlobalSecondaryIndexes"][0]["KeySchema"] == wide["KeySchema"]
    for house in ("1", "2"):
        item = {"pk": house, "country": "NL", "city": "Delft", "street": "Markt", "house": house}
        client("dynamodb").put_item(TableName="Orders", Item={name: {"S": value} for name, value in item.items()})
    found = client("dynamodb").query(
        TableName="Orders",
        IndexName="by-place",
        KeyConditionExpression="country = :c AND city = :t AND street = :s AND house > :h",
        ExpressionAttributeValues={":c": {"S": "NL"}, ":t": {"S": "Delft"}, ":s": {"S": "Markt"}, ":h": {"S": "1"}},
    )
    assert [item["pk"]["S"] for item in found["Items"]] == ["2"]


@provokes("name-exists-on-create")
def test_create_table_of_a_name_that_exists() -> None:
    client("dynamodb").create_table(**table())
    assert refusal(client("dynamodb").create_table, **table()) == "ResourceInUseException: Table already exists: Orders"


@provokes("name-exists-on-create")
def test_stack_does_not_touch_a_table_that_appeared_after_the_change_set_was_made() -> None:
    stack = Stack()
    made = stack.propose(template_of(table(), Alarm=alarm_resource()))
    client("dynamodb").create_table(**table(BillingMode="PROVISIONED", ProvisionedThroughput=THROUGHPUT))
    client("dynamodb").put_item(TableName="Orders", Item={"pk": {"S": "kept"}})
    stack.client.execute_change_set(ChangeSetName=made["ChangeSetId"])
    assert stack.status() == "ROLLBACK_COMPLETE"
    assert "'AWS::DynamoDB::Table' with identifier 'Orders' already exists." in stack.failures()["Table"]
    assert client("dynamodb").scan(TableName="Orders")["Items"] == [{"pk": {"S": "kept"}}]
    assert described()["ProvisionedThroughput"]["ReadCapacityUnits"] == 1
