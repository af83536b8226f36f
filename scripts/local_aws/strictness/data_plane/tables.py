"""What the data plane asks about a table of the emulator: its keys, those of its indexes, their types, what is projected."""

from collections.abc import Iterator
from typing import Any

Table = dict[str, Any]
Index = dict[str, Any]
GLOBAL, LOCAL = "GlobalSecondaryIndexes", "LocalSecondaryIndexes"


def indexes(table: Table) -> Iterator[Index]:
    """All indexes, global ones first."""
    for kind in (GLOBAL, LOCAL):
        yield from table.get(kind) or []


def index_named(table: Table, name: str | None) -> Index | None:
    """The index of that name, None when there is none."""
    return next((index for index in indexes(table) if index["IndexName"] == name), None)


def is_global(table: Table, index: Index) -> bool:
    """Whether it is a global secondary index."""
    return any(index is each for each in table.get(GLOBAL) or [])


def keys(schema: list[dict[str, str]], kind: str | None = None) -> list[str]:
    """The key attributes of a KeySchema: all, or those of kind HASH or RANGE."""
    return [each["AttributeName"] for each in schema if kind in (None, each["KeyType"])]


def table_keys(table: Table) -> list[str]:
    """The partition key of the table, and its sort key if there is one."""
    return [name for name in (table["pk_name"], table.get("sk_name")) if name]


def key_type(table: Table, name: str) -> str:
    """S, N or B."""
    found = (each for each in table["AttributeDefinitions"] if each["AttributeName"] == name)
    return str(next(found)["AttributeType"])


def projected(table: Table, index: Index) -> set[str] | None:
    """The attributes that an index has, None for all."""
    projection = index.get("Projection") or {}
    if projection.get("ProjectionType", "ALL") == "ALL":
        return None
    return {*table_keys(table), *keys(index["KeySchema"]), *(projection.get("NonKeyAttributes") or [])}
