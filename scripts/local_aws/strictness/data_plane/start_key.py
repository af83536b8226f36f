"""ExclusiveStartKey: what AWS refuses as the place where a Query or Scan begins."""

import hashlib
from typing import Any

from scripts.local_aws.strictness.data_plane import data_plane_sources
from scripts.local_aws.strictness.data_plane.key_conditions import KeyCondition
from scripts.local_aws.strictness.data_plane.key_values import MAX_BYTES, TOO_LARGE, is_empty, size
from scripts.local_aws.strictness.data_plane.tables import Index, Table, key_type, keys, table_keys
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule

INVALID = "The provided starting key is invalid"
NO_MATCH = "The provided key element does not match the schema"

Key = dict[str, dict[str, Any]]


@rule(
    "start-key",
    "ExclusiveStartKey has exactly the key attributes of the table and of the index that is read, with values that a key can have.",
    data_plane_sources.PAGING,
)
def refuse_bad_start_key(table: Table, index: Index | None, start: Key, scan: bool) -> None:
    """Raise Refused when the start key is none of the table, or of the index that is read."""
    own = table_keys(table)
    read = keys(index["KeySchema"]) if index else own
    expected = {*own, *read}
    if len(start) != len(expected):
        raise RequestRefused(f"{INVALID}: {NO_MATCH}" if scan and not index else INVALID)
    if index or not scan:
        for name in read:
            if name not in start:
                raise RequestRefused(INVALID)
            if problem := key_problem(table, name, start, _kind(index, table, name)):
                raise RequestRefused(problem)
    for name in own:
        if problem := key_problem(table, name, start, "HASH" if name == own[0] else "RANGE"):
            raise RequestRefused(f"{INVALID}: {problem}")


def _kind(index: Index | None, table: Table, name: str) -> str:
    if index:
        return "HASH" if name in keys(index["KeySchema"], "HASH") else "RANGE"
    return "HASH" if name == table["pk_name"] else "RANGE"


def key_problem(table: Table, name: str, key: Key, kind: str) -> str | None:
    """What is wrong with one value of a key, None when nothing is. `kind`: HASH or RANGE."""
    value = key.get(name)
    if not value or key_type(table, name) not in value:
        return NO_MATCH
    if is_empty(value):
        word = "string" if "S" in value else "binary"
        return (
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
            f"empty {word} value. Key: {name}"
        )
    if size(value) > MAX_BYTES[kind]:
        return f"One or more parameter values were invalid: {TOO_LARGE[kind]}"
    return None


@rule(
    "start-key-boundaries",
    "ExclusiveStartKey of a Query is an item that the key condition could have found.",
    data_plane_sources.PAGING,
)
def refuse_start_outside(partition: list[str], start: Key, conditions: list[KeyCondition]) -> None:
    """Raise Refused when the start key is not within the key conditions. `partition`: the partition key attributes."""
    by_name = {condition.attribute: condition for condition in conditions}
    ranges = [condition for condition in conditions if condition.attribute not in partition]
    outside = any(name in by_name and not by_name[name].holds(start[name]) for name in partition)
    if not ranges:
        if outside:
            raise RequestRefused("The provided starting key is outside query boundaries based on provided conditions")
        return
    if not all(condition.holds(start[condition.attribute]) for condition in ranges):
        raise RequestRefused("The provided starting key does not match the range key predicate")
    if outside:
        raise RequestRefused("The query can return at most one row and cannot be restarted")


@rule(
    "start-key-segment",
    "ExclusiveStartKey of a parallel Scan is an item of its segment.",
    data_plane_sources.SCAN,
)
def refuse_other_segment(partition: str, start: Key, request: Request) -> None:
    """Raise Refused when the start key is of another segment. `partition`: the first partition key attribute that is read."""
    segment, total = request.get("Segment"), request.get("TotalSegments")
    if segment is None or total is None or not 0 <= segment < total:
        return
    # The emulator's own division into segments.
    digest = hashlib.sha1(str(next(iter(start[partition].values()))).encode(), usedforsecurity=False).digest()
    if int.from_bytes(digest[:4], "big") % total != segment:
        raise RequestRefused(
            f"{INVALID}: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. "
            f"TotalSegments: {total} Segment: {segment}"
        )
