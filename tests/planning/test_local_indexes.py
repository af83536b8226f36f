"""Local secondary indexes from the contract to the live table, on the local AWS, and what they forbid afterwards."""

import json
import re
from dataclasses import replace
from typing import Any

from scripts.comparison.compare import MATCH, MISMATCH
from scripts.model import INCLUDE, Index
from scripts.validation.probe import probe
from tests import samples
from tests.local_aws.support import client
from tests.shop import DEPLOYMENT, Shop

BY_DATE = {"index_name": "ByDate", "sk": "placed_at"}
BY_TOTAL = {"index_name": "ByTotal", "sk": "total", "projection": "INCLUDE", "projected_attributes": ["buyer"]}
CAPACITY = "{read: {min: 5, max: 50}, write: {min: 5, max: 50}}"
PROVISIONED = f"""{DEPLOYMENT.rstrip()[:-1]}, billing: provisioned, capacity: {CAPACITY}}}
"""


def live() -> dict[str, Any]:
    return client("dynamodb").describe_table(TableName="Orders")["Table"]


def checks(shop: Shop) -> list[dict[str, Any]]:
    shop.validate("--format", "json")
    return [check for table in json.loads(shop.out)["tables"] for check in table["checks"]]


# the local secondary indexes of a changed contract, what the deployment says, and what the validation names
CHANGED: tuple[tuple[list[dict[str, Any]], str, list[str]], ...] = (
    (
        [BY_DATE, BY_TOTAL, {"index_name": "ByBuyer", "sk": "buyer"}],
        '"ByBuyer" is not there.',
        ["Orders ByBuyer existence mismatch"],
    ),
    (
        [BY_DATE],
        '"ByTotal" is there, but the contract does not have it.',
        ["Orders ByTotal existence mismatch"],
    ),
    (
        [{**BY_DATE, "projection": "KEYS_ONLY"}, BY_TOTAL],
        '"ByDate" is PK (S); sort placed_at (N); ALL, the contract wants PK (S); sort placed_at (N); KEYS_ONLY.',
        ["Orders ByDate projection mismatch"],
    ),
)


def test_from_the_contract_to_the_table_and_what_they_forbid_then(shop: Shop) -> None:
    shop.orders["lsis"] = [dict(BY_DATE), dict(BY_TOTAL)]
    shop.write()
    assert shop.deploy() == 0, shop.err
    assert re.search(r"shop +Orders +ByStatus, ByBook, ByDate \(local\), ByTotal \(local\) +is created", shop.out)
    _are_those_of_the_contract()
    _order_the_items_of_one_partition_key()

    assert shop.validate() == 0, shop.out
    found = [(check["group"], check["property"]) for check in checks(shop) if check["subject"] == "ByTotal"]
    assert found == [
        ("Indexes", "key schema"),
        ("Indexes", "projection"),
        ("Indexes", "projected attributes"),
        ("Access", "query"),
    ]
    assert shop.deploy() == 0
    assert len(re.findall(r"^shop .* unchanged *$", shop.out, re.MULTILINE)) == 2
    assert shop.out.count(": unchanged") == 3

    for indexes, words, problems in CHANGED:
        before = live()
        shop.orders["lsis"] = indexes
        shop.write()
        assert shop.deploy() == 1
        assert f"Orders: B103: Its local secondary indexes differ: {words}" in shop.err
        assert "give the table a new name in the contract" in shop.err
        assert shop.err.endswith("Nothing was deployed.\n")
        assert live() == before
        assert shop.problems() == problems
    shop.validate()
    assert "Fix: DynamoDB makes local secondary indexes with the table and never changes them" in shop.out

    # Global secondary indexes still change, in steps.
    shop.orders.update(lsis=[BY_DATE, BY_TOTAL], gsis=[{"index_name": "ByBuyer", "pk": "buyer", "sk": "total"}])
    shop.write()
    assert shop.deploy() == 0, shop.err
    assert re.search(r"Orders .* changes in 3 steps", shop.out)
    assert shop.validate() == 0, shop.out
    assert len(live()["LocalSecondaryIndexes"]) == 2


def _are_those_of_the_contract() -> None:
    found = {index["IndexName"]: index for index in live()["LocalSecondaryIndexes"]}
    partition = {"AttributeName": "PK", "KeyType": "HASH"}
    assert {name: index["KeySchema"] for name, index in found.items()} == {
        "ByDate": [partition, {"AttributeName": "placed_at", "KeyType": "RANGE"}],
        "ByTotal": [partition, {"AttributeName": "total", "KeyType": "RANGE"}],
    }
    assert found["ByTotal"]["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["buyer"]}
    assert sorted(index["IndexName"] for index in live()["GlobalSecondaryIndexes"]) == ["ByBook", "ByStatus"]


def _order_the_items_of_one_partition_key() -> None:
    for number, total in enumerate([30, 10, 20]):
        item = {"PK": {"S": "P"}, "SK": {"S": str(number)}, "total": {"N": str(total)}, "buyer": {"S": "b"}}
        client("dynamodb").put_item(TableName="Orders", Item=item)
    found = client("dynamodb").query(
        TableName="Orders",
        IndexName="ByTotal",
        ConsistentRead=True,
        KeyConditionExpression="PK = :p",
        ExpressionAttributeValues={":p": {"S": "P"}},
    )
    assert [int(item["total"]["N"]) for item in found["Items"]] == [10, 20, 30]


def test_a_first_one_on_a_table_that_exists_is_blocked(shop: Shop) -> None:
    shop.deployed()
    shop.orders["lsis"] = [BY_DATE]
    shop.write()
    assert shop.deploy() == 1
    assert 'Its local secondary indexes differ: "ByDate" is not there.' in shop.err


def test_they_have_no_throughput_and_no_alarms(shop: Shop) -> None:
    shop.orders["lsis"] = [dict(BY_DATE)]
    shop.write(PROVISIONED)
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0, shop.out
    table = live()
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    (index,) = table["LocalSecondaryIndexes"]
    assert "ProvisionedThroughput" not in index
    alarms = client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm"])["MetricAlarms"]
    watched = {d["Value"] for a in alarms for d in a.get("Dimensions", [])}
    assert "ByStatus" in watched and "ByDate" not in watched


class Recorder:
    """Stands in for AWS: keeps the queries it gets."""

    def __init__(self) -> None:
        self.queries: list[dict[str, Any]] = []

    def client(self, _service: str) -> "Recorder":
        return self

    def query(self, **request: Any) -> dict[str, Any]:
        self.queries.append(request)
        return {"Items": []}


def test_the_probe_reads_local_secondary_indexes_consistently_and_others_not() -> None:
    local = Index("ByTotal", samples.keys("PK", "total:N"), INCLUDE, ("buyer",))
    recorder = Recorder()
    findings = probe(recorder, replace(samples.STATE, local_indexes=(local,)))  # type: ignore[arg-type]
    assert [(finding.subject, finding.outcome) for finding in findings] == [
        ("", MATCH),
        ("ByStatus", MATCH),
        ("ByBook", MATCH),
        ("ByTotal", MATCH),
    ]
    assert MISMATCH not in {finding.outcome for finding in findings}
    consistent = {query.get("IndexName", ""): query.get("ConsistentRead", False) for query in recorder.queries}
    assert consistent == {"": False, "ByStatus": False, "ByBook": False, "ByTotal": True}
