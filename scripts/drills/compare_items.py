"""Whether the items of a copy are those of its table: all of them, or a sample that is drawn anew each time, from both sides."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.drills.restore_source import DrilledTable
from scripts.observe.aws import Aws

PARTS = 10  # segments that a sample is read from
SEGMENTS_MAX = 1_000_000  # of a parallel scan, API_Scan
BATCH = 100  # keys of one BatchGetItem
SHARE = 0.25  # of the provisioned read capacity of the table, which is all that the comparison uses
DynamoItem = dict[str, Any]
Pause = Callable[[float], None]


@dataclass(slots=True)
class ItemComparison:
    """Keys of items that differ. `compared`: how many were looked at on either side, `every`: whether those were all.

    `expired`: items that only the copy has, because time to live has removed them from the table since.
    """

    compared: int = 0
    every: bool = True
    missing: list[DynamoItem] = field(default_factory=list)  # in the copy
    added: list[DynamoItem] = field(default_factory=list)  # only in the copy
    changed: list[DynamoItem] = field(default_factory=list)
    expired: int = 0

    @property
    def differences(self) -> int:
        """How many items differ."""
        return len(self.missing) + len(self.added) + len(self.changed)


class ItemReader:
    """Reads items of one table, at most at `limit` read units a second (0: as fast as they come)."""

    def __init__(self, aws: Aws, name: str, keys: Sequence[str], limit: float, pause: Pause) -> None:
        self._client, self.name, self._keys = aws.client("dynamodb"), name, keys
        self._limit, self._pause = limit, pause
        self.whole = True  # until a sample has left something out

    def key(self, item: DynamoItem) -> DynamoItem:
        """The key of an item."""
        return {name: item[name] for name in self._keys}

    def sample(self, wanted: int | None, count: int) -> Iterator[list[DynamoItem]]:
        """About `wanted` items out of `count`, page by page: segments drawn at random; None: all.

        `count` may be out of date: no more than twice what is wanted is read.
        """
        read = 0
        total = 1 if wanted is None or count <= wanted else min(SEGMENTS_MAX, count * PARTS // wanted)
        self.whole = total <= PARTS
        for segment in random.sample(range(total), min(PARTS, total)):
            start: dict[str, Any] = {}
            while True:
                answer = self._client.scan(
                    TableName=self.name,
                    Segment=segment,
                    TotalSegments=total,
                    ConsistentRead=True,
                    ReturnConsumedCapacity="TOTAL",
                    **start,
                )
                self._rest([answer.get("ConsumedCapacity", {})])
                yield answer["Items"]
                read += len(answer["Items"])
                if wanted is not None and read > 2 * wanted:
                    self.whole = False
                    return
                if "LastEvaluatedKey" not in answer:
                    break
                start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def get(self, keys: Sequence[DynamoItem]) -> list[DynamoItem]:
        """The items with these keys that there are, strongly consistent."""
        found: list[DynamoItem] = []
        for start in range(0, len(keys), BATCH):
            left: dict[str, Any] = {self.name: {"Keys": list(keys[start : start + BATCH]), "ConsistentRead": True}}
            while left:
                answer = self._client.batch_get_item(RequestItems=left, ReturnConsumedCapacity="TOTAL")
                self._rest(answer.get("ConsumedCapacity", []))
                found += answer["Responses"].get(self.name, [])
                left = answer.get("UnprocessedKeys", {})
        return found

    def _rest(self, consumed: Sequence[dict[str, Any]]) -> None:
        if self._limit:
            self._pause(sum(each.get("CapacityUnits", 0.0) for each in consumed) / self._limit)


def compare_items(
    table: DrilledTable, original: ItemReader, copy: ItemReader, wanted: int | None, now: float
) -> ItemComparison:
    """Compare items of both sides. `wanted`: how many of each, None: all. `now`: seconds since 1970.

    Raises the errors of `aws.FAILURES`, and Stopped.
    """
    found, looked_at = ItemComparison(), set[str]()
    for items in original.sample(wanted, table.count):
        there = _by_key(copy, copy.get([original.key(item) for item in items]))
        for item in items:
            key = original.key(item)
            looked_at.add(repr_of(key))
            if repr_of(key) not in there:
                found.missing.append(key)
            elif there[repr_of(key)] != plain(item):
                found.changed.append(key)
    for items in copy.sample(wanted, table.count):
        here = _by_key(original, original.get([copy.key(item) for item in items]))
        for item in items:
            key = copy.key(item)
            if repr_of(key) in looked_at:
                continue
            looked_at.add(repr_of(key))
            if repr_of(key) in here:
                if here[repr_of(key)] != plain(item):
                    found.changed.append(key)
            elif _expired(item, table.ttl_attribute, now):
                found.expired += 1
            else:
                found.added.append(key)
    found.compared, found.every = len(looked_at), original.whole and copy.whole
    return found


def _by_key(reader: ItemReader, items: Sequence[DynamoItem]) -> dict[str, Any]:
    return {repr_of(reader.key(item)): plain(item) for item in items}


def repr_of(key: DynamoItem) -> str:
    """A key as text, the same for the same key."""
    return repr(sorted(key.items()))


def plain(item: DynamoItem) -> dict[str, Any]:
    """An item that equals another exactly when DynamoDB holds them for equal: a set has no order."""
    return {name: _plain(value) for name, value in item.items()}


def _plain(value: dict[str, Any]) -> Any:
    ((type, content),) = value.items()
    if type in ("SS", "NS", "BS"):
        return type, sorted(content)
    if type == "M":
        return type, plain(content)
    return type, [_plain(part) for part in content] if type == "L" else content


def _expired(item: DynamoItem, ttl_attribute: str | None, now: float) -> bool:
    """Whether time to live has removed the item from the table, or may at any moment."""
    value = item.get(ttl_attribute or "", {}).get("N")
    return value is not None and float(value) <= now
