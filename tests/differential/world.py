"""The tables and items that every engine has before a random request."""

import time
from typing import Any

from tests.differential.engine import Engine, Request


def _keys(partition: str, sort: str = "") -> list[Request]:
    found = [{"AttributeName": partition, "KeyType": "HASH"}]
    return found + ([{"AttributeName": sort, "KeyType": "RANGE"}] if sort else [])


def _index(name: str, keys: list[Request], projection: str = "ALL", included: tuple[str, ...] = ()) -> Request:
    more = {"NonKeyAttributes": list(included)} if included else {}
    return {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": projection, **more}}


def _definitions(**types: str) -> list[Request]:
    return [{"AttributeName": name, "AttributeType": type} for name, type in types.items()]


ORDERS: Request = {
    "TableName": "Orders",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": _keys("pk", "sk"),
    "AttributeDefinitions": _definitions(pk="S", sk="S", city="S", amount="N"),
    "GlobalSecondaryIndexes": [
        _index("ByCity", _keys("city", "amount"), "INCLUDE", ("title",)),
        _index("ByAmount", _keys("amount")),
    ],
    "LocalSecondaryIndexes": [_index("BySize", _keys("pk", "amount"), "KEYS_ONLY")],
}
PLAIN: Request = {
    "TableName": "Plain",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": _keys("id"),
    "AttributeDefinitions": _definitions(id="N"),
}
TABLES = {table["TableName"]: table for table in (ORDERS, PLAIN)}
CITIES = ("Oslo", "Rome")


def _order(number: int) -> Request:
    return {
        "pk": {"S": "ab"[number % 2]},
        "sk": {"S": f"{number // 2}"},
        **({"city": {"S": CITIES[number % 2]}} if number % 3 else {}),
        **({"amount": {"N": str(number % 4)}} if number % 5 else {}),
        "title": {"S": f"title {number}"},
        "status": {"S": "open" if number % 2 else "closed"},
        "details": {"M": {"x": {"N": str(number)}, "list": {"L": [{"S": "a"}, {"BOOL": True}]}}},
        "tags": {"SS": ["red", "green"]},
    }


ITEMS = {
    "Orders": [_order(number) for number in range(10)],
    "Plain": [{"id": {"N": str(number)}, "title": {"S": "plain"}} for number in range(3)],
}


def build(engine: Engine) -> None:
    """Make the tables and their items."""
    for name, table in TABLES.items():
        engine.must("CreateTable", table)
        wait(engine, name)
        for item in ITEMS[name]:
            engine.must("PutItem", {"TableName": name, "Item": item})


def wait(engine: Engine, name: str) -> None:
    """Describe a table until it and its indexes are ACTIVE."""
    for _ in range(200):
        table: dict[str, Any] = engine.must("DescribeTable", {"TableName": name})["Table"]
        states = {table["TableStatus"], *(i.get("IndexStatus") for i in table.get("GlobalSecondaryIndexes") or [])}
        if states <= {"ACTIVE"}:
            return
        time.sleep(0.01)
    raise RuntimeError(f"{engine.name}: {name} does not become ACTIVE")
