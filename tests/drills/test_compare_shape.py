"""A copy that lacks an index, or has another, is told."""

from copy import deepcopy
from typing import Any

from scripts.drills.compare_shape import shape_differences
from tests.for_each import for_each

KEYS = [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}]
TABLE = {
    "KeySchema": KEYS,
    "GlobalSecondaryIndexes": [
        {"IndexName": "A", "KeySchema": KEYS[::-1], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["b", "a"]}}
    ],
    "LocalSecondaryIndexes": [{"IndexName": "L", "KeySchema": KEYS, "Projection": {"ProjectionType": "ALL"}}],
}  # fmt: skip


def test_equal_whatever_the_order_of_included_attributes() -> None:
    copy = deepcopy(TABLE)
    copy["GlobalSecondaryIndexes"][0]["Projection"]["NonKeyAttributes"] = ["a", "b"]
    copy["GlobalSecondaryIndexes"][0]["IndexStatus"] = "ACTIVE"
    assert shape_differences(TABLE, copy) == []


@for_each(
    ("changed", "told"),
    [
        ({"KeySchema": KEYS[:1]}, ["the copy has other keys"]),
        ({"GlobalSecondaryIndexes": []}, ["the copy has no index A"]),
        ({"LocalSecondaryIndexes": [{**TABLE["LocalSecondaryIndexes"][0], "IndexName": "M"}]}, ["the copy has no index L", "only the copy has the index M"]),
        ({"LocalSecondaryIndexes": [{**TABLE["LocalSecondaryIndexes"][0], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}, ["the copy has another index L"]),
        ({"LocalSecondaryIndexes": [{**TABLE["LocalSecondaryIndexes"][0], "KeySchema": KEYS[::-1]}]}, ["the copy has another index L"]),
    ],
)  # fmt: skip
def test_what_differs(changed: dict[str, Any], told: list[str]) -> None:
    assert shape_differences(TABLE, {**TABLE, **changed}) == told
