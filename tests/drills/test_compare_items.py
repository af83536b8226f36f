"""Which items of two tables differ: of everything, of a sample, and what time to live has removed."""

import random
from dataclasses import dataclass, field
from typing import Any

from scripts.drills.compare_items import ItemReader, compare_items, plain
from scripts.drills.restore_source import DrilledTable
from tests.for_each import for_each

NOW = 1_000_000.0


@dataclass
class Table:
    """The client of one table, as DynamoDB answers; counts what is asked of it."""

    items: list[dict[str, Any]]
    page: int = 70
    scanned: int = 0
    pauses: list[float] = field(default_factory=list)

    def client(self, _: str) -> "Table":
        return self

    def scan(self, Segment: int, TotalSegments: int, ExclusiveStartKey: int = 0, **_: Any) -> dict[str, Any]:
        own = [item for item in self.items if int(item["id"]["N"]) % TotalSegments == Segment]
        found = own[ExclusiveStartKey : ExclusiveStartKey + self.page]
        self.scanned += len(found)
        more = {"LastEvaluatedKey": ExclusiveStartKey + self.page} if len(own) > ExclusiveStartKey + self.page else {}
        return {"Items": found, "ConsumedCapacity": {"CapacityUnits": 2.0}, **more}

    def batch_get_item(self, RequestItems: dict[str, Any], **_: Any) -> dict[str, Any]:
        (request,) = RequestItems.values()
        assert len(request["Keys"]) <= 100
        now, later = request["Keys"][:50], request["Keys"][50:]
        wanted = {key["id"]["N"] for key in now}
        found = [item for item in self.items if item["id"]["N"] in wanted]
        left = {"T": {"Keys": later}} if later else {}
        return {"Responses": {"T": found}, "UnprocessedKeys": left, "ConsumedCapacity": [{"CapacityUnits": 3.0}]}


def item(number: int, **more: Any) -> dict[str, Any]:
    return {"id": {"N": str(number)}, **more}


def compared(original: list[Any], copy: list[Any], wanted: int | None = None, count: int | None = None) -> Any:
    sides = Table(original), Table(copy)
    readers = [ItemReader(side, "T", ["id"], 10.0, side.pauses.append) for side in sides]
    table = DrilledTable("T", "arn", 0, len(original) if count is None else count, 40, 40, 1, ("id",), "gone_at")
    found = compare_items(table, *readers, wanted, NOW)
    assert sides[0].pauses.count(0.2) > 0  # 2 units at 10 a second
    return found, sides


def test_everything_that_differs_is_found() -> None:
    many = [item(n, a={"S": "x"}) for n in range(120)]
    copy = [*many[1:], item(500), item(501, gone_at={"N": str(NOW - 1)}), item(502, gone_at={"N": str(NOW + 1)})]
    copy[5] = item(6, a={"S": "y"})
    found, _ = compared(many, copy)
    assert found.missing == [item(0)]
    assert found.changed == [item(6)]
    assert found.added == [item(500), item(502)]
    assert (found.expired, found.differences, found.compared, found.every) == (1, 4, 123, True)


def test_tables_that_are_equal_and_tables_without_items() -> None:
    many = [item(n) for n in range(30)]
    found, _ = compared(many, many[::-1])
    assert (found.differences, found.compared, found.every) == (0, 30, True)
    found, _ = compared([], [])
    assert (found.differences, found.compared, found.every) == (0, 0, True)


def test_a_sample_is_drawn_from_both_sides_and_is_another_each_time() -> None:
    many = [item(n) for n in range(5_000)]
    random.seed(1)
    found, (original, copy) = compared(many, many, wanted=200)
    assert not found.every
    assert 200 <= found.compared <= 400
    assert 150 <= original.scanned <= 420 and 150 <= copy.scanned <= 420
    seen = {random.sample(range(250), 10)[0] for _ in range(5)}
    assert len(seen) > 1
    # A copy that has lost a fifth is found out by a sample of a twenty-fifth
    found, _ = compared(many, many[:4_000], wanted=200)
    assert found.missing
    found, _ = compared(many[:4_000], many, wanted=200)
    assert found.added
    # Whatever side an item is drawn from, it is compared
    found, _ = compared(many, [item(n, a={"S": "y"}) for n in range(5_000)], wanted=200)
    assert len(found.changed) == found.compared


def test_a_count_that_is_out_of_date_does_not_make_it_read_a_whole_table() -> None:
    many = [item(n) for n in range(5_000)]
    found, (original, _) = compared(many, many, wanted=100, count=3)
    assert not found.every
    assert original.scanned <= 250


@for_each(
    ("one", "other", "same"),
    [
        ({"SS": ["b", "a"]}, {"SS": ["a", "b"]}, True),
        ({"NS": ["1", "2"]}, {"NS": ["2", "3"]}, False),
        ({"BS": [b"1", b"0"]}, {"BS": [b"0", b"1"]}, True),
        ({"L": [{"S": "b"}, {"S": "a"}]}, {"L": [{"S": "a"}, {"S": "b"}]}, False),
        ({"M": {"SS": {"SS": ["b", "a"]}}}, {"M": {"SS": {"SS": ["a", "b"]}}}, True),
        ({"L": [{"M": {"a": {"SS": ["b", "a"]}}}]}, {"L": [{"M": {"a": {"SS": ["a", "b"]}}}]}, True),
        ({"S": "1"}, {"N": "1"}, False),
        ({"NULL": True}, {"BOOL": True}, False),
    ],
)
def test_values_that_are_the_same(one: Any, other: Any, same: bool) -> None:
    assert (plain({"SS": one}) == plain({"SS": other})) is same
