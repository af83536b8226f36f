"""Values of key attributes: their types, emptiness and sizes, in tables and in indexes."""

import base64
from typing import Any

from scripts.local_aws.strictness.data_plane import data_plane_sources
from scripts.local_aws.strictness.data_plane.tables import Index, Table, indexes, key_type, keys
from scripts.local_aws.strictness.registry import rule

MAX_BYTES = {"HASH": 2048, "RANGE": 1024}
TOO_LARGE = {
    "HASH": "Aggregated size of all hash keys has exceeded the size limit of 2048 bytes",
    "RANGE": "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
}

Item = dict[str, dict[str, Any]]


def size(value: dict[str, Any]) -> int:
    """Bytes of a string or binary key value; a number is never too large, and counts 0."""
    if "S" in value:
        return len(str(value["S"]).encode())
    return len(base64.b64decode(value["B"])) if "B" in value else 0


def is_empty(value: dict[str, Any]) -> bool:
    """Whether it is an empty string or empty binary."""
    return next(iter(value.items()), None) in (("S", ""), ("B", ""))


@rule(
    "index-key-size",
    "The partition key values of an index have at most 2,048 bytes, its sort key values 1,024, as those of a table: a "
    "write beyond is refused, all values of a kind counting together. AWS's wording for an index is not known; the numbers are.",
    data_plane_sources.CONSTRAINTS,
)
def large_index_key(table: Table, item: Item) -> str | None:
    """What AWS says of an item whose values are together too large for the key of an index, None when none are."""
    for index in indexes(table):
        for kind, limit in MAX_BYTES.items():
            if _together(index, kind, item) > limit:
                return f"One or more parameter values were invalid: {TOO_LARGE[kind]} IndexName: {index['IndexName']}"
    return None


def _together(index: Index, kind: str, item: Item) -> int:
    return sum(size(item[name]) for name in keys(index["KeySchema"], kind) if item.get(name))


@rule(
    "index-members",
    "An index holds the items that have all its key attributes, of the types of its keys, not empty and not too large: a new "
    "index leaves out the others, and they stay in the table.",
    data_plane_sources.INDEX_KEYS,
)
def is_member(table: Table, index: Index, item: Item) -> bool:
    """Whether an index of the table holds an item of the table."""
    for name in keys(index["KeySchema"]):
        value = item.get(name)
        if not value or key_type(table, name) not in value or is_empty(value):
            return False
    return all(_together(index, kind, item) <= limit for kind, limit in MAX_BYTES.items())
